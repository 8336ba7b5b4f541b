//! The native contestant. `contestant` takes lines `CASE<TAB>ITERATIONS` and answers each with the nanoseconds that all
//! iterations took together; `contestant CASE ITERATIONS` runs once, for callgrind.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that is called wrongly has nothing to say")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::time::Instant;

use refund_signer_bench::{CASES, Case, case};

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [name, iterations] = arguments.as_slice() {
        let mut work = case(name).unwrap();
        // The first call may make what is kept.
        work();
        counted(&mut work, iterations.parse().unwrap());
        return;
    }
    let mut cases: BTreeMap<_, _> = CASES.iter().map(|name| (*name, case(name).unwrap())).collect();
    for line in stdin().lock().lines() {
        let line = line.unwrap();
        let (name, iterations) = line.split_once('\t').unwrap();
        let (work, iterations) = (cases.get_mut(name).unwrap(), iterations.parse::<u32>().unwrap());
        let start = Instant::now();
        (0..iterations).for_each(|_| work());
        println!("{}", start.elapsed().as_nanos());
        stdout().flush().unwrap();
    }
}

/// What callgrind collects: the start of a program reads files of the system, and does not always take as long.
#[inline(never)]
#[unsafe(no_mangle)]
#[allow(unsafe_code, clippy::no_mangle_with_rust_abi, reason = "a name that callgrind can be told")]
fn counted(work: &mut Case, iterations: u32) {
    (0..iterations).for_each(|_| work());
}
