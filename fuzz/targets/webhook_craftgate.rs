//! A webhook of craftgate, whatever it is: without the right signature nothing comes out.
#![no_main]

use refund_signer_fuzz::{Receiver, deliveries};

thread_local! {
    static RECEIVER: Receiver = Receiver::new("craftgate");
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| RECEIVER.with(|receiver| deliveries(receiver, data)));
