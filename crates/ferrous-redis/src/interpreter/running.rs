//! The run in progress: what it is called, what it may still use, and how it has ended.
//!
//! The machine comes back from each slice with an exit; [`Running::settle`] takes in those that need no driver. The fuel that the
//! machine is granted is a slice of what the limits leave: short if the host is polled or the time is limited, for the clock is
//! read between two slices.
//!
//! **Invariant:** a run with an outcome is not gone on with.

use std::time::Instant;

use ferrous_heap::ScopeId;
use ferrous_vm::machine::{Exit, Machine};

use crate::{
    api::question::Question,
    host::Poll,
    limits::Limits,
    outcome::{Outcome, RunName},
    server::Judgement,
    store::ScriptCall,
};

/// The run in progress.
pub(super) struct Running {
    pub(super) name: RunName,
    pub(super) judgement: Judgement,
    pub(super) question: Question,
    pub(super) fuel: Fuel,
    pub(super) scope: Option<ScopeId>,
    pub(super) outcome: Option<Outcome>,
}

impl Running {
    #[inline(always)]
    pub(super) fn new(
        call: &ScriptCall,
        fuel: Fuel,
        scope: Option<ScopeId>,
        outcome: Option<Outcome>,
    ) -> Self {
        let name = RunName::Script(call.digest);
        Self { name, judgement: call.judgement, question: Question::Call, fuel, scope, outcome }
    }

    /// Takes in how the machine came back; what the driver has to see to is given back.
    #[inline(always)]
    pub(super) fn settle(
        &mut self,
        exit: Exit,
        machine: &mut Machine,
        poll: &mut dyn FnMut() -> Poll,
    ) -> Option<Exit> {
        match exit {
            Exit::Done => self.outcome = Some(Outcome::Returned),
            Exit::Failed(failure) => self.outcome = Some(Outcome::Failed(failure)),
            Exit::Interrupted(_) => {
                self.outcome = self.fuel.exhausted();
                if self.outcome.is_none() && poll() == Poll::Kill {
                    self.outcome = Some(Outcome::Killed);
                }
                if self.outcome.is_none() {
                    machine.set_fuel(self.fuel.grant());
                }
            }
            Exit::Host(kind) => {
                self.question = Question::from_kind(kind).unwrap_or(Question::Call);
                return Some(exit);
            }
            Exit::Line | Exit::Evaluated { .. } => return Some(exit),
        }
        None
    }
}

/// What is left of a run's instructions and time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fuel {
    left: Option<u64>,
    deadline: Option<Instant>,
    /// The longest slice, if slices have to be short.
    slice: Option<u64>,
}

impl Fuel {
    pub(super) fn new(limits: &Limits, poll_interval: Option<u64>) -> Self {
        let deadline = limits.wall_clock.and_then(|time| Instant::now().checked_add(time));
        let slice = match (poll_interval, deadline) {
            (Some(interval), Some(_)) => Some(interval.clamp(1, Limits::CLOCK_INTERVAL)),
            (Some(interval), None) => Some(interval.max(1)),
            (None, Some(_)) => Some(Limits::CLOCK_INTERVAL),
            (None, None) => None,
        };
        Self { left: limits.instructions, deadline, slice }
    }

    /// Takes the fuel for the next slice; `None`: as much as it wants. The slice is short if time is limited.
    pub(super) fn grant(&mut self) -> Option<u64> {
        let granted = match (self.left, self.slice) {
            (left, Some(slice)) => left.unwrap_or(u64::MAX).min(slice),
            (Some(left), None) => left,
            (None, None) => return None,
        };
        self.left = self.left.map(|left| left - granted);
        Some(granted)
    }

    /// Why the run may not go on, now that the granted fuel is used up.
    pub(super) fn exhausted(&self) -> Option<Outcome> {
        if self.left == Some(0) {
            return Some(Outcome::OutOfInstructions);
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| Outcome::OutOfTime)
    }
}
