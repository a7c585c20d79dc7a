//! Interest in a reply: what takes long is given up when nobody wants the reply any more, since its script was killed.
//!
//! **Invariant:** what is given up has changed nothing. The reply is incomplete then, and nobody sees it.

use ferrous_redis::reply::ReplySink;

/// How many bytes are copied between two questions: some hundredth of a millisecond.
pub(super) const PIECE: usize = 1 << 16;
/// How many elements are written between two questions.
const ELEMENTS: usize = 256;

/// Asks now and then whether to go on with a reply of many elements.
#[derive(Debug, Default)]
pub(super) struct Interest(usize);

impl Interest {
    /// Whether to go on, after each element.
    #[inline]
    pub(super) fn lasts(&mut self, reply: &dyn ReplySink) -> bool {
        self.lasts_for(1, reply)
    }

    /// Whether to go on, after something that took as long as so many elements.
    #[inline]
    pub(super) fn lasts_for(&mut self, elements: usize, reply: &dyn ReplySink) -> bool {
        self.0 = self.0.saturating_add(elements);
        if self.0 < ELEMENTS {
            return true;
        }
        self.0 = 0;
        reply.wants_more()
    }
}

/// A copy of a long text, or, if it is not wanted any more, of a part.
#[cold]
#[inline(never)]
pub(super) fn copy(text: &[u8], reply: &dyn ReplySink) -> Result<Vec<u8>, Vec<u8>> {
    let mut copy = Vec::with_capacity(text.len());
    for piece in text.chunks(PIECE) {
        copy.extend_from_slice(piece);
        if !reply.wants_more() {
            return Err(copy);
        }
    }
    Ok(copy)
}
