//! Coroutines: resuming, yielding, and the end of a thread.
//!
//! Every coroutine has a stack and frames of its own, kept by the heap while it does not run. Resuming swaps them in; the
//! resumer waits in a `RESUME` frame, the yielder in a `YIELDED` one. All of this happens inside the one loop: switching
//! threads costs a few moves of vectors and no Rust frame.
//!
//! **Invariant:** a thread that has resumed another is `Normal` and is found through the other's `resumer`; the chain of
//! resumers ends in the main thread.

use ferrous_heap::{Frame, ThreadRef, ThreadStatus, Transaction, Value};

use crate::call::Transition;
use crate::error::LuaError;
use crate::frame::{self, MAX_NATIVE_DEPTH};
use crate::machine::Machine;

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
            Some(ThreadStatus::Suspended) if self.native_depth + 1 >= MAX_NATIVE_DEPTH => {
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
            aux: self.native_depth,
            ..Frame::default()
        };
        if let Err(error) = self.push_frame(frame) {
            return Transition::Raise { error, native: Some(base), top };
        }
        self.native_depth += 1;
        let start = top.saturating_sub(args) as usize;
        let values = self.stack.get(start..top as usize).unwrap_or(&[]).to_vec();
        let resumer = self.thread;
        if let Some(old) = tx.thread_mut(resumer) {
            old.status = ThreadStatus::Normal;
        }
        self.switch_to(tx, thread);
        if let Some(new) = tx.thread_mut(thread) {
            new.status = ThreadStatus::Running;
            new.resumer = Some(resumer);
        }
        self.enter_thread(&values)
    }

    /// Goes on in a thread that was just switched to, which gets `values`.
    fn enter_thread(&mut self, values: &[Value]) -> Transition {
        // As many values as another stack held.
        let count = values.len() as u32;
        let Some(frame) = self.frames.pop() else {
            // A fresh coroutine: its function lies at the bottom.
            if let Err(error) = self.reserve(values.len() + 1) {
                return Transition::Raise { error, native: None, top: 1 };
            }
            if let Some(slots) = self.stack.get_mut(1..=values.len()) {
                slots.copy_from_slice(values);
            }
            self.frames.push(Frame { kind: frame::ENTRY, aux: self.native_depth, ..Frame::default() });
            return Transition::Call { callee: 0, args: count };
        };
        // It waits in coroutine.yield, whose results these are.
        let first = frame.base;
        if let Err(error) = self.reserve(first as usize + values.len()) {
            return Transition::Raise { error, native: None, top: first };
        }
        if let Some(slots) = self.stack.get_mut(first as usize..first as usize + values.len()) {
            slots.copy_from_slice(values);
        }
        Transition::Deliver { first, count }
    }

    /// `coroutine.yield` of the `count` values below `top`.
    pub(crate) fn yield_values(
        &mut self,
        tx: &mut Transaction<'_>,
        base: u32,
        top: u32,
        count: u32,
    ) -> Transition {
        let across =
            self.frames.iter().any(|frame| !matches!(frame.kind, frame::LUA | frame::TAIL | frame::ENTRY));
        if self.thread == self.main_thread || (across && !self.options.relaxed_yield) {
            let error = LuaError::bare("attempt to yield across metamethod/C-call boundary");
            return Transition::Raise { error, native: Some(base), top };
        }
        let start = top.saturating_sub(count) as usize;
        let values = self.stack.get(start..top as usize).unwrap_or(&[]).to_vec();
        self.frames.push(Frame { kind: frame::YIELDED, base, pc: top, ..Frame::default() });
        self.leave_thread(tx, ThreadStatus::Suspended, |machine, _, frame| machine.hand_over(frame, &values))
    }

    /// The function of a thread has returned.
    pub(crate) fn thread_returned(&mut self, tx: &mut Transaction<'_>, first: u32, count: u32) -> Transition {
        if self.thread == self.main_thread {
            let end = crate::operation::SliceEnd::Done { first, count };
            self.reset();
            return Transition::End(end);
        }
        let values = self.stack.get(first as usize..(first + count) as usize).unwrap_or(&[]).to_vec();
        self.leave_thread(tx, ThreadStatus::Dead, |machine, _, frame| machine.hand_over(frame, &values))
    }

    /// Goes back to the resumer, whose `RESUME` frame `then` gets.
    pub(crate) fn leave_thread(
        &mut self,
        tx: &mut Transaction<'_>,
        status: ThreadStatus,
        then: impl FnOnce(&mut Self, &mut Transaction<'_>, Frame) -> Transition,
    ) -> Transition {
        let mut resumer = None;
        if status == ThreadStatus::Dead {
            // Nothing on it will be looked at again.
            self.stack = Vec::new();
        }
        if let Some(thread) = tx.thread_mut(self.thread) {
            thread.status = status;
            resumer = thread.resumer.take();
        }
        let resumer = resumer.unwrap_or(self.main_thread);
        self.switch_to(tx, resumer);
        if let Some(thread) = tx.thread_mut(resumer) {
            thread.status = ThreadStatus::Running;
        }
        let Some(frame) = self.frames.pop() else {
            return Transition::Deliver { first: 0, count: 0 };
        };
        self.native_depth = frame.aux;
        then(self, tx, frame)
    }

    /// Gives the resumer in `frame` what its coroutine has yielded or returned.
    fn hand_over(&mut self, frame: Frame, values: &[Value]) -> Transition {
        let wrap = frame.results != 0;
        let first = frame.base + u32::from(!wrap);
        if let Err(error) = self.reserve(first as usize + values.len()) {
            return Transition::Raise { error, native: Some(frame.base), top: frame.pc };
        }
        self.put(frame.base, Value::TRUE);
        if let Some(slots) = self.stack.get_mut(first as usize..first as usize + values.len()) {
            slots.copy_from_slice(values);
        }
        // As many values as another stack held.
        Transition::Deliver { first: frame.base, count: values.len() as u32 + u32::from(!wrap) }
    }
}
