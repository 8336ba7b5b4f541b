//! Craftgate's webhooks.

use super::responses::status;
use crate::encode;
use crate::encode::json::Value;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::input::{Field, Input, Settings};
use crate::provider::{SECRETS, WINDOW_SECONDS, WebhookTable};
use crate::sign::HmacSha256Key;
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
    fn verify(&self, signed: &Signed<'_>, mac: &[u8]) -> Result<(), RefundError> {
        let message = [signed.event_type, signed.timestamp, signed.status, signed.payload_id].concat();
        let verified = self.keys.iter().any(|key| key.verify(message.as_bytes(), mac));
        if verified { Ok(()) } else { Err(mismatch(HEADER)) }
    }
}

impl<'v> Signed<'v> {
    /// The signed members in their documented form; each must stand once, so that no other reader of the
    /// body sees another value.
    ///
    /// Nothing separates them in the signed text. Their forms do: capitals, then digits, then one of two
    /// words, then the rest. So one signature fits one event only.
    fn find(body: &'v Value<'_>) -> Option<Self> {
        let Value::Object(members) = body else { return None };
        let only = |name: &str| {
            let mut found = members.iter().filter(|(member, _)| member == name).map(|(_, value)| value);
            found.next().filter(|_| found.next().is_none())
        };
        let text = |name: &str, fits: fn(u8) -> bool| {
            only(name)?.text().filter(|text| !text.is_empty() && text.bytes().all(fits))
        };
        let timestamp = match only("eventTimestamp")? {
            Value::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
            _ => return None,
        };
        Some(Signed {
            event_type: text("eventType", |byte| byte.is_ascii_uppercase() || byte == b'_')?,
            timestamp,
            status: text("status", |byte| byte.is_ascii_uppercase())
                .filter(|status| matches!(*status, "SUCCESS" | "FAILURE"))?,
            payload_id: text("payloadId", |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))?,
        })
    }

    /// A refund event names its refund's id and state, nothing else: `REFUND` the payment refund's, `REFUND_TX`
    /// the transaction refund's.
    fn refund<'r>(&self) -> Option<Refund<'r>> {
        matches!(self.event_type, "REFUND" | "REFUND_TX").then(|| Refund {
            id: Some(Cow::Owned(String::from(self.payload_id))),
            provider_status: Some(Cow::Owned(String::from(self.status))),
            ..Refund::in_state(status(self.status))
        })
    }
}

impl webhook::Webhooks for Webhooks {
    fn read<'r>(&self, delivery: &'r Delivery<'r>, now_ms: Option<u64>) -> Result<Event<'r>, RefundError> {
        let given = signature_header(&delivery.headers, HEADER)?;
        let mac = encode::from_base64(given).filter(|mac| mac.len() == 32);
        let mac = mac.ok_or_else(|| malformed(HEADER, "is not the base64 of 32 bytes."))?;
        let body = Some(&delivery.body).filter(|body| body.len() <= MAX_BODY);
        let body = body.and_then(|body| core::str::from_utf8(body).ok()).and_then(Value::parse).unwrap_or(Value::Null);
        let message = "cannot be checked: the body is longer than 64 KiB, or does not have eventType, eventTimestamp, \
                       status and payloadId, each once and in its documented form.";
        let unsigned = || RefundError::new(ErrorCode::SignatureMismatch, HEADER, message);
        let signed = Signed::find(&body).ok_or_else(unsigned)?;
        self.verify(&signed, &mac)?;
        let signed_ms = signed.timestamp.parse::<u64>().ok().and_then(|seconds| seconds.checked_mul(1000));
        check_fresh(signed_ms, now_ms, self.window_seconds)?;
        Ok(Event {
            provider: super::NAME,
            kind: Cow::Owned(String::from(signed.event_type)),
            dedupe_key: [signed.event_type, signed.payload_id, signed.timestamp].join(":"),
            refund: signed.refund(),
            acknowledgement: None,
            signed_fields: "eventType, eventTimestamp, status and payloadId; nothing else in the body",
            details: body,
        })
    }
}
