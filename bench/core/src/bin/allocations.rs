//! How many bytes a call allocates, natively and by the size of the body: `CASE<TAB>SIZE<TAB>BYTES<TAB>BLOCKS`.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that is called wrongly has nothing to say")]
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use refund_signer_bench::{CASES, case};

static BYTES: AtomicUsize = AtomicUsize::new(0);
static BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counting what it is asked for. Growing counts as a new block, as it may be copied.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to `System` unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Relaxed);
        BLOCKS.fetch_add(1, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) }
    }
}

fn main() {
    let sized = |what: &str| SIZES.map(|size| format!("{what}:{size}"));
    let names = CASES.map(String::from).into_iter().chain(["sign", "read", "webhook"].into_iter().flat_map(sized));
    for name in names {
        let mut work = case(&name).unwrap();
        // The first call may make what is kept.
        work();
        let (bytes, blocks) = (BYTES.load(Relaxed), BLOCKS.load(Relaxed));
        work();
        println!("{name}\t{}\t{}", BYTES.load(Relaxed) - bytes, BLOCKS.load(Relaxed) - blocks);
    }
}

const SIZES: [usize; 5] = [1_000, 10_000, 100_000, 500_000, 1_000_000];
