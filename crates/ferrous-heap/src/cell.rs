//! Cells: the boxes of captured locals that are assigned to after their initialisation. A captured local that is never
//! assigned again is copied into its closures and needs none.

use ferrous_arena::Object;

use crate::error::HeapError;
use crate::transaction::Transaction;
use crate::value::{CellRef, Value};

/// What a cell costs: slot and colour.
pub(crate) const CELL_BYTES: usize = size_of::<ferrous_arena::Slot<Cell>>() + 1;

/// A variable that several closures share.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cell {
    pub(crate) value: Value,
}

impl Object for Cell {
    const TAG: u16 = 0xFFFD;
}

impl Transaction<'_> {
    /// Makes a cell.
    #[inline(always)]
    pub fn new_cell(&mut self, value: Value) -> Result<Value, HeapError> {
        let heap = &mut *self.heap;
        heap.budget.check(CELL_BYTES)?;
        let (handle, cell) =
            heap.cells.allocate(heap.birth.colour, heap.birth.scope).ok_or(HeapError::OutOfMemory)?;
        cell.value = value;
        heap.budget.add(CELL_BYTES);
        if heap.birth.tracking {
            heap.record_birth(handle.bits());
        }
        Ok(handle.into())
    }

    /// The value of a cell.
    #[inline(always)]
    pub fn cell(&self, cell: Value) -> Option<Value> {
        self.heap.cells.get_bits(cell.bits()).map(|cell| cell.value)
    }

    /// Assigns a cell.
    #[inline(always)]
    pub fn set_cell(&mut self, cell: Value, value: Value) -> Result<(), HeapError> {
        match self.heap.cells.unguarded_bits_mut(cell.bits()) {
            Some(cell) => {
                cell.value = value;
                Ok(())
            }
            None => self.set_guarded_cell(cell, value),
        }
    }

    #[cold]
    #[inline(never)]
    fn set_guarded_cell(&mut self, cell: Value, value: Value) -> Result<(), HeapError> {
        let handle: CellRef = cell.as_cell().ok_or(HeapError::Stale)?;
        self.heap.open_cell(handle)?;
        self.heap.cells.get_mut(handle).ok_or(HeapError::Stale)?.value = value;
        Ok(())
    }
}
