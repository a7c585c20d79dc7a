//! Weak tables and finalizers: what happens at the atomic end of marking (manual §2.10).
//!
//! Order, as in PUC Lua 5.1: unreached userdata with a `__gc` metamethod are scheduled, in the reverse order of their
//! creation, and resurrected with all they refer to; then dead references go out of weak tables. So a finalizer's
//! userdata is gone from weak values and still there in weak keys. Strings count as values and are never removed. There are no
//! ephemerons: the values of a table with weak keys are strong.
//!
//! **Invariant:** a userdata is scheduled at most once in its life.

use std::ops::Range;

use crate::collector::mark::WeakMode;
use crate::collector::{FIRST_WHITE, SECOND_WHITE};
use crate::error::HeapError;
use crate::guard::OLD;
use crate::heap::Heap;
use crate::metatable::Metamethod;
use crate::table::ELEMENTS;
use crate::transaction::Transaction;
use crate::value::{TableRef, UserdataRef, Value};
use crate::watch::Watch;

impl Heap {
    /// Takes note of a userdata that may need a finalizer.
    pub(crate) fn note_finalizer(&mut self, userdata: UserdataRef) {
        if let Some(found) = self.userdata.get_mut(userdata)
            && !found.noted
        {
            found.noted = true;
            self.collector.finalizable.push(userdata);
        }
    }

    fn is_unreached(&self, bits: u64, young: bool) -> bool {
        match self.colour_of(bits) {
            None => true,
            Some(colour @ (FIRST_WHITE | SECOND_WHITE)) => {
                colour == self.birth.colour && (!young || self.is_young(bits))
            }
            Some(_) => false,
        }
    }

    /// Schedules the finalizers of unreached userdata, and marks these.
    pub(crate) fn schedule_finalizers(&mut self, young: bool) {
        for userdata in self.separate_finalizable(|heap, userdata| heap.is_unreached(userdata.bits(), young))
        {
            self.marker(young).shade_bits(userdata.bits());
        }
    }

    /// Schedules the finalizers of those userdata that `is_due` names, the youngest first, and says which they are.
    fn separate_finalizable(&mut self, is_due: impl Fn(&Heap, UserdataRef) -> bool) -> Vec<UserdataRef> {
        let mut found = Vec::new();
        let mut candidates = std::mem::take(&mut self.collector.finalizable);
        candidates.retain(|&userdata| {
            let Some(state) = self.userdata.get(userdata) else { return false };
            if !is_due(self, userdata) {
                return true;
            }
            let metatable = state.metatable;
            if metatable.is_some_and(|metatable| !self.metamethod_in(metatable, Metamethod::Gc).is_nil()) {
                found.push((state.serial, userdata));
            }
            false
        });
        self.collector.finalizable = candidates;
        found.sort_unstable_by_key(|(serial, _)| std::cmp::Reverse(*serial));
        for (_, userdata) in &found {
            if let Some(state) = self.userdata.get_mut(*userdata) {
                state.finalized = true;
            }
            self.collector.pending.push_back(*userdata);
        }
        found.into_iter().map(|(_, userdata)| userdata).collect()
    }

    /// Scans those weak tables again whose `__mode` has changed since.
    pub(crate) fn recheck_weak_tables(&mut self, young: bool) {
        let cycle = if young { &mut self.collector.young } else { &mut self.collector.full };
        let tables = std::mem::take(&mut cycle.weak);
        let (same, changed): (Vec<_>, Vec<_>) =
            tables.into_iter().partition(|(table, mode)| self.weak_mode(*table) == *mode);
        let mut marker = self.marker(young);
        marker.cycle.weak = same;
        for (table, _) in changed {
            marker.scan(table.bits());
        }
    }

    /// Takes dead references out of the weak tables that the cycle has scanned. Given up between two pieces, once a cycle, where
    /// nobody wants the run any more: it has to be done again then.
    pub(crate) fn clear_weak_tables(&mut self, young: bool) -> Result<(), HeapError> {
        let cycle = if young { &mut self.collector.young } else { &mut self.collector.full };
        let tables = std::mem::take(&mut cycle.weak);
        for (table, _) in &tables {
            if let Err(error) = self.clear_weak_table(*table, young) {
                let cycle = if young { &mut self.collector.young } else { &mut self.collector.full };
                cycle.weak = tables;
                cycle.given_up = true;
                return Err(error);
            }
        }
        Ok(())
    }

    fn clear_weak_table(&mut self, table: TableRef, young: bool) -> Result<(), HeapError> {
        let mode = self.weak_mode(table);
        if !mode.is_weak() {
            return Ok(());
        }
        let mut position = 0;
        while let Some(dead) = self.dead_references(table, mode, position..position + ELEMENTS, young) {
            if !dead.is_empty() && !self.may_clear(table, young)? {
                return Ok(());
            }
            if let Some(slot) = self.tables.slot_mut(table) {
                for &position in &dead {
                    slot.value.clear_position(position);
                }
            }
            position += ELEMENTS;
            let cycle = if young { &self.collector.young } else { &self.collector.full };
            if !cycle.given_up {
                self.watch.look()?;
            }
        }
        Ok(())
    }

    /// The positions of dead references among these of a table, array part first; `None` behind its end. Its strings are marked.
    fn dead_references(
        &mut self,
        table: TableRef,
        mode: WeakMode,
        positions: Range<usize>,
        young: bool,
    ) -> Option<Vec<usize>> {
        let content = &self.tables.slot(table)?.value;
        if positions.start >= content.extent() {
            return None;
        }
        // What is left of the table's strings stays alive.
        let mut strings = Vec::new();
        let mut is_dead = |value: Value, is_weak: bool, is_key: bool| {
            if value.is_string() {
                strings.push(value);
                return false;
            }
            if !is_weak || !value.is_object() {
                return false;
            }
            let finalized =
                !is_key && self.userdata.get_bits(value.bits()).is_some_and(|userdata| userdata.finalized);
            finalized || self.is_unreached(value.bits(), young)
        };
        let places = content.places();
        let mut dead = Vec::new();
        for position in positions {
            let is_dead = match position.checked_sub(places) {
                None if mode.values => {
                    content.array().get(position).is_some_and(|value| is_dead(*value, true, false))
                }
                None => false,
                Some(place) => content.entries().get(place).is_some_and(|entry| {
                    !entry.value.is_nil()
                        && (is_dead(entry.key, mode.keys, true) | is_dead(entry.value, mode.values, false))
                }),
            };
            if is_dead {
                dead.push(position);
            }
        }
        self.shade_all(&strings, young);
        Some(dead)
    }

    /// Whether dead references may go: a rollback brings the entries back only if their objects live on, as those older than the
    /// scope do, so that the journal has to have the table; else it is strong for this cycle.
    fn may_clear(&mut self, table: TableRef, young: bool) -> Result<bool, HeapError> {
        let is_old = self.tables.slot(table).is_some_and(|slot| slot.guard.get() & OLD != 0);
        if !is_old || self.birth.scope == 0 {
            return Ok(true);
        }
        match self.save_table(table) {
            Ok(_) => Ok(true),
            Err(_) => {
                self.keep_alive(table, young);
                Ok(false)
            }
        }
    }

    fn shade_all(&mut self, strings: &[Value], young: bool) {
        let mut marker = self.marker(young);
        for string in strings {
            marker.shade(*string);
        }
    }

    /// There was no memory to journal the clearing, or the run was killed meanwhile: the table is strong for this cycle.
    fn keep_alive(&mut self, table: TableRef, young: bool) {
        let Some(table) = self.tables.get(table) else { return };
        // Nobody can stop this one: marking has to be complete.
        if let Ok(copy) = table.copy(&Watch::default(), &mut self.scrap) {
            self.marker(young).scan_copy(&copy);
            self.propagate(young, usize::MAX);
        }
    }
}

impl Transaction<'_> {
    /// The next userdata to finalize and its `__gc` metamethod. The caller calls it.
    pub fn pending_finalizer(&mut self) -> Option<(Value, Value)> {
        loop {
            let userdata = self.heap.collector.pending.pop_front()?;
            let Some(state) = self.heap.userdata.get(userdata) else { continue };
            let Some(metatable) = state.metatable else { continue };
            let finalizer = self.heap.metamethod_in(metatable, Metamethod::Gc);
            if !finalizer.is_nil() {
                return Some((userdata.into(), finalizer));
            }
        }
    }

    /// Makes every userdata with a `__gc` metamethod pending, dead or not, as when PUC Lua closes a state.
    pub fn schedule_all_finalizers(&mut self) {
        self.heap.separate_finalizable(|_, _| true);
    }

    /// Whether [`Transaction::pending_finalizer`] has something to give.
    #[inline]
    pub fn has_pending_finalizers(&self) -> bool {
        !self.heap.collector.pending.is_empty()
    }
}
