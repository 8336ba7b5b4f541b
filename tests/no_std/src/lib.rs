//! Plans, signs and reads one refund without std. Everything that std would bring, this program has itself: were the
//! core to link std, its panic handler and this one would clash, and nothing would build.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;

use refund_signer::encode::json::Value;
use refund_signer::provider::Client as _;
use refund_signer::verdict::Status;
use refund_signer::{Attempt, HttpResponse, Plan, RefundError, Settings, doku};

const HEAP: usize = 1 << 20;

/// Gives out memory and never takes it back, which is enough for one refund.
struct Bump(UnsafeCell<(usize, [u8; HEAP])>);

// SAFETY: wasm32-unknown-unknown has one thread.
unsafe impl Sync for Bump {}

// SAFETY: every block is aligned, inside of the heap, and given out once.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (used, heap) = unsafe { &mut *self.0.get() };
        let start = heap.as_mut_ptr();
        let free = start.wrapping_add(*used);
        let block = *used + free.align_offset(layout.align());
        if block + layout.size() > HEAP {
            return core::ptr::null_mut();
        }
        *used = block + layout.size();
        start.wrapping_add(block)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Bump = Bump(UnsafeCell::new((0, [0; HEAP])));

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

/// 1 when a refund was planned and signed, and its answer, which has no signature, was not believed.
#[unsafe(no_mangle)]
pub extern "C" fn refund() -> u32 {
    u32::from(matches!(refunded(), Ok(Status::Unknown)))
}

fn refunded() -> Result<Status, RefundError> {
    let amount = Value::object([("value", "90000".into()), ("currency", "IDR".into())]);
    let input = Value::object([
        ("invoiceNumber", "INV-20210118-0001".into()),
        ("originalRequestId", "b266c265-3d61-4708-9860-c0d5b9a98f8c".into()),
        ("amount", amount),
        ("requestId", "6cc9f8b1-d83d-4c24-b853-a3223f43a744".into()),
    ]);
    let plan: Plan = doku::create_refund(&input)?;
    let values = Value::object([("clientId", "MCH-0001".into()), ("environment", "sandbox".into())]);
    let client = doku::Client::new(&Settings::new(values).secret("secretKey", "SK-0123456789"))?;
    client.sign(&plan, &Attempt::new(1_597_225_542_000, "12345678")?)?;
    let answer = HttpResponse { status: 200, headers: [].into(), body: b"{}".into() };
    Ok(client.read(&plan, Some(&answer))?.status)
}
