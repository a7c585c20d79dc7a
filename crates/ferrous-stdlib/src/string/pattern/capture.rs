//! Captures of one match.
//!
//! They are numbered in the order of their opening brackets. One that was opened can be closed, which may be undone, and the
//! newest may be forgotten: that is all that backing up asks for.
//!
//! **Invariant:** those from `count` on are of an earlier match, and nobody sees them.

use std::ops::Range;

use super::{MAX_CAPTURES, PatternError};

/// The end of a capture, or what it is instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CaptureEnd {
    Open,
    Position,
    At(u32),
}

#[derive(Debug, Clone, Copy)]
struct Capture {
    start: u32,
    end: CaptureEnd,
}

/// What a capture holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Captured {
    /// A piece of the subject.
    Text(Range<usize>),
    /// A position, 1-based.
    Position(usize),
}

/// The captures of a match so far.
#[derive(Debug)]
pub struct Captures {
    captures: [Capture; MAX_CAPTURES],
    count: usize,
}

impl Default for Captures {
    fn default() -> Self {
        Self { captures: [Capture { start: 0, end: CaptureEnd::Open }; MAX_CAPTURES], count: 0 }
    }
}

impl Captures {
    /// How many there are.
    #[inline]
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// What capture `index` (0-based) holds; without captures, the first one is the whole match.
    ///
    /// # Errors
    /// `InvalidCaptureIndex` where there is none, `UnfinishedCapture` where its `)` was never met.
    #[inline]
    pub fn get(&self, index: usize, whole: Range<usize>) -> Result<Captured, PatternError> {
        if index >= self.count {
            if index == 0 {
                return Ok(Captured::Text(whole));
            }
            return Err(PatternError::InvalidCaptureIndex);
        }
        match self.captures.get(index) {
            None => Err(PatternError::InvalidCaptureIndex),
            Some(capture) => match capture.end {
                CaptureEnd::Open => Err(PatternError::UnfinishedCapture),
                CaptureEnd::Position => Ok(Captured::Position(capture.start as usize + 1)),
                CaptureEnd::At(end) => Ok(Captured::Text(capture.start as usize..end as usize)),
            },
        }
    }

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.count = 0;
    }

    /// `(`: the next capture begins.
    #[inline(always)]
    pub(super) fn open(&mut self, at: usize) -> Result<(), PatternError> {
        self.add(at, CaptureEnd::Open)
    }

    /// `()`: the next capture is this place.
    #[inline(always)]
    pub(super) fn take_position(&mut self, at: usize) -> Result<(), PatternError> {
        self.add(at, CaptureEnd::Position)
    }

    #[inline(always)]
    fn add(&mut self, at: usize, end: CaptureEnd) -> Result<(), PatternError> {
        let slot = self.captures.get_mut(self.count).ok_or(PatternError::TooManyCaptures)?;
        *slot = Capture { start: place(at), end };
        self.count += 1;
        Ok(())
    }

    /// Takes back the newest one's beginning.
    #[inline(always)]
    pub(super) fn forget_newest(&mut self) {
        self.count = self.count.saturating_sub(1);
    }

    /// The newest one that is not closed.
    #[inline]
    pub(super) fn newest_open(&self) -> Option<usize> {
        let captures = self.captures.get(..self.count).unwrap_or_default();
        captures.iter().rposition(|capture| capture.end == CaptureEnd::Open)
    }

    /// `)`: the newest open capture ends; says which that is.
    #[inline(always)]
    pub(super) fn close(&mut self, at: usize) -> Result<usize, PatternError> {
        let index = self.newest_open().ok_or(PatternError::InvalidPatternCapture)?;
        if let Some(capture) = self.captures.get_mut(index) {
            capture.end = CaptureEnd::At(place(at));
        }
        Ok(index)
    }

    /// Takes back the end of a capture.
    #[inline(always)]
    pub(super) fn reopen(&mut self, index: usize) {
        if let Some(capture) = self.captures.get_mut(index) {
            capture.end = CaptureEnd::Open;
        }
    }

    /// Where the text of a capture lies, for a reference back to it; none if it holds a position.
    #[inline(always)]
    pub(super) fn text(&self, index: usize) -> Result<Option<Range<usize>>, PatternError> {
        let captures = self.captures.get(..self.count).unwrap_or_default();
        match captures.get(index) {
            None | Some(Capture { end: CaptureEnd::Open, .. }) => Err(PatternError::InvalidCaptureIndex),
            Some(Capture { end: CaptureEnd::Position, .. }) => Ok(None),
            Some(Capture { start, end: CaptureEnd::At(end) }) => Ok(Some(*start as usize..*end as usize)),
        }
    }
}

/// A place in subject or pattern as it is kept: strings are shorter than 4 GiB.
#[inline(always)]
pub(super) fn place(at: usize) -> u32 {
    at as u32
}
