//! Webhooks: an event is handed out only when its signature is the provider's.
//!
//! Two shapes: with a shared secret the core verifies by itself ([`Webhooks::read`]); with a public key the
//! host verifies, because RSA would cost every user many kilobytes ([`Webhooks::prepare`], then
//! [`Webhooks::finish`]).

use crate::encode::json::{Value, Writer};
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{Header, Headers, header};
use crate::sign::Algorithm;
use crate::time;
use crate::verdict::{Refund, refund_json, script_safe};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// What arrived at the webhook's URL: headers and the exact bytes of the body.
#[derive(Clone, Debug)]
pub struct Delivery<'a> {
    /// The headers.
    pub headers: Headers<'a>,
    /// The raw bytes of the body, as received.
    pub body: Cow<'a, [u8]>,
}

/// A verified event.
#[derive(Clone, Debug)]
pub struct Event<'r> {
    /// The provider's name in this crate.
    pub provider: &'static str,
    /// The provider's name of the event. Never take a refund's state from it: read `refund.status`.
    pub kind: Cow<'r, str>,
    /// The same for every delivery of the same event: store it and ignore what was seen before.
    pub dedupe_key: String,
    /// The refund that the event speaks of, where it holds one.
    pub refund: Option<Refund<'r>>,
    /// The body that the provider expects as the answer; `None` where an empty 200 will do.
    pub acknowledgement: Option<&'static str>,
    /// Which fields the signature covers; what is not named here is anybody's word.
    pub signed_fields: &'static str,
    /// The provider's own fields.
    pub details: Value<'r>,
}

impl Event<'_> {
    /// The event as JSON, as JavaScript sees it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("provider", self.provider).text("kind", &self.kind).text("dedupeKey", &self.dedupe_key);
        if let Some(refund) = &self.refund {
            json.raw("refund", &refund_json(refund));
        }
        json.optional_text("acknowledgement", self.acknowledgement)
            .text("signedFields", self.signed_fields)
            .value("details", &script_safe(&self.details));
        json.finish()
    }
}

/// A delivery whose signature the host has to verify with the provider's public key.
#[derive(Clone, Debug)]
pub struct Unverified {
    /// What made the signature.
    pub algorithm: Algorithm,
    /// The string that was signed; where several are possible, each of them.
    pub messages: Vec<String>,
    /// The signature, decoded.
    pub signature: Vec<u8>,
}

/// Reads a provider's webhooks.
pub trait Webhooks {
    /// The event, when the signature is right.
    ///
    /// # Errors
    /// A code of its own for a missing, duplicated, empty, malformed or wrong signature, for a signed time
    /// outside the window, and for a verified body that is not the provider's event.
    /// [`ErrorCode::SignedOutside`] where the host verifies: use [`Webhooks::prepare`].
    fn read<'r>(&self, delivery: &'r Delivery<'r>, now_ms: Option<u64>) -> Result<Event<'r>, RefundError>;

    /// What the host verifies with the provider's public key before it calls [`Webhooks::finish`].
    ///
    /// # Errors
    /// As [`Webhooks::read`]; [`ErrorCode::NotExternallySignable`] where the core verifies by itself.
    fn prepare(&self, delivery: &Delivery<'_>, now_ms: Option<u64>) -> Result<Unverified, RefundError> {
        let _ = (delivery, now_ms);
        Err(RefundError::new(ErrorCode::NotExternallySignable, "delivery", "is verified inside the module: call read."))
    }

    /// The event of a delivery that the host has verified.
    ///
    /// # Errors
    /// [`ErrorCode::SignatureMismatch`] when it was not, [`ErrorCode::UnreadableEvent`].
    fn finish<'r>(&self, delivery: &'r Delivery<'r>, verified: bool) -> Result<Event<'r>, RefundError> {
        let _ = (delivery, verified);
        Err(RefundError::new(ErrorCode::NotExternallySignable, "delivery", "is verified inside the module: call read."))
    }
}

/// The one value of the signature header.
///
/// # Errors
/// [`ErrorCode::MissingSignature`], [`ErrorCode::DuplicateSignature`], [`ErrorCode::EmptySignature`].
pub fn signature_header<'a>(headers: &'a Headers<'_>, name: &str) -> Result<&'a str, RefundError> {
    let refuse = |code, message: &str| Err(RefundError::new(code, name, message));
    match header(headers, name) {
        Header::Absent => refuse(ErrorCode::MissingSignature, "is missing."),
        Header::Many => refuse(ErrorCode::DuplicateSignature, "stands more than once."),
        Header::One("") => refuse(ErrorCode::EmptySignature, "is empty."),
        // `Headers` joins what stands more than once; no signature holds a comma.
        Header::One(value) if value.contains(',') => refuse(ErrorCode::DuplicateSignature, "stands more than once."),
        Header::One(value) => Ok(value),
    }
}

/// The refusal of a signature that does not have the form of one.
#[must_use]
pub fn malformed(name: &str, form: &str) -> RefundError {
    RefundError::new(ErrorCode::MalformedSignature, name, form)
}

/// The refusal of a signature that is not that of these bytes.
#[must_use]
pub fn mismatch(name: &str) -> RefundError {
    RefundError::new(
        ErrorCode::SignatureMismatch,
        name,
        "is not the signature of these bytes under any of the secrets.",
    )
}

/// The body of a verified delivery as a JSON object.
///
/// # Errors
/// [`ErrorCode::UnreadableEvent`].
pub fn body_object<'r>(delivery: &'r Delivery<'_>) -> Result<Value<'r>, RefundError> {
    let text = core::str::from_utf8(&delivery.body).ok();
    let value = text.and_then(Value::parse).filter(Value::is_object);
    value.ok_or_else(|| RefundError::new(ErrorCode::UnreadableEvent, "body", "is not a JSON object."))
}

/// Refuses a signed time too far from now, either way. Without a window nothing is checked; with one, a
/// clock is needed and the time must be readable.
///
/// # Errors
/// [`ErrorCode::NotFresh`].
pub fn check_fresh(
    signed_ms: Option<u64>,
    now_ms: Option<u64>,
    window_seconds: Option<u64>,
) -> Result<(), RefundError> {
    let Some(window) = window_seconds else { return Ok(()) };
    let mut problems = Problems::default();
    let now = now_ms.filter(|now| time::is_sane(*now));
    match (signed_ms, now) {
        (_, None) => problems.add(ErrorCode::InvalidAttempt, "now", "is needed to check how old the event is."),
        (None, _) => problems.add(ErrorCode::NotFresh, "", "has no readable signed time."),
        (Some(signed), Some(now)) if signed.abs_diff(now) > window.saturating_mul(1000) => {
            problems.add(ErrorCode::NotFresh, "", "was signed outside the window.");
        }
        _ => {}
    }
    problems.or(())
}
