//! Settling: a heap that is not in use gives back what it does not need.
//!
//! Arenas, the interner, the pool of upvalues and the lists of scopes and collector grow with what a program does, and keep
//! their size, so that the next one need not grow them again. A driver that has nothing else to do calls [`Heap::settle`],
//! each time for a little work: it ends the collector's cycle that is under way, or makes one if much was allocated since the
//! last, and shortens one thing after the other from its end.
//!
//! Only what lies beyond the last object can be given back. So a driver that loads what stays, while much waits to be freed,
//! first calls [`Heap::favour_low_slots`]; settling does it too.
//!
//! Giving back and growing again costs the system's work for the pages. It is for the driver to settle slowly, and not before
//! the heap has been at rest for a while.
//!
//! **Invariant:** between two calls of [`Heap::settle`] the heap can be used as ever.

use ferrous_arena::{Trim, shrink};

use crate::collector::Phase;
use crate::heap::Heap;
use crate::value::Value;

/// Elements for which lists keep room.
const KEPT: usize = 1 << 12;

/// Bytes allocated since the last full cycle that make another one worth while.
const WORTH_A_CYCLE: usize = 1 << 20;

/// Does the same with each arena.
macro_rules! each_arena {
    ($heap:ident, |$arena:ident| $body:expr) => {
        each_arena!(@ $heap, $arena, $body, tables strings functions cells userdata threads prototypes);
    };
    (@ $heap:ident, $arena:ident, $body:expr, $($name:ident)*) => {
        $({
            let $arena = &mut $heap.$name;
            $body
        })*
    };
}

impl Heap {
    /// Whether [`Heap::settle`] may have something to do.
    #[inline]
    pub fn is_unsettled(&self) -> bool {
        self.is_unsettled || self.wants_rest_cycle()
    }

    fn wants_rest_cycle(&self) -> bool {
        let is_stopped = self.budget.due() == usize::MAX;
        let is_idle = self.collector.full.phase == Phase::Idle;
        !is_stopped && (!is_idle || self.budget.grown() > WORTH_A_CYCLE)
    }

    /// Takes note that there may be something to give back.
    #[inline]
    pub(crate) fn unsettle(&mut self) {
        self.is_unsettled = true;
    }

    /// Bytes that the heap's arenas, pools and sets have room for, in use or not; what objects hold besides is not in it.
    #[must_use]
    pub fn bytes_held(&self) -> usize {
        let objects = [
            self.tables.memory(),
            self.strings.memory(),
            self.functions.memory(),
            self.cells.memory(),
            self.userdata.memory(),
            self.threads.memory(),
            self.prototypes.memory(),
        ];
        let pools = self.upvalues.values.capacity() * size_of::<Value>() + self.interner.memory();
        objects.iter().sum::<usize>() + pools
    }

    /// From now on the free slots with the lowest indices are used first: for what will stay when other things go.
    pub fn favour_low_slots(&mut self) {
        let scrap = &mut self.scrap;
        each_arena!(self, |arena| {
            scrap.take(arena.favour_low_slots());
        });
        self.upvalues.favour_free_ranges();
        self.hasten_scrap();
    }

    /// Gives back some of what is not needed, for about `work` units; true if there is more. Nothing happens while a scope is
    /// open, while anything waits to be freed ([`Heap::collect_due`] does that), or while roots are withheld.
    pub fn settle(&mut self, work: usize) -> bool {
        if self.collector.roots_withheld || self.birth.scope != 0 || self.is_reclaiming() {
            return false;
        }
        if self.wants_rest_cycle() {
            self.collect_step(work);
            return true;
        }
        if self.collector.full.phase == Phase::Idle {
            self.is_unsettled = self.give_back(work);
        }
        self.is_unsettled
    }

    /// Gives back some of what lies beyond the last object; true if there is more.
    fn give_back(&mut self, work: usize) -> bool {
        self.favour_low_slots();
        let mut left = work;
        each_arena!(self, |arena| match arena.trim(left) {
            Trim::More(_) => return true,
            Trim::Done(rest) => left = rest,
        });
        self.upvalues.gather(&self.functions, &mut self.scrap);
        let is_done = self.interner.shorten(left, &self.strings, &mut self.scrap)
            && shrink(&mut self.upvalues.values, KEPT)
            && self.shrink_lists();
        self.hasten_scrap();
        !is_done || self.is_reclaiming()
    }

    /// Gives back room of the lists of scopes and collector; true if there is none left.
    fn shrink_lists(&mut self) -> bool {
        let collector = &mut self.collector;
        let mut is_done = shrink(&mut self.born, KEPT) & self.scopes.shrink(KEPT);
        is_done &= shrink(&mut collector.sealed_written, KEPT);
        is_done &= shrink(&mut collector.finalizable, KEPT);
        for cycle in [&mut collector.full, &mut collector.young] {
            is_done &= shrink(&mut cycle.gray, KEPT) & shrink(&mut cycle.touched, KEPT);
            is_done &= shrink(&mut cycle.slices, KEPT) & shrink(&mut cycle.threads, KEPT);
            is_done &= shrink(&mut cycle.weak, KEPT);
        }
        is_done
    }
}
