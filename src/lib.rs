//! Turns "refund this payment" into the exact HTTP request that a payment provider accepts, and the
//! provider's answer into a verdict that a program can act on. Without any I/O.
//!
//! # The four steps
//!
//! ```text
//!  input ──plan──▶ Plan ──sign──▶ HttpRequest ──(you send it)──▶ HttpResponse ──read──▶ Verdict
//! ```
//!
//! 1. **plan** ([`doku::create_refund`] and its like, or [`Plan::new`]) checks the input and fixes all that
//!    must not change between two attempts: path, query, the exact body bytes, the idempotency key. A plan
//!    holds no secret and no clock. It is JSON in and JSON out ([`Plan::to_json`], [`Plan::parse`]).
//! 2. **sign** ([`Client::sign`]) is one attempt: credentials, the present time and a nonce come in, a
//!    request goes out. Signing the same plan again is the only way to retry, so a retry can never become
//!    a second refund where the provider recognizes repeated requests.
//! 3. **send** is yours. This crate has no sockets.
//! 4. **read** ([`Client::read`]) verifies the provider's signature over the raw bytes where there is one,
//!    then gives a [`Verdict`]: what happened, and what to do next.
//!
//! # One whole refund
//!
//! ```
//! use refund_signer::{Attempt, Client as _, HttpResponse, Settings, Value, doku};
//!
//! // 1. Plan. Amounts are text in major units, never floats.
//! let plan = doku::create_refund(&Value::object([
//!     ("invoiceNumber", "INV-20210118-0001".into()),
//!     ("originalRequestId", "b266c265-3d61-4708-9860-c0d5b9a98f8c".into()),
//!     ("amount", Value::object([("value", "90000".into()), ("currency", "IDR".into())])),
//!     ("requestId", "6cc9f8b1-d83d-4c24-b853-a3223f43a744".into()),
//! ]))?;
//!
//! // 2. Sign. The clock (milliseconds since 1970) and the nonce are yours.
//! let settings = Value::object([("clientId", "MCH-0001-10791114622547".into()), ("environment", "sandbox".into())]);
//! let client = doku::Client::new(&Settings::new(settings).secret("secretKey", "SK-unit-test-0123456789"))?;
//! let request = client.sign(&plan, &Attempt::new(1_597_225_542_000, "41592653589793238462643383279502")?)?;
//! assert_eq!(request.url, "https://api-sandbox.doku.com/cancellation/credit-card/refund");
//! assert_eq!(request.headers.last().unwrap().1, "HMACSHA256=PbXbORYE8A6TqM+Vyo87ViRTb/TrsS3xEsk2sxeJ4BU=");
//!
//! // 3. Send `request` with your HTTP client: method, url, headers and body, byte for byte.
//! // 4. Read. DOKU signs its answers; this one is the sample of its documentation.
//! # let body = br#"{"order":{"invoice_number":"INV-20210118-0001"},"payment":{"original_request_id":"b266c265-3d61-4708-9860-c0d5b9a98f8c"},"refund":{"amount":90000,"type":"FULL_REFUND","status":"SUCCESS","message":"Approved","approval_code":"12321"}}"#;
//! let response = HttpResponse {
//!     status: 200,
//!     headers: vec![
//!         ("Client-Id".into(), "MCH-0001-10791114622547".into()),
//!         ("Request-Id".into(), "6cc9f8b1-d83d-4c24-b853-a3223f43a744".into()),
//!         ("Response-Timestamp".into(), "2020-08-11T08:45:42Z".into()),
//!         ("Signature".into(), "HMACSHA256=u+WuJVMyU8ccHIzv4tyCWfQayTrQFg+sw7JuC49MnfM=".into()),
//!     ],
//!     body: body.into(),
//! };
//! let verdict = client.read(&plan, Some(&response))?;
//! assert_eq!((verdict.status.as_str(), verdict.next.as_str()), ("succeeded", "done"));
//! assert_eq!(verdict.signature.as_str(), "verified");
//! assert_eq!(verdict.refund.unwrap().amount.unwrap().major(), "90000.00");
//! # Ok::<(), refund_signer::RefundError>(())
//! ```
//!
//! What a field takes is in [`Provider::operations`] and, for people, in `docs/providers`. Fields that are "made
//! when left out" there, such as `requestId`, are required here: this crate has no randomness. A stored plan is
//! read with `Plan::parse(&json, refund_signer::PROVIDERS)`. A verdict borrows the response that it was read from.
//!
//! # What it promises
//!
//! - No I/O, no clock, no randomness, no global state; `no_std` with `alloc`; no unsafe code.
//! - The bytes that are signed are the bytes that are sent: a body is written once, when the plan is made.
//! - Bad input is refused with every mistake at once ([`RefundError`]); nothing half made comes out.
//! - `read` is total. When it is not certain that no money moved, the answer is
//!   [`Status::Unknown`](verdict::Status::Unknown) and says to query.
//! - Secrets are wiped when their owner is dropped, and no `Debug`, error or verdict shows one.
//!
//! # Panics
//!
//! None is intended anywhere: `unwrap`, `expect`, `panic!`, indexing and unchecked arithmetic are denied by
//! lints outside tests. A panic is a bug; please report it.
//!
//! # The rooms
//!
//! One folder per provider with the same files in each: `mod.rs` (credentials and hosts), `requests.rs`
//! (input to plan), `signing.rs` (the string to sign), `responses.rs` (bytes to verdict) and `webhooks.rs`.
//! The modules beside them are shared and know no provider. The JavaScript surface is the crate in `js/`.
#![forbid(unsafe_code)]
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod body;
pub mod craftgate;
pub mod describe;
pub mod doku;
pub mod durianpay;
pub mod encode;
pub mod error;
pub mod facts;
pub mod http;
pub mod input;
pub mod lifecycle;
pub mod money;
pub mod payermax;
pub mod plan;
pub mod provider;
pub mod razorpay;
pub mod secret;
pub mod sign;
pub mod snap;
mod stored;
pub mod time;
pub mod verdict;
pub mod webhook;

pub use describe::Description;
pub use encode::json::Value;
pub use error::{ErrorCode, RefundError};
pub use http::{HttpRequest, HttpResponse};
pub use input::Settings;
pub use plan::Plan;
pub use provider::{Client, Provider};
pub use secret::Secret;
pub use sign::Attempt;
pub use verdict::Verdict;

/// The providers.
pub static PROVIDERS: &[&Provider] =
    &[&craftgate::PROVIDER, &doku::PROVIDER, &durianpay::PROVIDER, &payermax::PROVIDER, &razorpay::PROVIDER];
