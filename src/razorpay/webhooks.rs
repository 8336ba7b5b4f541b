//! Razorpay's webhooks: refund.created, .processed, .failed and .speed_changed, and any other that is sent.

use super::responses::refund;
use crate::encode::{self, json::Value};
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::header;
use crate::input::{Field, Input, Settings};
use crate::provider::{SECRETS, WebhookTable};
use crate::sign::{HmacSha256Key, sha256};
use crate::webhook::{self, Delivery, Event, body_object, malformed, mismatch, signature_header};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const TABLE: WebhookTable =
    WebhookTable { settings: SETTINGS, reader: |settings| Ok(Box::new(Webhooks::new(settings)?)) };

const SETTINGS: &[Field] = &[SECRETS];

const SIGNATURE: &str = "X-Razorpay-Signature";

/// "webhook secret": typed in when the webhook is made, for each mode.
const COMPARE: &str = "the secret: it is the webhook's own, typed in when the webhook was made in this mode (test or live), \
                       not the key secret; and the body, which must be the raw one.";

/// Reads Razorpay's webhooks. The signature covers the whole body and no time, so old events cannot be told
/// by their signature: remember the dedupe keys. The event id, where the key comes from, is a header and not
/// signed: whoever has an old delivery can send it again under another id.
#[derive(Debug)]
pub struct Webhooks {
    keys: Vec<HmacSha256Key>,
}

impl Webhooks {
    /// Makes a reader from `secrets`: those of the webhook, not the key secret. When the secret is changed,
    /// retries of earlier events still come signed with the old one, for 24 hours: give both.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let keys = checked.secrets("secrets").filter_map(|secret| HmacSha256Key::new(secret.expose())).collect();
        problems.or(Webhooks { keys })
    }

    /// hex(HMAC-SHA256(webhook secret, raw body)), in lower case.
    fn verify(&self, delivery: &Delivery<'_>) -> Result<(), RefundError> {
        let value = signature_header(&delivery.headers, SIGNATURE)?;
        let mac = encode::from_hex(value).filter(|mac| mac.len() == 32);
        let mac = mac.ok_or_else(|| malformed(SIGNATURE, value, "64 hexadecimal digits in lower case"))?;
        let verified = self.keys.iter().any(|key| key.verify(&delivery.body, &mac));
        if verified { Ok(()) } else { Err(mismatch(SIGNATURE, &delivery.body, COMPARE)) }
    }
}

impl webhook::Webhooks for Webhooks {
    fn read<'r>(&self, delivery: &'r Delivery<'r>, _: Option<u64>) -> Result<Event<'r>, RefundError> {
        self.verify(delivery)?;
        let details = body_object(delivery)?;
        let kind = details.get("event").and_then(Value::text).map(|kind| Cow::<str>::Owned(String::from(kind)));
        let kind = kind.ok_or_else(|| RefundError::new(ErrorCode::UnreadableEvent, "event", "is missing."))?;
        let entity = details.at("payload.refund.entity").filter(|entity| entity.is_object());
        Ok(Event {
            provider: super::NAME,
            dedupe_key: dedupe_key(delivery, &details, &kind),
            // The state comes from the entity: refund.created arrives with a processed refund too.
            refund: entity.map(refund),
            kind,
            acknowledgement: None,
            signed_fields: "the whole body; not the header x-razorpay-event-id, which dedupeKey is taken from",
            details,
        })
    }
}

/// The id of webhooks/best-practices, the same in every delivery of an event. Where it is missing: event, refund, time
/// and state; where those are missing, the hash of the body, which is the same in every delivery.
fn dedupe_key(delivery: &Delivery<'_>, details: &Value<'_>, kind: &str) -> String {
    let is_id =
        |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if let Some(id) = header(&delivery.headers, "x-razorpay-event-id").one().filter(is_id) {
        return String::from(id);
    }
    let refund_id = details.at("payload.refund.entity.id").and_then(Value::text);
    // In the documentation's sample of refund.speed_changed the time stands inside payload.
    let created_at = details.get("created_at").or_else(|| details.at("payload.created_at")).and_then(Value::scalar);
    let state = details.at("payload.refund.entity.status").and_then(Value::text).unwrap_or_default();
    match refund_id.zip(created_at) {
        Some((refund_id, created_at)) => [kind, refund_id, created_at, state].join(":"),
        None => encode::hex(&sha256(&[&delivery.body])),
    }
}
