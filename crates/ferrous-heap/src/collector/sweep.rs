//! Sweeping: in slices, one byte for each slot looked at.
//!
//! A full cycle walks the arenas; a young one walks the list of births and compacts it.

use ferrous_arena::{Arena, Object};

use crate::cell::{CELL_BYTES, Cell};
use crate::collector::{FIRST_WHITE, Phase, REACHED, SECOND_WHITE, YOUNG_REACHED};
use crate::function::Function;
use crate::heap::Heap;
use crate::prototype::Prototype;
use crate::table::Table;
use crate::text::Text;
use crate::thread::Thread;
use crate::userdata::Userdata;

/// Tags in the order in which arenas are swept. Prototypes come after the functions that refer to them.
pub(crate) const KINDS: [u16; 7] =
    [Table::TAG, Text::TAG, Function::TAG, Cell::TAG, Userdata::TAG, Thread::TAG, Prototype::TAG];

/// How far a sweep through the arenas has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Index into [`KINDS`].
    pub(crate) kind: usize,
    /// Index of the next slot.
    pub(crate) index: u32,
}

/// How far a sweep through the list of births has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct YoungSweep {
    pub(crate) read: usize,
    pub(crate) write: usize,
    pub(crate) end: usize,
}

/// What a slot costs to look at, in units of work: eight slots are one.
const SLOTS_PER_WORK: usize = 8;

/// Units of work that freeing an object is: its slot is seldom in the processor's cache, and a string is looked up besides.
pub(crate) const WORK_PER_FREE: usize = 4;

impl Heap {
    /// The white of garbage during a full sweep.
    pub(crate) fn dead_white(&self) -> u8 {
        if self.birth.colour == FIRST_WHITE { SECOND_WHITE } else { FIRST_WHITE }
    }

    /// Frees an object and says how many bytes it took. Nothing happens if the handle is stale.
    pub(crate) fn free_bits(&mut self, bits: u64) -> usize {
        let index = bits as u32;
        match (bits >> 48) as u16 {
            Table::TAG if self.tables.is_live_bits(bits) => self.free_table(index),
            Text::TAG if self.strings.is_live_bits(bits) => self.free_string(index),
            Function::TAG if self.functions.is_live_bits(bits) => self.free_function(index),
            Cell::TAG if self.cells.is_live_bits(bits) => self.free_cell(index),
            Userdata::TAG if self.userdata.is_live_bits(bits) => self.free_userdata(index),
            Thread::TAG if self.threads.is_live_bits(bits) => self.free_thread(index),
            Prototype::TAG if self.prototypes.is_live_bits(bits) => self.free_prototype(index),
            _ => 0,
        }
    }

    #[inline]
    fn free_table(&mut self, index: u32) -> usize {
        let Some(slot) = self.tables.slot_at(index) else { return 0 };
        let memory = slot.value.memory();
        let scrap = &mut self.scrap;
        self.tables.release(index, |table| table.clear(scrap));
        memory
    }

    fn free_cell(&mut self, index: u32) -> usize {
        self.cells.release(index, |cell| *cell = Cell::default());
        CELL_BYTES
    }

    /// Sweeps arenas; says how much work is left.
    pub(crate) fn sweep(&mut self, mut cursor: Cursor, mut work: usize) -> usize {
        let dead = self.dead_white();
        let alive = self.birth.colour;
        while work > 0 {
            let Some(&kind) = KINDS.get(cursor.kind) else { break };
            let found = match kind {
                Table::TAG => next_dead(&mut self.tables, cursor.index, work, dead, alive),
                Text::TAG => next_dead(&mut self.strings, cursor.index, work, dead, alive),
                Function::TAG => next_dead(&mut self.functions, cursor.index, work, dead, alive),
                Cell::TAG => next_dead(&mut self.cells, cursor.index, work, dead, alive),
                Userdata::TAG => next_dead(&mut self.userdata, cursor.index, work, dead, alive),
                Thread::TAG => next_dead(&mut self.threads, cursor.index, work, dead, alive),
                _ => next_dead(&mut self.prototypes, cursor.index, work, dead, alive),
            };
            work = work.saturating_sub(found.passed / SLOTS_PER_WORK + 1);
            cursor.index = found.next;
            if let Some(index) = found.dead {
                work = work.saturating_sub(WORK_PER_FREE);
                let memory = self.free_at(kind, index);
                self.budget.sub(memory);
            } else if found.end {
                cursor = Cursor { kind: cursor.kind + 1, index: 0 };
            }
        }
        self.collector.full.phase = Phase::Sweep(cursor);
        self.budget.set_urgent(self.is_reclaiming());
        work
    }

    fn free_at(&mut self, kind: u16, index: u32) -> usize {
        match kind {
            Table::TAG => self.free_table(index),
            Text::TAG => self.free_string(index),
            Function::TAG => self.free_function(index),
            Cell::TAG => self.free_cell(index),
            Userdata::TAG => self.free_userdata(index),
            Thread::TAG => self.free_thread(index),
            _ => self.free_prototype(index),
        }
    }

    /// Sweeps the list of births; says how much work is left.
    pub(crate) fn sweep_young(&mut self, mut work: usize) -> usize {
        let mut sweep = self.collector.young_sweep;
        while work > 0 && sweep.read < sweep.end {
            let Some(&bits) = self.born.get(sweep.read) else { break };
            self.scopes.born_moves(sweep.read, sweep.write);
            sweep.read += 1;
            work -= 1;
            let white = self.birth.colour;
            match self.life_of(bits) {
                Some(life) if life.colour == white => {
                    work = work.saturating_sub(WORK_PER_FREE);
                    self.free_young(bits, &life);
                    continue;
                }
                Some(life) if life.colour == YOUNG_REACHED => self.set_colour_of(bits, white),
                Some(_) => {}
                None => continue,
            }
            if let Some(place) = self.born.get_mut(sweep.write) {
                *place = bits;
            }
            sweep.write += 1;
        }
        self.collector.young_sweep = sweep;
        self.budget.set_urgent(self.is_reclaiming());
        if sweep.read >= sweep.end {
            self.finish_young_list(sweep);
        }
        work
    }

    fn free_young(&mut self, bits: u64, life: &Life) {
        // The tag, and the index.
        let memory = self.free_at((bits >> 48) as u16, bits as u32);
        self.budget.sub(memory);
        if life.scope != self.birth.scope {
            self.forget_in_inner_scopes(bits, life.scope, life.saved, memory);
        }
    }

    /// Closes the gap between what has been kept and what was born during the sweep.
    fn finish_young_list(&mut self, sweep: YoungSweep) {
        let end = self.born.len();
        if sweep.write < sweep.read && sweep.read <= end {
            self.scopes.born_moves_beyond(sweep.read, sweep.read - sweep.write);
            self.born.copy_within(sweep.read..end, sweep.write);
            self.born.truncate(end - (sweep.read - sweep.write));
        }
        self.collector.young_sweep = YoungSweep::default();
        self.collector.young.reset();
        self.collector.collections += 1;
        self.update_string_care();
    }

    /// What a young sweep asks of a live object.
    #[inline]
    fn life_of(&self, bits: u64) -> Option<Life> {
        #[inline]
        fn of<T: Object>(arena: &Arena<T>, bits: u64) -> Option<Life> {
            let slot = arena.slot_bits(bits)?;
            Some(Life { colour: arena.colour(bits as u32), scope: slot.scope, saved: slot.saved })
        }
        match (bits >> 48) as u16 {
            Table::TAG => of(&self.tables, bits),
            Text::TAG => of(&self.strings, bits),
            Function::TAG => of(&self.functions, bits),
            Cell::TAG => of(&self.cells, bits),
            Userdata::TAG => of(&self.userdata, bits),
            Thread::TAG => of(&self.threads, bits),
            Prototype::TAG => of(&self.prototypes, bits),
            _ => None,
        }
    }

    /// The colour of a live object.
    pub(crate) fn colour_of(&self, bits: u64) -> Option<u8> {
        fn of<T: Object>(arena: &Arena<T>, bits: u64) -> Option<u8> {
            arena.is_live_bits(bits).then(|| arena.colour(bits as u32))
        }
        match (bits >> 48) as u16 {
            Table::TAG => of(&self.tables, bits),
            Text::TAG => of(&self.strings, bits),
            Function::TAG => of(&self.functions, bits),
            Cell::TAG => of(&self.cells, bits),
            Userdata::TAG => of(&self.userdata, bits),
            Thread::TAG => of(&self.threads, bits),
            Prototype::TAG => of(&self.prototypes, bits),
            _ => None,
        }
    }

    /// Colours a live object.
    pub(crate) fn set_colour_of(&mut self, bits: u64, colour: u8) {
        let index = bits as u32;
        match (bits >> 48) as u16 {
            Table::TAG => self.tables.set_colour(index, colour),
            Text::TAG => self.strings.set_colour(index, colour),
            Function::TAG => self.functions.set_colour(index, colour),
            Cell::TAG => self.cells.set_colour(index, colour),
            Userdata::TAG => self.userdata.set_colour(index, colour),
            Thread::TAG => self.threads.set_colour(index, colour),
            Prototype::TAG => self.prototypes.set_colour(index, colour),
            _ => {}
        }
    }
}

/// The colour of an object, and the scopes in which it was born and last copied.
struct Life {
    colour: u8,
    scope: u8,
    saved: u8,
}

struct Found {
    dead: Option<u32>,
    next: u32,
    passed: usize,
    end: bool,
}

/// Looks for the next dead slot; the reached ones on the way become white.
fn next_dead<T: Object>(arena: &mut Arena<T>, from: u32, work: usize, dead: u8, alive: u8) -> Found {
    let (_, colours) = arena.split();
    let limit = work.saturating_mul(SLOTS_PER_WORK);
    let rest = colours.get_mut(from as usize..).unwrap_or(&mut []);
    let length = rest.len();
    for (offset, colour) in rest.iter_mut().enumerate().take(limit) {
        // An arena has fewer than 2^32 slots.
        let index = from + offset as u32;
        if *colour == dead {
            return Found { dead: Some(index), next: index + 1, passed: offset, end: false };
        }
        if *colour == REACHED {
            *colour = alive;
        }
    }
    let passed = length.min(limit);
    Found { dead: None, next: from + passed as u32, passed, end: passed == length }
}
