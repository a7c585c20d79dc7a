//! Inspection: what runs where, and the variables it has (manual §5.9).
//!
//! Everything here is a method of [`NativeContext`], so the debug library and a debugger outside use the same: between two
//! calls of `Machine::run`, [`Machine::setup`](crate::machine::Machine::setup) gives a context that stands above the
//! stopped script.
//!
//! - [`NativeContext::level`] finds an active function; levels count as those of `error` and `debug.getinfo`: 0 is the
//!   native itself (in `setup`, the driver), 1 the innermost function of the script, and so on outward, with one level for
//!   each function that a tail call has replaced. A [`Level`] is valid until something runs.
//! - [`NativeContext::describe`] tells what kind of function a value is and where it was defined; `level_line` and
//!   `level_name` tell where a level is and how its caller named it.
//! - [`NativeContext::local`], [`NativeContext::local_named`], [`NativeContext::upvalue_of`] and their `set_` forms read and
//!   write variables.
//!
//! A debugger's `where` for each level, its `print NAME`, and its `eval` are then
//!
//! ```
//! use ferrous_heap::Value;
//! use ferrous_vm::native::NativeContext;
//!
//! fn backtrace(ctx: &NativeContext<'_, '_>) -> Vec<(Option<Vec<u8>>, Option<u32>)> {
//!     let levels = (1..).map_while(|level| ctx.level(None, level));
//!     levels.map(|level| (ctx.level_name(&level).map(|(_, name)| name), ctx.level_line(&level))).collect()
//! }
//!
//! fn print(ctx: &NativeContext<'_, '_>, name: &[u8]) -> Option<Value> {
//!     let mut levels = (1..).map_while(|level| ctx.level(None, level));
//!     levels.find_map(|level| ctx.local_named(&level, name))
//! }
//! ```
//!
//! and `ctx.load` of a chunk, pinned, with `Machine::evaluate` and `Machine::run` up to `Exit::Evaluated`.
//!
//! **Invariant:** only the `set_` functions change anything.

use ferrous_heap::{Frame, FunctionRef, NOT_NATIVE, ThreadRef, Transaction, Unpacked, Value};

use crate::chunk::{Local, NO_LINE, Prototype, UNUSED_ARG};
use crate::chunk_name::chunk_id;
use crate::frame;
use crate::machine::Machine;
use crate::native::{Charge, NativeContext};
use crate::opcode::Op;
use crate::pool::LoadedPrototype;
use crate::variable_name;

/// What [`NativeContext::local`] calls a register that no variable owns.
pub const TEMPORARY: &[u8] = b"(*temporary)";

/// An active function.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    frame: Frame,
    caller: Option<Frame>,
    /// Whose stack its registers are on; `None`: the running thread's.
    thread: Option<ThreadRef>,
    /// The first stack position that is another function's.
    limit: u32,
}

impl Level {
    /// The place of a function that a tail call has replaced.
    pub const TAIL_CALL: Self = Self {
        frame: Frame { kind: frame::REPLACED, ..frame::DRIVER },
        caller: None,
        thread: None,
        limit: 0,
    };
}

/// The kinds of functions (`what` of `debug.getinfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// A Lua function.
    Lua,
    /// The main function of a chunk.
    Main,
    /// A native.
    Native,
}

/// Where a function comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    /// What it is.
    pub kind: FunctionKind,
    /// The chunk's name, with its `@` or `=`; `=[C]` for a native.
    pub source: Vec<u8>,
    /// The chunk's name as messages show it.
    pub short_source: Vec<u8>,
    /// The line of its `function`; 0 for a main function, `None` for a native.
    pub line_defined: Option<u32>,
    /// The line of its `end`; 0 for a main function, `None` for a native.
    pub last_line_defined: Option<u32>,
    /// How many upvalues it has.
    pub upvalues: u8,
}

/// Where a variable is.
enum Place {
    Stack(u32),
    /// In the cell at this stack position.
    Cell(u32),
    /// Nowhere: the `arg` that a function does not mention, nil if it uses `...` instead.
    UnusedArg {
        is_nil: bool,
    },
}

impl Machine {
    fn loaded(&self, tx: &Transaction<'_>, function: Value) -> Option<&LoadedPrototype> {
        let function = tx.function(function).filter(|function| function.native == NOT_NATIVE)?;
        self.pool.prototype(function.prototype)
    }
}

impl NativeContext<'_, '_> {
    fn stack_of(&self, thread: Option<ThreadRef>) -> &[Value] {
        match thread {
            None => &self.machine.stack,
            Some(thread) => self.tx.thread(thread).map_or(&[], |thread| &thread.stack),
        }
    }

    /// Counts the way to a level, which leads past all levels above it, as work. To be called beside what takes it.
    pub fn charge_levels(&mut self, thread: Option<ThreadRef>, level: usize) {
        let thread = thread.filter(|thread| *thread != self.machine.thread);
        let frames = match thread {
            None => self.machine.frames.as_slice(),
            Some(thread) => self.tx.thread(thread).map_or(&[][..], |thread| &thread.frames),
        };
        let mut levels = 0;
        for frame in frames.iter().rev() {
            if levels >= level {
                break;
            }
            levels += 1 + usize::from(frame::tail_calls(frame));
        }
        // The next look at the budget is close.
        let _: Charge = self.charge(u32::try_from(levels.min(level)).unwrap_or(u32::MAX));
    }

    /// The function at `level`: of another thread, whose innermost function is its level 0, or of the running one, where
    /// the native itself is.
    #[must_use]
    pub fn level(&self, thread: Option<ThreadRef>, level: usize) -> Option<Level> {
        let thread = thread.filter(|thread| *thread != self.machine.thread);
        let mut limit = self.top;
        let mut wanted = level;
        let mut frames: Box<dyn Iterator<Item = Frame> + '_> = match thread {
            None => {
                let native = Frame { kind: frame::NATIVE, base: self.base, ..Frame::default() };
                Box::new(std::iter::once(native).chain(self.machine.levels()))
            }
            Some(thread) => {
                let found = self.tx.thread(thread)?;
                limit = match found.frames.last() {
                    Some(frame) if frame::is_native(frame.kind) => frame.base + 1,
                    _ => u32::try_from(found.stack.len()).unwrap_or(u32::MAX),
                };
                let driver = (thread == self.machine.main_thread).then_some(frame::DRIVER);
                Box::new(crate::traceback::functions(&found.frames).chain(driver))
            }
        };
        loop {
            let frame = frames.next()?;
            if wanted == 0 {
                return Some(Level { frame, caller: frames.next(), thread, limit });
            }
            wanted -= 1;
            if frame.kind != frame::REPLACED {
                limit = self.call_place(thread, &frame);
            }
        }
    }

    /// Where the function of `frame` was called: a vararg function has moved up from there.
    fn call_place(&self, thread: Option<ThreadRef>, frame: &Frame) -> u32 {
        let stack = self.stack_of(thread);
        let place = frame::is_lua(frame.kind).then(|| self.machine.place_on(self.tx, stack, frame)).flatten();
        match place {
            Some((prototype, _, _)) if prototype.is_vararg && frame.pc > 0 => {
                let extra =
                    stack.get(frame.base.wrapping_sub(1) as usize).and_then(|value| value.as_number());
                // Written by VarargPrep from a u32.
                let extra = extra.map_or(0, |extra| extra as u32);
                frame.base.saturating_sub(extra + u32::from(prototype.parameters) + 2)
            }
            _ => frame.base,
        }
    }

    /// Whether the level is the place of a function that a tail call has replaced: nothing else is known of it.
    #[must_use]
    pub fn is_tail_call(&self, level: &Level) -> bool {
        level.frame.kind == frame::REPLACED
    }

    /// The function at a level; nil for one that was replaced, and for the program that runs the machine.
    #[must_use]
    pub fn level_function(&self, level: &Level) -> Value {
        if matches!(level.frame.kind, frame::REPLACED | frame::ENTRY) {
            return Value::NIL;
        }
        let function = self.stack_of(level.thread).get(level.frame.base as usize).copied();
        function.filter(|function| function.is_function()).unwrap_or(Value::NIL)
    }

    /// The line at which a level is; `None` for natives.
    #[must_use]
    pub fn level_line(&self, level: &Level) -> Option<u32> {
        let (prototype, index) = self.code_of(level)?;
        prototype.line_at(index)
    }

    /// The kind of the name by which a level's caller knows it (`global`, `local`, `method`, `field`, `upvalue`), and the
    /// name.
    #[must_use]
    pub fn level_name(&self, level: &Level) -> Option<(&'static str, Vec<u8>)> {
        if level.frame.kind == frame::REPLACED {
            return None;
        }
        variable_name::of_callee(self.machine, self.tx, self.stack_of(level.thread), level.caller.as_ref()?)
    }

    /// What a function is and where it was defined; `None` if `function` is none.
    #[must_use]
    pub fn describe(&self, function: Value) -> Option<FunctionInfo> {
        let found = self.tx.function(function)?;
        let Some(loaded) = self.machine.loaded(self.tx, function) else {
            return Some(FunctionInfo {
                kind: FunctionKind::Native,
                source: b"=[C]".to_vec(),
                short_source: b"[C]".to_vec(),
                line_defined: None,
                last_line_defined: None,
                upvalues: found.upvalue_count,
            });
        };
        let (chunk, prototype) = (loaded.chunk()?, loaded.prototype()?);
        Some(FunctionInfo {
            kind: if prototype.line_defined == 0 { FunctionKind::Main } else { FunctionKind::Lua },
            source: chunk.name.to_vec(),
            short_source: chunk_id(&chunk.name),
            line_defined: Some(prototype.line_defined),
            last_line_defined: Some(prototype.last_line_defined),
            upvalues: found.upvalue_count,
        })
    }

    /// The line of each instruction of a Lua function that has one, with repetitions; `None` for what is no Lua function.
    #[must_use]
    pub fn lines_of(&self, function: Value) -> Option<impl Iterator<Item = u32> + '_> {
        let prototype = self.machine.loaded(self.tx, function)?.prototype()?;
        // What prepares extra arguments is part of the call.
        let lines = prototype.lines.get(usize::from(prototype.is_vararg)..).unwrap_or(&[]);
        Some(lines.iter().copied().filter(|&line| line != NO_LINE))
    }

    /// The prototype of a Lua level, and the instruction it is in.
    fn code_of(&self, level: &Level) -> Option<(&Prototype, usize)> {
        let is_lua = frame::is_lua(level.frame.kind);
        let place = || self.machine.place_on(self.tx, self.stack_of(level.thread), &level.frame);
        let (prototype, _, index) = is_lua.then(place)??;
        Some((prototype, index))
    }

    /// The local variables of a Lua level that are visible where it is, in the order of their declaration.
    fn visible(&self, level: &Level) -> impl Iterator<Item = &Local> + '_ {
        let (locals, index) = match self.code_of(level) {
            Some((prototype, index)) => (prototype.locals.as_slice(), index),
            None => (&[] as &[Local], 0),
        };
        locals.iter().filter(move |local| local.start as usize <= index && index < local.end as usize)
    }

    fn local_name(&self, level: &Level, local: &Local) -> Vec<u8> {
        let stack = self.stack_of(level.thread);
        let place = self.machine.place_on(self.tx, stack, &level.frame);
        place.map_or_else(Vec::new, |(_, chunk, _)| chunk.string(local.name).to_vec())
    }

    fn find_local(&self, level: &Level, n: usize) -> Option<(Vec<u8>, Place)> {
        if matches!(level.frame.kind, frame::REPLACED | frame::ENTRY) {
            return None;
        }
        let n = n.checked_sub(1)?;
        let unused_arg = |local: &Local| local.register == UNUSED_ARG;
        if let Some(local) = self.visible(level).nth(n) {
            if unused_arg(local) {
                return Some((self.local_name(level, local), self.unused_arg(level)));
            }
            let position = level.frame.base + u32::from(local.register);
            let place = if local.cell { Place::Cell(position) } else { Place::Stack(position) };
            return Some((self.local_name(level, local), place));
        }
        let shown = self.visible(level).filter(|local| unused_arg(local)).count();
        let position = u32::try_from(n - shown).ok()?.checked_add(level.frame.base + 1)?;
        (position < level.limit).then(|| (TEMPORARY.to_vec(), Place::Stack(position)))
    }

    /// The `arg` that the function of a level does not mention.
    fn unused_arg(&self, level: &Level) -> Place {
        let uses_dots = |(prototype, _): (&Prototype, usize)| {
            prototype.code.iter().any(|op| matches!(op, Op::Vararg { .. }))
        };
        Place::UnusedArg { is_nil: self.code_of(level).is_none_or(uses_dots) }
    }

    /// A table such as `arg` is, of the extra arguments at a level; nil if there is no memory for it.
    fn extra_arguments(&mut self, level: &Level) -> Value {
        let extra = crate::vararg::extra_arguments(self.stack_of(level.thread), level.frame.base).to_vec();
        crate::vararg::table(self.tx, &extra).unwrap_or(Value::NIL)
    }

    fn read(&self, level: &Level, place: &Place) -> Value {
        let at = |position: u32| self.stack_of(level.thread).get(position as usize).copied();
        let value = match *place {
            Place::Stack(position) => at(position).unwrap_or(Value::NIL),
            Place::Cell(position) => at(position).and_then(|cell| self.tx.cell(cell)).unwrap_or(Value::NIL),
            Place::UnusedArg { .. } => Value::NIL,
        };
        match value {
            Value::ITERATE_NEXT => self.machine.next_function,
            Value::ITERATE_ARRAY => self.machine.ipairs_iterator,
            // Cells and the like, in registers that no variable owns.
            value if matches!(value.unpack(), Unpacked::Internal) => Value::NIL,
            value => value,
        }
    }

    /// Local variable `n` of a level, counted from 1: its name and value. Beyond the variables come the registers in use,
    /// which all have the same name.
    #[must_use]
    pub fn local(&self, level: &Level, n: usize) -> Option<(Vec<u8>, Value)> {
        let (name, place) = self.find_local(level, n)?;
        Some((name, self.read(level, &place)))
    }

    /// As [`NativeContext::local`], but makes the table of an `arg` that its function does not mention, which is nil there.
    pub fn local_made(&mut self, level: &Level, n: usize) -> Option<(Vec<u8>, Value)> {
        let (name, place) = self.find_local(level, n)?;
        let value = match place {
            Place::UnusedArg { is_nil: false } => self.extra_arguments(level),
            _ => self.read(level, &place),
        };
        Some((name, value))
    }

    /// The innermost visible local variable of that name.
    #[must_use]
    pub fn local_named(&self, level: &Level, name: &[u8]) -> Option<Value> {
        let count = self.visible(level).count();
        (1..=count)
            .rev()
            .filter_map(|n| self.find_local(level, n))
            .find(|(found, _)| found == name)
            .map(|(_, place)| self.read(level, &place))
    }

    /// Assigns local variable `n` of a level; its name, if there is one.
    pub fn set_local(&mut self, level: &Level, n: usize, value: Value) -> Option<Vec<u8>> {
        let (name, place) = self.find_local(level, n)?;
        let position = match place {
            Place::Stack(position) => position as usize,
            Place::UnusedArg { .. } => return Some(name),
            Place::Cell(position) => {
                let cell = self.stack_of(level.thread).get(position as usize).copied()?;
                // Refused only for want of memory, in an atomic scope.
                let _ = self.tx.set_cell(cell, value);
                return Some(name);
            }
        };
        let stack = match level.thread {
            None => Some(&mut self.machine.stack),
            Some(thread) => self.tx.thread_mut(thread).map(|thread| {
                thread.unchanged_below = thread.unchanged_below.min(position);
                &mut thread.stack
            }),
        };
        if let Some(slot) = stack.and_then(|stack| stack.get_mut(position)) {
            *slot = value;
        }
        Some(name)
    }

    /// Upvalue `n` of a function, counted from 1: its name (empty for a native) and value.
    #[must_use]
    pub fn upvalue_of(&self, function: Value, n: usize) -> Option<(Vec<u8>, Value)> {
        let (name, position, cell) = self.find_upvalue(function, n)?;
        let value = self.tx.upvalue(position);
        Some((name, if cell { self.tx.cell(value).unwrap_or(Value::NIL) } else { value }))
    }

    /// Assigns upvalue `n` of a function; its name, if there is one. One that was captured by copy changes in this closure
    /// alone.
    pub fn set_upvalue_of(&mut self, function: Value, n: usize, value: Value) -> Option<Vec<u8>> {
        let (name, position, cell) = self.find_upvalue(function, n)?;
        let function: FunctionRef = function.as_function()?;
        // Refused only for want of memory, in an atomic scope.
        let _ = if cell {
            let cell = self.tx.upvalue(position);
            self.tx.set_cell(cell, value)
        } else {
            self.tx.set_upvalue(function, n, value)
        };
        Some(name)
    }

    /// The name of an upvalue, where it is in the heap's pool, and whether it is a cell.
    fn find_upvalue(&self, function: Value, n: usize) -> Option<(Vec<u8>, u32, bool)> {
        let found = self.tx.function(function)?;
        if n == 0 || n > usize::from(found.upvalue_count) {
            return None;
        }
        // At most 255, behind the environment.
        let position = found.upvalues + n as u32;
        let Some(loaded) = self.machine.loaded(self.tx, function) else {
            return Some((Vec::new(), position, false));
        };
        let upvalue = loaded.upvalues.get(n - 1)?;
        Some((loaded.chunk()?.string(upvalue.name).to_vec(), position, upvalue.cell))
    }
}
