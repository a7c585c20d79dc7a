//! Text: the bytes of a string in the heap.
//!
//! Up to 22 bytes lie in the slot itself, longer ones in a box. The 32-bit hash is kept, for the interner. Short ones are compared
//! by words that may overlap: calling the C library for them takes longer.
//!
//! **Invariant:** what has at most [`INLINE_LENGTH`] bytes is never in a box.

use ferrous_arena::Object;

use crate::error::HeapError;

/// Longest string that needs no box.
pub const INLINE_LENGTH: usize = 22;

/// What a string costs, beside the box of a long one: slot, colour and its share of the interner.
pub(crate) const STRING_BYTES: usize = size_of::<ferrous_arena::Slot<Text>>() + 1 + 16;

/// A string in the heap.
#[derive(Debug, Default)]
pub struct Text {
    pub(crate) hash: u32,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Inline(u8, [u8; INLINE_LENGTH]),
    Boxed(Box<[u8]>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Inline(0, [0; INLINE_LENGTH])
    }
}

impl Object for Text {
    const TAG: u16 = 0xFFFA;
}

impl Text {
    /// The bytes.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Inline(length, bytes) => bytes.get(..usize::from(*length)).unwrap_or(&[]),
            Content::Boxed(bytes) => bytes,
        }
    }

    /// Whether these are its bytes.
    #[inline(always)]
    pub(crate) fn is(&self, bytes: &[u8]) -> bool {
        match &self.content {
            Content::Inline(length, inline) => {
                usize::from(*length) == bytes.len() && starts_with_short(inline, bytes)
            }
            Content::Boxed(boxed) => **boxed == *bytes,
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, hash: u32, bytes: &[u8]) -> Result<(), HeapError> {
        self.hash = hash;
        if bytes.len() <= INLINE_LENGTH {
            // At most 22. The bytes are written where they stay: a copy of what was just written would wait for the stores.
            self.content = Content::Inline(bytes.len() as u8, [0; INLINE_LENGTH]);
            if let Content::Inline(_, inline) = &mut self.content
                && let Some(start) = inline.get_mut(..bytes.len())
            {
                start.copy_from_slice(bytes);
            }
        } else if let Content::Boxed(boxed) = &mut self.content
            && boxed.len() == bytes.len()
        {
            boxed.copy_from_slice(bytes);
        } else {
            let mut boxed = Vec::new();
            boxed.try_reserve_exact(bytes.len()).map_err(|_| HeapError::OutOfMemory)?;
            boxed.extend_from_slice(bytes);
            self.content = Content::Boxed(boxed.into_boxed_slice());
        }
        Ok(())
    }

    /// As [`Text::set`], with bytes that need not be copied if they are many.
    pub(crate) fn set_owned(&mut self, hash: u32, bytes: Vec<u8>) -> Result<(), HeapError> {
        if bytes.len() <= INLINE_LENGTH {
            return self.set(hash, &bytes);
        }
        self.hash = hash;
        self.content = Content::Boxed(bytes.into_boxed_slice());
        Ok(())
    }

    /// Becomes empty; gives the box of a long one. A short box stays for the slot's next string.
    pub(crate) fn clear(&mut self) -> Option<Box<[u8]>> {
        const KEPT: usize = 64;
        match &mut self.content {
            Content::Boxed(bytes) if bytes.len() > KEPT => {
                let bytes = std::mem::take(bytes);
                self.content = Content::default();
                Some(bytes)
            }
            _ => None,
        }
    }

    /// Bytes of memory that the string takes.
    pub(crate) fn memory(&self) -> usize {
        match &self.content {
            Content::Inline(..) => STRING_BYTES,
            Content::Boxed(bytes) => STRING_BYTES + bytes.len(),
        }
    }
}

/// Whether an inline text begins with `bytes`, at most 22.
#[inline(always)]
fn starts_with_short(inline: &[u8; INLINE_LENGTH], bytes: &[u8]) -> bool {
    let Some(inline) = inline.get(..bytes.len()) else { return false };
    match bytes.len() {
        16.. => {
            inline.first_chunk::<16>() == bytes.first_chunk()
                && inline.last_chunk::<8>() == bytes.last_chunk()
        }
        8.. => {
            inline.first_chunk::<8>() == bytes.first_chunk() && inline.last_chunk::<8>() == bytes.last_chunk()
        }
        4.. => {
            inline.first_chunk::<4>() == bytes.first_chunk() && inline.last_chunk::<4>() == bytes.last_chunk()
        }
        _ => inline.iter().zip(bytes).all(|(left, right)| left == right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_all_lengths_are_their_bytes() {
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (1..=length).collect();
            let mut text = Text::default();
            text.set(1, &bytes).unwrap();
            assert_eq!(text.bytes(), bytes);
            assert!(text.is(&bytes));
            for at in 0..bytes.len() {
                let mut other = bytes.clone();
                other[at] ^= 0x80;
                assert!(!text.is(&other), "{length} {at}");
                assert!(!text.is(&bytes[..at]), "{length} {at}");
            }
        }
    }
}
