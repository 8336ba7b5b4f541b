//! SNAP's minify, against a slow one; and JSON that is read and written.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| refund_signer_fuzz::minify(data));
