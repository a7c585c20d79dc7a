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

/// Values for another thread, where they lie on the stack of the one that is left.
#[derive(Clone, Copy)]
struct Passed {
    thread: ThreadRef,
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
        let passed = Passed { thread: self.thread, first: top.saturating_sub(args), count: args };
        self.switch_to(tx, thread, Some(passed.thread), ThreadStatus::Normal);
        self.enter_thread(tx, passed)
    }

    /// Puts what another thread has passed at `first`.
    #[inline]
    fn receive(&mut self, tx: &Transaction<'_>, passed: Passed, first: u32) -> Result<(), LuaError> {
        let end = first as usize + passed.count as usize;
        self.reserve(end)?;
        let from = passed.first as usize;
        let values = tx.thread(passed.thread).and_then(|thread| thread.stack.get(from..));
        if let (Some(slots), Some(values)) = (self.stack.get_mut(first as usize..end), values) {
            // A value or two, mostly: not worth a call of memcpy.
            for (slot, value) in slots.iter_mut().zip(values) {
                *slot = *value;
            }
        }
        Ok(())
    }

    /// Goes on in a thread that was just switched to, which gets what was passed.
    fn enter_thread(&mut self, tx: &Transaction<'_>, passed: Passed) -> Transition {
        let Some(frame) = self.frames.last() else {
            // A fresh coroutine: its function lies at the bottom.
            self.frame_limit = MAX_FRAMES;
            self.frames.push(Frame {
                kind: frame::ENTRY,
                aux: frame::saved_depth(self.native_depth),
                ..Frame::default()
            });
            return match self.receive(tx, passed, 1) {
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
        match self.receive(tx, passed, first) {
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
        let passed = Passed { thread: self.thread, first: top.saturating_sub(count), count };
        let code = self.frame_limit as u32;
        self.push_counted(Frame { kind: frame::YIELDED, base, pc: top, code, ..Frame::default() });
        self.leave_thread(tx, ThreadStatus::Suspended, |machine, tx, frame| {
            machine.hand_over(tx, frame, passed)
        })
    }

    /// The function of a thread has returned.
    pub(crate) fn thread_returned(&mut self, tx: &mut Transaction<'_>, first: u32, count: u32) -> Transition {
        if self.thread == self.main_thread {
            return Transition::End(self.main_returned(first, count));
        }
        let passed = Passed { thread: self.thread, first, count };
        let transition = self
            .leave_thread(tx, ThreadStatus::Dead, |machine, tx, frame| machine.hand_over(tx, frame, passed));
        // Nothing on it will be looked at again.
        tx.discard_stack(passed.thread);
        transition
    }

    /// Goes back to the resumer, whose `RESUME` frame `then` gets.
    pub(crate) fn leave_thread(
        &mut self,
        tx: &mut Transaction<'_>,
        status: ThreadStatus,
        then: impl FnOnce(&mut Self, &mut Transaction<'_>, Frame) -> Transition,
    ) -> Transition {
        let resumer = tx.thread(self.thread).and_then(|thread| thread.resumer).unwrap_or(self.main_thread);
        self.switch_to(tx, resumer, None, status);
        let Some(frame) = self.frames.pop() else {
            return Transition::Deliver { first: 0, count: 0 };
        };
        self.frame_limit = frame.code as usize;
        if self.frames.capacity() >= self.frame_limit {
            self.settle_frames();
        }
        self.native_depth = frame::native_depth(&frame);
        then(self, tx, frame)
    }

    /// Gives the resumer in `frame` what its coroutine has yielded or returned.
    fn hand_over(&mut self, tx: &Transaction<'_>, frame: Frame, passed: Passed) -> Transition {
        let bare = u32::from(frame.results == 0);
        self.put(frame.base, Value::TRUE);
        match self.receive(tx, passed, frame.base + bare) {
            Ok(()) => self.hand_on(frame.base, passed.count + bare),
            Err(error) => Transition::Raise { error, native: Some(frame.base), top: frame.pc },
        }
    }
}
