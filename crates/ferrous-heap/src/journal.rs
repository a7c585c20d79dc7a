//! The journal: copies of older objects, made before the first store into them inside of a scope.
//!
//! An object is *older* than the innermost scope if it was born outside of it. Each slot remembers the scope in which it
//! was last copied, so a second store copies nothing; an entry remembers what stood there before, so that closing a scope leaves
//! the slots as the scope found them.
//!
//! Closing a scope by commit hands its entries to the scope around it, unless that one has copied the object itself, or
//! gave birth to it. Copies are charged to the budget while they exist.
//!
//! **Invariant:** entries lie in the order of the scopes; restoring them from the last to the first brings each object back
//! to its state at the opening of the earliest restored scope.

use crate::cell::Cell;
use crate::collector::Phase;
use crate::error::HeapError;
use crate::frame::Frame;
use crate::guard::{OLD, READ_ONLY, WATCHED};
use crate::heap::Heap;
use crate::metatable::TypeMetatable;
use crate::scrap::Scrap;
use crate::table::{TABLE_BYTES, Table};
use crate::thread::{THREAD_BYTES, Thread, ThreadStatus};
use crate::userdata::Userdata;
use crate::value::{CellRef, FunctionRef, TableRef, ThreadRef, UserdataRef, Value};

/// One object as it was.
#[derive(Debug)]
pub(crate) struct Saved {
    /// Its handle's bits; 0 for a type metatable.
    pub(crate) bits: u64,
    /// The scope in which it had been copied before.
    saved: u8,
    copy: Copy,
}

/// The content of an object.
#[derive(Debug)]
enum Copy {
    Table {
        table: Box<Table>,
        read_only: bool,
    },
    /// A table without keys and metatable, and the capacities of its buffers: nothing needs to be copied.
    EmptyTable {
        array: usize,
        entries: usize,
        read_only: bool,
    },
    Cell(Value),
    /// Environment and upvalues.
    Function(Box<[Value]>),
    Userdata(Box<Userdata>),
    Thread(Box<ThreadCopy>),
    TypeMetatable(TypeMetatable, Option<TableRef>),
}

/// A thread as it was. The states of native functions are no values and cannot be copied: only their number is known.
#[derive(Debug)]
struct ThreadCopy {
    stack: Vec<Value>,
    frames: Vec<Frame>,
    states: usize,
    status: ThreadStatus,
    environment: Value,
    resumer: Option<ThreadRef>,
    extra: Value,
    charged: usize,
}

impl Copy {
    /// Bytes charged for the copy.
    fn memory(&self) -> usize {
        size_of::<Saved>()
            + match self {
                Self::Table { table, .. } => table.memory(),
                Self::Function(values) => size_of_val(&**values),
                Self::Userdata(_) => size_of::<Userdata>(),
                Self::Thread(copy) => {
                    size_of::<ThreadCopy>()
                        + copy.stack.capacity() * size_of::<Value>()
                        + copy.frames.capacity() * size_of::<Frame>()
                }
                Self::EmptyTable { .. } | Self::Cell(_) | Self::TypeMetatable(..) => 0,
            }
    }
}

impl Heap {
    /// Whether a store into an object needs a copy first. If not, the `OLD` bit goes.
    fn must_save(&mut self, bits: u64) -> bool {
        let current = self.birth.scope;
        let (scope, saved) = self.scope_and_saved(bits);
        if current != 0 && scope != current && saved != current {
            return true;
        }
        self.disarm(bits);
        false
    }

    fn disarm(&mut self, bits: u64) {
        self.with_guard(bits, |guard| guard & !OLD);
        self.list_unarmed(bits);
    }

    fn push_saved(&mut self, bits: u64, copy: Copy) {
        self.budget.add(copy.memory());
        let (saved, listed) = self.mark_saved(bits, self.birth.scope);
        if !listed {
            self.scopes.note_unarmed(bits);
        }
        self.scopes.journal.push(Saved { bits, saved, copy });
        // An older object that is written to is a root of the young cycle.
        if self.collector.young.phase == Phase::Mark {
            self.collector.young.touched.push(bits);
        }
    }

    /// Copies a table before it is changed, if it is older than the scope.
    pub(crate) fn save_table(&mut self, handle: TableRef) -> Result<(), HeapError> {
        if !self.must_save(handle.bits()) {
            return Ok(());
        }
        let slot = self.tables.slot(handle).ok_or(HeapError::Stale)?;
        self.budget.check(slot.value.memory() + size_of::<Saved>())?;
        let read_only = slot.guard.get() & READ_ONLY != 0;
        let copy = if slot.value.is_blank() {
            let (array, entries) = slot.value.capacities();
            Copy::EmptyTable { array, entries, read_only }
        } else {
            let copied = slot.value.copy(&self.watch, &mut self.scrap);
            self.hasten_scrap();
            Copy::Table { table: Box::new(copied?), read_only }
        };
        self.push_saved(handle.bits(), copy);
        Ok(())
    }

    /// Makes a blank table that is older than the scope, and has the room, a list of the values; false if it is anything
    /// else. The same as saving it before the first store, in one look at its slot.
    pub(crate) fn fill_old_table(&mut self, table: TableRef, values: &[Value]) -> Result<bool, HeapError> {
        let current = self.birth.scope;
        let Some(slot) = self.tables.slot_mut(table) else { return Ok(false) };
        let places = values.len().next_power_of_two();
        let (array, entries) = slot.value.capacities();
        let is_old =
            slot.guard.get() == OLD && slot.scope != current && slot.saved != current && current != 0;
        if !is_old
            || array < places
            || !slot.value.is_blank()
            || self.collector.young.phase == Phase::Mark
            || values.iter().any(|value| value.is_nil())
        {
            return Ok(false);
        }
        let copy = Copy::EmptyTable { array, entries, read_only: false };
        self.budget.check(copy.memory())?;
        self.budget.add(copy.memory());
        slot.disarm(OLD);
        let saved = std::mem::replace(&mut slot.saved, current);
        if !std::mem::replace(&mut slot.listed, true) {
            self.scopes.note_unarmed(table.bits());
        }
        self.scopes.journal.push(Saved { bits: table.bits(), saved, copy });
        Ok(slot.value.fill_blank(values))
    }

    /// Copies a cell before it is changed, if it is older than the scope.
    pub(crate) fn save_cell(&mut self, handle: CellRef) -> Result<(), HeapError> {
        if !self.must_save(handle.bits()) {
            return Ok(());
        }
        self.budget.check(size_of::<Saved>())?;
        let value = self.cells.get(handle).ok_or(HeapError::Stale)?.value;
        self.push_saved(handle.bits(), Copy::Cell(value));
        Ok(())
    }

    /// Copies a function's environment and upvalues before they are changed, if it is older than the scope.
    pub(crate) fn save_function(&mut self, handle: FunctionRef) -> Result<(), HeapError> {
        if !self.must_save(handle.bits()) {
            return Ok(());
        }
        let function = self.functions.get(handle).ok_or(HeapError::Stale)?;
        self.budget.check(function.memory() + size_of::<Saved>())?;
        let values = self.upvalues.values.get(function.slots()).unwrap_or(&[]).into();
        self.push_saved(handle.bits(), Copy::Function(values));
        Ok(())
    }

    /// Copies a userdata before it is changed, if it is older than the scope; its payload too if that is to be changed.
    pub(crate) fn save_userdata(&mut self, handle: UserdataRef, payload: bool) -> Result<(), HeapError> {
        if payload {
            return self.save_payload(handle);
        }
        if !self.must_save(handle.bits()) {
            return Ok(());
        }
        let copy = self.copy_userdata(handle, None)?;
        self.push_saved(handle.bits(), copy);
        Ok(())
    }

    fn save_payload(&mut self, handle: UserdataRef) -> Result<(), HeapError> {
        let bits = handle.bits();
        let current = self.birth.scope;
        let born = self.scope_and_saved(bits).0;
        let userdata = self.userdata.get(handle).ok_or(HeapError::Stale)?;
        if current == 0 || born == current || userdata.payload_saved == current {
            self.disarm(bits);
            return Ok(());
        }
        let snapshot = userdata.snapshot.ok_or(HeapError::NotRestorable)?;
        let payload = userdata.payload.as_deref().map(snapshot);
        let copy = self.copy_userdata(handle, payload)?;
        self.push_saved(bits, copy);
        if let Some(userdata) = self.userdata.get_mut(handle) {
            userdata.payload_saved = current;
        }
        Ok(())
    }

    fn copy_userdata(
        &self,
        handle: UserdataRef,
        payload: Option<Box<dyn std::any::Any + Send>>,
    ) -> Result<Copy, HeapError> {
        self.budget.check(size_of::<Userdata>() + size_of::<Saved>())?;
        let userdata = self.userdata.get(handle).ok_or(HeapError::Stale)?;
        Ok(Copy::Userdata(Box::new(Userdata {
            payload,
            snapshot: None,
            metatable: userdata.metatable,
            environment: userdata.environment,
            payload_saved: userdata.payload_saved,
            ..Userdata::default()
        })))
    }

    /// Copies a thread before it is changed, if it is older than the scope.
    pub(crate) fn save_thread(&mut self, handle: ThreadRef) -> Result<(), HeapError> {
        if !self.must_save(handle.bits()) {
            return Ok(());
        }
        let thread = self.threads.get(handle).ok_or(HeapError::Stale)?;
        self.budget.check(thread.buffer_bytes() + size_of::<ThreadCopy>() + size_of::<Saved>())?;
        let mut stack = Vec::with_capacity(thread.stack.capacity());
        stack.extend_from_slice(&thread.stack);
        let mut frames = Vec::with_capacity(thread.frames.capacity());
        frames.extend_from_slice(&thread.frames);
        let copy = ThreadCopy {
            stack,
            frames,
            states: thread.states.len(),
            status: thread.status,
            environment: thread.environment,
            resumer: thread.resumer,
            extra: thread.extra,
            charged: thread.charged,
        };
        self.push_saved(handle.bits(), Copy::Thread(Box::new(copy)));
        Ok(())
    }

    /// Takes note of a type metatable before it is changed.
    pub(crate) fn save_type_metatable(&mut self, kind: TypeMetatable) {
        if self.birth.scope != 0 {
            let metatable = self.type_metatables.get(kind as usize).copied().flatten();
            let copy = Copy::TypeMetatable(kind, metatable);
            self.budget.add(copy.memory());
            self.scopes.journal.push(Saved { bits: 0, saved: 0, copy });
        }
    }

    /// Hands the entries of a scope that commits to the one around it, or drops them.
    pub(crate) fn commit_journal(&mut self, from: usize, scope: u8, parent: u8) {
        let mut entries = self.scopes.journal.split_off(from.min(self.scopes.journal.len()));
        for mut entry in entries.drain(..) {
            let (bits, memory) = (entry.bits, entry.copy.memory());
            let is_object = bits != 0;
            if is_object && self.scope_of(bits).is_none() {
                self.budget.sub(memory);
                continue;
            }
            self.reset_payload_saved(bits, scope, parent);
            let born = self.scope_and_saved(bits).0;
            if parent == 0 {
                self.set_saved(bits, 0);
                self.touch_for_full(bits);
                self.budget.sub(memory);
            } else if is_object && (born == parent || entry.saved == parent) && !entry.copies_payload() {
                self.set_saved(bits, entry.saved);
                self.budget.sub(memory);
            } else {
                if entry.saved == scope {
                    entry.saved = parent;
                }
                self.set_saved(bits, parent);
                self.scopes.journal.push(entry);
            }
        }
    }

    /// Brings back what a scope that is rolled back has copied.
    pub(crate) fn restore_journal(&mut self, from: usize, parent: u8) {
        while self.scopes.journal.len() > from {
            let Some(entry) = self.scopes.journal.pop() else { break };
            let bits = entry.bits;
            self.restore(entry);
            if bits == 0 {
                continue;
            }
            if parent == 0 {
                self.touch_for_full(bits);
            } else if self.collector.young.phase == Phase::Mark {
                self.collector.young.touched.push(bits);
            }
        }
    }

    fn restore(&mut self, entry: Saved) {
        let bits = entry.bits;
        match entry.copy {
            Copy::Table { table, read_only } => {
                self.restore_table(bits, read_only, |to, scrap| {
                    to.clear(scrap);
                    *to = *table;
                });
            }
            Copy::EmptyTable { array, entries, read_only } => {
                self.restore_table(bits, read_only, |table, scrap| table.make_blank(array, entries, scrap));
            }
            Copy::Cell(value) => {
                if let Some(cell) = CellRef::from_bits(bits).and_then(|handle| self.cells.get_mut(handle)) {
                    *cell = Cell { value };
                }
            }
            Copy::Function(values) => {
                let slots = FunctionRef::from_bits(bits)
                    .and_then(|handle| self.functions.get(handle))
                    .and_then(|function| self.upvalues.values.get_mut(function.slots()));
                if let Some(slots) = slots.filter(|slots| slots.len() == values.len()) {
                    slots.copy_from_slice(&values);
                }
            }
            Copy::Userdata(copy) => {
                if let Some(found) =
                    UserdataRef::from_bits(bits).and_then(|handle| self.userdata.get_mut(handle))
                {
                    found.metatable = copy.metatable;
                    found.environment = copy.environment;
                    if copy.payload.is_some() {
                        found.payload = copy.payload;
                        found.payload_saved = copy.payload_saved;
                    }
                }
            }
            Copy::Thread(copy) => {
                if let Some(thread) =
                    ThreadRef::from_bits(bits).and_then(|handle| self.threads.get_mut(handle))
                {
                    restore_thread(thread, *copy);
                }
            }
            Copy::TypeMetatable(kind, metatable) => {
                if let Some(place) = self.type_metatables.get_mut(kind as usize) {
                    *place = metatable;
                }
                self.advance_epoch();
            }
        }
        self.mark_restored(bits, entry.saved);
    }

    fn restore_table(&mut self, bits: u64, read_only: bool, restore: impl FnOnce(&mut Table, &mut Scrap)) {
        let slot = TableRef::from_bits(bits).and_then(|handle| self.tables.slot_mut(handle));
        let Some(slot) = slot else { return };
        restore(&mut slot.value, &mut self.scrap);
        let guard = slot.guard.get();
        let locked = if read_only { READ_ONLY } else { 0 };
        slot.guard.set(guard & !(READ_ONLY | WATCHED) | locked);
        if guard & WATCHED != 0 {
            self.advance_epoch();
        }
    }

    /// A full cycle rests while scopes are open: it looks again at what was written to in them.
    fn touch_for_full(&mut self, bits: u64) {
        if bits != 0 && self.collector.full.is_marking() {
            self.collector.full.touched.push(bits);
        }
    }

    fn reset_payload_saved(&mut self, bits: u64, from: u8, to: u8) {
        if let Some(userdata) = UserdataRef::from_bits(bits).and_then(|handle| self.userdata.get_mut(handle))
            && userdata.payload_saved == from
        {
            userdata.payload_saved = to;
        }
    }

    /// Bytes charged for all copies.
    pub(crate) fn journal_memory(&self) -> usize {
        self.scopes.journal.iter().map(|entry| entry.copy.memory()).sum()
    }

    /// For the young cycle: marks what older objects that were written to refer to, and the copies of those.
    pub(crate) fn scan_journal(&mut self) {
        let from = self.collector.journal_scanned;
        let journal = std::mem::take(&mut self.scopes.journal);
        let mut marker = self.marker(true);
        for entry in journal.get(from..).unwrap_or(&[]) {
            if entry.bits != 0 {
                marker.cycle.gray.push(entry.bits);
            }
            match &entry.copy {
                Copy::Table { table, .. } => marker.scan_copy(table),
                Copy::EmptyTable { .. } => {}
                Copy::Cell(value) => marker.shade(*value),
                Copy::Function(values) => values.iter().for_each(|value| marker.shade(*value)),
                Copy::Userdata(copy) => {
                    marker.shade(copy.environment);
                    marker.shade(copy.metatable.map_or(Value::NIL, Value::from));
                }
                Copy::Thread(copy) => {
                    copy.stack.iter().for_each(|value| marker.shade(*value));
                    marker.shade(copy.environment);
                    marker.shade(copy.extra);
                    marker.shade(copy.resumer.map_or(Value::NIL, Value::from));
                }
                Copy::TypeMetatable(_, metatable) => marker.shade(metatable.map_or(Value::NIL, Value::from)),
            }
        }
        self.collector.journal_scanned = journal.len();
        self.scopes.journal = journal;
    }
}

impl Saved {
    /// Bytes that the object took when it was copied, if that can have changed since.
    pub(crate) fn original_memory(&self) -> Option<usize> {
        match &self.copy {
            Copy::Table { table, .. } => Some(table.memory()),
            Copy::EmptyTable { array, entries, .. } => {
                Some(TABLE_BYTES.saturating_add(Table::bytes_for(*array, *entries)))
            }
            Copy::Thread(copy) => Some(THREAD_BYTES + copy.charged),
            _ => None,
        }
    }

    fn copies_payload(&self) -> bool {
        matches!(&self.copy, Copy::Userdata(copy) if copy.payload.is_some())
    }
}

fn restore_thread(thread: &mut Thread, copy: ThreadCopy) {
    thread.stack = copy.stack;
    thread.frames = copy.frames;
    thread.status = copy.status;
    thread.environment = copy.environment;
    thread.resumer = copy.resumer;
    thread.extra = copy.extra;
    thread.unchanged_below = 0;
    thread.charged = copy.charged;
    if thread.states.len() < copy.states {
        // A native function that was under way has ended: it cannot go on from here.
        thread.status = ThreadStatus::Dead;
        thread.frames.clear();
        thread.states.clear();
    }
    thread.states.truncate(copy.states);
}
