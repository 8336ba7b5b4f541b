//! What goes wrong, counted: a run in which a kind of fault never occurred shows nothing about it.

use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    RequestLost,
    RequestLate,
    RequestAtLast,
    RequestTwice,
    AnswerLost,
    AnswerLate,
    AnswerTwice,
    DiesBeforeSending,
    DiesAfterSending,
    NotSent,
    AnotherWasFaster,
    ClockSteps,
    ClockFalls,
    Outage,
    FailsBefore,
    FailsAfter,
    TooMany,
    InProgress,
    TokenExpired,
    Refused,
    RefusedForSetUp,
    Exceeded,
    KeyForgotten,
    ListLags,
    ListIsFull,
    ByHand,
    ByHandBefore,
    OldReference,
    EventLost,
    EventTwice,
    EventLate,
    EventOfOthers,
    EventForged,
    SettlesFailed,
    Bounces,
    PersonErrs,
}

pub const FAULTS: [(Fault, &str); 36] = [
    (Fault::RequestLost, "a request is lost"),
    (Fault::RequestLate, "a request arrives up to two hours late"),
    (Fault::RequestAtLast, "a request arrives in the last minute of its time"),
    (Fault::RequestTwice, "a proxy sends a request twice"),
    (Fault::AnswerLost, "an answer is lost"),
    (Fault::AnswerLate, "an answer comes after the host gave up"),
    (Fault::AnswerTwice, "an answer comes twice"),
    (Fault::DiesBeforeSending, "a host dies between begin and sending"),
    (Fault::DiesAfterSending, "a host dies between sending and observe"),
    (Fault::NotSent, "a host gives up before it sends"),
    (Fault::AnotherWasFaster, "two hosts begin at once"),
    (Fault::ClockSteps, "a clock steps by seconds"),
    (Fault::ClockFalls, "all clocks step back by hours"),
    (Fault::Outage, "a request arrives during an outage of up to a day"),
    (Fault::FailsBefore, "the provider fails before it made a refund"),
    (Fault::FailsAfter, "the provider fails after it made a refund"),
    (Fault::TooMany, "the provider wants less requests"),
    (Fault::InProgress, "a repeat arrives while the first request is in progress"),
    (Fault::TokenExpired, "the access token is expired"),
    (Fault::Refused, "the provider refuses a request"),
    (Fault::RefusedForSetUp, "the provider refuses every request, for a fault in the set-up"),
    (Fault::Exceeded, "nothing is left to refund"),
    (Fault::KeyForgotten, "a key is forgotten while the refund is open"),
    (Fault::ListLags, "a list lacks the refund"),
    (Fault::ListIsFull, "a list has more than a page"),
    (Fault::ByHand, "somebody refunds by hand meanwhile"),
    (Fault::ByHandBefore, "somebody refunded by hand before"),
    (Fault::OldReference, "an older refund has the same reference"),
    (Fault::EventLost, "an event is lost"),
    (Fault::EventTwice, "an event is delivered twice"),
    (Fault::EventLate, "an event is delivered up to two days late"),
    (Fault::EventOfOthers, "an event tells of somebody else's refund"),
    (Fault::EventForged, "an event is forged"),
    (Fault::SettlesFailed, "an accepted refund fails days later"),
    (Fault::Bounces, "the money comes back"),
    (Fault::PersonErrs, "a person decides against the truth"),
];

/// How often each occurred.
#[derive(Clone, Debug, Default)]
pub struct Faults(BTreeMap<Fault, u64>);

impl Faults {
    pub fn count(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }

    pub fn of(&self, fault: Fault) -> u64 {
        self.0.get(&fault).copied().unwrap_or_default()
    }

    pub fn add(&mut self, other: &Faults) {
        for (fault, count) in &other.0 {
            *self.0.entry(*fault).or_default() += count;
        }
    }
}
