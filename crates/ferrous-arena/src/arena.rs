//! The arena: slots that are reused under a new generation.
//!
//! A slot holds its key (the tag and generation that valid handles carry), four bytes that belong to the arena's owner
//! ([`Slot::guard`], [`Slot::scope`], [`Slot::saved`], [`Slot::listed`]) and the object. The key and the guard share a cache line, since a store
//! checks both. Colours, which a sweep reads for all slots, lie apart in a byte each.
//!
//! Freed objects stay in their slot after a `reset` that the owner supplies, so that their buffers can be used again. Slots are
//! reused last in, first out; an owner that wants low ones used, and the last ones given back, says so ([`crate::vacancy`]).
//!
//! **Invariant:** the key of a free slot has tag 0, so no handle matches it, forged or not; its colour is [`FREE`].
//!
//! **Invariant:** a generation never repeats: a slot that has used up its 65,535 generations is *quarantined*, and
//! returns only when the owner has shown that no handle to it is left ([`Arena::return_quarantined`]). Its key is
//! [`WORN_OUT`], and no other slot's is.

use std::cell::Cell;

use crate::buffer::push;
use crate::handle::{Handle, Object};
use crate::vacancy::Vacancy;

/// Colour of a slot that holds no object. All other colours belong to the arena's owner.
pub const FREE: u8 = 0;

/// The bits of a key that are the generation.
const GENERATION: u32 = 0xFFFF;

/// The generation that no slot gives out: who has come to it is worn out.
pub(crate) const WORN_OUT: u32 = 0xFFFF;

/// One place for an object.
#[derive(Debug)]
pub struct Slot<T> {
    pub(crate) key: u32,
    /// Conditions on stores, one bit each; zero means that a store needs no further care. Zero in a new object.
    pub guard: Cell<u8>,
    /// Number of the scope the object belongs to; given at allocation.
    pub scope: u8,
    /// Number of the scope in which the object was last copied. Zero in a new object.
    pub saved: u8,
    /// Whether the slot's index stands on a list of the owner. Outlives the object.
    pub listed: bool,
    /// The object.
    pub value: T,
}

impl<T> Slot<T> {
    /// The bits of the occupant's handle, if the slot is the one at this index.
    #[inline(always)]
    pub fn bits(&self, index: u32) -> u64 {
        u64::from(self.key) << 32 | u64::from(index)
    }

    /// Sets bits of the guard.
    #[inline(always)]
    pub fn arm(&self, bits: u8) {
        self.guard.set(self.guard.get() | bits);
    }

    /// Clears bits of the guard.
    #[inline(always)]
    pub fn disarm(&self, bits: u8) {
        self.guard.set(self.guard.get() & !bits);
    }
}

/// Slots for objects of one type.
#[derive(Debug)]
pub struct Arena<T> {
    pub(crate) slots: Vec<Slot<T>>,
    pub(crate) colours: Vec<u8>,
    pub(crate) free: Vec<u32>,
    pub(crate) quarantine: Vec<u32>,
    pub(crate) vacancy: Vacancy,
}

impl<T: Object> Default for Arena<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Object> Arena<T> {
    /// An arena without slots.
    pub const fn new() -> Self {
        const { assert!(T::TAG != 0) };
        Self {
            slots: Vec::new(),
            colours: Vec::new(),
            free: Vec::new(),
            quarantine: Vec::new(),
            vacancy: Vacancy::new(),
        }
    }

    /// Takes a slot for an object, which is in its default state or in that of its last `reset`.
    ///
    /// `None` if all 2^32 slots are taken.
    #[inline(always)]
    pub fn allocate(&mut self, colour: u8, scope: u8) -> Option<(Handle<T>, &mut T)> {
        let index = match self.free.pop() {
            Some(index) => index,
            None => self.grow()?,
        };
        let slot = self.slots.get_mut(index as usize)?;
        slot.key |= (T::TAG as u32) << 16;
        slot.guard.set(0);
        slot.scope = scope;
        slot.saved = 0;
        *self.colours.get_mut(index as usize)? = colour;
        Some((Handle::from_key(slot.key, index)?, &mut slot.value))
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Option<u32> {
        if self.vacancy.is_used() { self.grow_after_trim() } else { self.push_slot(0) }
    }

    /// Adds a free slot whose next handle has this generation; its index.
    #[inline]
    pub(crate) fn push_slot(&mut self, generation: u32) -> Option<u32> {
        let index = u32::try_from(self.slots.len()).ok().filter(|index| *index != u32::MAX)?;
        let value = T::default();
        let slot = Slot { key: generation, guard: Cell::new(0), scope: 0, saved: 0, listed: false, value };
        push(&mut self.slots, slot);
        self.colours.push(FREE);
        Some(index)
    }

    /// Frees a slot: its handles are stale from now on. `reset` brings the object into the state in which the next
    /// [`Arena::allocate`] shall find it. Nothing happens if the slot is free.
    #[inline]
    pub fn release(&mut self, index: u32, reset: impl FnOnce(&mut T)) {
        let (Some(slot), Some(colour)) =
            (self.slots.get_mut(index as usize), self.colours.get_mut(index as usize))
        else {
            return;
        };
        if *colour == FREE {
            return;
        }
        *colour = FREE;
        slot.key = (slot.key & GENERATION) + 1;
        reset(&mut slot.value);
        if slot.key == WORN_OUT {
            self.quarantine.push(index);
        } else {
            self.free.push(index);
        }
    }

    /// The object of a handle, if it is alive.
    #[inline(always)]
    pub fn get(&self, handle: Handle<T>) -> Option<&T> {
        self.get_bits(handle.bits())
    }

    /// The object of a handle, if it is alive.
    #[inline(always)]
    pub fn get_mut(&mut self, handle: Handle<T>) -> Option<&mut T> {
        self.slot_bits_mut(handle.bits()).map(|slot| &mut slot.value)
    }

    /// The object of a handle given as bits; `None` as well if they carry another tag.
    #[inline(always)]
    pub fn get_bits(&self, bits: u64) -> Option<&T> {
        match self.slots.get(bits as u32 as usize) {
            Some(slot) if slot.key == (bits >> 32) as u32 => Some(&slot.value),
            _ => None,
        }
    }

    /// The slot of a live handle given as bits.
    #[inline(always)]
    pub fn slot_bits(&self, bits: u64) -> Option<&Slot<T>> {
        match self.slots.get(bits as u32 as usize) {
            Some(slot) if slot.key == (bits >> 32) as u32 => Some(slot),
            _ => None,
        }
    }

    /// The slot of a live handle given as bits.
    #[inline(always)]
    pub fn slot_bits_mut(&mut self, bits: u64) -> Option<&mut Slot<T>> {
        match self.slots.get_mut(bits as u32 as usize) {
            Some(slot) if slot.key == (bits >> 32) as u32 => Some(slot),
            _ => None,
        }
    }

    /// The object of a handle given as bits, if it is alive and its guard is zero.
    #[inline(always)]
    pub fn unguarded_bits_mut(&mut self, bits: u64) -> Option<&mut T> {
        match self.slots.get_mut(bits as u32 as usize) {
            Some(slot) if slot.key == (bits >> 32) as u32 && slot.guard.get() == 0 => Some(&mut slot.value),
            _ => None,
        }
    }

    /// The slot of a live handle.
    #[inline(always)]
    pub fn slot(&self, handle: Handle<T>) -> Option<&Slot<T>> {
        self.slot_bits(handle.bits())
    }

    /// The slot of a live handle.
    #[inline(always)]
    pub fn slot_mut(&mut self, handle: Handle<T>) -> Option<&mut Slot<T>> {
        self.slot_bits_mut(handle.bits())
    }

    /// The slots of two live handles; `None` as well if they are the same.
    #[inline(always)]
    pub fn slot_pair_mut(&mut self, first: Handle<T>, second: Handle<T>) -> Option<[&mut Slot<T>; 2]> {
        let places = [first.index() as usize, second.index() as usize];
        let slots = self.slots.get_disjoint_mut(places).ok()?;
        let keys = [(first.bits() >> 32) as u32, (second.bits() >> 32) as u32];
        (slots[0].key == keys[0] && slots[1].key == keys[1]).then_some(slots)
    }

    /// The slot at an index, occupied or not.
    #[inline(always)]
    pub fn slot_at(&self, index: u32) -> Option<&Slot<T>> {
        self.slots.get(index as usize)
    }

    /// The slot at an index, occupied or not.
    #[inline(always)]
    pub fn slot_at_mut(&mut self, index: u32) -> Option<&mut Slot<T>> {
        self.slots.get_mut(index as usize)
    }

    /// The handle of the object at an index; `None` if the slot is free.
    #[inline]
    pub fn handle_at(&self, index: u32) -> Option<Handle<T>> {
        Handle::from_key(self.slots.get(index as usize)?.key, index)
    }

    /// Whether the bits are those of a live handle.
    #[inline(always)]
    pub fn is_live_bits(&self, bits: u64) -> bool {
        self.slots.get(bits as u32 as usize).is_some_and(|slot| slot.key == (bits >> 32) as u32)
    }

    /// The colour of a slot; [`FREE`] beyond the last one.
    #[inline(always)]
    pub fn colour(&self, index: u32) -> u8 {
        self.colours.get(index as usize).copied().unwrap_or(FREE)
    }

    /// Gives the object at an index another colour than [`FREE`]; no effect on a free slot.
    #[inline(always)]
    pub fn set_colour(&mut self, index: u32, colour: u8) {
        if let Some(old) = self.colours.get_mut(index as usize)
            && *old != FREE
            && colour != FREE
        {
            *old = colour;
        }
    }

    /// The colours of all slots, in order.
    #[inline(always)]
    pub fn colours(&self) -> &[u8] {
        &self.colours
    }

    /// Number of objects.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len() - self.vacancy.unlisted() - self.quarantine.len()
    }

    /// Whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of slots, occupied or not; indices are below it.
    #[inline(always)]
    pub fn slots(&self) -> u32 {
        // `grow` keeps the number of slots below 2^32.
        self.slots.len() as u32
    }

    /// Slots that have used up their generations, oldest first.
    pub fn quarantined(&self) -> &[u32] {
        &self.quarantine
    }

    /// All slots, and their colours, which may be changed while the slots are read. [`FREE`] must stay what it is.
    #[inline]
    pub fn split(&mut self) -> (&[Slot<T>], &mut [u8]) {
        (&self.slots, &mut self.colours)
    }

    /// The next slot from `from` on that is occupied; its index and colour.
    #[inline]
    pub fn occupied_from(&self, from: u32) -> Option<(u32, u8)> {
        let rest = self.colours.get(from as usize..)?;
        let offset = rest.iter().position(|colour| *colour != FREE)?;
        // The arena has fewer than 2^32 slots.
        rest.get(offset).map(|colour| (from + offset as u32, *colour))
    }

    /// Returns to use those of the `oldest` first quarantined slots of which the owner has `seen` no handle.
    pub fn return_quarantined(&mut self, oldest: usize, seen: impl Fn(u32) -> bool) -> usize {
        let Self { slots, free, quarantine, .. } = self;
        let mut rank = 0;
        let before = free.len();
        quarantine.retain(|&index| {
            rank += 1;
            if rank > oldest || seen(index) {
                return true;
            }
            if let Some(slot) = slots.get_mut(index as usize) {
                slot.key = 0;
                free.push(index);
            }
            false
        });
        free.len() - before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Number(u64);
    impl Object for Number {
        const TAG: u16 = 0xFFFB;
    }

    #[test]
    fn a_worn_out_slot_is_quarantined_until_returned() {
        let mut arena: Arena<Number> = Arena::new();
        let first = arena.allocate(1, 0).unwrap().0;
        arena.release(first.index(), |_| {});
        for _ in 1..WORN_OUT {
            let handle = arena.allocate(1, 0).unwrap().0;
            assert_eq!(handle.index(), 0);
            arena.release(0, |_| {});
        }
        assert_eq!(arena.quarantined(), [0]);
        assert_eq!(arena.allocate(1, 0).unwrap().0.index(), 1);
        assert_eq!(arena.return_quarantined(1, |_| true), 0);
        assert_eq!(arena.return_quarantined(1, |_| false), 1);
        assert_eq!(arena.allocate(1, 0).unwrap().0, first);
    }

    #[test]
    fn no_handle_reaches_a_free_slot() {
        let mut arena: Arena<Number> = Arena::new();
        let (handle, number) = arena.allocate(1, 0).unwrap();
        number.0 = 7;
        arena.release(handle.index(), |number| number.0 = 0);
        for generation in 0..=u16::MAX {
            let forged = Handle::from_bits(0xFFFB << 48 | u64::from(generation) << 32).unwrap();
            assert!(arena.get(forged).is_none());
        }
    }
}
