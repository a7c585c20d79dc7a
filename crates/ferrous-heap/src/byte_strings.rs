//! The strings of one byte, by that byte: what programs that walk over a text make most, found without a hash.
//!
//! **Invariant:** an entry is a handle of the byte's latest string. It is stale once that is freed, since generations do not
//! repeat; where they begin anew (`return_quarantined`), all entries are forgotten.

use crate::heap::Heap;
use crate::value::StringRef;

/// A handle for each byte.
#[derive(Debug)]
pub(crate) struct ByteStrings([Option<StringRef>; 256]);

impl Default for ByteStrings {
    fn default() -> Self {
        Self([None; 256])
    }
}

impl ByteStrings {
    /// A string of one byte was made.
    pub(crate) fn note(&mut self, byte: u8, string: StringRef) {
        if let Some(entry) = self.0.get_mut(usize::from(byte)) {
            *entry = Some(string);
        }
    }
}

impl Heap {
    /// The string with this content, if it is one byte, lives, and may be kept as it is.
    #[inline(always)]
    pub(crate) fn byte_string(&self, bytes: &[u8]) -> Option<StringRef> {
        let &[byte] = bytes else { return None };
        let string = (*self.byte_strings.0.get(usize::from(byte))?)?;
        (!self.birth.string_care && self.strings.is_live_bits(string.bits())).then_some(string)
    }
}
