//! Durianpay's authentication: for v1 the server key and a colon in base64, nothing is signed; for SNAP that
//! scheme's signatures.

use super::Client;
use super::requests::{is_snap, is_token_call};
use crate::error::{ErrorCode, RefundError};
use crate::http::HttpRequest;
use crate::plan::Plan;
use crate::secret::Secret;
use crate::sign::{self, Algorithm, Attempt, Encoding, Explanation, Line, Prepared};
use crate::snap::{self, Call};
use crate::time;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// One attempt. That of a v1 plan holds neither time nor nonce: every attempt is the same request.
pub(super) fn sign(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<HttpRequest, RefundError> {
    if !is_snap(plan) {
        // "Authentication": `Authorization: Basic base64(<api key>:)`, a blank password, colon included.
        let key = needed(client.server_key.as_ref(), "serverKey")?;
        return Ok(authorized(client, plan, sign::basic(key.expose(), b"")));
    }
    let prepared = prepare(client, plan, attempt)?;
    if is_token_call(plan) {
        let message = "is signed with the merchant's RSA key, which never enters this module.";
        return Err(RefundError::new(ErrorCode::SignedOutside, "plan", message));
    }
    let signature = needed(client.signing_key.as_ref(), "clientSecret")?.sign(prepared.message.as_bytes());
    Ok(prepared.finish(&signature))
}

fn authorized(client: &Client, plan: &Plan, authorization: String) -> HttpRequest {
    sign::request(&client.base, plan, vec![("Authorization", authorization)])
}

/// One attempt of a SNAP plan without its signature.
pub(super) fn prepare(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
    if !is_snap(plan) {
        let message = "is authenticated by the server key itself, in Basic authentication.";
        return Err(RefundError::new(ErrorCode::NotExternallySignable, "plan", message));
    }
    // "X-PARTNER-ID (= client key)"; "2024-05-13T15:07:07+07:00".
    let client_key = needed(client.client_key.as_ref(), "clientKey")?;
    let timestamp = time::jakarta_seconds(attempt.now_ms());
    if is_token_call(plan) {
        return Ok(snap::prepare_token(&client.base, plan, client_key, timestamp));
    }
    let call = Call {
        partner_id: client_key,
        channel_id: Some(&client.channel_id),
        origin: None,
        access_token: client.access_token.as_ref().and_then(Secret::expose_text),
        timestamp,
        // The path includes /v1.0.
        signed_path: client.base.path(&plan.path),
        algorithm: Algorithm::HmacSha512,
        encoding: Encoding::Base64,
        headers: Vec::new(),
    };
    snap::prepare(&client.base, plan, attempt, call)
}

/// The signing made visible.
pub(super) fn explain(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Explanation, RefundError> {
    if !is_snap(plan) {
        let explanation = Explanation::basic(Line::secret("user", "<serverKey>"), Line::plain("password", ""));
        let request = authorized(client, plan, String::new());
        return Ok(explanation.with_headers(request, &[("Authorization", "Basic <base64>")]));
    }
    let prepared = prepare(client, plan, attempt)?;
    let key = if is_token_call(plan) { "<private key>" } else { "<clientSecret>" };
    Ok(snap::explain(plan, prepared, &client.base.path(&plan.path), key))
}

fn needed<'a, T>(setting: Option<&'a T>, name: &str) -> Result<&'a T, RefundError> {
    let message = "is needed for this operation.";
    setting.ok_or_else(|| RefundError::new(ErrorCode::MissingSetting, name, message))
}
