//! All tests as one program, for mutation testing: one program is built in a third of the time of a dozen.

mod advice;
mod amounts;
mod answers;
mod base_urls;
mod craftgate;
mod debug;
mod deliveries;
mod doku;
mod doku_answers;
mod doku_snap;
mod doku_webhooks;
mod durianpay;
mod explain;
mod handed_out;
mod json;
mod lifecycle;
mod limits;
mod payermax;
mod plans;
mod razorpay;
mod records;
mod rooms;
mod snap;
mod times;
mod verdicts;

// Not here: `mod properties;`, `mod stored;` and `mod vectors;` share a module of their own, and random inputs would make a mutant's
// end a matter of luck.
