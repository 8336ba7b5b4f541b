//! The auditor: compares what the machine says with the provider's ledger. It knows what the provider knows, and shares
//! no code with the machine.

use crate::chance::{HOUR, MINUTE};
use crate::provider::{Provider, Refund, State};

/// What is wrong, and with which count it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// More refunds than one and the decisions to send again.
    Doubled,
    /// It ended as failed or rejected, and the money moved; or it never ended.
    Lost,
    /// It ended as what did not happen.
    Untrue,
    /// A person was asked what a query would have told.
    NeedlessReview,
}

#[derive(Clone, Debug)]
pub struct Finding {
    pub wrong: Wrong,
    /// Milliseconds since 1970.
    pub at: u64,
    pub what: String,
}

/// What the machine says, in the words of its step.
pub struct Says<'a> {
    pub action: &'a str,
    pub outcome: &'a str,
    pub question: &'a str,
}

pub struct Auditor {
    pub findings: Vec<Finding>,
    patience: u64,
    longest_pause: u64,
    can_be_asked: bool,
    send_agains: usize,
    /// A person decided against the truth: what the record says of it is the person's word.
    person_erred: bool,
    /// Since when the machine has been neither done nor with a person.
    open_since: Option<u64>,
    /// The machine denies that money moved.
    denies: bool,
    last_query: u64,
    was_late: bool,
    told_that_it_bounced: bool,
}

impl Auditor {
    pub fn new(now: u64, patience: u64, longest_pause: u64, can_be_asked: bool) -> Self {
        let (findings, open_since) = (Vec::new(), Some(now));
        Auditor {
            findings,
            patience,
            longest_pause,
            can_be_asked,
            send_agains: 0,
            person_erred: false,
            open_since,
            denies: false,
            last_query: 0,
            was_late: false,
            told_that_it_bounced: false,
        }
    }

    pub fn send_again(&mut self) {
        self.send_agains += 1;
    }

    pub fn person_errs(&mut self) {
        self.person_erred = true;
    }

    pub fn told_that_it_bounced(&mut self) {
        self.told_that_it_bounced = true;
    }

    pub fn queried(&mut self, now: u64) {
        self.last_query = now;
    }

    fn finds(&mut self, wrong: Wrong, at: u64, what: &str) {
        if self.findings.iter().all(|finding| finding.wrong != wrong) {
            self.findings.push(Finding { wrong, at, what: what.to_owned() });
        }
    }

    /// After everything that happens in the provider's books.
    pub fn sees_ledger(&mut self, provider: &Provider, now: u64) {
        let ours = ours(provider);
        let moved = ours.clone().filter(|refund| refund.has_moved).count();
        if moved > 1 + self.send_agains {
            self.finds(Wrong::Doubled, now, &format!("{moved} refunds, {} decisions to send again", self.send_agains));
        }
        let with_customer = ours.clone().any(|refund| refund.state == State::Done);
        let may_move = ours.clone().any(|refund| refund.state == State::Pending);
        if self.denies && (with_customer || may_move) && !self.person_erred {
            self.finds(Wrong::Lost, now, "it ended as failed or rejected, and money moved or is on its way");
        }
    }

    /// After every change of what is stored, and whenever a host looks.
    pub fn hears(&mut self, says: &Says<'_>, provider: &Provider, now: u64) {
        let ended = says.action == "finish";
        self.denies = ended && matches!(says.outcome, "failed" | "rejected");
        let moved = ours(provider).any(|refund| refund.has_moved);
        if ended && says.outcome == "succeeded" && !moved && !self.person_erred {
            self.finds(Wrong::Untrue, now, "it ended as succeeded, and no money moved");
        }
        let came_back = ours(provider).any(|refund| refund.state == State::Bounced);
        if ended && says.outcome == "reversed" && !came_back && !self.person_erred {
            self.finds(Wrong::Untrue, now, "it ended as reversed, and nothing came back");
        }
        self.sees_ledger(provider, now);
        let with_person = says.action == "review";
        if with_person && self.open_since.is_some() && self.is_needless(says.question, provider, now) {
            self.finds(
                Wrong::NeedlessReview,
                now,
                &format!("a person is asked {:?}, and a query tells", says.question),
            );
        }
        if ended || with_person {
            self.open_since = None;
        } else {
            let since = *self.open_since.get_or_insert(now);
            // Hosts are down for an hour at most, and a pause or a lease may be under way.
            self.was_late |= now > since + self.patience + self.longest_pause + 2 * HOUR;
        }
        if self.was_late {
            self.finds(Wrong::Lost, now, "it is still open after its time, and with nobody");
        }
    }

    /// Whether a query that was not made since would have told: one refund of ours is listed, in a final state, and
    /// the list is all there is.
    fn is_needless(&self, question: &str, provider: &Provider, now: u64) -> bool {
        if question == "moved_after_all" || !self.can_be_asked || provider.habits.is_crowded {
            return false;
        }
        let ours: Vec<_> = ours(provider).collect();
        let [one] = ours.as_slice() else { return false };
        let told_from = one.listed_at.max(one.made_at);
        let was_out = provider.outages.iter().any(|(from, to)| *from < now && now < to + HOUR);
        // The longest pause, a lease, and a host that was down.
        let patience_of_ours = self.longest_pause + 2 * HOUR + 5 * MINUTE;
        one.reference.is_some()
            && matches!(one.state, State::Done | State::Failed)
            && !was_out
            && told_from + patience_of_ours < now
            && self.last_query + patience_of_ours < now
    }

    /// At the end of the world: nothing is under way any more.
    pub fn ends(&mut self, says: &Says<'_>, provider: &Provider, now: u64) {
        if says.action != "finish" {
            self.finds(Wrong::Lost, now, &format!("at the end of the world it says {:?}", says.action));
        }
        let is_with_customer = ours(provider).any(|refund| refund.state == State::Done);
        if says.outcome == "succeeded" && self.told_that_it_bounced && !is_with_customer && !self.person_erred {
            self.finds(Wrong::Untrue, now, "it ended as succeeded, and an event said that the money came back");
        }
    }
}

/// What this refund's requests made.
fn ours(provider: &Provider) -> impl Iterator<Item = &Refund> + Clone {
    provider.refunds.iter().filter(|refund| refund.step.is_some())
}
