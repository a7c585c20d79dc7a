//! Budget and kill: how a run is stopped from outside.
//!
//! The machine counts *ticks*: at back edges and calls, in long stretches of code without either (the compiler sees to
//! that), for what an instruction does beyond the ordinary, and for the work of library functions. When a quantum of ticks is
//! used up it looks at two things: the kill flag, which any thread may set through an [`InterruptHandle`], and the fuel
//! that the driver granted. A kill ends the run; spent fuel suspends it, and the driver may grant more and go on.
//!
//! **Invariant:** between two looks at the flag lie at most [`QUANTUM`] ticks and what one instruction can overdraw, which is
//! well under a millisecond.

use std::sync::Arc;

use ferrous_heap::StopFlag;

/// How many ticks may pass between two looks at the kill flag.
pub const QUANTUM: i32 = 2_000;

/// Kills a run from any thread. Clones act on the same machine.
#[derive(Clone, Debug, Default)]
pub struct InterruptHandle {
    killed: Arc<StopFlag>,
}

impl InterruptHandle {
    /// Ends the run at its next look at the flag. No `pcall`, handler, reader function or coroutine can catch it.
    pub fn kill(&self) {
        self.killed.set(true);
    }

    /// What a heap watches that is to stop with the run.
    pub(crate) fn flag(&self) -> Arc<StopFlag> {
        Arc::clone(&self.killed)
    }

    /// Whether a kill is pending, for those who go on if not.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.killed.look()
    }

    /// The same in the middle of work that cannot be suspended; see [`InterruptHandle::poll_by`].
    #[must_use]
    pub fn poll(&self) -> bool {
        self.killed.poll()
    }

    /// Has `poll` called in the middle of work that cannot be suspended, such as hashing a string of 50 MB, some ten
    /// microseconds apart, and kills the run if it says so: for drivers without another thread that would. The first
    /// function that was lent stays.
    pub fn poll_by(&self, poll: impl Fn() -> bool + Send + Sync + 'static) {
        self.killed.poll_by(poll);
    }

    /// How often runs, and what they call, have looked for a kill so far. A kill is seen at the next look: how many of them there
    /// are to an amount of work says how soon, whatever the machine.
    #[must_use]
    pub fn looks(&self) -> u64 {
        self.killed.looks()
    }

    /// Forgets a pending kill.
    pub fn reset(&self) {
        self.killed.set(false);
    }
}

/// Why a run was suspended.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// The granted fuel is used up; `Machine::set_fuel` and `run` go on.
    Fuel,
    /// There is fuel left, but the collector has worked for a while, which costs none: a driver that grants fuel in slices to
    /// look at the clock between them may look now. `run` goes on. Comes only to drivers that grant fuel.
    Collector,
}
