//! Errors on their way: from what went wrong to a Lua value, and from there to whoever catches it.
//!
//! Frames are looked at from the innermost outward. `pcall` and protected calls drop all frames above theirs and go on;
//! `xpcall` first has its handler called on top of everything, so that the handler sees the failing stack; the bottom of a
//! coroutine hands the error to whoever resumed it; the bottom of the main thread ends the run.
//!
//! A kill is not an error: it ends the slice at once, and nothing here ever sees it.
//!
//! **Invariant:** unwinding drops states together with their native frames, and restores the depth of native calls that
//! the catching frame has kept.

use ferrous_heap::{Frame, HeapError, ThreadStatus, Transaction, Value};

use crate::error::{ErrorKind, Failure, LuaError};
use crate::frame::{self, MAX_HANDLER_DEPTH};
use crate::machine::Machine;
use crate::native::Resumption;
use crate::number;
use crate::operation::SliceEnd;
use crate::transition::Transition;

/// What an error costs: its message with a position is made, interned and delivered.
const TICKS_PER_ERROR: i32 = 32;
/// How many bytes of a message are put together and interned in the time of a tick.
const BYTES_PER_TICK: usize = 16;
/// How many frames are looked at and dropped in the time of a tick.
const FRAMES_PER_TICK: i32 = 4;

impl Machine {
    /// Suspends the Lua function in `current` and raises `error` in its name.
    pub(crate) fn raise_here(&mut self, tx: &Transaction<'_>, error: LuaError) -> Transition {
        let top = self.current.base + self.frame_size(tx, self.current.base);
        let top = top.max(self.top);
        self.in_lua = false;
        self.frames.push(Frame { kind: frame::LUA, aux: 0, ..self.current });
        Transition::Raise { error, native: None, top }
    }

    /// Turns an error into a Lua value.
    pub(crate) fn raise(
        &mut self,
        tx: &mut Transaction<'_>,
        error: LuaError,
        native: Option<u32>,
        top: u32,
    ) -> Transition {
        let text = match error.into_kind() {
            ErrorKind::Value(value) => return Transition::Unwind { value, native, top },
            ErrorKind::Killed => {
                self.failure = Failure { killed: true, ..Failure::default() };
                return Transition::End(SliceEnd::Failed);
            }
            ErrorKind::Message { text, level: 0 } => text,
            // An instruction has no level of its own: its function is what a native's caller is to the native.
            ErrorKind::Message { text, level } => self.with_position(tx, text, level - 1),
            ErrorKind::Argument { index, text } => {
                let text = self.describe_argument(tx, index, &text);
                self.with_position(tx, text, 0)
            }
            ErrorKind::Heap(HeapError::OutOfMemory) => b"not enough memory".to_vec(),
            ErrorKind::Heap(error) => {
                let text = error.to_string().into_bytes();
                if native.is_some() { text } else { self.with_position(tx, text, 0) }
            }
            ErrorKind::NativeDepth if self.native_depth >= MAX_HANDLER_DEPTH => {
                return self.past_handling(tx, native);
            }
            ErrorKind::HandlerOverflow => return self.past_handling(tx, native),
            ErrorKind::NativeDepth if native.is_some() => b"C stack overflow".to_vec(),
            ErrorKind::StackOverflow if native.is_some() => b"stack overflow".to_vec(),
            ErrorKind::NativeDepth => self.with_position(tx, b"C stack overflow".to_vec(), 0),
            ErrorKind::StackOverflow => self.with_position(tx, b"stack overflow".to_vec(), 0),
        };
        // A message of a script's own making may be long.
        self.ticks =
            self.ticks.saturating_sub(i32::try_from(text.len() / BYTES_PER_TICK).unwrap_or(i32::MAX));
        match tx.intern_buffer(text) {
            Ok(value) => Transition::Unwind { value, native, top },
            Err(HeapError::Stopped) => {
                self.failure = Failure { killed: true, ..Failure::default() };
                Transition::End(SliceEnd::Failed)
            }
            // Where not even the message fits, the one that was made at the start says so.
            Err(_) => Transition::Unwind { value: self.memory_message, native, top },
        }
    }

    /// The error of having no room left to handle errors in; no handler sees it.
    fn past_handling(&mut self, tx: &mut Transaction<'_>, native: Option<u32>) -> Transition {
        let value = tx.intern(b"error in error handling").unwrap_or(self.memory_message);
        self.unwind(tx, value, native, None)
    }

    /// Finds who catches `value`. A handler is called at `top`; without it none is.
    pub(crate) fn unwind(
        &mut self,
        tx: &mut Transaction<'_>,
        value: Value,
        native: Option<u32>,
        top: Option<u32>,
    ) -> Transition {
        let frames = self.frames.len();
        let mut position = frames;
        while let Some(index) = position.checked_sub(1) {
            position = index;
            let Some(frame) = self.frames.get(index).copied() else { break };
            match frame.kind {
                frame::PCALL => {
                    self.count_error(frames - index);
                    self.drop_frames_from(tx, index);
                    return self.caught(frame, value);
                }
                frame::XPCALL | frame::PROTECTED => {
                    self.count_error(frames - index);
                    let handler = top.and_then(|top| Some((self.handler_of(tx, index)?, top)));
                    let Some((handler, top)) = handler else {
                        return self.caught_at(tx, index, value);
                    };
                    if !handler.is_function() || value == self.memory_message {
                        let hopeless = !handler.is_function();
                        let text = hopeless.then(|| tx.intern(b"error in error handling").ok()).flatten();
                        return self.caught_at(tx, index, text.unwrap_or(value));
                    }
                    return self.call_handler(tx, handler, value, native, top);
                }
                frame::EVALUATION => {
                    self.drop_frames_from(tx, index);
                    self.put(frame.base, value);
                    return self.evaluated(frame, frame.base, 1, true);
                }
                frame::ENTRY if self.thread != self.main_thread => {
                    self.count_error(frames - index);
                    return self.thread_failed(tx, value, native);
                }
                _ => {}
            }
        }
        self.failure = self.describe_failure(tx, value, native);
        self.put(0, value);
        self.drop_frames_from(tx, 0);
        self.reset();
        Transition::End(SliceEnd::Failed)
    }

    /// Counts an error and the frames that it passes, which is work beside all instructions.
    fn count_error(&mut self, passed: usize) {
        let frames = i32::try_from(passed).unwrap_or(i32::MAX) / FRAMES_PER_TICK;
        self.ticks = self.ticks.saturating_sub(TICKS_PER_ERROR + frames);
    }

    /// The handler for errors that the frame at `index`, of an `xpcall` or a protected call, catches; `None` if none is to be
    /// asked.
    fn handler_of(&mut self, tx: &mut Transaction<'_>, index: usize) -> Option<Value> {
        let caught = self.frames.get(..=index)?;
        if caught.last().is_some_and(|frame| frame.kind == frame::PROTECTED && !frame::keeps_handler(frame)) {
            return None;
        }
        let around = caught.iter().rev().find(|frame| {
            matches!(frame.kind, frame::PCALL | frame::XPCALL | frame::EVALUATION | frame::ENTRY)
                || (frame.kind == frame::PROTECTED && !frame::keeps_handler(frame))
        });
        match around {
            Some(frame) if frame.kind == frame::XPCALL => {
                Some(self.stack.get(frame.base as usize + 2).copied().unwrap_or(Value::NIL))
            }
            Some(frame) if frame.kind != frame::ENTRY => None,
            _ if self.thread != self.main_thread => None,
            // The host's, if there is memory for it.
            _ => self.new_native(tx, self.options.error_handler?, &[]).ok(),
        }
    }

    /// The frame at `index`, of an `xpcall` or a protected call, gets an error value; those above it are dropped.
    fn caught_at(&mut self, tx: &mut Transaction<'_>, index: usize, value: Value) -> Transition {
        let Some(frame) = self.frames.get(index).copied() else {
            return Transition::End(SliceEnd::Failed);
        };
        if frame.kind != frame::PROTECTED {
            self.drop_frames_from(tx, index);
            return self.caught(frame, value);
        }
        self.drop_frames_from(tx, index + 1);
        self.frames.truncate(index);
        self.native_depth = frame::native_depth(&frame);
        self.put(frame.pc, value);
        let Some(state) = self.states.pop() else { return Transition::End(SliceEnd::Failed) };
        self.resume_native(tx, state, frame.base, frame.pc + 1, Resumption::Failed)
    }

    /// Drops the frames from `index` on, and the states that belong to them.
    pub(crate) fn drop_frames_from(&mut self, tx: &mut Transaction<'_>, index: usize) {
        let dropped = self.frames.get(index..).unwrap_or(&[]);
        let natives =
            dropped.iter().filter(|frame| matches!(frame.kind, frame::NATIVE | frame::PROTECTED)).count();
        let kept = self.states.len().saturating_sub(natives);
        self.states.drain(kept..).for_each(|state| state.give_up(tx));
        if dropped.iter().any(|frame| matches!(frame.kind, frame::HOOK | frame::FINALIZER)) {
            self.hooks.leave_hook(self.thread);
        }
        self.frames.truncate(index);
        self.limit_frames(index);
    }

    /// `pcall` and `xpcall` return false and the value.
    fn caught(&mut self, frame: Frame, value: Value) -> Transition {
        self.native_depth = frame::native_depth(&frame);
        self.put(frame.base, Value::FALSE);
        self.put(frame.base + 1, value);
        Transition::Deliver { first: frame.base, count: 2 }
    }

    /// Has the handler of an `xpcall` called, above everything else.
    fn call_handler(
        &mut self,
        tx: &mut Transaction<'_>,
        handler: Value,
        value: Value,
        native: Option<u32>,
        top: u32,
    ) -> Transition {
        if self.has_frames(self.frame_limit) {
            return Transition::Raise { error: self.overflow(), native, top };
        }
        if let Err(error) = self.enter_native() {
            return Transition::Raise { error, native, top };
        }
        let aux = frame::saved_depth(self.native_depth);
        // The failing native has no frame, but tracebacks name it.
        let code = native.map_or(0, |base| base + 1);
        self.frames.push(Frame { kind: frame::HANDLER, base: top, code, aux, ..Frame::default() });
        if self.reserve(top as usize + 2).is_err() {
            return self.handled(tx, value);
        }
        self.put(top, handler);
        self.put(top + 1, value);
        Transition::Call { callee: top, args: 1 }
    }

    /// A handler has returned `value`: that is what whoever catches the error gets.
    pub(crate) fn handled(&mut self, tx: &mut Transaction<'_>, value: Value) -> Transition {
        let catches = |frame: &Frame| frame.kind == frame::XPCALL || frame::keeps_handler(frame);
        match self.frames.iter().rposition(catches) {
            Some(index) => self.caught_at(tx, index, value),
            None => Transition::End(SliceEnd::Failed),
        }
    }

    /// What the driver learns of an error that nobody has caught.
    fn describe_failure(&self, tx: &Transaction<'_>, value: Value, native: Option<u32>) -> Failure {
        let position = self.innermost_position(tx);
        let (source, line) = position.map_or((Vec::new(), None), |(name, line)| (name.to_vec(), Some(line)));
        Failure {
            // For `lua` the two innermost levels are its own handler's.
            traceback: self.traceback(tx, native, 0, 2),
            source,
            line,
            killed: false,
            out_of_memory: value == self.memory_message,
        }
    }

    /// The coroutine that runs has failed: its resumer learns of it.
    fn thread_failed(&mut self, tx: &mut Transaction<'_>, value: Value, native: Option<u32>) -> Transition {
        // Its frames stay, for tracebacks; the native that failed has none yet.
        self.states.drain(..).for_each(|state| state.give_up(tx));
        self.hooks.leave_hook(self.thread);
        if let Some(base) = native {
            self.frames.push(Frame { kind: frame::HOST, base, pc: base + 1, ..Frame::default() });
        }
        let (frame, _) = self.leave_thread(tx, ThreadStatus::Dead);
        if frame.results == 0 {
            self.put(frame.base, Value::FALSE);
            self.put(frame.base + 1, value);
            return Transition::Deliver { first: frame.base, count: 2 };
        }
        // The function of coroutine.wrap passes errors on, and strings and numbers with its caller's position in front.
        let top = frame.base + 1;
        let text = match value.as_number() {
            Some(number) => {
                let mut text = Vec::new();
                number::write_number(number, &mut text);
                Some(text)
            }
            None => tx.string(value).map(<[u8]>::to_vec),
        };
        match text {
            Some(text) => Transition::Raise { error: LuaError::message(text), native: Some(frame.base), top },
            None => Transition::Unwind { value, native: Some(frame.base), top },
        }
    }
}
