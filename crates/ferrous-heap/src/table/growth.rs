//! Room: buffers that grow, and the index with them.
//!
//! Among the entries there is the room that PUC Lua's hash part would have, `nodes`, as long as indices may be counted; it is
//! ours to choose when all keys are names, or when so many tombstones are among them that PUC Lua would count at each store.
//! Memory for it is taken step by step. What a store may take is known before it takes it ([`Table::growth_bound`]), for the check
//! against the limit.
//!
//! What takes long in a large table is done in pieces, and given up between two of them when nobody wants the result any more
//! (`watch`): the table is then as it was, or lacks its index, and keys are found by a scan until it grows again.
//!
//! **Invariant:** nothing here changes a key, a value, or a position.

use ferrous_arena::{is_mapped, reserve_exact};

use super::count::{ELEMENTS, MAX_ARRAY, is_index, present};
use super::{Entry, MAX_SLACK, NO_ENTRY, SCANNED_ENTRIES, Table, normalize_key};
use crate::error::HeapError;
use crate::key_index::KeyIndex;
use crate::scrap::Scrap;
use crate::value::{Value, array_index};
use crate::watch::Watch;

/// Places for which a growing list takes memory at least.
const SMALL_LIST: usize = 4;
/// Entries up to which memory is taken for all that there shall be room for. Beyond, it is taken by eighths.
const GROWN_AT_ONCE: usize = 64;

/// Keys that are put into an index between two looks: each goes to another place of memory.
const INDEXED: usize = 1 << 10;

/// What a store needs if it makes a table grow.
#[derive(Debug)]
pub(crate) struct Growing<'h> {
    /// The array part's size after a rehash, from [`Table::growth_bound`], if that was asked.
    pub(crate) array: Option<usize>,
    /// Secret of the heap.
    pub(crate) seed: u32,
    /// Says whether to go on.
    pub(crate) watch: &'h Watch,
    /// For buffers that are not needed any more.
    pub(crate) scrap: &'h mut Scrap,
}

/// What a store under a new key may take.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Growth {
    /// Bytes at most.
    pub(crate) bytes: usize,
    /// The array part's size after a rehash, if it has been counted.
    pub(crate) array: Option<usize>,
}

impl Table {
    /// Reserves room at creation. Sizes are a library's guess.
    pub(crate) fn reserve(
        &mut self,
        array: usize,
        entries: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        let array = array.min(MAX_SLACK);
        if array > self.array.len() {
            grow(&mut self.array, array, Value::NIL, growing)?;
            // No place is there yet.
            self.slack = array as u8;
        }
        if entries > self.entries.len() { self.reserve_entries(entries, growing) } else { Ok(()) }
    }

    /// Gives a table that has just been made the sizes that PUC Lua gives it for these counts (`lua_createtable`).
    pub(crate) fn size(
        &mut self,
        array: usize,
        entries: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        self.set_places(array, growing)?;
        if entries > 0 {
            if entries > self.entries.len() {
                self.reserve_entries(entries, growing)?;
            }
            self.set_nodes(entries);
        }
        Ok(())
    }

    /// Gives the array part so many places, more than before, for which memory is taken exactly if it is not there.
    pub(super) fn set_places(&mut self, places: usize, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        if places > self.array.len() {
            grow(&mut self.array, places, Value::NIL, growing)?;
        }
        // Growing leaves none, and otherwise it becomes less.
        self.slack = (self.array.len() - places) as u8;
        Ok(())
    }

    /// Bytes that [`Table::reserve`] needs for these sizes.
    pub(crate) fn bytes_for(array: usize, entries: usize) -> usize {
        let index = if entries > SCANNED_ENTRIES { KeyIndex::bytes_for(entries) } else { 0 };
        array
            .saturating_mul(size_of::<Value>())
            .saturating_add(entries.saturating_mul(size_of::<Entry>()))
            .saturating_add(index)
    }

    pub(super) fn reserve_entries(
        &mut self,
        capacity: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        if u32::try_from(capacity).is_err() {
            return Err(HeapError::TableOverflow);
        }
        let capacity = self.next_step(capacity);
        if capacity > self.entries.len() {
            grow(&mut self.entries, capacity, NO_ENTRY, growing)?;
        }
        if self.entries.len() > SCANNED_ENTRIES {
            return self.rebuild_index(growing);
        }
        self.index = None;
        Ok(())
    }

    /// For how many entries memory is taken now if there shall be room for `capacity` in the end: what is not used soon is
    /// not taken yet.
    fn next_step(&self, capacity: usize) -> usize {
        if capacity <= GROWN_AT_ONCE {
            return capacity;
        }
        let step = capacity / 8;
        let begun = (self.count as usize).max(capacity / 2) / step;
        ((begun + 1) * step).min(capacity)
    }

    /// Takes memory for more of [`Table::nodes`]. The entries stay as they are.
    pub(super) fn take_nodes(&mut self, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        let nodes = self.nodes();
        if self.index.as_ref().is_some_and(|index| index.fits(nodes)) {
            let length = self.next_step(nodes);
            return grow(&mut self.entries, length, NO_ENTRY, growing);
        }
        self.reserve_entries(nodes, growing)
    }

    /// Makes an index of all entries. If it fails there is none.
    fn rebuild_index(&mut self, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        let (capacity, watch) = (self.entries.len(), growing.watch);
        let mut index = match self.index.take() {
            Some(index) if index.fits(capacity) => index,
            old => {
                if let Some(old) = old {
                    growing.scrap.take(old.into_places());
                }
                Box::new(KeyIndex::new(capacity, growing.seed)?)
            }
        };
        let mut made = index.clear(capacity, watch);
        let mut position = 0;
        for (number, piece) in self.entries().chunks(INDEXED).enumerate() {
            made = made.and_then(|()| watch.look_before(number));
            if made.is_err() {
                growing.scrap.take(index.into_places());
                return made;
            }
            for entry in piece {
                index.add(entry.key, position);
                position += 1;
            }
        }
        self.index = Some(index);
        made
    }

    /// Whether indices have a say in where keys go, so that the room among the entries must be PUC Lua's.
    #[inline]
    pub(super) fn is_counted(&self) -> bool {
        self.has_indices() || self.places() != 0
    }

    /// Whether a new key beyond the array part can become an entry as it is.
    #[inline]
    pub(crate) fn has_room_for(&self, key: Value) -> bool {
        let length = self.count as usize;
        length < self.entries.len() && (length < self.nodes() || !self.is_counted() && !is_index(key))
    }

    /// What storing a value under a new key may take at most, for the check against the limit before anything is
    /// allocated. Zero bytes if nothing has to grow.
    #[inline(never)]
    pub(crate) fn growth_bound(&self, key: Value, watch: &Watch) -> Result<Growth, HeapError> {
        let index = key.as_number().and_then(array_index);
        if let Some(index) = index.filter(|&index| index <= MAX_ARRAY && self.is_list_until(index - 1)) {
            let size = list_size(index);
            let bytes = if size > self.array.len() { Self::bytes_for(size, 0) } else { 0 };
            return Ok(Growth { bytes, array: None });
        }
        let has_a_place = index.is_some_and(|index| index as usize <= self.places());
        if has_a_place || self.has_room_for(key) || self.find(normalize_key(key)).is_some() {
            return Ok(Growth::default());
        }
        self.rehash_bound(key, watch)
    }

    /// What a rehash may take at most.
    #[cold]
    #[inline(never)]
    fn rehash_bound(&self, new_key: Value, watch: &Watch) -> Result<Growth, HeapError> {
        let size = self.best_array_size(new_key, watch)?;
        let moved = present(self.array().get(size..), watch)?;
        let entries = ((self.entries.len() + moved).max(2) * 2).next_power_of_two();
        let array = if size > self.array.len() { size } else { 0 };
        Ok(Growth { bytes: Self::bytes_for(array, entries), array: Some(size) })
    }
}

/// Makes a buffer longer, piece by piece; one that is given up is as long as it was.
pub(super) fn grow<T: Copy + Send + 'static>(
    buffer: &mut Box<[T]>,
    length: usize,
    blank: T,
    growing: &mut Growing<'_>,
) -> Result<(), HeapError> {
    let before = buffer.len();
    let result = lengthen(buffer, length, blank, growing);
    if result.is_err() && buffer.len() > before {
        let mut grown = std::mem::take(buffer).into_vec();
        grown.truncate(before);
        *buffer = grown.into_boxed_slice();
    }
    result
}

/// The same; one that is given up may be longer than it was, since giving back many megabytes takes long.
pub(super) fn lengthen<T: Copy + Send + 'static>(
    buffer: &mut Box<[T]>,
    length: usize,
    blank: T,
    growing: &mut Growing<'_>,
) -> Result<(), HeapError> {
    // A large buffer is mapped by itself, and does not move when it grows.
    if is_mapped(length.saturating_mul(size_of::<T>())) && !is_mapped(size_of_val::<[T]>(buffer)) {
        return grow_elsewhere(buffer, length, blank, growing);
    }
    let mut grown = std::mem::take(buffer).into_vec();
    let mut result = grown.try_reserve_exact(length - grown.len()).map_err(|_| HeapError::OutOfMemory);
    if result.is_ok() {
        result = fill(&mut grown, length, blank, growing.watch);
    }
    *buffer = grown.into_boxed_slice();
    result
}

/// The same in other memory. What is not used in the end is scrap.
#[cold]
#[inline(never)]
fn grow_elsewhere<T: Copy + Send + 'static>(
    buffer: &mut Box<[T]>,
    length: usize,
    blank: T,
    growing: &mut Growing<'_>,
) -> Result<(), HeapError> {
    let mut grown = Vec::new();
    reserve_exact(&mut grown, length).map_err(|_| HeapError::OutOfMemory)?;
    let copied = growing.watch.append_pieces(&mut grown, buffer);
    let result = copied.and_then(|()| fill(&mut grown, length, blank, growing.watch));
    let unwanted = match result {
        Ok(()) => std::mem::replace(buffer, grown.into_boxed_slice()).into_vec(),
        Err(_) => grown,
    };
    growing.scrap.take(unwanted);
    result
}

/// Fills a buffer up to a length for which it has room.
pub(super) fn fill<T: Copy>(
    buffer: &mut Vec<T>,
    length: usize,
    blank: T,
    watch: &Watch,
) -> Result<(), HeapError> {
    loop {
        let end = length.min(buffer.len() + ELEMENTS);
        buffer.resize(end, blank);
        if end == length {
            return Ok(());
        }
        watch.look()?;
    }
}

/// Places that a list of this length takes memory for.
pub(super) fn list_size(length: u32) -> usize {
    (length as usize).next_power_of_two().max(SMALL_LIST)
}

/// How much `after` is above `before`. Buffers are smaller than `isize::MAX`.
pub(crate) fn difference(after: usize, before: usize) -> isize {
    after.wrapping_sub(before) as isize
}
