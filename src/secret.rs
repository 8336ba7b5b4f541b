//! Key material that is wiped when it is dropped and never shows itself.

use alloc::boxed::Box;
use core::fmt;
use zeroize::Zeroize;

/// Secret bytes: a server key, a client secret, a token.
///
/// The buffer is made once in its final size, never grows, and is zeroed on drop. `Debug` shows only
/// that there is a secret.
#[derive(Clone)]
pub struct Secret(Box<[u8]>);

impl Secret {
    /// Takes over the bytes.
    #[must_use]
    pub fn new(bytes: Box<[u8]>) -> Self {
        Secret(bytes)
    }

    /// The secret itself, for the code that signs.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The secret as text, where a scheme needs text; `None` when it is not UTF-8.
    #[must_use]
    pub fn expose_text(&self) -> Option<&str> {
        core::str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(text.as_bytes().into())
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Secret(bytes.into())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(hidden)")
    }
}
