//! The providers' side of one payment, written from their documentation. It shares no code with what reads its answers:
//! it takes requests apart and writes bodies by itself, and it has facts of its own.

use crate::chance::{Chance, DAY, HOUR, MINUTE, SECOND};
use crate::faults::{Fault, Faults};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use refund_signer::{HttpRequest, Value};
use sha2::{Digest, Sha256};

pub const DOKU_CLIENT: &str = "MCH-SIMULATION";
pub const DOKU_SECRET: &str = "SK-simulation-0123456789";
pub const RAZORPAY_WEBHOOK_SECRET: &str = "simulation-webhook-secret";

/// Days that a provider remembers a key for.
pub const MEMORY: u64 = 2 * DAY;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Durianpay,
    Doku,
    Razorpay,
    Craftgate,
    PayerMax,
}

pub const KINDS: [Kind; 5] = [Kind::Durianpay, Kind::Doku, Kind::Razorpay, Kind::Craftgate, Kind::PayerMax];

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Durianpay => "durianpay",
            Kind::Doku => "doku",
            Kind::Razorpay => "razorpay",
            Kind::Craftgate => "craftgate",
            Kind::PayerMax => "payermax",
        }
    }

    /// Whether its documentation says that a repeated request makes no second refund. Sources: DOKU, "Idempotency
    /// Request"; Razorpay, "Idempotent request implementation guide"; Craftgate, README of the PHP client.
    pub fn documents_a_key(self) -> bool {
        matches!(self, Kind::Doku | Kind::Razorpay | Kind::Craftgate)
    }

    pub fn currency(self) -> &'static str {
        match self {
            Kind::Razorpay => "INR",
            Kind::Craftgate => "TRY",
            _ => "IDR",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Pending,
    Done,
    Failed,
    /// Done, and the money came back.
    Bounced,
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub id: u64,
    pub reference: Option<String>,
    /// Minor units.
    pub amount: u64,
    pub state: State,
    pub made_at: u64,
    /// When lists begin to show it.
    pub listed_at: u64,
    /// The step whose request made it; none for somebody else's.
    pub step: Option<u64>,
    pub has_moved: bool,
}

/// A response as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What the provider remembers of a key.
struct Remembered {
    since: u64,
    busy_until: u64,
    refund: Option<usize>,
    first: Reply,
}

/// How this provider behaves where its documentation leaves it open.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    pub recognizes_keys: bool,
    /// A repeat gets the first answer word for word, or the refund's present state.
    pub repeats_words: bool,
    pub remembers_refusals: bool,
    pub longest_lag: u64,
    pub captured: u64,
    /// Refuses everything: a set-up fault.
    pub refuses_all: bool,
    pub trouble: u64,
    /// More refunds by others than one page shows.
    pub is_crowded: bool,
}

pub struct Provider {
    pub kind: Kind,
    pub habits: Habits,
    pub refunds: Vec<Refund>,
    pub outages: Vec<(u64, u64)>,
    pub faults: Faults,
    key: Option<Remembered>,
    next_id: u64,
}

/// What a request did.
pub struct Processed {
    pub reply: Reply,
    /// How long the answer takes.
    pub takes: u64,
    /// The refund that it made.
    pub made: Option<usize>,
}

impl Provider {
    pub fn new(kind: Kind, habits: Habits, outages: Vec<(u64, u64)>) -> Self {
        Provider { kind, habits, refunds: Vec::new(), outages, faults: Faults::default(), key: None, next_id: 700_000 }
    }

    pub fn is_out(&self, now: u64) -> bool {
        self.outages.iter().any(|(from, to)| (*from..*to).contains(&now))
    }

    fn remaining(&self) -> u64 {
        let counts = |refund: &&Refund| matches!(refund.state, State::Pending | State::Done);
        self.habits.captured - self.refunds.iter().filter(counts).map(|refund| refund.amount).sum::<u64>()
    }

    pub fn add(&mut self, refund: Refund) -> usize {
        self.next_id += 1;
        self.refunds.push(Refund { id: self.next_id, ..refund });
        self.refunds.len() - 1
    }

    /// A refund by hand in the provider's back office, if as much is left.
    pub fn add_by_hand(&mut self, amount: u64, reference: Option<String>, now: u64) -> Option<usize> {
        if self.remaining() < amount {
            return None;
        }
        let (state, listed_at, has_moved) = (State::Done, now, true);
        Some(self.add(Refund { id: 0, reference, amount, state, made_at: now, listed_at, step: None, has_moved }))
    }

    /// A request to refund arrives.
    pub fn refund(&mut self, step: u64, request: &HttpRequest, now: u64, chance: &mut Chance) -> Processed {
        let just = |reply: Reply| Processed { reply, takes: 0, made: None };
        let asked = Asked::of(self.kind, request);
        if self.is_out(now) && !chance.hits(50) {
            self.faults.count(Fault::Outage);
            return just(self.gone(chance));
        }
        if self.habits.recognizes_keys
            && let Some(known) = self.key.as_ref().filter(|known| now <= known.since + MEMORY)
        {
            if now < known.busy_until {
                self.faults.count(Fault::InProgress);
                return just(self.in_progress());
            }
            let reply = match known.refund.filter(|_| !self.habits.repeats_words) {
                Some(at) => self.shown(&self.refunds[at], &asked),
                None => known.first.clone(),
            };
            return just(self.repeated(reply, &asked, now));
        }
        let trouble = self.habits.trouble;
        if chance.hits(trouble / 2) {
            self.faults.count(Fault::FailsBefore);
            return just(self.gone(chance));
        }
        if chance.hits(trouble / 2) {
            self.faults.count(Fault::TooMany);
            return just(self.too_many(chance));
        }
        if self.kind == Kind::PayerMax && chance.hits(trouble / 4) {
            self.faults.count(Fault::TokenExpired);
            return just(reply(401, r#"{"responseCode":"4015801","responseMessage":"Invalid Token (B2B)"}"#));
        }
        if self.habits.refuses_all || chance.hits(trouble / 4) {
            let fault = if self.habits.refuses_all { Fault::RefusedForSetUp } else { Fault::Refused };
            self.faults.count(fault);
            let refusal = self.signed(self.refused(), &asked, now);
            return just(self.refusal(refusal, now));
        }
        if asked.amount > self.remaining() {
            self.faults.count(Fault::Exceeded);
            let refusal = self.signed(self.exceeded(&asked), &asked, now);
            return just(self.refusal(refusal, now));
        }
        let state = match chance.below(100) {
            0..75 => State::Done,
            75..92 => State::Pending,
            // Durianpay has no word for a failed refund; it refuses.
            _ if self.kind == Kind::Durianpay => State::Done,
            _ => State::Failed,
        };
        let lag = if chance.hits(500) { 0 } else { chance.between(0, self.habits.longest_lag) };
        let made = self.add(Refund {
            id: 0,
            reference: asked.reference.clone(),
            amount: asked.amount,
            state,
            made_at: now,
            listed_at: now + lag,
            step: Some(step),
            has_moved: state == State::Done,
        });
        let first = self.signed(self.shown(&self.refunds[made], &asked), &asked, now);
        let takes = if chance.hits(trouble / 2) { chance.between(1, 100) * SECOND } else { 0 };
        self.remember(now, now + takes, Some(made), &first);
        // It fails inside after it made the refund.
        if chance.hits(trouble / 2) {
            self.faults.count(Fault::FailsAfter);
            return Processed { reply: self.gone(chance), takes, made: Some(made) };
        }
        Processed { reply: first, takes, made: Some(made) }
    }

    fn refusal(&mut self, refusal: Reply, now: u64) -> Reply {
        if self.habits.remembers_refusals {
            self.remember(now, now, None, &refusal);
        }
        refusal
    }

    fn remember(&mut self, since: u64, busy_until: u64, refund: Option<usize>, first: &Reply) {
        self.key = Some(Remembered { since, busy_until, refund, first: first.clone() });
    }

    /// A question arrives. What is there is shown, unless lists lag.
    pub fn query(&mut self, request: &HttpRequest, now: u64, chance: &mut Chance) -> Reply {
        if self.is_out(now) {
            self.faults.count(Fault::Outage);
            return self.gone(chance);
        }
        if chance.hits(self.habits.trouble / 2) {
            return self.gone(chance);
        }
        if chance.hits(self.habits.trouble / 2) {
            self.faults.count(Fault::TooMany);
            return self.too_many(chance);
        }
        if self.refunds.iter().any(|refund| refund.step.is_some() && now < refund.listed_at) {
            self.faults.count(Fault::ListLags);
        }
        if self.habits.is_crowded {
            self.faults.count(Fault::ListIsFull);
        }
        let listed: Vec<&Refund> = self.refunds.iter().filter(|refund| refund.listed_at <= now).collect();
        let others = if self.habits.is_crowded { 100 } else { 0 };
        let total = listed.len() + others;
        let other = |at: usize| Refund {
            id: 900_000 + u64::try_from(at).expect("few"),
            reference: Some(format!("of-somebody-{at}")),
            amount: 100,
            state: State::Done,
            made_at: now - MINUTE,
            listed_at: 0,
            step: None,
            has_moved: true,
        };
        let crowd: Vec<Refund> = (0..others).map(other).collect();
        let is_search = request.url.contains("size=25");
        // Razorpay shows 100 at most, and does not say that there are more.
        let page = match self.kind {
            Kind::Razorpay => 100,
            Kind::Craftgate if is_search => 25,
            _ => usize::MAX,
        };
        let all = crowd.iter().chain(listed.iter().copied()).take(page);
        let payment = payment_in(self.kind, request);
        match self.kind {
            Kind::Durianpay => {
                let entry = |refund: &Refund| {
                    format!(
                        r#"{{"id":"rfn_{}","refund_ref_id":{},"payment_id":"{payment}","total_amount":"{}","status":"{}","created_at":"{}"}}"#,
                        refund.id,
                        text(refund.reference.as_deref()),
                        major(refund.amount),
                        durianpay(refund.state),
                        utc(refund.made_at)
                    )
                };
                let items: Vec<String> = all.map(entry).collect();
                reply(200, &format!(r#"{{"data":{{"refund":[{}],"total_data":{total}}}}}"#, items.join(",")))
            }
            Kind::Doku => reply(503, ""),
            Kind::Razorpay => {
                let items: Vec<String> = all.map(|refund| razorpay(refund, &payment)).collect();
                let list =
                    format!(r#"{{"entity":"collection","count":{},"items":[{}]}}"#, items.len(), items.join(","));
                reply(200, &list)
            }
            Kind::Craftgate => {
                let items: Vec<String> = all.map(|refund| craftgate(refund, &payment, false)).collect();
                let pages =
                    if is_search { format!(r#","page":0,"size":25,"totalSize":{total}"#) } else { String::new() };
                reply(200, &format!(r#"{{"data":{{"items":[{}]{pages}}}}}"#, items.join(",")))
            }
            Kind::PayerMax => {
                let entry = |refund: &Refund| {
                    format!(
                        r#"{{"refundNo":"R{}","partnerReferenceNo":{},"refundAmount":{{"value":"{}","currency":"IDR"}},"refundStatus":"{}","refundDate":"{}"}}"#,
                        refund.id,
                        text(refund.reference.as_deref()),
                        major(refund.amount),
                        payermax(refund.state),
                        utc(refund.made_at)
                    )
                };
                let items: Vec<String> = all.map(entry).collect();
                let payment = string(&payment);
                reply(
                    200,
                    &format!(
                        r#"{{"responseCode":"2005500","responseMessage":"Successful","originalPartnerReferenceNo":{payment},"serviceCode":"54","latestTransactionStatus":"00","refundHistory":[{}]}}"#,
                        items.join(",")
                    ),
                )
            }
        }
    }

    /// A failure of its own, or of a gateway before it.
    fn gone(&self, chance: &mut Chance) -> Reply {
        let status = chance.one_of(&[500, 502, 503, 504]);
        match self.kind {
            Kind::Razorpay if chance.hits(500) => reply(
                500,
                r#"{"error":{"code":"SERVER_ERROR","description":"The server encountered an error. The incident has been reported to admins."}}"#,
            ),
            Kind::Craftgate if chance.hits(500) => reply(
                422,
                r#"{"errors":{"errorCode":"10299","errorDescription":"No response","errorGroup":"NO_RESPONSE"}}"#,
            ),
            _ => reply(status, "<html><body>upstream is not available</body></html>"),
        }
    }

    fn too_many(&self, chance: &mut Chance) -> Reply {
        let mut answer = match self.kind {
            Kind::Razorpay => reply(
                429,
                r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Request failed. Please try after sometime."}}"#,
            ),
            Kind::PayerMax => {
                let body = r#"{"responseCode":"4295800","responseMessage":"Too Many Requests"}"#;
                reply(429, body)
            }
            _ => reply(429, ""),
        };
        if chance.hits(500) {
            answer.headers.push(("Retry-After".into(), chance.between(1, 7200).to_string()));
        }
        answer
    }

    fn in_progress(&self) -> Reply {
        match self.kind {
            Kind::Razorpay => reply(
                409,
                r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Another request with the same idempotency key is still in progress.","source":"NA","step":"NA","reason":"NA","metadata":{}}}"#,
            ),
            // The others say nothing of it.
            _ => reply(500, ""),
        }
    }

    fn refused(&self) -> Reply {
        match self.kind {
            Kind::Durianpay => reply(
                400,
                r#"{"error":"invalid request","error_code":"DPAY_INVALID_REQUEST","errors":[{"field":"notes","message":"notes is invalid"}]}"#,
            ),
            Kind::Doku => reply(401, r#"{"error":{"code":"INVALID_SIGNATURE","message":"Invalid Signature"}}"#),
            Kind::Razorpay => {
                reply(401, r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The api key provided is invalid"}}"#)
            }
            Kind::Craftgate => reply(403, r#"{"errors":{"errorCode":"1005","errorDescription":"not allowed"}}"#),
            Kind::PayerMax => reply(403, r#"{"responseCode":"4035801","responseMessage":"Feature Not Allowed"}"#),
        }
    }

    fn exceeded(&self, asked: &Asked) -> Reply {
        match self.kind {
            Kind::Durianpay => {
                reply(403, r#"{"error":"refund amount exceed","error_code":"DPAY_REFUND_AMOUNT_EXCEEDED"}"#)
            }
            Kind::Doku => reply(
                200,
                &format!(
                    r#"{{"order":{{"invoice_number":"{}"}},"payment":{{"original_request_id":"{}"}},"refund":{{"amount":{},"type":"FULL_REFUND","status":"FAILED","message":"Total Refund amount is Bigger than Original Transaction"}},"error":{{"code":"PAYMENT_FAILED","message":"Total Refund amount is Bigger than Original Transaction"}}}}"#,
                    asked.payment,
                    asked.original,
                    asked.amount / 100
                ),
            ),
            Kind::Razorpay => reply(
                400,
                r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"The payment has been fully refunded already"}}"#,
            ),
            Kind::Craftgate => reply(
                422,
                r#"{"errors":{"errorCode":"10215","errorDescription":"refunded","errorGroup":"MAY_HAVE_ALREADY_REFUNDED"}}"#,
            ),
            Kind::PayerMax => {
                reply(403, r#"{"responseCode":"4035802","responseMessage":"Exceeds Transaction Amount Limit"}"#)
            }
        }
    }

    /// The refund as the answer to the request that made it.
    fn shown(&self, refund: &Refund, asked: &Asked) -> Reply {
        let body = match self.kind {
            Kind::Durianpay => format!(
                r#"{{"data":{{"id":"rfn_{}","ref_id":{},"payment_id":"{}","amount":"{}","refund_type":"partial","status":"{}","created_at":"{}"}}}}"#,
                refund.id,
                text(refund.reference.as_deref()),
                asked.payment,
                major(refund.amount),
                durianpay(refund.state),
                utc(refund.made_at)
            ),
            Kind::Doku => {
                let (kind, status) = match refund.state {
                    State::Pending => ("MANUAL_FULL_REFUND", "SUCCESS"),
                    State::Done => ("FULL_REFUND", "SUCCESS"),
                    State::Failed | State::Bounced => ("FULL_REFUND", "FAILED"),
                };
                format!(
                    r#"{{"order":{{"invoice_number":"{}"}},"payment":{{"original_request_id":"{}"}},"refund":{{"amount":{},"type":"{kind}","status":"{status}","approval_code":"{}"}}}}"#,
                    asked.payment,
                    asked.original,
                    refund.amount / 100,
                    refund.id
                )
            }
            Kind::Razorpay => razorpay(refund, &asked.payment),
            Kind::Craftgate => format!(r#"{{"data":{}}}"#, craftgate(refund, &asked.payment, true)),
            Kind::PayerMax => {
                let (code, status) = ("2005800", payermax(refund.state));
                format!(
                    r#"{{"responseCode":"{code}","responseMessage":"Successful","originalPartnerReferenceNo":"{}","refundNo":"R{}","partnerRefundNo":{},"refundAmount":{{"value":"{}","currency":"IDR"}},"refundTime":"{}","additionalInfo":{{"refundStatus":"{status}"}}}}"#,
                    asked.payment,
                    refund.id,
                    text(refund.reference.as_deref()),
                    major(refund.amount),
                    utc(refund.made_at)
                )
            }
        };
        reply(200, &body)
    }

    /// DOKU answers a repeat with HTTP 409. The others do not mark it.
    fn repeated(&self, first: Reply, asked: &Asked, now: u64) -> Reply {
        let status = if self.kind == Kind::Doku { 409 } else { first.status };
        self.signed(Reply { status, headers: Vec::new(), body: first.body }, asked, now)
    }

    /// DOKU signs its answers: base64(HMAC-SHA256(secret, Client-Id … Digest)), one component a line.
    fn signed(&self, answer: Reply, asked: &Asked, now: u64) -> Reply {
        if self.kind != Kind::Doku {
            return answer;
        }
        let (time, digest) = (utc(now), Base64::encode_string(&Sha256::digest(&answer.body)));
        let message = format!(
            "Client-Id:{DOKU_CLIENT}\nRequest-Id:{}\nResponse-Timestamp:{time}\nRequest-Target:{}\nDigest:{digest}",
            asked.key, asked.path
        );
        let signature = Base64::encode_string(&mac(DOKU_SECRET, message.as_bytes()));
        let headers = [
            ("Client-Id", DOKU_CLIENT.to_owned()),
            ("Request-Id", asked.key.clone()),
            ("Response-Timestamp", time),
            ("Signature", format!("HMACSHA256={signature}")),
        ];
        Reply { headers: headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), ..answer }
    }

    /// The event that tells of a refund's state, if the provider sends one.
    pub fn event(&self, at: usize, number: u64, payment: &str) -> Option<Event> {
        let refund = &self.refunds[at];
        match (self.kind, refund.state) {
            (Kind::Razorpay, state) => {
                let name = match state {
                    State::Pending => "refund.created",
                    State::Done => "refund.processed",
                    State::Failed | State::Bounced => "refund.failed",
                };
                let body = format!(
                    r#"{{"entity":"event","event":"{name}","contains":["refund"],"payload":{{"refund":{{"entity":{}}}}},"created_at":{}}}"#,
                    razorpay(refund, payment),
                    refund.made_at / 1000
                );
                let signature = hex(&mac(RAZORPAY_WEBHOOK_SECRET, body.as_bytes()));
                Some(Event::Delivery { id: format!("event{number}"), signature, body })
            }
            (Kind::Craftgate, State::Done) => Some(Event::Verified(format!(
                r#"{{"provider":"craftgate","kind":"REFUND","dedupeKey":"e{number}","refund":{{"id":"{}","status":"unknown"}},"signedFields":"eventType, eventTimestamp, status, payloadId","details":{{}}}}"#,
                refund.id
            ))),
            (Kind::Doku, State::Done) => Some(Event::Verified(format!(
                r#"{{"provider":"doku","kind":"REFUNDED","dedupeKey":"e{number}","signedFields":"the whole body","details":{{}}}}"#
            ))),
            (Kind::PayerMax, State::Done | State::Failed | State::Bounced) => Some(Event::Verified(format!(
                r#"{{"provider":"payermax","kind":"REFUND","dedupeKey":"e{number}","refund":{{"id":"R{}","reference":{},"status":"{}","amount":{{"value":"{}","currency":"IDR"}}}},"signedFields":"the whole body","details":{{}}}}"#,
                refund.id,
                text(refund.reference.as_deref()),
                if refund.state == State::Done { "succeeded" } else { "failed" },
                major(refund.amount)
            ))),
            _ => None,
        }
    }
}

/// What comes in by the webhook.
#[derive(Clone, Debug)]
pub enum Event {
    /// As Razorpay delivers it.
    Delivery { id: String, signature: String, body: String },
    /// As the reader of the webhooks gives it.
    Verified(String),
}

/// What a request asks for, as the provider takes it apart.
struct Asked {
    key: String,
    path: String,
    payment: String,
    original: String,
    reference: Option<String>,
    /// Minor units.
    amount: u64,
}

impl Asked {
    fn of(kind: Kind, request: &HttpRequest) -> Self {
        let body = Value::parse(request.body.as_deref().unwrap_or("{}")).expect("a JSON body");
        let member = |path: &str| body.at(path).and_then(Value::scalar).map(str::to_owned);
        let header = |name: &str| {
            let found = request.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let path = path_of(&request.url).to_owned();
        let (key, reference, amount) = match kind {
            Kind::Durianpay => (String::new(), member("ref_id"), member("amount").map(|amount| minor(&amount))),
            Kind::Doku => (header("Request-Id"), None, member("refund.amount").map(|amount| minor(&amount))),
            Kind::Razorpay => (
                header("X-Refund-Idempotency"),
                member("receipt"),
                member("amount").map(|amount| amount.parse().expect("minor units")),
            ),
            Kind::Craftgate => (
                header("x-idempotency-key"),
                member("conversationId"),
                member("refundPrice").map(|amount| minor(&amount)),
            ),
            Kind::PayerMax => (
                member("partnerRefundNo").unwrap_or_default(),
                member("partnerRefundNo"),
                member("refundAmount.value").map(|amount| minor(&amount)),
            ),
        };
        Asked {
            key,
            path,
            payment: payment_in(kind, request),
            original: member("payment.original_request_id").unwrap_or_default(),
            reference,
            // Craftgate refunds all of a payment that names no price.
            amount: amount.unwrap_or(crate::world::AMOUNT),
        }
    }
}

fn payment_in(kind: Kind, request: &HttpRequest) -> String {
    let body = Value::parse(request.body.as_deref().unwrap_or("{}")).expect("a JSON body");
    let member = |path: &str| body.at(path).and_then(Value::scalar).map(str::to_owned);
    match kind {
        Kind::Durianpay => member("payment_id").unwrap_or_else(|| crate::world::PAYMENT_OF_DURIANPAY.to_owned()),
        Kind::Doku => member("order.invoice_number").unwrap_or_default(),
        Kind::Razorpay => path_of(&request.url).split('/').nth(3).unwrap_or_default().to_owned(),
        Kind::Craftgate => crate::world::PAYMENT_OF_CRAFTGATE.to_owned(),
        Kind::PayerMax => member("originalPartnerReferenceNo").unwrap_or_default(),
    }
}

fn path_of(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after.find('/').map_or("/", |at| &after[at..]);
    path.split('?').next().unwrap_or(path)
}

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, headers: Vec::new(), body: body.to_owned() }
}

/// api/refunds/entity.
fn razorpay(refund: &Refund, payment: &str) -> String {
    let status = match refund.state {
        State::Pending => "pending",
        State::Done => "processed",
        State::Failed | State::Bounced => "failed",
    };
    format!(
        r#"{{"id":"rfnd_{}","entity":"refund","amount":{},"currency":"INR","payment_id":"{payment}","receipt":{},"notes":[],"created_at":{},"status":"{status}","speed_processed":"normal"}}"#,
        refund.id,
        refund.amount,
        text(refund.reference.as_deref()),
        refund.made_at / 1000
    )
}

/// "Refund": with a currency in the answer, without one in reports.
fn craftgate(refund: &Refund, payment: &str, has_currency: bool) -> String {
    let status = match refund.state {
        State::Pending => "WAITING",
        State::Done => "SUCCESS",
        State::Failed | State::Bounced => "FAILURE",
    };
    let currency = if has_currency { r#","currency":"TRY""# } else { "" };
    format!(
        r#"{{"id":{},"conversationId":{},"status":"{status}","refundPrice":{}{currency},"paymentTransactionId":{},"paymentId":{payment}}}"#,
        refund.id,
        text(refund.reference.as_deref()),
        major(refund.amount),
        crate::world::TRANSACTION_OF_CRAFTGATE
    )
}

fn durianpay(state: State) -> &'static str {
    match state {
        State::Pending => "approved",
        State::Done => "completed",
        State::Failed | State::Bounced => "failed",
    }
}

fn payermax(state: State) -> &'static str {
    match state {
        State::Pending => "03",
        State::Done => "00",
        State::Failed | State::Bounced => "06",
    }
}

fn text(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), string)
}

fn string(value: &str) -> String {
    format!("\"{value}\"")
}

fn major(minor: u64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn minor(major: &str) -> u64 {
    let (whole, part) = major.split_once('.').unwrap_or((major, "0"));
    let part: u64 = format!("{part:0<2}")[..2].parse().expect("hundredths");
    whole.parse::<u64>().expect("a whole number") * 100 + part
}

fn mac(secret: &str, message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 3339 from milliseconds since 1970 (the days by H. Hinnant's algorithm).
fn utc(ms: u64) -> String {
    let (days, rest) = (ms / DAY + 719_468, ms % DAY);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year + era * 400, month + 3) } else { (year + era * 400 + 1, month - 9) };
    let (hour, minute, second) = (rest / HOUR, rest % HOUR / MINUTE, rest % MINUTE / SECOND);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
