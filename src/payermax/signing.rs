//! PayerMax's signatures: SNAP's, and the older `sign` header over the raw body beside them.

use super::Client;
use crate::error::{ErrorCode, RefundError};
use crate::plan::Plan;
use crate::secret::Secret;
use crate::sign::{Algorithm, Also, Attempt, Encoding, Explanation, Prepared};
use crate::snap::{self, Call};
use crate::time;
use alloc::string::String;
use alloc::vec::Vec;

/// The header of PayerMax's other APIs: base64(RSA-SHA256(raw body)).
pub(super) const SIGN_HEADER: &str = "sign";

/// One attempt without its signature. With the `sign` header beside an HMAC only the former is left to make,
/// since the HMAC's secret is here; with two RSA signatures both are.
pub(super) fn prepare(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
    let prepared = if super::is_token_call(plan) {
        token_call(client, plan, attempt)?
    } else {
        business_call(client, plan, attempt)?
    };
    if !client.sign_header {
        return Ok(prepared);
    }
    let body = plan.body.clone().unwrap_or_default();
    match &client.key {
        Some(key) if prepared.algorithm == Algorithm::HmacSha512 => {
            let signature = key.sign(prepared.message.as_bytes());
            Ok(Prepared {
                algorithm: Algorithm::RsaPkcs1Sha256,
                message: body,
                request: prepared.finish(&signature),
                header: SIGN_HEADER,
                prefix: "",
                encoding: Encoding::Base64,
                also: None,
            })
        }
        _ => Ok(Prepared { also: Some(Also { message: body, header: SIGN_HEADER }), ..prepared }),
    }
}

/// SNAP's signature made visible; the `sign` header beside it is over the raw body.
pub(super) fn explain(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Explanation, RefundError> {
    let is_token_call = super::is_token_call(plan);
    let mut prepared =
        if is_token_call { token_call(client, plan, attempt)? } else { business_call(client, plan, attempt)? };
    let key = if is_token_call || client.key.is_none() { "<private key>" } else { "<clientSecret>" };
    if client.sign_header {
        prepared.request.headers.push((SIGN_HEADER, String::new()));
    }
    Ok(snap::explain(plan, prepared, &signed_path(client, plan), key))
}

fn signed_path(client: &Client, plan: &Plan) -> String {
    match &client.signed_path_prefix {
        Some(prefix) => [prefix, &*plan.path].concat(),
        None => client.base.path(&plan.path),
    }
}

fn token_call(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
    let Some(client_key) = &client.client_key else {
        let message = "is needed to request an access token.";
        return Err(RefundError::new(ErrorCode::MissingSetting, "clientKey", message));
    };
    Ok(snap::prepare_token(&client.base, plan, client_key, timestamp(attempt)))
}

fn business_call(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
    let call = Call {
        partner_id: &client.partner_id,
        channel_id: Some(&client.channel_id),
        origin: client.origin.as_deref(),
        access_token: client.access_token.as_ref().and_then(Secret::expose_text),
        timestamp: timestamp(attempt),
        signed_path: signed_path(client, plan),
        algorithm: if client.key.is_some() { Algorithm::HmacSha512 } else { Algorithm::RsaPkcs1Sha256 },
        encoding: client.encoding,
        headers: Vec::new(),
    };
    snap::prepare(&client.base, plan, attempt, call)
}

/// "yyyy-MM-dd'T'HH:mm:ss.SSSXXX": always three digits of milliseconds, Jakarta time as the standard wants.
fn timestamp(attempt: &Attempt<'_>) -> String {
    time::jakarta_millis(attempt.now_ms())
}
