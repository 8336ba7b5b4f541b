//! refund-signer
#![forbid(unsafe_code)]
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod doku;
pub mod durianpay;
pub mod encode;
pub mod error;
pub mod http;
pub mod input;
pub mod money;
pub mod plan;
pub mod provider;
pub mod secret;
pub mod sign;
pub mod time;
pub mod verdict;
pub mod webhook;

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
pub static PROVIDERS: &[&Provider] = &[&doku::PROVIDER, &durianpay::PROVIDER];
