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

use super::PatternError;
use super::capture::{Captures, place};
use super::class::SetCache;
use super::single::single;

/// Bytes that a scan passes for the price of one step.
pub(super) const BYTES_PER_STEP: usize = 8;
/// Choices kept at once: 3 MiB.
const MAX_FRAMES: usize = 200_000;

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

/// What a part of the match leads to.
#[derive(Clone, Copy)]
enum Next {
    /// The item at the second place, against the subject at the first.
    Item(usize, usize),
    /// Back to the newest choice.
    Fail,
    /// Nothing more now: the mode says where to go on.
    Suspended,
}

/// A pattern match that can be stopped and continued; see the module's text.
#[derive(Debug)]
pub struct Matcher {
    mode: Mode,
    captures: Captures,
    frames: Vec<Frame>,
    pub(super) sets: SetCache,
}

impl Default for Matcher {
    fn default() -> Self {
        Self {
            mode: Mode::Fail,
            captures: Captures::default(),
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

    /// Frees large buffers; what a match has left of its choices is of no use any more.
    #[inline]
    pub(super) fn lighten(&mut self) {
        if !self.is_small() {
            self.frames = Vec::new();
        }
    }

    /// Sets out to match the whole pattern at byte `start` of the subject.
    #[inline]
    pub fn begin(&mut self, start: usize) {
        self.captures.clear();
        self.frames.clear();
        self.mode = item_mode(start, 0);
    }

    /// The captures of the match.
    #[inline]
    #[must_use]
    pub fn captures(&self) -> &Captures {
        &self.captures
    }

    /// Goes on until the match succeeds, fails, or `steps` are used up (at least one is needed to get anywhere).
    ///
    /// # Errors
    /// Whatever is wrong with the pattern, where the match comes across it.
    pub fn run(&mut self, subject: &[u8], pattern: &[u8], steps: &mut u32) -> Result<Progress, PatternError> {
        let mut next = match self.mode {
            Mode::Item { at, item } => Next::Item(at as usize, item as usize),
            Mode::Fail => Next::Fail,
            Mode::Span { low, at, item, end } => {
                let (low, at, item, end) = (low as usize, at as usize, item as usize, end as usize);
                self.span(subject, pattern, low, at, item, end, steps)?
            }
            Mode::Balance { at, item, depth } => {
                self.balance(subject, pattern, at as usize, item as usize, depth, steps)
            }
        };
        loop {
            next = match next {
                Next::Item(at, item) => {
                    if *steps == 0 {
                        self.mode = item_mode(at, item);
                        return Ok(Progress::Suspended);
                    }
                    *steps -= 1;
                    if item >= pattern.len() {
                        spend(steps, self.sets.take_read());
                        return Ok(Progress::Matched(at));
                    }
                    self.item(subject, pattern, at, item, steps)?
                }
                Next::Fail => {
                    if *steps == 0 {
                        self.mode = Mode::Fail;
                        return Ok(Progress::Suspended);
                    }
                    *steps -= 1;
                    spend(steps, self.sets.take_read());
                    match self.back_up(subject, pattern, steps)? {
                        Some(next) => next,
                        None => return Ok(Progress::Failed),
                    }
                }
                Next::Suspended => return Ok(Progress::Suspended),
            };
        }
    }

    /// Matches one item.
    #[inline(always)]
    fn item(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        at: usize,
        item: usize,
        steps: &mut u32,
    ) -> Result<Next, PatternError> {
        match pattern.get(item) {
            Some(b'(') => {
                return if pattern.get(item + 1) == Some(&b')') {
                    self.captures.take_position(at)?;
                    self.opened(at, item + 2)
                } else {
                    self.captures.open(at)?;
                    self.opened(at, item + 1)
                };
            }
            Some(b')') => return self.close(at, item + 1),
            Some(b'$') if item + 1 == pattern.len() => {
                return Ok(if at == subject.len() { Next::Item(at, item + 1) } else { Next::Fail });
            }
            Some(b'%') => match pattern.get(item + 1) {
                Some(b'b') => {
                    let (Some(open), Some(_)) = (pattern.get(item + 2), pattern.get(item + 3)) else {
                        return Err(PatternError::Unbalanced);
                    };
                    if subject.get(at) != Some(open) {
                        return Ok(Next::Fail);
                    }
                    return Ok(self.balance(subject, pattern, at + 1, item, 1, steps));
                }
                Some(b'f') => return self.frontier(subject, pattern, at, item + 2),
                Some(digit @ b'0'..=b'9') => {
                    return self.back_reference(subject, at, item + 2, *digit, steps);
                }
                _ => {}
            },
            _ => {}
        }
        let (accepted, end) = single(&mut self.sets, pattern, item)?;
        let matches = subject.get(at).is_some_and(|&byte| accepted.accepts(byte));
        Ok(match pattern.get(end) {
            Some(b'*') if matches => return self.span(subject, pattern, at, at + 1, item, end, steps),
            Some(b'+') if matches => return self.span(subject, pattern, at + 1, at + 1, item, end, steps),
            Some(b'?') if matches => {
                self.push(Frame::Optional { at: place(at), next: place(end + 1) })?;
                Next::Item(at + 1, end + 1)
            }
            Some(b'*' | b'?') => Next::Item(at, end + 1),
            Some(b'-') => {
                let needs = self.required(pattern, end + 1);
                self.push(Frame::Shortest { at: place(at), item: place(item), end: place(end), needs })?;
                if needs.is_some() && subject.get(at).copied() != needs {
                    Next::Fail
                } else {
                    Next::Item(at, end + 1)
                }
            }
            Some(b'+') => Next::Fail,
            _ if matches => Next::Item(at + 1, end),
            _ => Next::Fail,
        })
    }

    /// Lets a greedy repetition take all it can from `at` on, then tries the rest of the pattern.
    #[allow(clippy::too_many_arguments)]
    #[inline]
    fn span(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        low: usize,
        at: usize,
        item: usize,
        end: usize,
        steps: &mut u32,
    ) -> Result<Next, PatternError> {
        let (accepted, _) = single(&mut self.sets, pattern, item)?;
        let limit = subject.len().min(at + reach(*steps));
        let taken = accepted.span(subject.get(at..limit).unwrap_or_default());
        spend(steps, taken);
        let at = at + taken;
        if at == limit && limit < subject.len() {
            self.mode = Mode::Span { low: place(low), at: place(at), item: place(item), end: place(end) };
            *steps = 0;
            return Ok(Next::Suspended);
        }
        let next = end + 1;
        if at > low && next < pattern.len() {
            let needs = self.required(pattern, next);
            self.push(Frame::Longest { low: place(low), at: place(at), next: place(next), needs })?;
            if needs.is_some() && subject.get(at).copied() != needs {
                // The rest cannot match here; backing up looks for the byte.
                return Ok(Next::Fail);
            }
        }
        Ok(Next::Item(at, next))
    }

    /// Takes the newest choice differently. `None`: there is no choice left.
    #[inline]
    fn back_up(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        steps: &mut u32,
    ) -> Result<Option<Next>, PatternError> {
        let Some(frame) = self.frames.last_mut() else { return Ok(None) };
        match frame {
            Frame::Longest { low, at, next, needs } => {
                let (least, item) = (*low as usize, *next as usize);
                // The repetition took something, or there would be no frame.
                let mut given = *at as usize - 1;
                if let Some(byte) = *needs {
                    let from = least.max(given.saturating_sub(reach(*steps)));
                    let window = subject.get(from..given + 1).unwrap_or_default();
                    let found = memchr::memrchr(byte, window);
                    spend(steps, window.len());
                    match found {
                        Some(offset) => given = from + offset,
                        None if from == least => {
                            self.frames.pop();
                            return Ok(Some(Next::Fail));
                        }
                        None => {
                            *at = place(from);
                            return Ok(Some(Next::Fail));
                        }
                    }
                }
                *at = place(given);
                if given == least {
                    self.frames.pop();
                }
                Ok(Some(Next::Item(given, item)))
            }
            Frame::Shortest { at, item, end, needs } => {
                let (accepted, _) = single(&mut self.sets, pattern, *item as usize)?;
                let next = *end as usize + 1;
                let before = *at as usize;
                let limit = subject.len().min(before + reach(*steps));
                let mut taken = before;
                while taken < limit && subject.get(taken).is_some_and(|&byte| accepted.accepts(byte)) {
                    taken += 1;
                    if needs.is_none() || subject.get(taken).copied() == *needs {
                        *at = place(taken);
                        spend(steps, taken - before);
                        return Ok(Some(Next::Item(taken, next)));
                    }
                }
                spend(steps, taken - before);
                if taken == limit && limit < subject.len() {
                    *at = place(taken);
                } else {
                    self.frames.pop();
                }
                Ok(Some(Next::Fail))
            }
            Frame::Optional { at, next } => {
                let next = Next::Item(*at as usize, *next as usize);
                self.frames.pop();
                Ok(Some(next))
            }
            Frame::Opened => {
                self.captures.forget_newest();
                self.frames.pop();
                Ok(Some(Next::Fail))
            }
            Frame::Closed { capture } => {
                self.captures.reopen(*capture as usize);
                self.frames.pop();
                Ok(Some(Next::Fail))
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
        if byte == b')' && self.captures.newest_open().is_some() {
            next += 1;
            byte = *pattern.get(next)?;
        }
        let special = matches!(byte, b'(' | b')' | b'%' | b'.' | b'[' | b'$');
        let optional = matches!(pattern.get(next + 1), Some(b'*' | b'?' | b'-'));
        (!special && !optional).then_some(byte)
    }

    /// Goes on behind the beginning of a capture.
    #[inline]
    fn opened(&mut self, at: usize, next: usize) -> Result<Next, PatternError> {
        self.push_undo(Frame::Opened)?;
        Ok(Next::Item(at, next))
    }

    #[inline]
    fn close(&mut self, at: usize, next: usize) -> Result<Next, PatternError> {
        let index = self.captures.close(at)?;
        self.push_undo(Frame::Closed { capture: place(index) })?;
        Ok(Next::Item(at, next))
    }

    /// `%f[set]`: a place between a byte outside the set and one inside; both ends of the subject count as zero bytes.
    fn frontier(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        at: usize,
        item: usize,
    ) -> Result<Next, PatternError> {
        if pattern.get(item) != Some(&b'[') {
            return Err(PatternError::MissingFrontierSet);
        }
        let (set, end) = self.sets.get(pattern, item).ok_or(PatternError::MissingBracket)?;
        let before = at.checked_sub(1).and_then(|before| subject.get(before)).copied().unwrap_or(0);
        let after = subject.get(at).copied().unwrap_or(0);
        let here = !set.contains(before) && set.contains(after);
        Ok(if here { Next::Item(at, end) } else { Next::Fail })
    }

    /// `%1` to `%9`: the text of an earlier capture again.
    fn back_reference(
        &self,
        subject: &[u8],
        at: usize,
        next: usize,
        digit: u8,
        steps: &mut u32,
    ) -> Result<Next, PatternError> {
        let index = usize::from(digit).wrapping_sub(usize::from(b'1'));
        let Some(text) = self.captures.text(index)? else { return Ok(Next::Fail) };
        let text = subject.get(text).unwrap_or_default();
        let rest = subject.get(at..).unwrap_or_default();
        if rest.len() >= text.len() {
            spend(steps, text.len());
        }
        Ok(if rest.starts_with(text) { Next::Item(at + text.len(), next) } else { Next::Fail })
    }

    /// `%bxy`: up to the byte that balances the first one.
    fn balance(
        &mut self,
        subject: &[u8],
        pattern: &[u8],
        at: usize,
        item: usize,
        depth: u32,
        steps: &mut u32,
    ) -> Next {
        let (Some(&open), Some(&close)) = (pattern.get(item + 2), pattern.get(item + 3)) else {
            return Next::Fail;
        };
        let limit = subject.len().min(at + reach(*steps));
        let mut depth = depth;
        for (offset, &byte) in subject.get(at..limit).unwrap_or_default().iter().enumerate() {
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    spend(steps, offset);
                    return Next::Item(at + offset + 1, item + 4);
                }
            } else if byte == open {
                depth += 1;
            }
        }
        spend(steps, limit - at);
        if limit == subject.len() {
            return Next::Fail;
        }
        *steps = 0;
        self.mode = Mode::Balance { at: place(limit), item: place(item), depth };
        Next::Suspended
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

#[inline(always)]
fn item_mode(at: usize, item: usize) -> Mode {
    Mode::Item { at: place(at), item: place(item) }
}

/// How many bytes may be scanned with these steps.
#[inline(always)]
fn reach(steps: u32) -> usize {
    BYTES_PER_STEP * (steps as usize + 1)
}

/// Pays for scanned bytes.
#[inline(always)]
fn spend(steps: &mut u32, bytes: usize) {
    // Texts are shorter than 2^32.
    *steps = steps.saturating_sub((bytes / BYTES_PER_STEP) as u32);
}
