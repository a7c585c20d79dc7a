//! Slots by handle bits, whatever the kind: for the journal, the scopes and the collector, which hold objects of all kinds in
//! one list.
//!
//! **Invariant:** only [`Heap::scope_of`] and [`Heap::live_bits`] tell whether an object is alive; the others act on the
//! slot, whoever lives there.

use ferrous_arena::{FREE, Object};

use crate::cell::Cell;
use crate::function::Function;
use crate::guard::OLD;
use crate::heap::Heap;
use crate::prototype::Prototype;
use crate::table::Table;
use crate::text::Text;
use crate::thread::Thread;
use crate::userdata::Userdata;

/// Does the same with the slot at an index of whichever arena the tag names.
macro_rules! with_slot {
    ($heap:expr, $bits:expr, $default:expr, |$slot:ident| $body:expr) => {{
        let index = $bits as u32;
        match ($bits >> 48) as u16 {
            Table::TAG => $heap.tables.slot_at_mut(index).map_or($default, |$slot| $body),
            Text::TAG => $heap.strings.slot_at_mut(index).map_or($default, |$slot| $body),
            Function::TAG => $heap.functions.slot_at_mut(index).map_or($default, |$slot| $body),
            Cell::TAG => $heap.cells.slot_at_mut(index).map_or($default, |$slot| $body),
            Userdata::TAG => $heap.userdata.slot_at_mut(index).map_or($default, |$slot| $body),
            Thread::TAG => $heap.threads.slot_at_mut(index).map_or($default, |$slot| $body),
            Prototype::TAG => $heap.prototypes.slot_at_mut(index).map_or($default, |$slot| $body),
            _ => $default,
        }
    }};
}

impl Heap {
    /// Changes the guard of a slot. Strings and prototypes never change and have none.
    pub(crate) fn with_guard(&mut self, bits: u64, change: impl Fn(u8) -> u8) {
        match (bits >> 48) as u16 {
            Text::TAG | Prototype::TAG => {}
            _ => with_slot!(self, bits, (), |slot| slot.guard.set(change(slot.guard.get()))),
        }
    }

    /// The scope in which a live object was born; `None` for a stale handle.
    pub(crate) fn scope_of(&mut self, bits: u64) -> Option<u8> {
        with_slot!(self, bits, None, |slot| (slot.bits(bits as u32) == bits).then_some(slot.scope))
    }

    /// The scopes in which an object was born and last copied.
    pub(crate) fn scope_and_saved(&mut self, bits: u64) -> (u8, u8) {
        with_slot!(self, bits, (0, 0), |slot| (slot.scope, slot.saved))
    }

    pub(crate) fn set_scope(&mut self, bits: u64, scope: u8) {
        with_slot!(self, bits, (), |slot| slot.scope = scope);
    }

    /// An object has been copied in a scope: its guard knows, and who copied it before is returned, and whether the slot was
    /// listed as unarmed already. It is now.
    #[inline]
    pub(crate) fn mark_saved(&mut self, bits: u64, scope: u8) -> (u8, bool) {
        with_slot!(self, bits, (0, true), |slot| {
            slot.disarm(OLD);
            (std::mem::replace(&mut slot.saved, scope), std::mem::replace(&mut slot.listed, true))
        })
    }

    /// An object that has been restored is as it was before it was copied, if it is still alive: whoever is written to next
    /// finds out by its guard whether a copy is needed.
    #[inline]
    pub(crate) fn mark_restored(&mut self, bits: u64, saved: u8) {
        with_slot!(self, bits, (), |slot| {
            if slot.bits(bits as u32) == bits {
                slot.saved = saved;
                slot.arm(OLD);
            }
        });
    }

    /// Sets the `OLD` bit of a slot that was listed as unarmed, and takes it off the list.
    #[inline]
    pub(crate) fn rearm(&mut self, bits: u64) {
        with_slot!(self, bits, (), |slot| {
            slot.arm(OLD);
            slot.listed = false;
        });
    }

    pub(crate) fn set_saved(&mut self, bits: u64, scope: u8) {
        with_slot!(self, bits, (), |slot| slot.saved = scope);
    }

    /// Whether an object was born in a scope that is open.
    pub(crate) fn is_young(&self, bits: u64) -> bool {
        let index = bits as u32;
        let scope = match (bits >> 48) as u16 {
            Table::TAG => self.tables.slot_at(index).map(|slot| slot.scope),
            Text::TAG => self.strings.slot_at(index).map(|slot| slot.scope),
            Function::TAG => self.functions.slot_at(index).map(|slot| slot.scope),
            Cell::TAG => self.cells.slot_at(index).map(|slot| slot.scope),
            Userdata::TAG => self.userdata.slot_at(index).map(|slot| slot.scope),
            Thread::TAG => self.threads.slot_at(index).map(|slot| slot.scope),
            Prototype::TAG => self.prototypes.slot_at(index).map(|slot| slot.scope),
            _ => None,
        };
        scope.is_some_and(|scope| scope != 0)
    }

    /// Lists a slot as unarmed; says whether that was a change. Strings and prototypes are never listed.
    pub(crate) fn set_listed(&mut self, bits: u64) -> bool {
        match (bits >> 48) as u16 {
            Text::TAG | Prototype::TAG => false,
            _ => with_slot!(self, bits, false, |slot| !std::mem::replace(&mut slot.listed, true)),
        }
    }

    /// Number of slots of the arena that a tag names.
    pub(crate) fn slots_of(&self, tag: u16) -> u32 {
        match tag {
            Table::TAG => self.tables.slots(),
            Text::TAG => self.strings.slots(),
            Function::TAG => self.functions.slots(),
            Cell::TAG => self.cells.slots(),
            Userdata::TAG => self.userdata.slots(),
            Thread::TAG => self.threads.slots(),
            Prototype::TAG => self.prototypes.slots(),
            _ => 0,
        }
    }

    /// The handle bits of the object at an index, if the slot is occupied.
    pub(crate) fn live_bits(&mut self, tag: u16, index: u32) -> Option<u64> {
        let probe = u64::from(tag) << 48 | u64::from(index);
        let bits = with_slot!(self, probe, 0, |slot| slot.bits(index));
        (bits >> 48 == u64::from(tag) && self.colour_of(bits).is_some_and(|colour| colour != FREE))
            .then_some(bits)
    }
}
