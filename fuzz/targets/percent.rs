//! Percent-encoding, there and back.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| refund_signer_fuzz::percent(data));
