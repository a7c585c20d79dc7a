//! A Lua value in 8 bytes.
//!
//! NaN box: a double, or one of the quiet NaNs that arithmetic never produces, with a tag in the top 16 bits.
//!
//! | top 16 bits | value | low 48 bits |
//! |---|---|---|
//! | below `FFF9` | number | the double itself, NaNs `7FF8...` and `FFF8...` included |
//! | `FFF9` | immediate | nil = 0, false = 1, true = 2, light userdata, internal markers |
//! | `FFFA` .. `FFFF` | string, table, function, cell, userdata, thread | generation and index: the bits of a [`Handle`] |
//!
//! **Invariant:** every boxed non-number is a NaN when its bits are read as a double ([`Value::raw_f64`]), so arithmetic may
//! compute first and test the result for NaN afterwards. Doubles from elsewhere enter through [`Value::from_foreign`],
//! which makes all NaNs one of the two that are numbers.

use std::fmt;

use ferrous_arena::{Handle, Object};

use crate::cell::Cell;
use crate::function::Function;
use crate::prototype::Prototype;
use crate::table::Table;
use crate::text::Text;
use crate::thread::Thread;
use crate::userdata::Userdata;

/// Handle of a string.
pub type StringRef = Handle<Text>;
/// Handle of a table.
pub type TableRef = Handle<Table>;
/// Handle of a function.
pub type FunctionRef = Handle<Function>;
/// Handle of a cell: the box of a captured local that is assigned to.
pub type CellRef = Handle<Cell>;
/// Handle of a full userdata.
pub type UserdataRef = Handle<Userdata>;
/// Handle of a thread (coroutine).
pub type ThreadRef = Handle<Thread>;
/// Handle of a prototype. Not a value.
pub type PrototypeRef = Handle<Prototype>;

const IMMEDIATE: u64 = 0xFFF9 << 48;
const LIGHT_USERDATA: u64 = IMMEDIATE | 1 << 32;
const INTERNAL: u64 = IMMEDIATE | 2 << 32;
/// Adding it to a double rounds the double to an integer, which then stands in the low bits of the sum.
const ROUND_TO_INTEGER: f64 = 6_755_399_441_055_744.0;

/// A Lua value. Equality is raw identity of the bits; see [`Value::raw_equals`] for Lua's `rawequal`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value(u64);

/// A [`Value`] taken apart, for code that matches on types.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unpacked {
    /// `nil`
    Nil,
    /// `false` or `true`
    Boolean(bool),
    /// A number.
    Number(f64),
    /// An opaque number of the host's.
    LightUserdata(u32),
    /// A string.
    String(StringRef),
    /// A table.
    Table(TableRef),
    /// A function, Lua or native.
    Function(FunctionRef),
    /// A full userdata.
    Userdata(UserdataRef),
    /// A thread.
    Thread(ThreadRef),
    /// A cell or a marker: never visible to a script.
    Internal,
}

impl Value {
    /// `nil`
    pub const NIL: Self = Self(IMMEDIATE);
    /// `false`
    pub const FALSE: Self = Self(IMMEDIATE | 1);
    /// `true`
    pub const TRUE: Self = Self(IMMEDIATE | 2);
    /// Stands in place of the iterator function of a loop that walks a table by `next`.
    pub const ITERATE_NEXT: Self = Self(INTERNAL);
    /// Stands in place of the iterator function of a loop that walks a table by `ipairs`.
    pub const ITERATE_ARRAY: Self = Self(INTERNAL | 1);

    /// A boolean.
    #[inline(always)]
    pub const fn boolean(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// A number that is not a foreign NaN: a constant, or the result of arithmetic on numbers.
    #[inline(always)]
    pub const fn number(value: f64) -> Self {
        Self(value.to_bits())
    }

    /// A number from anywhere. NaNs keep their sign and lose their payload.
    #[inline]
    pub const fn from_foreign(value: f64) -> Self {
        if value.is_nan() {
            Self(if value.is_sign_negative() { 0xFFF8 << 48 } else { 0x7FF8 << 48 })
        } else {
            Self(value.to_bits())
        }
    }

    /// A light userdata: a number that means something to the host only.
    #[inline]
    pub const fn light_userdata(id: u32) -> Self {
        Self(LIGHT_USERDATA | id as u64)
    }

    /// The bits read as a double: the number, or a NaN if this is no number.
    #[inline(always)]
    pub const fn raw_f64(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// The bits. They identify an object as long as it lives; scripts see them as addresses.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// What a script sees as the object's address (`table: 0x...`): generation and index; a light userdata's number.
    pub const fn address(self) -> u64 {
        if self.0 >> 32 == LIGHT_USERDATA >> 32 { self.0 & 0xFFFF_FFFF } else { self.0 & 0xFFFF_FFFF_FFFF }
    }

    /// The number.
    #[inline(always)]
    pub const fn as_number(self) -> Option<f64> {
        if self.is_number() { Some(f64::from_bits(self.0)) } else { None }
    }

    /// Whether this is a number.
    #[inline(always)]
    pub const fn is_number(self) -> bool {
        self.0 < IMMEDIATE
    }

    /// Whether this is nil.
    #[inline(always)]
    pub const fn is_nil(self) -> bool {
        self.0 == IMMEDIATE
    }

    /// Whether a condition takes this as true: all but nil and false.
    #[inline(always)]
    pub const fn is_truthy(self) -> bool {
        // false is nil + 1.
        self.0.wrapping_sub(IMMEDIATE) > 1
    }

    /// The boolean.
    #[inline]
    pub const fn as_boolean(self) -> Option<bool> {
        match self {
            Self::TRUE => Some(true),
            Self::FALSE => Some(false),
            _ => None,
        }
    }

    #[inline(always)]
    const fn has_tag(self, tag: u16) -> bool {
        self.0 >> 48 == tag as u64
    }

    /// Whether this is a string.
    #[inline(always)]
    pub const fn is_string(self) -> bool {
        self.has_tag(Text::TAG)
    }

    /// Whether this is a table.
    #[inline(always)]
    pub const fn is_table(self) -> bool {
        self.has_tag(Table::TAG)
    }

    /// Whether this is a function.
    #[inline(always)]
    pub const fn is_function(self) -> bool {
        self.has_tag(Function::TAG)
    }

    /// Whether this is a cell.
    #[inline(always)]
    pub const fn is_cell(self) -> bool {
        self.has_tag(Cell::TAG)
    }

    /// Whether this is a full userdata.
    #[inline(always)]
    pub const fn is_userdata(self) -> bool {
        self.has_tag(Userdata::TAG)
    }

    /// Whether this is a thread.
    #[inline(always)]
    pub const fn is_thread(self) -> bool {
        self.has_tag(Thread::TAG)
    }

    /// Whether this refers to an object of the heap.
    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.0 >= (Text::TAG as u64) << 48
    }

    /// The string's handle.
    #[inline(always)]
    pub const fn as_string(self) -> Option<StringRef> {
        Handle::from_bits(self.0)
    }

    /// The table's handle.
    #[inline(always)]
    pub const fn as_table(self) -> Option<TableRef> {
        Handle::from_bits(self.0)
    }

    /// The function's handle.
    #[inline(always)]
    pub const fn as_function(self) -> Option<FunctionRef> {
        Handle::from_bits(self.0)
    }

    /// The cell's handle.
    #[inline(always)]
    pub const fn as_cell(self) -> Option<CellRef> {
        Handle::from_bits(self.0)
    }

    /// The full userdata's handle.
    #[inline(always)]
    pub const fn as_userdata(self) -> Option<UserdataRef> {
        Handle::from_bits(self.0)
    }

    /// The thread's handle.
    #[inline(always)]
    pub const fn as_thread(self) -> Option<ThreadRef> {
        Handle::from_bits(self.0)
    }

    /// Takes the value apart.
    pub fn unpack(self) -> Unpacked {
        if let Some(number) = self.as_number() {
            return Unpacked::Number(number);
        }
        if let Some(string) = self.as_string() {
            return Unpacked::String(string);
        }
        if let Some(table) = self.as_table() {
            return Unpacked::Table(table);
        }
        if let Some(function) = self.as_function() {
            return Unpacked::Function(function);
        }
        if let Some(userdata) = self.as_userdata() {
            return Unpacked::Userdata(userdata);
        }
        if let Some(thread) = self.as_thread() {
            return Unpacked::Thread(thread);
        }
        match self {
            Self::NIL => Unpacked::Nil,
            Self::FALSE => Unpacked::Boolean(false),
            Self::TRUE => Unpacked::Boolean(true),
            Self(bits) if bits >> 32 == LIGHT_USERDATA >> 32 => Unpacked::LightUserdata(bits as u32),
            _ => Unpacked::Internal,
        }
    }

    /// The type's name as Lua's `type` gives it.
    pub fn type_name(self) -> &'static str {
        match self.unpack() {
            Unpacked::Nil | Unpacked::Internal => "nil",
            Unpacked::Boolean(_) => "boolean",
            Unpacked::Number(_) => "number",
            Unpacked::String(_) => "string",
            Unpacked::Table(_) => "table",
            Unpacked::Function(_) => "function",
            Unpacked::LightUserdata(_) | Unpacked::Userdata(_) => "userdata",
            Unpacked::Thread(_) => "thread",
        }
    }

    /// Lua's primitive equality: numbers by value (NaN differs from itself, 0 equals -0), all else by identity.
    #[inline(always)]
    pub fn raw_equals(self, other: Self) -> bool {
        if self.is_number() & other.is_number() {
            self.raw_f64() == other.raw_f64()
        } else {
            self.0 == other.0
        }
    }
}

/// The array index that a number is: a whole number from 1 to 2^31 - 1.
#[inline(always)]
pub fn array_index(number: f64) -> Option<u32> {
    let index = round_to_index(number);
    // A saturating cast costs more than comparing back.
    if index as f64 == number && index >= 1 { Some(index as u32) } else { None }
}

/// The whole number nearest to one in the range of `i32`; anything at all for other doubles.
#[inline(always)]
pub(crate) fn round_to_index(number: f64) -> i32 {
    // The low 32 bits are the point: no value is lost that the caller's comparison would not notice.
    (number + ROUND_TO_INTEGER).to_bits() as i32
}

impl<T: ValueKind> From<Handle<T>> for Value {
    #[inline(always)]
    fn from(handle: Handle<T>) -> Self {
        Self(handle.bits())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::boolean(value)
    }
}

/// Objects that are values: all but prototypes.
pub trait ValueKind: Object {}

impl ValueKind for Text {}
impl ValueKind for Table {}
impl ValueKind for Function {}
impl ValueKind for Cell {}
impl ValueKind for Userdata {}
impl ValueKind for Thread {}

impl Default for Value {
    fn default() -> Self {
        Self::NIL
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unpack() {
            Unpacked::Nil => formatter.write_str("nil"),
            Unpacked::Boolean(value) => write!(formatter, "{value}"),
            Unpacked::Number(number) => write!(formatter, "{number}"),
            Unpacked::LightUserdata(id) => write!(formatter, "light userdata {id}"),
            Unpacked::Internal => write!(formatter, "internal {:x}", self.0),
            _ => write!(formatter, "{} {:x}", self.type_name(), self.address()),
        }
    }
}
