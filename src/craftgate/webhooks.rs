//! Craftgate's webhooks.

use super::responses::status;
use crate::encode;
use crate::encode::json::Value;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::input::{Field, Input, Settings};
use crate::provider::{SECRETS, WINDOW_SECONDS, WebhookTable};
use crate::sign::{HmacSha256Key, sha256};
use crate::verdict::Refund;
use crate::webhook::{self, Delivery, Event, check_fresh, malformed, mismatch, signature_header};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const TABLE: WebhookTable =
    WebhookTable { settings: SETTINGS, reader: |settings| Ok(Box::new(Webhooks::new(settings)?)) };

const SETTINGS: &[Field] = &[SECRETS, WINDOW_SECONDS];

/// Source: "Webhook", "Verifying webhooks".
const HEADER: &str = "x-cg-signature-v1";

const COMPARE: &str = "the secret: it is the Merchant Webhook Key of the panel, neither the secret key nor the key of 3-D \
                       Secure callbacks; and the body, which must be the raw one.";

/// The longest body that is read. What is signed stands inside the body, so it is parsed before it is verified; an
/// event is a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;

/// Reads Craftgate's webhooks. The signature covers `eventType`, `eventTimestamp`, `status` and `payloadId`
/// only: `eventTime` and `payload` are anybody's word, and a refund has to be fetched by its id.
#[derive(Debug)]
pub struct Webhooks {
    keys: Vec<HmacSha256Key>,
    window_seconds: Option<u64>,
}

/// The four members that are signed, in the order and the text in which they are signed.
struct Signed<'v> {
    event_type: &'v str,
    timestamp: &'v str,
    status: &'v str,
    payload_id: &'v str,
}

impl Webhooks {
    /// Makes a reader from `secrets`, the Merchant Webhook Key.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        problems.or(Webhooks {
            keys: checked.secrets("secrets").filter_map(|secret| HmacSha256Key::new(secret.expose())).collect(),
            window_seconds: checked.optional_text("windowSeconds").and_then(|seconds| seconds.parse().ok()),
        })
    }

    /// base64(HMAC-SHA256(webhook key, eventType + eventTimestamp + status + payloadId))
    fn verify(&self, signed: &Signed<'_>, mac: &[u8], body: &[u8]) -> Result<(), RefundError> {
        let message = [signed.event_type, signed.timestamp, signed.status, signed.payload_id].concat();
        let verified = self.keys.iter().any(|key| key.verify(message.as_bytes(), mac));
        if verified { Ok(()) } else { Err(mismatch(HEADER, body, COMPARE)) }
    }
}

impl<'v> Signed<'v> {
    /// The signed members in their documented form; each must stand once, so that no other reader of the
    /// body sees another value. The name of the first that is not so otherwise.
    ///
    /// Nothing separates them in the signed text. Their forms do: capitals, then digits, then one of two
    /// words, then the rest. So one signature fits one event only.
    fn find(body: &'v Value<'_>) -> Result<Self, &'static str> {
        let Value::Object(members) = body else { return Err("eventType") };
        let only = |name: &'static str| {
            let mut found = members.iter().filter(|(member, _)| member == name).map(|(_, value)| value);
            found.next().filter(|_| found.next().is_none()).ok_or(name)
        };
        let text = |name: &'static str, fits: fn(u8) -> bool| {
            let text = only(name)?.text().filter(|text| !text.is_empty() && text.bytes().all(fits));
            text.ok_or(name)
        };
        let timestamp = match only("eventTimestamp")? {
            Value::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
            _ => return Err("eventTimestamp"),
        };
        let status = text("status", |byte| byte.is_ascii_uppercase())?;
        Ok(Signed {
            event_type: text("eventType", |byte| byte.is_ascii_uppercase() || byte == b'_')?,
            timestamp,
            status: Some(status).filter(|status| matches!(*status, "SUCCESS" | "FAILURE")).ok_or("status")?,
            payload_id: text("payloadId", |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))?,
        })
    }

    /// What is signed, since there is no event id. Of a wallet it names the wallet only, and of others nobody knows:
    /// there the payload's own id tells two events of one second apart, or the hash of a body whose payload has none.
    /// Neither is signed; a refund event has no payload, so nothing that is not signed is in its key.
    fn dedupe_key(&self, details: &Value<'_>, body: &[u8]) -> String {
        let signed = [self.event_type, self.payload_id, self.timestamp, self.status].join(":");
        let Some(payload) = details.get("payload").filter(|payload| payload.is_object() && !self.is_refund()) else {
            return signed;
        };
        let is_id = |id: &&str| {
            (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let id = payload.get("id").and_then(Value::scalar).filter(is_id);
        let hash = || encode::hex(&sha256(&[body]));
        [signed, id.map_or_else(hash, String::from)].join(":")
    }

    fn is_refund(&self) -> bool {
        matches!(self.event_type, "REFUND" | "REFUND_TX")
    }

    /// A refund event names its refund's id and state, nothing else: `REFUND` the payment refund's, `REFUND_TX`
    /// the transaction refund's.
    fn refund<'r>(&self) -> Option<Refund<'r>> {
        self.is_refund().then(|| Refund {
            id: Some(Cow::Owned(String::from(self.payload_id))),
            provider_status: Some(Cow::Owned(String::from(self.status))),
            ..Refund::in_state(status(self.status))
        })
    }
}

impl webhook::Webhooks for Webhooks {
    fn read<'r>(&self, delivery: &'r Delivery<'r>, now_ms: Option<u64>) -> Result<Event<'r>, RefundError> {
        let value = signature_header(&delivery.headers, HEADER)?;
        let mac = encode::from_base64(value).filter(|mac| mac.len() == 32);
        let mac = mac.ok_or_else(|| malformed(HEADER, value, "the base64 of 32 bytes"))?;
        if delivery.body.len() > MAX_BODY {
            return Err(RefundError::new(ErrorCode::BodyTooLarge, "body", "is longer than 64 KiB, and no event is."));
        }
        let details = core::str::from_utf8(&delivery.body).ok().and_then(Value::parse).filter(Value::is_object);
        let compare = "the body: it is not a JSON object, and all that is signed stands in it.";
        let details = details.ok_or_else(|| mismatch(HEADER, &delivery.body, compare))?;
        let unsigned = |name: &str| {
            let message = ["covers ", name, ", which the body does not have once and in its documented form."].concat();
            RefundError::new(ErrorCode::SignatureMismatch, HEADER, message)
        };
        let signed = Signed::find(&details).map_err(unsigned)?;
        self.verify(&signed, &mac, &delivery.body)?;
        let signed_ms = signed.timestamp.parse::<u64>().ok().and_then(|seconds| seconds.checked_mul(1000));
        check_fresh("eventTimestamp", signed_ms, now_ms, self.window_seconds)?;
        Ok(Event {
            provider: super::NAME,
            kind: Cow::Owned(String::from(signed.event_type)),
            dedupe_key: signed.dedupe_key(&details, &delivery.body),
            refund: signed.refund(),
            acknowledgement: None,
            signed_fields: "eventType, eventTimestamp, status and payloadId; nothing else in the body",
            details,
        })
    }
}
