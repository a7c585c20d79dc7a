//! An audit of the heap's invariants: slow, for tests and fuzzing.

use ferrous_arena::{Arena, FREE, Object, Slot};

use crate::cell::CELL_BYTES;
use crate::heap::Heap;
use crate::thread::THREAD_BYTES;
use crate::userdata::USERDATA_BYTES;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// The bytes in use are not the sum of what objects say they take.
    #[error("{used} bytes in use, but objects take {sum}")]
    Bytes {
        /// What the heap says.
        used: usize,
        /// What objects say.
        sum: usize,
    },
    /// What a table says of its array part is not so.
    #[error("the table at {0} does not know how far its array part is filled")]
    Array(u32),
    /// A live string cannot be found by its content.
    #[error("the string at {0} cannot be found")]
    String(u32),
}

fn sum<T: Object>(arena: &Arena<T>, memory: impl Fn(&Slot<T>) -> usize) -> usize {
    (0..arena.slots())
        .filter(|index| arena.colour(*index) != FREE)
        .filter_map(|index| arena.slot_at(index))
        .map(memory)
        .sum()
}

impl Heap {
    /// Checks what can be checked of the heap's invariants. Takes time in proportion to the heap.
    pub fn audit(&self) -> Result<(), AuditError> {
        let counted = |scope: u8, memory: usize| if self.is_open_scope(scope) { memory } else { 0 };
        let sum = self.external
            + self.journal_memory()
            + sum(&self.tables, |slot| counted(slot.scope, slot.value.memory()))
            + sum(&self.strings, |slot| counted(slot.scope, slot.value.memory()))
            + sum(&self.functions, |slot| counted(slot.scope, slot.value.memory()))
            + sum(&self.cells, |slot| counted(slot.scope, CELL_BYTES))
            + sum(&self.userdata, |slot| counted(slot.scope, USERDATA_BYTES))
            + sum(&self.threads, |slot| counted(slot.scope, THREAD_BYTES + slot.value.charged))
            + sum(&self.prototypes, |slot| counted(slot.scope, slot.value.memory()));
        if sum != self.budget.used {
            return Err(AuditError::Bytes { used: self.budget.used, sum });
        }
        for index in 0..self.tables.slots() {
            let slot = self.tables.slot_at(index).filter(|_| self.tables.colour(index) != FREE);
            if slot.is_some_and(|slot| !slot.value.knows_its_array()) {
                return Err(AuditError::Array(index));
            }
        }
        for index in 0..self.strings.slots() {
            let Some(slot) = self.strings.slot_at(index).filter(|_| self.strings.colour(index) != FREE)
            else {
                continue;
            };
            let hash = self.interner.hash(slot.value.bytes());
            let found = self.interner.find(hash, |found| {
                self.strings.slot_at(found).is_some_and(|other| other.value.bytes() == slot.value.bytes())
            });
            if found != Some(index) {
                return Err(AuditError::String(index));
            }
            let of_a_byte = self.byte_string(slot.value.bytes());
            if of_a_byte.is_some_and(|string| string.index() != index) {
                return Err(AuditError::String(index));
            }
        }
        Ok(())
    }
}
