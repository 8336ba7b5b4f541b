//! What JavaScript calls when this is a module: numbers in, nothing out. Natively nobody calls it.
#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "names that are exported without glue")]

use std::cell::RefCell;

use crate::{CASES, Case, case};

thread_local! {
    static PREPARED: RefCell<Vec<Case>> = const { RefCell::new(Vec::new()) };
}

/// Makes the cases of [`CASES`] ready, in that order, and says how many there are.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> usize {
    PREPARED.with_borrow_mut(|prepared| {
        *prepared = CASES.iter().filter_map(|name| case(name)).collect();
        prepared.len()
    })
}

/// Repeats one of them.
#[unsafe(no_mangle)]
pub extern "C" fn run(index: usize, iterations: u32) {
    PREPARED.with_borrow_mut(|prepared| {
        if let Some(case) = prepared.get_mut(index) {
            for _ in 0..iterations {
                case();
            }
        }
    });
}
