//! Calls of Lua functions, of metamethods, and of whatever else a script calls.
//!
//! The loop makes plain calls itself; here are the others: with hooks on, from natives, near a limit, of objects with `__call`,
//! by tail calls and iterators. The callee lies on the stack below its arguments; a Lua function becomes `current`, a native is
//! called at once (`native_call`). A metamethod is called above the registers of the function whose instruction wants it.
//!
//! **Invariant:** before a callee starts, the frame that waits for its results has been pushed.

use ferrous_heap::{Frame, Metamethod, NOT_NATIVE, Transaction, Value};

use crate::error::{ErrorKind, LuaError};
use crate::frame::{self, MAX_HANDLER_DEPTH, MAX_NATIVE_DEPTH};
use crate::machine::{Machine, WINDOW};
use crate::opcode::MULTIPLE;
use crate::transition::Transition;

impl Machine {
    /// Has the instruction of `current`, which has changed nothing yet, run again.
    pub(crate) fn run_again(&mut self) {
        self.current.pc -= 1;
        self.hooks.pass(self.current.code + self.current.pc);
    }

    /// Pushes the frame of `kind` for the Lua function in `current`, which suspends it.
    #[inline]
    pub(crate) fn suspend_lua(&mut self, kind: u8, results: u8) -> Result<(), LuaError> {
        self.in_lua = false;
        let aux = frame::depth(kind, self.native_depth);
        self.push_frame(Frame { kind, results, aux, ..self.current })
    }

    /// Counts one more native call that is waiting for a callee.
    pub(crate) fn enter_native(&mut self) -> Result<(), LuaError> {
        self.native_depth += 1;
        if self.native_depth == MAX_NATIVE_DEPTH || self.native_depth >= MAX_HANDLER_DEPTH {
            return Err(LuaError::new(ErrorKind::NativeDepth));
        }
        Ok(())
    }

    /// Calls the handler of a metamethod for the instruction of `current`, which is finished with its first result. Inlined, so
    /// that the operands need not be read back right after they were written.
    #[inline(always)]
    pub(crate) fn call_metamethod<const N: usize>(
        &mut self,
        tx: &Transaction<'_>,
        handler: Value,
        operands: [Value; N],
        progress: u8,
    ) -> Transition {
        let callee = self.current.base + self.frame_size(tx, self.current.base);
        let first = callee as usize + 1;
        let is_near_limits = self.stack.len() < first + N + WINDOW
            || self.frames.len() == self.frames.capacity()
            || self.native_depth + 1 >= MAX_NATIVE_DEPTH;
        if is_near_limits && let Err(transition) = self.wait_for_metamethod(callee, N, progress) {
            return transition;
        }
        if !is_near_limits {
            let aux = frame::saved_depth(self.native_depth);
            self.in_lua = false;
            self.frames.push(Frame { kind: frame::FINISH, results: progress, aux, ..self.current });
            self.native_depth += 1;
        }
        self.put(callee, handler);
        if let Some(slots) = self.stack.get_mut(first..).and_then(|slots| slots.first_chunk_mut()) {
            *slots = operands;
        }
        // Two or three.
        self.call_function(tx, handler, callee, N as u32)
    }

    /// Has the instruction of `current` wait for a metamethod at `callee` that takes `operands`, where that may be refused.
    #[cold]
    #[inline(never)]
    fn wait_for_metamethod(&mut self, callee: u32, operands: usize, progress: u8) -> Result<(), Transition> {
        let reserved = self.reserve(callee as usize + 1 + operands);
        self.suspend_lua(frame::FINISH, progress)
            .and(reserved)
            .and_then(|()| self.enter_native())
            .map_err(|error| Transition::Raise { error, native: None, top: callee })
    }

    /// Calls the value `function`, which has been put at `callee`. With hooks on, the loop is to know that a function begins.
    #[inline(always)]
    pub(crate) fn call_function(
        &mut self,
        tx: &Transaction<'_>,
        function: Value,
        callee: u32,
        args: u32,
    ) -> Transition {
        match tx.function(function) {
            Some(function) if function.native == NOT_NATIVE && !self.hooks.are_on() => {
                let entry = (function.entry, function.upvalues, function.parameters);
                self.enter_lua(entry, callee, args)
            }
            _ => Transition::Call { callee, args },
        }
    }

    /// Makes the Lua function at `callee`, with its code, upvalues and count of parameters, the running one.
    #[inline(always)]
    fn enter_lua(
        &mut self,
        (code, upvalues, parameters): (u32, u32, u8),
        callee: u32,
        args: u32,
    ) -> Transition {
        let first = callee + 1 + args;
        let last = callee + 1 + u32::from(parameters);
        if let Err(error) = self.reserve(first.max(last) as usize) {
            return Transition::Raise { error, native: None, top: first };
        }
        if let Some(missing) = self.stack.get_mut(first as usize..last as usize) {
            for slot in missing {
                *slot = Value::NIL;
            }
        }
        self.arg_count = args;
        self.current =
            Frame { code, base: callee, upvalues, pc: 0, results: 0, kind: frame::LUA, ..Frame::default() };
        Transition::Continue
    }

    /// Starts a call. The frame that waits for the results is the innermost one.
    #[inline(always)]
    pub(crate) fn call<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        callee: u32,
        args: u32,
    ) -> Transition {
        if HOOKED && self.has_frames(self.frame_limit + 1) {
            // With hooks on natives are not found by the loop, which sees none at the limit.
            return Transition::Raise { error: self.overflow(), native: None, top: callee + 1 + args };
        }
        let value = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
        let Some(function) = tx.function(value) else {
            return self.call_object(tx, value, callee, args);
        };
        if function.native == NOT_NATIVE {
            let entry = (function.entry, function.upvalues, function.parameters);
            if HOOKED {
                self.hooks.enter();
            }
            return self.enter_lua(entry, callee, args);
        }
        let native = function.native;
        if HOOKED {
            return self.call_hooked_native(tx, native, callee, args);
        }
        self.call_native(tx, native, callee, args)
    }

    /// Calls register `a`, whatever it is, with `args` arguments.
    #[inline(never)]
    pub(crate) fn call_any(&mut self, tx: &mut Transaction<'_>, a: u8, args: u32, results: u8) -> Transition {
        let callee = self.current.base + u32::from(a);
        let value = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
        match self.suspend_lua(frame::LUA, results) {
            Ok(()) if value.is_function() => Transition::Call { callee, args },
            Ok(()) => self.call_object(tx, value, callee, args),
            Err(error) => self.raise_here(tx, error),
        }
    }

    /// Calls what lies at register `first` as the iterator of a `for ... in`, from within the instruction.
    #[cold]
    pub(crate) fn call_iterator(&mut self, tx: &Transaction<'_>, first: u8, results: u8) -> Transition {
        let callee = self.current.base + u32::from(first);
        if let Err(error) = self.suspend_lua(frame::FOR_IN, results) {
            return self.raise_here(tx, error);
        }
        match self.enter_native() {
            Ok(()) => Transition::Call { callee, args: 2 },
            Err(error) => Transition::Raise { error, native: None, top: callee + 3 },
        }
    }

    /// Replaces the Lua function in `current`, which was called at `place`, by a call of what is at `callee`.
    #[inline(never)]
    pub(crate) fn tail_call(
        &mut self,
        tx: &mut Transaction<'_>,
        place: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        let mut args = args;
        let object = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
        let handler = if object.is_function() { object } else { tx.metamethod(object, Metamethod::Call) };
        if tx.function(handler).is_none_or(|function| function.native != NOT_NATIVE) {
            // A native, or nothing that can be called: called from here, so that errors know their place; then its results
            // are the function's.
            return match self.suspend_lua(frame::TAIL, MULTIPLE) {
                Ok(()) => {
                    if let Some(frame) = self.frames.last_mut() {
                        frame.upvalues = place;
                    }
                    match tx.function(object).map(|function| function.native) {
                        Some(native) if !self.hooks.are_on() => {
                            let next = self.call_native(tx, native, callee, args);
                            self.pass_on(next)
                        }
                        _ => Transition::Call { callee, args },
                    }
                }
                Err(error) => self.raise_here(tx, error),
            };
        }
        if self.has_frames(self.frame_limit) {
            // PUC Lua lets the callee begin before it lets the caller go.
            let error = self.overflow();
            return self.raise_here(tx, error);
        }
        if !object.is_function() {
            if let Err(error) = self.insert_handler(handler, callee, args) {
                return self.raise_here(tx, error);
            }
            args += 1;
        }
        if self.hooks.are_on()
            && let Some(told) = self.tell_tail_call(tx, place, callee, args)
        {
            return told;
        }
        self.replace_caller(place, callee, args);
        self.call_function(tx, handler, place, args)
    }

    /// Moves a callee and its arguments to `place`, where the function was called that tail-calls it.
    fn replace_caller(&mut self, place: u32, callee: u32, args: u32) {
        frame::count_tail_call(&mut self.frames);
        let last = (callee + 1 + args) as usize;
        if last <= self.stack.len() {
            self.stack.copy_within(callee as usize..last, place as usize);
        }
    }

    /// Goes on with a tail call of the Lua function at `callee` that the hook was told of.
    pub(crate) fn tail_call_told(
        &mut self,
        tx: &Transaction<'_>,
        place: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        let function = self.stack.get(callee as usize).and_then(|value| tx.function(*value));
        let Some(function) = function else { return Transition::Deliver { first: callee, count: 0 } };
        let entry = (function.entry, function.upvalues, function.parameters);
        self.replace_caller(place, callee, args);
        self.enter_lua(entry, place, args)
    }

    /// Calls something that is no function: its `__call` gets it as the first argument.
    #[cold]
    fn call_object(&mut self, tx: &mut Transaction<'_>, object: Value, callee: u32, args: u32) -> Transition {
        let handler = tx.metamethod(object, Metamethod::Call);
        let top = callee + 1 + args;
        if !handler.is_function() {
            let text = self.describe_call(tx, object, callee);
            return Transition::Raise { error: LuaError::message(text), native: None, top };
        }
        match self.insert_handler(handler, callee, args) {
            Ok(()) => self.call_function(tx, handler, callee, args + 1),
            Err(error) => Transition::Raise { error, native: None, top },
        }
    }

    /// Puts a `__call` handler in the place of the object at `callee`, which becomes the first of its arguments.
    fn insert_handler(&mut self, handler: Value, callee: u32, args: u32) -> Result<(), LuaError> {
        let top = (callee + 1 + args) as usize;
        self.reserve(top + 1)?;
        self.stack.copy_within(callee as usize..top, callee as usize + 1);
        self.put(callee, handler);
        Ok(())
    }
}
