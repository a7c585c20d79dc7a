//! Where the collector runs, and what is tried again after it.
//!
//! The heap collects only between slices, while it has every stack and the constants ([`Machine::lend_roots`]). An instruction
//! that has allocated ends the slice when the heap wants a step ([`Machine::safe_point`]). One that was refused memory asks for
//! a full collection and runs again; `out_of_memory_at` notes where and when, so that it gets its error if that did not help.
//! Collections that a script or the memory limit has asked for go on in steps, between which the budget is looked at; so do those
//! that are owed for what a library function has allocated in one piece.
//!
//! **Invariant:** an instruction that is tried again had changed nothing.

use ferrous_heap::{Heap, HeapError, StepResult, Transaction};

use super::{Exit, Machine};
use crate::error::LuaError;
use crate::operation::SliceEnd;
use crate::transition::Transition;

/// How much the collector does at one safe point, in its own units of work: a fraction of a millisecond.
pub(super) const COLLECTOR_WORK: usize = 4_000;

/// What a step of that size counts as, in ticks.
const COLLECTOR_TICKS: i32 = 4_000;

/// A collection that a script has asked for, or that the memory limit has, or the pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collection {
    /// So many cycles.
    Full(u8),
    /// So much work, or up to the end of a cycle.
    Some(usize),
    /// As many steps as the pace wants: a library function has allocated much since the last safe point.
    Owed,
}

/// Where and when an instruction was refused memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    frames: usize,
    code: u32,
    pc: u32,
    ticks: i32,
    quanta: u32,
}

impl Machine {
    /// The collection that was asked for, in steps: it counts as work, and a kill ends it like any other.
    #[cold]
    pub(super) fn go_on_collecting(&mut self, heap: &mut Heap) -> Option<Exit> {
        let is_full = matches!(self.collection, Some(Collection::Full(_)));
        let end = self.lend_roots(heap, |machine, heap| {
            while let Some(collection) = machine.collection {
                if machine.ticks <= 0
                    && let Some(end) = machine.check_budget()
                {
                    return Some(end);
                }
                machine.ticks = machine.ticks.saturating_sub(COLLECTOR_TICKS);
                machine.collection = match collection {
                    Collection::Full(cycles) => match heap.collect_step(COLLECTOR_WORK) {
                        StepResult::Progress => Some(collection),
                        StepResult::CycleDone => (cycles > 1).then(|| Collection::Full(cycles - 1)),
                    },
                    Collection::Owed => {
                        heap.collect_due(COLLECTOR_WORK);
                        heap.owes_collection().then_some(collection)
                    }
                    Collection::Some(work) => {
                        let result = heap.collect_step(work.min(COLLECTOR_WORK));
                        let left = work.saturating_sub(COLLECTOR_WORK);
                        (result == StepResult::Progress && left > 0).then_some(Collection::Some(left))
                    }
                };
            }
            None
        });
        match end {
            Some(end) => Some(self.stopped(end)),
            None => {
                if is_full {
                    self.collected();
                }
                None
            }
        }
    }

    /// Has `f` do something while the heap has all roots.
    pub(super) fn lend_roots<R>(&mut self, heap: &mut Heap, f: impl FnOnce(&mut Self, &mut Heap) -> R) -> R {
        let holds = std::mem::replace(&mut self.holds_roots, false);
        if holds {
            let mut tx = heap.begin();
            self.surrender(&mut tx);
            tx.constants_put(std::mem::take(&mut self.constants));
            tx.withhold_roots(false);
        }
        let result = f(self, heap);
        if holds {
            let mut tx = heap.begin();
            tx.withhold_roots(true);
            self.adopt(&mut tx, self.thread);
            self.take_constants(&mut tx);
            self.holds_roots = true;
        }
        result
    }

    /// After an instruction that has allocated: the slice ends if the collector wants to run.
    #[inline]
    pub(crate) fn safe_point(&mut self, tx: &Transaction<'_>) -> Transition {
        if tx.wants_collection() { Transition::End(SliceEnd::Collect) } else { Transition::Continue }
    }

    /// The heap has refused what the instruction of `current` wanted. At the memory limit the garbage goes first and the
    /// instruction is run again.
    #[cold]
    pub(crate) fn heap_failed(&mut self, tx: &Transaction<'_>, error: HeapError) -> Transition {
        if self.retry_after_collection(error) {
            return Transition::End(SliceEnd::CollectFull);
        }
        self.raise_here(tx, LuaError::from(error))
    }

    /// Whether the instruction of `current`, which the heap refused memory, is to be tried again after a full collection,
    /// for it had changed nothing: not if that was all that has happened since it was last tried.
    pub(crate) fn retry_after_collection(&mut self, error: HeapError) -> bool {
        // Whoever comes here again has passed a back edge or a call, and ticks have been counted.
        let here = Attempt {
            frames: self.frames.len(),
            code: self.current.code,
            pc: self.current.pc,
            ticks: self.ticks,
            quanta: self.quanta,
        };
        if error != HeapError::OutOfMemory || self.out_of_memory_at == Some(here) {
            return false;
        }
        self.out_of_memory_at = Some(here);
        self.run_again();
        true
    }

    /// A full collection, which counts as work, has come to its end: whoever waited for it has not got any further.
    pub(crate) fn collected(&mut self) {
        if let Some(Attempt { ticks, quanta, .. }) = &mut self.out_of_memory_at {
            (*ticks, *quanta) = (self.ticks, self.quanta);
        }
    }
}
