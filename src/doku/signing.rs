//! DOKU's signature: labelled lines, HMAC-SHA256, both for requests and for answers; and SNAP's for the SNAP
//! operations.

use super::Client;
use crate::encode;
use crate::error::{ErrorCode, RefundError};
use crate::http::{Header, HttpResponse, Method};
use crate::plan::Plan;
use crate::secret::Secret;
use crate::sign::{self, Algorithm, Attempt, Encoding, Explanation, Line, Prepared, sha256};
use crate::snap::{self, Call};
use crate::time;
use crate::verdict::Signature;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// Source: "Signature Component from Request Header": the header's value is `HMACSHA256=` and the base64.
pub(super) const PREFIX: &str = "HMACSHA256=";

/// One attempt without its signature.
pub(super) fn prepare(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Prepared {
    let request_id = plan.idempotency_key.as_deref().unwrap_or_default();
    // "Timestamp request on UTC time in ISO8601 UTC+0 format", in seconds.
    let timestamp = time::utc_seconds(attempt.now_ms());
    let target = client.base.path(&plan.path);
    let message = request_string_to_sign(&client.client_id, request_id, &timestamp, &target, plan.body.as_deref());
    let headers = vec![
        ("Client-Id", client.client_id.clone()),
        ("Request-Id", String::from(request_id)),
        ("Request-Timestamp", timestamp),
    ];
    Prepared {
        algorithm: Algorithm::HmacSha256,
        message,
        request: sign::request(&client.base, plan, headers),
        header: "Signature",
        prefix: PREFIX,
        encoding: Encoding::Base64,
        also: None,
    }
}

/// One attempt of SNAP's token call without its signature. SNAP's client key is the Client ID.
pub(super) fn prepare_token_call(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Prepared {
    snap::prepare_token(&client.base, plan, &client.client_id, snap_timestamp(client, attempt))
}

/// One attempt of a SNAP refund without its signature.
pub(super) fn prepare_snap(client: &Client, plan: &Plan, attempt: &Attempt<'_>) -> Result<Prepared, RefundError> {
    // "X-EXTERNAL-ID: numeric, unique per day".
    if !attempt.nonce().bytes().all(|byte| byte.is_ascii_digit()) {
        let message = "must be digits only here: DOKU takes no letters in X-EXTERNAL-ID.";
        return Err(RefundError::new(ErrorCode::InvalidAttempt, "nonce", message));
    }
    let own = &client.snap;
    let customer = own.customer_token.as_ref().and_then(Secret::expose_text).map(|token| ["Bearer ", token].concat());
    let optional = [
        ("X-IP-ADDRESS", own.ip_address.clone()),
        ("X-DEVICE-ID", own.device_id.clone()),
        ("Authorization-Customer", customer),
    ];
    let call = Call {
        partner_id: &client.client_id,
        channel_id: None,
        origin: None,
        access_token: own.access_token.as_ref().and_then(Secret::expose_text),
        timestamp: snap_timestamp(client, attempt),
        signed_path: client.base.path(&plan.path),
        algorithm: Algorithm::HmacSha512,
        encoding: Encoding::Base64,
        headers: optional.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
    };
    snap::prepare(&client.base, plan, attempt, call)
}

/// DOKU's samples have Jakarta time in seconds, `2024-03-26T16:01:41+07:00`; its Python SDK sends UTC.
fn snap_timestamp(client: &Client, attempt: &Attempt<'_>) -> String {
    if client.snap.utc { time::utc_seconds(attempt.now_ms()) } else { time::jakarta_seconds(attempt.now_ms()) }
}

/// The lines, as components.
pub(super) fn explain(prepared: Prepared) -> Explanation {
    const LABELS: [&str; 5] = ["Client-Id", "Request-Id", "Request-Timestamp", "Request-Target", "Digest"];
    let value = |line: &str| String::from(line.split_once(':').map_or("", |(_, value)| value));
    let Prepared { message, mut request, header, .. } = prepared;
    request.headers.push((header, String::new()));
    Explanation {
        formula: String::from(
            "\"HMACSHA256=\" + base64(HMAC-SHA256(<secretKey>, string)); Digest = base64(SHA-256(body))",
        ),
        components: LABELS
            .into_iter()
            .zip(message.split('\n'))
            .map(|(label, line)| Line::plain(label, value(line)))
            .collect(),
        string_to_sign: message,
        header,
        headers: Vec::new(),
    }
    .with_headers(request, &[(header, "HMACSHA256=<signature>")])
}

/// `Client-Id:… LF Request-Id:… LF Request-Timestamp:… LF Request-Target:… [LF Digest:…]`, no LF at the end.
#[must_use]
pub fn request_string_to_sign(
    client_id: &str,
    request_id: &str,
    timestamp: &str,
    target: &str,
    body: Option<&str>,
) -> String {
    let digest = body.map(|body| digest(body.as_bytes()));
    lines(client_id, request_id, ("Request-Timestamp", timestamp), target, digest.as_deref())
}

/// The same lines for an answer: its own time under `Response-Timestamp`, the path that was called under
/// `Request-Target`, the digest of the answer's raw body.
#[must_use]
pub fn response_string_to_sign(
    client_id: &str,
    request_id: &str,
    timestamp: &str,
    target: &str,
    body: Option<&[u8]>,
) -> String {
    let digest = body.map(digest);
    lines(client_id, request_id, ("Response-Timestamp", timestamp), target, digest.as_deref())
}

/// "Digest only applied for POST": a request without a body has no Digest line at all.
fn lines(client_id: &str, request_id: &str, time: (&str, &str), target: &str, digest: Option<&str>) -> String {
    let components = [("Client-Id", client_id), ("Request-Id", request_id), time, ("Request-Target", target)];
    let mut text = String::with_capacity(320);
    for (label, value) in components.into_iter().chain(digest.map(|digest| ("Digest", digest))) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(label);
        text.push(':');
        text.push_str(value);
    }
    text
}

/// base64(SHA-256(body)), over the exact bytes on the wire.
fn digest(body: &[u8]) -> String {
    encode::base64(&sha256(&[body]))
}

/// Whether the answer is DOKU's, over exactly these bytes, and for this request: the identities in it are
/// chosen by the sender, so they must be ours. Without a Digest line the same signature fits any body.
pub(super) fn verify(client: &Client, plan: &Plan, response: &HttpResponse<'_>) -> Signature {
    let given = match response.header("Signature") {
        Header::Absent => return Signature::Absent,
        Header::Many => return Signature::Invalid,
        Header::One(given) => given,
    };
    let Some(mac) = given.strip_prefix(PREFIX).and_then(encode::from_base64) else { return Signature::Invalid };
    let request_id = plan.idempotency_key.as_deref().unwrap_or_default();
    let bound = response.header("Client-Id") == Header::One(&client.client_id)
        && response.header("Request-Id") == Header::One(request_id);
    let Header::One(timestamp) = response.header("Response-Timestamp") else { return Signature::Invalid };
    if !bound || timestamp.bytes().any(|byte| byte.is_ascii_control()) {
        return Signature::Invalid;
    }
    let is_signed = |body: Option<&[u8]>| {
        let target = client.base.path(&plan.path);
        let message = response_string_to_sign(&client.client_id, request_id, timestamp, &target, body);
        client.key.verify(message.as_bytes(), &mac)
    };
    // "Digest only applied for POST": whether that goes for the answer to a GET as well, DOKU does not say.
    if is_signed(Some(&response.body)) {
        Signature::Verified
    } else if plan.operation.method == Method::Get && is_signed(None) {
        Signature::HeadersOnly
    } else {
        Signature::Invalid
    }
}
