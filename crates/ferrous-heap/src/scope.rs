//! Scopes.

use crate::error::HeapError;
use crate::heap::Heap;
use crate::metatable::TypeMetatable;
use crate::transaction::Transaction;
use crate::value::{CellRef, FunctionRef, TableRef, ThreadRef, UserdataRef};

/// Objects born in the open scopes.
#[derive(Debug, Default)]
pub(crate) struct Born {
    pub(crate) strings: Vec<u32>,
    pub(crate) prototypes: Vec<u32>,
}

#[derive(Debug, Default)]
pub(crate) struct Scopes {
    open: Vec<u32>,
}

/// An open scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct ScopeId(u32);

/// How a scope ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// What was done stays.
    Commit,
    /// What was done is undone.
    Rollback,
}
pub use Close::{Commit, Rollback};

impl Heap {
    /// Opens a scope.
    pub fn open_scope(&mut self) -> Result<ScopeId, HeapError> {
        let id = self.scopes.open.len() as u32;
        self.scopes.open.push(id);
        Ok(ScopeId(id))
    }

    /// Closes a scope.
    pub fn close_scope(&mut self, scope: ScopeId, how: Close) -> Result<(), HeapError> {
        let _ = how;
        if self.scopes.open.pop() == Some(scope.0) { Ok(()) } else { Err(HeapError::ScopeOrder) }
    }

    /// Everything now alive becomes the base state.
    pub fn seal(&mut self) {}

    pub(crate) fn is_open_scope(&self, scope: u8) -> bool {
        scope == 0
    }
    pub(crate) fn revive_string(&mut self, index: u32) {
        let _ = index;
    }
    pub(crate) fn record_table(&mut self, _: u32) {}
    pub(crate) fn record_cell(&mut self, _: u32) {}
    pub(crate) fn record_function(&mut self, _: u32) {}
    pub(crate) fn record_userdata(&mut self, _: u32) {}
    pub(crate) fn record_thread(&mut self, _: u32) {}
    pub(crate) fn save_table(&mut self, _: TableRef) -> Result<(), HeapError> {
        Ok(())
    }
    pub(crate) fn save_table_locked(&mut self, _: TableRef, _: bool) -> Result<(), HeapError> {
        Ok(())
    }
    pub(crate) fn save_cell(&mut self, _: CellRef) -> Result<(), HeapError> {
        Ok(())
    }
    pub(crate) fn save_function(&mut self, _: FunctionRef) -> Result<(), HeapError> {
        Ok(())
    }
    pub(crate) fn save_userdata(&mut self, _: UserdataRef, _: bool) -> Result<(), HeapError> {
        Ok(())
    }
    pub(crate) fn save_thread(&mut self, _: ThreadRef) -> Result<(), HeapError> {
        Ok(())
    }
    pub(crate) fn save_type_metatable(&mut self, _: TypeMetatable) {}
}

impl Transaction<'_> {
    /// Opens a scope.
    pub fn open_scope(&mut self) -> Result<ScopeId, HeapError> {
        self.heap.open_scope()
    }

    /// Closes a scope.
    pub fn close_scope(&mut self, scope: ScopeId, how: Close) -> Result<(), HeapError> {
        self.heap.close_scope(scope, how)
    }
}
