//! The budget of a run: ticks, fuel, and the end by a kill.
//!
//! [`Machine::ticks`] counts down: one for a loop's back edge, for a call, and for every unit of work of a library function or
//! of an instruction that does more than most (an allocation, a long concatenation, a chain of metatables). Code in which
//! neither loops nor calls come for long has ticks of its own. Where it is used up stands [`Machine::check_budget`], which
//! looks at the kill flag ([`interrupt`](crate::interrupt)) and takes the next quantum out of the fuel. Ticks that were counted
//! beyond the last quantum are owed: they come off the next one.
//!
//! **Invariant:** no quantum is longer than [`QUANTUM`]; `fuel` is what lies beyond the one that runs.

use super::Machine;
use crate::error::Failure;
use crate::interrupt::{Interrupt, QUANTUM};
use crate::operation::SliceEnd;
use crate::transition::Transition;

/// How many steps of the collector a driver that grants fuel hears of at once.
const STEPS_PER_INTERRUPT: u8 = 2;

impl Machine {
    /// Grants fuel, in ticks: one for a loop's back edge, for a call, for every unit of work of a library function; see
    /// [`interrupt`](crate::interrupt). `None`: no limit.
    pub fn set_fuel(&mut self, fuel: Option<u64>) {
        self.fuel = fuel;
        self.ticks = 0;
        self.refill();
    }

    /// What is left of the fuel, in whole quanta.
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        self.fuel.map(|fuel| fuel + u64::try_from(self.ticks - 1).unwrap_or(0))
    }

    /// Starts the next quantum. False if there is no fuel for it.
    fn refill(&mut self) -> bool {
        self.quanta = self.quanta.wrapping_add(1);
        let Some(fuel) = &mut self.fuel else {
            self.ticks = QUANTUM;
            return true;
        };
        let owed = u64::from(self.ticks.min(0).unsigned_abs());
        let quantum = (*fuel).saturating_sub(owed).min(QUANTUM as u64);
        *fuel = fuel.saturating_sub(owed + quantum);
        // A quantum fits an i32. The tick that finds it used up is not carried out.
        self.ticks = if quantum > 0 { quantum as i32 + 1 } else { 0 };
        quantum > 0
    }

    /// Counts work in units that a tick has `size` of.
    #[inline(always)]
    pub(crate) fn count(&mut self, units: usize, size: usize) {
        self.ticks = self.ticks.saturating_sub(i32::try_from(units / size).unwrap_or(i32::MAX));
    }

    /// The collector has taken a step of its own accord, which is work beside all ticks: what now? `None`: go on.
    #[inline]
    pub(super) fn collector_has_worked(&mut self) -> Option<SliceEnd> {
        if let Some(end) = self.killed() {
            return Some(end);
        }
        self.steps = self.steps.wrapping_add(1);
        (self.fuel.is_some() && self.steps.is_multiple_of(STEPS_PER_INTERRUPT))
            .then_some(SliceEnd::Interrupted(Interrupt::Collector))
    }

    /// The quantum is used up: what now? `None`: go on.
    #[cold]
    #[inline(never)]
    pub(crate) fn check_budget(&mut self) -> Option<SliceEnd> {
        if let Some(end) = self.killed() {
            return Some(end);
        }
        if self.refill() { None } else { Some(SliceEnd::Interrupted(Interrupt::Fuel)) }
    }

    /// The same for the Lua function in `current`, whose next tick, not counted yet, is the last one of the quantum.
    #[cold]
    #[inline(never)]
    pub(crate) fn quantum_over(&mut self) -> Transition {
        self.ticks -= 1;
        self.check_budget().map_or(Transition::Continue, Transition::End)
    }

    /// The same for an instruction that has done nothing yet: it runs again.
    #[cold]
    #[inline(never)]
    pub(crate) fn quantum_over_before(&mut self) -> Transition {
        self.current.pc -= 1;
        self.quantum_over()
    }

    /// How the run ends if it was killed.
    #[inline]
    pub(super) fn killed(&mut self) -> Option<SliceEnd> {
        self.interrupt.is_killed().then(|| self.kill())
    }

    /// Ends the run. Nothing is unwound, so nothing can catch it.
    fn kill(&mut self) -> SliceEnd {
        self.failure = Failure { killed: true, ..Failure::default() };
        SliceEnd::Failed
    }
}
