//! The census: looking for handles to worn-out slots.
//!
//! A slot that has used up its generations waits in quarantine until no handle to it can be left. A full cycle sees all
//! handles that live objects hold, except those in sealed ones, which it does not visit. In an engine that lives on rollback
//! full cycles are rare besides. So when more than [`MANY`] slots wait, a full cycle is made due, and begins by visiting the sealed
//! objects.
//!
//! **Invariant:** a slot returns from quarantine only after a full cycle that began after it was worn out, and that has seen
//! no handle to it.

use ferrous_arena::{Arena, Object};

use crate::byte_strings::ByteStrings;
use crate::cell::Cell;
use crate::collector::sweep::{Cursor, KINDS};
use crate::collector::{Phase, SEALED, SEALED_WRITTEN};
use crate::function::Function;
use crate::heap::Heap;
use crate::table::Table;
use crate::text::Text;
use crate::thread::Thread;
use crate::userdata::Userdata;

/// Quarantined slots that make a census due.
pub(crate) const MANY: usize = 1024;

impl Heap {
    /// Numbers of quarantined slots, per kind.
    pub(crate) fn quarantined(&self) -> [usize; 7] {
        [
            self.tables.quarantined().len(),
            self.strings.quarantined().len(),
            self.functions.quarantined().len(),
            self.cells.quarantined().len(),
            self.userdata.quarantined().len(),
            self.threads.quarantined().len(),
            self.prototypes.quarantined().len(),
        ]
    }

    /// Whether so many slots wait in quarantine that a census is due.
    pub(crate) fn wants_census(&self) -> bool {
        self.quarantined().into_iter().sum::<usize>() > MANY
    }

    /// Scans sealed objects; says how much work is left.
    pub(crate) fn census(&mut self, mut cursor: Cursor, mut work: usize) -> usize {
        while work > 0 {
            let Some(&kind) = KINDS.get(cursor.kind) else {
                self.collector.full.phase = Phase::Mark;
                return work;
            };
            let found = match kind {
                Table::TAG => next_sealed(&self.tables, cursor.index),
                Text::TAG => next_sealed(&self.strings, cursor.index),
                Function::TAG => next_sealed(&self.functions, cursor.index),
                Cell::TAG => next_sealed(&self.cells, cursor.index),
                Userdata::TAG => next_sealed(&self.userdata, cursor.index),
                Thread::TAG => next_sealed(&self.threads, cursor.index),
                _ => next_sealed(&self.prototypes, cursor.index),
            };
            match found {
                Some(bits) => {
                    work = work.saturating_sub(1 + self.marker(false).scan(bits));
                    cursor.index = bits as u32 + 1;
                }
                None => {
                    work -= 1;
                    cursor = Cursor { kind: cursor.kind + 1, index: 0 };
                }
            }
        }
        self.collector.full.phase = Phase::Census(cursor);
        work
    }

    /// At the end of a full cycle: returns the slots of which no handle was seen.
    pub(crate) fn return_quarantined(&mut self) {
        fn of<T: Object>(
            arena: &mut Arena<T>,
            oldest: usize,
            sighted: &std::collections::HashSet<u64>,
        ) -> usize {
            let tag = u64::from(T::TAG) << 48;
            arena.return_quarantined(oldest, |index| sighted.contains(&(tag | u64::from(index))))
        }
        let sighted = std::mem::take(&mut self.collector.sighted);
        let [tables, strings, functions, cells, userdata, threads, prototypes] = self.collector.quarantined;
        let mut returned = of(&mut self.tables, tables, &sighted);
        returned += of(&mut self.functions, functions, &sighted);
        if of(&mut self.strings, strings, &sighted) > 0 {
            *self.byte_strings = ByteStrings::default();
        }
        of(&mut self.cells, cells, &sighted);
        of(&mut self.userdata, userdata, &sighted);
        of(&mut self.threads, threads, &sighted);
        of(&mut self.prototypes, prototypes, &sighted);
        if returned > 0 {
            // Method caches hold handles too.
            self.advance_epoch();
        }
    }
}

/// The handle bits of the next sealed object.
fn next_sealed<T: Object>(arena: &Arena<T>, from: u32) -> Option<u64> {
    let rest = arena.colours().get(from as usize..)?;
    let offset = rest.iter().position(|colour| matches!(*colour, SEALED | SEALED_WRITTEN))?;
    // An arena has fewer than 2^32 slots.
    let index = from + offset as u32;
    arena.slot_at(index).map(|slot| slot.bits(index))
}
