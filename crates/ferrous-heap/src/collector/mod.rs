//! The collector.

use crate::heap::Heap;
use crate::value::{TableRef, UserdataRef, Value};

pub(crate) const FIRST_WHITE: u8 = 1;

#[derive(Debug, Default)]
pub(crate) struct Collector {
    pub(crate) collections: u64,
}

/// What a collector step has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepResult {
    /// There is more to do in this cycle.
    Progress,
    /// The cycle is complete.
    CycleDone,
    /// There was nothing to do.
    Idle,
}

impl Heap {
    /// Does about `work` units of collection: a unit is an object or a value looked at.
    pub fn collect_step(&mut self, work: usize) -> StepResult {
        let _ = work;
        self.budget.rest();
        StepResult::Idle
    }

    /// Completes the current cycle, if any, and runs a whole one.
    pub fn collect_full(&mut self) {
        self.collector.collections += 1;
    }

    #[inline]
    pub(crate) fn collecting(&self) -> bool {
        false
    }

    pub(crate) fn touched(&mut self, object: Value) {
        let _ = object;
    }

    pub(crate) fn table_touched(&mut self, table: TableRef, key: Value, value: Value) {
        let _ = (table, key, value);
    }

    pub(crate) fn table_rehashed(&mut self, table: TableRef) {
        let _ = table;
    }

    pub(crate) fn note_finalizer(&mut self, userdata: UserdataRef) {
        let _ = userdata;
    }
}

impl crate::Transaction<'_> {
    /// The next object to finalize and its `__gc` metamethod.
    pub fn pending_finalizer(&mut self) -> Option<(Value, Value)> {
        None
    }
}
