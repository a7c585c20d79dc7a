//! The source of the script, as the debugger shows it: line by line, with marks for where it stands and where it stops.
//!
//! **Invariant:** a line number that the source does not have is shown as a line of its own, never skipped.

use super::breakpoints::Breakpoints;

/// The source in lines, without the line breaks at its end.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    lines: Vec<Vec<u8>>,
}

/// What is marked in a listing.
pub(crate) struct Marks<'a> {
    /// The line that is about to run.
    pub(crate) current: i64,
    /// Where the script stops.
    pub(crate) breakpoints: &'a Breakpoints,
}

impl Listing {
    /// The lines of `source`.
    pub(crate) fn new(source: &[u8]) -> Self {
        let end = source.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
        let source = source.get(..end).unwrap_or_default();
        let lines = if source.is_empty() {
            Vec::new()
        } else {
            source.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
        };
        Self { lines }
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// One line with its number and marks.
    pub(crate) fn line(&self, number: i64, marks: &Marks<'_>) -> Vec<u8> {
        let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let text = index.and_then(|index| self.lines.get(index));
        let text = text.map_or(b"<out of range source code line>".as_slice(), Vec::as_slice);
        let mark = match (number == marks.current, marks.breakpoints.contains(number)) {
            (true, true) => "->#",
            (true, false) => "-> ",
            (false, true) => "  #",
            (false, false) => "   ",
        };
        [format!("{mark}{number:<3} ").as_bytes(), text].concat()
    }

    /// The lines that are at most `context` lines from `around`.
    pub(crate) fn around(&self, around: i64, context: i64, marks: &Marks<'_>) -> Vec<Vec<u8>> {
        let count = i64::try_from(self.lines.len()).unwrap_or(i64::MAX);
        let first = around.saturating_sub(context).max(1);
        let last = around.saturating_add(context).min(count);
        (first..=last).map(|number| self.line(number, marks)).collect()
    }

    /// All lines.
    pub(crate) fn all(&self, marks: &Marks<'_>) -> Vec<Vec<u8>> {
        self.around(0, i64::MAX, marks)
    }
}
