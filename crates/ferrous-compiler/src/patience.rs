//! Patience: whoever waits for a chunk is asked now and then whether it is still wanted.
//!
//! **Invariant:** between two questions lies at most a fraction of a millisecond, however large the source is.

use crate::Failure;
use crate::ast::NONE;
use crate::scan::PIECE;

/// After how many tasks it is asked: a fraction of a millisecond.
const TASKS: u32 = 1024;

/// Counts the tasks of a walk over the tree.
pub(crate) struct Patience<'s> {
    /// How many tasks are left until the next question.
    tasks: u32,
    stopped: &'s dyn Fn() -> bool,
}

impl<'s> Patience<'s> {
    pub(crate) fn new(stopped: &'s dyn Fn() -> bool) -> Self {
        Self { tasks: TASKS, stopped }
    }

    /// Counts a task; true if it was asked before it. Fails if the chunk is not wanted any more.
    #[inline]
    pub(crate) fn count(&mut self) -> Result<bool, Failure> {
        self.tasks -= 1;
        if self.tasks > 0 {
            return Ok(false);
        }
        self.tasks = TASKS;
        if (self.stopped)() { Err(Failure::Stopped) } else { Ok(true) }
    }
}

/// So many times `NONE`.
pub(crate) fn filled(length: usize, stopped: &dyn Fn() -> bool) -> Result<Vec<u32>, Failure> {
    let mut list = Vec::with_capacity(length);
    while list.len() < length {
        list.resize(length.min(list.len() + PIECE), NONE);
        if list.len() < length && stopped() {
            return Err(Failure::Stopped);
        }
    }
    Ok(list)
}
