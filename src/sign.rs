//! Sign: one attempt, and the message that a key outside this module signs.

use crate::encode;
use crate::encode::json::{self, Writer};
use crate::error::{ErrorCode, Problems, RefundError};
use crate::http::{BaseUrl, HttpRequest};
use crate::plan::Plan;
use crate::time;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;

/// What differs between two attempts of the same plan. Both come from the host.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    now_ms: u64,
    nonce: &'a str,
}

impl<'a> Attempt<'a> {
    /// `now_ms`: milliseconds since 1970, UTC. `nonce`: 8 to 32 letters and digits, never used before;
    /// 32 random digits suit every provider.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidAttempt`], also for a clock before 2000 or after 2100.
    pub fn new(now_ms: u64, nonce: &'a str) -> Result<Self, RefundError> {
        let mut problems = Problems::default();
        if !time::is_sane(now_ms) {
            let message = "is not a present time in milliseconds since 1970; a time in seconds perhaps.";
            problems.add(ErrorCode::InvalidAttempt, "now", message);
        }
        if !(8..=32).contains(&nonce.len()) || !nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            problems.add(ErrorCode::InvalidAttempt, "nonce", "must be 8 to 32 letters and digits.");
        }
        problems.or(Attempt { now_ms, nonce })
    }

    /// Milliseconds since 1970, UTC.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// The value that is new in every attempt.
    #[must_use]
    pub fn nonce(&self) -> &'a str {
        self.nonce
    }
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-512.
    HmacSha512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaPkcs1Sha256,
}

impl Algorithm {
    /// `HMAC-SHA256`, `HMAC-SHA512` or `RSASSA-PKCS1-v1_5-SHA256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Algorithm::HmacSha256 => "HMAC-SHA256",
            Algorithm::HmacSha512 => "HMAC-SHA512",
            Algorithm::RsaPkcs1Sha256 => "RSASSA-PKCS1-v1_5-SHA256",
        }
    }
}

/// One attempt that lacks its signature only.
#[derive(Clone)]
pub struct Prepared {
    /// What makes the signature.
    pub algorithm: Algorithm,
    /// The string to sign; its UTF-8 bytes are signed.
    pub message: String,
    /// The request without its signature header.
    pub request: HttpRequest,
    /// The header that the signature goes into.
    pub header: &'static str,
    /// What stands before the signature in that header.
    pub prefix: &'static str,
    /// How the signature is written.
    pub encoding: Encoding,
    /// A second signature, by the same algorithm and key, where a scheme needs two.
    pub also: Option<Also>,
}

/// Without the message: SNAP's holds the access token.
impl core::fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = formatter.debug_struct("Prepared");
        shown.field("algorithm", &self.algorithm).field("request", &self.request).finish_non_exhaustive()
    }
}

/// How the bytes of a signature are written in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Standard base64 with padding.
    Base64,
    /// Lower-case hexadecimal.
    Hex,
}

/// A second message to sign.
#[derive(Clone, Debug)]
pub struct Also {
    /// The string to sign; its UTF-8 bytes are signed.
    pub message: String,
    /// The header that the base64 of its signature goes into.
    pub header: &'static str,
}

impl Prepared {
    /// `{"algorithm","message","also","header","prefix","encoding","request"}`, for a host that signs elsewhere.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::object();
        json.text("algorithm", self.algorithm.as_str()).text("message", &self.message);
        if let Some(also) = &self.also {
            json.open("also").text("message", &also.message).text("header", also.header).close();
        }
        json.text("header", self.header)
            .text("prefix", self.prefix)
            .text("encoding", if self.encoding == Encoding::Hex { "hex" } else { "base64" })
            .raw("request", &self.request.to_json());
        json.finish()
    }

    /// The request with the signature in its header.
    #[must_use]
    pub fn finish(self, signature: &[u8]) -> HttpRequest {
        let mut request = self.request;
        let mut value = String::from(self.prefix);
        value.push_str(&match self.encoding {
            Encoding::Base64 => encode::base64(signature),
            Encoding::Hex => encode::hex(signature),
        });
        request.headers.push((self.header, value));
        request
    }

    /// The request with both signatures, where there are two to make.
    #[must_use]
    pub fn finish_both(mut self, signature: &[u8], second: &[u8]) -> HttpRequest {
        let also = self.also.take();
        let mut request = self.finish(signature);
        request.headers.extend(also.map(|also| (also.header, encode::base64(second))));
        request
    }
}

/// The signing of one attempt made visible, for a person who is told "invalid signature". It holds no
/// secret: where one stands in what is signed or sent, its name stands here, such as `<secretKey>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// How the string becomes the header, such as `base64(HMAC-SHA256(<secretKey>, string))`.
    pub formula: String,
    /// The parts of the string to sign in their order, each under the provider's word for it.
    pub components: Vec<Line>,
    /// The whole string to sign.
    pub string_to_sign: String,
    /// The header that it ends in.
    pub header: &'static str,
    /// The headers of the request.
    pub headers: Vec<Line>,
}

/// A component or a header: its label, its value, and whether the value needs a secret, whose name then stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The label, or the name of the header.
    pub label: &'static str,
    /// The value; where it needs a secret, with that one's name in its place.
    pub value: String,
    /// Whether it needs a secret.
    pub secret: bool,
}

impl Line {
    /// A value that needs no secret.
    #[must_use]
    pub fn plain(label: &'static str, value: impl Into<String>) -> Self {
        Line { label, value: value.into(), secret: false }
    }

    /// A value that needs a secret, with that one's name in its place.
    #[must_use]
    pub fn secret(label: &'static str, value: impl Into<String>) -> Self {
        Line { label, value: value.into(), secret: true }
    }
}

impl Explanation {
    /// `{"formula","components":[{"label","value","secret"}],"stringToSign","header","headers":[…]}`
    #[must_use]
    pub fn to_json(&self) -> String {
        let lines = |lines: &[Line]| {
            let mut list = String::new();
            json::write_list(&mut list, lines, |out, line| {
                let mut json = Writer::object();
                json.text("label", line.label).text("value", &line.value).flag("secret", line.secret);
                out.push_str(&json.finish());
            });
            list
        };
        let mut json = Writer::object();
        json.text("formula", &self.formula)
            .raw("components", &lines(&self.components))
            .text("stringToSign", &self.string_to_sign)
            .text("header", self.header)
            .raw("headers", &lines(&self.headers));
        json.finish()
    }

    /// With the headers of the request; those that need a secret are named with what stands in their place.
    #[must_use]
    pub fn with_headers(self, request: HttpRequest, secrets: &[(&'static str, &str)]) -> Self {
        let mut headers = Vec::with_capacity(request.headers.len());
        for (name, value) in request.headers {
            headers.push(match secrets.iter().find(|(known, _)| *known == name) {
                Some((_, shown)) => Line::secret(name, *shown),
                None => Line::plain(name, value),
            });
        }
        Explanation { headers, ..self }
    }

    /// Basic authentication: nothing is signed, the secret itself is sent.
    #[must_use]
    pub fn basic(user: Line, password: Line) -> Self {
        Explanation {
            formula: String::from("\"Basic \" + base64(string)"),
            string_to_sign: [&*user.value, ":", &*password.value].concat(),
            components: vec![user, password],
            header: "Authorization",
            headers: Vec::new(),
        }
    }
}

/// An HMAC-SHA256 key that keeps only its two mid-states, wiped on drop.
#[derive(Clone)]
pub struct HmacSha256Key(Hmac<Sha256>);

/// An HMAC-SHA512 key that keeps only its two mid-states, wiped on drop.
#[derive(Clone)]
pub struct HmacSha512Key(Hmac<Sha512>);

impl HmacSha256Key {
    /// Takes the key's bytes; HMAC has no length that it refuses.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(HmacSha256Key)
    }

    /// The MAC of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }

    /// Whether it is the MAC of the message, in time that does not depend on where they differ.
    #[must_use]
    pub fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        self.sign(message).ct_eq(mac).into()
    }
}

impl HmacSha512Key {
    /// Takes the key's bytes; HMAC has no length that it refuses.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(HmacSha512Key)
    }

    /// The MAC of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }
}

impl core::fmt::Debug for HmacSha256Key {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("HmacSha256Key(hidden)")
    }
}

impl core::fmt::Debug for HmacSha512Key {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("HmacSha512Key(hidden)")
    }
}

/// SHA-256 of the parts, one after the other.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The request of a plan with the headers that every provider takes; the provider adds its own.
#[must_use]
pub fn request(base: &BaseUrl, plan: &Plan, mut headers: Vec<(&'static str, String)>) -> HttpRequest {
    if plan.body.is_some() {
        headers.insert(0, ("Content-Type", String::from("application/json")));
    }
    HttpRequest {
        method: plan.operation.method,
        url: base.join(&plan.path, &plan.query),
        headers,
        body: plan.body.clone(),
    }
}

/// Refuses a plan of another provider.
///
/// # Errors
/// [`ErrorCode::WrongProvider`].
pub fn expect_provider(plan: &Plan, provider: &'static str) -> Result<(), RefundError> {
    let made_for = plan.operation.provider;
    if made_for == provider {
        return Ok(());
    }
    let message = ["is a plan for ", made_for, "; this client signs for ", provider, "."].concat();
    Err(RefundError::new(ErrorCode::WrongProvider, "plan", message))
}

/// `Basic base64(user:password)`, RFC 7617.
#[must_use]
pub fn basic(user: &[u8], password: &[u8]) -> String {
    let mut value = String::from("Basic ");
    value.push_str(&encode::base64(&[user, b":", password].concat()));
    value
}
