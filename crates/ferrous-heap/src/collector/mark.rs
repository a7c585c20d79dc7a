//! Marking: an explicit stack, large tables in slices.
//!
//! A unit of work is an object or a value looked at.

use ferrous_arena::{FREE, Object, Slot};

use crate::cell::Cell;
use crate::collector::{Cycle, REACHED, YOUNG_REACHED};
use crate::function::Function;
use crate::guard::BARRIER;
use crate::heap::Heap;
use crate::metatable::Metamethod;
use crate::prototype::Prototype;
use crate::table::Table;
use crate::text::Text;
use crate::thread::Thread;
use crate::userdata::Userdata;
use crate::value::{TableRef, Value};

/// Tables with more values than this are scanned in slices.
pub(crate) const LARGE: usize = 1024;

/// Slots that can be read, and colours that can be changed, of one arena.
type View<'h, T> = (&'h [Slot<T>], &'h mut [u8]);

/// A cycle at work: the heap taken apart, so that contents can be read while colours change.
pub(crate) struct Marker<'h> {
    tables: View<'h, Table>,
    strings: View<'h, Text>,
    functions: View<'h, Function>,
    cells: View<'h, Cell>,
    userdata: View<'h, Userdata>,
    threads: View<'h, Thread>,
    prototypes: View<'h, Prototype>,
    upvalues: &'h [Value],
    constants: &'h [Value],
    pub(crate) cycle: &'h mut Cycle,
    sighted: &'h mut std::collections::HashSet<u64>,
    white: u8,
    reached: u8,
    young: bool,
    mode_name: Value,
}

/// Which references of a table do not keep alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WeakMode {
    pub(crate) keys: bool,
    pub(crate) values: bool,
}

impl WeakMode {
    pub(crate) fn is_weak(self) -> bool {
        self.keys | self.values
    }
}

impl Heap {
    /// The marker of the full cycle, or of the young one.
    pub(crate) fn marker(&mut self, young: bool) -> Marker<'_> {
        let mode_name = self.name_of(Metamethod::Mode);
        let cycle = if young { &mut self.collector.young } else { &mut self.collector.full };
        Marker {
            tables: self.tables.split(),
            strings: self.strings.split(),
            functions: self.functions.split(),
            cells: self.cells.split(),
            userdata: self.userdata.split(),
            threads: self.threads.split(),
            prototypes: self.prototypes.split(),
            upvalues: &self.upvalues.values,
            constants: &self.constants,
            cycle,
            sighted: &mut self.collector.sighted,
            white: self.birth.colour,
            reached: if young { YOUNG_REACHED } else { REACHED },
            young,
            mode_name,
        }
    }

    /// Scans gray objects until the work is used up or none is left; says how much work is left.
    pub(crate) fn propagate(&mut self, young: bool, mut work: usize) -> usize {
        loop {
            let mut marker = self.marker(young);
            work = marker.propagate(work);
            let Some(thread) = marker.cycle.threads.pop() else { return work };
            work = work.saturating_sub(self.scan_thread(thread, young, 0));
            if work == 0 {
                return 0;
            }
        }
    }

    /// Scans a thread's stack from a slot on, turning stale values into nil.
    pub(crate) fn scan_thread(&mut self, bits: u64, young: bool, from: usize) -> usize {
        let index = bits as u32;
        let Some(slot) = self.threads.slot_at_mut(index) else { return 1 };
        let mut stack = std::mem::take(&mut slot.value.stack);
        slot.arm(BARRIER);
        let others =
            [slot.value.environment, slot.value.resumer.map_or(Value::NIL, Value::from), slot.value.extra];
        if !young {
            slot.value.unchanged_below = stack.len();
        }
        // Most of a coroutine's stack is the window beyond its registers, empty.
        let above = stack.get_mut(from..).unwrap_or_default();
        let used = above.iter().rposition(|value| value.is_object()).map_or(0, |last| last + 1);
        let used = above.get_mut(..used).unwrap_or_default();
        for value in &mut *used {
            if !self.is_alive(*value) {
                *value = Value::NIL;
            }
        }
        let mut marker = self.marker(young);
        for value in &*used {
            marker.shade(*value);
        }
        for value in others {
            marker.shade(value);
        }
        let work = stack.len().saturating_sub(from) + 1;
        if let Some(slot) = self.threads.slot_at_mut(index) {
            slot.value.stack = stack;
        }
        work
    }

    /// Whether a value is no object, or one that exists.
    pub(crate) fn is_alive(&self, value: Value) -> bool {
        if !value.is_object() {
            return true;
        }
        self.colour_of(value.bits()).is_some()
    }

    /// How a table's references are weak, by its metatable's `__mode`.
    pub(crate) fn weak_mode(&self, table: TableRef) -> WeakMode {
        let Some(metatable) = self.tables.get(table).and_then(|table| table.metatable) else {
            return WeakMode::default();
        };
        let mode = self.metamethod_in(metatable, Metamethod::Mode);
        self.strings.get_bits(mode.bits()).map_or(WeakMode::default(), |mode| mode_of(mode.bytes()))
    }
}

fn mode_of(mode: &[u8]) -> WeakMode {
    WeakMode { keys: mode.contains(&b'k'), values: mode.contains(&b'v') }
}

/// Colours an object; false if it needs no scan.
#[inline(always)]
fn reach<T>(view: &mut View<'_, T>, index: u32, white: u8, reached: u8, young: bool) -> Reach {
    let Some(colour) = view.1.get_mut(index as usize) else { return Reach::Before };
    if *colour != white {
        return if *colour == FREE { Reach::Free } else { Reach::Before };
    }
    if young && view.0.get(index as usize).is_none_or(|slot| slot.scope == 0) {
        return Reach::Before;
    }
    *colour = reached;
    Reach::Now
}

#[derive(PartialEq)]
enum Reach {
    Before,
    Now,
    Free,
}

impl Marker<'_> {
    /// Marks a value as reached.
    #[inline(always)]
    pub(crate) fn shade(&mut self, value: Value) {
        if value.is_object() {
            self.shade_bits(value.bits());
        }
    }

    /// Marks the object of a handle as reached. The generation is not looked at: a stale handle, of which there are none
    /// but on stacks, could only keep something alive for a cycle.
    #[inline]
    pub(crate) fn shade_bits(&mut self, bits: u64) {
        let index = bits as u32;
        let (white, reached, young) = (self.white, self.reached, self.young);
        let reach = match (bits >> 48) as u16 {
            Text::TAG => match reach(&mut self.strings, index, white, reached, young) {
                // A string refers to nothing.
                Reach::Now => Reach::Before,
                other => other,
            },
            Table::TAG => reach(&mut self.tables, index, white, reached, young),
            Function::TAG => reach(&mut self.functions, index, white, reached, young),
            Cell::TAG => reach(&mut self.cells, index, white, reached, young),
            Userdata::TAG => reach(&mut self.userdata, index, white, reached, young),
            Thread::TAG => reach(&mut self.threads, index, white, reached, young),
            Prototype::TAG => reach(&mut self.prototypes, index, white, reached, young),
            _ => Reach::Before,
        };
        match reach {
            Reach::Before => {}
            Reach::Now => self.cycle.gray.push(bits),
            Reach::Free => self.sight(bits),
        }
    }

    /// A handle to a free slot was seen: if the slot is in quarantine, it stays there.
    #[cold]
    fn sight(&mut self, bits: u64) {
        self.sighted.insert(bits & !(0xFFFF << 32));
    }

    /// Scans gray objects, and large tables a slice at a time.
    pub(crate) fn propagate(&mut self, mut work: usize) -> usize {
        while work > 0 {
            if let Some(bits) = self.cycle.gray.pop() {
                work = work.saturating_sub(self.scan(bits));
            } else if let Some((index, mode, position)) = self.cycle.slices.pop() {
                work = work.saturating_sub(self.scan_slice(index, mode, position, work));
            } else {
                break;
            }
        }
        work
    }

    /// Scans a reached object; says how much work that was.
    pub(crate) fn scan(&mut self, bits: u64) -> usize {
        let index = bits as u32;
        match (bits >> 48) as u16 {
            Table::TAG => self.scan_table(index),
            Function::TAG => self.scan_function(index),
            Cell::TAG => {
                let slots = self.cells.0;
                let Some(slot) = slots.get(index as usize) else { return 1 };
                slot.arm(BARRIER);
                self.shade(slot.value.value);
                1
            }
            Userdata::TAG => {
                let slots = self.userdata.0;
                let Some(slot) = slots.get(index as usize) else { return 1 };
                slot.arm(BARRIER);
                self.shade(slot.value.environment);
                if let Some(metatable) = slot.value.metatable {
                    self.shade_bits(metatable.bits());
                }
                2
            }
            Thread::TAG => {
                self.cycle.threads.push(bits);
                0
            }
            Prototype::TAG => {
                let slots = self.prototypes.0;
                let Some(slot) = slots.get(index as usize) else { return 1 };
                let range = slot.value.constants.start as usize..slot.value.constants.end as usize;
                let constants = self.constants.get(range).unwrap_or(&[]);
                for value in constants {
                    self.shade(*value);
                }
                for child in &slot.value.children {
                    self.shade_bits(child.bits());
                }
                1 + constants.len() + slot.value.children.len()
            }
            _ => 1,
        }
    }

    fn scan_function(&mut self, index: u32) -> usize {
        let slots = self.functions.0;
        let Some(slot) = slots.get(index as usize) else { return 1 };
        slot.arm(BARRIER);
        if let Some(prototype) = slot.value.prototype_ref {
            self.shade_bits(prototype.bits());
        }
        let values = self.upvalues.get(slot.value.slots()).unwrap_or(&[]);
        for value in values {
            self.shade(*value);
        }
        1 + values.len()
    }

    fn scan_table(&mut self, index: u32) -> usize {
        let slots = self.tables.0;
        let Some(slot) = slots.get(index as usize) else { return 1 };
        slot.arm(BARRIER);
        let table = &slot.value;
        let mode = self.scan_metatable(index, table);
        if table.extent() > LARGE {
            self.cycle.slices.push((index, mode, 0));
            return 1;
        }
        self.scan_part(table, mode, 0, usize::MAX);
        1 + table.extent()
    }

    /// Marks the metatable, and takes note of the table if it is weak.
    fn scan_metatable(&mut self, index: u32, table: &Table) -> WeakMode {
        let Some(metatable) = table.metatable else { return WeakMode::default() };
        self.shade_bits(metatable.bits());
        let mode = self.mode(metatable);
        if mode.is_weak()
            && let Some(handle) = TableRef::from_bits(self.handle_bits(index))
        {
            self.cycle.weak.push((handle, mode));
        }
        mode
    }

    fn handle_bits(&self, index: u32) -> u64 {
        self.tables.0.get(index as usize).map_or(0, |slot| slot.bits(index))
    }

    fn mode(&self, metatable: TableRef) -> WeakMode {
        let Some(slot) = self.tables.0.get(metatable.index() as usize) else { return WeakMode::default() };
        if !slot.value.may_contain_string(self.mode_name) {
            return WeakMode::default();
        }
        let mode = slot.value.get_string(self.mode_name);
        match mode.as_string().and_then(|mode| self.strings.0.get(mode.index() as usize)) {
            Some(text) => mode_of(text.value.bytes()),
            None => WeakMode::default(),
        }
    }

    fn scan_slice(&mut self, index: u32, mode: WeakMode, position: usize, work: usize) -> usize {
        let slots = self.tables.0;
        let Some(slot) = slots.get(index as usize) else { return 1 };
        let table = &slot.value;
        let count = work.max(64);
        if position.saturating_add(count) < table.extent() {
            self.cycle.slices.push((index, mode, position + count));
        }
        self.scan_part(table, mode, position, count)
    }

    /// Marks what lies at `count` positions from one on: array part first, then entries.
    fn scan_part(&mut self, table: &Table, mode: WeakMode, position: usize, count: usize) -> usize {
        let end = position.saturating_add(count);
        let places = table.places();
        let array_end = end.min(places);
        let array = table.array.get(position..array_end).unwrap_or(&[]);
        if !mode.values {
            for value in array {
                self.shade(*value);
            }
        }
        let first = position.saturating_sub(places);
        let last = end.saturating_sub(places).min(table.entries().len());
        let entries = table.entries.get(first..last).unwrap_or(&[]);
        for entry in entries {
            // The key of a tombstone may be stale, and is never used as an object.
            if entry.value.is_nil() {
                continue;
            }
            if !mode.keys {
                self.shade(entry.key);
            }
            if !mode.values {
                self.shade(entry.value);
            }
        }
        array.len() + entries.len()
    }

    /// Marks what a copy in the journal refers to.
    pub(crate) fn scan_copy(&mut self, table: &Table) {
        if let Some(metatable) = table.metatable {
            self.shade_bits(metatable.bits());
        }
        self.scan_part(table, WeakMode::default(), 0, usize::MAX);
    }
}
