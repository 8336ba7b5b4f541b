//! DOKU's HTTP notifications.

use super::responses::payment;
use super::signing::{PREFIX, request_string_to_sign};
use crate::encode;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::header;
use crate::input::{Field, Input, Kind, Settings};
use crate::provider::{SECRETS, WINDOW_SECONDS, WebhookTable};
use crate::sign::HmacSha256Key;
use crate::snap::SIGNATURE_HEADER;
use crate::time;
use crate::verdict::{Refund, RefundStatus, fits};
use crate::webhook::{
    self, Delivery, Event, body_object, check_fresh, expect_scheme, malformed, mismatch, signature_header,
    signed_header,
};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const TABLE: WebhookTable =
    WebhookTable { settings: SETTINGS, reader: |settings| Ok(Box::new(Webhooks::new(settings)?)) };

const SETTINGS: &[Field] = &[
    Field::required("clientId", Kind::Header { min: 1, max: 128 }, "The Client ID from DOKU Back Office."),
    SECRETS,
    Field::required(
        "path",
        Kind::Header { min: 1, max: 512 },
        "The path of the notification URL as registered at DOKU, such as /payments/notifications. It is signed.",
    ),
    WINDOW_SECONDS,
];

const HEADER: &str = "Signature";
const TIMESTAMP: &str = "Request-Timestamp";

/// What DOKU's five signed lines are made of.
const COMPARE: &str = "the path: the one that DOKU calls, with or without its slash at the end, not the one behind a proxy; \
                       the secret key: that of this Client-Id and environment; and the body, which must be the raw one.";

/// Reads DOKU's notifications. The signature covers the whole body, the client id, the request id, the time
/// and the path.
#[derive(Debug)]
pub struct Webhooks {
    client_id: String,
    path: String,
    keys: Vec<HmacSha256Key>,
    window_seconds: Option<u64>,
}

impl Webhooks {
    /// Makes a reader from `clientId`, `secrets` and `path`.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let path = String::from(checked.text("path"));
        if !path.is_empty() && (!path.starts_with('/') || path.contains(['?', '#'])) {
            problems.add(ErrorCode::InvalidCharacter, "path", "must begin with / and have no query.");
        }
        problems.or(Webhooks {
            client_id: String::from(checked.text("clientId")),
            path,
            keys: checked.secrets("secrets").filter_map(|secret| HmacSha256Key::new(secret.expose())).collect(),
            window_seconds: checked.optional_text("windowSeconds").and_then(|seconds| seconds.parse().ok()),
        })
    }

    /// The request's own lines, with the path of the notification URL as Request-Target.
    fn verify(&self, delivery: &Delivery<'_>) -> Result<(), RefundError> {
        expect_scheme(
            &delivery.headers,
            HEADER,
            SIGNATURE_HEADER,
            "a notification of DOKU's SNAP API, which is not read here.",
        )?;
        let value = signature_header(&delivery.headers, HEADER)?;
        let encoded = value.strip_prefix(PREFIX);
        let mac = encoded.and_then(encode::from_base64).filter(|mac| mac.len() == 32);
        let mac =
            mac.ok_or_else(|| malformed(HEADER, encoded.unwrap_or(value), "HMACSHA256= and the base64 of 32 bytes"))?;
        let line = |name| signed_header(&delivery.headers, name, HEADER);
        let (id, request_id, timestamp) = (line("Client-Id")?, line("Request-Id")?, line(TIMESTAMP)?);
        let refusal = || mismatch(HEADER, &delivery.body, COMPARE);
        let body = core::str::from_utf8(&delivery.body).map_err(|_| refusal())?;
        let message = request_string_to_sign(id, request_id, timestamp, &self.path, Some(body));
        if !self.keys.iter().any(|key| key.verify(message.as_bytes(), &mac)) {
            return Err(refusal());
        }
        if id == self.client_id {
            return Ok(());
        }
        // Only who has the secret is told.
        let message = "is right, but for another Client-Id than the clientId of this reader.";
        Err(RefundError::new(ErrorCode::SignatureMismatch, HEADER, message))
    }
}

impl webhook::Webhooks for Webhooks {
    fn read<'r>(&self, delivery: &'r Delivery<'r>, now_ms: Option<u64>) -> Result<Event<'r>, RefundError> {
        self.verify(delivery)?;
        let signed = header(&delivery.headers, TIMESTAMP).one().and_then(time::parse_rfc3339);
        check_fresh(TIMESTAMP, signed, now_ms, self.window_seconds)?;
        let details = body_object(delivery)?;
        // DOKU does not name its notifications; the state of the transaction is what they tell.
        let kind = details.at("transaction.status").and_then(crate::Value::text).unwrap_or("notification");
        let refunded = fits("REFUNDED", kind);
        Ok(Event {
            provider: super::NAME,
            kind: Cow::Owned(String::from(kind)),
            dedupe_key: String::from(header(&delivery.headers, "Request-Id").one().unwrap_or_default()),
            refund: refunded.then(|| Refund { status: RefundStatus::Succeeded, ..payment(&details) }),
            acknowledgement: None,
            signed_fields: "the whole body, Client-Id, Request-Id and Request-Timestamp",
            details,
        })
    }
}
