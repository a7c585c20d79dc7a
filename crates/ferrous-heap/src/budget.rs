//! Memory in use, its limit, and when to collect.
//!
//! Every allocation is checked against the limit before it is made and charged at once. Bytes are those of slots and of
//! buffers' capacities; the allocator's own overhead is not known here.
//!
//! **Invariant:** `used` is the sum of what live objects say they take, of the copies in the journal, and of what was
//! charged from outside.

use crate::error::HeapError;
use crate::heap::Heap;
use crate::transaction::Transaction;

/// What a store behind the barrier of a large table counts as, in bytes allocated.
const BARRIER_BYTES: usize = 64;

/// Below this, collecting is not worth while.
const LEAST_THRESHOLD: usize = 1 << 20;

/// The same while so little survives: what is freed is taken again while it is still in the processor's cache. Programs
/// that do little but make short strings are 7 % faster for it.
const LEAST_OF_LITTLE: usize = LEAST_THRESHOLD / 2;
const LITTLE: usize = LEAST_THRESHOLD / 4;

#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) used: usize,
    /// From here on a collector step is due: at `due`, or at once while the budget is urgent.
    threshold: usize,
    /// When the pace wants the next step.
    due: usize,
    /// Whether something waits to be freed.
    is_urgent: bool,
    pub(crate) limit: usize,
    /// Bytes in use when the last full cycle ended.
    after_cycle: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            used: 0,
            threshold: LEAST_THRESHOLD,
            due: LEAST_THRESHOLD,
            is_urgent: false,
            limit,
            after_cycle: 0,
        }
    }

    #[inline(always)]
    pub(crate) fn check(&self, bytes: usize) -> Result<(), HeapError> {
        // `used` is at most the limit, or a little more when growth was unavoidable.
        if bytes > self.limit.saturating_sub(self.used) { refuse() } else { Ok(()) }
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, bytes: usize) {
        self.used = self.used.wrapping_add(bytes);
    }

    #[inline(always)]
    pub(crate) fn sub(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
    }

    #[inline(always)]
    pub(crate) fn change(&mut self, difference: isize) {
        self.used = self.used.saturating_add_signed(difference);
    }

    /// When the pace wants the next step, in bytes in use.
    pub(crate) fn due(&self) -> usize {
        self.due
    }

    /// Whether the pace wants a step now.
    pub(crate) fn is_due(&self) -> bool {
        self.used >= self.due
    }

    pub(crate) fn set_due(&mut self, bytes: usize) {
        self.due = bytes;
        self.set_urgent(self.is_urgent);
    }

    /// While it is urgent, steps are due at each safe point, whatever the pace says.
    pub(crate) fn set_urgent(&mut self, is_urgent: bool) {
        self.is_urgent = is_urgent;
        self.threshold = if is_urgent { 0 } else { self.due };
    }

    /// The program is slowed down by barriers: a program that stores much and allocates nothing must not wait for the end
    /// of the cycle for ever.
    pub(crate) fn hurry(&mut self) {
        self.set_due(self.due.saturating_sub(BARRIER_BYTES));
    }

    /// Within a cycle: the next step is due when so many bytes have been allocated since this one was due; what this one has
    /// `freed` does not count. A program that allocates much between two safe points owes several steps, but not for ever.
    pub(crate) fn pause(&mut self, bytes: usize, freed: usize) {
        const MOST_OWED: usize = 1024;
        let least = self.used.saturating_sub(bytes.saturating_mul(MOST_OWED));
        let most = self.used.saturating_add(bytes);
        self.set_due(self.due.saturating_sub(freed).saturating_add(bytes).max(least).min(most));
    }

    /// A full cycle has ended.
    pub(crate) fn note_full_cycle(&mut self) {
        self.after_cycle = self.used;
    }

    /// By how many bytes more is in use than when the last full cycle ended.
    pub(crate) fn grown(&self) -> usize {
        self.used.saturating_sub(self.after_cycle)
    }

    /// After a collection: the next one is due when the heap has grown by half. Waiting until it has doubled makes programs that
    /// do little but allocate 15 % faster, and all of them a third larger.
    pub(crate) fn rest(&mut self) {
        let least = if self.used < LITTLE { LEAST_OF_LITTLE } else { LEAST_THRESHOLD };
        self.set_due(self.used.saturating_add(self.used / 2).max(least));
    }
}

#[cold]
#[inline(never)]
fn refuse() -> Result<(), HeapError> {
    Err(HeapError::OutOfMemory)
}

impl Heap {
    /// Bytes in use.
    pub fn bytes_in_use(&self) -> usize {
        self.budget.used
    }

    /// The limit in bytes.
    pub fn limit(&self) -> usize {
        self.budget.limit
    }

    /// Sets the limit in bytes. One below what is in use makes every allocation fail until enough is freed.
    pub fn set_limit(&mut self, bytes: usize) {
        self.budget.limit = bytes;
    }

    /// Whether a collector step is due.
    #[inline]
    pub fn wants_collection(&self) -> bool {
        self.budget.used >= self.budget.threshold
    }

    /// Whether the pace wants a step: right after one, whether it wants more.
    #[inline]
    pub fn owes_collection(&self) -> bool {
        self.budget.is_due()
    }

    /// Gives back all that [`Transaction::charge`] has charged: whoever held it is gone.
    #[inline]
    pub fn release_charges(&mut self) {
        self.budget.sub(std::mem::take(&mut self.external));
    }
}

impl Transaction<'_> {
    /// Charges memory held outside of objects, before it is allocated.
    #[inline]
    pub fn charge(&mut self, bytes: usize) -> Result<(), HeapError> {
        self.heap.budget.check(bytes)?;
        self.heap.budget.add(bytes);
        self.heap.external = self.heap.external.saturating_add(bytes);
        Ok(())
    }

    /// Gives back what [`Transaction::charge`] charged.
    #[inline]
    pub fn release(&mut self, bytes: usize) {
        let bytes = bytes.min(self.heap.external);
        self.heap.external -= bytes;
        self.heap.budget.sub(bytes);
    }

    /// Charges growth of an object that has already happened ([`Table::append`](crate::Table::append)).
    #[inline(always)]
    pub fn charge_now(&mut self, bytes: usize) {
        self.heap.budget.add(bytes);
    }

    /// Bytes in use.
    #[inline]
    pub fn bytes_in_use(&self) -> usize {
        self.heap.budget.used
    }

    /// The limit in bytes.
    pub fn limit(&self) -> usize {
        self.heap.budget.limit
    }

    /// Sets the limit in bytes.
    pub fn set_limit(&mut self, bytes: usize) {
        self.heap.budget.limit = bytes;
    }

    /// No step of a cycle is due any more until the collector is restarted, a cycle is asked for, the memory limit is reached, or the
    /// scope ends (`collectgarbage("stop")`).
    pub fn stop_collector(&mut self) {
        self.heap.budget.set_due(usize::MAX);
    }

    /// A step is due at once (`collectgarbage("restart")`).
    pub fn restart_collector(&mut self) {
        self.heap.budget.set_due(self.heap.budget.used);
    }

    /// Whether a collector step is due; a machine asks at safe points, and ends its transaction if so.
    #[inline(always)]
    pub fn wants_collection(&self) -> bool {
        self.heap.budget.used >= self.heap.budget.threshold
    }
}
