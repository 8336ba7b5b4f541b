//! What JavaScript calls when this is a module: with numbers only. Natively nobody calls it.
#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "names that are exported without glue")]

use std::cell::RefCell;

use crate::{CASES, Case, case};

thread_local! {
    static PREPARED: RefCell<Vec<Case>> = const { RefCell::new(Vec::new()) };
}

/// Makes the cases of [`CASES`] ready, and says where their names are in the memory: in that order, a line each, and a
/// zero after the last.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> *const u8 {
    PREPARED.set(CASES.iter().map(|name| case(name).unwrap()).collect());
    (CASES.join("\n") + "\0").leak().as_ptr()
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
