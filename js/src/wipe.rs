//! Memory that is given back holds nothing: an allocator that zeroes, and a stack that is overwritten.
//!
//! The binding layer copies arguments into memory of its own; no type of ours can wipe those copies. Nor can
//! a type wipe what a hash function left on the stack. Both were found by scanning the linear memory
//! (`tests/secrets`), and both are gone with these few lines.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

/// The system's allocator, zeroing every block when it is given back. Growing a block goes through
/// `alloc`, copy and `dealloc` (the default `realloc`), so the old place is zeroed as well.
struct Zeroing;

#[global_allocator]
static ALLOCATOR: Zeroing = Zeroing;

// SAFETY: every call goes to `System` unchanged; `dealloc` writes only inside the block that it is about to
// give back, which the caller still owns.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Zeroing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            block.write_bytes(0, layout.size());
            // The block is dead, so the compiler could leave the zeros out: it must believe they are read.
            black_box(block);
            System.dealloc(block, layout);
        }
    }
}

/// More than the deepest call below signing and verifying takes.
const STACK: usize = 16 * 1024;

/// Overwrites the part of the stack that calls before this one have used.
#[inline(never)]
pub fn burn_stack() {
    black_box(&mut [0_u8; STACK]);
}

/// Runs something that has secrets on its stack, and overwrites them whatever comes of it.
pub fn burning<T>(run: impl FnOnce() -> T) -> T {
    let result = run();
    burn_stack();
    result
}
