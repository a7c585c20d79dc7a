//! Full userdata: a payload of the host's, with a metatable and an environment.

use std::any::Any;

use ferrous_arena::Object;

use crate::error::HeapError;
use crate::heap::Heap;
use crate::transaction::Transaction;
use crate::value::{TableRef, UserdataRef, Value};

/// What a userdata costs, beside what its payload points to: slot and colour.
pub(crate) const USERDATA_BYTES: usize = size_of::<ferrous_arena::Slot<Userdata>>() + 1;

/// Makes a copy of a payload, so that a rollback can restore it.
pub type Snapshot = fn(&(dyn Any + Send)) -> Box<dyn Any + Send>;

/// A userdata.
#[derive(Default)]
pub struct Userdata {
    pub(crate) payload: Option<Box<dyn Any + Send>>,
    pub(crate) snapshot: Option<Snapshot>,
    pub(crate) metatable: Option<TableRef>,
    pub(crate) environment: Value,
    /// The scope in which the payload was last copied.
    pub(crate) payload_saved: u8,
    /// Order of creation: finalizers run in the reverse of it (manual §2.10.1).
    pub(crate) serial: u64,
    /// Whether its finalizer has been scheduled: it never is again.
    pub(crate) finalized: bool,
    /// Whether the collector knows that it may need a finalizer.
    pub(crate) noted: bool,
}

impl std::fmt::Debug for Userdata {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Userdata").field("metatable", &self.metatable).finish_non_exhaustive()
    }
}

impl Object for Userdata {
    const TAG: u16 = 0xFFFE;
}

impl Heap {
    pub(crate) fn free_userdata(&mut self, index: u32) -> usize {
        self.userdata.release(index, |userdata| *userdata = Userdata::default());
        USERDATA_BYTES
    }
}

impl Transaction<'_> {
    /// Makes a userdata whose payload never changes, or does so outside of scopes only.
    pub fn new_userdata(&mut self, payload: Box<dyn Any + Send>) -> Result<Value, HeapError> {
        self.add_userdata(payload, None)
    }

    /// Makes a userdata whose payload a rollback can restore.
    pub fn new_restorable_userdata(
        &mut self,
        payload: Box<dyn Any + Send>,
        snapshot: Snapshot,
    ) -> Result<Value, HeapError> {
        self.add_userdata(payload, Some(snapshot))
    }

    fn add_userdata(
        &mut self,
        payload: Box<dyn Any + Send>,
        snapshot: Option<Snapshot>,
    ) -> Result<Value, HeapError> {
        let heap = &mut *self.heap;
        heap.budget.check(USERDATA_BYTES)?;
        heap.userdata_serial += 1;
        let (handle, userdata) =
            heap.userdata.allocate(heap.birth.colour, heap.birth.scope).ok_or(HeapError::OutOfMemory)?;
        userdata.payload = Some(payload);
        userdata.snapshot = snapshot;
        userdata.serial = heap.userdata_serial;
        heap.budget.add(USERDATA_BYTES);
        if heap.birth.tracking {
            heap.record_birth(handle.bits());
        }
        Ok(handle.into())
    }

    /// The payload of a userdata.
    pub fn userdata(&self, value: Value) -> Option<&(dyn Any + Send)> {
        self.heap.userdata.get_bits(value.bits())?.payload.as_deref()
    }

    /// The payload of a userdata, to be changed. Within a scope, that of an older userdata must be restorable.
    pub fn userdata_mut(&mut self, value: Value) -> Result<&mut (dyn Any + Send), HeapError> {
        let handle: UserdataRef = value.as_userdata().ok_or(HeapError::Stale)?;
        self.heap.open_userdata(handle, true)?;
        let userdata = self.heap.userdata.get_mut(handle).ok_or(HeapError::Stale)?;
        userdata.payload.as_deref_mut().ok_or(HeapError::Stale)
    }

    /// The environment of a userdata; nil unless it was set.
    pub fn userdata_environment(&self, userdata: UserdataRef) -> Value {
        self.heap.userdata.get(userdata).map_or(Value::NIL, |userdata| userdata.environment)
    }

    /// Gives a userdata an environment.
    pub fn set_userdata_environment(
        &mut self,
        userdata: UserdataRef,
        environment: Value,
    ) -> Result<(), HeapError> {
        self.heap.open_userdata(userdata, false)?;
        self.heap.userdata.get_mut(userdata).ok_or(HeapError::Stale)?.environment = environment;
        Ok(())
    }
}
