//! Calls of native functions, and what natives ask for.
//!
//! A native is called with its registers on the stack and answers with an [`Operation`], which is carried out at once. To wait
//! for something it leaves a [`NativeState`]: that goes to `states`, and a frame that says what for to `frames`; when the results
//! are there, or the slice after has begun, the state is resumed in the same registers. A native that has run out of memory
//! before it left a state begins again after a full collection ([`Begin`]).
//!
//! **Invariant:** `NATIVE` and `PROTECTED` frames and states are pushed and popped together, so that the last state is that of
//! the innermost such frame.

use ferrous_heap::{Frame, HeapError, Transaction, Value};

use crate::error::ErrorKind;
use crate::frame;
use crate::machine::Machine;
use crate::native::{NativeContext, NativeFn, NativeResult, NativeState, Operation, Resumption};
use crate::opcode::{MULTIPLE, Op};
use crate::operation::SliceEnd;
use crate::transition::Transition;

/// How much freeing goes on with each pause of a native, in the collector's units: more than it can have allocated.
const RECLAIMED_AT_PAUSE: usize = 4_000;

impl Machine {
    fn native_function(&self, native: u32) -> Option<NativeFn> {
        let known = self.natives.get(native as usize);
        known.or_else(|| self.withheld_natives.get(native as usize)).map(|native| native.function)
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
            return self.wait(callee, top, SliceEnd::CollectFull);
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
        self.suspend_native(frame::NATIVE, base, callee, results);
        if let Err(error) = self.call_out(tx, callee) {
            return Transition::Raise { error, native: None, top };
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
        if self.has_frames(self.frame_limit + 1) {
            self.pending_state = None;
            return Transition::Raise { error: self.overflow(), native: None, top };
        }
        match begun {
            // It had only begun: it begins again, with the same arguments, when the garbage is gone.
            Some((native, args)) => {
                self.pending_state = Some(Box::new(Begin(native)));
                self.wait(base, base + 1 + args, SliceEnd::CollectFull)
            }
            None => self.answered(tx, base, top, result),
        }
    }

    /// The same for the iterator of a `for ... in` that did more than return: it was called from within an instruction, which
    /// counts as a native call does. One that just returns is at no limit.
    #[inline(never)]
    pub(crate) fn iterator_called(
        &mut self,
        tx: &Transaction<'_>,
        base: u32,
        top: u32,
        result: NativeResult,
    ) -> Transition {
        if let Err(error) = self.enter_native() {
            self.pending_state = None;
            self.in_lua = false;
            return Transition::Raise { error, native: None, top };
        }
        self.native_called(tx, base, top, result)
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

    /// Carries out what a native asks for.
    #[inline(always)]
    pub(crate) fn operate(
        &mut self,
        tx: &mut Transaction<'_>,
        base: u32,
        top: u32,
        operation: Operation,
    ) -> Transition {
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
                self.suspend_native(kind, base, callee, results);
                match self.call_out(tx, callee) {
                    Ok(()) => Transition::Call { callee, args },
                    Err(error) => Transition::Raise { error, native: None, top },
                }
            }
            Operation::FailedCall => {
                let last = top.saturating_sub(1).max(base);
                let value = self.stack.get(last as usize).copied().unwrap_or(Value::NIL);
                self.suspend_native(frame::PROTECTED, base, last, 1);
                Transition::Unwind { value, native: None, top }
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
            Operation::Collect { full: false } => self.wait(base, top, SliceEnd::Collect),
            Operation::Collect { full: true } => self.wait(base, top, SliceEnd::CollectFull),
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
        let frame = Frame {
            kind: frame::HOST,
            base,
            pc: top,
            aux: frame::saved_depth(self.native_depth),
            ..Frame::default()
        };
        self.push_counted(frame);
        Transition::End(SliceEnd::Host { kind })
    }

    /// Pushes the frame and the state of a native that waits for what is at `position`.
    #[inline]
    fn suspend_native(&mut self, kind: u8, base: u32, position: u32, results: u8) {
        let aux = frame::saved_depth(self.native_depth);
        self.push_counted(Frame { kind, base, pc: position, results, aux, ..Frame::default() });
        let state = self.pending_state.take().unwrap_or_else(|| Box::new(ReturnResults));
        self.states.push(state);
    }

    /// Ends the slice with a native waiting to go on as it was.
    fn wait(&mut self, base: u32, top: u32, end: SliceEnd) -> Transition {
        self.suspend_native(frame::NATIVE, base, top, MULTIPLE);
        if end == SliceEnd::CollectFull
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
        let frame =
            Frame { kind, base, pc: callee, aux: frame::saved_depth(self.native_depth), ..Frame::default() };
        self.push_counted(frame);
        match self.call_out(tx, callee) {
            Ok(()) => {
                let function = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
                self.call_function(tx, function, callee, args)
            }
            Err(error) => Transition::Raise { error, native: None, top },
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
