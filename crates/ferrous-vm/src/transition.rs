//! Transitions: what happens next where straight-line code ends.
//!
//! Whatever leaves the loop's own path (a call that is not Lua to Lua, what a native asks for, a return into anything but a
//! waiting Lua function, an error) is a [`Transition`]. [`Machine::transit`] carries one out, which may give the next, until
//! a Lua function can go on or the slice ends. There is one loop and no recursion, however calls, metamethods, natives,
//! handlers and coroutines follow one another. Calls are in `call` and `native_call`, returns in `delivery`, errors in `unwind`.
//!
//! **Invariant:** a [`Step`] that goes on in Lua leaves `in_lua` set.

use ferrous_heap::{Transaction, Value};

use crate::error::LuaError;
use crate::frame;
use crate::machine::Machine;
use crate::native::NativeResult;
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
                Transition::Unwind { value, native, top } => self.unwind(tx, value, native, Some(top)),
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
        self.conclude::<HOOKED>(tx, next)
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
            return self.conclude::<HOOKED>(tx, next);
        }
        let (mut first, mut count) = (first, count);
        loop {
            match self.deliver::<HOOKED>(tx, first, count) {
                Transition::Deliver { first: next, count: passed } => (first, count) = (next, passed),
                next => return self.conclude::<HOOKED>(tx, next),
            }
        }
    }

    /// What a transition has led to: mostly back into Lua code.
    #[inline(always)]
    pub(crate) fn conclude<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        next: Transition,
    ) -> Step {
        let step = match next {
            Transition::Continue => Step::Continue,
            Transition::Return => Step::Return,
            Transition::End(end) => return Step::End(end),
            next => return self.transit::<HOOKED>(tx, next),
        };
        self.in_lua = true;
        step
    }
}
