//! Settings and keys, as clients and webhook readers import them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| refund_signer_fuzz::settings(data));
