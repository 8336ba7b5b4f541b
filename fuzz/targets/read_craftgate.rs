//! An answer of craftgate, whatever it is: a verdict comes out that keeps to the rules.
#![no_main]

use refund_signer_fuzz::{Reader, answers};

thread_local! {
    static READER: Reader = Reader::new("craftgate");
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| READER.with(|reader| answers(reader, data)));
