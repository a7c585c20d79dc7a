//! The matcher: one pattern at one place of the subject.
//!
//! PUC Lua recurses for each choice. Here a choice is a [`Frame`] on an explicit stack: how far a repetition may still
//! give back or take more, where an optional item can be skipped, which capture to reopen. Failing pops frames until
//! one of them has another way to go. A choice moves on to the next pattern item, so there are never more frames
//! than items; [`MAX_FRAMES`] caps their memory all the same.
//!
//! Work is counted in steps: one for each item tried, one for every [`BYTES_PER_STEP`] bytes scanned. When they are
//! used up, the matcher notes where it is ([`Mode`]) and returns [`Progress::Suspended`].
//!
//! **Invariant:** all state is indices into a subject and a pattern that do not change until the next `begin`.

use super::class::{ByteSet, SetCache, class};
use super::{MAX_CAPTURES, PatternError};

/// Bytes that a scan passes for the price of one step.
pub(super) const BYTES_PER_STEP: usize = 8;
/// Choices kept at once: 3 MiB.
const MAX_FRAMES: usize = 200_000;

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

/// A choice that can be taken differently, or an effect to undo when the match backs up over it.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// A greedy repetition took the bytes from `low` to `at`; the pattern goes on at `next`, which needs a byte.
    Longest { low: u32, at: u32, next: u32, needs: Option<u8> },
    /// A lazy repetition of the item at `item..end` stands at `at`; what follows needs a byte.
    Shortest { at: u32, item: u32, end: u32, needs: Option<u8> },
    /// An optional item was taken at `at`; without it the pattern goes on at `next`.
    Optional { at: u32, next: u32 },
    /// The newest capture was opened.
    Opened,
    /// This capture was closed.
    Closed { capture: u32 },
}

/// Where the matcher stands.
#[derive(Debug, Clone, Copy)]
enum Mode {
    /// About to match the item at `item` against the subject at `at`.
    Item { at: u32, item: u32 },
    /// Backing up to the newest choice.
    Fail,
    /// A greedy repetition of the item at `item..end` took the bytes from `low` to `at` so far.
    Span { low: u32, at: u32, item: u32, end: u32 },
    /// Inside `%bxy` at `item`: `depth` openings are not closed before `at`.
    Balance { at: u32, item: u32, depth: u32 },
}

/// How a match went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It matched up to this place.
    Matched(usize),
    /// It does not match here.
    Failed,
    /// The steps are used up; call again to go on.
    Suspended,
}

/// What a capture holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Captured {
    /// A piece of the subject.
    Text(std::ops::Range<usize>),
    /// A position, 1-based.
    Position(usize),
}

/// The bytes that one item accepts.
#[derive(Clone, Copy)]
pub(super) enum Single<'a> {
    Any,
    Byte(u8),
    Members(&'a ByteSet),
    /// A set of the pattern itself, copied out of the cache.
    Set(ByteSet),
}

impl Single<'_> {
    #[inline(always)]
    pub(super) fn accepts(&self, byte: u8) -> bool {
        match self {
            Single::Any => true,
            Single::Byte(only) => *only == byte,
            Single::Members(set) => set.contains(byte),
            Single::Set(set) => set.contains(byte),
        }
    }

    /// How many bytes at the beginning of `text` are accepted.
    #[inline]
    fn span(&self, text: &[u8]) -> usize {
        let rejected = match self {
            Single::Any => None,
            Single::Byte(only) => text.iter().position(|byte| byte != only),
            Single::Members(set) => text.iter().position(|&byte| !set.contains(byte)),
            Single::Set(set) => text.iter().position(|&byte| !set.contains(byte)),
        };
        rejected.unwrap_or(text.len())
    }
}

/// Reads the single-byte item at `item`: what it accepts, and where it ends.
#[inline(always)]
pub(super) fn single(
    sets: &mut SetCache,
    pattern: &[u8],
    item: usize,
) -> Result<(Single<'static>, usize), PatternError> {
    match pattern.get(item) {
        Some(b'.') => Ok((Single::Any, item + 1)),
        Some(b'%') => match pattern.get(item + 1) {
            None => Err(PatternError::EndsWithEscape),
            Some(&letter) => Ok((class(letter).map_or(Single::Byte(letter), Single::Members), item + 2)),
        },
        Some(b'[') => match sets.get(pattern, item) {
            None => Err(PatternError::MissingBracket),
            Some((set, end)) => Ok((Single::Set(set), end)),
        },
        Some(&byte) => Ok((Single::Byte(byte), item + 1)),
        // Callers look at the item first.
        None => Ok((Single::Byte(0), item)),
    }
}

/// A pattern match that can be stopped and continued; see the module's text.
#[derive(Debug)]
pub struct Matcher {
    mode: Mode,
    captures: [Capture; MAX_CAPTURES],
    level: usize,
    frames: Vec<Frame>,
    pub(super) sets: SetCache,
}

impl Default for Matcher {
    fn default() -> Self {
        Self {
            mode: Mode::Fail,
            captures: [Capture { start: 0, end: CaptureEnd::Open }; MAX_CAPTURES],
            level: 0,
            frames: Vec::new(),
            sets: SetCache::default(),
        }
    }
}

impl Matcher {
    /// Forgets the previous pattern.
    #[inline]
    pub fn reset(&mut self) {
        self.sets.clear();
    }

    /// Whether the buffers are worth keeping.
    pub(super) fn is_small(&self) -> bool {
        self.frames.capacity() <= 4096
    }

    /// Sets out to match the whole pattern at byte `start` of the subject.
    #[inline]
    pub fn begin(&mut self, start: usize) {
        self.level = 0;
        self.frames.clear();
        // Strings are shorter than 4 GiB: lengths are kept in 32 bits throughout the heap.
        self.mode = Mode::Item { at: start as u32, item: 0 };
    }

    /// How many captures the match has.
    #[inline]
    #[must_use]
    pub fn capture_count(&self) -> usize {
        self.level
    }

    /// What capture `index` (0-based) holds; without captures, the first one is the whole match.
    ///
    /// # Errors
    /// `InvalidCaptureIndex` where there is none, `UnfinishedCapture` where its `)` was never met.
    #[inline]
    pub fn capture(&self, index: usize, start: usize, end: usize) -> Result<Captured, PatternError> {
        if index >= self.level {
            if index == 0 {
                return Ok(Captured::Text(start..end));
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

    /// Goes on until the match succeeds, fails, or `steps` are used up (at least one is needed to get anywhere).
    ///
    /// # Errors
    /// Whatever is wrong with the pattern, where the match comes across it.
    pub fn run(&mut self, subject: &[u8], pattern: &[u8], steps: &mut u32) -> Result<Progress, PatternError> {
        let mut mode = self.mode;
        loop {
            if *steps == 0 {
                self.mode = mode;
                return Ok(Progress::Suspended);
            }
            *steps -= 1;
            mode = match mode {
                Mode::Item { at, item } => {
                    if item as usize >= pattern.len() {
                        return Ok(Progress::Matched(at as usize));
                    }
                    self.item(subject, pattern, at, item)?
                }
                Mode::Fail => match self.back_up(subject, pattern, steps)? {
                    Some(mode) => mode,
                    None => return Ok(Progress::Failed),
                },
                Mode::Span { low, at, item, end } => {
                    let (accepted, _) = single(&mut self.sets, pattern, item as usize)?;
                    let from = at as usize;
                    let limit = subject.len().min(from + BYTES_PER_STEP * (*steps as usize + 1));
                    let taken = accepted.span(subject.get(from..limit).unwrap_or_default());
                    *steps = steps.saturating_sub((taken / BYTES_PER_STEP) as u32);
                    let at = (from + taken) as u32;
                    if from + taken == limit && limit < subject.len() {
                        Mode::Span { low, at, item, end }
                    } else {
                        self.take_longest(subject, pattern, low, at, end + 1)?
                    }
                }
                Mode::Balance { at, item, depth } => balance(subject, pattern, at, item, depth, steps),
            };
        }
    }

    /// Matches one item, and leaves what comes next as a mode.
    #[inline(always)]
    fn item(&mut self, subject: &[u8], pattern: &[u8], at: u32, item: u32) -> Result<Mode, PatternError> {
        let place = item as usize;
        match pattern.get(place) {
            Some(b'(') => {
                return if pattern.get(place + 1) == Some(&b')') {
                    self.open(at, item + 2, CaptureEnd::Position)
                } else {
                    self.open(at, item + 1, CaptureEnd::Open)
                };
            }
            Some(b')') => return self.close(at, item + 1),
            Some(b'$') if place + 1 == pattern.len() => {
                let done = at as usize == subject.len();
                return Ok(if done { Mode::Item { at, item: item + 1 } } else { Mode::Fail });
            }
            Some(b'%') => match pattern.get(place + 1) {
                Some(b'b') => {
                    let (Some(open), Some(_)) = (pattern.get(place + 2), pattern.get(place + 3)) else {
                        return Err(PatternError::Unbalanced);
                    };
                    let opens = subject.get(at as usize) == Some(open);
                    return Ok(if opens { Mode::Balance { at: at + 1, item, depth: 1 } } else { Mode::Fail });
                }
                Some(b'f') => return self.frontier(subject, pattern, at, item + 2),
                Some(digit @ b'0'..=b'9') => return self.back_reference(subject, at, item + 2, *digit),
                _ => {}
            },
            _ => {}
        }
        let (accepted, end) = single(&mut self.sets, pattern, place)?;
        let matches = subject.get(at as usize).is_some_and(|&byte| accepted.accepts(byte));
        // A pattern is a string, so its places fit 32 bits too.
        let next = end as u32;
        Ok(match pattern.get(end) {
            Some(b'*') => {
                if matches {
                    Mode::Span { low: at, at: at + 1, item, end: next }
                } else {
                    Mode::Item { at, item: next + 1 }
                }
            }
            Some(b'+') => {
                if matches {
                    Mode::Span { low: at + 1, at: at + 1, item, end: next }
                } else {
                    Mode::Fail
                }
            }
            Some(b'-') => {
                let needs = self.required(pattern, end + 1);
                self.push(Frame::Shortest { at, item, end: next, needs })?;
                if needs.is_some() && subject.get(at as usize).copied() != needs {
                    Mode::Fail
                } else {
                    Mode::Item { at, item: next + 1 }
                }
            }
            Some(b'?') => {
                if matches {
                    self.push(Frame::Optional { at, next: next + 1 })?;
                    Mode::Item { at: at + 1, item: next + 1 }
                } else {
                    Mode::Item { at, item: next + 1 }
                }
            }
            _ if matches => Mode::Item { at: at + 1, item: next },
            _ => Mode::Fail,
        })
    }

    /// A greedy repetition has found how far it can go: tries the rest of the pattern there first.
    #[inline(always)]
    fn take_longest(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        low: u32,
        at: u32,
        next: u32,
    ) -> Result<Mode, PatternError> {
        if at > low && (next as usize) < pattern.len() {
            let needs = self.required(pattern, next as usize);
            self.push(Frame::Longest { low, at, next, needs })?;
            if needs.is_some() && subject.get(at as usize).copied() != needs {
                // The rest cannot match here; backing up looks for the byte.
                return Ok(Mode::Fail);
            }
        }
        Ok(Mode::Item { at, item: next })
    }

    /// Takes the newest choice differently. `None`: there is no choice left.
    #[inline(always)]
    fn back_up(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        steps: &mut u32,
    ) -> Result<Option<Mode>, PatternError> {
        let Some(frame) = self.frames.last_mut() else { return Ok(None) };
        match frame {
            Frame::Longest { low, at, next, needs } => {
                let (least, place, item) = (*low as usize, *at as usize, *next);
                let mut place = place - 1;
                if let Some(byte) = *needs {
                    let from = least.max(place.saturating_sub(BYTES_PER_STEP * (*steps as usize + 1)));
                    let window = subject.get(from..place + 1).unwrap_or_default();
                    let found = memchr::memrchr(byte, window);
                    *steps = steps.saturating_sub((window.len() / BYTES_PER_STEP) as u32);
                    match found {
                        Some(offset) => place = from + offset,
                        None if from == least => {
                            self.frames.pop();
                            return Ok(Some(Mode::Fail));
                        }
                        None => {
                            *at = from as u32;
                            return Ok(Some(Mode::Fail));
                        }
                    }
                }
                *at = place as u32;
                if place == least {
                    self.frames.pop();
                }
                Ok(Some(Mode::Item { at: place as u32, item }))
            }
            Frame::Shortest { at, item, end, needs } => {
                let (accepted, _) = single(&mut self.sets, pattern, *item as usize)?;
                let next = *end + 1;
                let mut place = *at as usize;
                let limit = subject.len().min(place + BYTES_PER_STEP * (*steps as usize + 1));
                let before = place;
                while place < limit && subject.get(place).is_some_and(|&byte| accepted.accepts(byte)) {
                    place += 1;
                    if needs.is_none() || subject.get(place).copied() == *needs {
                        *at = place as u32;
                        *steps = steps.saturating_sub(((place - before) / BYTES_PER_STEP) as u32);
                        return Ok(Some(Mode::Item { at: place as u32, item: next }));
                    }
                }
                if place == limit && limit < subject.len() {
                    *at = place as u32;
                    *steps = steps.saturating_sub(((place - before) / BYTES_PER_STEP) as u32);
                } else {
                    self.frames.pop();
                }
                Ok(Some(Mode::Fail))
            }
            Frame::Optional { at, next } => {
                let mode = Mode::Item { at: *at, item: *next };
                self.frames.pop();
                Ok(Some(mode))
            }
            Frame::Opened => {
                self.level = self.level.saturating_sub(1);
                self.frames.pop();
                Ok(Some(Mode::Fail))
            }
            Frame::Closed { capture } => {
                if let Some(capture) = self.captures.get_mut(*capture as usize) {
                    capture.end = CaptureEnd::Open;
                }
                self.frames.pop();
                Ok(Some(Mode::Fail))
            }
        }
    }

    /// The byte that must come next for the pattern from `next` on to match, where that is plain to see.
    ///
    /// Looks past the end of an open capture, so that `([^=]*)=` finds its `=`; a `)` too many is an error to report.
    #[inline]
    fn required(&self, pattern: &[u8], next: usize) -> Option<u8> {
        let mut next = next;
        let mut byte = *pattern.get(next)?;
        if byte == b')' && self.open_capture().is_some() {
            next += 1;
            byte = *pattern.get(next)?;
        }
        let special = matches!(byte, b'(' | b')' | b'%' | b'.' | b'[' | b'$');
        let optional = matches!(pattern.get(next + 1), Some(b'*' | b'?' | b'-'));
        (!special && !optional).then_some(byte)
    }

    /// The newest capture that is not closed.
    #[inline]
    fn open_capture(&self) -> Option<usize> {
        let captures = self.captures.get(..self.level).unwrap_or_default();
        captures.iter().rposition(|capture| capture.end == CaptureEnd::Open)
    }

    fn open(&mut self, at: u32, next: u32, end: CaptureEnd) -> Result<Mode, PatternError> {
        let slot = self.captures.get_mut(self.level).ok_or(PatternError::TooManyCaptures)?;
        *slot = Capture { start: at, end };
        self.level += 1;
        self.push_undo(Frame::Opened)?;
        Ok(Mode::Item { at, item: next })
    }

    fn close(&mut self, at: u32, next: u32) -> Result<Mode, PatternError> {
        let index = self.open_capture().ok_or(PatternError::InvalidPatternCapture)?;
        if let Some(capture) = self.captures.get_mut(index) {
            capture.end = CaptureEnd::At(at);
        }
        // At most 32.
        self.push_undo(Frame::Closed { capture: index as u32 })?;
        Ok(Mode::Item { at, item: next })
    }

    /// `%f[set]`: a place between a byte outside the set and one inside; both ends of the subject count as zero bytes.
    fn frontier(&mut self, subject: &[u8], pattern: &[u8], at: u32, item: u32) -> Result<Mode, PatternError> {
        if pattern.get(item as usize) != Some(&b'[') {
            return Err(PatternError::MissingFrontierSet);
        }
        let (set, end) = self.sets.get(pattern, item as usize).ok_or(PatternError::MissingBracket)?;
        let at_byte = |place: Option<usize>| place.and_then(|place| subject.get(place)).copied().unwrap_or(0);
        let before = at_byte((at as usize).checked_sub(1));
        let after = at_byte(Some(at as usize));
        let here = !set.contains(before) && set.contains(after);
        Ok(if here { Mode::Item { at, item: end as u32 } } else { Mode::Fail })
    }

    /// `%1` to `%9`: the text of an earlier capture again.
    fn back_reference(&self, subject: &[u8], at: u32, next: u32, digit: u8) -> Result<Mode, PatternError> {
        let index = usize::from(digit).wrapping_sub(usize::from(b'1'));
        let captures = self.captures.get(..self.level).unwrap_or_default();
        match captures.get(index) {
            None | Some(Capture { end: CaptureEnd::Open, .. }) => Err(PatternError::InvalidCaptureIndex),
            Some(Capture { end: CaptureEnd::Position, .. }) => Ok(Mode::Fail),
            Some(Capture { start, end: CaptureEnd::At(end) }) => {
                let text = subject.get(*start as usize..*end as usize).unwrap_or_default();
                let rest = subject.get(at as usize..).unwrap_or_default();
                if rest.starts_with(text) {
                    Ok(Mode::Item { at: at + (end - start), item: next })
                } else {
                    Ok(Mode::Fail)
                }
            }
        }
    }

    #[inline]
    fn push(&mut self, frame: Frame) -> Result<(), PatternError> {
        if self.frames.len() >= MAX_FRAMES {
            return Err(PatternError::TooComplex);
        }
        self.frames.push(frame);
        Ok(())
    }

    /// Notes an effect to undo. Without a choice below there is nothing to come back to, and so nothing to undo.
    #[inline]
    fn push_undo(&mut self, frame: Frame) -> Result<(), PatternError> {
        if self.frames.is_empty() { Ok(()) } else { self.push(frame) }
    }
}

/// `%bxy`: up to the byte that balances the first one.
fn balance(subject: &[u8], pattern: &[u8], at: u32, item: u32, depth: u32, steps: &mut u32) -> Mode {
    let place = item as usize;
    let (Some(&open), Some(&close)) = (pattern.get(place + 2), pattern.get(place + 3)) else {
        return Mode::Fail;
    };
    let from = at as usize;
    let limit = subject.len().min(from + BYTES_PER_STEP * (*steps as usize + 1));
    let mut depth = depth;
    for (offset, &byte) in subject.get(from..limit).unwrap_or_default().iter().enumerate() {
        if byte == close {
            depth -= 1;
            if depth == 0 {
                *steps = steps.saturating_sub((offset / BYTES_PER_STEP) as u32);
                return Mode::Item { at: (from + offset) as u32 + 1, item: item + 4 };
            }
        } else if byte == open {
            depth += 1;
        }
    }
    *steps = steps.saturating_sub(((limit - from) / BYTES_PER_STEP) as u32);
    if limit < subject.len() { Mode::Balance { at: limit as u32, item, depth } } else { Mode::Fail }
}
