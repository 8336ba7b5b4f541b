//! Read: from an answer to a verdict that a program can act on.
//!
//! Each provider says in one table ([`Rule`]) what its answers mean; this room walks the table. What no
//! rule knows is `unknown`: money may have moved, so ask.

mod rules;
mod texts;
mod wordings;

pub use rules::{COMMON_RULES, Rule, fits, join};
pub use wordings::{Wording, state_of};

use crate::encode::decimal;
use crate::encode::json::{self, Value, Writer};
use crate::http::{Header, HttpResponse};
use crate::money::Money;
use crate::plan::Plan;
use crate::time;
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The refund is done; for a read: answered.
    Succeeded,
    /// The refund is accepted and not final.
    Pending,
    /// The provider decided against it; no money moved.
    Failed,
    /// The provider refused the request; nothing happened.
    Rejected,
    /// Nobody knows; money may have moved.
    Unknown,
}

/// What a program does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Done,
    /// Wait for the webhook, or poll.
    Wait,
    /// Ask what happened before anything else.
    Query,
    /// Sign the same plan again, after the time given.
    Retry,
    /// Get a new access token, then sign the same plan again.
    Reauthenticate,
    /// Correct the input or the set-up.
    Fix,
}

/// What is known of the response's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It is the provider's, over exactly these bytes, for this request.
    Verified,
    /// It is the provider's, for this request, and does not cover the body: for that only TLS vouches.
    HeadersOnly,
    /// The provider signs its answers and this one has no signature.
    Absent,
    /// It has one and it is wrong, or for another request.
    Invalid,
    /// The provider does not sign its answers.
    NotOffered,
}

/// The state of one refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundStatus {
    /// Done.
    Succeeded,
    /// On its way.
    Pending,
    /// It did not happen.
    Failed,
    /// A state that this build does not know.
    Unknown,
}

impl Status {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Succeeded => "succeeded",
            Status::Pending => "pending",
            Status::Failed => "failed",
            Status::Rejected => "rejected",
            Status::Unknown => "unknown",
        }
    }
}

impl Next {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Next::Done => "done",
            Next::Wait => "wait",
            Next::Query => "query",
            Next::Retry => "retry",
            Next::Reauthenticate => "reauthenticate",
            Next::Fix => "fix",
        }
    }
}

impl Signature {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Signature::Verified => "verified",
            Signature::HeadersOnly => "headers-only",
            Signature::Absent => "absent",
            Signature::Invalid => "invalid",
            Signature::NotOffered => "not-offered",
        }
    }
}

impl RefundStatus {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            RefundStatus::Succeeded => "succeeded",
            RefundStatus::Pending => "pending",
            RefundStatus::Failed => "failed",
            RefundStatus::Unknown => "unknown",
        }
    }
}

/// Why a verdict is not plainly good. A closed list, the same for all providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// No answer arrived: time-out, lost connection.
    NoResponse,
    /// The answer is not what the provider documents: HTML, cut off, empty, another shape.
    UnreadableResponse,
    /// The answer is readable and its code or state is none that this build knows.
    UnrecognizedAnswer,
    /// The answer's code is known, and a field that has to come with it is missing.
    IncompleteAnswer,
    /// The answer's signature is wrong: it may not be the provider's.
    SignatureInvalid,
    /// The answer's signature is missing.
    SignatureAbsent,
    /// The answer speaks of another refund or amount than the plan.
    ResponseMismatch,
    /// A redirect: nothing but the provider's own host may answer.
    UnexpectedRedirect,
    /// The provider failed inside.
    ProviderError,
    /// Too many requests.
    RateLimited,
    /// Wrong key, signature or clock.
    AuthenticationFailed,
    /// The access token is missing, wrong or expired.
    TokenInvalid,
    /// This merchant may not do that.
    NotPermitted,
    /// Not at this time: a cut-off, a suspension.
    NotNow,
    /// A field is missing, malformed or not wanted.
    InvalidRequest,
    /// The provider has nothing at this URL.
    UnknownUrl,
    /// The provider does not know the payment.
    PaymentNotFound,
    /// The provider does not know the refund.
    RefundNotFound,
    /// The payment is in no state that can be refunded.
    NotRefundable,
    /// More than what is left to refund.
    AmountExceeded,
    /// An amount that the provider does not take.
    InvalidAmount,
    /// Everything was refunded before.
    AlreadyRefunded,
    /// Too late for a refund.
    RefundWindowClosed,
    /// The payment can be refunded, but not at this speed.
    SpeedNotSupported,
    /// The merchant's balance is too low.
    InsufficientBalance,
    /// The bank or wallet said no.
    Declined,
    /// The same idempotency key came with other content.
    IdempotencyConflict,
    /// The first request with this key is still running.
    InProgress,
    /// This reference was used before.
    DuplicateReference,
    /// This attempt's one-time id was used before.
    DuplicateAttempt,
    /// A limit of the provider or the bank is reached.
    LimitReached,
}

/// Why, in codes for programs and words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'r> {
    /// One of the closed list.
    pub code: ProblemCode,
    /// The provider's own code.
    pub provider_code: Option<Cow<'r, str>>,
    /// The provider's own words.
    pub provider_message: Option<Cow<'r, str>>,
}

/// What a provider gives as evidence of a refund, for the customer or the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof<'r> {
    /// Whose number it is.
    pub kind: ProofKind,
    /// The number.
    pub value: Cow<'r, str>,
}

impl Proof<'_> {
    /// The first of an object's members that holds a number, as text or JSON number.
    #[must_use]
    pub fn first(object: &Value<'_>, members: &[(&str, ProofKind)]) -> Option<Self> {
        members.iter().find_map(|(name, kind)| {
            let value = object.get(name)?.scalar().filter(|value| !value.is_empty())?;
            Some(Proof { kind: *kind, value: Cow::Owned(String::from(value)) })
        })
    }
}

/// Whose number a [`Proof`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofKind {
    /// The acquirer's reference number of a card refund, which the customer's bank can look for.
    Arn,
    /// The retrieval reference number of card networks, UPI and QR.
    Rrn,
    /// The unique transaction reference of a bank transfer in India.
    Utr,
    /// The issuer's authorization code.
    AuthCode,
    /// The reference of the acquiring bank's host.
    HostReference,
    /// The provider's own approval code.
    ApprovalCode,
}

impl ProofKind {
    /// As JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ProofKind::Arn => "arn",
            ProofKind::Rrn => "rrn",
            ProofKind::Utr => "utr",
            ProofKind::AuthCode => "auth_code",
            ProofKind::HostReference => "host_reference",
            ProofKind::ApprovalCode => "approval_code",
        }
    }
}

/// One refund, in the same words for every provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund<'r> {
    /// The provider's id of the refund.
    pub id: Option<Cow<'r, str>>,
    /// The merchant's reference of the refund.
    pub reference: Option<Cow<'r, str>>,
    /// The payment that was refunded: the provider's id, or the merchant's where the API works with that.
    pub payment: Option<Cow<'r, str>>,
    /// Its state.
    pub status: RefundStatus,
    /// The provider's own word for the state.
    pub provider_status: Option<Cow<'r, str>>,
    /// The provider's kind of refund, such as `FULL_REFUND` or `CANCEL`.
    pub kind: Option<Cow<'r, str>>,
    /// How much.
    pub amount: Option<Money>,
    /// When, in ISO 8601 as the provider gave it; without a zone where the provider gives none.
    pub created_at: Option<Cow<'r, str>>,
    /// The evidence that it was made, where the provider gives one.
    pub proof: Option<Proof<'r>>,
    /// Why it failed, in the provider's words.
    pub reason: Option<Cow<'r, str>>,
    /// The refunds that this one consists of (Craftgate's transaction refunds).
    pub parts: Vec<Refund<'r>>,
}

impl Refund<'_> {
    /// A refund of which nothing but the state is known.
    #[must_use]
    pub fn in_state(status: RefundStatus) -> Self {
        Refund {
            id: None,
            reference: None,
            payment: None,
            status,
            provider_status: None,
            kind: None,
            amount: None,
            created_at: None,
            proof: None,
            reason: None,
            parts: Vec::new(),
        }
    }
}

/// Where a list stands in the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many there are in all, where the provider says so.
    pub total: Option<u64>,
    /// The number of this page, from 0, where the provider counts pages.
    pub number: Option<u64>,
    /// The size of a page.
    pub size: Option<u64>,
}

/// An access token, for the client that is made next. It is a secret: keep it out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token, without `Bearer`.
    pub token: String,
    /// How many seconds it is valid from the answer on, where the provider says so.
    pub expires_in_seconds: Option<u64>,
}

impl core::fmt::Debug for AccessToken {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("AccessToken(hidden)")
    }
}

/// What a provider's reader finds in an answer, before the table decides.
#[derive(Clone, Debug, Default)]
pub struct Answer<'r> {
    /// The provider's code; empty for none.
    pub code: Cow<'r, str>,
    /// The provider's words.
    pub message: Option<Cow<'r, str>>,
    /// The provider's state of the refund, `answered` for a read; empty for none.
    pub state: Cow<'r, str>,
    /// The refund.
    pub refund: Option<Refund<'r>>,
    /// The refunds of a list.
    pub refunds: Option<Vec<Refund<'r>>>,
    /// Where the list stands.
    pub page: Option<Page>,
    /// The token of a token call.
    pub access_token: Option<AccessToken>,
    /// The provider's own fields.
    pub details: Option<Value<'r>>,
    /// Whether the answer names another refund, payment or amount than the plan.
    pub mismatch: bool,
}

/// What happened, what to do, and all that the provider said.
#[derive(Clone, Debug)]
pub struct Verdict<'r> {
    /// What happened. Only `Rejected` and `Failed` mean that no money moved.
    pub status: Status,
    /// What a program does now.
    pub next: Next,
    /// How long to wait before it, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// The HTTP status; `None` when no answer arrived.
    pub http_status: Option<u16>,
    /// The refund, only when it can be believed.
    pub refund: Option<Refund<'r>>,
    /// The refunds of a list.
    pub refunds: Option<Vec<Refund<'r>>>,
    /// Where the list stands.
    pub page: Option<Page>,
    /// The token of a token call.
    pub access_token: Option<AccessToken>,
    /// Why, when it is not plainly good.
    pub problem: Option<Problem<'r>>,
    /// What is known of the response's signature.
    pub signature: Signature,
    /// Whether the provider answered from its record of an earlier request.
    pub replayed: bool,
    /// The provider's own fields, nothing lost; only when the signature is not wrong.
    pub details: Option<Value<'r>>,
    /// Whether the provider documents that it recognizes this plan when it comes again, while it remembers the key: then
    /// a second attempt makes no second refund, although nobody knows what became of the first.
    pub repeatable: bool,
    /// The row of the provider's table, or of [`COMMON_RULES`], that decided; `None` where none was asked.
    pub rule: Option<&'static Rule>,
}

impl Verdict<'static> {
    /// The verdict when no answer arrived.
    #[must_use]
    pub fn no_response(plan: &Plan, signature: Signature) -> Self {
        Verdict::unknown(plan, ProblemCode::NoResponse, None, signature)
    }
}

impl<'r> Verdict<'r> {
    /// Money may have moved: ask. A plan that cannot move money is simply signed again.
    #[must_use]
    pub fn unknown(plan: &Plan, code: ProblemCode, http_status: Option<u16>, signature: Signature) -> Self {
        Verdict {
            status: Status::Unknown,
            next: if plan.operation.moves_money { Next::Query } else { Next::Retry },
            retry_after_ms: None,
            http_status,
            refund: None,
            refunds: None,
            page: None,
            access_token: None,
            problem: Some(Problem { code, provider_code: None, provider_message: None }),
            signature,
            replayed: false,
            details: None,
            repeatable: is_repeatable(plan),
            rule: None,
        }
    }

    /// The verdict of the first rule that fits: the provider's own table first, then [`COMMON_RULES`].
    #[must_use]
    pub fn decide(
        plan: &Plan,
        rules: &'static [Rule],
        response: &HttpResponse<'_>,
        answer: Answer<'r>,
        signature: Signature,
    ) -> Self {
        let http = decimal(response.status);
        let mut rows = rules.iter().chain(COMMON_RULES);
        // `answered` is our own word for reads: a provider that says it of a refund says nothing known.
        let is_read = !plan.operation.moves_money;
        let rule =
            rows.find(|rule| (is_read || rule.state != "answered") && rule.fits(&http, &answer.code, &answer.state));
        let unreadable = Verdict::unknown(plan, ProblemCode::UnreadableResponse, Some(response.status), signature);
        let Some(rule) = rule else { return unreadable };
        // One answer does not tell whether an earlier attempt was the success that causes this refusal.
        let may_follow_success = rule.may_follow_success && plan.operation.moves_money;
        let (status, next) = if may_follow_success { (Status::Unknown, Next::Query) } else { (rule.status, rule.next) };
        if answer.mismatch && !matches!(status, Status::Rejected | Status::Unknown) {
            let verdict = Verdict::unknown(plan, ProblemCode::ResponseMismatch, Some(response.status), signature);
            return Verdict { details: answer.details, ..verdict };
        }
        let believed = status != Status::Unknown && status != Status::Rejected;
        let asks_again = next == Next::Query && !plan.operation.moves_money;
        let next = if asks_again { Next::Retry } else { next };
        Verdict {
            status,
            next,
            retry_after_ms: if next == Next::Retry { retry_after_ms(response) } else { None },
            http_status: Some(response.status),
            refund: answer.refund.filter(|_| believed),
            refunds: answer.refunds.filter(|_| believed),
            page: answer.page.filter(|_| believed),
            access_token: answer.access_token.filter(|_| believed),
            problem: rule.problem.map(|code| Problem {
                code,
                provider_code: Some(answer.code).filter(|code| !code.is_empty()),
                provider_message: answer.message,
            }),
            signature,
            replayed: rule.replayed,
            details: answer.details,
            repeatable: is_repeatable(plan),
            rule: Some(rule),
        }
    }

    /// Whether this attempt's outcome can no longer change. What is refused for now (too many requests, an expired
    /// token) is not final: the same plan is signed again.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self.status {
            Status::Succeeded | Status::Failed => true,
            Status::Rejected => matches!(self.next, Next::Fix),
            Status::Pending | Status::Unknown => false,
        }
    }

    /// What this refusal means if it answers the first attempt of the plan; only where an earlier success of the same
    /// plan could have caused it, too. Use it only where nothing was sent before, and where nothing between could have
    /// sent the request twice.
    #[must_use]
    pub fn if_first(&self) -> Option<(Status, Next)> {
        let rule = self.rule.filter(|rule| rule.may_follow_success && self.status == Status::Unknown)?;
        Some((rule.status, rule.next))
    }

    /// The verdict as JSON, as JavaScript sees it. Numbers in `details` that a JavaScript number cannot
    /// hold exactly become texts.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("status", self.status.as_str()).text("next", self.next.as_str()).flag("final", self.is_final());
        write_number(&mut json, "retryAfterMs", self.retry_after_ms);
        write_number(&mut json, "httpStatus", self.http_status.map(u64::from));
        if let Some(refund) = &self.refund {
            json.raw("refund", &refund_json(refund));
        }
        if let Some(refunds) = &self.refunds {
            json.raw("refunds", &refunds_json(refunds));
        }
        if let Some(page) = self.page {
            json.open("page");
            write_number(&mut json, "total", page.total);
            write_number(&mut json, "number", page.number);
            write_number(&mut json, "size", page.size);
            json.close();
        }
        if let Some(token) = &self.access_token {
            json.open("accessToken").text("token", &token.token);
            write_number(&mut json, "expiresInSeconds", token.expires_in_seconds);
            json.close();
        }
        if let Some(problem) = &self.problem {
            write_problem(&mut json, self.status, self.next, problem);
            if let Some((status, next)) = self.if_first() {
                json.open("ifFirst").text("status", status.as_str()).text("next", next.as_str());
                write_problem(&mut json, status, next, problem);
                json.close();
            }
        }
        if self.status == Status::Unknown {
            json.flag("repeatable", self.repeatable);
        }
        json.text("signature", self.signature.as_str()).flag("replayed", self.replayed);
        if let Some(details) = &self.details {
            json.value("details", &script_safe(details));
        }
        json.finish()
    }
}

/// A read moves nothing; of a refund the provider recognizes the key.
fn is_repeatable(plan: &Plan) -> bool {
    !plan.operation.moves_money || plan.idempotency_key.is_some()
}

fn write_problem(json: &mut Writer, status: Status, next: Next, problem: &Problem<'_>) {
    json.open("problem")
        .text("code", problem.code.as_str())
        .text("message", problem.code.message(status))
        .text("userAction", problem.code.user_action(status, next))
        .optional_text("providerCode", problem.provider_code.as_deref())
        .optional_text("providerMessage", problem.provider_message.as_deref())
        .close();
}

fn write_number(json: &mut Writer, name: &str, number: Option<u64>) {
    if let Some(number) = number {
        json.raw(name, &decimal(number));
    }
}

fn refunds_json(refunds: &[Refund<'_>]) -> String {
    let mut list = String::new();
    json::write_list(&mut list, refunds, |out, refund| out.push_str(&refund_json(refund)));
    list
}

/// One refund as JSON.
#[must_use]
pub fn refund_json(refund: &Refund<'_>) -> String {
    let mut json = Writer::object();
    json.optional_text("id", refund.id.as_deref())
        .optional_text("reference", refund.reference.as_deref())
        .optional_text("payment", refund.payment.as_deref())
        .text("status", refund.status.as_str())
        .optional_text("providerStatus", refund.provider_status.as_deref())
        .optional_text("kind", refund.kind.as_deref());
    if let Some(amount) = refund.amount {
        let currency = amount.currency().code();
        json.open("amount").text("value", &amount.major()).text("currency", currency).close();
    }
    json.optional_text("createdAt", refund.created_at.as_deref());
    if let Some(proof) = &refund.proof {
        json.open("proof").text("kind", proof.kind.as_str()).text("value", &proof.value).close();
    }
    json.optional_text("reason", refund.reason.as_deref());
    if !refund.parts.is_empty() {
        json.raw("parts", &refunds_json(&refund.parts));
    }
    json.finish()
}

/// The value with every number that a JavaScript number might not hold exactly as text.
#[must_use]
pub fn script_safe<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Number(number) => {
            let digits = number.strip_prefix('-').unwrap_or(number);
            let exact = digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
            if exact { value.clone() } else { Value::Text(number.clone()) }
        }
        Value::List(items) => Value::List(items.iter().map(script_safe).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), script_safe(member))).collect())
        }
        plain => plain.clone(),
    }
}

/// Whether an answer's member at a dotted path contradicts what was sent. Absent and null say nothing; what is
/// there and is no text or number, or stands where an object should, cannot be compared and contradicts.
#[must_use]
pub fn contradicts(answer: &Value<'_>, path: &str, is_sent: impl FnOnce(&str) -> bool) -> bool {
    let mut value = answer;
    for name in path.split('.') {
        value = match value {
            Value::Null => return false,
            Value::Object(_) => value.get(name).unwrap_or(&Value::Null),
            _ => return true,
        };
    }
    *value != Value::Null && !value.scalar().is_some_and(is_sent)
}

/// The body as JSON, when it is UTF-8 and JSON.
#[must_use]
pub fn parse_body<'r>(response: &'r HttpResponse<'_>) -> Option<Value<'r>> {
    Value::parse(core::str::from_utf8(&response.body).ok()?)
}

/// How long `Retry-After` asks to wait, in milliseconds: seconds, or an HTTP date counted from the
/// answer's own `Date`, since this crate has no clock (RFC 9110, 10.2.3).
#[must_use]
pub fn retry_after_ms(response: &HttpResponse<'_>) -> Option<u64> {
    let Header::One(value) = response.header("Retry-After") else { return None };
    let value = value.trim();
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse::<u64>().ok()?.checked_mul(1000);
    }
    let sent = time::parse_http_date(response.header("Date").one()?.trim())?;
    Some(time::parse_http_date(value)?.saturating_sub(sent))
}
