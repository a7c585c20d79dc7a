//! Steps, cycles and their pace.
//!
//! A cycle begins when the heap has grown by half since the last one. From then on a step of `work` units is due for every
//! [`BYTES_PER_WORK`] x `work` bytes that are allocated, so that a cycle ends before the heap has grown by a quarter once more.

use crate::collector::sweep::{Cursor, KINDS, YoungSweep};
use crate::collector::{Phase, SEALED};
use crate::error::HeapError;
use crate::guard::BARRIER;
use crate::heap::Heap;
use crate::transaction::Transaction;
use crate::value::Value;

/// Bytes that may be allocated for each unit of work done.
const BYTES_PER_WORK: usize = 4;

/// What a collector step has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// There is more to do in this cycle.
    Progress,
    /// The cycle is complete.
    CycleDone,
}

impl Heap {
    /// Does about `work` units of collection, a unit being an object or a value looked at (about 10 ns). Begins a cycle if
    /// none is under way. Nothing happens while roots are withheld.
    pub fn collect_step(&mut self, work: usize) -> StepResult {
        if self.collector.roots_withheld {
            return StepResult::CycleDone;
        }
        let work = work.max(1);
        let used = self.budget.used;
        let left = self.reclaim(work);
        let result = if left == 0 {
            StepResult::Progress
        } else if self.birth.scope != 0 {
            self.young_step(left)
        } else {
            self.full_step(left)
        };
        match result {
            StepResult::Progress => {
                let freed = used.saturating_sub(self.budget.used);
                self.budget.pause(work.saturating_mul(BYTES_PER_WORK), freed);
            }
            StepResult::CycleDone => self.budget.rest(),
        }
        result
    }

    /// Does what is due, if anything is, for about so much work: frees what waits to be freed, and takes a step of the cycle
    /// if the pace wants one.
    pub fn collect_due(&mut self, work: usize) {
        if self.collector.roots_withheld {
            return;
        }
        let left = self.reclaim(work);
        if left > 0 && self.budget.is_due() {
            self.collect_step(left);
        }
    }

    /// Completes the cycle under way, if any, and runs a whole one.
    pub fn collect_full(&mut self) {
        self.reclaim(usize::MAX);
        for _ in 0..self.cycles_to_full() {
            while self.collect_step(usize::MAX) == StepResult::Progress {}
        }
    }

    /// How many cycles [`Heap::collect_step`] has to complete until all that is garbage now has been found: two if one is
    /// under way.
    pub fn cycles_to_full(&mut self) -> u8 {
        if self.active_cycle().phase == Phase::Idle { 1 } else { 2 }
    }

    fn full_step(&mut self, mut work: usize) -> StepResult {
        loop {
            match self.collector.full.phase {
                Phase::Idle => self.begin_full(),
                Phase::Census(cursor) => work = self.census(cursor, work),
                Phase::Mark => work = self.mark_step(false, work),
                Phase::Sweep(cursor) if cursor.kind >= KINDS.len() => {
                    self.end_full();
                    return StepResult::CycleDone;
                }
                Phase::Sweep(cursor) => work = self.sweep(cursor, work),
            }
            if work == 0 {
                return StepResult::Progress;
            }
        }
    }

    fn young_step(&mut self, mut work: usize) -> StepResult {
        loop {
            match self.collector.young.phase {
                Phase::Idle => self.begin_young(),
                Phase::Census(_) | Phase::Mark => work = self.mark_step(true, work),
                Phase::Sweep(_) => {
                    work = self.sweep_young(work);
                    if self.collector.young.phase == Phase::Idle {
                        return StepResult::CycleDone;
                    }
                }
            }
            if work == 0 {
                return StepResult::Progress;
            }
        }
    }

    fn begin_full(&mut self) {
        self.collector.quarantined = self.quarantined();
        self.collector.sighted.clear();
        let phase = if self.wants_census() { Phase::Census(Cursor::default()) } else { Phase::Mark };
        self.collector.full.phase = phase;
        self.shade_roots(false);
        let roots = std::mem::take(&mut self.collector.sealed_written);
        self.collector.full.gray.extend_from_slice(&roots);
        self.collector.sealed_written = roots;
    }

    fn begin_young(&mut self) {
        self.collector.young.phase = Phase::Mark;
        self.collector.journal_scanned = 0;
        self.shade_roots(true);
        self.scan_journal();
    }

    fn shade_roots(&mut self, young: bool) {
        let mut marker_roots: Vec<Value> = self.pins.iter().map(|pin| pin.value).collect();
        marker_roots.extend_from_slice(&self.names);
        marker_roots.push(self.registry.into());
        marker_roots.extend(self.type_metatables.iter().flatten().map(|table| Value::from(*table)));
        marker_roots.extend(self.collector.pending.iter().map(|userdata| Value::from(*userdata)));
        let mut marker = self.marker(young);
        for root in marker_roots {
            marker.shade(root);
        }
    }

    fn mark_step(&mut self, young: bool, work: usize) -> usize {
        let left = self.propagate(young, work);
        if left == 0 { 0 } else { self.try_to_end(young, work, left) }
    }

    /// Marking has run dry: looks at the roots and at what was touched, and ends marking if that leads to little more.
    fn try_to_end(&mut self, young: bool, work: usize, left: usize) -> usize {
        self.shade_roots(young);
        if young {
            self.scan_journal();
        }
        self.recheck_weak_tables(young);
        let cycle = self.active_cycle();
        let allowance = work.saturating_mul(1 << cycle.attempts.min(16));
        cycle.attempts += 1;
        for bits in std::mem::take(&mut cycle.touched) {
            self.scan_touched(bits, young);
        }
        let rest = self.propagate(young, allowance);
        let cycle = self.active_cycle();
        if !cycle.is_dry() {
            return 0;
        }
        if self.end_marking(young).is_err() {
            return 0;
        }
        left.min(rest.max(1))
    }

    fn scan_touched(&mut self, bits: u64, young: bool) {
        let Some(colour) = self.colour_of(bits) else { return };
        // One that is not reached will be scanned if and when it is.
        if colour == self.birth.colour && (!young || self.is_young(bits)) {
            return;
        }
        if let Some(thread) = crate::value::ThreadRef::from_bits(bits) {
            // What is unchanged since the full cycle has seen it, a young one need not have seen.
            let from =
                if young { 0 } else { self.threads.get(thread).map_or(0, |thread| thread.unchanged_below) };
            self.scan_thread(bits, young, from);
        } else {
            self.marker(young).scan(bits);
        }
    }

    /// The atomic end of marking. Where that is given up, marking has not ended.
    fn end_marking(&mut self, young: bool) -> Result<(), HeapError> {
        self.schedule_finalizers(young);
        self.propagate(young, usize::MAX);
        self.clear_weak_tables(young)?;
        if young {
            self.collector.young_sweep = YoungSweep { read: 0, write: 0, end: self.born.len() };
        } else {
            self.birth.colour = self.dead_white();
        }
        self.active_cycle().phase = Phase::Sweep(Cursor::default());
        self.update_string_care();
        Ok(())
    }

    fn end_full(&mut self) {
        self.return_quarantined();
        self.collector.full.reset();
        self.collector.collections += 1;
        self.budget.note_full_cycle();
        self.unsettle();
        self.update_string_care();
    }

    pub(crate) fn update_string_care(&mut self) {
        self.birth.string_care =
            self.is_sweeping() || self.has_graves() || matches!(self.collector.young.phase, Phase::Sweep(_));
    }

    /// Makes everything that is alive now the *sealed* base state: it is never marked or swept again, and an object of it that
    /// is written to is a root from then on. For engines that load their libraries once. Not inside of a scope.
    pub fn seal(&mut self) -> Result<(), HeapError> {
        if self.birth.scope != 0 {
            return Err(HeapError::ScopeOrder);
        }
        self.collect_full();
        for kind in KINDS {
            for index in 0..self.slots_of(kind) {
                if let Some(bits) = self.live_bits(kind, index) {
                    self.set_colour_of(bits, SEALED);
                    self.with_guard(bits, |guard| guard | BARRIER);
                }
            }
        }
        self.collector.sealed_written.clear();
        self.budget.rest();
        Ok(())
    }
}

impl Transaction<'_> {
    /// How many cycles of the collector have ended.
    #[must_use]
    pub fn collections(&self) -> u64 {
        self.heap.collector.collections
    }
}
