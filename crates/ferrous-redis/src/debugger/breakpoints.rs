//! The lines at which a script is to stop.
//!
//! **Invariant:** no line is in the list twice, and there are at most [`MOST`].

/// How many there can be.
const MOST: usize = 64;

/// Lines, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breakpoints(Vec<i64>);

/// Why a line was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAdded {
    /// There is no such line, or it is there already.
    WrongLine,
    /// The list is full.
    TooMany,
}

impl Breakpoints {
    /// Adds a line of a source that has `lines`.
    pub(crate) fn add(&mut self, line: i64, lines: usize) -> Result<(), NotAdded> {
        if self.0.len() == MOST {
            return Err(NotAdded::TooMany);
        }
        let exists = usize::try_from(line).is_ok_and(|line| (1..=lines).contains(&line));
        if !exists || self.0.contains(&line) {
            return Err(NotAdded::WrongLine);
        }
        self.0.push(line);
        Ok(())
    }

    /// Removes a line; whether it was there.
    pub(crate) fn remove(&mut self, line: i64) -> bool {
        let before = self.0.len();
        self.0.retain(|&other| other != line);
        self.0.len() < before
    }

    /// Removes all.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether a line is in the list.
    pub(crate) fn contains(&self, line: i64) -> bool {
        self.0.contains(&line)
    }

    /// All lines.
    pub(crate) fn lines(&self) -> &[i64] {
        &self.0
    }
}
