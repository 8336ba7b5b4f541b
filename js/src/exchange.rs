//! The one buffer through which everything crosses: the host writes into it what a call takes, and finds in it
//! what the call gives. Calls themselves pass numbers only.
//!
//! Chosen by measuring (`docs/benchmarks/boundary.md`): for one refund this way costs 0.4 µs, strings through
//! wasm-bindgen 1.0, serde-wasm-bindgen 3.2, JSON texts 4.0, and typed arguments with getters 6.9 µs.

use refund_signer::RefundError;
use std::cell::RefCell;
use std::mem;

thread_local! {
    static ROOM: RefCell<Room> = const { RefCell::new(Room { bytes: Vec::new(), answered: 0 }) };
}

struct Room {
    bytes: Vec<u8>,
    answered: i32,
}

/// Where the host may write that many bytes. The place moves when more are asked for, and when an answer is longer.
pub fn room(size: usize) -> *const u8 {
    ROOM.with_borrow_mut(|room| {
        if room.bytes.len() < size {
            // The old place is given back, and with that zeroed, before the new one is made.
            room.bytes = Vec::new();
            room.bytes = vec![0; size];
        }
        room.bytes.as_ptr()
    })
}

/// What the last call answered, see [`Given::answer`].
pub fn answered() -> i32 {
    ROOM.with_borrow(|room| room.answered)
}

/// What the host wrote for one call.
pub struct Given {
    bytes: Vec<u8>,
    text: usize,
    more: usize,
}

impl Given {
    /// Takes a text of that many bytes, and so many more bytes behind it.
    pub fn take(text: usize, more: usize) -> Self {
        Given { bytes: ROOM.with_borrow_mut(|room| mem::take(&mut room.bytes)), text, more }
    }

    /// The text; empty where it is not UTF-8, which no call takes.
    pub fn text(&self) -> &str {
        self.bytes.get(..self.text).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// What stands behind the text.
    pub fn more(&self) -> &[u8] {
        self.bytes.get(self.text..).and_then(|bytes| bytes.get(..self.more)).unwrap_or_default()
    }

    /// Leaves the answer in the place of what was given: the number of its bytes, negative for a refusal.
    pub fn answer(mut self, result: Result<String, RefundError>) -> i32 {
        let used = self.text.saturating_add(self.more).min(self.bytes.len());
        if let Some(given) = self.bytes.get_mut(..used) {
            given.fill(0);
        }
        let (answer, refused) = match result {
            Ok(answer) => (answer, false),
            Err(error) => (error.problems_json(), true),
        };
        let length = i32::try_from(answer.len()).unwrap_or_default();
        match self.bytes.get_mut(..answer.len()) {
            Some(place) => place.copy_from_slice(answer.as_bytes()),
            None => self.bytes = answer.into_bytes(),
        }
        let answered = if refused { length.saturating_neg() } else { length };
        ROOM.with_borrow_mut(|room| *room = Room { bytes: self.bytes, answered });
        answered
    }
}
