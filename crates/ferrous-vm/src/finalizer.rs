//! Finalizers: calling `__gc` of userdata that the collector has found dead (manual §2.10.1).
//!
//! The collector only lists them. When the slice after a collection begins, whoever was interrupted waits below a
//! `FINALIZER` frame, the finalizers are called one after another, and then it goes on. An error in one takes the ordinary
//! way, as in PUC Lua: to whoever the collection has interrupted. Hooks see nothing of it.
//!
//! **Invariant:** between two finalizers, and after the last, the interrupted function is as it was.

use ferrous_heap::{Frame, Transaction};

use crate::frame;
use crate::machine::Machine;
use crate::native::Resumption;
use crate::operation::SliceEnd;
use crate::transition::Transition;

impl Machine {
    /// Calls the next finalizer; without one, goes on with the Lua function in `current`, or with the native whose state
    /// is the innermost (`for_native`).
    pub(crate) fn finalize(&mut self, tx: &mut Transaction<'_>, for_native: bool) -> Transition {
        let Some((object, finalizer)) = tx.pending_finalizer() else {
            if !for_native {
                return Transition::Continue;
            }
            let resumed = self.resume_state(tx, Resumption::Continued);
            return resumed.unwrap_or(Transition::End(SliceEnd::Failed));
        };
        let callee = self.extent(tx, for_native);
        self.in_lua = false;
        if !for_native {
            self.push_counted(Frame { kind: frame::LUA, aux: 0, ..self.current });
        }
        let frame = Frame {
            kind: frame::FINALIZER,
            results: for_native.into(),
            aux: frame::saved_depth(self.native_depth),
            pc: self.top,
            code: self.hooks.enter_hook(self.thread).into(),
            ..Frame::default()
        };
        if let Err(error) = self.push_frame(frame).and_then(|()| self.reserve(callee as usize + 2)) {
            return Transition::Raise { error, native: None, top: callee };
        }
        self.put(callee, finalizer);
        self.put(callee + 1, object);
        Transition::Call { callee, args: 1 }
    }

    /// A finalizer has returned: the next one, or whoever waits below `frame`, which was just popped.
    pub(crate) fn finalized(&mut self, tx: &mut Transaction<'_>, frame: Frame) -> Transition {
        self.native_depth = frame::native_depth(&frame);
        if frame.code == 0 {
            self.hooks.leave_hook(self.thread);
        }
        let for_native = frame.results != 0;
        if !for_native && let Some(interrupted) = self.frames.pop() {
            (self.current, self.top) = (interrupted, frame.pc);
            self.hooks.arrive(interrupted.code + interrupted.pc);
        }
        self.finalize(tx, for_native)
    }
}
