//! Search: the first place, from a given one on, where a pattern matches.
//!
//! The first item of most patterns is one byte or one class; places that it rejects are skipped by a plain scan
//! instead of a match. This changes no result: a rejected first item fails the match before any other item, and with
//! it any mistake further on, is looked at.
//!
//! **Invariant:** like the matcher, a search holds no text, only places in it.

use std::cell::RefCell;

use super::matcher::{BYTES_PER_STEP, Matcher, Progress};
use super::single::{Single, single};
use super::{ByteSet, PatternError};

/// What the first item of the pattern lets through.
#[derive(Debug, Clone, Copy)]
enum Filter {
    /// Any place must be tried.
    None,
    Byte(u8),
    Members(ByteSet),
}

/// How a search went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The pattern matches `start..end`.
    At {
        /// First byte of the match.
        start: usize,
        /// The place after its last byte.
        end: usize,
    },
    /// It matches nowhere.
    Nowhere,
    /// The steps are used up; call again to go on.
    Suspended,
}

/// The longest pattern that is kept to be compared with the next one.
const LONGEST_KEPT: usize = 4096;

/// Searches kept for reuse by each thread: a program that takes a text apart goes through some patterns again and again.
const SPARES: usize = 8;

thread_local! {
    // Boxes: a search travels between here and the state of a native, and is some 700 bytes long.
    #[allow(clippy::vec_box)]
    /// Buffers only: which one a search gets changes nothing but its speed.
    static SPARE: RefCell<Vec<Box<Search>>> = const { RefCell::new(Vec::new()) };
}

/// A search that can be stopped and continued.
#[derive(Debug)]
pub struct Search {
    /// The matcher, whose captures belong to the match found last.
    pub matcher: Matcher,
    filter: Filter,
    /// The pattern that the filter and the matcher's sets were read from, as it is in the script; empty if it is long.
    source: Vec<u8>,
    /// The length of the pattern that matters.
    length: usize,
    anchored: bool,
    start: usize,
    matching: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            matcher: Matcher::default(),
            filter: Filter::None,
            source: Vec::new(),
            length: 0,
            anchored: false,
            start: 0,
            matching: false,
        }
    }
}

impl Search {
    /// The search that an earlier one for the same pattern has left ([`Search::give`]). `source` is the pattern as it is in the
    /// script; `anchored`: its first byte is an anchor.
    #[inline]
    #[must_use]
    pub fn again(source: &[u8], anchored: bool) -> Option<Box<Self>> {
        SPARE.with_borrow_mut(|spares| {
            let place = spares.iter().rposition(|spare| {
                spare.anchored == anchored && spare.source == source && !source.is_empty()
            })?;
            Some(spares.remove(place))
        })
    }

    /// A search for a pattern (`text`, without its anchor) with buffers that an earlier one has left. `source` is the pattern as
    /// it is in the script; `anchored`: only the first place is tried.
    #[must_use]
    pub fn new(source: &[u8], text: &[u8], anchored: bool) -> Box<Self> {
        let oldest = SPARE.with_borrow_mut(|spares| (spares.len() == SPARES).then(|| spares.remove(0)));
        let mut search = oldest.unwrap_or_default();
        search.source.clear();
        if source.len() <= LONGEST_KEPT {
            search.source.extend_from_slice(source);
        }
        search.length = text.len();
        search.matcher.reset();
        search.anchored = anchored;
        search.filter = if anchored { Filter::None } else { filter(&mut search.matcher, text) };
        search
    }

    /// Leaves the buffers of a finished search to the next one.
    #[inline]
    pub fn give(self: Box<Self>) {
        SPARE.with_borrow_mut(|spare| {
            if spare.len() < SPARES && self.matcher.is_small() {
                spare.push(self);
            }
        });
    }

    /// The pattern in the text that it was taken from, without its anchor.
    #[inline]
    #[must_use]
    pub fn pattern<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let from = usize::from(self.anchored);
        text.get(from..from + self.length).unwrap_or_default()
    }

    /// Whether only the first place is tried.
    #[inline]
    #[must_use]
    pub fn is_anchored(&self) -> bool {
        self.anchored
    }

    /// Frees large buffers after a match, before a callback runs: there may be one search for each level of calls.
    #[inline]
    pub fn lighten(&mut self) {
        self.matcher.lighten();
    }

    /// Sets out to search from byte `start` on.
    #[inline]
    pub fn begin(&mut self, start: usize) {
        self.start = start;
        self.matching = false;
    }

    /// Goes on until a match is found, there is none, or `steps` are used up.
    ///
    /// # Errors
    /// Whatever is wrong with the pattern, where a match comes across it.
    pub fn run(&mut self, subject: &[u8], pattern: &[u8], steps: &mut u32) -> Result<Found, PatternError> {
        loop {
            if !self.matching {
                match self.candidate(subject, steps) {
                    Some(Some(start)) => self.start = start,
                    Some(None) => return Ok(Found::Nowhere),
                    None => return Ok(Found::Suspended),
                }
                self.matcher.begin(self.start);
                self.matching = true;
            }
            match self.matcher.run(subject, pattern, steps)? {
                Progress::Suspended => return Ok(Found::Suspended),
                Progress::Matched(end) => {
                    self.matching = false;
                    return Ok(Found::At { start: self.start, end });
                }
                Progress::Failed => {
                    self.matching = false;
                    self.start += 1;
                    if self.anchored || self.start > subject.len() {
                        return Ok(Found::Nowhere);
                    }
                }
            }
        }
    }

    /// The next place worth a match: `Some(None)` when there is none, `None` when the steps are used up.
    #[inline]
    fn candidate(&mut self, subject: &[u8], steps: &mut u32) -> Option<Option<usize>> {
        if matches!(self.filter, Filter::None) {
            return Some(Some(self.start));
        }
        let rest = subject.get(self.start..).unwrap_or_default();
        let reach = BYTES_PER_STEP * (*steps as usize + 1);
        let window = rest.get(..reach).unwrap_or(rest);
        let found = match &self.filter {
            Filter::None => Some(0),
            Filter::Byte(byte) => memchr::memchr(*byte, window),
            Filter::Members(set) => window.iter().position(|&byte| set.contains(byte)),
        };
        let passed = found.unwrap_or(window.len());
        *steps = steps.saturating_sub((passed / BYTES_PER_STEP) as u32);
        match found {
            Some(offset) => Some(Some(self.start + offset)),
            None if window.len() == rest.len() => Some(None),
            None => {
                self.start += passed;
                None
            }
        }
    }
}

/// Reads what the first item of a pattern lets through, looking past the captures that open before it.
fn filter(matcher: &mut Matcher, pattern: &[u8]) -> Filter {
    let mut item = 0;
    while pattern.get(item) == Some(&b'(') {
        item += if pattern.get(item + 1) == Some(&b')') { 2 } else { 1 };
        // Beyond the limit of captures the matcher has an error to report.
        if item >= super::MAX_CAPTURES {
            return Filter::None;
        }
    }
    match (pattern.get(item), pattern.get(item + 1)) {
        (None | Some(b')'), _) | (Some(b'$'), None) => return Filter::None,
        (Some(b'%'), Some(b'b' | b'f' | b'0'..=b'9')) => return Filter::None,
        _ => {}
    }
    let Ok((accepted, end)) = single(&mut matcher.sets, pattern, item) else { return Filter::None };
    if matches!(pattern.get(end), Some(b'*' | b'?' | b'-')) {
        return Filter::None;
    }
    match accepted {
        Single::Any => Filter::None,
        Single::Byte(byte) => Filter::Byte(byte),
        Single::Members(set) => Filter::Members(*set),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, LONGEST_KEPT, Search};

    /// A callback that a match calls can search again, and so on.
    #[test]
    fn a_search_that_waits_keeps_nothing_large() {
        let pattern = b"x?".repeat(100_000);
        let mut search = Search::new(&pattern, &pattern, false);
        search.begin(0);
        let subject = vec![b'x'; 200_000];
        let mut steps = u32::MAX;
        assert_eq!(search.run(&subject, &pattern, &mut steps), Ok(Found::At { start: 0, end: 100_000 }));
        search.lighten();
        assert!(search.source.capacity() <= LONGEST_KEPT && search.matcher.is_small());
    }

    #[test]
    fn sets_that_are_read_again_cost_steps() {
        let set = [b"[".as_slice(), &[b'x'; 80_000], b"]"].concat();
        let pattern = [set.repeat(20).as_slice(), b"y"].concat();
        let mut search = Search::new(&pattern, &pattern, false);
        search.begin(0);
        let mut steps = u32::MAX;
        assert_eq!(search.run(&[b'x'; 30], &pattern, &mut steps), Ok(Found::Nowhere));
        // Each of ten places has all twenty sets read.
        assert!(u32::MAX - steps >= 10 * 20 * 10_000, "{} steps", u32::MAX - steps);
    }
}
