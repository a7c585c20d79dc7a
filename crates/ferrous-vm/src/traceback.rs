//! Where the frames are: positions, functions by level, tracebacks.
//!
//! Levels count as `debug` and `error` do: the innermost function is level 0. When a native runs on top of Lua code, it is
//! level 0 and the Lua function level 1.
//!
//! **Invariant:** nothing here changes the machine; it can be asked at any safe point and from any native.

use std::sync::Arc;

use ferrous_heap::{Frame, ThreadRef, Transaction, Value};

use crate::chunk::{Chunk, Prototype};
use crate::chunk_name::chunk_id;
use crate::error::LuaError;
use crate::frame;
use crate::machine::Machine;
use crate::native::NativeContext;
use crate::pool::LoadedPrototype;
use crate::variable_name;

/// Below which level a traceback's start ends, and how many levels its end shows (LEVELS1, LEVELS2).
const TRACEBACK_START: usize = 12;
const TRACEBACK_END: usize = 10;

impl Machine {
    /// The prototype that a Lua frame runs, its chunk, and the index of the instruction it is in.
    pub(crate) fn place(
        &self,
        tx: &Transaction<'_>,
        frame: &Frame,
    ) -> Option<(&Prototype, &Arc<Chunk>, usize)> {
        self.place_on(tx, &self.stack, frame)
    }

    /// The same for a frame whose registers are on `stack`.
    pub(crate) fn place_on(
        &self,
        tx: &Transaction<'_>,
        stack: &[Value],
        frame: &Frame,
    ) -> Option<(&Prototype, &Arc<Chunk>, usize)> {
        let (loaded, index) = self.instruction(tx, stack, frame)?;
        Some((loaded.prototype()?, loaded.chunk()?, index))
    }

    /// The loaded function that a Lua frame runs, and the index of the instruction it is in.
    fn instruction(
        &self,
        tx: &Transaction<'_>,
        stack: &[Value],
        frame: &Frame,
    ) -> Option<(&LoadedPrototype, usize)> {
        let function = tx.function(*stack.get(frame.base as usize)?)?;
        let loaded = self.pool.prototype(function.prototype)?;
        let next = (frame.code + frame.pc).checked_sub(loaded.entry)?;
        Some((loaded, next.saturating_sub(1) as usize))
    }

    /// The name of the chunk and the line (0 for none) that a frame is at; `None` if it is no Lua function's.
    pub(crate) fn position(&self, tx: &Transaction<'_>, frame: &Frame) -> Option<(&[u8], u32)> {
        let (loaded, index) =
            frame::is_lua(frame.kind).then(|| self.instruction(tx, &self.stack, frame)).flatten()?;
        loaded.position(index)
    }

    /// The frames that are functions, innermost first; with the running Lua function, if it is live, and with the native
    /// whose error a handler is looking at.
    pub(crate) fn function_frames(&self) -> impl Iterator<Item = Frame> + '_ {
        let live = self.in_lua.then_some(Frame { kind: frame::LUA, aux: 0, ..self.current });
        live.into_iter().chain(functions(&self.frames))
    }

    /// The same, and the program that has called the main function.
    pub(crate) fn levels(&self) -> impl Iterator<Item = Frame> + '_ {
        let driver = (self.thread == self.main_thread).then_some(frame::DRIVER);
        self.function_frames().chain(driver)
    }

    /// The position of the innermost Lua function.
    pub(crate) fn innermost_position(&self, tx: &Transaction<'_>) -> Option<(&[u8], u32)> {
        let frame = self.function_frames().find(|frame| frame::is_lua(frame.kind))?;
        self.position(tx, &frame)
    }

    /// The position of the `level`th function frame.
    fn position_at(&self, tx: &Transaction<'_>, level: u32) -> Option<(&[u8], u32)> {
        let frame = self.function_frames().nth(level as usize)?;
        self.position(tx, &frame)
    }

    /// `chunk:line:` and a space, for the `level`th function frame; empty if that is a native.
    pub(crate) fn position_text(&self, tx: &Transaction<'_>, level: u32) -> Vec<u8> {
        let Some((name, line)) = self.position_at(tx, level) else { return Vec::new() };
        let mut text = chunk_id(name);
        text.extend_from_slice(format!(":{line}: ").as_bytes());
        text
    }

    /// `text` with the position of the `level`th function frame in front.
    pub(crate) fn with_position(&self, tx: &Transaction<'_>, text: Vec<u8>, level: u32) -> Vec<u8> {
        let mut message = self.position_text(tx, level);
        message.extend_from_slice(&text);
        message
    }

    /// The traceback of the running thread, as `debug.traceback` writes it, from the level `skip` on. As in PUC Lua, levels
    /// `first..12` are its start and the last ten its end, and only what is longer than both is cut.
    pub(crate) fn traceback(
        &self,
        tx: &Transaction<'_>,
        native: Option<u32>,
        skip: usize,
        first: usize,
    ) -> Vec<u8> {
        let natives = native.map(|base| Frame { kind: frame::NATIVE, base, ..Frame::default() });
        let levels: Vec<Frame> = natives.into_iter().chain(self.levels()).skip(skip).collect();
        self.describe_levels(tx, &self.stack, &levels, first)
    }

    /// The traceback of a thread that is not running, from the level `skip` on; level 0 is its innermost function.
    fn traceback_of(&self, tx: &Transaction<'_>, thread: ThreadRef, skip: usize) -> Vec<u8> {
        // Who has called the main function is the program that runs the machine.
        let driver = (thread == self.main_thread).then_some(frame::DRIVER);
        let Some(thread) = tx.thread(thread) else { return Vec::new() };
        let levels: Vec<Frame> = functions(&thread.frames).chain(driver).skip(skip).collect();
        self.describe_levels(tx, &thread.stack, &levels, skip)
    }

    /// A line for each of `levels`, whose registers are on `stack`.
    fn describe_levels(
        &self,
        tx: &Transaction<'_>,
        stack: &[Value],
        levels: &[Frame],
        first: usize,
    ) -> Vec<u8> {
        let mut text = b"stack traceback:".to_vec();
        let start = TRACEBACK_START.saturating_sub(first);
        let end = levels.len().saturating_sub(TRACEBACK_END);
        let cut = levels.len() + first > TRACEBACK_START + TRACEBACK_END + 1;
        for (index, level) in levels.iter().enumerate() {
            if cut && (start..end).contains(&index) {
                if index == start {
                    text.extend_from_slice(b"\n\t...");
                }
                continue;
            }
            text.extend_from_slice(b"\n\t");
            self.describe_level(tx, stack, level, levels.get(index + 1), &mut text);
        }
        text
    }

    fn describe_level(
        &self,
        tx: &Transaction<'_>,
        stack: &[Value],
        level: &Frame,
        caller: Option<&Frame>,
        text: &mut Vec<u8>,
    ) {
        if level.kind == frame::REPLACED {
            text.extend_from_slice(b"(tail call): ?");
            return;
        }
        let name = caller.and_then(|caller| variable_name::of_callee(self, tx, stack, caller));
        let place = frame::is_lua(level.kind).then(|| self.place_on(tx, stack, level)).flatten();
        let Some((prototype, chunk, index)) = place else {
            text.extend_from_slice(b"[C]: ");
            match name {
                Some((_, name)) => {
                    text.extend_from_slice(b"in function '");
                    text.extend_from_slice(&name);
                    text.push(b'\'');
                }
                None => text.push(b'?'),
            }
            return;
        };
        let source = chunk_id(&chunk.name);
        text.extend_from_slice(&source);
        let line = prototype.line_at(index).unwrap_or(0);
        text.extend_from_slice(format!(":{line}: in ").as_bytes());
        if prototype.line_defined == 0 {
            text.extend_from_slice(b"main chunk");
        } else if let Some((_, name)) = name {
            text.extend_from_slice(b"function '");
            text.extend_from_slice(&name);
            text.push(b'\'');
        } else {
            text.extend_from_slice(b"function <");
            text.extend_from_slice(&source);
            text.extend_from_slice(format!(":{}>", prototype.line_defined).as_bytes());
        }
    }
}

/// The frames among `frames` that are functions, innermost first, and those that tail calls have replaced.
pub(crate) fn functions(frames: &[Frame]) -> impl Iterator<Item = Frame> + '_ {
    frames.iter().rev().flat_map(|frame| {
        let function = match frame.kind {
            frame::HANDLER => {
                frame.code.checked_sub(1).map(|base| Frame { kind: frame::NATIVE, base, ..Frame::default() })
            }
            kind => (frame::is_lua(kind) || frame::is_native(kind)).then_some(*frame),
        };
        let replaced = frame::tail_calls(frame);
        let placeholder = Frame { kind: frame::REPLACED, base: u32::MAX, ..Frame::default() };
        std::iter::repeat_n(placeholder, replaced.into()).chain(function)
    })
}

impl NativeContext<'_, '_> {
    /// Source and line of the function at `level` (1: the native's caller), if it is a Lua function.
    #[must_use]
    pub fn position(&self, level: u32) -> Option<(Vec<u8>, u32)> {
        let (name, line) = self.machine.position_at(self.tx, level.checked_sub(1)?)?;
        Some((chunk_id(name), line))
    }

    /// `chunk:line: ` of the function at `level`, or nothing, as `luaL_where`.
    #[must_use]
    pub fn position_prefix(&self, level: u32) -> Vec<u8> {
        match level.checked_sub(1) {
            Some(level) => self.machine.position_text(self.tx, level),
            None => Vec::new(),
        }
    }

    /// The chunk name (with its `@` or `=`) and the line of the function at `level`, if it is a Lua function.
    #[must_use]
    pub fn source(&self, level: u32) -> Option<(Vec<u8>, u32)> {
        let (name, line) = self.machine.position_at(self.tx, level.checked_sub(1)?)?;
        Some((name.to_vec(), line))
    }

    /// The function at `level`; 0 is the native itself.
    #[must_use]
    pub fn function_at_level(&self, level: u32) -> Option<Value> {
        let Some(level) = level.checked_sub(1) else { return Some(self.function()) };
        let frame = self.machine.function_frames().nth(level as usize)?;
        // A tail call has left no function.
        Some(self.machine.stack.get(frame.base as usize).copied().unwrap_or(Value::NIL))
    }

    /// A traceback, with `message` in front, from the function at `level` on: of `thread`, if it is another one, whose
    /// innermost function is its level 0, or else of the running one, where that is the native.
    #[must_use]
    pub fn traceback(&self, thread: Option<ThreadRef>, message: Option<&[u8]>, level: usize) -> Vec<u8> {
        let mut text = message.map(<[u8]>::to_vec).unwrap_or_default();
        if message.is_some() {
            text.push(b'\n');
        }
        let lines = match thread.filter(|thread| *thread != self.machine.thread) {
            Some(thread) => self.machine.traceback_of(self.tx, thread, level),
            None => self.machine.traceback(self.tx, Some(self.base), level, level),
        };
        text.extend_from_slice(&lines);
        text
    }

    /// A suspended coroutine that will run `function`, with the globals of the running thread.
    ///
    /// # Errors
    /// Out of memory.
    pub fn new_coroutine(&mut self, function: Value) -> Result<Value, LuaError> {
        let value = self.tx.new_thread()?;
        let environment =
            self.tx.thread(self.machine.thread).map_or(Value::NIL, |creator| creator.environment);
        if let Some(thread_ref) = value.as_thread()
            && let Some(thread) = self.tx.thread_mut(thread_ref)
        {
            thread.stack.push(function);
            thread.environment = environment;
            self.machine.hooks.inherit(self.machine.thread, thread_ref);
        }
        Ok(value)
    }
}
