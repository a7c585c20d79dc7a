//! Reading on in bytes, for tokens of any length: strings, brackets, comments and blanks.
//!
//! A [`Scan`] is a position in the rest of a source. After every [`PIECE`] bytes it looks whether to go on. The lexer's
//! callbacks have less than that before them, and nobody to ask.
//!
//! **Invariant:** between two looks at most a piece is read, however the bytes are split into calls.

use crate::lexer::LexicalError;

/// How many bytes are read between two looks: well under a tenth of a millisecond.
pub(crate) const PIECE: usize = 1 << 16;

/// Why not to go on, if there is a reason.
pub(crate) type Look<'l> = &'l dyn Fn() -> Option<LexicalError>;

/// See the module's text.
pub(crate) struct Scan<'s, 'l> {
    rest: &'s [u8],
    pub(crate) at: usize,
    /// How much may be read before the next look.
    patience: usize,
    look: Look<'l>,
}

impl<'s, 'l> Scan<'s, 'l> {
    pub(crate) fn new(rest: &'s [u8], look: Look<'l>) -> Self {
        Self { rest, at: 0, patience: PIECE, look }
    }

    /// The byte at the position.
    pub(crate) fn byte(&self) -> Option<u8> {
        self.rest.get(self.at).copied()
    }

    /// Why not to go on.
    pub(crate) fn look(&self) -> Look<'l> {
        self.look
    }

    /// The bytes from a position before this one up to here.
    pub(crate) fn passed(&self, from: usize) -> &'s [u8] {
        self.rest.get(from..self.at).unwrap_or_default()
    }

    /// The bytes from the position on.
    pub(crate) fn ahead(&self) -> &'s [u8] {
        self.rest.get(self.at..).unwrap_or_default()
    }

    /// Passes so many bytes, a few.
    pub(crate) fn step(&mut self, count: usize) -> Result<(), LexicalError> {
        self.at += count;
        self.patience = self.patience.saturating_sub(count);
        if self.patience == 0 {
            self.patience = PIECE;
            if let Some(error) = (self.look)() {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Passes all bytes before the first wanted one, or all there are, and hands them on in pieces.
    pub(crate) fn copy_until(
        &mut self,
        wanted: impl Fn(u8) -> bool,
        mut copy: impl FnMut(&[u8]),
    ) -> Result<(), LexicalError> {
        loop {
            let ahead = self.ahead();
            let piece = ahead.get(..self.patience).unwrap_or(ahead);
            let found = piece.iter().position(|&byte| wanted(byte));
            let passed = found.unwrap_or(piece.len());
            copy(piece.get(..passed).unwrap_or_default());
            let ends = found.is_some() || piece.len() == ahead.len();
            if ends && passed < self.patience {
                self.at += passed;
                self.patience -= passed;
                return Ok(());
            }
            self.step(passed)?;
            if ends {
                return Ok(());
            }
        }
    }

    /// Passes all bytes before the first wanted one, or all there are.
    pub(crate) fn find(&mut self, wanted: impl Fn(u8) -> bool) -> Result<(), LexicalError> {
        self.copy_until(wanted, |_| {})
    }
}
