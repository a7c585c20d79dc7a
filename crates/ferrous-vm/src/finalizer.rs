//! Finalizers: calling `__gc` of userdata that the collector has found dead (manual §2.10.1).
//!
//! The collector only lists them. When the slice after a collection begins, whoever was interrupted is suspended in a
//! `FINALIZER` frame, the finalizers are called one after another, and the frame's owner goes on. An error in one takes the
//! ordinary way, as in PUC Lua: to whoever the collection has interrupted.
//!
//! **Invariant:** between two finalizers, and after the last, the interrupted function is as it was.

use ferrous_heap::{Frame, Transaction};

use crate::call::Transition;
use crate::frame;
use crate::machine::Machine;
use crate::native::Resumption;
use crate::operation::SliceEnd;

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
        let (results, aux) = (u8::from(for_native), self.native_depth);
        let frame = Frame { kind: frame::FINALIZER, results, aux, ..self.current };
        if let Err(error) = self.push_frame(frame).and_then(|()| self.reserve(callee as usize + 2)) {
            return Transition::Raise { error, native: None, top: callee };
        }
        self.put(callee, finalizer);
        self.put(callee + 1, object);
        Transition::Call { callee, args: 1 }
    }
}
