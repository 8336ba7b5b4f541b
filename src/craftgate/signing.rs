//! Craftgate's signature: one SHA-256 over URL, keys, nonce and body.

use super::Client;
use crate::encode::{self, percent};
use crate::http::HttpRequest;
use crate::plan::Plan;
use crate::sign::{self, Attempt, Explanation, Line, sha256};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

const SIGNATURE_HEADER: &str = "x-signature";

/// One signed attempt. Language and idempotency key are headers that the signature does not cover.
pub(super) fn sign(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> HttpRequest {
    let mut request = unsigned(client, plan, attempt);
    let secret_key = client.secret_key.expose();
    let signature = signature(&request.url, &client.api_key, secret_key, attempt.nonce(), request.body.as_deref());
    request.headers.push((SIGNATURE_HEADER, signature));
    request
}

fn unsigned(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> HttpRequest {
    let mut headers = vec![
        ("x-api-key", client.api_key.clone()),
        ("x-rnd-key", String::from(attempt.nonce())),
        ("x-auth-version", client.auth_version.clone()),
    ];
    headers.extend(client.lang.clone().map(|lang| ("lang", lang)));
    headers.extend(plan.idempotency_key.clone().map(|key| ("x-idempotency-key", key)));
    sign::request(&client.base, plan, headers)
}

/// The hashed text, with the secret key's name in its place.
pub(super) fn explain(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Explanation {
    let mut request = unsigned(client, plan, attempt);
    let components = vec![
        Line::plain("decoded URL", percent::decode(&request.url).unwrap_or(request.url.clone())),
        Line::plain("x-api-key", &*client.api_key),
        Line::secret("secret key", "<secretKey>"),
        Line::plain("x-rnd-key", attempt.nonce()),
        Line::plain("body", plan.body.clone().unwrap_or_default()),
    ];
    request.headers.push((SIGNATURE_HEADER, String::new()));
    let string_to_sign = components.iter().map(|line| line.value.as_str()).collect();
    let formula = String::from("base64(SHA-256(string))");
    Explanation { formula, components, string_to_sign, header: SIGNATURE_HEADER, headers: Vec::new() }
        .with_headers(request, &[(SIGNATURE_HEADER, "<signature>")])
}

/// base64(SHA-256(percent-decoded URL + API key + secret key + random key + body)), nothing for no body.
///
/// The URL is signed decoded although the page says raw: every official client but Go's decodes it. As sent
/// it has no `+` and `%20` for a space, so all their ways to decode give the same text.
#[must_use]
pub fn signature(url: &str, api_key: &str, secret_key: &[u8], random_key: &str, body: Option<&str>) -> String {
    let decoded = percent::decode(url);
    let url = decoded.as_deref().unwrap_or(url);
    let body = body.unwrap_or_default();
    encode::base64(&sha256(&[url.as_bytes(), api_key.as_bytes(), secret_key, random_key.as_bytes(), body.as_bytes()]))
}
