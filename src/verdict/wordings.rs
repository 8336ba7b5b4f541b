//! What a provider says in words where its code does not tell.

use alloc::string::String;

/// Part of a provider's message, in lower case and without punctuation, or a name of its own for an error; and the
/// state that it stands for in the provider's [rules](super::Rule).
pub type Wording = (&'static str, &'static str);

/// The state of the first wording that stands in a message. Case and punctuation do not count, nor what stands before
/// and after it.
#[must_use]
pub fn state_of(wordings: &[Wording], message: &str) -> Option<&'static str> {
    let message = plain(message);
    wordings.iter().find(|(part, _)| message.contains(part)).map(|(_, state)| *state)
}

/// Letters and digits in lower case, and one space for all that stands between.
fn plain(message: &str) -> String {
    let mut plain = String::with_capacity(message.len());
    for character in message.chars() {
        if character.is_alphanumeric() {
            plain.push(character.to_ascii_lowercase());
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain
}
