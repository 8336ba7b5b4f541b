//! The core must not need `std`: no socket, clock or randomness can then creep in.
//!
//! `tests/no_std` is a program without `std`, with an allocator and a panic handler of its own. Were the core to
//! link `std`, there would be two panic handlers, and the compiler would refuse.

use anyhow::Result;

use crate::host::{node, root, run, scratch};
use crate::setup::{self, WASM};

/// Links the program, runs it, and sees that it needs nothing from outside.
pub fn check() -> Result<()> {
    let folder = root().join("tests/no_std");
    let built = scratch("no_std");
    let mut cargo = setup::wasm_toolchain()?.cargo();
    cargo.current_dir(&folder).env("CARGO_TARGET_DIR", &built);
    run(cargo.args(["build", "--locked", "--quiet", "--target", WASM]))?;
    run(node().arg(folder.join("run.js")).arg(built.join(WASM).join("debug/no_std.wasm")))
}
