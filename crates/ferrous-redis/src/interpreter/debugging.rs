//! An interpreter under a debugger: it stops at lines, and calls other functions meanwhile.
//!
//! The machine steps while there is a [`Monitor`] in its state. Commands of the script are answered here and told to the
//! monitor on the way.
//!
//! **Invariant:** there is a monitor exactly from [`Interpreter::begin_debugging`] to [`Interpreter::end_debugging`].

use std::borrow::Cow;

use ferrous_heap::{Pinned, Transaction, Value};
use ferrous_vm::{error::LuaError, machine::Exit, native::NativeContext};

use super::{Fuel, Interpreter, answer::Audience};
use crate::{api::ApiState, debugger::monitor::Monitor, host::Host, limits::Limits, outcome::Outcome};

/// After how many instructions a driver hears of a script that does not stop, if nothing else is wanted.
const SLICE: u64 = 100_000;

/// Why a debugged run has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A new line is about to run.
    Line,
    /// It has run for a while.
    Slice,
    /// What was evaluated has come to its end.
    Evaluated {
        /// Whether it failed.
        failed: bool,
    },
    /// The script is done.
    Ended,
}

impl Interpreter {
    /// Makes the run that has begun stop at lines. It may take its time from now on.
    pub(crate) fn begin_debugging(&mut self, monitor: Monitor) {
        if let Some(state) = self.machine.extension_mut::<ApiState>() {
            state.monitor = Some(Box::new(monitor));
        }
        self.machine.set_stepping(true);
        if let Some(run) = &mut self.run {
            let limits = Limits { wall_clock: None, ..self.limits };
            run.fuel = Fuel::new(&limits, Some(self.poll_interval.unwrap_or(SLICE)));
            self.machine.set_fuel(run.fuel.grant());
        }
    }

    /// The run stops at lines no more; what was told and not yet taken.
    pub(crate) fn end_debugging(&mut self) -> Vec<Vec<u8>> {
        self.machine.set_stepping(false);
        let state = self.machine.extension_mut::<ApiState>();
        state.and_then(|state| state.monitor.take()).map_or_else(Vec::new, |mut monitor| monitor.take_lines())
    }

    /// What the run tells.
    pub(crate) fn monitor(&mut self) -> Option<&mut Monitor> {
        self.machine.extension_mut::<ApiState>()?.monitor.as_deref_mut()
    }

    /// Runs to the next stop.
    pub(crate) fn next_stop(&mut self, host: &mut dyn Host) -> Stop {
        loop {
            let Some(run) = self.run.as_mut().filter(|run| run.outcome.is_none()) else { return Stop::Ended };
            let exit = match self.exit.take() {
                Some(exit) => exit,
                None => self.machine.run(&mut self.heap),
            };
            let is_slice = matches!(exit, Exit::Interrupted(_));
            match run.absorb(exit, &mut self.machine, &mut || host.poll()) {
                Some(Exit::Line) => return Stop::Line,
                Some(Exit::Evaluated) => return Stop::Evaluated { failed: false },
                Some(Exit::EvaluationFailed) => return Stop::Evaluated { failed: true },
                Some(_) => {
                    let (question, checks_commands) = (run.question, host.checks_commands());
                    let exit = self.answer_question(question, host, checks_commands, Audience::Monitor);
                    self.exit = Some(exit);
                }
                None if is_slice => return Stop::Slice,
                None => {}
            }
        }
    }

    /// The chunk and the line that are about to run.
    pub(crate) fn place(&mut self) -> Option<(Vec<u8>, u32)> {
        self.machine.source(&mut self.heap)
    }

    /// Looks at the stopped run; `None` if there is no memory to do so.
    pub(crate) fn look<R>(&mut self, f: impl FnOnce(&NativeContext<'_, '_>) -> R) -> Option<R> {
        self.machine.setup(&mut self.heap, |ctx| Ok(f(ctx))).ok()
    }

    /// Calls the function that `find` pins while the run stands at a line. What came out of it goes to `answer`, with whether
    /// it is an error; `None` if it could not be called, or the whole run has ended meanwhile.
    pub(crate) fn evaluate<R>(
        &mut self,
        host: &mut dyn Host,
        find: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<Pinned, LuaError>,
        push_args: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<(), LuaError>,
        answer: impl FnOnce(&Transaction<'_>, bool, Value) -> R,
    ) -> Option<R> {
        let function = self.machine.setup(&mut self.heap, find).ok()?;
        let begun = self.machine.evaluate(&mut self.heap, &function, push_args).is_ok();
        let failed = loop {
            match if begun { self.next_stop(host) } else { Stop::Ended } {
                Stop::Evaluated { failed } => break Some(failed),
                Stop::Ended => break None,
                Stop::Line | Stop::Slice => {}
            }
        };
        let answer = failed.map(|failed| {
            self.machine.with_results(&mut self.heap, |tx, values| {
                answer(tx, failed, values.first().copied().unwrap_or(Value::NIL))
            })
        });
        // The pin is this heap's, so releasing it cannot fail.
        let _ = self.heap.begin().unpin(function);
        answer
    }

    /// Ends the run with an error that nothing in it can catch.
    pub(crate) fn stop(&mut self, reason: impl Into<Cow<'static, str>>) {
        if let Some(run) = &mut self.run {
            run.outcome = Some(Outcome::Stopped(reason.into()));
        }
    }
}
