//! Slices and threads: who has the stack, the frames and the constants.
//!
//! During a slice they are the machine's ([`Machine::slice`]), between slices the heap's, where the collector finds its roots.
//! A machine that was put to rest ([`Machine::rest`]) keeps the stack from run to run, and the constants from the start of a
//! run to its end; it lends both to the heap for a collection. The states of natives hold no values: a suspended thread takes
//! them along, packed in one slot.
//!
//! **Invariant:** while the roots of a run are here between two slices, the heap knows (`Transaction::withhold_roots`) and
//! refuses to collect.

use ferrous_heap::{Heap, ThreadRef, ThreadStatus, Transaction, Value};

use super::Machine;
use crate::native::NativeState;
use crate::remains::Remains;

/// The longest stack that a machine keeps from one run to the next.
const MOST_KEPT: usize = 1 << 16;

impl Machine {
    /// One slice: the stack and the constants are the machine's while `f` runs.
    #[inline(always)]
    pub(crate) fn slice<R>(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut Self, &mut Transaction<'_>) -> R,
    ) -> R {
        let mut tx = heap.begin();
        if !self.holds_roots {
            self.take_constants(&mut tx);
            if !self.keeps_roots {
                self.adopt(&mut tx, self.thread);
            }
        }
        let result = f(self, &mut tx);
        if !self.holds_roots {
            if !self.keeps_roots {
                self.surrender(&mut tx);
            }
            tx.constants_put(std::mem::take(&mut self.constants));
        }
        result
    }

    /// Takes the constants out of the heap, and the code of what has died there out of the pools.
    #[inline]
    pub(super) fn take_constants(&mut self, tx: &mut Transaction<'_>) {
        self.constants = tx.constants_take();
        if tx.has_dead_prototypes() {
            self.release_prototypes(tx);
        }
    }

    #[cold]
    #[inline(never)]
    fn release_prototypes(&mut self, tx: &mut Transaction<'_>) {
        let mut remains = Remains::default();
        for id in tx.drain_dead_prototypes() {
            self.pool.release(id, &mut self.constants, &mut remains);
        }
        remains.into_steps().for_each(|step| tx.scrap_by(step));
    }

    /// Takes a thread's stack and frames out of the heap.
    pub(super) fn adopt(&mut self, tx: &mut Transaction<'_>, thread: ThreadRef) {
        if let Ok((stack, frames, slots)) = tx.take_thread(thread) {
            self.stack = stack;
            self.frames = frames;
            self.slots = slots;
            self.take_states();
        }
        self.thread = thread;
    }

    /// Unpacks the states that a suspended thread has kept.
    #[cold]
    #[inline(never)]
    fn take_states(&mut self) {
        for (_, slot) in self.slots.drain(..) {
            if let Ok(states) = slot.downcast::<Vec<Box<dyn NativeState>>>() {
                self.states = *states;
            }
        }
    }

    /// Gives the running thread's stack and frames back to the heap. The states stay: they hold no values.
    pub(super) fn surrender(&mut self, tx: &mut Transaction<'_>) {
        let stack = std::mem::take(&mut self.stack);
        let frames = std::mem::take(&mut self.frames);
        // Only a thread that is gone refuses, and this one runs.
        let _ = tx.put_thread(self.thread, stack, frames, Vec::new());
    }

    /// Drops whatever run there is, results and errors included, with what its natives had charged to the heap, and keeps the
    /// stack from now on: entering and leaving a run moves nothing, and a scope around it has no stack to copy. While there is
    /// a run, the heap collects only when this machine has it do so; between a rest and the next [`Machine::start`] anybody
    /// may.
    pub fn rest(&mut self, heap: &mut Heap) {
        if !self.holds_roots || self.thread != self.main_thread {
            // A stack that was not kept stays in the machine when the slice ends.
            self.slice(heap, |machine, tx| {
                machine.return_to_main_thread(tx);
                machine.keeps_roots = true;
            });
        } else if !self.is_reset {
            self.give_up_states(&mut heap.begin());
            self.reset();
        }
        heap.release_charges();
        if self.stack.len() > MOST_KEPT {
            heap.scrap(std::mem::take(&mut self.stack));
            heap.scrap(std::mem::take(&mut self.frames));
        }
        if std::mem::replace(&mut self.holds_roots, false) {
            let mut tx = heap.begin();
            tx.constants_put(std::mem::take(&mut self.constants));
            tx.withhold_roots(false);
        }
    }

    /// Drops whatever run there is; the main thread is the running one.
    pub(super) fn return_to_main_thread(&mut self, tx: &mut Transaction<'_>) {
        if self.thread != self.main_thread {
            // The last run was given up inside a coroutine, which goes with it.
            self.give_up_states(tx);
            self.switch_to(tx, self.main_thread, None, ThreadStatus::Dead);
        } else if self.is_reset {
            return;
        }
        self.give_up_states(tx);
        self.reset();
    }

    /// The natives that wait will not go on.
    #[inline]
    fn give_up_states(&mut self, tx: &mut Transaction<'_>) {
        if !self.states.is_empty() {
            self.states.drain(..).for_each(|state| state.give_up(tx));
        }
        if let Some(state) = self.pending_state.take() {
            state.give_up(tx);
        }
    }

    /// Makes another thread the running one, for `resumer` if one is given; the one that ran gets the status `left`. Gives the
    /// values that it has left.
    #[inline]
    pub(crate) fn switch_to<'t>(
        &mut self,
        tx: &'t mut Transaction<'_>,
        thread: ThreadRef,
        resumer: Option<ThreadRef>,
        left: ThreadStatus,
    ) -> &'t [Value] {
        if !self.states.is_empty() {
            self.slots.push((0, Box::new(std::mem::take(&mut self.states))));
        }
        let switched = tx.switch_thread(
            (self.thread, left),
            (thread, resumer),
            &mut self.stack,
            &mut self.frames,
            &mut self.slots,
        );
        // Only threads that are gone are refused, and these two are in use.
        let Ok(values) = switched else { return &[] };
        self.thread = thread;
        if !self.slots.is_empty() {
            self.take_states();
        }
        values
    }
}
