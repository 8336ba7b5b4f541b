//! SNAP's signatures: one string to sign for business calls and notifications, another for the token call.

use crate::encode;
use crate::encode::json::minify;
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::BaseUrl;
use crate::input::Input;
use crate::plan::Plan;
use crate::secret::Secret;
use crate::sign::{self, Algorithm, Attempt, Encoding, Explanation, Line, Prepared, sha256};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// The header of every SNAP signature.
pub const SIGNATURE_HEADER: &str = "X-SIGNATURE";

/// What a business call says besides its plan. It holds the token, so it has no `Debug`.
pub struct Call<'a> {
    /// `X-PARTNER-ID`.
    pub partner_id: &'a str,
    /// `CHANNEL-ID`.
    pub channel_id: Option<&'a str>,
    /// `ORIGIN`.
    pub origin: Option<&'a str>,
    /// The B2B token without `Bearer`: sent as `Authorization`, and part of the symmetric string to sign.
    pub access_token: Option<&'a str>,
    /// `X-TIMESTAMP`, such as [`crate::time::jakarta_millis`] makes it.
    pub timestamp: String,
    /// The path as it is signed ("EndpointUrl"): without host and query.
    pub signed_path: String,
    /// [`Algorithm::HmacSha512`] is SNAP's symmetric signature, [`Algorithm::RsaPkcs1Sha256`] the asymmetric one.
    pub algorithm: Algorithm,
    /// How the signature is written.
    pub encoding: Encoding,
    /// Headers that only this provider knows.
    pub headers: Vec<(&'static str, String)>,
}

/// One attempt of a business call without its signature. The attempt's nonce is the `X-EXTERNAL-ID`, which
/// must be new on the same day: at most 32 letters and digits, what every provider takes.
///
/// # Errors
/// [`ErrorCode::MissingSetting`] for a symmetric signature without an access token.
pub fn prepare(base: &BaseUrl, plan: &Plan, attempt: &Attempt<'_>, call: Call<'_>) -> Result<Prepared, RefundError> {
    let symmetric = call.algorithm == Algorithm::HmacSha512;
    if symmetric && call.access_token.is_none() {
        let message = "is needed for this operation: sign, send and read requestAccessToken first.";
        return Err(RefundError::new(ErrorCode::MissingSetting, "accessToken", message));
    }
    let body = plan.body.as_deref().unwrap_or_default().as_bytes();
    let signed_token = call.access_token.filter(|_| symmetric);
    let method = plan.operation.method.as_str();
    let message = string_to_sign(method, &call.signed_path, signed_token, body, &call.timestamp);
    let mut headers = vec![("X-TIMESTAMP", call.timestamp), ("X-PARTNER-ID", String::from(call.partner_id))];
    headers.push(("X-EXTERNAL-ID", String::from(attempt.nonce())));
    let optional = [
        ("CHANNEL-ID", call.channel_id.map(String::from)),
        ("ORIGIN", call.origin.map(String::from)),
        ("Authorization", call.access_token.map(|token| ["Bearer ", token].concat())),
    ];
    headers.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    headers.extend(call.headers);
    Ok(Prepared {
        algorithm: call.algorithm,
        message,
        request: sign::request(base, plan, headers),
        header: SIGNATURE_HEADER,
        prefix: "",
        encoding: call.encoding,
        also: None,
    })
}

/// What stands for the headers that need a secret.
const SHOWN: &[(&str, &str)] = &[
    ("Authorization", "Bearer <accessToken>"),
    ("Authorization-Customer", "Bearer <customerToken>"),
    (SIGNATURE_HEADER, "<signature>"),
    // PayerMax's second signature.
    ("sign", "<signature>"),
];

/// The components of an attempt that was prepared; the access token shows its name only.
#[must_use]
pub fn explain(plan: &Plan, mut prepared: Prepared, signed_path: &str, key: &str) -> Explanation {
    prepared.request.headers.push((SIGNATURE_HEADER, String::new()));
    let header = |name: &str| {
        let mut headers = prepared.request.headers.iter();
        headers.find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let timestamp = header("X-TIMESTAMP");
    let algorithm = prepared.algorithm.as_str();
    let encoding = if prepared.encoding == Encoding::Hex { "lower-hex" } else { "base64" };
    let formula =
        [encoding, "(", algorithm, "(", key, ", string)); body hash = lower-hex(SHA-256(minify(body)))"].concat();
    let client_key = header("X-CLIENT-KEY");
    if !client_key.is_empty() {
        let string_to_sign = token_string_to_sign(&client_key, &timestamp);
        let components = vec![Line::plain("X-CLIENT-KEY", client_key), Line::plain("X-TIMESTAMP", timestamp)];
        return Explanation { formula, components, string_to_sign, header: SIGNATURE_HEADER, headers: Vec::new() }
            .with_headers(prepared.request, SHOWN);
    }
    let method = plan.operation.method.as_str();
    let token = (prepared.algorithm == Algorithm::HmacSha512).then_some("<accessToken>");
    let body = plan.body.as_deref().unwrap_or_default().as_bytes();
    let mut components = vec![Line::plain("HTTP method", method), Line::plain("EndpointUrl", signed_path)];
    components.extend(token.map(|token| Line::secret("AccessToken", token)));
    components.push(Line::plain("body hash", body_hash(body)));
    components.push(Line::plain("X-TIMESTAMP", &*timestamp));
    let string_to_sign = string_to_sign(method, signed_path, token, body, &timestamp);
    Explanation { formula, components, string_to_sign, header: SIGNATURE_HEADER, headers: Vec::new() }
        .with_headers(prepared.request, SHOWN)
}

/// One attempt of the token call without its signature, which the merchant's RSA key makes.
#[must_use]
pub fn prepare_token(base: &BaseUrl, plan: &Plan, client_key: &str, timestamp: String) -> Prepared {
    let message = token_string_to_sign(client_key, &timestamp);
    let headers = vec![("X-CLIENT-KEY", String::from(client_key)), ("X-TIMESTAMP", timestamp)];
    Prepared {
        algorithm: Algorithm::RsaPkcs1Sha256,
        message,
        request: sign::request(base, plan, headers),
        header: SIGNATURE_HEADER,
        prefix: "",
        encoding: Encoding::Base64,
        also: None,
    }
}

/// `METHOD:EndpointUrl[:AccessToken]:lower-hex(SHA-256(minify(body))):X-TIMESTAMP`: with the token for
/// symmetric signatures, without it for asymmetric ones and for notifications.
#[must_use]
pub fn string_to_sign(method: &str, path: &str, token: Option<&str>, body: &[u8], timestamp: &str) -> String {
    let digest = body_hash(body);
    let parts = [Some(method), Some(path), token, Some(&digest), Some(timestamp)];
    let mut text = String::with_capacity(256);
    for part in parts.into_iter().flatten() {
        if !text.is_empty() {
            text.push(':');
        }
        text.push_str(part);
    }
    text
}

/// `clientKey|X-TIMESTAMP`: one bar (PayerMax's overview prints two, its section 2.2 and everybody else one).
#[must_use]
pub fn token_string_to_sign(client_key: &str, timestamp: &str) -> String {
    [client_key, "|", timestamp].concat()
}

/// lower-hex(SHA-256(minify(body))); an empty body is hashed as such.
#[must_use]
pub fn body_hash(body: &[u8]) -> String {
    encode::hex(&sha256(&[&minify(body)]))
}

/// The setting that holds the B2B token, checked: it stands in a header and in the string to sign.
pub fn access_token(settings: &Input<'_>, name: &str, problems: &mut Problems) -> Option<Secret> {
    let token = settings.secret(name)?;
    if !token.expose().iter().all(u8::is_ascii_graphic) {
        let message = "may hold printable ASCII without spaces only; leave \"Bearer\" out.";
        problems.add(ErrorCode::InvalidCharacter, name, message);
    }
    Some(token.clone())
}
