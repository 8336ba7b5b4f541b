//! refund-signer
#![forbid(unsafe_code)]
