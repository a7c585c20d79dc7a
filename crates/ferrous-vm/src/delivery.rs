//! Deliveries: results on their way to whoever waits for them.
//!
//! Results are `count` values on the stack, from `first` on, where the callee was or above it. The kind of the innermost frame
//! says who waits: a Lua function goes on behind its call; an instruction that had called something is finished (`finish`); a
//! native is resumed with them; `pcall` puts `true` in front and delivers further; the bottom of a thread ends it.
//!
//! **Invariant:** results never lie below the place where their receiver wants them, so they are only ever moved down.

use ferrous_heap::{Frame, Transaction, Value};

use crate::frame;
use crate::machine::Machine;
use crate::native::Resumption;
use crate::opcode::{MULTIPLE, Op};
use crate::operation::SliceEnd;
use crate::transition::Transition;

impl Machine {
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
    pub(crate) fn deliver<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        first: u32,
        count: u32,
    ) -> Transition {
        let Some(frame) = self.frames.last() else {
            return Transition::End(self.done(first, count));
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
                if HOOKED && let Some(told) = self.return_from_tail(tx, frame, first, count) {
                    return told;
                }
                self.replace_caller_by(&frame, first, count);
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
            frame::NATIVE | frame::PROTECTED => self.resume_waiting(tx, &frame, first, count),
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

    /// Hands results to the native of `frame`, which has waited for them.
    #[inline(always)]
    fn resume_waiting(
        &mut self,
        tx: &mut Transaction<'_>,
        frame: &Frame,
        first: u32,
        count: u32,
    ) -> Transition {
        self.native_depth = frame::native_depth(frame);
        let count = if frame.results == MULTIPLE {
            count
        } else {
            self.adjust(first, count, frame.results);
            u32::from(frame.results)
        };
        let Some(state) = self.states.pop() else { return Transition::Deliver { first, count } };
        self.resume_native(tx, state, frame.base, first + count, Resumption::Returned { count })
    }

    /// What follows from the call of a native: if it has just returned to a Lua function that tail-called it, its results go to
    /// whoever waits for that one.
    #[inline]
    pub(crate) fn pass_on(&mut self, next: Transition) -> Transition {
        if let Transition::Deliver { first, count } = next
            && let Some(frame) = self.frames.pop_if(|frame| frame.kind == frame::TAIL)
        {
            self.replace_caller_by(&frame, first, count);
            return self.hand_on(frame.upvalues, count);
        }
        next
    }

    /// Puts results to where the Lua function of `frame` was called, which has tail-called who gives them. The depth of native calls
    /// is right already: where it was yielded meanwhile, it may be another than when the frame was made.
    #[inline]
    fn replace_caller_by(&mut self, frame: &Frame, first: u32, count: u32) {
        let range = first as usize..(first + count) as usize;
        if count == 1 {
            let value = self.result(first, 1);
            self.put(frame.upvalues, value);
        } else if range.end <= self.stack.len() {
            self.stack.copy_within(range, frame.upvalues as usize);
        }
    }

    /// Has the Lua function of `frame`, which has tail-called a native, go on to the instruction that returns the results: hooks
    /// are told of that.
    fn return_from_tail(
        &mut self,
        tx: &Transaction<'_>,
        frame: Frame,
        first: u32,
        count: u32,
    ) -> Option<Transition> {
        let (Op::ReturnTop { a } | Op::ReturnVararg { a, n: MULTIPLE, .. }) =
            *self.pool.code.get((frame.code + frame.pc) as usize)?
        else {
            return None;
        };
        let upvalues = tx.function(*self.stack.get(frame.base as usize)?)?.upvalues;
        let place = frame.base + u32::from(a);
        let range = first as usize..(first + count) as usize;
        if place > first || range.end > self.stack.len() {
            return None;
        }
        self.stack.copy_within(range, place as usize);
        self.top = place + count;
        self.current = Frame { kind: frame::LUA, aux: 0, results: 0, upvalues, ..frame };
        self.hooks.arrive(frame.code + frame.pc);
        Some(Transition::Continue)
    }

    /// Returns the value in `first` to the innermost frame, which is no plain Lua function's.
    #[cold]
    #[inline(never)]
    pub(crate) fn return_one(&mut self, tx: &mut Transaction<'_>, first: u32) -> Transition {
        let kind = self.frames.last().map_or(frame::LUA, |caller| caller.kind);
        if kind == frame::FINISH
            && !self.hooks.are_on()
            && let Some(caller) = self.frames.pop()
        {
            // It is a concatenation: the loop has finished all others.
            return self.concatenate_further(tx, caller, first, 1);
        }
        if kind == frame::ENTRY && self.thread == self.main_thread {
            return Transition::End(self.main_returned(first, 1));
        }
        self.return_values(tx, first, 1)
    }

    /// Returns `count` values, from `first`, to the innermost frame, which is no Lua function's.
    #[cold]
    #[inline(never)]
    pub(crate) fn return_values(&mut self, tx: &mut Transaction<'_>, first: u32, count: u32) -> Transition {
        // Most are natives that call a function again and again.
        match self.frames.pop_if(|frame| frame.kind == frame::NATIVE) {
            Some(frame) => self.resume_waiting(tx, &frame, first, count),
            None => Transition::Deliver { first, count },
        }
    }

    /// The function that was started has returned.
    #[inline(never)]
    pub(crate) fn main_returned(&mut self, first: u32, count: u32) -> SliceEnd {
        self.reset();
        self.done(first, count)
    }

    /// The run ends with `count` results, from `first`.
    #[inline]
    pub(crate) fn done(&mut self, first: u32, count: u32) -> SliceEnd {
        self.results = (first, count);
        SliceEnd::Done
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
}
