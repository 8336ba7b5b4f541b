//! Amounts as text, against arithmetic in 128 bits.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| refund_signer_fuzz::money(data));
