//! SNAP's notifications: signed with the provider's RSA key, verified by the host.

use super::signing::{SIGNATURE_HEADER, string_to_sign};
use crate::encode;
use crate::error::RefundError;
use crate::sign::Algorithm;
use crate::time;
use crate::webhook::{Delivery, Unverified, check_fresh, malformed, mismatch, signature_header, signed_header};
use alloc::string::String;
use alloc::vec::Vec;

/// The header of the signed time.
pub const TIMESTAMP_HEADER: &str = "X-TIMESTAMP";

/// The shortest signature that is taken: that of an RSA key of 2048 bits.
const SIGNATURE_BYTES: usize = 256;

/// What the host verifies: `POST:EndpointUrl:lower-hex(SHA-256(minify(body))):X-TIMESTAMP`, once for each path
/// that the provider may have signed.
///
/// # Errors
/// A missing, duplicated, empty or malformed `X-SIGNATURE`, a time outside the window, and what cannot have
/// been signed: no single `X-TIMESTAMP`, a body that is not UTF-8.
pub fn notification(
    delivery: &Delivery<'_>,
    paths: &[String],
    now_ms: Option<u64>,
    window_seconds: Option<u64>,
) -> Result<Unverified, RefundError> {
    let signature = rsa_signature(delivery, SIGNATURE_HEADER)?;
    let timestamp = signed_header(&delivery.headers, TIMESTAMP_HEADER, SIGNATURE_HEADER)?;
    if core::str::from_utf8(&delivery.body).is_err() {
        return Err(mismatch(SIGNATURE_HEADER, &delivery.body, "the body."));
    }
    check_fresh(TIMESTAMP_HEADER, time::parse_rfc3339(timestamp), now_ms, window_seconds)?;
    let messages: Vec<String> =
        paths.iter().map(|path| string_to_sign("POST", path, None, &delivery.body, timestamp)).collect();
    Ok(Unverified { algorithm: Algorithm::RsaPkcs1Sha256, messages, signature })
}

/// The signature in a header, decoded.
///
/// # Errors
/// A missing, duplicated, empty or malformed header.
pub fn rsa_signature(delivery: &Delivery<'_>, name: &str) -> Result<Vec<u8>, RefundError> {
    let value = signature_header(&delivery.headers, name)?;
    let signature = encode::from_base64(value).filter(|bytes| bytes.len() >= SIGNATURE_BYTES);
    signature.ok_or_else(|| malformed(name, value, "the base64 of an RSA signature of 2048 bits or more"))
}
