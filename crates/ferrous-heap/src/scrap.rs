//! Scrap: large buffers that nobody uses any more, given back to the system piece by piece.
//!
//! Giving memory back takes time with its size: some 25 µs a megabyte. What dies in a script can be hundreds of megabytes in
//! one buffer, and whoever kills the script shall not wait for that. So a large buffer of an object that is freed, or of
//! whoever hands one in ([`Transaction::scrap`]), comes here, and collector steps shorten it from its end. The bytes are not
//! in use any more: the limit does not count them, and whoever allocates frees faster than that.
//!
//! Shortening is in place where the allocator can do that, as those of Linux can; elsewhere it may copy.
//!
//! **Invariant:** while there is scrap the budget is *urgent*, so that each safe point frees some of it.

use std::fmt;

use crate::heap::Heap;
use crate::transaction::Transaction;

/// Buffers below so many bytes are dropped as they are.
const LARGE: usize = 1 << 19;

/// How much of a buffer is given back at one time.
const PIECE: usize = 1 << 18;

/// Units of work that giving back a piece is.
const WORK_PER_PIECE: usize = 600;

/// A buffer of whatever elements.
trait Shorten: Send {
    /// Gives back a piece; false if the rest is small and can be dropped.
    fn shorten(&mut self) -> bool;
}

impl<T: Copy + Send> Shorten for Vec<T> {
    fn shorten(&mut self) -> bool {
        // No element is empty: there is something large here.
        let left = self.capacity().saturating_sub(PIECE / size_of::<T>().max(1));
        self.truncate(left);
        self.shrink_to(left);
        left.saturating_mul(size_of::<T>()) >= LARGE
    }
}

/// What frees itself piece by piece; false if nothing is left.
struct Step(Box<dyn FnMut() -> bool + Send>);

impl Shorten for Step {
    fn shorten(&mut self) -> bool {
        (self.0)()
    }
}

/// The buffers that wait.
#[derive(Default)]
pub(crate) struct Scrap {
    buffers: Vec<Box<dyn Shorten>>,
}

impl fmt::Debug for Scrap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scrap").field("buffers", &self.buffers.len()).finish()
    }
}

impl Scrap {
    pub(crate) fn is_empty(&self) -> bool {
        self.buffers.is_empty()
    }

    /// Takes a buffer, or drops it if it is not large; says whether it has taken it.
    pub(crate) fn take<T: Copy + Send + 'static>(&mut self, buffer: Vec<T>) -> bool {
        let is_large = buffer.capacity().saturating_mul(size_of::<T>()) >= LARGE;
        if is_large {
            self.buffers.push(Box::new(buffer));
        }
        is_large
    }

    /// Gives back as much as the work allows; says how much of it is left.
    pub(crate) fn give_back(&mut self, mut work: usize) -> usize {
        while work > 0 {
            let Some(buffer) = self.buffers.last_mut() else { break };
            work = work.saturating_sub(WORK_PER_PIECE);
            if !buffer.shorten() {
                self.buffers.pop();
            }
        }
        work
    }
}

impl Heap {
    /// Has a buffer freed, step by step if it is large.
    pub fn scrap<T: Copy + Send + 'static>(&mut self, buffer: Vec<T>) {
        self.scrap.take(buffer);
        self.hasten_scrap();
    }

    /// Has something else freed, some at each call of `step`, until that answers false: a piece takes about as long as one of a
    /// buffer.
    pub fn scrap_by(&mut self, step: Box<dyn FnMut() -> bool + Send>) {
        self.scrap.buffers.push(Box::new(Step(step)));
        self.hasten_scrap();
    }

    /// Has what was put into the scrap freed.
    pub(crate) fn hasten_scrap(&mut self) {
        if !self.scrap.is_empty() {
            self.budget.set_urgent(true);
        }
    }
}

impl Transaction<'_> {
    /// Has a buffer freed, step by step if it is large: for those in which a native builds something, which may be given up
    /// at any time.
    pub fn scrap<T: Copy + Send + 'static>(&mut self, buffer: Vec<T>) {
        self.heap.scrap(buffer);
    }

    /// [`Heap::scrap_by`].
    pub fn scrap_by(&mut self, step: Box<dyn FnMut() -> bool + Send>) {
        self.heap.scrap_by(step);
    }

    /// Goes on freeing what waits to be freed, for about so much work: for natives that allocate for long without a safe
    /// point.
    #[inline]
    pub fn reclaim(&mut self, work: usize) {
        if self.heap.is_reclaiming() {
            self.heap.reclaim(work);
        }
    }
}
