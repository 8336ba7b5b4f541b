//! The whole: hosts that run the lifecycle, a network that delays, loses and repeats, and a provider.

use crate::rules::Rule;
use crate::world::{CHOICES, Choice, Entity, World};
use refund_signer::facts::{Asks, Events, Facts, Repeat};
use refund_signer::lifecycle::life::{Attempt, Decision, End, Life, News, Refusal, Sighting};
use refund_signer::lifecycle::policy::Policy;
use refund_signer::lifecycle::steps::{self, Move, Question};
use stateright::{Model, Property};
use std::collections::{HashMap, HashSet};

/// The name of the only property that is not about money.
pub const ENDS: &str = "the fair schedule ends";

/// The clock starts here, so that it can step back.
pub const START: u64 = 10;

/// What one run of the checker looks at.
#[derive(Clone, Debug)]
pub struct Setup {
    pub facts: Facts,
    pub policy: Policy,
    pub bounds: Bounds,
    /// What the world does, which the policy believes: arrival, memory, and lag of lists.
    pub arrival: u64,
    pub memory: u64,
    pub lag: bool,
    /// The network repeats requests even where no key is recognized.
    pub repeats_unkeyed: bool,
    /// What a proxy repeats may be refused before the key is looked at, although the first was worked on.
    pub repeats_refused: bool,
    /// The rule of the lifecycle that is left out.
    pub without: Option<Rule>,
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub sends: u8,
    pub queries: u8,
    pub repeats: u8,
    pub events: u8,
    pub foreign: bool,
    pub key_taken: bool,
    pub bounces: u8,
    pub clock_steps: u8,
    pub decisions: u8,
    pub time: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub life: Life,
    /// True time.
    pub now: u64,
    /// What the hosts' clock shows more (or less), plus one.
    pub offset: u64,
    /// Requests that have begun and have not arrived.
    pub flights: Vec<Flight>,
    /// Answers that are under way.
    pub answers: Vec<(u64, Heard)>,
    /// Events that are under way.
    pub events: Vec<Sighting>,
    pub world: World,
    pub used: Used,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flight {
    pub id: u64,
    pub begun: u64,
    pub is_query: bool,
    pub arrived: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Heard {
    Attempt(News),
    Query(Sighting),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Used {
    pub sends: u8,
    pub queries: u8,
    pub repeats: u8,
    pub events: u8,
    pub bounces: u8,
    pub clock_steps: u8,
    pub decisions: u8,
    pub send_agains: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A host stores the next step and takes it on.
    Begin,
    /// A request arrives, and the provider does this where it is free to choose.
    Arrive(usize, Choice),
    /// A request arrives, its answer gets lost, and something between sends it again. The host hears the last answer only.
    ArriveAndRepeat(usize, Choice),
    /// A question arrives, and the answer is this.
    Asked(usize, Sighting),
    Lose(usize),
    /// The host reports that the request never left.
    NotSent(usize),
    Answer(usize),
    LoseAnswer(usize),
    /// The provider decides about a pending refund.
    Resolve(usize, bool),
    Bounce(usize),
    Event(usize),
    LoseEvent(usize),
    Decide(Decision),
    Tick,
    ClockForward,
    ClockBack,
}

impl State {
    pub fn clock(&self) -> u64 {
        self.now + self.offset - 1
    }
}

impl Setup {
    pub fn next(&self, state: &State) -> Move {
        let clock = state.clock();
        match self.without {
            None => steps::next(&state.life, &self.facts, clock, &self.policy),
            Some(rule) => steps::next(&rule.seen(&state.life), &self.facts, clock, &self.policy),
        }
    }

    fn keyed(&self) -> bool {
        self.facts.repeat.is_documented()
    }

    fn answers(&self, state: &State, action: Move) -> Vec<Decision> {
        let arrived = state.flights.iter().all(|flight| flight.is_query || flight.begun + self.arrival < state.now);
        let truth = if state.world.has_moved() { Decision::Refunded } else { Decision::NotRefunded };
        let settled = !state.world.entities.contains(&Entity::Pending) && (truth == Decision::Refunded || arrived);
        let mut all = Vec::new();
        match action {
            Move::Review(question) => {
                if settled {
                    all.push(truth);
                }
                if question == Question::StillOpen {
                    all.push(Decision::AskAgain);
                }
                if question != Question::MovedAfterAll && !state.life.accepted {
                    all.push(Decision::SendAgain);
                }
            }
            Move::Finish(End::Rejected) if !state.life.in_doubt() => all.push(Decision::SendAgain),
            _ => {}
        }
        all
    }

    fn emit(&self, state: &mut State, sighting: Sighting) {
        if self.facts.events != Events::None && state.used.events < self.bounds.events {
            state.used.events += 1;
            state.events.push(sighting);
        }
    }

    fn arrive(&self, state: &mut State, at: usize, choice: Choice) {
        let flight = state.flights[at];
        let replay = state.world.replay(&self.facts, self.memory, state.now);
        let news = replay.filter(|_| matches!(choice, Choice::Done)).unwrap_or_else(|| {
            let news = state.world.process(choice, state.now);
            match choice {
                Choice::Done | Choice::ErrorAfter => self.emit(state, Sighting::Succeeded),
                Choice::Failed => self.emit(state, Sighting::Failed),
                _ => {}
            }
            news
        });
        state.answers.push((flight.id, Heard::Attempt(news)));
    }
}

/// What a provider may do with a request whose key it remembers: answer from its record (the first), or not get that far.
const BEFORE_THE_KEY: &[Choice] = &[
    Choice::Done,
    Choice::Refuse(Refusal::Later(None)),
    Choice::Refuse(Refusal::Final),
    Choice::Refuse(Refusal::FinalUnlessDone),
    Choice::ErrorBefore,
];

/// How many actions of the fair schedule may pass before it ends: far more than any good path needs.
const FAIR_STEPS: usize = 60;

impl Setup {
    /// From here every request and answer arrives, the provider decides, and time passes. Whether that leads to an end,
    /// or to a person.
    pub fn ends(&self, state: &State) -> bool {
        let bounds = Bounds { sends: u8::MAX, queries: u8::MAX, events: 0, ..self.bounds };
        // With pauses: without them a question could be asked for ever at one moment.
        let policy = Policy { pause_ms: 1, longest_pause_ms: 1, ..self.policy };
        let fair = Setup { bounds, policy, ..self.clone() };
        let mut state = state.clone();
        for _ in 0..FAIR_STEPS {
            let next = fair.next(&state);
            if matches!(next, Move::Finish(_) | Move::Review(_)) {
                return true;
            }
            let pending = state.world.entities.iter().position(|entity| *entity == Entity::Pending);
            let action = if !state.answers.is_empty() {
                Action::Answer(0)
            } else if let Some(at) = state.flights.iter().position(|flight| state.now > flight.begun + fair.arrival) {
                Action::Lose(at)
            } else if let Some(flight) = state.flights.first() {
                let seen = state.world.sightings(&fair.facts, false).first().copied();
                match seen.filter(|_| flight.is_query) {
                    Some(seen) => Action::Asked(0, seen),
                    None => Action::Arrive(0, Choice::Done),
                }
            } else if let Some(at) = pending {
                Action::Resolve(at, true)
            } else if matches!(next, Move::Wait { .. }) {
                Action::Tick
            } else {
                Action::Begin
            };
            let Some(next) = fair.next_state(&state, action) else { return false };
            state = next;
        }
        false
    }
}

/// What a host can know: everything that was stored, and its clock.
type Known = (Life, u64);

fn is_refused_unless_done(attempt: &Attempt) -> bool {
    matches!(attempt.heard, Some((News::Refused(Refusal::FinalUnlessDone), _)))
}

fn is_unmarked_failure(attempt: &Attempt) -> bool {
    matches!(attempt.heard, Some((News::Failed { replayed: false, .. }, _)))
}

impl Setup {
    /// Whether every question that is put to a person is one that only a person can answer: among the worlds that fit what
    /// the host knows, the money moved in one and did not in another, and nothing that could be asked is left. Gives the
    /// number of such questions, or what the host knew where a program could have told.
    ///
    /// Questions because of patience are not meant, nor those about money that moved after all, nor those after a refusal
    /// that a success could cause where no key is documented: the network of this model repeats no such request, and a
    /// proxy might; nor those after a failure that a provider did not mark as a replay, although it marks them: this
    /// provider forgets nothing early, and the machine does not rely on that.
    pub fn reviews_are_needed(&self) -> Result<usize, Box<Known>> {
        let mut seen: HashSet<State> = self.init_states().into_iter().collect();
        let mut queue: Vec<State> = seen.iter().cloned().collect();
        let mut worlds: HashMap<Known, [bool; 2]> = HashMap::new();
        while let Some(state) = queue.pop() {
            let is_asked = matches!(self.next(&state), Move::Review(Question::Lost | Question::KeyUsedBefore));
            let is_exempt =
                |attempt| if self.keyed() { is_unmarked_failure(attempt) } else { is_refused_unless_done(attempt) };
            if is_asked && !state.life.attempts.iter().any(is_exempt) {
                let known = (state.life.clone(), state.clock());
                if self.could_ask(&state) {
                    return Err(Box::new(known));
                }
                let [moved, still] = worlds.entry(known).or_default();
                *moved |= state.world.moved > 0;
                *still |= state.world.moved == 0;
            }
            let mut actions = Vec::new();
            self.actions(&state, &mut actions);
            for next in actions.into_iter().filter_map(|action| self.next_state(&state, action)) {
                if seen.insert(next.clone()) {
                    queue.push(next);
                }
            }
        }
        match worlds.iter().find(|(_, worlds)| **worlds != [true, true]) {
            Some((known, _)) => Err(Box::new(known.clone())),
            None => Ok(worlds.len()),
        }
    }

    /// Whether a query or a repeat that is safe could still tell, or an event that decides.
    fn could_ask(&self, state: &State) -> bool {
        let first = state.life.attempts.iter().map(|attempt| attempt.begun_at).min().unwrap_or_default();
        let is_remembered = state.clock() + self.policy.arrival_ms < first + self.policy.memory_ms;
        let by_key = self.keyed() && is_remembered && !state.life.foreign_key;
        self.facts.asks == Asks::Refund || self.facts.events == Events::Decide || by_key
    }
}

impl Model for Setup {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let mut all = Vec::new();
        let recognizes: &[bool] = if self.facts.repeat == Repeat::Undocumented { &[false, true] } else { &[false] };
        let foreign: &[Option<bool>] = if self.bounds.foreign { &[None, Some(true), Some(false)] } else { &[None] };
        let taken: &[bool] = if self.bounds.key_taken { &[false, true] } else { &[false] };
        for recognizes in recognizes.iter().copied() {
            for foreign in foreign.iter().copied() {
                for key_taken in taken.iter().copied() {
                    all.push(State {
                        life: Life::open(START),
                        now: START,
                        offset: 1,
                        flights: Vec::new(),
                        answers: Vec::new(),
                        events: Vec::new(),
                        world: World { recognizes, foreign, key_taken, ..World::default() },
                        used: Used::default(),
                    });
                }
            }
        }
        all
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let (used, bounds) = (state.used, self.bounds);
        let next = self.next(state);
        match next {
            Move::Send { .. } if used.sends < bounds.sends => actions.push(Action::Begin),
            Move::Query { .. } if used.queries < bounds.queries => actions.push(Action::Begin),
            Move::Review(_) | Move::Finish(_) if used.decisions < bounds.decisions => {
                actions.extend(self.answers(state, next).into_iter().map(Action::Decide));
            }
            _ => {}
        }
        for (at, flight) in state.flights.iter().enumerate() {
            let in_time = state.now <= flight.begun + self.arrival;
            if flight.is_query {
                if in_time {
                    let seen = state.world.sightings(&self.facts, self.lag);
                    actions.extend(seen.into_iter().map(|seen| Action::Asked(at, seen)));
                }
            } else if in_time {
                let is_replay = state.world.replay(&self.facts, self.memory, state.now).is_some();
                // A limit, or a failure before anything, does not look at the key. What a proxy repeats gets that far.
                let choices = match (is_replay, flight.arrived && !self.repeats_refused) {
                    (false, _) => CHOICES,
                    (true, true) => &BEFORE_THE_KEY[..1],
                    (true, false) => BEFORE_THE_KEY,
                };
                for choice in choices.iter().copied() {
                    actions.push(Action::Arrive(at, choice));
                    if used.repeats < bounds.repeats && (self.keyed() || self.repeats_unkeyed) {
                        actions.push(Action::ArriveAndRepeat(at, choice));
                    }
                }
                if !flight.arrived {
                    actions.push(Action::NotSent(at));
                }
            }
            actions.push(Action::Lose(at));
        }
        for at in 0..state.answers.len() {
            actions.push(Action::Answer(at));
            actions.push(Action::LoseAnswer(at));
        }
        for at in 0..state.events.len() {
            actions.push(Action::Event(at));
            actions.push(Action::LoseEvent(at));
        }
        for (at, entity) in state.world.entities.iter().enumerate() {
            match entity {
                Entity::Pending => actions.extend([Action::Resolve(at, true), Action::Resolve(at, false)]),
                Entity::Done if used.bounces < bounds.bounces => actions.push(Action::Bounce(at)),
                _ => {}
            }
        }
        if state.now < START + bounds.time {
            actions.push(Action::Tick);
        }
        if used.clock_steps < bounds.clock_steps {
            actions.extend([Action::ClockForward, Action::ClockBack]);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let clock = state.clock();
        match action {
            Action::Begin => {
                let id = state.life.sequence + 1;
                let mut flight = Flight { id, begun: state.now, is_query: false, arrived: false };
                match self.next(last) {
                    Move::Send { before, keyed, .. } => {
                        let begun = state.life.begin_attempt(clock, before, keyed);
                        state.life = match self.without {
                            None => begun,
                            Some(rule) => rule.begun(&state.life, begun),
                        };
                        state.used.sends += 1;
                    }
                    Move::Query { before } => {
                        state.life = state.life.begin_query(clock, before);
                        state.used.queries += 1;
                        flight.is_query = true;
                    }
                    _ => return None,
                }
                state.flights.push(flight);
            }
            Action::Arrive(at, choice) => {
                self.arrive(&mut state, at, choice);
                state.flights.remove(at);
            }
            Action::ArriveAndRepeat(at, choice) => {
                self.arrive(&mut state, at, choice);
                state.answers.pop();
                state.flights[at].arrived = true;
                state.used.repeats += 1;
            }
            Action::Asked(at, seen) => {
                let flight = state.flights.remove(at);
                state.answers.push((flight.id, Heard::Query(seen)));
            }
            Action::Lose(at) => {
                state.flights.remove(at);
            }
            Action::NotSent(at) => {
                let flight = state.flights.remove(at);
                state.life = state.life.attempt_heard(flight.id, News::NotSent, &self.facts, clock);
            }
            Action::Answer(at) => {
                let (id, heard) = state.answers.remove(at);
                state.life = match (heard, self.without) {
                    (Heard::Attempt(news), None) => state.life.attempt_heard(id, news, &self.facts, clock),
                    (Heard::Attempt(news), Some(rule)) => rule.attempt_heard(&state.life, id, news, &self.facts, clock),
                    (Heard::Query(seen), None) => state.life.query_heard(id, seen, clock),
                    (Heard::Query(seen), Some(rule)) => rule.query_heard(&state.life, id, seen, clock),
                };
            }
            Action::LoseAnswer(at) => {
                state.answers.remove(at);
            }
            Action::Resolve(at, good) => {
                state.world.entities[at] = if good { Entity::Done } else { Entity::Failed };
                state.world.moved += u8::from(good);
                self.emit(&mut state, if good { Sighting::Succeeded } else { Sighting::Failed });
            }
            Action::Bounce(at) => {
                state.world.entities[at] = Entity::Bounced;
                state.used.bounces += 1;
                self.emit(&mut state, Sighting::Failed);
            }
            Action::Event(at) => {
                let seen = state.events.remove(at);
                state.life = state.life.event_heard(seen, self.facts.events == Events::Decide, clock);
            }
            Action::LoseEvent(at) => {
                state.events.remove(at);
            }
            Action::Decide(decision) => {
                state.life = state.life.decided(decision, clock);
                state.used.decisions += 1;
                state.used.send_agains += u8::from(decision == Decision::SendAgain);
            }
            Action::Tick => state.now += 1,
            Action::ClockForward => {
                state.offset += 1;
                state.used.clock_steps += 1;
            }
            Action::ClockBack => {
                state.offset = state.offset.checked_sub(1)?;
                state.used.clock_steps += 1;
            }
        }
        // An answer under the same number twice, or a request lost twice, is the same state.
        state.flights.sort_unstable();
        state.answers.sort_by_key(|(id, heard)| (*id, format!("{heard:?}")));
        state.events.sort_by_key(|seen| format!("{seen:?}"));
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "at most one refund, and one more for each decision to send again",
                |_: &Setup, state: &State| state.world.moved <= 1 + state.used.send_agains,
            ),
            Property::always("never failed or rejected while money moved", |setup: &Setup, state| {
                let denies = matches!(setup.next(state), Move::Finish(End::Failed | End::Rejected));
                !(denies && state.world.has_moved())
            }),
            Property::always("never succeeded when none moved", |setup: &Setup, state| {
                let claims = matches!(setup.next(state), Move::Finish(End::Succeeded));
                !(claims && state.world.moved == 0)
            }),
            Property::always(ENDS, |setup: &Setup, state| setup.ends(state)),
            Property::sometimes("it succeeds", |setup: &Setup, state| {
                setup.next(state) == Move::Finish(End::Succeeded)
            }),
        ]
    }
}
