//! The module as text, for `pkg-template/lib/decode.js`, which describes the encoding.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The byte values from the most to the least frequent as hexadecimal digits, and the text.
pub fn encode(bytes: &[u8]) -> (String, String) {
    // Printable ASCII, without what ends a string or a script in a page, or has a meaning in one.
    let characters: Vec<char> =
        (b' '..=b'~').map(char::from).filter(|character| !"\"'`\\$<".contains(*character)).collect();
    let (alone, escapes) = characters.split_at(characters.len().saturating_sub(2));
    let pairs = escapes.iter().flat_map(|escape| characters.iter().map(move |next| format!("{escape}{next}")));
    let codes = alone.iter().map(char::to_string).chain(pairs);

    let order = by_frequency(bytes);
    let codes: BTreeMap<u8, String> = order.iter().copied().zip(codes).collect();
    let text = bytes.iter().filter_map(|byte| codes.get(byte)).map(String::as_str).collect();
    let mut digits = String::new();
    for byte in order {
        let _ = write!(digits, "{byte:02x}");
    }
    (digits, text)
}

/// All byte values, the most frequent first.
fn by_frequency(bytes: &[u8]) -> Vec<u8> {
    let mut counts = BTreeMap::<u8, usize>::new();
    for byte in bytes {
        let count = counts.entry(*byte).or_default();
        *count = count.saturating_add(1);
    }
    let mut order: Vec<u8> = (0..=u8::MAX).collect();
    order.sort_by_key(|byte| Reverse(counts.get(byte).copied().unwrap_or_default()));
    order
}
