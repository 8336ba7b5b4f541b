//! PayerMax's notifications, signed with PayerMax's RSA key: the host verifies.

use super::signing::SIGN_HEADER;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{Header, header};
use crate::input::{Field, Input, Kind, Settings};
use crate::provider::{WINDOW_SECONDS, WebhookTable};
use crate::sign::Algorithm;
use crate::snap::{self, SIGNATURE_HEADER};
use crate::verdict::Refund;
use crate::webhook::{self, Delivery, Event, Unverified, body_object, expect_scheme, mismatch};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const TABLE: WebhookTable =
    WebhookTable { settings: SETTINGS, reader: |settings| Ok(Box::new(Webhooks::new(settings)?)) };

const SETTINGS: &[Field] = &[
    Field::required(
        "merchantId",
        Kind::Text { min: 1, max: 32 },
        "merchantId: the merchant number that PayerMax's notifications name. Its key signs for all merchants, so events that \
         name another one are refused.",
    ),
    Field::optional(
        "path",
        Kind::Header { min: 1, max: 512 },
        "The path of the notification URL as PayerMax calls it, such as /payments/notifications. It is signed. Needed unless \
         scheme is sign.",
    ),
    Field::optional(
        "otherPath",
        Kind::Header { min: 1, max: 512 },
        "Another path that PayerMax may have signed instead: it does not say whether it signs the merchant's own path or the \
         documented /v1.0/debit/notify.",
    ),
    Field::optional(
        "scheme",
        Kind::OneOf(&["snap", "sign"]),
        "snap: X-SIGNATURE over path, body and time (Debit-Notify, the guide of 202606), when it is left out. sign: the header \
         sign over the raw body (the older Debit-Notice); it signs no path and no time.",
    ),
    Field::optional(
        "acknowledgement",
        Kind::OneOf(&["snap", "gateway"]),
        "What the event names as the body to answer with: {\"responseCode\":\"2005600\",\"responseMessage\":\"Successful\"} (the \
         standard's, when it is left out) or {\"code\":\"SUCCESS\",\"msg\":\"Success\"} (PayerMax's other APIs). PayerMax's page \
         on it is not known.",
    ),
    WINDOW_SECONDS,
];

const GATEWAY: &str = "a notification of PayerMax's gateway API perhaps, which is not SNAP's and is not read here";

const COMPARE: &str = "the public key: it is PayerMax's of this environment, not your own";

/// Reads PayerMax's notifications. The public key stays with the host: [`webhook::Webhooks::prepare`] gives
/// what it verifies.
#[derive(Debug)]
pub struct Webhooks {
    merchant_id: String,
    /// Empty: the raw body is what is signed.
    paths: Vec<String>,
    acknowledgement: &'static str,
    window_seconds: Option<u64>,
}

impl Webhooks {
    /// Makes a reader from `merchantId` and `path`.
    ///
    /// # Errors
    /// Everything that is wrong with the settings, at once.
    pub fn new(settings: &Settings<'_>) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        let checked = Input::check_settings(SETTINGS, settings, &mut problems);
        let mut paths = Vec::new();
        for name in ["path", "otherPath"] {
            let Some(path) = checked.optional_text(name) else { continue };
            if !path.starts_with('/') || path.contains(['?', '#', ' ']) {
                problems.add(ErrorCode::InvalidCharacter, name, "must begin with / and have no query.");
            }
            paths.push(String::from(path));
        }
        let window_seconds = checked.optional_text("windowSeconds").and_then(|seconds| seconds.parse().ok());
        if checked.optional_text("scheme") == Some("sign") {
            if !paths.is_empty() || window_seconds.is_some() {
                problems.add(ErrorCode::Conflict, "scheme", "sign signs no path and no time: leave both out.");
            }
            paths.clear();
        } else if checked.optional_text("path").is_none() {
            problems.add(ErrorCode::MissingField, "path", "is missing.");
        }
        let acknowledgement = match checked.optional_text("acknowledgement") {
            Some("gateway") => r#"{"code":"SUCCESS","msg":"Success"}"#,
            _ => r#"{"responseCode":"2005600","responseMessage":"Successful"}"#,
        };
        let merchant_id = String::from(checked.text("merchantId"));
        problems.or(Webhooks { merchant_id, paths, acknowledgement, window_seconds })
    }

    fn mismatch(&self, body: &[u8]) -> RefundError {
        if self.paths.is_empty() {
            let compare = [COMPARE, "; and the body, which must be the raw one."].concat();
            return mismatch(SIGN_HEADER, body, &compare);
        }
        let compare = [COMPARE, "; path and otherPath: PayerMax signs the one that it calls; and the body."].concat();
        mismatch(SIGNATURE_HEADER, body, &compare)
    }

    /// The hash of the body: X-EXTERNAL-ID is not signed. Two refunds of one amount may have the same body where it
    /// names the number of neither; then the signed time tells them apart, where one is signed.
    fn dedupe_key(&self, delivery: &Delivery<'_>, refund: Option<&Refund<'_>>) -> String {
        let hash = snap::body_hash(&delivery.body);
        let is_named = refund.is_none_or(|refund| refund.id.is_some() || refund.reference.is_some());
        match header(&delivery.headers, snap::TIMESTAMP_HEADER) {
            Header::One(timestamp) if !is_named && !self.paths.is_empty() => [&hash, ":", timestamp].concat(),
            _ => hash,
        }
    }
}

impl webhook::Webhooks for Webhooks {
    fn read<'r>(&self, _: &'r Delivery<'r>, _: Option<u64>) -> Result<Event<'r>, RefundError> {
        let message = "is signed with PayerMax's RSA key, which the host verifies.";
        Err(RefundError::new(ErrorCode::SignedOutside, "delivery", message))
    }

    fn prepare(&self, delivery: &Delivery<'_>, now_ms: Option<u64>) -> Result<Unverified, RefundError> {
        if !self.paths.is_empty() {
            let what = ["an older Debit-Notice, which a reader with scheme sign takes, or ", GATEWAY, "."].concat();
            expect_scheme(&delivery.headers, SIGNATURE_HEADER, SIGN_HEADER, &what)?;
            return snap::notification(delivery, &self.paths, now_ms, self.window_seconds);
        }
        let what = "a Debit-Notify of SNAP, which a reader with path takes.";
        expect_scheme(&delivery.headers, SIGN_HEADER, SIGNATURE_HEADER, what)?;
        let signature = snap::rsa_signature(delivery, SIGN_HEADER)?;
        let body = core::str::from_utf8(&delivery.body).map_err(|_| self.mismatch(&delivery.body))?;
        Ok(Unverified { algorithm: Algorithm::RsaPkcs1Sha256, messages: vec![String::from(body)], signature })
    }

    fn finish<'r>(&self, delivery: &'r Delivery<'r>, verified: bool) -> Result<Event<'r>, RefundError> {
        if !verified {
            return Err(self.mismatch(&delivery.body));
        }
        let details = body_object(delivery)?;
        // The gateway's have merchantNo where SNAP's have merchantId, or none of the members that SNAP's must have.
        let is_snap =
            ["latestTransactionStatus", "originalPartnerReferenceNo"].iter().any(|name| details.get(name).is_some());
        if !is_snap && ["merchantId", "merchantNo"].iter().any(|name| details.get(name).is_some()) {
            let message =
                ["has neither latestTransactionStatus nor originalPartnerReferenceNo: ", GATEWAY, "."].concat();
            return Err(RefundError::new(ErrorCode::UnreadableEvent, "body", message));
        }
        // "merchantId: Y" on both pages, Debit-Notify and Debit-Notice.
        if snap::text(&details, "merchantId").as_deref() != Some(&*self.merchant_id) {
            let message = "is not this merchant's: PayerMax signs for all merchants with one key.";
            return Err(RefundError::new(ErrorCode::SignatureMismatch, "merchantId", message));
        }
        let kind = snap::text(&details, "additionalInfo.notifyType");
        let refund = (kind.as_deref() == Some("REFUND")).then(|| refund(&details));
        Ok(Event {
            provider: super::NAME,
            kind: kind.unwrap_or("notification".into()),
            dedupe_key: self.dedupe_key(delivery, refund.as_ref()),
            refund,
            acknowledgement: Some(self.acknowledgement),
            signed_fields: if self.paths.is_empty() { "the whole body" } else { "the whole body and X-TIMESTAMP" },
            details,
        })
    }
}

/// `latestTransactionStatus` of a REFUND: 00 refunded, 06 failed; `amount` is then the refund's. Its number is
/// known only where the standard's `refundHistory` has this one refund.
fn refund<'r>(body: &crate::Value<'r>) -> Refund<'r> {
    let provider_status = snap::text(body, "latestTransactionStatus");
    let status = snap::refund_status(provider_status.as_deref().unwrap_or_default());
    let refund = snap::refund(body, status);
    let only = snap::history(body).filter(|history| history.len() == 1).and_then(|mut history| history.pop());
    let (id, reference) = only.map_or((None, None), |only| (only.id, only.reference));
    Refund {
        id: refund.id.or(id),
        reference: refund.reference.or(reference),
        provider_status,
        amount: snap::money(body, "amount").or(refund.amount),
        created_at: snap::text(body, "createdTime"),
        ..refund
    }
}
