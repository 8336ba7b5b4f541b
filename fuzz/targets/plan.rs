//! A stored plan, and an input that becomes one: what is taken comes back as it was, and signs.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| refund_signer_fuzz::plans(data));
