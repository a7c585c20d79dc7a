//! Stepping: a driver that stops the run before each new line, and runs something else in between.
//!
//! A stop is a stage of an instruction like its events (`event.rs`): a stand-in for the function and a `HOOK` frame keep the
//! place, and the slice ends. What is evaluated meanwhile lies above both, over an `EVALUATION` frame.
//!
//! **Invariant:** errors and results of what is evaluated do not pass the `EVALUATION` frame.

use ferrous_heap::{Frame, Heap, Pinned, Transaction};

use super::event::stage;
use crate::error::LuaError;
use crate::frame;
use crate::machine::{Machine, Waiting};
use crate::native::NativeContext;
use crate::operation::SliceEnd;
use crate::transition::Transition;

impl Machine {
    /// Makes [`Machine::run`] come back with [`Exit::Line`](crate::machine::Exit::Line) before the first instruction of each
    /// new line, or stop doing so. A line is new when a function is entered, when it differs from the line of the
    /// instruction before, and when a jump goes back (`LUA_MASKLINE`). While the run stands there, [`Machine::setup`] gives
    /// a context whose level 1 is the function that is about to go on: see [`inspect`](crate::inspect) for what it can
    /// tell, and [`Machine::evaluate`] for running something else in between.
    pub fn set_stepping(&mut self, stepping: bool) {
        self.hooks.stepping = stepping;
        self.hooks.update();
    }

    /// Stops before the instruction of `current`.
    pub(super) fn stop(&mut self, tx: &Transaction<'_>) -> Transition {
        let base = self.suspend_instruction(tx);
        let note = Frame { pc: self.top, upvalues: self.hooks.last, ..Frame::default() };
        self.push_counted(Frame {
            kind: frame::HOOK,
            base,
            results: stage::RETURN,
            aux: frame::saved_depth(self.native_depth),
            ..note
        });
        Transition::End(SliceEnd::Line)
    }

    /// Goes on after [`Machine::stop`].
    pub(crate) fn leave_line(&mut self, tx: &mut Transaction<'_>) -> Transition {
        match self.frames.pop() {
            Some(frame) => self.hook_returned(tx, frame),
            None => Transition::End(SliceEnd::Failed),
        }
    }

    /// Begins a call of `function`, with the arguments that `push_args` pushes, while the run stands at
    /// [`Exit::Line`](crate::machine::Exit::Line): [`Machine::run`] carries it out, with all the exits that it has, up to
    /// [`Exit::Evaluated`](crate::machine::Exit::Evaluated), whose values [`Machine::with_results`] shows. The run that was
    /// stopped is not touched by errors in it; then `run` goes on with the script. Meanwhile lines do not stop.
    ///
    /// # Errors
    /// Those of `push_args`; a released or foreign pin; a run that does not stand at a line.
    pub fn evaluate(
        &mut self,
        heap: &mut Heap,
        function: &Pinned,
        push_args: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<(), LuaError>,
    ) -> Result<(), LuaError> {
        self.slice(heap, |machine, tx| {
            if machine.waiting != Waiting::Line {
                return Err(LuaError::bare("the run does not stand at a line"));
            }
            let function = tx.resolve(function).map_err(|error| LuaError::bare(error.to_string()))?;
            let callee = machine.extent(tx, false);
            machine.reserve(callee as usize + 1)?;
            machine.put(callee, function);
            let mut ctx = NativeContext { tx, machine, base: callee, top: callee + 1 };
            push_args(&mut ctx)?;
            let top = ctx.top;
            let aux = frame::saved_depth(machine.native_depth);
            machine.push_frame(Frame { kind: frame::EVALUATION, base: callee, aux, ..Frame::default() })?;
            machine.top = top;
            machine.hooks.evaluating = true;
            machine.waiting = Waiting::Start { callee, args: top - callee - 1 };
            Ok(())
        })
    }

    /// What was evaluated above the frame `evaluation`, which is popped, has come to its end.
    pub(crate) fn evaluated(
        &mut self,
        evaluation: Frame,
        first: u32,
        count: u32,
        failed: bool,
    ) -> Transition {
        self.native_depth = frame::native_depth(&evaluation);
        self.hooks.evaluating = false;
        // The function that stands at the line: its extent is asked for again.
        if let Some(hooked) = self.frames.iter().nth_back(1) {
            self.current = *hooked;
        }
        self.in_lua = false;
        self.results = (first, count);
        Transition::End(if failed { SliceEnd::EvaluationFailed } else { SliceEnd::Evaluated })
    }
}
