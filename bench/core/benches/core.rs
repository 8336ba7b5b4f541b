//! The native core by criterion: `cargo bench -p refund-signer-bench`.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that cannot start has nothing to say")]

use std::time::Duration;

use criterion::Criterion;
use refund_signer_bench::{CASES, case};

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for name in CASES {
        let mut work = case(name).unwrap();
        criterion.bench_function(name, |bencher| bencher.iter(&mut work));
    }
    criterion.final_summary();
}
