//! Coroutines: resuming, yielding, and the end of a thread.
//!
//! Every coroutine has a stack and frames of its own, kept by the heap while it does not run. Resuming swaps them in; the
//! resumer waits in a `RESUME` frame, the yielder in a `YIELDED` one. All of this happens inside the one loop: switching
//! threads costs a few moves of vectors and no Rust frame.
//!
//! **Invariant:** a thread that has resumed another is `Normal` and is found through the other's `resumer`; the chain of
//! resumers ends in the main thread.

use ferrous_heap::{Frame, ThreadRef, ThreadStatus, Transaction, Value};

use crate::error::LuaError;
use crate::frame::{self, MAX_FRAMES, MAX_NATIVE_DEPTH};
use crate::machine::Machine;
use crate::transition::Transition;

/// Values for another thread: where they lie on the stack of the one that is left.
#[derive(Clone, Copy)]
struct Passed {
    first: u32,
    count: u32,
}

impl Machine {
    /// `coroutine.resume`, and calling what `coroutine.wrap` has made.
    pub(crate) fn resume(
        &mut self,
        tx: &mut Transaction<'_>,
        base: u32,
        top: u32,
        thread: ThreadRef,
        args: u32,
        wrap: bool,
    ) -> Transition {
        let refusal = match tx.thread(thread).map(|thread| thread.status) {
            _ if thread == self.thread => Some("cannot resume running coroutine"),
            Some(ThreadStatus::Suspended) if self.native_depth >= MAX_NATIVE_DEPTH => {
                Some("C stack overflow")
            }
            Some(ThreadStatus::Suspended) => None,
            Some(ThreadStatus::Running) => Some("cannot resume running coroutine"),
            Some(ThreadStatus::Normal) => Some("cannot resume normal coroutine"),
            _ => Some("cannot resume dead coroutine"),
        };
        if let Some(refusal) = refusal {
            if wrap {
                return Transition::Raise { error: LuaError::message(refusal), native: Some(base), top };
            }
            return match tx.intern(refusal.as_bytes()) {
                Ok(text) => {
                    self.put(base, Value::FALSE);
                    self.put(base + 1, text);
                    Transition::Deliver { first: base, count: 2 }
                }
                Err(error) => Transition::Raise { error: error.into(), native: Some(base), top },
            };
        }
        let frame = Frame {
            kind: frame::RESUME,
            base,
            pc: top,
            results: u8::from(wrap),
            code: self.frame_limit as u32,
            aux: frame::saved_depth(self.native_depth),
            ..Frame::default()
        };
        self.push_counted(frame);
        self.native_depth += 1;
        let passed = Passed { first: top.saturating_sub(args), count: args };
        let left = self.switch_to(tx, thread, Some(self.thread), ThreadStatus::Normal);
        self.enter_thread(left, passed)
    }

    /// Puts what another thread has passed, and `left` on its stack, at `first`.
    #[inline]
    fn receive(&mut self, left: &[Value], passed: Passed, first: u32) -> Result<(), LuaError> {
        let (first, from, count) = (first as usize, passed.first as usize, passed.count as usize);
        self.reserve(first + count)?;
        if let (Some(slots), Some(values)) =
            (self.stack.get_mut(first..first + count), left.get(from..from + count))
        {
            match (&mut *slots, values) {
                // Mostly: not worth a call of memcpy.
                ([slot], [value]) => *slot = *value,
                _ => slots.copy_from_slice(values),
            }
        }
        Ok(())
    }

    /// Goes on in a thread that was just switched to, which gets what was passed.
    #[inline]
    fn enter_thread(&mut self, left: &[Value], passed: Passed) -> Transition {
        let Some(frame) = self.frames.last() else {
            // A fresh coroutine: its function lies at the bottom.
            self.frame_limit = MAX_FRAMES;
            self.frames.push(Frame {
                kind: frame::ENTRY,
                aux: frame::saved_depth(self.native_depth),
                ..Frame::default()
            });
            return match self.receive(left, passed, 1) {
                Ok(()) => Transition::Call { callee: 0, args: passed.count },
                Err(error) => Transition::Raise { error, native: None, top: 1 },
            };
        };
        // It waits in coroutine.yield, whose results these are.
        let first = frame.base;
        self.frame_limit = (frame.code as usize).max(MAX_FRAMES);
        self.frames.pop();
        if self.frames.capacity() >= self.frame_limit {
            self.settle_frames();
        }
        match self.receive(left, passed, first) {
            Ok(()) => self.hand_on(first, passed.count),
            Err(error) => Transition::Raise { error, native: None, top: first },
        }
    }

    /// `coroutine.yield` of the `count` values below `top`.
    pub(crate) fn yield_values(
        &mut self,
        tx: &mut Transaction<'_>,
        base: u32,
        top: u32,
        count: u32,
    ) -> Transition {
        let passable = |kind| matches!(kind, frame::LUA | frame::TAIL | frame::ENTRY | frame::WATCH);
        let across = !self.frames.iter().all(|frame| passable(frame.kind));
        if self.thread == self.main_thread || (across && !self.options.relaxed_yield) {
            let error = LuaError::bare("attempt to yield across metamethod/C-call boundary");
            return Transition::Raise { error, native: Some(base), top };
        }
        let passed = Passed { first: top.saturating_sub(count), count };
        let code = self.frame_limit as u32;
        self.push_counted(Frame { kind: frame::YIELDED, base, pc: top, code, ..Frame::default() });
        self.hand_over(tx, ThreadStatus::Suspended, passed)
    }

    /// The function of a thread has returned.
    pub(crate) fn thread_returned(&mut self, tx: &mut Transaction<'_>, first: u32, count: u32) -> Transition {
        if self.thread == self.main_thread {
            return Transition::End(self.main_returned(first, count));
        }
        let thread = self.thread;
        let transition = self.hand_over(tx, ThreadStatus::Dead, Passed { first, count });
        // Nothing on it will be looked at again.
        tx.discard_stack(thread);
        transition
    }

    /// Gives the resumer what its coroutine has yielded or returned.
    #[inline]
    fn hand_over(&mut self, tx: &mut Transaction<'_>, status: ThreadStatus, passed: Passed) -> Transition {
        let (frame, left) = self.leave_thread(tx, status);
        let bare = u32::from(frame.results == 0);
        self.put(frame.base, Value::TRUE);
        match self.receive(left, passed, frame.base + bare) {
            Ok(()) => self.hand_on(frame.base, passed.count + bare),
            Err(error) => Transition::Raise { error, native: Some(frame.base), top: frame.pc },
        }
    }

    /// Goes back to the resumer. Gives its `RESUME` frame, and the values that the thread has left.
    #[inline]
    pub(crate) fn leave_thread<'t>(
        &mut self,
        tx: &'t mut Transaction<'_>,
        status: ThreadStatus,
    ) -> (Frame, &'t [Value]) {
        let resumer = tx.thread(self.thread).and_then(|thread| thread.resumer).unwrap_or(self.main_thread);
        let left = self.switch_to(tx, resumer, None, status);
        // It has waited there.
        let frame = self.frames.pop().unwrap_or_default();
        self.frame_limit = frame.code as usize;
        if self.frames.capacity() >= self.frame_limit {
            self.settle_frames();
        }
        self.native_depth = frame::native_depth(&frame);
        (frame, left)
    }
}
