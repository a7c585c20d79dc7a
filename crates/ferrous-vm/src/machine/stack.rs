//! Room on the stack of values and on that of frames.
//!
//! Values: beyond a frame's base there is always a window of registers, so that the loop need not ask. Frames: the loop
//! compares with the vector's capacity only, which grows up to one below the limit. With the last frame the native functions
//! are put aside: a function that runs with all frames in use can call nothing, and the loop, which looks natives up anyway,
//! comes here when it finds none.
//!
//! **Invariant:** the stack is at least a window longer than the base of every frame; `withheld_natives` is empty unless the
//! last frame is or was in use.

use ferrous_heap::{Frame, Metamethod, Transaction, Value, lengthen};

use super::Machine;
use crate::error::{ErrorKind, LuaError};
use crate::frame::{self, MAX_CALLS};
use crate::operation::SliceEnd;
use crate::transition::Transition;

/// How many values beyond a frame's base the stack always has: a window of registers and room for missing arguments.
pub(crate) const WINDOW: usize = 256;

/// How much more than it must a stack is given when it grows.
const STACK_SLACK: usize = 32;

/// The most values by which a stack grows beyond that: filling more of them takes long.
const STACK_STEP: usize = 1 << 13;

impl Machine {
    /// Makes the stack at least `len` values and a window long.
    pub(crate) fn reserve(&mut self, len: usize) -> Result<(), LuaError> {
        if self.stack.len() < len + WINDOW { self.grow_stack(len) } else { Ok(()) }
    }

    /// Grows the stack beyond `len` values.
    #[cold]
    #[inline(never)]
    pub(crate) fn grow_stack(&mut self, len: usize) -> Result<(), LuaError> {
        if len > self.frame_limit * WINDOW {
            return Err(LuaError::new(ErrorKind::StackOverflow));
        }
        let wanted = (len + WINDOW + STACK_SLACK).max(self.stack.len() + self.stack.len().min(STACK_STEP));
        lengthen(&mut self.stack, wanted, Value::NIL);
        Ok(())
    }

    /// Writes a stack position.
    pub(crate) fn put(&mut self, position: u32, value: Value) {
        if let Some(slot) = self.stack.get_mut(position as usize) {
            *slot = value;
        }
    }

    /// The first of `count` results, or nil.
    pub(crate) fn result(&self, first: u32, count: u32) -> Value {
        if count == 0 { Value::NIL } else { self.stack.get(first as usize).copied().unwrap_or(Value::NIL) }
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

    /// Pushes a frame, unless there are as many as there may be.
    #[inline(always)]
    pub(crate) fn push_frame(&mut self, frame: Frame) -> Result<(), LuaError> {
        if self.frames.len() == self.frames.capacity() {
            if self.has_frames(self.frame_limit) {
                return Err(self.overflow());
            }
            self.reserve_frame();
        }
        self.frames.push(frame);
        Ok(())
    }

    /// Pushes the frame of a function whose call has been counted: a native that begins to wait, or who is interrupted by a hook
    /// or a finalizer. No limit is asked: it may be one more than there may be. Inlined, so that the frame is made where it
    /// belongs: one that is made elsewhere and copied at once waits for its own stores.
    #[inline(always)]
    pub(crate) fn push_counted(&mut self, frame: Frame) {
        if self.frames.len() == self.frames.capacity() {
            self.reserve_frame();
        }
        self.frames.push(frame);
    }

    /// Counts the call that the native in the innermost frame makes of what is at `callee`. What cannot be called needs no room:
    /// that is found out first.
    #[inline(always)]
    pub(crate) fn call_out(&mut self, tx: &Transaction<'_>, callee: u32) -> Result<(), LuaError> {
        if self.has_frames(self.frame_limit + 1) && self.is_callable(tx, callee) {
            return Err(self.overflow());
        }
        self.enter_native()
    }

    #[cold]
    #[inline(never)]
    fn is_callable(&self, tx: &Transaction<'_>, callee: u32) -> bool {
        let object = self.stack.get(callee as usize).copied().unwrap_or(Value::NIL);
        object.is_function() || tx.metamethod(object, Metamethod::Call).is_function()
    }

    /// Whether at least `count` calls have a frame. What the hook keeps for itself is no call.
    #[inline(always)]
    pub(crate) fn has_frames(&self, count: usize) -> bool {
        self.frames.len() >= count && (!self.hooks.are_on() || self.counted_frames() >= count)
    }

    #[cold]
    #[inline(never)]
    fn counted_frames(&self) -> usize {
        self.frames.iter().filter(|frame| !matches!(frame.kind, frame::HOOK | frame::WATCH)).count()
    }

    /// Makes room for a frame in the full vector, and for more, but so that it is full when the last one is wanted: the loop
    /// compares with the capacity only, which vectors check anyway.
    #[cold]
    #[inline(never)]
    pub(crate) fn reserve_frame(&mut self) {
        let count = self.frames.len();
        let left = self.frame_limit.saturating_sub(count + 1);
        if left == 0 {
            self.restore_natives();
            self.withheld_natives = std::mem::take(&mut self.natives);
        }
        self.frames.reserve_exact(left.min(count.max(16)).max(1));
    }

    /// The calls of the running thread that have no frame: the running one, and those that the host is in.
    fn calls_without_frame(&self) -> usize {
        let is_main = self.thread == self.main_thread;
        1 + if is_main { usize::from(self.options.outer_calls) } else { 0 }
    }

    /// The error of a call for which there is no frame. As in PUC Lua its handler gets twice the room, which is taken back by
    /// [`Machine::limit_frames`]; without any of that left, errors are past handling.
    #[cold]
    #[inline(never)]
    pub(crate) fn overflow(&mut self) -> LuaError {
        let outside = self.calls_without_frame();
        let calls = self.frame_limit + outside;
        if calls > MAX_CALLS {
            return LuaError::new(ErrorKind::HandlerOverflow);
        }
        self.frame_limit = 2 * calls - outside;
        self.restore_natives();
        LuaError::new(ErrorKind::StackOverflow)
    }

    /// An error was caught, with `count` frames left: what its handler was given is taken back.
    #[inline]
    pub(crate) fn limit_frames(&mut self, count: usize) {
        if self.frames.capacity() >= self.frame_limit || self.frame_limit >= MAX_CALLS {
            self.take_room_back(count);
        }
    }

    #[cold]
    #[inline(never)]
    fn take_room_back(&mut self, count: usize) {
        if self.frame_limit >= MAX_CALLS {
            let outside = self.calls_without_frame();
            if count + outside < MAX_CALLS {
                self.frame_limit = MAX_CALLS - outside;
            }
        }
        self.settle_frames();
    }

    /// Has the loop see the limit again, after frames beyond it were pushed or the thread was switched: by the vector being full
    /// or by there being no natives.
    pub(crate) fn settle_frames(&mut self) {
        if self.frames.len() < self.frame_limit {
            self.restore_natives();
            if self.frames.capacity() >= self.frame_limit {
                self.frames.shrink_to(self.frame_limit - 1);
            }
        } else {
            self.frames.shrink_to(self.frame_limit);
            if self.withheld_natives.is_empty() {
                self.withheld_natives = std::mem::take(&mut self.natives);
            }
        }
    }

    /// Makes room for more frames, up to their limit, and has the calling instruction of `current` run again.
    #[cold]
    #[inline(never)]
    pub(crate) fn grow_frames(&mut self, tx: &Transaction<'_>) -> Transition {
        if self.has_frames(self.frame_limit) {
            let error = self.overflow();
            return self.raise_here(tx, error);
        }
        self.reserve_frame();
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
        if self.has_frames(self.frame_limit) {
            let error = self.overflow();
            return self.raise_here(tx, error);
        }
        self.restore_natives();
        self.run_again();
        Transition::Continue
    }

    /// Lets the loop call native functions again, and has it see when the last frame is wanted the next time.
    pub(crate) fn restore_natives(&mut self) {
        if !self.withheld_natives.is_empty() {
            self.natives = std::mem::take(&mut self.withheld_natives);
            self.frames.shrink_to(self.frame_limit - 1);
        }
    }
}
