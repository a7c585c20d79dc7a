//! Strings: immutable byte sequences, all interned.
//!
//! **Invariant:** two live strings have different contents, so that equality of strings is equality of handles.

use std::ops::Range;

use ferrous_arena::push;

use crate::collector::{Phase, YOUNG_REACHED};
use crate::error::HeapError;
use crate::heap::Heap;
use crate::text::{INLINE_LENGTH, STRING_BYTES, Text};
use crate::transaction::Transaction;
use crate::value::{StringRef, Value};
use crate::watch::PIECE;

/// The largest scratch buffer that is kept. A longer one becomes the string itself ([`Transaction::intern_buffer`]).
pub const LARGEST_SCRATCH: usize = PIECE;

/// Whether there is a string of some content: what [`Transaction::look_up`] answers.
#[derive(Clone, Copy, Debug)]
pub enum Known {
    /// There is, and it may be kept.
    String(Value),
    /// There may be none; this is the content's hash.
    Nothing(StringHash),
}

/// The hash of a string's content, for [`Transaction::intern_hashed`].
#[derive(Clone, Copy, Debug)]
pub struct StringHash(u32);

/// Whether a string is there.
enum Found {
    At(u32),
    No { hash: u32 },
}

impl Heap {
    /// The string with this content, made if there is none.
    pub(crate) fn intern(&mut self, bytes: &[u8]) -> Result<StringRef, HeapError> {
        if let Some(string) = self.byte_string(bytes) {
            return Ok(string);
        }
        if bytes.len() > PIECE {
            return self.intern_long(bytes);
        }
        let hash = self.interner.hash(bytes);
        match self.find_string(hash, bytes)? {
            Some(found) => Ok(found),
            None => self.new_string(hash, bytes.len(), |text| text.set(hash, bytes)),
        }
    }

    /// As [`Heap::intern`], with bytes that need not be copied.
    fn intern_owned(&mut self, bytes: Vec<u8>) -> Result<StringRef, HeapError> {
        if bytes.len() <= PIECE {
            return self.intern(&bytes);
        }
        match self.look_up_long(&bytes) {
            Ok(Found::No { hash }) => self.new_string(hash, bytes.len(), |text| text.set_owned(hash, bytes)),
            Ok(Found::At(index)) => {
                self.scrap(bytes);
                self.keep_string(index)
            }
            Err(error) => {
                self.scrap(bytes);
                Err(error)
            }
        }
    }

    /// As [`Heap::intern`], for a string of more than a piece.
    #[cold]
    #[inline(never)]
    fn intern_long(&mut self, bytes: &[u8]) -> Result<StringRef, HeapError> {
        let hash = match self.look_up_long(bytes)? {
            Found::At(index) => return self.keep_string(index),
            Found::No { hash } => hash,
        };
        let (copy, copied) = self.watch.copy(bytes);
        if let Err(error) = copied {
            self.scrap(copy);
            return Err(error);
        }
        self.new_string(hash, bytes.len(), |text| text.set_owned(hash, copy))
    }

    /// Looks for a string of more than a piece with this content, and whether there is room for it if there is none.
    fn look_up_long(&self, bytes: &[u8]) -> Result<Found, HeapError> {
        let hash = self.interner.hash_long(bytes, &self.watch)?;
        if let Some(index) = self.find_long(hash, bytes)? {
            return Ok(Found::At(index));
        }
        self.budget.check(STRING_BYTES + bytes.len())?;
        Ok(Found::No { hash })
    }

    /// Where a string of more than a piece is, if there is one with this content.
    fn find_long(&self, hash: u32, bytes: &[u8]) -> Result<Option<u32>, HeapError> {
        let mut stopped = Ok(());
        let found = self.interner.find(hash, |index| {
            let Some(slot) = self.strings.slot_at(index) else { return false };
            self.watch.equal(slot.value.bytes(), bytes).unwrap_or_else(|error| {
                stopped = Err(error);
                false
            })
        });
        stopped.map(|()| found)
    }

    #[inline(always)]
    fn find_string(&mut self, hash: u32, bytes: &[u8]) -> Result<Option<StringRef>, HeapError> {
        let strings = &self.strings;
        let found =
            self.interner.find(hash, |index| strings.slot_at(index).is_some_and(|slot| slot.value.is(bytes)));
        let Some(index) = found else { return Ok(None) };
        self.keep_string(index).map(Some)
    }

    /// The string at this index of the arena, which somebody wants to keep.
    #[inline(always)]
    fn keep_string(&mut self, index: u32) -> Result<StringRef, HeapError> {
        if self.birth.string_care {
            self.revive_string(index);
        }
        self.strings.handle_at(index).ok_or(HeapError::Stale)
    }

    #[cold]
    #[inline(never)]
    fn grow_interner(&mut self) -> Result<(), HeapError> {
        let grown = self.interner.grow(&self.watch, &mut self.scrap);
        self.hasten_scrap();
        grown
    }

    #[inline(always)]
    fn new_string(
        &mut self,
        hash: u32,
        length: usize,
        set: impl FnOnce(&mut Text) -> Result<(), HeapError>,
    ) -> Result<StringRef, HeapError> {
        let memory = if length > INLINE_LENGTH { STRING_BYTES + length } else { STRING_BYTES };
        self.budget.check(memory)?;
        if u32::try_from(length).is_err() {
            return Err(HeapError::OutOfMemory);
        }
        if self.interner.is_full() {
            self.grow_interner()?;
        }
        let (handle, text) =
            self.strings.allocate(self.birth.colour, self.birth.scope).ok_or(HeapError::OutOfMemory)?;
        if let Err(error) = set(text) {
            self.strings.release(handle.index(), |_| {});
            return Err(error);
        }
        if let &[byte] = text.bytes() {
            self.byte_strings.note(byte, handle);
        }
        self.budget.add(memory);
        self.interner.insert(hash, handle.index());
        if self.birth.scope != 0 {
            push(&mut self.born, handle.bits());
        }
        Ok(handle)
    }

    /// Frees a string and takes it out of the interner.
    pub(crate) fn free_string(&mut self, index: u32) -> usize {
        let Some(slot) = self.strings.slot_at(index) else { return 0 };
        self.interner.remove(slot.value.hash, index);
        let memory = slot.value.memory();
        let mut long = None;
        self.strings.release(index, |text| long = text.clear());
        if let Some(bytes) = long {
            self.scrap(bytes.into_vec());
        }
        memory
    }
}

impl Heap {
    /// Whether [`Heap::revive_string`] would have to do something for a string to be kept.
    fn is_doomed(&self, index: u32) -> bool {
        let Some(slot) = self.strings.slot_at(index) else { return true };
        let (scope, colour) = (slot.scope, self.strings.colour(index));
        !self.is_open_scope(scope)
            || self.is_sweeping() && colour == self.dead_white()
            || scope != 0 && colour != YOUNG_REACHED && matches!(self.collector.young.phase, Phase::Sweep(_))
    }

    /// A string that is going to be freed was found by its content: it lives on.
    #[cold]
    #[inline(never)]
    fn revive_string(&mut self, index: u32) {
        let Some(slot) = self.strings.slot_at(index) else { return };
        let (scope, bits, memory) = (slot.scope, slot.bits(index), slot.value.memory());
        if !self.is_open_scope(scope) {
            if let Some(slot) = self.strings.slot_at_mut(index) {
                slot.scope = self.birth.scope;
            }
            self.strings.set_colour(index, self.birth.colour);
            self.budget.add(memory);
            if self.birth.scope != 0 {
                push(&mut self.born, bits);
            }
        } else if self.is_sweeping() && self.strings.colour(index) == self.dead_white() {
            self.strings.set_colour(index, self.birth.colour);
        } else if scope != 0 && matches!(self.collector.young.phase, Phase::Sweep(_)) {
            self.strings.set_colour(index, YOUNG_REACHED);
        }
    }
}

impl Transaction<'_> {
    /// The string with this content.
    #[inline]
    pub fn intern(&mut self, bytes: &[u8]) -> Result<Value, HeapError> {
        self.heap.intern(bytes).map(Value::from)
    }

    /// A piece of a string as a string; empty where the range lies outside.
    #[inline]
    pub fn intern_piece(&mut self, string: Value, piece: Range<usize>) -> Result<Value, HeapError> {
        let text = self.string(string).unwrap_or_default();
        if piece == (0..text.len()) {
            return Ok(string);
        }
        let text = text.get(piece.clone()).unwrap_or_default();
        match self.look_up(text) {
            Known::String(found) => Ok(found),
            Known::Nothing(hash) => self.intern_hashed(string, piece, hash),
        }
    }

    /// As [`Transaction::intern_piece`], for more than 64 KB.
    #[cold]
    #[inline(never)]
    fn intern_long_piece(&mut self, string: Value, piece: Range<usize>) -> Result<Value, HeapError> {
        let text = self.string(string).and_then(|text| text.get(piece)).unwrap_or_default();
        let (copy, copied) = self.heap.watch.copy(text);
        if let Err(error) = copied {
            self.heap.scrap(copy);
            return Err(error);
        }
        self.heap.intern_owned(copy).map(Value::from)
    }

    /// The string with this content, if there is one that may be kept. Unlike [`Transaction::intern`] this changes nothing, so that
    /// the content may lie in the heap. One of more than 64 KB is not looked for.
    #[inline]
    pub fn look_up(&self, bytes: &[u8]) -> Known {
        if bytes.len() > PIECE {
            return Known::Nothing(StringHash(0));
        }
        let heap = &*self.heap;
        if let Some(string) = heap.byte_string(bytes) {
            return Known::String(string.into());
        }
        let hash = heap.interner.hash(bytes);
        let strings = &heap.strings;
        let found =
            heap.interner.find(hash, |index| strings.slot_at(index).is_some_and(|slot| slot.value.is(bytes)));
        match found.filter(|index| !heap.birth.string_care || !heap.is_doomed(*index)) {
            Some(index) => match strings.handle_at(index) {
                Some(handle) => Known::String(handle.into()),
                None => Known::Nothing(StringHash(hash)),
            },
            None => Known::Nothing(StringHash(hash)),
        }
    }

    /// A piece of a string as a string, of which [`Transaction::look_up`] knew nothing but the hash; empty where the range lies
    /// outside.
    #[inline(never)]
    pub fn intern_hashed(
        &mut self,
        string: Value,
        piece: Range<usize>,
        hash: StringHash,
    ) -> Result<Value, HeapError> {
        /// Pieces up to this length are copied on the stack.
        const SHORT: usize = 64;
        let StringHash(hash) = hash;
        if piece.len() > PIECE {
            return self.intern_long_piece(string, piece);
        }
        let text = self.string(string).and_then(|text| text.get(piece)).unwrap_or_default();
        if self.heap.birth.string_care {
            let strings = &self.heap.strings;
            let is_same = |index| strings.slot_at(index).is_some_and(|slot| slot.value.is(text));
            if let Some(index) = self.heap.interner.find(hash, is_same) {
                return self.heap.keep_string(index).map(Value::from);
            }
        }
        if text.len() <= SHORT {
            let mut copy = [0; SHORT];
            let (head, _) = copy.split_at_mut(text.len());
            head.copy_from_slice(text);
            let length = head.len();
            return self.heap.new_string(hash, length, |text| text.set(hash, head)).map(Value::from);
        }
        let mut copy = Vec::new();
        copy.try_reserve_exact(text.len()).map_err(|_| HeapError::OutOfMemory)?;
        copy.extend_from_slice(text);
        self.heap.new_string(hash, copy.len(), |text| text.set_owned(hash, copy)).map(Value::from)
    }

    /// The string with this content, if there is one: for look-ups. One that is to be kept must be interned, since this does not
    /// save a string that the collector is about to free.
    pub fn intern_existing(&self, bytes: &[u8]) -> Option<Value> {
        let heap = &*self.heap;
        let index = if bytes.len() > PIECE {
            let hash = heap.interner.hash_long(bytes, &heap.watch).ok()?;
            heap.find_long(hash, bytes).ok()??
        } else {
            let hash = heap.interner.hash(bytes);
            heap.interner
                .find(hash, |index| heap.strings.slot_at(index).is_some_and(|slot| slot.value.is(bytes)))?
        };
        // One that a rollback has doomed no longer exists for anybody.
        let slot = heap.strings.slot_at(index)?;
        if slot.scope != 0 && !heap.is_open_scope(slot.scope) {
            return None;
        }
        heap.strings.handle_at(index).map(Value::from)
    }

    /// The bytes of a string.
    #[inline(always)]
    pub fn string(&self, value: Value) -> Option<&[u8]> {
        match self.heap.strings.get_bits(value.bits()) {
            Some(text) => Some(text.bytes()),
            None => None,
        }
    }

    /// The length of a string in bytes.
    #[inline(always)]
    pub fn string_len(&self, value: Value) -> Option<usize> {
        self.string(value).map(<[u8]>::len)
    }

    /// The string with the content of a buffer from [`Transaction::take_buffer`], which is given back, or, if it is very
    /// large, becomes the string.
    #[inline]
    pub fn intern_buffer(&mut self, buffer: Vec<u8>) -> Result<Value, HeapError> {
        if buffer.len() > LARGEST_SCRATCH {
            return self.heap.intern_owned(buffer).map(Value::from);
        }
        let string = self.intern(&buffer);
        self.give_buffer(buffer);
        string
    }

    /// Takes the heap's scratch buffer, empty; give it back with [`Transaction::give_buffer`].
    #[inline]
    pub fn take_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.heap.buffer)
    }

    /// Gives the scratch buffer back. A very large one is freed instead of kept.
    #[inline]
    pub fn give_buffer(&mut self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= LARGEST_SCRATCH {
            buffer.clear();
            self.heap.buffer = buffer;
        } else {
            self.heap.scrap(buffer);
        }
    }
}
