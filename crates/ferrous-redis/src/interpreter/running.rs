//! The run in progress: what it is called, what it may still use, and how it has ended.
//!
//! The machine comes back from each slice with an exit; [`Running::absorb`] takes in those that need no driver. The fuel that the
//! machine is granted is a slice of what the limits leave: short if the host is polled or the time is limited, for the clock is
//! read between two slices, and after some commands.
//!
//! **Invariant:** a run with an outcome is not gone on with.

use std::time::{Duration, Instant};

use ferrous_heap::ScopeId;
use ferrous_vm::{
    interrupt::Interrupt,
    machine::{Exit, Machine},
};

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
    pub(super) fn absorb(
        &mut self,
        exit: Exit,
        machine: &mut Machine,
        poll: &mut dyn FnMut() -> Poll,
    ) -> Option<Exit> {
        match exit {
            Exit::Done => self.outcome = Some(Outcome::Returned),
            Exit::Failed => self.outcome = Some(Outcome::Failed),
            Exit::Interrupted(interrupt) => {
                let is_spent = interrupt == Interrupt::Fuel;
                self.look(is_spent, poll);
                if self.outcome.is_none() && is_spent {
                    machine.set_fuel(self.fuel.grant());
                }
            }
            Exit::Host(kind) => {
                self.question = Question::from_kind(kind).unwrap_or(Question::Call);
                if self.fuel.asks_to_look() {
                    self.look(false, poll);
                }
                return Some(exit).filter(|_| self.outcome.is_none());
            }
            Exit::Line | Exit::Evaluated | Exit::EvaluationFailed => return Some(exit),
        }
        None
    }

    /// Looks whether the run may go on.
    fn look(&mut self, is_spent: bool, poll: &mut dyn FnMut() -> Poll) {
        self.outcome = self.fuel.exhausted(is_spent);
        if self.outcome.is_none() && poll() == Poll::Kill {
            self.outcome = Some(Outcome::Killed);
        }
    }
}

/// What is left of a run's instructions and time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fuel {
    left: Option<u64>,
    deadline: Option<Instant>,
    slices: Option<Slices>,
    /// What the script has asked its driver, by number.
    questions: u32,
}

/// How many questions of a script are answered between two looks at the clock: a few instructions may ask for commands that take
/// milliseconds each.
const QUESTIONS_A_LOOK: u32 = 16;

/// How slices are kept short, in time too: what an instruction takes differs by a factor of a hundred.
#[derive(Clone, Copy, Debug)]
struct Slices {
    /// The next one, and the longest.
    next: u64,
    longest: u64,
    /// When the last one has ended.
    last: Option<Instant>,
}

impl Slices {
    /// What a slice is meant to take.
    const TIME: Duration = Duration::from_micros(100);

    /// A slice has ended: the next one is shorter if it took long.
    fn ended(&mut self, now: Instant) {
        let Some(took) = self.last.replace(now).map(|last| now.duration_since(last)) else { return };
        self.next = if took > Self::TIME {
            // Of two durations, the smaller one by the larger.
            (self.next as f64 * Self::TIME.div_duration_f64(took)) as u64
        } else {
            self.next.saturating_mul(2)
        }
        .clamp(1, self.longest);
    }
}

impl Fuel {
    pub(super) fn new(limits: &Limits, poll_interval: Option<u64>) -> Self {
        let deadline = limits.wall_clock.and_then(|time| Instant::now().checked_add(time));
        let longest = match (poll_interval, deadline) {
            (Some(interval), Some(_)) => Some(interval.clamp(1, Limits::CLOCK_INTERVAL)),
            (Some(interval), None) => Some(interval.max(1)),
            (None, Some(_)) => Some(Limits::CLOCK_INTERVAL),
            (None, None) => None,
        };
        let slices = longest.map(|longest| Slices { next: longest, longest, last: None });
        Self { left: limits.instructions, deadline, slices, questions: 0 }
    }

    /// The script asks its driver something: whether the clock is to be looked at, if the time is limited or the host polled.
    #[inline]
    fn asks_to_look(&mut self) -> bool {
        self.questions = self.questions.wrapping_add(1);
        self.slices.is_some() && self.questions.is_multiple_of(QUESTIONS_A_LOOK)
    }

    /// Whether the time of a run is over whose host has taken some of it.
    pub(super) fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Takes the fuel for the next slice; `None`: as much as it wants. The slice is short if time is limited.
    pub(super) fn grant(&mut self) -> Option<u64> {
        let granted = match (self.left, self.slices) {
            (left, Some(slices)) => left.unwrap_or(u64::MAX).min(slices.next),
            (Some(left), None) => left,
            (None, None) => return None,
        };
        self.left = self.left.map(|left| left - granted);
        Some(granted)
    }

    /// Why the run may not go on between two slices, now that the granted fuel is used up or not.
    pub(super) fn exhausted(&mut self, is_spent: bool) -> Option<Outcome> {
        if is_spent && self.left == Some(0) {
            return Some(Outcome::OutOfInstructions);
        }
        let slices = self.slices.as_mut()?;
        let now = Instant::now();
        if is_spent {
            slices.ended(now);
        }
        self.deadline.filter(|deadline| now >= *deadline).map(|_| Outcome::OutOfTime)
    }
}
