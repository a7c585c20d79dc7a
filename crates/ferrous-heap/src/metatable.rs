//! Metatables: who has which, and which metamethods it defines.
//!
//! Tables and full userdata have metatables of their own; all values of another type share one (manual §2.8).
//!
//! A metatable remembers which metamethods it lacks, of most of them one bit each, so that a miss costs a load and a test. The
//! bits go when a key comes to life in the table. Where a metamethod was found last it is looked for first, in whatever
//! metatable: a guess that is checked. Caches outside (of methods found through `__index` chains) are kept honest by an
//! epoch: [`Transaction::watch`] makes the next change of a table advance it.
//!
//! **Invariant:** an absent bit is set only while the table has no value for that metamethod's name.

use crate::error::HeapError;
use crate::heap::Heap;
use crate::table::Table;
use crate::transaction::Transaction;
use crate::value::{TableRef, Unpacked, Value};

/// The metamethods, `__` left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Metamethod {
    /// `__index`
    Index,
    /// `__newindex`
    NewIndex,
    /// `__call`
    Call,
    /// `__add`
    Add,
    /// `__sub`
    Sub,
    /// `__mul`
    Mul,
    /// `__div`
    Div,
    /// `__mod`
    Mod,
    /// `__pow`
    Pow,
    /// `__unm`
    Unm,
    /// `__len`
    Len,
    /// `__concat`
    Concat,
    /// `__eq`
    Eq,
    /// `__lt`
    Lt,
    /// `__le`
    Le,
    /// `__mode`
    Mode,
    /// `__tostring`
    ToString,
    /// `__metatable`
    Metatable,
    /// `__gc`
    Gc,
}

impl Metamethod {
    /// All of them, in order.
    pub const ALL: [Self; 19] = [
        Self::Index,
        Self::NewIndex,
        Self::Call,
        Self::Add,
        Self::Sub,
        Self::Mul,
        Self::Div,
        Self::Mod,
        Self::Pow,
        Self::Unm,
        Self::Len,
        Self::Concat,
        Self::Eq,
        Self::Lt,
        Self::Le,
        Self::Mode,
        Self::ToString,
        Self::Metatable,
        Self::Gc,
    ];

    /// The field's name in a metatable.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Index => "__index",
            Self::NewIndex => "__newindex",
            Self::Call => "__call",
            Self::Add => "__add",
            Self::Sub => "__sub",
            Self::Mul => "__mul",
            Self::Div => "__div",
            Self::Mod => "__mod",
            Self::Pow => "__pow",
            Self::Unm => "__unm",
            Self::Len => "__len",
            Self::Concat => "__concat",
            Self::Eq => "__eq",
            Self::Lt => "__lt",
            Self::Le => "__le",
            Self::ToString => "__tostring",
            Self::Metatable => "__metatable",
            Self::Mode => "__mode",
            Self::Gc => "__gc",
        }
    }

    /// Its bit among those that are absent; the last three, which are asked for seldom, have none.
    const fn bit(self) -> u16 {
        if (self as u32) < u16::BITS { 1 << self as u32 } else { 0 }
    }
}

/// The types whose values share one metatable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TypeMetatable {
    /// nil
    Nil,
    /// booleans
    Boolean,
    /// numbers
    Number,
    /// strings
    String,
    /// functions
    Function,
    /// threads
    Thread,
    /// light userdata
    LightUserdata,
}

impl TypeMetatable {
    pub(crate) const COUNT: usize = 7;

    /// The type of a value, if its metatable is shared.
    pub fn of(value: Value) -> Option<Self> {
        match value.unpack() {
            Unpacked::Nil => Some(Self::Nil),
            Unpacked::Boolean(_) => Some(Self::Boolean),
            Unpacked::Number(_) => Some(Self::Number),
            Unpacked::String(_) => Some(Self::String),
            Unpacked::Function(_) => Some(Self::Function),
            Unpacked::Thread(_) => Some(Self::Thread),
            Unpacked::LightUserdata(_) => Some(Self::LightUserdata),
            Unpacked::Table(_) | Unpacked::Userdata(_) | Unpacked::Internal => None,
        }
    }
}

impl Heap {
    #[inline(always)]
    pub(crate) fn name_of(&self, metamethod: Metamethod) -> Value {
        self.names.get(metamethod as usize).copied().unwrap_or(Value::NIL)
    }

    /// A metamethod of a metatable; nil if it has none.
    #[inline(always)]
    pub(crate) fn metamethod_in(&self, metatable: TableRef, metamethod: Metamethod) -> Value {
        let Some(table) = self.tables.get(metatable) else { return Value::NIL };
        if table.absent.get() & metamethod.bit() != 0 {
            return Value::NIL;
        }
        let (name, place) = (self.name_of(metamethod), self.places.get(metamethod as usize));
        if let Some(place) = place
            && let Some(entry) = table.entry(usize::from(place.get()))
            && entry.key == name
            && !entry.value.is_nil()
        {
            return entry.value;
        }
        self.find_metamethod(table, metamethod)
    }

    #[inline(never)]
    fn find_metamethod(&self, table: &Table, metamethod: Metamethod) -> Value {
        let position = table.find_string(self.name_of(metamethod));
        let found =
            position.and_then(|position| table.entry(position)).map_or(Value::NIL, |entry| entry.value);
        if found.is_nil() {
            table.absent.set(table.absent.get() | metamethod.bit());
        } else if let (Some(place), Some(Ok(position))) =
            (self.places.get(metamethod as usize), position.map(u8::try_from))
        {
            place.set(position);
        }
        found
    }
}

impl Transaction<'_> {
    /// The metatable that a value has or shares.
    #[inline]
    pub fn metatable_of(&self, value: Value) -> Option<TableRef> {
        if let Some(table) = self.heap.tables.get_bits(value.bits()) {
            return table.metatable;
        }
        self.other_metatable(value)
    }

    #[inline(never)]
    fn other_metatable(&self, value: Value) -> Option<TableRef> {
        match TypeMetatable::of(value) {
            Some(kind) => self.type_metatable(kind),
            None => self.heap.userdata.get_bits(value.bits()).and_then(|userdata| userdata.metatable),
        }
    }

    /// The metatable that all values of a type share.
    pub fn type_metatable(&self, kind: TypeMetatable) -> Option<TableRef> {
        self.heap.type_metatables.get(kind as usize).copied().flatten()
    }

    /// Sets the metatable that all values of a type share.
    pub fn set_type_metatable(
        &mut self,
        kind: TypeMetatable,
        metatable: Option<TableRef>,
    ) -> Result<(), HeapError> {
        if metatable.is_some_and(|metatable| self.heap.tables.get(metatable).is_none()) {
            return Err(HeapError::Stale);
        }
        self.heap.save_type_metatable(kind);
        if let Some(place) = self.heap.type_metatables.get_mut(kind as usize) {
            *place = metatable;
        }
        self.heap.advance_epoch();
        Ok(())
    }

    /// Sets the metatable of a table or a full userdata; other values answer [`HeapError::Stale`].
    pub fn set_metatable(&mut self, object: Value, metatable: Option<TableRef>) -> Result<(), HeapError> {
        if metatable.is_some_and(|metatable| self.heap.tables.get(metatable).is_none()) {
            return Err(HeapError::Stale);
        }
        let stored = metatable.map_or(Value::NIL, Value::from);
        if let Some(table) = object.as_table() {
            let guard = self.heap.tables.slot(table).ok_or(HeapError::Stale)?.guard.get();
            if guard != 0 {
                // A table that is an element of a method chain advances the epoch by being written to.
                self.heap.open_table(table, stored, Value::NIL)?;
            }
            self.heap.tables.get_mut(table).ok_or(HeapError::Stale)?.metatable = metatable;
        } else {
            let userdata = object.as_userdata().ok_or(HeapError::Stale)?;
            self.heap.open_userdata(userdata, false)?;
            self.heap.userdata.get_mut(userdata).ok_or(HeapError::Stale)?.metatable = metatable;
            self.heap.note_finalizer(userdata);
        }
        Ok(())
    }

    /// A metamethod of a value; nil if it has none.
    #[inline]
    pub fn metamethod(&self, object: Value, metamethod: Metamethod) -> Value {
        match self.metatable_of(object) {
            Some(metatable) => self.heap.metamethod_in(metatable, metamethod),
            None => Value::NIL,
        }
    }

    /// A metamethod of a metatable; nil if it has none.
    #[inline]
    pub fn metamethod_in(&self, metatable: TableRef, metamethod: Metamethod) -> Value {
        self.heap.metamethod_in(metatable, metamethod)
    }

    /// A metamethod's name as a string value.
    #[inline]
    pub fn metamethod_name(&self, metamethod: Metamethod) -> Value {
        self.heap.name_of(metamethod)
    }

    /// What caches compare: it differs after any watched table has changed.
    #[inline(always)]
    pub fn method_epoch(&self) -> u32 {
        self.heap.epoch
    }

    /// Makes the next change of a table advance the method epoch. The watch ends with that change: whoever fills a cache
    /// again watches again.
    pub fn watch(&mut self, table: TableRef) {
        if let Some(slot) = self.heap.tables.slot_mut(table) {
            slot.arm(crate::guard::WATCHED);
        }
    }
}
