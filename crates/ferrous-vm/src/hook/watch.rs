//! Calls and returns of natives, as events.
//!
//! Natives have no instruction for their return: they are called with a `WATCH` frame below, to which their results are
//! delivered, and which also keeps a copy of the function. Natives that were running when the hook was set get theirs
//! afterwards, without the copy.
//!
//! **Invariant:** each return is told of once; frames are marked as told of (`results`).

use ferrous_heap::{Frame, Transaction, Value};

use super::event::stage;
use crate::frame;
use crate::machine::Machine;
use crate::transition::Transition;

impl Machine {
    /// Calls the native at `callee`, and tells of it if that is wanted.
    pub(crate) fn call_hooked_native(
        &mut self,
        tx: &mut Transaction<'_>,
        native: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        if !self.listens(|mask| mask.calls) {
            return self.call_watched_native(tx, native, callee, args);
        }
        let top = callee + 1 + args;
        self.push_counted(Frame { kind: frame::HOST, base: callee, pc: top, ..Frame::default() });
        let note = Frame { results: stage::NATIVE_CALL, ..Frame::default() };
        self.call_hook(tx, "call", None, top, note)
    }

    /// Calls the native at `callee`, above a `WATCH` frame if its return is wanted.
    pub(super) fn call_watched_native(
        &mut self,
        tx: &mut Transaction<'_>,
        native: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        if !self.listens(|mask| mask.returns) {
            return self.call_native(tx, native, callee, args);
        }
        let top = callee + 1 + args;
        let watch = Frame { kind: frame::WATCH, base: callee, ..Frame::default() };
        if let Err(error) = self.reserve(top as usize + 1).and_then(|()| self.push_frame(watch)) {
            return Transition::Raise { error, native: None, top };
        }
        self.stack.copy_within(callee as usize..top as usize, callee as usize + 1);
        self.call_native(tx, native, callee + 1, args)
    }

    /// A native above the `WATCH` frame `watch`, which was just popped, has returned.
    pub(crate) fn watched_native_returned(
        &mut self,
        tx: &mut Transaction<'_>,
        watch: Frame,
        first: u32,
        count: u32,
    ) -> Transition {
        let above = first.max(watch.base) + count + 1;
        if watch.results == 0 && self.listens(|mask| mask.returns) && self.reserve(above as usize).is_ok() {
            let copy = self.stack.get(watch.base as usize).filter(|_| watch.code == 0).copied();
            self.put(above - 1, copy.unwrap_or(Value::NIL));
            self.push_counted(Frame { results: 1, ..watch });
            self.push_counted(Frame { kind: frame::HOST, base: above - 1, pc: above, ..Frame::default() });
            let note =
                Frame { results: stage::NATIVE_RETURN, upvalues: first, code: count, ..Frame::default() };
            return self.call_hook(tx, "return", None, above, note);
        }
        let range = first as usize..(first + count) as usize;
        if first != watch.base && range.end <= self.stack.len() {
            self.stack.copy_within(range, watch.base as usize);
        }
        Transition::Deliver { first: watch.base, count }
    }

    /// Puts `WATCH` frames below the natives that run without one, and below the native at `base`, which runs now.
    pub(crate) fn watch_active_natives(&mut self, base: u32) {
        if !self.listens(|mask| mask.returns) {
            return;
        }
        watch_natives(&mut self.frames);
        // A hook of another thread may have been set, by a native that is watched already.
        if self.frames.last().is_none_or(|frame| frame.kind != frame::WATCH) {
            self.push_counted(Frame { kind: frame::WATCH, base, ..Frame::default() });
        }
    }
}

/// Puts a `WATCH` frame below each native that has none.
pub(super) fn watch_natives(frames: &mut Vec<Frame>) {
    let mut watched = Vec::with_capacity(frames.len() + 1);
    for (index, frame) in frames.iter().enumerate() {
        let stands_in = frames.get(index + 1).is_some_and(|next| next.kind == frame::HOOK);
        let is_watched = watched.last().is_some_and(|below: &Frame| below.kind == frame::WATCH);
        if frame::is_native(frame.kind) && !stands_in && !is_watched {
            watched.push(Frame { kind: frame::WATCH, base: frame.base, code: 1, ..Frame::default() });
        }
        watched.push(*frame);
    }
    *frames = watched;
}
