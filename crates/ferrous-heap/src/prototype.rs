//! Prototypes: what keeps the code and the constants of a loaded function alive.
//!
//! The machine owns the code; here stands only what the collector needs: the machine's id, a range of the pool of constants,
//! and the prototypes of inner functions. When a prototype dies, by collection or rollback, its id is reported and the
//! machine takes the code out ([`Transaction::drain_dead_prototypes`]).

use std::ops::Range;

use ferrous_arena::{Object, push};

use crate::error::HeapError;
use crate::heap::Heap;
use crate::transaction::Transaction;
use crate::value::{PrototypeRef, Value};

/// What a prototype costs beside its list of children: slot and colour.
pub(crate) const PROTOTYPE_BYTES: usize = size_of::<ferrous_arena::Slot<Prototype>>() + 1;

/// The heap's side of a loaded function's code.
#[derive(Debug, Default)]
pub struct Prototype {
    /// The machine's id.
    pub id: u32,
    pub(crate) constants: Range<u32>,
    pub(crate) children: Box<[PrototypeRef]>,
    /// What the machine holds for it.
    pub(crate) outside: usize,
}

impl Object for Prototype {
    // Not in the tag space of values.
    const TAG: u16 = 0x0001;
}

impl Prototype {
    pub(crate) fn memory(&self) -> usize {
        PROTOTYPE_BYTES + self.children.len() * size_of::<PrototypeRef>() + self.outside
    }
}

impl Heap {
    pub(crate) fn free_prototype(&mut self, index: u32) -> usize {
        let Some(slot) = self.prototypes.slot_at(index) else { return 0 };
        let memory = slot.value.memory();
        self.dead_prototypes.push(slot.value.id);
        self.prototypes.release(index, |prototype| *prototype = Prototype::default());
        memory
    }
}

impl Transaction<'_> {
    /// Registers a loaded function's code. `constants` is its range in the pool of constants, `outside` how many bytes the
    /// machine holds for it.
    pub fn new_prototype(
        &mut self,
        id: u32,
        constants: Range<u32>,
        children: Vec<PrototypeRef>,
        outside: usize,
    ) -> Result<PrototypeRef, HeapError> {
        let heap = &mut *self.heap;
        let memory = PROTOTYPE_BYTES + children.len() * size_of::<PrototypeRef>() + outside;
        heap.budget.check(memory)?;
        let (handle, prototype) =
            heap.prototypes.allocate(heap.birth.colour, heap.birth.scope).ok_or(HeapError::OutOfMemory)?;
        *prototype = Prototype { id, constants, children: children.into_boxed_slice(), outside };
        heap.budget.add(memory);
        if heap.birth.scope != 0 {
            push(&mut heap.born, handle.bits());
        }
        Ok(handle)
    }

    /// A prototype.
    pub fn prototype(&self, prototype: PrototypeRef) -> Option<&Prototype> {
        self.heap.prototypes.get(prototype)
    }

    /// Whether prototypes have died since [`Transaction::drain_dead_prototypes`].
    #[inline]
    pub fn has_dead_prototypes(&self) -> bool {
        !self.heap.dead_prototypes.is_empty()
    }

    /// The ids of the prototypes that died since the last call.
    pub fn drain_dead_prototypes(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.heap.dead_prototypes)
    }

    /// Takes the pool of constants out of the heap, for a slice in which nothing is loaded or collected.
    #[inline]
    pub fn constants_take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.heap.constants)
    }

    /// Puts the pool of constants back; it must be there when the transaction ends.
    #[inline]
    pub fn constants_put(&mut self, constants: Vec<Value>) {
        self.heap.constants = constants;
    }
}
