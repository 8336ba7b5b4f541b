//! Webhooks: an event is handed out only when its signature is the provider's.
//!
//! Two shapes: with a shared secret the core verifies by itself ([`Webhooks::read`]); with a public key the
//! host verifies, because RSA would cost every user many kilobytes ([`Webhooks::prepare`], then
//! [`Webhooks::finish`]).

use crate::encode;
use crate::encode::json::{Value, Writer};
use crate::error::{ErrorCode, RefundError};
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

/// Refuses a delivery that is signed in another header than the one that is read here, and says what that is.
///
/// # Errors
/// [`ErrorCode::MissingSignature`].
pub fn expect_scheme(headers: &Headers<'_>, name: &str, other: &str, what: &str) -> Result<(), RefundError> {
    if header(headers, name) == Header::Absent && header(headers, other) != Header::Absent {
        let message = ["is missing, but the header ", other, " is there: ", what].concat();
        return Err(RefundError::new(ErrorCode::MissingSignature, name, message));
    }
    Ok(())
}

/// The one value of a header that the signature covers.
///
/// # Errors
/// [`ErrorCode::SignatureMismatch`], at the header of the signature: without that value nothing can be verified.
pub fn signed_header<'a>(headers: &'a Headers<'_>, name: &str, signature: &str) -> Result<&'a str, RefundError> {
    let wrong = match header(headers, name) {
        Header::One(value) if !value.bytes().any(|byte| byte.is_ascii_control()) => return Ok(value),
        Header::One(_) => "holds a control character.",
        Header::Absent => "is missing.",
        Header::Many => "stands more than once.",
    };
    let message = ["covers the header ", name, ", which ", wrong].concat();
    Err(RefundError::new(ErrorCode::SignatureMismatch, signature, message))
}

/// The refusal of a signature that does not have the wanted form. It says which form it has instead, where that is
/// one of those that other systems and careless programs make of a signature.
#[must_use]
pub fn malformed(name: &str, value: &str, wanted: &str) -> RefundError {
    let form = signature_form(value).map_or_else(String::new, |form| [": it ", &form].concat());
    RefundError::new(ErrorCode::MalformedSignature, name, ["is not ", wanted, &form, "."].concat())
}

fn signature_form(value: &str) -> Option<String> {
    let of_bytes = |form: &str, bytes: usize| Some(["is ", form, " of ", &encode::decimal(bytes), " bytes"].concat());
    if value.len().is_multiple_of(2) && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let capitals = value.bytes().any(|byte| byte.is_ascii_uppercase());
        return of_bytes(
            if capitals { "hexadecimal in capitals (upper case)" } else { "hexadecimal" },
            value.len() / 2,
        );
    }
    if let Some(bytes) = encode::from_base64(value) {
        return of_bytes("base64", bytes.len());
    }
    let is_quoted = value.starts_with(['"', '\'', ' ']) || value.ends_with(['"', '\'', ' ']);
    // What padding leaves behind the first = of base64 is nothing, or another one.
    let has_prefix = value.split_once('=').is_some_and(|(_, rest)| !rest.trim_start_matches('=').is_empty());
    let form = match value {
        _ if is_quoted => "has quotation marks or white space around it",
        _ if has_prefix => "has another prefix, as in sha256=",
        _ if value.contains(['-', '_']) => "is base64 of the URL alphabet, or something else",
        _ => return None,
    };
    Some(String::from(form))
}

/// The refusal of a signature that is not that of these bytes: what the body must have gone through, where that can be
/// seen; otherwise what is most often not as it should be, `compare`. Nothing depends on what the right signature is.
#[must_use]
pub fn mismatch(name: &str, body: &[u8], compare: &str) -> RefundError {
    let message = match body_form(body) {
        Some(form) => ["cannot be the signature of this body: it ", form].concat(),
        None => ["is not the signature of these bytes. Compare ", compare].concat(),
    };
    RefundError::new(ErrorCode::SignatureMismatch, name, message)
}

/// What was done to a body before it came here. All providers send a JSON object.
fn body_form(body: &[u8]) -> Option<&'static str> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    match body {
        [] => Some("is empty. Something read it before, or a proxy dropped it."),
        [0xef, 0xbb, 0xbf, ..] => Some("begins with a byte order mark, which the provider does not send."),
        [b'"', ..] => Some("is JSON inside a JSON text. Pass what was received, without JSON.stringify."),
        _ if body.starts_with(b"[object ") => Some("is an object that was made a text. Pass the raw body."),
        // The base64 of an opening brace and anything behind it begins so.
        [b'e', ..] if body.iter().all(is_base64) => {
            Some("is base64. Decode it first: AWS Lambda says so with isBase64Encoded.")
        }
        _ if core::str::from_utf8(body).is_err() => Some("is not UTF-8. Undo its compression or other coding first."),
        _ => None,
    }
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

/// Refuses a signed time, the value of `name`, that is too far from now, either way. Without a window nothing is
/// checked; with one, a clock is needed and the time must be readable.
///
/// # Errors
/// [`ErrorCode::NotFresh`].
pub fn check_fresh(
    name: &str,
    signed_ms: Option<u64>,
    now_ms: Option<u64>,
    window_seconds: Option<u64>,
) -> Result<(), RefundError> {
    let Some(window) = window_seconds else { return Ok(()) };
    let Some(now) = now_ms.filter(|now| time::is_sane(*now)) else {
        return Err(RefundError::new(ErrorCode::InvalidAttempt, "now", "is needed to check how old the event is."));
    };
    let refuse = |message: &str| Err(RefundError::new(ErrorCode::NotFresh, name, message));
    let Some(signed) = signed_ms else { return refuse("is not a time that can be read.") };
    let away = signed.abs_diff(now);
    if away <= window.saturating_mul(1000) {
        return Ok(());
    }
    let direction = if signed < now { " seconds old" } else { " seconds ahead of this machine's clock" };
    let (away, window) = (encode::decimal(away.div_ceil(1000)), encode::decimal(window));
    refuse(&["is ", &away, direction, ", and windowSeconds allows ", &window, "."].concat())
}
