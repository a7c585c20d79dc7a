//! Transactions: the only way to reach an object.
//!
//! [`Heap::begin`](crate::Heap::begin) borrows the whole heap and returns the one [`Transaction`] through which objects are
//! read, made and changed. The end of its borrow is the commit, and a safe point: the collector takes the heap too, so it can
//! only run between transactions, and a value held in a Rust local can never be collected under its holder.
//! The borrow checker proves it:
//!
//! ```compile_fail
//! # use ferrous_heap::{Heap, HeapOptions};
//! let mut heap = Heap::new(HeapOptions::default());
//! let mut transaction = heap.begin();
//! heap.collect_full(); // error: `heap` is still borrowed
//! transaction.new_table(0, 0);
//! ```
//!
//! Nothing is reached without a transaction, there is only one at a time, and nothing that it lends outlives it:
//!
//! ```compile_fail
//! # use ferrous_heap::{Heap, HeapOptions, TableRef};
//! # fn length(heap: &Heap, table: TableRef) -> usize {
//! heap.table(table.into()).map_or(0, |table| table.length()) // error: a heap has no such method
//! # }
//! ```
//!
//! ```compile_fail
//! # use ferrous_heap::{Heap, HeapOptions};
//! let mut heap = Heap::new(HeapOptions::default());
//! let mut one = heap.begin();
//! let mut two = heap.begin(); // error: `heap` is still borrowed
//! one.new_table(0, 0);
//! ```
//!
//! ```compile_fail
//! # use ferrous_heap::{Heap, HeapOptions};
//! let mut heap = Heap::new(HeapOptions::default());
//! let mut transaction = heap.begin();
//! let text = transaction.intern(b"text").unwrap();
//! let bytes = transaction.string(text).unwrap();
//! drop(transaction); // error: `bytes` borrows from it
//! assert_eq!(bytes, b"text");
//! ```
//!
//! ```compile_fail
//! # use ferrous_heap::{Heap, HeapOptions, Value};
//! let mut heap = Heap::new(HeapOptions::default());
//! let mut transaction = heap.begin();
//! let value = transaction.new_table(0, 0).unwrap();
//! let table = transaction.table(value).unwrap();
//! transaction.new_table(0, 0); // error: phase one, reading, is not over
//! assert_eq!(table.length(), 0);
//! ```
//!
//! ```compile_fail
//! # use ferrous_heap::{Heap, HeapOptions, Rollback};
//! let mut heap = Heap::new(HeapOptions::default());
//! let transaction = heap.begin_atomic().unwrap();
//! heap.open_scope(); // error: the atomic transaction holds the heap
//! transaction.commit();
//! ```
//!
//! A handle is checked at each use, so one whose object is gone is an error, not a danger:
//!
//! ```
//! # use ferrous_heap::{Heap, HeapError, HeapOptions, Value};
//! # fn main() -> Result<(), HeapError> {
//! let mut heap = Heap::new(HeapOptions::default());
//! let table = heap.begin().new_table(0, 0)?;
//! heap.collect_full();
//! let mut transaction = heap.begin();
//! assert!(transaction.table(table).is_none());
//! # let Some(table) = table.as_table() else { return Ok(()) };
//! assert_eq!(transaction.raw_set(table, Value::TRUE, Value::TRUE), Err(HeapError::Stale));
//! # Ok(())
//! # }
//! ```
//!
//! **Invariant:** every method validates the handles that it is given (type and generation) before it changes anything; one
//! that fails has changed nothing.

use crate::error::HeapError;
use crate::guard;
use crate::heap::Heap;

use crate::table::{Growing, Growth, TABLE_BYTES, Table, difference, normalize_key};
use crate::value::{TableRef, Value};

/// Exclusive access to the objects of a heap.
#[derive(Debug)]
pub struct Transaction<'h> {
    pub(crate) heap: &'h mut Heap,
}

impl Heap {
    /// Opens the transaction through which the heap's objects are reached.
    #[inline(always)]
    pub fn begin(&mut self) -> Transaction<'_> {
        Transaction { heap: self }
    }

    #[cold]
    #[inline(never)]
    fn store(&mut self, table: TableRef, key: Value, value: Value) -> Result<(), HeapError> {
        let slot = self.tables.slot(table).ok_or(HeapError::Stale)?;
        // Redis looks at this before it looks at the key.
        if slot.guard.get() & guard::READ_ONLY != 0 {
            return Err(HeapError::ReadOnly);
        }
        if key.is_nil() {
            return Err(HeapError::IndexIsNil);
        }
        if key.is_number() && key.raw_f64().is_nan() {
            return Err(HeapError::IndexIsNan);
        }
        let content = &slot.value;
        let is_ignored = value.is_nil() && content.ignores_nil(key);
        let growth = if is_ignored || content.has_room_for(key) || !content.get(key).is_nil() {
            Growth::default()
        } else {
            content.growth_bound(key, &self.watch)?
        };
        let grows = growth.bytes != 0;
        if grows {
            self.budget.check(growth.bytes)?;
        }
        if slot.guard.get() != 0 {
            self.open_table(table, key, value)?;
        }
        let slot = self.tables.slot_mut(table).ok_or(HeapError::Stale)?;
        let (array, before) = (slot.value.places(), slot.value.buffer_bytes());
        let mut growing =
            Growing { array: growth.array, seed: self.seed, watch: &self.watch, scrap: &mut self.scrap };
        let difference = match slot.value.set(key, value, &mut growing) {
            Ok(difference) => difference,
            Err(error) => {
                let difference = difference(slot.value.buffer_bytes(), before);
                self.budget.change(difference);
                self.hasten_scrap();
                return Err(error);
            }
        };
        let moved = slot.value.places() > array + 1;
        debug_assert!(
            difference <= isize::try_from(growth.bytes).unwrap_or(isize::MAX),
            "more than was foreseen"
        );
        self.budget.change(difference);
        if grows {
            self.hasten_scrap();
        }
        if (grows || moved) && self.is_marking() {
            self.table_rehashed(table, array, grows);
        }
        Ok(())
    }
}

impl Transaction<'_> {
    /// A table.
    #[inline(always)]
    pub fn table(&self, value: Value) -> Option<&Table> {
        self.heap.tables.get_bits(value.bits())
    }

    /// A table that may be stored into without further care; `None` if there is no such table, or if it is guarded, which
    /// [`Transaction::raw_set`] sorts out.
    #[inline(always)]
    pub fn table_for_store(&mut self, value: Value) -> Option<&mut Table> {
        self.heap.tables.unguarded_bits_mut(value.bits())
    }

    /// The value of a key, without metamethods; nil for a stale handle.
    #[inline]
    pub fn raw_get(&self, table: TableRef, key: Value) -> Value {
        match self.heap.tables.get(table) {
            Some(table) => table.get(key),
            None => Value::NIL,
        }
    }

    /// The value of a string key. A string that does not exist is not made for this.
    pub fn raw_get_str(&self, table: TableRef, key: &[u8]) -> Value {
        match self.intern_existing(key) {
            Some(key) => self.raw_get(table, key),
            None => Value::NIL,
        }
    }

    /// Assigns a key, without metamethods.
    #[inline]
    pub fn raw_set(&mut self, table: TableRef, key: Value, value: Value) -> Result<(), HeapError> {
        if let Some(found) = self.heap.tables.unguarded_bits_mut(table.bits()) {
            let key = normalize_key(key);
            if key.is_string() {
                let stored = match found.find_string(key) {
                    Some(position) => found.store_at(position, key, value),
                    None => found.add_absent(key, value).is_some(),
                };
                if stored {
                    return Ok(());
                }
            } else if let Some(number) = key.as_number()
                && let Some(index) = crate::value::array_index(number)
                && (found.store_array(index, value) || found.append(index, value))
            {
                return Ok(());
            }
        }
        self.heap.store(table, key, value)
    }

    /// Assigns an integer key, without metamethods.
    #[inline]
    pub fn raw_set_int(&mut self, table: TableRef, index: u32, value: Value) -> Result<(), HeapError> {
        if let Some(found) = self.heap.tables.unguarded_bits_mut(table.bits())
            && (found.store_array(index, value) || found.append(index, value))
        {
            return Ok(());
        }
        self.heap.store(table, Value::number(f64::from(index)), value)
    }

    /// Makes a blank table a list of `values`, in one store. A table that is not blank gets them one by one, from 1 on.
    pub fn fill(&mut self, table: TableRef, values: &[Value]) -> Result<(), HeapError> {
        if self.heap.fill_old_table(table, values)? {
            return Ok(());
        }
        for (index, value) in (1_u32..).zip(values) {
            self.raw_set_int(table, index, *value)?;
        }
        Ok(())
    }

    /// Takes a sealed table out of the seal, as its first store would: for tables that each run stores into.
    pub fn unseal(&mut self, table: TableRef) -> Result<(), HeapError> {
        self.heap.open_table(table, Value::NIL, Value::NIL)
    }

    /// Makes a table with room for so many array elements and other entries, whose sizes count from 0 all the same
    /// (`lua_newtable`).
    #[inline(always)]
    pub fn new_table(&mut self, array: usize, hash: usize) -> Result<Value, HeapError> {
        self.make_table(array, hash, |table, growing| table.reserve(array, hash, growing))
    }

    /// Makes a table whose array part and hash part have these sizes, which borders can tell (`lua_createtable`).
    #[inline(always)]
    pub fn new_sized_table(&mut self, array: usize, hash: usize) -> Result<Value, HeapError> {
        self.make_table(array, hash, |table, growing| table.size(array, hash, growing))
    }

    /// Makes a table that `make` brings to at most these sizes, if they are not zero.
    #[inline(always)]
    pub(crate) fn make_table(
        &mut self,
        array: usize,
        hash: usize,
        make: impl FnOnce(&mut Table, &mut Growing<'_>) -> Result<(), HeapError>,
    ) -> Result<Value, HeapError> {
        let heap = &mut *self.heap;
        let room = if array | hash == 0 { 0 } else { Table::bytes_for(array, hash) };
        heap.budget.check(TABLE_BYTES.saturating_add(room))?;
        let (handle, table) =
            heap.tables.allocate(heap.birth.colour, heap.birth.scope).ok_or(HeapError::OutOfMemory)?;
        let made = if array | hash == 0 {
            Ok(())
        } else {
            let (seed, watch, scrap) = (heap.seed, &heap.watch, &mut heap.scrap);
            make(table, &mut Growing { array: None, seed, watch, scrap })
        };
        heap.budget.used += table.memory();
        if heap.birth.tracking {
            heap.record_birth(handle.bits());
        }
        // A table whose room could not be had is garbage.
        made.map(|()| handle.into())
    }

    /// The next key with a value, for loops: `(next position, key, value)`; positions start at 0.
    #[inline]
    pub fn next_entry(&self, table: TableRef, position: usize) -> Option<(usize, Value, Value)> {
        self.heap.tables.get(table)?.next_entry(position)
    }

    /// The position from which a traversal goes on after a key (`next`); 0 for nil.
    pub fn position_of(&self, table: TableRef, key: Value) -> Result<usize, HeapError> {
        let table = self.heap.tables.get(table).ok_or(HeapError::Stale)?;
        table.position_of(key).ok_or(HeapError::InvalidNextKey)
    }

    /// A table that the collector always keeps.
    #[inline]
    pub fn registry(&self) -> TableRef {
        self.heap.registry
    }

    /// Locks a table against stores, or unlocks it.
    pub fn set_read_only(&mut self, table: TableRef, read_only: bool) -> Result<(), HeapError> {
        let slot = self.heap.tables.slot(table).ok_or(HeapError::Stale)?;
        if (slot.guard.get() & guard::READ_ONLY != 0) == read_only {
            return Ok(());
        }
        if slot.guard.get() & guard::OLD != 0 {
            self.heap.save_table(table)?;
        }
        if let Some(slot) = self.heap.tables.slot(table) {
            if read_only { slot.arm(guard::READ_ONLY) } else { slot.disarm(guard::READ_ONLY) }
        }
        Ok(())
    }

    /// Whether a table is locked against stores.
    pub fn is_read_only(&self, table: TableRef) -> bool {
        self.heap.tables.slot(table).is_some_and(|slot| slot.guard.get() & guard::READ_ONLY != 0)
    }
}
