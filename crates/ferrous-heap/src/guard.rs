//! Guards: what has to happen before a store.
//!
//! Each slot has a guard byte. Zero, the common case, means that a store may simply be made. Each bit is a reason why not, and
//! *opening* an object deals with all of them:
//!
//! | bit | meaning | what opening does |
//! |---|---|---|
//! | [`READ_ONLY`] | the host has locked the table | refuses |
//! | [`OLD`] | the object may be older than the open scope | copies it into the journal if it is, clears the bit |
//! | [`BARRIER`] | the collector has scanned the object | has it scanned again, clears the bit |
//! | [`WATCHED`] | caches depend on the table | advances the method epoch, clears the bit |
//!
//! A large table keeps its [`BARRIER`] while the collector marks: scanning it again would take long, so the stored key and value
//! are marked instead.
//!
//! **Invariant:** no object's content changes without its guard being zero, or the object having been opened for
//! this store.

use crate::error::HeapError;
use crate::heap::Heap;
use crate::value::{CellRef, FunctionRef, TableRef, ThreadRef, UserdataRef, Value};

/// The table is read-only.
pub(crate) const READ_ONLY: u8 = 1;
/// The object has not been written to since the last scope was opened.
pub(crate) const OLD: u8 = 2;
/// The collector has scanned the object and wants to know of stores.
pub(crate) const BARRIER: u8 = 4;
/// A store advances the method epoch.
pub(crate) const WATCHED: u8 = 8;

impl Heap {
    pub(crate) fn advance_epoch(&mut self) {
        self.epoch = self.epoch.wrapping_add(1).max(1);
    }

    /// Prepares a table for a store of this key and value.
    #[inline(never)]
    pub(crate) fn open_table(&mut self, table: TableRef, key: Value, value: Value) -> Result<(), HeapError> {
        let slot = self.tables.slot_mut(table).ok_or(HeapError::Stale)?;
        let guard = slot.guard.get();
        if guard & READ_ONLY != 0 {
            return Err(HeapError::ReadOnly);
        }
        if guard & OLD != 0 {
            self.save_table(table)?;
        }
        if guard & WATCHED != 0 {
            self.advance_epoch();
            if let Some(slot) = self.tables.slot_mut(table) {
                slot.disarm(WATCHED);
            }
        }
        if guard & BARRIER != 0 {
            self.table_touched(table, key, value);
        }
        Ok(())
    }

    /// Prepares a cell for a store.
    pub(crate) fn open_cell(&mut self, cell: CellRef) -> Result<(), HeapError> {
        let guard = self.cells.slot(cell).ok_or(HeapError::Stale)?.guard.get();
        if guard & OLD != 0 {
            self.save_cell(cell)?;
        }
        if guard & BARRIER != 0 {
            self.touched(Value::from(cell));
        }
        Ok(())
    }

    /// Prepares a function for a store into its environment or upvalues.
    pub(crate) fn open_function(&mut self, function: FunctionRef) -> Result<(), HeapError> {
        let guard = self.functions.slot(function).ok_or(HeapError::Stale)?.guard.get();
        if guard & OLD != 0 {
            self.save_function(function)?;
        }
        if guard & BARRIER != 0 {
            self.touched(Value::from(function));
        }
        Ok(())
    }

    /// Prepares a userdata for a change, of its payload or only of what the heap knows about it.
    pub(crate) fn open_userdata(&mut self, userdata: UserdataRef, payload: bool) -> Result<(), HeapError> {
        let guard = self.userdata.slot(userdata).ok_or(HeapError::Stale)?.guard.get();
        // Whether the payload has been copied is not for the guard to say.
        if payload || guard & OLD != 0 {
            self.save_userdata(userdata, payload)?;
        }
        if guard & BARRIER != 0 {
            self.touched(Value::from(userdata));
        }
        Ok(())
    }

    /// Prepares a thread for a change.
    #[cold]
    #[inline(never)]
    pub(crate) fn open_thread(&mut self, thread: ThreadRef) -> Result<(), HeapError> {
        let guard = self.threads.slot(thread).ok_or(HeapError::Stale)?.guard.get();
        if guard & OLD != 0 {
            self.save_thread(thread)?;
        }
        if guard & BARRIER != 0 {
            self.touched(Value::from(thread));
        }
        Ok(())
    }
}
