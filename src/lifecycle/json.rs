//! Records, steps, policies and observations as JSON. All of it comes from outside: what is not as the lifecycle wrote
//! it is refused, and nothing is guessed.

use super::heard::{Answer, Event, invalid_observation};
use super::life::{Absence, Attempt, Contradiction, Decision, End, Life, News, Query, Refusal, Sighting};
use super::policy::Policy;
use super::record::{Entry, MAX_LEASE_MS, Observation, Record, Step, VERSION, check_account};
use super::steps::{Move, Question};
use crate::encode::decimal;
use crate::encode::json::{Value, Writer, write_list, write_value};
use crate::error::{ErrorCode, Problems, RefundError};
use crate::plan::Plan;
use crate::provider::Provider;
use crate::time;
use alloc::string::String;
use alloc::vec::Vec;

/// No record has seen more steps, events and decisions.
const MAX_SEQUENCE: u64 = 1_000_000_000;
/// How many attempts a record may hold; the pauses of any sane policy keep it far below.
const MAX_ATTEMPTS: usize = 10_000;
/// No figure of a policy is longer than ten years.
const MAX_FIGURE: u64 = 315_576_000_000;

/// Names of what was heard, for attempts and questions.
const HEARD: &[&str] = &[
    "not-sent",
    "succeeded",
    "pending",
    "failed",
    "refused",
    "refused-unless-done",
    "refused-later",
    "refused-token",
    "unknown",
    "unanswered",
    "absent",
    "unclear",
];

impl Record {
    /// The record as JSON; [`Record::parse`] gives the same record back.
    #[must_use]
    pub fn to_json(&self) -> String {
        let life = &self.life;
        let mut json = Writer::object();
        json.raw("version", VERSION).text("account", &self.account).raw("plan", &self.plan.to_json());
        number(&mut json, "openedAt", life.opened_at);
        number(&mut json, "patienceFrom", life.patience_from);
        number(&mut json, "clock", life.clock);
        number(&mut json, "sequence", life.sequence);
        let mut attempts = String::new();
        write_list(&mut attempts, &life.attempts, |out, attempt| out.push_str(&attempt_json(attempt)));
        json.raw("attempts", &attempts);
        if let Some(query) = &life.query {
            json.open("query");
            number(&mut json, "id", query.id);
            number(&mut json, "begunAt", query.begun_at);
            number(&mut json, "before", query.before);
            if let Some((sighting, at)) = query.heard {
                let (what, retry_after_ms) = sighting_parts(sighting);
                write_heard(&mut json, what, at, [false, false, false], retry_after_ms);
            }
            json.close();
        }
        number(&mut json, "queries", u64::from(life.queries));
        if let Some(absent) = life.absent {
            json.open("absent");
            number(&mut json, "query", absent.query);
            number(&mut json, "begunAt", absent.begun_at);
            json.close();
        }
        optional_number(&mut json, "failedBefore", life.failed_before);
        json.flag("accepted", life.accepted)
            .flag("foreignKey", life.foreign_key)
            .flag("askNow", life.ask_now)
            .flag("sendAgain", life.send_again)
            .optional_text("end", life.end.map(End::as_str));
        optional_number(&mut json, "contradictedSince", life.contradiction.map(|contradiction| contradiction.since));
        if let Some(refund) = &self.refund {
            json.raw("refund", refund);
        }
        let mut history = String::new();
        write_list(&mut history, &self.history, |out, (end, at)| {
            let mut entry = Writer::object();
            number(&mut entry, "at", *at);
            entry.text("end", end.as_str());
            out.push_str(&entry.finish());
        });
        json.raw("history", &history);
        let mut log = String::new();
        write_list(&mut log, &self.log, |out, entry| out.push_str(&entry_json(entry)));
        json.raw("log", &log);
        json.finish()
    }

    /// Reads a record that was stored. The plan in it is checked as [`Plan::parse`] does.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRecord`], [`ErrorCode::UnsupportedRecordVersion`] for one of a newer build, and those of
    /// [`Plan::parse`].
    pub fn parse(json: &str, providers: &[&'static Provider]) -> Result<Self, RefundError> {
        let value = Value::parse(json).ok_or_else(|| invalid("", "is not JSON."))?;
        Record::from_value(&value, providers)
    }

    fn from_value(value: &Value<'_>, providers: &[&'static Provider]) -> Result<Self, RefundError> {
        let top = Reader::new(value, "")?;
        match value.get("version") {
            Some(Value::Number(version)) if version == VERSION => {}
            Some(Value::Number(_)) => {
                let message = ["is not the version ", VERSION, " that this build knows."].concat();
                return Err(RefundError::new(ErrorCode::UnsupportedRecordVersion, "version", message));
            }
            _ => return Err(invalid("version", "is missing, or not a number.")),
        }
        top.only(&[
            "version",
            "account",
            "plan",
            "openedAt",
            "patienceFrom",
            "clock",
            "sequence",
            "attempts",
            "query",
            "queries",
            "absent",
            "failedBefore",
            "accepted",
            "foreignKey",
            "askNow",
            "sendAgain",
            "end",
            "contradictedSince",
            "refund",
            "history",
            "log",
        ])?;
        let account = top.text("account")?;
        check_account(account)?;
        let mut plan = String::new();
        write_value(&mut plan, value.get("plan").ok_or_else(|| invalid("plan", "is missing."))?);
        let plan = Plan::parse(&plan, providers).map_err(|error| under("plan", error))?;
        let query = match value.get("query") {
            None => None,
            Some(query) => Some(read_query(&Reader::new(query, "query")?)?),
        };
        let absent = match value.get("absent") {
            None => None,
            Some(absent) => {
                let absent = Reader::new(absent, "absent")?;
                absent.only(&["query", "begunAt"])?;
                Some(Absence { query: absent.number("query")?, begun_at: absent.number("begunAt")? })
            }
        };
        let life = Life {
            opened_at: top.number("openedAt")?,
            patience_from: top.number("patienceFrom")?,
            clock: top.number("clock")?,
            sequence: top.number("sequence")?,
            attempts: read_attempts(&top)?,
            query,
            queries: u32::try_from(top.number("queries")?).map_err(|_| invalid("queries", "is too large."))?,
            absent,
            failed_before: top.optional_number("failedBefore")?,
            accepted: top.flag("accepted")?,
            foreign_key: top.flag("foreignKey")?,
            ask_now: top.flag("askNow")?,
            send_again: top.flag("sendAgain")?,
            end: top.optional_end("end")?,
            contradiction: top.optional_number("contradictedSince")?.map(|since| Contradiction { since }),
        };
        let refund = value.get("refund").map(|refund| {
            let mut text = String::new();
            write_value(&mut text, refund);
            text
        });
        let record = Record {
            plan,
            account: String::from(account),
            life,
            refund,
            history: read_history(&top)?,
            log: read_log(&top)?,
        };
        record.check_consistency().map(|()| record)
    }

    /// Whether an event told of this refund: it may speak of one of which nothing was sent from here.
    fn was_told(&self) -> bool {
        self.log.iter().any(|entry| entry.what == "event")
    }

    /// A record that the lifecycle wrote has these relations; one that was changed by hand may not.
    fn check_consistency(&self) -> Result<(), RefundError> {
        let life = &self.life;
        if !self.plan.operation.moves_money {
            return Err(invalid("plan", "moves no money."));
        }
        let ids = life.attempts.iter().map(|attempt| attempt.id);
        let ascending = ids.clone().zip(ids.clone().skip(1)).all(|(one, next)| one < next);
        let query = life.query.as_ref();
        let known = ids.clone().chain(query.map(|query| query.id)).all(|id| id > 0 && id <= life.sequence);
        if !ascending || !known {
            return Err(invalid("attempts", "have numbers that the lifecycle would not give."));
        }
        let begun = life.attempts.iter().map(|attempt| (attempt.begun_at, attempt.before));
        if begun
            .chain(query.map(|query| (query.begun_at, query.before)))
            .any(|(at, before)| at > life.clock || before < at)
        {
            return Err(invalid("attempts", "have times that the lifecycle would not give."));
        }
        // An attempt of which nothing, or nothing certain, was heard is in doubt until something ends all doubt.
        let lost = life
            .attempts
            .iter()
            .any(|attempt| !attempt.doubt && matches!(attempt.heard, None | Some((News::Unknown { .. }, _))));
        if lost && life.end.is_none() && self.history.is_empty() {
            return Err(invalid(
                "attempts",
                "lost a doubt: what may have moved money stays in doubt until it is known.",
            ));
        }
        // What was begun is in the log: a record without its attempts would be sent once more.
        let begun =
            |what: &'static str| self.log.iter().filter(move |entry| entry.what == "begun" && entry.says == what);
        if begun("send").any(|entry| life.attempts.iter().all(|attempt| attempt.id != entry.step)) {
            return Err(invalid("attempts", "lack one that the log has."));
        }
        let was_asked = life.query.is_some() || life.queries > 0 || begun("query").next().is_some();
        let is_ended = life.end.is_some() || life.accepted || life.absent.is_some() || life.failed_before.is_some();
        if life.attempts.is_empty() && (was_asked || is_ended && !self.was_told()) {
            return Err(invalid("attempts", "are missing: something was asked or ended."));
        }
        if !time::is_sane(life.clock) || !time::is_sane(life.opened_at) || life.sequence > MAX_SEQUENCE {
            return Err(invalid("clock", "is not a time of this age, or sequence not a number of steps."));
        }
        if life.patience_from > life.clock {
            return Err(invalid("clock", "lies before what it has seen."));
        }
        Ok(())
    }
}

impl Step {
    /// The step as JSON, as JavaScript sees it.
    #[must_use]
    pub fn to_json(&self, record: &Record, policy: &Policy) -> String {
        let mut json = Writer::object();
        number(&mut json, "id", self.id);
        json.text("do", self.action.as_str());
        match self.action {
            Move::Send { before, keyed, renew_token } => {
                number(&mut json, "before", before);
                json.flag("repeat", keyed).flag("renewToken", renew_token);
            }
            Move::Query { before } => number(&mut json, "before", before),
            Move::Wait { until } => number(&mut json, "until", until),
            Move::Finish(end) => {
                json.text("outcome", end.as_str()).text("why", end.why());
                if let Some(refund) = &record.refund {
                    json.raw("refund", refund);
                }
                write_answers(&mut json, record.answers(self.action));
            }
            Move::Review(question) => {
                json.open("question").text("code", question.as_str()).text("message", question.message()).close();
                if let Some(refund) = &record.refund {
                    json.raw("refund", refund);
                }
                write_answers(&mut json, record.answers(self.action));
                number(&mut json, "notRefundedFrom", record.arrived_at(policy));
            }
        }
        if let Some(plan) = &self.plan {
            json.raw("plan", &plan.to_json());
        }
        json.finish()
    }

    /// The number and the action of a step that [`Step::to_json`] wrote, for [`Record::begin`].
    ///
    /// # Errors
    /// [`ErrorCode::InvalidStep`].
    pub fn parse(value: &Value<'_>) -> Result<(u64, Move), RefundError> {
        let refuse = |path: &str, message: &str| RefundError::new(ErrorCode::InvalidStep, path, message);
        let figure = |name: &str| {
            let path = ["step.", name].concat();
            digits(value.get(name)).ok_or_else(|| refuse(&path, "must be the number that next gave."))
        };
        let flag = |name: &str| match value.get(name) {
            Some(Value::Bool(flag)) => Ok(*flag),
            _ => Err(refuse(&["step.", name].concat(), "must be the flag that next gave.")),
        };
        let id = figure("id")?;
        let action = match value.get("do").and_then(Value::text) {
            Some("send") => {
                Move::Send { before: figure("before")?, keyed: flag("repeat")?, renew_token: flag("renewToken")? }
            }
            Some("query") => Move::Query { before: figure("before")? },
            Some("wait" | "finish" | "review") => {
                return Err(refuse("step.do", "is nothing that begins: only send and query do."));
            }
            _ => return Err(refuse("step", "must be the step that next gave.")),
        };
        Ok((id, action))
    }
}

impl Policy {
    /// A policy from JSON: what is left out has its default.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidPolicy`] with every figure that cannot be meant.
    pub fn from_json(value: &Value<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let Value::Object(members) = value else {
            return Err(RefundError::new(ErrorCode::InvalidPolicy, "policy", "must be an object of figures."));
        };
        let mut policy = Policy::DEFAULT;
        for (name, member) in members {
            let path = ["policy.", &name.chars().take(40).collect::<String>()].concat();
            if &**name == "trustUndocumentedKeys" {
                match member {
                    Value::Bool(flag) => policy.trust_undocumented_keys = *flag,
                    _ => problems.add(ErrorCode::InvalidPolicy, &path, "must be true or false."),
                }
                continue;
            }
            let figure = digits(Some(member)).filter(|figure| *figure <= MAX_FIGURE);
            let Some(figure) = figure else {
                problems.add(
                    ErrorCode::InvalidPolicy,
                    &path,
                    "must be a whole number of milliseconds, at most ten years.",
                );
                continue;
            };
            match &**name {
                "leaseMs" => policy.lease_ms = figure,
                "arrivalMs" => policy.arrival_ms = figure,
                "memoryMs" => policy.memory_ms = figure,
                "patienceMs" => policy.patience_ms = figure,
                "pauseMs" => policy.pause_ms = figure,
                "longestPauseMs" => policy.longest_pause_ms = figure,
                "clockStepMs" => policy.clock_step_ms = figure,
                "assumedListLagMs" => policy.assumed_list_lag_ms = Some(figure),
                _ => problems.add(ErrorCode::InvalidPolicy, &path, "is not a figure of a policy."),
            }
        }
        for (name, is_wrong, message) in [
            ("policy.leaseMs", policy.lease_ms == 0, "must be above zero."),
            ("policy.leaseMs", policy.lease_ms > MAX_LEASE_MS, "must be at most a day."),
            (
                "policy.arrivalMs",
                policy.arrival_ms < policy.lease_ms,
                "must be at least leaseMs: a request leaves within the lease and arrives later.",
            ),
            ("policy.pauseMs", policy.pause_ms == 0, "must be above zero."),
            ("policy.longestPauseMs", policy.longest_pause_ms < policy.pause_ms, "must be at least pauseMs."),
            ("policy.patienceMs", policy.patience_ms < policy.lease_ms, "must be at least leaseMs."),
        ] {
            if is_wrong && problems.is_empty() {
                problems.add(ErrorCode::InvalidPolicy, name, message);
            }
        }
        problems.or(policy)
    }
}

impl<'a> Observation<'a> {
    /// An observation from JSON: `{ step, verdict }`, `{ step, notSent: true }`, `{ event }` or `{ step, decision, by }`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidObservation`].
    pub fn from_json(value: &'a Value<'a>) -> Result<Self, RefundError> {
        let Value::Object(members) = value else {
            return Err(invalid_observation("", "must be an object."));
        };
        let has = |names: &[&str]| members.len() == names.len() && names.iter().all(|name| value.get(name).is_some());
        let step =
            || digits(value.get("step")).ok_or_else(|| invalid_observation("step", "must be the number of a step."));
        if has(&["event"]) {
            return Event::from_json(value.get("event").unwrap_or(&Value::Null)).map(Observation::Event);
        }
        if has(&["step", "verdict"]) {
            let answer = Answer::from_json(value.get("verdict").unwrap_or(&Value::Null));
            let answer = answer.map_err(|error| under("verdict", error))?;
            return Ok(Observation::Answer { step: step()?, answer });
        }
        if has(&["step", "notSent"]) && value.get("notSent") == Some(&Value::Bool(true)) {
            return Ok(Observation::NotSent { step: step()? });
        }
        if has(&["step", "decision", "by"]) {
            let all = [Decision::Refunded, Decision::NotRefunded, Decision::AskAgain, Decision::SendAgain];
            let text = value.get("decision").and_then(Value::text).unwrap_or_default();
            let decision = all.into_iter().find(|decision| decision.as_str() == text);
            let decision = decision.ok_or_else(|| {
                invalid_observation("decision", "must be refunded, not-refunded, ask-again or send-again.")
            })?;
            let by = value.get("by").and_then(Value::text).unwrap_or_default();
            return Ok(Observation::Decision { step: step()?, decision, by });
        }
        let message = "must be { step, verdict }, { step, notSent: true }, { event } or { step, decision, by }.";
        Err(invalid_observation("", message))
    }
}

impl Move {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Move::Send { .. } => "send",
            Move::Query { .. } => "query",
            Move::Wait { .. } => "wait",
            Move::Finish(_) => "finish",
            Move::Review(_) => "review",
        }
    }
}

impl End {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            End::Succeeded => "succeeded",
            End::Failed => "failed",
            End::Rejected => "rejected",
            End::Reversed => "reversed",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            End::Succeeded => "The refund is done.",
            End::Failed => "The provider decided against the refund. No money moved.",
            End::Rejected => "The provider refused the request. No money moved.",
            End::Reversed => "The refund was done, and the money came back.",
        }
    }

    fn of(text: &str) -> Option<Self> {
        [End::Succeeded, End::Failed, End::Rejected, End::Reversed].into_iter().find(|end| end.as_str() == text)
    }
}

impl Question {
    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Question::Lost => "lost",
            Question::KeyUsedBefore => "key_used_before",
            Question::MovedAfterAll => "moved_after_all",
            Question::StillOpen => "still_open",
        }
    }

    /// What the person is asked.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Question::Lost => {
                "A request was sent and no answer arrived. Nothing that a program can ask tells whether the money moved. \
                 Look the refund up in the provider's dashboard: is it there?"
            }
            Question::KeyUsedBefore => {
                "The provider answered the first request from its record: somebody else used this idempotency key. \
                 Look the refund up in the provider's dashboard: is it this one?"
            }
            Question::MovedAfterAll => {
                "This refund had ended without money moved, and now the provider says that money moved. \
                 Look it up in the provider's dashboard: did the money move?"
            }
            Question::StillOpen => {
                "This refund is open for longer than it should be. \
                 Look it up in the provider's dashboard: did the money move?"
            }
        }
    }
}

fn write_answers(json: &mut Writer, answers: &[Decision]) {
    let mut list = String::new();
    write_list(&mut list, answers, |out, answer| crate::encode::json::write_string(out, answer.as_str()));
    json.raw("answers", &list);
}

fn attempt_json(attempt: &Attempt) -> String {
    let mut json = Writer::object();
    number(&mut json, "id", attempt.id);
    number(&mut json, "begunAt", attempt.begun_at);
    number(&mut json, "before", attempt.before);
    json.flag("repeat", attempt.keyed).flag("doubt", attempt.doubt);
    if let Some((news, at)) = attempt.heard {
        let (what, [replayed, has_refund, retry], retry_after_ms) = match news {
            News::NotSent => ("not-sent", [false; 3], None),
            News::Succeeded { replayed } => ("succeeded", [replayed, false, false], None),
            News::Pending { replayed } => ("pending", [replayed, false, false], None),
            News::Failed { replayed, has_refund } => ("failed", [replayed, has_refund, false], None),
            News::Refused(Refusal::Final) => ("refused", [false; 3], None),
            News::Refused(Refusal::FinalUnlessDone) => ("refused-unless-done", [false; 3], None),
            News::Refused(Refusal::Later(wanted)) => ("refused-later", [false; 3], wanted),
            News::Refused(Refusal::Token) => ("refused-token", [false; 3], None),
            News::Unknown { retry, retry_after_ms } => ("unknown", [false, false, retry], retry_after_ms),
        };
        write_heard(&mut json, what, at, [replayed, has_refund, retry], retry_after_ms);
    }
    json.finish()
}

fn sighting_parts(sighting: Sighting) -> (&'static str, Option<u64>) {
    match sighting {
        Sighting::Unanswered { retry_after_ms } => ("unanswered", retry_after_ms),
        Sighting::Absent => ("absent", None),
        Sighting::Unclear => ("unclear", None),
        Sighting::Succeeded => ("succeeded", None),
        Sighting::Pending => ("pending", None),
        Sighting::Failed => ("failed", None),
    }
}

fn write_heard(json: &mut Writer, what: &str, at: u64, [replayed, has_refund, retry]: [bool; 3], after: Option<u64>) {
    json.open("heard");
    number(json, "at", at);
    json.text("what", what)
        .optional_flag("replayed", Some(replayed).filter(|flag| *flag))
        .optional_flag("hasRefund", Some(has_refund).filter(|flag| *flag))
        .optional_flag("retry", Some(retry).filter(|flag| *flag));
    optional_number(json, "retryAfterMs", after);
    json.close();
}

fn entry_json(entry: &Entry) -> String {
    let mut json = Writer::object();
    number(&mut json, "at", entry.at);
    number(&mut json, "step", entry.step);
    json.text("what", entry.what).text("says", &entry.says);
    json.finish()
}

fn number(json: &mut Writer, name: &str, value: u64) {
    json.raw(name, &decimal(value));
}

fn optional_number(json: &mut Writer, name: &str, value: Option<u64>) {
    if let Some(value) = value {
        number(json, name, value);
    }
}

fn digits(value: Option<&Value<'_>>) -> Option<u64> {
    match value? {
        Value::Number(digits) => digits.parse().ok(),
        _ => None,
    }
}

fn invalid(path: &str, message: &str) -> RefundError {
    RefundError::new(ErrorCode::InvalidRecord, path, message)
}

pub(super) fn under(part: &str, error: RefundError) -> RefundError {
    let mut problems = Problems::default();
    problems.extend_under(part, error);
    match problems.or(()) {
        Err(error) => error,
        Ok(()) => invalid(part, "cannot be read."),
    }
}

/// What `heard` holds: what, when, three flags (replayed, has refund, retry), and how long to wait.
type HeardParts = (&'static str, u64, [bool; 3], Option<u64>);

/// Reads members of one object of a record.
struct Reader<'v, 'a> {
    value: &'v Value<'a>,
    path: &'v str,
}

impl<'v, 'a> Reader<'v, 'a> {
    fn new(value: &'v Value<'a>, path: &'v str) -> Result<Self, RefundError> {
        if !value.is_object() {
            return Err(invalid(path, "is not an object."));
        }
        Ok(Reader { value, path })
    }

    fn only(&self, names: &[&str]) -> Result<(), RefundError> {
        let Value::Object(members) = self.value else { return Ok(()) };
        for (at, (name, _)) in members.iter().enumerate() {
            let twice = members.iter().take(at).any(|(earlier, _)| earlier == name);
            if twice || !names.contains(&&**name) {
                let name: String = name.chars().take(40).collect();
                return Err(self.invalid(&name, "is not a member of a record, or is there twice."));
            }
        }
        Ok(())
    }

    fn invalid(&self, name: &str, message: &str) -> RefundError {
        let separator = if self.path.is_empty() { "" } else { "." };
        invalid(&[self.path, separator, name].concat(), message)
    }

    fn text(&self, name: &str) -> Result<&'v str, RefundError> {
        self.value.get(name).and_then(Value::text).ok_or_else(|| self.invalid(name, "is missing, or not text."))
    }

    fn number(&self, name: &str) -> Result<u64, RefundError> {
        self.optional_number(name)?.ok_or_else(|| self.invalid(name, "is missing."))
    }

    fn optional_number(&self, name: &str) -> Result<Option<u64>, RefundError> {
        match self.value.get(name) {
            None => Ok(None),
            some => digits(some).map(Some).ok_or_else(|| self.invalid(name, "is not a whole number.")),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, RefundError> {
        match self.value.get(name) {
            Some(Value::Bool(flag)) => Ok(*flag),
            _ => Err(self.invalid(name, "is missing, or not true or false.")),
        }
    }

    fn optional_end(&self, name: &str) -> Result<Option<End>, RefundError> {
        match self.value.get(name) {
            None => Ok(None),
            Some(end) => {
                let end = end.text().and_then(End::of);
                end.map(Some).ok_or_else(|| self.invalid(name, "is not an end of the lifecycle."))
            }
        }
    }

    fn list(&self, name: &str) -> Result<&'v [Value<'a>], RefundError> {
        let list = self.value.get(name).and_then(Value::list).filter(|list| list.len() <= MAX_ATTEMPTS);
        list.ok_or_else(|| self.invalid(name, "is missing, not a list, or too long."))
    }

    /// `heard` of an attempt or a question: its name, when, the three flags, and `retryAfterMs`.
    fn heard(&self) -> Result<Option<HeardParts>, RefundError> {
        let Some(heard) = self.value.get("heard") else { return Ok(None) };
        let heard = Reader::new(heard, "heard")?;
        heard.only(&["at", "what", "replayed", "hasRefund", "retry", "retryAfterMs"])?;
        let text = heard.text("what")?;
        let what = HEARD.iter().find(|known| **known == text).copied();
        let what = what.ok_or_else(|| heard.invalid("what", "is nothing that the lifecycle hears."))?;
        let flag = |name: &str| if heard.value.get(name).is_some() { heard.flag(name) } else { Ok(false) };
        let flags = [flag("replayed")?, flag("hasRefund")?, flag("retry")?];
        Ok(Some((what, heard.number("at")?, flags, heard.optional_number("retryAfterMs")?)))
    }
}

fn read_attempts(top: &Reader<'_, '_>) -> Result<Vec<Attempt>, RefundError> {
    top.list("attempts")?.iter().map(|value| read_attempt(&Reader::new(value, "attempts")?)).collect()
}

fn read_attempt(reader: &Reader<'_, '_>) -> Result<Attempt, RefundError> {
    reader.only(&["id", "begunAt", "before", "repeat", "doubt", "heard"])?;
    let heard = match reader.heard()? {
        None => None,
        Some((what, at, [replayed, has_refund, retry], retry_after_ms)) => {
            let news = match what {
                "not-sent" => News::NotSent,
                "succeeded" => News::Succeeded { replayed },
                "pending" => News::Pending { replayed },
                "failed" => News::Failed { replayed, has_refund },
                "refused" => News::Refused(Refusal::Final),
                "refused-unless-done" => News::Refused(Refusal::FinalUnlessDone),
                "refused-later" => News::Refused(Refusal::Later(retry_after_ms)),
                "refused-token" => News::Refused(Refusal::Token),
                "unknown" => News::Unknown { retry, retry_after_ms },
                _ => return Err(reader.invalid("heard.what", "is nothing that an attempt hears.")),
            };
            Some((news, at))
        }
    };
    Ok(Attempt {
        id: reader.number("id")?,
        begun_at: reader.number("begunAt")?,
        before: reader.number("before")?,
        keyed: reader.flag("repeat")?,
        doubt: reader.flag("doubt")?,
        heard,
    })
}

fn read_query(reader: &Reader<'_, '_>) -> Result<Query, RefundError> {
    reader.only(&["id", "begunAt", "before", "heard"])?;
    let heard = match reader.heard()? {
        None => None,
        Some((what, at, _, retry_after_ms)) => {
            let sighting = match what {
                "unanswered" => Sighting::Unanswered { retry_after_ms },
                "absent" => Sighting::Absent,
                "unclear" => Sighting::Unclear,
                "succeeded" => Sighting::Succeeded,
                "pending" => Sighting::Pending,
                "failed" => Sighting::Failed,
                _ => return Err(reader.invalid("heard.what", "is nothing that a question hears.")),
            };
            Some((sighting, at))
        }
    };
    Ok(Query { id: reader.number("id")?, begun_at: reader.number("begunAt")?, before: reader.number("before")?, heard })
}

fn read_history(top: &Reader<'_, '_>) -> Result<Vec<(End, u64)>, RefundError> {
    let read = |value| {
        let entry = Reader::new(value, "history")?;
        entry.only(&["at", "end"])?;
        let end = entry.optional_end("end")?.ok_or_else(|| entry.invalid("end", "is missing."))?;
        Ok((end, entry.number("at")?))
    };
    top.list("history")?.iter().map(read).collect()
}

fn read_log(top: &Reader<'_, '_>) -> Result<Vec<Entry>, RefundError> {
    const WHAT: [&str; 5] = ["opened", "begun", "heard", "event", "decision"];
    let read = |value| {
        let entry = Reader::new(value, "log")?;
        entry.only(&["at", "step", "what", "says"])?;
        let what = entry.text("what")?;
        let what = WHAT.into_iter().find(|known| *known == what);
        let what = what.ok_or_else(|| entry.invalid("what", "is nothing that the lifecycle notes."))?;
        Ok(Entry {
            at: entry.number("at")?,
            step: entry.number("step")?,
            what,
            says: super::heard::cut(entry.text("says")?),
        })
    };
    top.list("log")?.iter().map(read).collect()
}
