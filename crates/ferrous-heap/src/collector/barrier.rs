//! The write barrier's slow half: what happens when a scanned or sealed object is stored into.
//!
//! The fast half is the guard byte ([`crate::guard`]).

use crate::collector::mark::LARGE;
use crate::collector::{Cycle, Phase, SEALED, SEALED_WRITTEN};
use crate::guard::BARRIER;
use crate::heap::Heap;
use crate::value::{TableRef, Value};

impl Heap {
    /// The cycle that may be active now: the young one inside of scopes, else the full one.
    #[inline]
    pub(crate) fn active_cycle(&mut self) -> &mut Cycle {
        if self.birth.scope != 0 { &mut self.collector.young } else { &mut self.collector.full }
    }

    /// Whether the active cycle is marking.
    #[inline]
    pub(crate) fn is_marking(&self) -> bool {
        let cycle = if self.birth.scope != 0 { &self.collector.young } else { &self.collector.full };
        cycle.is_marking()
    }

    /// Whether the full cycle is sweeping, so that objects of the dead white are garbage.
    #[inline]
    pub(crate) fn is_sweeping(&self) -> bool {
        matches!(self.collector.full.phase, Phase::Sweep(_))
    }

    /// An object behind a barrier is stored into: it will be scanned again.
    pub(crate) fn touched(&mut self, object: Value) {
        let bits = object.bits();
        self.unseal(bits);
        self.set_barrier(bits, false);
        // The barrier bit is that of both cycles, the full one's too while it rests.
        for cycle in [&mut self.collector.full, &mut self.collector.young] {
            if cycle.is_marking() {
                cycle.touched.push(bits);
            }
        }
    }

    /// A table behind a barrier is stored into. A large one stays behind it: what is stored is marked.
    pub(crate) fn table_touched(&mut self, table: TableRef, key: Value, value: Value) {
        let large = self.tables.get(table).is_some_and(|table| table.extent() > LARGE);
        if !large || !self.is_marking() {
            self.touched(Value::from(table));
            return;
        }
        self.unseal(table.bits());
        self.budget.hurry();
        let mut marker = self.marker(self.birth.scope != 0);
        marker.shade(key);
        marker.shade(value);
    }

    /// A table's values may have moved while marking goes on, at least to beyond an index of the array part: if it is large
    /// and scanned in part, those are marked now, and the scan starts anew if there was a rehash.
    #[cold]
    #[inline(never)]
    pub(crate) fn table_rehashed(&mut self, table: TableRef, array: usize, rehashed: bool) {
        let Some(slot) = self.tables.slot(table) else { return };
        if slot.guard.get() & BARRIER == 0 || slot.value.extent() <= LARGE {
            return;
        }
        if rehashed {
            let gray = &mut self.active_cycle().gray;
            if gray.last() != Some(&table.bits()) {
                gray.push(table.bits());
            }
            return;
        }
        let moved: Vec<Value> = slot.value.array().get(array..).unwrap_or(&[]).to_vec();
        let mut marker = self.marker(self.birth.scope != 0);
        for value in moved {
            marker.shade(value);
        }
    }

    /// The first store into a sealed object makes it a root.
    fn unseal(&mut self, bits: u64) {
        if self.colour_of(bits) == Some(SEALED) {
            self.set_colour_of(bits, SEALED_WRITTEN);
            self.collector.sealed_written.push(bits);
        }
    }

    /// Sets or clears the barrier of an object.
    pub(crate) fn set_barrier(&mut self, bits: u64, on: bool) {
        self.with_guard(bits, |guard| if on { guard | BARRIER } else { guard & !BARRIER });
    }
}
