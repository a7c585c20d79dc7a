//! A table's life in its slot: what it takes, how it becomes blank, and copies for the journal.
//!
//! Small buffers outlive the table, for the next one in the slot. A table that was *blank* when an open scope first stored into it
//! is not copied: its capacities are noted, and it is made blank again.
//!
//! **Invariant:** a blank table's buffers hold nothing but nil, all of the array's elements being slack.

use ferrous_arena::reserve_exact;

use super::{NO_ENTRY, TABLE_BYTES, Table};
use crate::error::HeapError;
use crate::scrap::Scrap;
use crate::value::Value;
use crate::watch::Watch;

impl Table {
    /// Bytes of memory that the table takes.
    #[inline]
    pub(crate) fn memory(&self) -> usize {
        TABLE_BYTES + self.buffer_bytes()
    }

    #[inline]
    pub(crate) fn buffer_bytes(&self) -> usize {
        size_of_val(&*self.array)
            + size_of_val(&*self.entries)
            + self.index.as_ref().map_or(0, |index| index.memory())
    }

    /// Number of values that a collector has to look at: the position behind the last of them.
    #[inline]
    pub fn extent(&self) -> usize {
        self.places() + self.count as usize
    }

    /// Empties the table for its next life. Small buffers stay, and what `scrap` is given is freed.
    pub(crate) fn clear(&mut self, scrap: &mut Scrap) {
        const KEPT: usize = 8;
        if self.array.len() > KEPT {
            scrap.take(std::mem::take(&mut self.array).into_vec());
        }
        if self.entries.len() > KEPT {
            scrap.take(std::mem::take(&mut self.entries).into_vec());
            if let Some(index) = self.index.take() {
                scrap.take(index.into_places());
            }
        }
        self.forget();
    }

    /// What goes with the last key; the buffers, which must be small or those of a blank table, stay.
    fn forget(&mut self) {
        // What lies beyond is nil, in buffers that have just been made too.
        let (places, count) = (self.places(), self.count as usize);
        if let Some(used) = self.array.get_mut(..places) {
            used.fill(Value::NIL);
        }
        if let Some(used) = self.entries.get_mut(..count) {
            used.fill(NO_ENTRY);
        }
        self.index = None;
        self.metatable = None;
        self.filled = 0;
        self.count = 0;
        self.bloom = 0;
        self.absent.set(0);
        // At most `MAX_SLACK`, as it was when the table was blank.
        self.slack = self.array.len() as u8;
        self.nodes_and_indices = 0;
    }

    /// Whether there is nothing in the table but room: neither a key, tombstones included, nor a metatable, nor an index.
    pub(crate) fn is_blank(&self) -> bool {
        self.places() == 0
            && self.count == 0
            && self.index.is_none()
            && self.metatable.is_none()
            && self.nodes() == 0
    }

    /// The capacities of the array part and of the entries.
    pub(crate) fn capacities(&self) -> (usize, usize) {
        (self.array.len(), self.entries.len())
    }

    /// Makes the table blank again, with the room that it had then. Buffers that have not grown since stay.
    pub(crate) fn make_blank(&mut self, array: usize, entries: usize, scrap: &mut Scrap) {
        if self.array.len() != array {
            let blank = vec![Value::NIL; array].into_boxed_slice();
            scrap.take(std::mem::replace(&mut self.array, blank).into_vec());
        }
        if self.entries.len() != entries {
            let blank = vec![NO_ENTRY; entries].into_boxed_slice();
            scrap.take(std::mem::replace(&mut self.entries, blank).into_vec());
        }
        self.forget();
    }

    /// Makes a blank table a list, if there is room for all of it; false if not.
    pub(crate) fn fill_blank(&mut self, values: &[Value]) -> bool {
        let size = values.len().next_power_of_two();
        let (Some(slack), Ok(filled)) = (self.array.len().checked_sub(size), u32::try_from(values.len()))
        else {
            return false;
        };
        let Some(places) = self.array.get_mut(..values.len()) else { return false };
        places.copy_from_slice(values);
        // Less than it was before.
        self.slack = slack as u8;
        self.filled = filled;
        true
    }

    /// A copy with buffers of the same capacity, for the journal, made piece by piece.
    pub(crate) fn copy(&self, watch: &Watch, scrap: &mut Scrap) -> Result<Self, HeapError> {
        let array = copy_buffer(&self.array, watch, scrap)?;
        let entries = copy_buffer(&self.entries, watch, scrap)?;
        let index = match &self.index {
            Some(index) => Some(Box::new(index.copy(watch, scrap)?)),
            None => None,
        };
        Ok(Self {
            array: array.into_boxed_slice(),
            entries: entries.into_boxed_slice(),
            index,
            metatable: self.metatable,
            filled: self.filled,
            count: self.count,
            bloom: self.bloom,
            absent: self.absent.clone(),
            slack: self.slack,
            nodes_and_indices: self.nodes_and_indices,
        })
    }
}

/// A copy of a buffer; what there is of one that was stopped is scrap.
pub(crate) fn copy_buffer<T: Copy + Send + 'static>(
    buffer: &[T],
    watch: &Watch,
    scrap: &mut Scrap,
) -> Result<Vec<T>, HeapError> {
    let mut copy = Vec::new();
    reserve_exact(&mut copy, buffer.len()).map_err(|_| HeapError::OutOfMemory)?;
    match watch.append_pieces(&mut copy, buffer) {
        Ok(()) => Ok(copy),
        Err(error) => {
            scrap.take(copy);
            Err(error)
        }
    }
}
