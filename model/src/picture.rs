//! A way through a model as a picture of messages, in Mermaid's language.

use crate::machine::{Action, Flight, Heard, START, Setup, State};
use crate::world::Choice;
use refund_signer::lifecycle::life::{Decision, End, News, Refusal, Sighting};
use refund_signer::lifecycle::steps::{Move, Question};
use std::fmt::Write as _;

/// The way, message by message, and where it leads.
pub fn picture(setup: &Setup, path: &[(State, Option<Action>)]) -> String {
    let mut drawn =
        String::from("sequenceDiagram\n    participant H as your hosts\n    participant P as the provider\n");
    for (state, action) in path {
        let Some(action) = action else { continue };
        for line in message(setup, state, *action) {
            let _ = writeln!(drawn, "    {line}");
        }
    }
    if let Some((last, _)) = path.last() {
        let _ = writeln!(drawn, "    Note over H: time {}: {}", last.now - START, told(setup.next(last)));
        let moved = match last.world.moved {
            0 => String::from("no money moved"),
            1 => String::from("money moved once"),
            times => format!("money moved {times} times"),
        };
        let _ = writeln!(drawn, "    Note over P: {moved}");
    }
    drawn
}

fn message(setup: &Setup, state: &State, action: Action) -> Vec<String> {
    let time = state.now - START;
    let flight = |at: usize| &state.flights[at];
    let to_provider = |at, arrow: &str, more: &str| format!("H{arrow}P: {}{more}", request(flight(at)));
    let host = |what: String| vec![format!("Note over H: time {time}: {what}")];
    let provider = |what: &str| vec![format!("Note over P: time {time}: {what}")];
    match action {
        Action::Begin => host(format!("step {} begins", state.life.sequence + 1)),
        Action::Arrive(at, choice) => [vec![to_provider(at, "->>", "")], provider(done(setup, state, choice))].concat(),
        Action::ArriveAndRepeat(at, choice) => [
            vec![to_provider(at, "->>", "")],
            provider(done(setup, state, choice)),
            vec![String::from("P--xH: its answer is lost, and a proxy sends the request again")],
        ]
        .concat(),
        Action::Asked(at, _) => vec![to_provider(at, "->>", "")],
        Action::Lose(at) => vec![to_provider(at, "-x", " is lost")],
        Action::NotSent(at) => host(format!("{} never left", request(flight(at)))),
        Action::Answer(at) => {
            let (id, heard) = state.answers[at];
            vec![format!("P-->>H: answer to step {id}: {}", said(heard))]
        }
        Action::LoseAnswer(at) => {
            let (id, heard) = state.answers[at];
            vec![format!("P--xH: the answer to step {id} is lost ({})", said(heard))]
        }
        Action::Resolve(_, good) => {
            provider(if good { "the pending refund is done" } else { "the pending refund fails" })
        }
        Action::Bounce(_) => provider("the money comes back"),
        Action::Event(at) => vec![format!("P-->>H: event: {}", shown(state.events[at]))],
        Action::LoseEvent(at) => vec![format!("P--xH: an event is lost ({})", shown(state.events[at]))],
        Action::Decide(decision) => host(format!("a person says: {}", decided(decision))),
        Action::Tick => Vec::new(),
        Action::ClockForward => host(String::from("the clock steps forward")),
        Action::ClockBack => host(String::from("the clock steps back")),
    }
}

fn request(flight: &Flight) -> String {
    let kind = if flight.is_query { "question" } else { "refund request" };
    let again = if flight.arrived { ", repeated by a proxy" } else { "" };
    format!("{kind} of step {}{again}", flight.id)
}

fn done(setup: &Setup, state: &State, choice: Choice) -> &'static str {
    let is_known = state.world.replay(&setup.facts, setup.memory, state.now).is_some();
    match choice {
        Choice::Done if is_known && state.world.key_taken => "knows the key from somebody else's request",
        Choice::Done if is_known => "knows the key, and answers as before",
        Choice::Done => "refunds",
        Choice::Pending => "accepts it, and decides later",
        Choice::Failed => "decides against it",
        Choice::Refuse(_) => "refuses the request",
        Choice::ErrorBefore => "fails inside before it did anything",
        Choice::ErrorAfter => "refunds, then fails inside",
    }
}

const fn said(heard: Heard) -> &'static str {
    match heard {
        Heard::Query(seen) => shown(seen),
        Heard::Attempt(news) => match news {
            News::NotSent => "never sent",
            News::Succeeded { replayed: true } => "succeeded, marked as a repeat",
            News::Succeeded { .. } => "succeeded",
            News::Pending { .. } => "pending",
            News::Failed { .. } => "failed",
            News::Refused(Refusal::Final) => "refused",
            News::Refused(Refusal::FinalUnlessDone) => "refused, as after a success",
            News::Refused(Refusal::Later(_)) => "refused for now",
            News::Refused(Refusal::Token) => "refused without a new token",
            News::Unknown { .. } => "an error that leaves the result open",
        },
    }
}

const fn shown(seen: Sighting) -> &'static str {
    match seen {
        Sighting::Unanswered { .. } => "no answer",
        Sighting::Absent => "no such refund",
        Sighting::Unclear => "perhaps there",
        Sighting::Succeeded => "the refund is done",
        Sighting::Pending => "the refund is pending",
        Sighting::Failed => "the refund failed",
    }
}

const fn decided(decision: Decision) -> &'static str {
    match decision {
        Decision::Refunded => "it was refunded",
        Decision::NotRefunded => "it was not refunded",
        Decision::AskAgain => "ask again",
        Decision::SendAgain => "send again",
    }
}

const fn told(next: Move) -> &'static str {
    match next {
        Move::Send { .. } => "the next step is to send",
        Move::Query { .. } => "the next step is to ask",
        Move::Wait { .. } => "the next step is to wait",
        Move::Finish(End::Succeeded) => "the refund ends as succeeded",
        Move::Finish(End::Failed) => "the refund ends as failed",
        Move::Finish(End::Rejected) => "the refund ends as rejected",
        Move::Finish(End::Reversed) => "the refund ends as reversed",
        Move::Review(Question::Lost | Question::KeyUsedBefore | Question::MovedAfterAll | Question::StillOpen) => {
            "a person is asked"
        }
    }
}
