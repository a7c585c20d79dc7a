//! Calls and returns: the transitions between frames.
//!
//! Whatever leaves straight-line code (a call that is not Lua to Lua, what a native asks for, a return into anything but a
//! waiting Lua function, an error) is a [`Transition`]. [`Machine::transit`] carries one out, which may give the next, until
//! a Lua function can go on or the slice ends. There is one loop and no recursion, however calls, metamethods, natives,
//! handlers and coroutines follow one another.
//!
//! **Invariant:** before a callee starts, the frame that waits for its results has been pushed.

use ferrous_heap::{Frame, HeapError, Metamethod, NOT_NATIVE, Transaction, Value};

use crate::error::{ErrorKind, LuaError};
use crate::frame::{self, MAX_FRAMES, MAX_HANDLER_DEPTH, MAX_NATIVE_DEPTH};
use crate::machine::{Machine, RECLAIMED_AT_PAUSE, WINDOW};
use crate::native::{NativeContext, NativeFn, NativeResult, NativeState, Operation, Resumption};
use crate::opcode::{MULTIPLE, Op};
use crate::operation::{SliceEnd, Step};

/// What happens next. Positions are indices of the stack.
pub(crate) enum Transition {
    /// Call what is at `callee`, with the `args` values that follow it.
    Call { callee: u32, args: u32 },
    /// A native at `base`, whose registers end at `top`, has answered.
    Operate { base: u32, top: u32, result: NativeResult },
    /// `count` results, from `first`, are there for the innermost frame.
    Deliver { first: u32, count: u32 },
    /// An error was raised; `top` is above all registers in use. The innermost frame is the failing Lua function's own, or
    /// the caller's of the native at `native`.
    Raise { error: LuaError, native: Option<u32>, top: u32 },
    /// An error value looks for somebody who catches it; `native` is as in `Raise`.
    Unwind { value: Value, native: Option<u32>, top: u32 },
    /// The Lua function in `current` goes on.
    Continue,
    /// The Lua function in the innermost frame goes on; its results are there.
    Return,
    /// The slice ends.
    End(SliceEnd),
}

impl Machine {
    /// Carries transitions out until Lua code can go on or the slice ends. `HOOKED` is that of the loop (`dispatch`).
    #[inline(never)]
    pub(crate) fn transit<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        mut next: Transition,
    ) -> Step {
        loop {
            next = match next {
                Transition::Call { callee, args } => self.call::<HOOKED>(tx, callee, args),
                Transition::Operate { base, top, result } => match result {
                    Ok(operation) => self.operate(tx, base, top, operation),
                    Err(error) => {
                        self.pending_state = None;
                        Transition::Raise { error, native: Some(base), top }
                    }
                },
                Transition::Deliver { first, count } => self.deliver::<HOOKED>(tx, first, count),
                Transition::Raise { error, native, top } => self.raise(tx, error, native, top),
                Transition::Unwind { value, native, top } => self.unwind(tx, value, native, top),
                Transition::Continue => {
                    self.in_lua = true;
                    return Step::Continue;
                }
                Transition::Return => {
                    self.in_lua = true;
                    return Step::Return;
                }
                Transition::End(end) => return Step::End(end),
            }
        }
    }

    /// Carries out a call, and what follows from it.
    #[inline(never)]
    pub(crate) fn begin_call<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        callee: u32,
        args: u32,
    ) -> Step {
        let next = self.call::<HOOKED>(tx, callee, args);
        self.settle::<HOOKED>(tx, next)
    }

    /// Carries out a delivery, and what follows from it.
    #[inline(never)]
    pub(crate) fn begin_delivery<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        first: u32,
        count: u32,
    ) -> Step {
        if !HOOKED && let Some(frame) = self.frames.pop_if(|frame| frame.kind == frame::FINISH) {
            let next = self.finish_waiting(tx, frame, first, count);
            return self.settle::<HOOKED>(tx, next);
        }
        let (mut first, mut count) = (first, count);
        loop {
            match self.deliver::<HOOKED>(tx, first, count) {
                Transition::Deliver { first: next, count: passed } => (first, count) = (next, passed),
                next => return self.settle::<HOOKED>(tx, next),
            }
        }
    }

    /// What a transition has led to: mostly back into Lua code.
    #[inline(always)]
    pub(crate) fn settle<const HOOKED: bool>(&mut self, tx: &mut Transaction<'_>, next: Transition) -> Step {
        let step = match next {
            Transition::Continue => Step::Continue,
            Transition::Return => Step::Return,
            Transition::End(end) => return Step::End(end),
            next => return self.transit::<HOOKED>(tx, next),
        };
        self.in_lua = true;
        step
    }

    /// How many registers the Lua function at `base` uses.
    pub(crate) fn frame_size(&self, tx: &Transaction<'_>, base: u32) -> u32 {
        let function = self.stack.get(base as usize).and_then(|function| tx.function(*function));
        function.map_or(WINDOW as u32, |function| u32::from(function.registers))
    }

    /// The first stack position above everything that a run still needs. `native_waits`: it is a native that was
    /// interrupted, not the Lua function in `current`.
    pub(crate) fn extent(&self, tx: &Transaction<'_>, native_waits: bool) -> u32 {
        match self.frames.last() {
            None => 1,
            Some(frame) if native_waits => frame.pc.max(frame.base + 1),
            Some(_) => {
                let size = self.frame_size(tx, self.current.base);
                (self.current.base + size).max(self.top)
            }
        }
    }

    /// Pushes a frame. Inlined, so that the frame is made where it belongs: one that is made elsewhere and copied at once
    /// waits for its own stores.
    #[inline(always)]
    pub(crate) fn push_frame(&mut self, frame: Frame) -> Result<(), LuaError> {
        if self.frames.len() >= MAX_FRAMES {
            return Err(LuaError::new(ErrorKind::StackOverflow));
        }
        self.frames.push(frame);
        Ok(())
    }

    /// Makes room for more frames, up to their limit, and has the calling instruction of `current` run again. The loop
    /// compares with the capacity only, which vectors check anyway.
    #[cold]
    #[inline(never)]
    pub(crate) fn grow_frames(&mut self, tx: &Transaction<'_>) -> Transition {
        let count = self.frames.len();
        if count >= MAX_FRAMES {
            return self.raise_here(tx, LuaError::new(ErrorKind::StackOverflow));
        }
        if count + 1 == MAX_FRAMES {
            self.frames.reserve_exact(1);
            self.restore_natives();
            self.withheld_natives = std::mem::take(&mut self.natives);
        } else {
            self.frames.reserve_exact(count.max(16).min(MAX_FRAMES - 1 - count));
        }
        self.run_again();
        Transition::Continue
    }

    /// The instruction of `current` has found no native functions. If the last frame is in use, there is none for them
    /// either; otherwise it is free again.
    #[cold]
    #[inline(never)]
    pub(crate) fn no_native(&mut self, tx: &Transaction<'_>) -> Transition {
        if self.withheld_natives.is_empty() {
            return Transition::End(SliceEnd::Failed);
        }
        if self.frames.len() == MAX_FRAMES {
            return self.raise_here(tx, LuaError::new(ErrorKind::StackOverflow));
        }
        self.restore_natives();
        self.run_again();
        Transition::Continue
    }

    /// Lets the loop call native functions again, and has it see when the last frame is wanted the next time.
    pub(crate) fn restore_natives(&mut self) {
        if !self.withheld_natives.is_empty() {
            self.natives = std::mem::take(&mut self.withheld_natives);
            self.frames.shrink_to(MAX_FRAMES - 1);
        }
    }

    fn native_function(&self, native: u32) -> Option<NativeFn> {
        let known = self.natives.get(native as usize);
        known.or_else(|| self.withheld_natives.get(native as usize)).map(|native| native.function)
    }

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
            || self.frames.len() >= MAX_FRAMES
            || self.native_depth + 1 >= MAX_NATIVE_DEPTH;
        if is_near_limits && let Err(transition) = self.wait_for_metamethod(callee, N, progress) {
            return transition;
        }
        if !is_near_limits {
            let aux = self.native_depth;
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
    fn call_function(&mut self, tx: &Transaction<'_>, function: Value, callee: u32, args: u32) -> Transition {
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
    fn call<const HOOKED: bool>(&mut self, tx: &mut Transaction<'_>, callee: u32, args: u32) -> Transition {
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

    /// Starts a call of the native function at `callee`, which is the machine's `native`th.
    #[inline(always)]
    pub(crate) fn call_native(
        &mut self,
        tx: &mut Transaction<'_>,
        native: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        let native = self.native_function(native);
        let top = callee + 1 + args;
        if let Err(error) = self.reserve(top as usize) {
            return Transition::Raise { error, native: None, top };
        }
        let Some(native) = native else { return Transition::Deliver { first: callee, count: 0 } };
        self.in_lua = false;
        let mut ctx = NativeContext { tx, machine: self, base: callee, top };
        let result = native(&mut ctx);
        let reached = ctx.top;
        if let Err(error) = &result
            && let ErrorKind::Heap(HeapError::OutOfMemory) = error.kind()
        {
            // It had only begun: it begins again, with the same arguments, when the garbage is gone.
            self.pending_state = Some(Box::new(Begin(native)));
            return self.wait(callee, top, SliceEnd::Collect { full: true });
        }
        self.answered(tx, callee, reached, result)
    }

    /// What a native at `base`, whose registers end at `top`, has answered; at once if it is what is most frequent.
    #[inline(always)]
    fn answered(&mut self, tx: &Transaction<'_>, base: u32, top: u32, result: NativeResult) -> Transition {
        match result {
            Ok(Operation::Return { count }) => self.hand_on(base, count),
            Ok(Operation::Host { kind }) => self.ask_host(base, top, kind),
            Ok(Operation::Call { args, results, protected: false })
                if self.ticks > 1 && !self.hooks.are_on() =>
            {
                self.ticks -= 1;
                self.call_from_native(tx, base, top, args, results)
            }
            result => Transition::Operate { base, top, result },
        }
    }

    /// Calls a function for a native, which waits.
    #[inline]
    fn call_from_native(
        &mut self,
        tx: &Transaction<'_>,
        base: u32,
        top: u32,
        args: u32,
        results: u8,
    ) -> Transition {
        let callee = top.saturating_sub(args + 1).max(base);
        if let Err(error) = self.suspend_native(frame::NATIVE, base, callee, results) {
            return Transition::Raise { error, native: Some(base), top };
        }
        let function = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
        self.call_function(tx, function, callee, args)
    }

    /// The end of a native that the loop has called, when it did not just return: the caller waits in the innermost frame,
    /// and the operation or the error takes its course.
    #[inline(never)]
    pub(crate) fn native_called(
        &mut self,
        tx: &Transaction<'_>,
        base: u32,
        top: u32,
        result: NativeResult,
    ) -> Transition {
        let begun = match &result {
            Err(error) if matches!(error.kind(), ErrorKind::Heap(HeapError::OutOfMemory)) => {
                self.native_at(tx, base)
            }
            _ => None,
        };
        self.in_lua = false;
        if self.frames.len() > MAX_FRAMES {
            self.pending_state = None;
            return Transition::Raise { error: LuaError::new(ErrorKind::StackOverflow), native: None, top };
        }
        match begun {
            // It had only begun: it begins again, with the same arguments, when the garbage is gone.
            Some((native, args)) => {
                self.pending_state = Some(Box::new(Begin(native)));
                self.wait(base, base + 1 + args, SliceEnd::Collect { full: true })
            }
            None => self.answered(tx, base, top, result),
        }
    }

    /// The native that the instruction of `current` calls at `base`, and how many arguments it passes.
    fn native_at(&self, tx: &Transaction<'_>, base: u32) -> Option<(NativeFn, u32)> {
        let function = tx.function(*self.stack.get(base as usize)?)?;
        let native = self.native_function(function.native)?;
        match *frame::instruction(&self.pool.code, &self.current)? {
            Op::Call { nargs, .. } | Op::TailCall { nargs, .. } => Some((native, nargs.into())),
            Op::CallTop { .. } => Some((native, self.top.saturating_sub(base + 1))),
            Op::ForIn { .. } => Some((native, 2)),
            _ => None,
        }
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

    /// Calls what lies at register `first` as the iterator of a `for ... in`.
    #[cold]
    pub(crate) fn call_iterator(&mut self, tx: &Transaction<'_>, first: u8, results: u8) -> Transition {
        match self.suspend_lua(frame::FOR_IN, results) {
            Ok(()) => Transition::Call { callee: self.current.base + u32::from(first), args: 2 },
            Err(error) => self.raise_here(tx, error),
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
                    Transition::Call { callee, args }
                }
                Err(error) => self.raise_here(tx, error),
            };
        }
        if self.frames.len() == MAX_FRAMES {
            // PUC Lua lets the callee begin before it lets the caller go.
            return self.raise_here(tx, LuaError::new(ErrorKind::StackOverflow));
        }
        if !object.is_function() {
            if let Err(error) = self.insert_handler(handler, callee, args) {
                return self.raise_here(tx, error);
            }
            args += 1;
        }
        frame::count_tail_call(&mut self.frames);
        let last = (callee + 1 + args) as usize;
        if last <= self.stack.len() {
            self.stack.copy_within(callee as usize..last, place as usize);
        }
        self.call_function(tx, handler, place, args)
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

    /// Carries out what a native asks for.
    #[inline(always)]
    fn operate(&mut self, tx: &mut Transaction<'_>, base: u32, top: u32, operation: Operation) -> Transition {
        match operation {
            Operation::Return { count } => self.hand_on(base, count),
            Operation::Call { args, results, protected } => {
                // Natives that call natives pass no instruction that counts.
                self.ticks -= 1;
                if self.ticks <= 0 {
                    match self.check_budget() {
                        None => {}
                        Some(SliceEnd::Failed) => return Transition::End(SliceEnd::Failed),
                        Some(end) => {
                            let state = self.pending_state.take();
                            self.pending_state = Some(Box::new(Later { operation, state }));
                            return self.wait(base, top, end);
                        }
                    }
                }
                let callee = top.saturating_sub(args + 1).max(base);
                let kind = if protected { frame::PROTECTED } else { frame::NATIVE };
                match self.suspend_native(kind, base, callee, results) {
                    Ok(()) => Transition::Call { callee, args },
                    Err(error) => Transition::Raise { error, native: Some(base), top },
                }
            }
            Operation::FailedCall => {
                let last = top.saturating_sub(1).max(base);
                let value = self.stack.get(last as usize).copied().unwrap_or(Value::NIL);
                match self.suspend_native(frame::PROTECTED, base, last, 1) {
                    Ok(()) => Transition::Unwind { value, native: None, top },
                    Err(error) => Transition::Raise { error, native: Some(base), top },
                }
            }
            Operation::TailCall { args } => {
                let callee = top.saturating_sub(args + 1).max(base);
                self.stack.copy_within(callee as usize..top as usize, base as usize);
                Transition::Call { callee: base, args }
            }
            Operation::Pcall { handler } => self.pcall(tx, base, top, handler),
            Operation::Resume { thread, args, wrap } => self.resume(tx, base, top, thread, args, wrap),
            Operation::Yield { count } => self.yield_values(tx, base, top, count),
            Operation::Host { kind } => self.ask_host(base, top, kind),
            Operation::Collect { full } => self.wait(base, top, SliceEnd::Collect { full }),
            Operation::CollectSome { work } => self.wait(base, top, SliceEnd::CollectSome { work }),
            Operation::Rehook => {
                self.watch_active_natives(base);
                self.wait(base, top, SliceEnd::Rehook)
            }
            Operation::Pause => match self.check_budget() {
                None => {
                    // No safe point comes before it is done, and it may be filling what the freed has left.
                    tx.reclaim(RECLAIMED_AT_PAUSE);
                    match self.pending_state.take() {
                        Some(state) => self.resume_native(tx, state, base, top, Resumption::Continued),
                        None => Transition::Deliver { first: base, count: 0 },
                    }
                }
                Some(SliceEnd::Failed) => Transition::End(SliceEnd::Failed),
                Some(end) => self.wait(base, top, end),
            },
        }
    }

    /// Ends the slice with the native at `base` waiting for the host.
    pub(crate) fn ask_host(&mut self, base: u32, top: u32, kind: u32) -> Transition {
        let frame = Frame { kind: frame::HOST, base, pc: top, aux: self.native_depth, ..Frame::default() };
        match self.push_frame(frame) {
            Ok(()) => Transition::End(SliceEnd::Host { kind }),
            Err(error) => Transition::Raise { error, native: Some(base), top },
        }
    }

    /// Pushes the frame and the state of a native that waits for what is at `position`.
    #[inline]
    fn suspend_native(&mut self, kind: u8, base: u32, position: u32, results: u8) -> Result<(), LuaError> {
        let aux = self.native_depth;
        self.push_frame(Frame { kind, base, pc: position, results, aux, ..Frame::default() })?;
        let state = self.pending_state.take().unwrap_or_else(|| Box::new(ReturnResults));
        self.states.push(state);
        self.enter_native()
    }

    /// Ends the slice with a native waiting to go on as it was.
    fn wait(&mut self, base: u32, top: u32, end: SliceEnd) -> Transition {
        if let Err(error) = self.suspend_native(frame::NATIVE, base, top, MULTIPLE) {
            return Transition::Raise { error, native: Some(base), top };
        }
        if end == (SliceEnd::Collect { full: true })
            && let Some(dead) = self.stack.get_mut(top as usize..)
        {
            // What calls before have left above the native is not to keep anything alive.
            dead.fill(Value::NIL);
        }
        self.wait_for_state();
        Transition::End(end)
    }

    /// Resumes the state of the innermost frame, which waits for no callee.
    pub(crate) fn resume_state(&mut self, tx: &mut Transaction<'_>, how: Resumption) -> Option<Transition> {
        let frame = self.frames.pop()?;
        self.native_depth = frame::native_depth(&frame);
        let state = self.states.pop()?;
        Some(self.resume_native(tx, state, frame.base, frame.pc, how))
    }

    #[inline]
    pub(crate) fn resume_native(
        &mut self,
        tx: &mut Transaction<'_>,
        state: Box<dyn NativeState>,
        base: u32,
        top: u32,
        how: Resumption,
    ) -> Transition {
        self.in_lua = false;
        if let Err(error) = self.reserve(top as usize) {
            return Transition::Raise { error, native: Some(base), top };
        }
        let mut ctx = NativeContext { tx, machine: self, base, top };
        let result = state.resume(&mut ctx, how);
        let top = ctx.top;
        self.answered(tx, base, top, result)
    }

    #[inline(never)]
    pub(crate) fn pcall(&mut self, tx: &Transaction<'_>, base: u32, top: u32, handler: bool) -> Transition {
        self.in_lua = false;
        // pcall: [pcall, f, args...]; xpcall: [xpcall, f, handler] and a copy of f to be called.
        let mut callee = base + 1;
        let mut args = top.saturating_sub(base + 2);
        let mut kind = frame::PCALL;
        if handler {
            kind = frame::XPCALL;
            callee = base + 3;
            args = 0;
            if let Err(error) = self.reserve(callee as usize + 1) {
                return Transition::Raise { error, native: Some(base), top };
            }
            self.stack.copy_within(base as usize + 1..base as usize + 2, callee as usize);
        }
        let frame = Frame { kind, base, pc: callee, aux: self.native_depth, ..Frame::default() };
        match self.push_frame(frame).and_then(|()| self.enter_native()) {
            Ok(()) => {
                let function = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
                self.call_function(tx, function, callee, args)
            }
            Err(error) => Transition::Raise { error, native: None, top },
        }
    }

    /// The transition that hands `count` results, from `first`, to the innermost frame; done at once if a Lua function waits
    /// there, as it mostly does.
    #[inline(always)]
    pub(crate) fn hand_on(&mut self, first: u32, count: u32) -> Transition {
        match self.frames.last() {
            Some(frame) if frame.kind == frame::LUA => {
                let results = frame.results;
                self.adjust(first, count, results);
                Transition::Return
            }
            _ => Transition::Deliver { first, count },
        }
    }

    /// Hands `count` results, from `first`, to the innermost frame.
    #[inline(always)]
    fn deliver<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        first: u32,
        count: u32,
    ) -> Transition {
        let Some(frame) = self.frames.last() else {
            return Transition::End(SliceEnd::Done { first, count });
        };
        if frame.kind == frame::LUA {
            let results = frame.results;
            self.adjust(first, count, results);
            return Transition::Return;
        }
        let frame = *frame;
        self.frames.pop();
        if HOOKED && matches!(frame.kind, frame::FINISH | frame::FOR_IN) {
            self.hooks.arrive(frame.code + frame.pc);
        }
        match frame.kind {
            frame::TAIL => {
                if HOOKED && frame.results == MULTIPLE {
                    self.frames.push(Frame { results: 0, ..frame });
                    if let Some(told) = self.tail_caller_returns(tx, first, count) {
                        return told;
                    }
                    self.frames.pop();
                }
                self.native_depth = frame::native_depth(&frame);
                let range = first as usize..(first + count) as usize;
                if count == 1 {
                    let value = self.result(first, 1);
                    self.put(frame.upvalues, value);
                } else if range.end <= self.stack.len() {
                    self.stack.copy_within(range, frame.upvalues as usize);
                }
                Transition::Deliver { first: frame.upvalues, count }
            }
            frame::FINISH => self.finish_waiting(tx, frame, first, count),
            frame::FOR_IN => {
                self.current = frame;
                self.native_depth = frame::native_depth(&frame);
                self.adjust(first, count, frame.results);
                self.finish_for_in();
                Transition::Continue
            }
            frame::NATIVE | frame::PROTECTED => {
                self.native_depth = frame::native_depth(&frame);
                let count = if frame.results == MULTIPLE {
                    count
                } else {
                    self.adjust(first, count, frame.results);
                    u32::from(frame.results)
                };
                let Some(state) = self.states.pop() else { return Transition::Deliver { first, count } };
                self.resume_native(tx, state, frame.base, first + count, Resumption::Returned { count })
            }
            frame::PCALL | frame::XPCALL => {
                self.native_depth = frame::native_depth(&frame);
                let range = first as usize..(first + count) as usize;
                if frame.kind == frame::XPCALL && range.end <= self.stack.len() {
                    self.stack.copy_within(range, frame.base as usize + 1);
                }
                self.put(frame.base, Value::TRUE);
                Transition::Deliver { first: frame.base, count: count + 1 }
            }
            frame::FINALIZER => self.finalized(tx, frame),
            frame::HANDLER => {
                let value = self.result(first, count);
                self.handled(tx, value)
            }
            frame::ENTRY => self.thread_returned(tx, first, count),
            frame::WATCH => self.watched_native_returned(tx, frame, first, count),
            frame::HOOK => self.hook_returned(tx, frame),
            frame::EVALUATION => self.evaluated(frame, first, count, false),
            // Nobody delivers to these: they are left by resuming, yielding and answering.
            _ => Transition::Deliver { first, count },
        }
    }

    /// The first of `count` results, or nil.
    pub(crate) fn result(&self, first: u32, count: u32) -> Value {
        if count == 0 { Value::NIL } else { self.stack.get(first as usize).copied().unwrap_or(Value::NIL) }
    }

    /// Writes a stack position.
    pub(crate) fn put(&mut self, position: u32, value: Value) {
        if let Some(slot) = self.stack.get_mut(position as usize) {
            *slot = value;
        }
    }

    /// Makes `count` results, from `first`, the `wanted` ones of a waiting caller.
    #[inline]
    pub(crate) fn adjust(&mut self, first: u32, count: u32, wanted: u8) {
        if wanted == MULTIPLE {
            self.top = first + count;
        } else if count < u32::from(wanted) {
            let range = (first + count) as usize..first as usize + usize::from(wanted);
            if let Some(missing) = self.stack.get_mut(range) {
                missing.fill(Value::NIL);
            }
        }
    }

    /// Whether the instruction of `current`, which the heap refused memory, is to be tried again after a full collection,
    /// for it had changed nothing: not if that was all that has happened since it was last tried.
    pub(crate) fn retry_after_collection(&mut self, error: HeapError) -> bool {
        // Whoever comes here again has passed a back edge or a call, and ticks have been counted.
        let here = (self.frames.len(), self.current.code, self.current.pc, self.ticks, self.quanta);
        if error != HeapError::OutOfMemory || self.out_of_memory_at == Some(here) {
            return false;
        }
        self.out_of_memory_at = Some(here);
        self.run_again();
        true
    }

    /// A full collection, which counts as work, has come to its end: whoever waited for it has not got any further.
    pub(crate) fn collected(&mut self) {
        if let Some((.., ticks, quanta)) = &mut self.out_of_memory_at {
            (*ticks, *quanta) = (self.ticks, self.quanta);
        }
    }
}

/// The state of a native that is to begin once more.
struct Begin(NativeFn);

impl NativeState for Begin {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (self.0)(ctx)
    }
}

/// The state of a native whose operation waits for fuel.
struct Later {
    operation: Operation,
    state: Option<Box<dyn NativeState>>,
}

impl NativeState for Later {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        ctx.machine.pending_state = self.state;
        Ok(self.operation)
    }
}

/// The state of a native that left none: it returns what its callee returned.
struct ReturnResults;

impl NativeState for ReturnResults {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        match how {
            Resumption::Returned { count } => ctx.return_top(count as usize),
            Resumption::Failed => {
                let error = ctx.get(ctx.top() - 1);
                Err(ctx.raise(error))
            }
            Resumption::Continued => ctx.ret0(),
        }
    }
}
