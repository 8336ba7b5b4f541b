//! The world of one refund: a virtual clock, hosts that die and stall, a network that loses, delays and repeats, a
//! provider, and a person.

use crate::auditor::{Auditor, Finding, Says};
use crate::chance::{Chance, DAY, HOUR, MINUTE, SECOND};
use crate::faults::{Fault, Faults};
use crate::machine::{Machine, Todo};
use crate::provider::{
    DOKU_CLIENT, DOKU_SECRET, Event, Habits, KINDS, Kind, MEMORY, Processed, Provider, RAZORPAY_WEBHOOK_SECRET, Refund,
    Reply, State,
};
use refund_signer::lifecycle::Policy;
use refund_signer::webhook::{Delivery, Webhooks};
use refund_signer::{
    Attempt, Client, HttpRequest, HttpResponse, PROVIDERS, Plan, Settings, Value, craftgate, doku, durianpay, payermax,
    razorpay,
};
use std::cmp::Reverse;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::hash::{Hash, Hasher};

/// What is refunded, in minor units.
pub const AMOUNT: u64 = 8_500_000;
pub const PAYMENT_OF_DURIANPAY: &str = "pay_Vb6Nm8Qw0Er2Ty";
pub const PAYMENT_OF_CRAFTGATE: &str = "1204";
pub const TRANSACTION_OF_CRAFTGATE: &str = "2208";

/// When every record is opened, in milliseconds since 1970.
pub const START: u64 = 1_790_000_000_000;
const ARRIVAL: u64 = 2 * HOUR;
/// Nothing that was not over by then is under way: it would go on for ever.
const END: u64 = START + 120 * DAY;
/// Each host's clock shows at most so much more or less than the true time, whatever its steps.
const CLOCK_ERROR: u64 = 14 * SECOND;
const TIMEOUT: u64 = 30 * SECOND;

/// One refund, as the table counts it.
pub struct Outcome {
    pub kind: Kind,
    pub outcome: String,
    pub questions: Vec<String>,
    pub decisions: BTreeMap<&'static str, u64>,
    pub faults: Faults,
    /// The states of the record, without its figures.
    pub states: BTreeSet<u64>,
    pub steps: u64,
    pub findings: Vec<Finding>,
    pub hash: u64,
    pub trace: Vec<String>,
}

enum Happening {
    /// A host looks at the record.
    Look(usize),
    /// A host stores the step that it saw before, if nobody was faster.
    Begin(usize, u64, Todo),
    Arrives(usize),
    Answered(usize, Reply),
    TimedOut(usize),
    Settles(usize, bool),
    Bounces(usize),
    /// An event, of the refund in that state.
    Delivered(Event, State),
    Forged,
    ClockSteps(usize),
    ByHand(Option<String>),
    PersonLooks,
    SetUpIsMended,
    KeyIsForgotten,
}

/// A request that left, or is about to.
struct Flight {
    host: usize,
    step: u64,
    plan: Plan,
    request: HttpRequest,
    is_query: bool,
    arrivals_left: u32,
    is_answered: bool,
    timed_out: bool,
    answer: Fate,
}

#[derive(Clone, Copy)]
struct Fate {
    is_lost: bool,
    delay: u64,
    again_after: Option<u64>,
}

struct Host {
    offset: i64,
    looks_at: Option<u64>,
}

struct World<'m> {
    machine: &'m dyn Machine,
    policy: Policy,
    chance: Chance,
    now: u64,
    order: u64,
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    happenings: Vec<Option<Happening>>,
    stored: String,
    version: u64,
    hosts: Vec<Host>,
    flights: Vec<Flight>,
    provider: Provider,
    auditor: Auditor,
    client: Box<dyn Client>,
    payment: String,
    reference: Option<String>,
    /// How much goes wrong, in a thousand.
    roughness: u64,
    person_looks: bool,
    is_mended: bool,
    with_person: bool,
    questions: Vec<String>,
    decisions: BTreeMap<&'static str, u64>,
    states: BTreeSet<u64>,
    steps: u64,
    events: u64,
    stored_at: u64,
    /// How far all clocks stepped back.
    fallen: i64,
    hasher: DefaultHasher,
    trace: Option<Vec<String>>,
}

/// Simulates one refund of a run.
pub fn simulate(machine: &dyn Machine, seed: u64, refund: u64, keeps_trace: bool) -> Outcome {
    let mut chance = Chance::of(seed, refund);
    let kind = KINDS[usize::try_from(refund % 5).expect("five")];
    let policy = policy(kind, &mut chance);
    let (plan, payment, can_be_asked) = plan(kind, refund, &mut chance);
    let roughness = chance.one_of(&[50, 300, 300, 700]);
    let habits = habits(kind, &policy, roughness, &mut chance);
    let outages = (0..chance.below(3)).map(|_| {
        let from = START + chance.below(3 * DAY);
        (from, from + chance.between(10 * MINUTE, DAY))
    });
    let outages = outages.collect();
    let hosts = (0..chance.between(1, 2)).map(|_| Host { offset: clock_error(&mut chance), looks_at: None }).collect();
    let mut world = World {
        machine,
        policy,
        now: START,
        order: 0,
        queue: BinaryHeap::new(),
        happenings: Vec::new(),
        stored: machine.open(&plan, START),
        version: 0,
        hosts,
        flights: Vec::new(),
        provider: Provider::new(kind, habits, outages),
        auditor: Auditor::new(START, policy.patience_ms, policy.longest_pause_ms, can_be_asked),
        client: client(kind),
        payment,
        reference: Some(format!("return-{refund}")),
        roughness,
        person_looks: false,
        is_mended: false,
        with_person: false,
        questions: Vec::new(),
        decisions: BTreeMap::new(),
        states: BTreeSet::new(),
        steps: 0,
        events: 0,
        stored_at: START,
        fallen: 0,
        hasher: DefaultHasher::new(),
        trace: keeps_trace.then(Vec::new),
        chance,
    };
    world.note(&format!("{} {policy:?} {habits:?} outages {:?}", kind.name(), world.provider.outages));
    world.begin();
    while let Some(Reverse((at, _, slot))) = world.queue.pop() {
        if at > END {
            break;
        }
        world.now = at;
        let happening = world.happenings[slot].take().expect("happens once");
        world.happens(happening);
    }
    let todo = world.todo(0);
    world.auditor.ends(&says(&todo), &world.provider, world.now);
    world.note(&format!("the end: {} {}", todo.action, todo.outcome));
    Outcome {
        kind,
        outcome: todo.outcome,
        questions: world.questions,
        decisions: world.decisions,
        faults: world.provider.faults,
        states: world.states,
        steps: world.steps,
        findings: world.auditor.findings,
        hash: world.hasher.finish(),
        trace: world.trace.unwrap_or_default(),
    }
}

fn says(todo: &Todo) -> Says<'_> {
    Says { action: &todo.action, outcome: &todo.outcome, question: &todo.question }
}

impl World<'_> {
    fn begin(&mut self) {
        for host in 0..self.hosts.len() {
            self.looks_in(host, 10 * SECOND);
            for _ in 0..self.chance.below(3) {
                let after = self.chance.below(3 * DAY);
                self.in_ms(after, Happening::ClockSteps(host));
            }
        }
        if self.chance.hits(150) {
            let reference = self.chance.hits(500).then(|| "by-hand".to_owned());
            if self.chance.hits(300) {
                self.fault(Fault::ByHandBefore);
                let is_dated = matches!(self.provider.kind, Kind::Durianpay | Kind::Razorpay);
                let reference = if is_dated && self.chance.hits(500) {
                    self.fault(Fault::OldReference);
                    self.reference.clone()
                } else {
                    reference
                };
                self.provider.add_by_hand(AMOUNT, reference, START - HOUR);
            } else {
                let after = self.chance.below(3 * HOUR);
                self.in_ms(after, Happening::ByHand(reference));
            }
        }
        if self.chance.hits(100) {
            let after = self.chance.below(DAY);
            self.in_ms(after, Happening::Forged);
        }
    }

    fn in_ms(&mut self, delay: u64, happening: Happening) {
        self.order += 1;
        self.happenings.push(Some(happening));
        self.queue.push(Reverse((self.now + delay, self.order, self.happenings.len() - 1)));
    }

    fn note(&mut self, what: &str) {
        (self.now, what).hash(&mut self.hasher);
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>12} {what}", self.now - START));
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.provider.faults.count(fault);
    }

    fn clock(&self, host: usize) -> u64 {
        self.now.checked_add_signed(self.hosts[host].offset).expect("a clock")
    }

    fn todo(&self, host: usize) -> Todo {
        self.machine.next(&self.stored, self.clock(host), &self.policy)
    }

    fn rough(&mut self, divisor: u64) -> bool {
        let per_mille = self.roughness / divisor;
        self.chance.hits(per_mille)
    }

    /// The host looks again at that time or before.
    fn looks_in(&mut self, host: usize, most: u64) {
        let delay = self.chance.between(1, most);
        let at = self.now + delay;
        if self.hosts[host].looks_at.is_none_or(|known| known > at || known <= self.now) {
            self.hosts[host].looks_at = Some(at);
            self.in_ms(delay, Happening::Look(host));
        }
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Look(host) => self.look(host),
            Happening::Begin(host, version, todo) => self.begins(host, version, todo),
            Happening::Arrives(flight) => self.arrives(flight),
            Happening::Answered(flight, reply) => self.answered(flight, Some(&reply)),
            Happening::TimedOut(flight) if !self.flights[flight].is_answered => self.answered(flight, None),
            Happening::TimedOut(_) => {}
            Happening::Settles(refund, is_good) => {
                self.provider.refunds[refund].state = if is_good { State::Done } else { State::Failed };
                self.provider.refunds[refund].has_moved |= is_good;
                if !is_good {
                    self.fault(Fault::SettlesFailed);
                }
                self.note(&format!("refund {refund} settles: {:?}", self.provider.refunds[refund].state));
                self.ledger_changed(refund);
            }
            Happening::Bounces(refund) => {
                self.fault(Fault::Bounces);
                self.provider.refunds[refund].state = State::Bounced;
                self.note(&format!("refund {refund} bounces"));
                self.ledger_changed(refund);
            }
            Happening::Delivered(event, state) => self.delivered(&event, state),
            Happening::Forged => self.forged(),
            Happening::ClockSteps(host) => {
                self.fault(Fault::ClockSteps);
                self.hosts[host].offset = clock_error(&mut self.chance) - self.fallen;
                self.note(&format!("host {host}: its clock steps to {} ms", self.hosts[host].offset));
            }
            Happening::ByHand(reference) => {
                self.note(&format!("a refund by hand, reference {reference:?}"));
                if let Some(made) = self.provider.add_by_hand(AMOUNT, reference, self.now) {
                    self.fault(Fault::ByHand);
                    self.ledger_changed(made);
                }
            }
            Happening::KeyIsForgotten => {
                if self.todo(0).action != "finish" {
                    self.note("the key is forgotten");
                    self.fault(Fault::KeyForgotten);
                }
            }
            Happening::PersonLooks => self.person_looks(),
            Happening::SetUpIsMended => {
                self.note("the set-up is mended");
                self.provider.habits.refuses_all = false;
                let todo = self.todo(0);
                if todo.action == "finish" && todo.answers.iter().any(|answer| answer == "send-again") {
                    self.decides(&todo, "send-again");
                }
            }
        }
    }

    fn look(&mut self, host: usize) {
        if self.hosts[host].looks_at != Some(self.now) {
            return;
        }
        self.hosts[host].looks_at = None;
        let todo = self.todo(host);
        self.auditor.hears(&says(&todo), &self.provider, self.now);
        match &*todo.action {
            "send" | "query" => {
                let delay = self.chance.below(500);
                self.in_ms(delay, Happening::Begin(host, self.version, todo));
            }
            "wait" => {
                let wait = todo.until.saturating_sub(self.clock(host)).max(1);
                let late = self.chance.between(0, MINUTE);
                self.hosts[host].looks_at = Some(self.now + wait + late);
                self.in_ms(wait + late, Happening::Look(host));
            }
            _ => self.ended_or_asked(&todo),
        }
    }

    /// A person gets to know.
    fn ended_or_asked(&mut self, todo: &Todo) {
        if todo.action == "review" {
            if !self.with_person {
                self.with_person = true;
                self.note(&format!("a person is asked: {}", todo.question));
                self.questions.push(todo.question.clone());
            }
            if !self.person_looks {
                self.person_looks = true;
                let after = self.chance.between(HOUR, 2 * DAY);
                self.in_ms(after, Happening::PersonLooks);
            }
        } else if todo.outcome == "rejected" && !self.is_mended && self.provider.habits.refuses_all {
            self.is_mended = true;
            if self.chance.hits(300) {
                let after = self.chance.below(DAY);
                self.in_ms(after, Happening::SetUpIsMended);
            }
        }
    }

    fn begins(&mut self, host: usize, version: u64, todo: Todo) {
        let clock = self.clock(host);
        if version != self.version {
            self.fault(Fault::AnotherWasFaster);
            self.note(&format!("host {host}: another one was faster"));
            return self.looks_in(host, 5 * SECOND);
        }
        match self.machine.begin(&self.stored, &todo.json, clock) {
            Ok(stored) => self.put(stored),
            Err(error) => {
                self.note(&format!("host {host}: begin refuses: {error}"));
                return self.looks_in(host, 5 * SECOND);
            }
        }
        let is_query = todo.action == "query";
        self.steps += 1;
        self.note(&format!("host {host}: begins {} {}", todo.id, todo.action));
        if is_query {
            self.auditor.queried(self.now);
        }
        if self.rough(10) {
            self.fault(Fault::DiesBeforeSending);
            self.note(&format!("host {host}: dies before it sends"));
            return self.looks_in(host, HOUR);
        }
        self.looks_in(host, TIMEOUT + MINUTE);
        if self.rough(20) {
            self.fault(Fault::NotSent);
            return self.observes(host, &format!(r#"{{"step":{},"notSent":true}}"#, todo.id), "not sent");
        }
        self.sends(host, &todo, is_query);
    }

    fn sends(&mut self, host: usize, todo: &Todo, is_query: bool) {
        let plan = todo.plan();
        let nonce = format!("{:032}", self.order);
        let attempt = Attempt::new(self.clock(host), &nonce).expect("a time and a nonce");
        let request = self.client.sign(&plan, &attempt).expect("a plan of this provider");
        let is_lost = self.rough(4);
        let arrival = if is_lost {
            self.fault(Fault::RequestLost);
            0
        } else if self.rough(4) {
            self.fault(Fault::RequestLate);
            self.chance.below(ARRIVAL)
        } else if self.rough(20) {
            self.fault(Fault::RequestAtLast);
            self.chance.between(ARRIVAL - MINUTE, ARRIVAL - 1)
        } else {
            self.chance.between(50, 3 * SECOND)
        };
        // A network delivers once where the provider recognizes no key.
        let repeats = (is_query || self.provider.kind.documents_a_key()) && self.rough(8);
        let host_dies = self.rough(10);
        let answer = Fate {
            is_lost: host_dies || self.rough(4),
            delay: if self.rough(6) { self.chance.below(3 * HOUR) } else { self.chance.between(20, 2 * SECOND) },
            again_after: if self.rough(8) { Some(self.chance.below(DAY)) } else { None },
        };
        let flight = self.flights.len();
        let arrivals_left = if repeats { 2 } else { 1 };
        let step = todo.id;
        self.flights.push(Flight {
            host,
            step,
            plan,
            request,
            is_query,
            arrivals_left,
            is_answered: false,
            timed_out: false,
            answer,
        });
        if !is_lost {
            self.in_ms(arrival, Happening::Arrives(flight));
            if repeats {
                self.fault(Fault::RequestTwice);
                let most = if self.chance.hits(500) { 5 * SECOND } else { ARRIVAL };
                let again = self.chance.between(arrival, (arrival + most).min(ARRIVAL - 1));
                self.in_ms(again, Happening::Arrives(flight));
            }
        }
        if host_dies {
            self.fault(Fault::DiesAfterSending);
            self.note(&format!("host {host}: dies after it sent"));
            self.looks_in(host, HOUR);
        } else {
            self.in_ms(TIMEOUT, Happening::TimedOut(flight));
        }
    }

    fn arrives(&mut self, at: usize) {
        let now = self.now;
        let flight = &mut self.flights[at];
        flight.arrivals_left -= 1;
        let is_last = flight.arrivals_left == 0;
        let (step, fate) = (flight.step, flight.answer);
        let (reply, takes) = if flight.is_query {
            (self.provider.query(&flight.request, now, &mut self.chance), 0)
        } else {
            let done = self.provider.refund(step, &flight.request, now, &mut self.chance);
            let Processed { reply, takes, made } = done;
            if let Some(made) = made {
                self.made(made);
            }
            (reply, takes)
        };
        self.note(&format!("{step} arrives: {} {}", reply.status, reply.body));
        // A proxy that repeats a request gives the last answer.
        if !is_last {
            return;
        }
        if fate.is_lost {
            return self.fault(Fault::AnswerLost);
        }
        if let Some(after) = fate.again_after {
            self.fault(Fault::AnswerTwice);
            self.in_ms(takes + fate.delay + after, Happening::Answered(at, reply.clone()));
        }
        self.in_ms(takes + fate.delay, Happening::Answered(at, reply));
    }

    /// The provider made a refund: what becomes of it.
    fn made(&mut self, refund: usize) {
        self.note(&format!("refund {refund} is made: {:?}", self.provider.refunds[refund].state));
        self.in_ms(MEMORY + 1, Happening::KeyIsForgotten);
        if self.provider.refunds[refund].state == State::Pending {
            let after = self.chance.between(MINUTE, 5 * DAY);
            let is_good = self.chance.hits(800);
            self.in_ms(after, Happening::Settles(refund, is_good));
        }
        self.ledger_changed(refund);
    }

    fn ledger_changed(&mut self, refund: usize) {
        self.auditor.sees_ledger(&self.provider, self.now);
        let Refund { state, step, .. } = self.provider.refunds[refund];
        let bounces = step.is_some() && matches!(self.provider.kind, Kind::Razorpay | Kind::PayerMax);
        if state == State::Done && bounces && self.chance.hits(30) {
            let after = self.chance.between(HOUR, 4 * DAY);
            self.in_ms(after, Happening::Bounces(refund));
        }
        self.events += 1;
        let Some(event) = self.provider.event(refund, self.events, &self.payment) else { return };
        if self.chance.hits(200) {
            return self.fault(Fault::EventLost);
        }
        let is_twice = self.chance.hits(150);
        if is_twice {
            self.fault(Fault::EventTwice);
        }
        if step.is_none() {
            self.fault(Fault::EventOfOthers);
        }
        for _ in 0..if is_twice { 2 } else { 1 } {
            let is_late = self.chance.hits(300);
            if is_late {
                self.fault(Fault::EventLate);
            }
            let delay = self.chance.below(if is_late { 2 * DAY } else { MINUTE });
            self.in_ms(delay, Happening::Delivered(event.clone(), state));
        }
    }

    fn answered(&mut self, at: usize, reply: Option<&Reply>) {
        let flight = &mut self.flights[at];
        if flight.timed_out && reply.is_some() {
            self.provider.faults.count(Fault::AnswerLate);
        }
        flight.timed_out |= reply.is_none();
        flight.is_answered = true;
        let response = reply.map(|reply| HttpResponse {
            status: reply.status,
            headers: reply.headers.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            body: reply.body.as_bytes().into(),
        });
        let verdict = self.client.read(&flight.plan, response.as_ref()).expect("a plan of this provider");
        let (host, step) = (flight.host, flight.step);
        let says = format!("the answer to {step} is {}", verdict.status.as_str());
        let observation = format!(r#"{{"step":{step},"verdict":{}}}"#, verdict.to_json());
        self.observes(host, &observation, &says);
    }

    fn delivered(&mut self, event: &Event, state: State) {
        if state == State::Bounced {
            self.auditor.told_that_it_bounced();
        }
        let json = match event {
            Event::Verified(json) => json.clone(),
            Event::Delivery { id, signature, body } => {
                read_delivery(id, signature, body).expect("a delivery that is rightly signed")
            }
        };
        let host = self.any_host();
        self.observes(host, &format!(r#"{{"event":{json}}}"#), "an event");
    }

    /// Somebody without the secret claims that the refund is done.
    fn forged(&mut self) {
        self.fault(Fault::EventForged);
        let body = r#"{"entity":"event","event":"refund.processed","payload":{}}"#;
        assert!(read_delivery("e1", &"ab".repeat(32), body).is_none(), "a forged delivery is read");
        let event = format!(
            r#"{{"event":{{"provider":"{}","kind":"REFUND","refund":{{"id":"R1","status":"succeeded"}}}}}}"#,
            self.provider.kind.name()
        );
        let clock = self.clock(0);
        let refused = self.machine.observe(&self.stored, &event, clock, &self.policy).is_err();
        self.note(&format!("a forged event, refused: {refused}"));
    }

    fn any_host(&mut self) -> usize {
        let bound = u64::try_from(self.hosts.len()).expect("few");
        usize::try_from(self.chance.below(bound)).expect("few")
    }

    /// Reads, observes and stores until nobody was faster: in one moment.
    fn observes(&mut self, host: usize, observation: &str, what: &str) {
        if self.fallen == 0 && self.now - self.stored_at < 15 * SECOND && self.rough(20) {
            self.clocks_fall(host, observation);
        }
        let clock = self.clock(host);
        match self.machine.observe(&self.stored, observation, clock, &self.policy) {
            Ok(stored) => {
                self.put(stored);
                let todo = self.todo(host);
                self.note(&format!("host {host}: {what}; then {} {}", todo.action, todo.outcome));
                self.stands(&todo);
            }
            Err(error) => self.note(&format!("host {host}: {what}; observe refuses: {error}")),
        }
    }

    /// The clocks of all hosts step back, further than the policy's bound, if this observation changes the record: what
    /// is stored at once shows the step.
    fn clocks_fall(&mut self, host: usize, observation: &str) {
        let by = self.chance.between(HOUR, 6 * HOUR);
        let changed = self.machine.observe(&self.stored, observation, self.clock(host) - by, &self.policy);
        if changed.is_err() || changed.is_ok_and(|stored| stored == self.stored) {
            return;
        }
        self.fault(Fault::ClockFalls);
        self.fallen = i64::try_from(by).expect("hours");
        for host in &mut self.hosts {
            host.offset -= self.fallen;
        }
        self.note(&format!("all clocks step back by {} ms", self.fallen));
    }

    fn put(&mut self, stored: String) {
        self.states.insert(self.machine.state(&stored));
        self.stored_at = self.now;
        self.stored = stored;
        self.version += 1;
    }

    /// After a change: the auditor hears it, and whoever is needed looks.
    fn stands(&mut self, todo: &Todo) {
        self.auditor.hears(&says(todo), &self.provider, self.now);
        self.with_person &= todo.action == "review";
        if matches!(&*todo.action, "finish" | "review") {
            self.ended_or_asked(todo);
        } else {
            for host in 0..self.hosts.len() {
                self.looks_in(host, 5 * SECOND);
            }
        }
    }

    /// A person looks into the provider's back office, and decides if it is clear.
    fn person_looks(&mut self) {
        self.person_looks = false;
        let todo = self.todo(0);
        if todo.action != "review" {
            return;
        }
        let has =
            |state: State| self.provider.refunds.iter().any(|refund| refund.step.is_some() && refund.state == state);
        let may = |answer: &str| todo.answers.iter().any(|known| known == answer);
        let errs = self.chance.hits(80);
        let decision = if may("send-again") && self.chance.hits(100) {
            "send-again"
        } else if errs {
            self.chance.one_of(&["refunded", "not-refunded"])
        } else if has(State::Pending) {
            "ask-again"
        } else if has(State::Done) {
            "refunded"
        } else {
            "not-refunded"
        };
        if may(decision) {
            let is_right = has(State::Done) == (decision == "refunded") && !has(State::Pending);
            if errs && !is_right && matches!(decision, "refunded" | "not-refunded") {
                self.fault(Fault::PersonErrs);
                self.auditor.person_errs();
            }
            self.decides(&todo, decision);
        }
        let todo = self.todo(0);
        if todo.action == "review" {
            self.ended_or_asked(&todo);
        }
    }

    fn decides(&mut self, todo: &Todo, decision: &'static str) {
        let version = self.version;
        let observation = format!(r#"{{"step":{},"decision":"{decision}","by":"Ayu"}}"#, todo.id);
        self.observes(0, &observation, &format!("a person decides: {decision}"));
        if self.version == version {
            return;
        }
        *self.decisions.entry(decision).or_default() += 1;
        if decision == "send-again" {
            self.auditor.send_again();
        }
    }
}

fn clock_error(chance: &mut Chance) -> i64 {
    let error = chance.between(0, 2 * CLOCK_ERROR);
    i64::try_from(error).expect("small") - i64::try_from(CLOCK_ERROR).expect("small")
}

fn read_delivery(id: &str, signature: &str, body: &str) -> Option<String> {
    let settings = Settings::new(Value::object([])).secret("secrets", RAZORPAY_WEBHOOK_SECRET);
    let reader = razorpay::Webhooks::new(&settings).expect("a secret");
    let headers = vec![("X-Razorpay-Signature".into(), signature.into()), ("x-razorpay-event-id".into(), id.into())];
    let delivery = Delivery { headers, body: body.as_bytes().into() };
    reader.read(&delivery, None).ok().map(|event| event.to_json())
}

/// The figures of the policy, true in this world; the assumptions are chosen in some.
fn policy(kind: Kind, chance: &mut Chance) -> Policy {
    Policy {
        arrival_ms: ARRIVAL,
        // What the provider documents, or half of it, to be safe.
        memory_ms: chance.one_of(&[MEMORY, MEMORY / 2]),
        patience_ms: chance.one_of(&[DAY, 3 * DAY, 5 * DAY]),
        longest_pause_ms: chance.one_of(&[15 * MINUTE, 2 * HOUR]),
        trust_undocumented_keys: kind == Kind::PayerMax && chance.hits(300),
        assumed_list_lag_ms: chance.hits(400).then_some(10 * MINUTE),
        ..Policy::DEFAULT
    }
}

fn habits(kind: Kind, policy: &Policy, roughness: u64, chance: &mut Chance) -> Habits {
    Habits {
        recognizes_keys: match kind {
            Kind::Durianpay => false,
            Kind::PayerMax => policy.trust_undocumented_keys || chance.hits(500),
            _ => true,
        },
        repeats_words: chance.hits(500),
        remembers_refusals: chance.hits(500),
        longest_lag: policy.assumed_list_lag_ms.map_or(6 * HOUR, |lag| lag - SECOND),
        captured: AMOUNT * chance.one_of(&[1, 3]),
        refuses_all: chance.hits(30),
        trouble: roughness / 4,
        is_crowded: chance.hits(20),
    }
}

/// A plan, the payment that it refunds, and whether the provider can be asked about it.
fn plan(kind: Kind, number: u64, chance: &mut Chance) -> (Plan, String, bool) {
    let reference = format!("return-{number}");
    let amount = || {
        let currency = kind.currency();
        Value::object([("value", "85000".into()), ("currency", currency.into())])
    };
    let text = |value: &str| Value::from(value.to_owned());
    let key = format!("key-of-return-{number}");
    match kind {
        Kind::Durianpay => {
            let input = [("refId", text(&reference)), ("paymentId", PAYMENT_OF_DURIANPAY.into()), ("amount", amount())];
            let plan = durianpay::create_refund(&Value::object(input)).expect("an input");
            (plan, PAYMENT_OF_DURIANPAY.to_owned(), true)
        }
        Kind::Doku => {
            let invoice = format!("INV-{number}");
            let input = [
                ("invoiceNumber", text(&invoice)),
                ("originalRequestId", text(&format!("q-{number}"))),
                ("amount", amount()),
                ("requestId", text(&key)),
            ];
            (doku::create_refund(&Value::object(input)).expect("an input"), invoice, false)
        }
        Kind::Razorpay => {
            let payment = "pay_Lk2Jh4Gf6Ds8Aq";
            let mut input = vec![("paymentId", text(payment)), ("amount", amount()), ("idempotencyKey", text(&key))];
            if chance.hits(900) {
                input.push(("receipt", text(&reference)));
            }
            let input = Value::Object(input.into_iter().map(|(name, value)| (name.into(), value)).collect());
            (razorpay::create_refund(&input).expect("an input"), payment.to_owned(), true)
        }
        Kind::Craftgate if chance.hits(500) => {
            let input = [
                ("paymentId", PAYMENT_OF_CRAFTGATE.into()),
                ("conversationId", text(&reference)),
                ("idempotencyKey", text(&key)),
            ];
            let plan = craftgate::create_refund(&Value::object(input)).expect("an input");
            (plan, PAYMENT_OF_CRAFTGATE.to_owned(), true)
        }
        Kind::Craftgate => {
            let input = [
                ("paymentTransactionId", TRANSACTION_OF_CRAFTGATE.into()),
                ("conversationId", text(&reference)),
                ("amount", amount()),
                ("idempotencyKey", text(&key)),
            ];
            let plan = craftgate::refund_payment_transaction(&Value::object(input)).expect("an input");
            (plan, PAYMENT_OF_CRAFTGATE.to_owned(), true)
        }
        Kind::PayerMax => {
            let payment = format!("20260000000{number}");
            let mut input = vec![
                ("originalPartnerReferenceNo", text(&payment)),
                ("amount", amount()),
                ("partnerRefundNo", text(&reference)),
            ];
            // Its status query wants the merchant's id.
            let can_be_asked = chance.hits(850);
            if can_be_asked {
                input.push(("merchantId", "M0001".into()));
            }
            let input = Value::Object(input.into_iter().map(|(name, value)| (name.into(), value)).collect());
            (payermax::create_refund(&input).expect("an input"), payment, can_be_asked)
        }
    }
}

fn client(kind: Kind) -> Box<dyn Client> {
    let (settings, secrets): (&str, &[(&str, &str)]) = match kind {
        Kind::Durianpay => (r#"{}"#, &[("serverKey", "dp_test_XXXXXXXXX")]),
        Kind::Doku => (r#"{"environment":"sandbox"}"#, &[("secretKey", DOKU_SECRET)]),
        Kind::Razorpay => (
            r#"{"keyId":"rzp_test_1DP5mmOlF5G5ag","environment":"sandbox"}"#,
            &[("keySecret", "simulation-key-secret")],
        ),
        Kind::Craftgate => (r#"{"apiKey":"key-1","environment":"sandbox"}"#, &[("secretKey", "simulation-secret")]),
        Kind::PayerMax => (
            r#"{"partnerId":"P1","channelId":"95221","clientKey":"app-1","baseUrl":"https://snap.example"}"#,
            &[("clientSecret", "simulation-client-secret"), ("accessToken", "simulation.access.token")],
        ),
    };
    let mut settings = Value::parse(settings).expect("settings");
    if let (Kind::Doku, Value::Object(members)) = (kind, &mut settings) {
        members.push(("clientId".into(), DOKU_CLIENT.into()));
    }
    let start = Settings::new(settings);
    let settings = secrets.iter().fold(start, |settings, (name, secret)| settings.secret(name, *secret));
    let provider = PROVIDERS.iter().find(|provider| provider.name == kind.name()).expect("a provider");
    (provider.client)(&settings).expect("settings")
}
