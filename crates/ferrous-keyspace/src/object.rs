//! The values of keys.
//!
//! A [`Value`] is one of six types; the collections are boxed, so that an entry of a database stays small. Commands ask
//! for a type by the trait [`Typed`] and get `WRONGTYPE` if the key holds another.
//!
//! **Invariant:** no empty collection is kept: the command that takes the last element out removes the key. Streams are
//! the exception, as in Redis.

mod field_times;
mod hash;
mod layout;
mod list;
mod set;
mod stream;
mod stream_node;
mod string;

use ferrous_redis::compat::KeyspaceDialect;

pub(crate) use crate::sorted_set::SortedSet;
pub(crate) use hash::Hash;
pub(crate) use layout::{Layout, Limits, ListLimit};
pub(crate) use list::{End, List};
pub(crate) use set::Set;
pub(crate) use stream::{Fields, Marks, Stream, StreamId, Threshold};
pub(crate) use string::{MAX_STRING, StringValue};

/// A value of any type.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A string, which may be a number.
    String(StringValue),
    /// Fields with values.
    Hash(Box<Hash>),
    /// Elements in order.
    List(Box<List>),
    /// Members without order.
    Set(Box<Set>),
    /// Members by score.
    SortedSet(Box<SortedSet>),
    /// Entries by time.
    Stream(Box<Stream>),
}

impl Value {
    /// The name of the type, as `TYPE` answers it.
    #[must_use]
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::Hash(_) => "hash",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::SortedSet(_) => "zset",
            Self::Stream(_) => "stream",
        }
    }

    /// The encoding that the target would have chosen under that key, as `OBJECT ENCODING` answers it. Only lists need
    /// their limit here.
    #[must_use]
    pub(crate) fn encoding(&self, key: &[u8], limit: ListLimit, dialect: &KeyspaceDialect) -> &'static str {
        match self {
            Self::String(string) => string.encoding(key, dialect),
            Self::Hash(hash) if !hash.is_compact() => "hashtable",
            Self::Hash(hash) if hash.has_times() => dialect.small_expiring_hash,
            Self::Hash(_) => "listpack",
            Self::List(list) => {
                if dialect.compact_lists_and_sets && list.is_compact(limit) {
                    "listpack"
                } else {
                    "quicklist"
                }
            }
            Self::Set(set) => {
                if set.is_integers() {
                    "intset"
                } else if dialect.compact_lists_and_sets && set.is_compact() {
                    "listpack"
                } else {
                    "hashtable"
                }
            }
            Self::SortedSet(set) => {
                if set.is_compact() {
                    "listpack"
                } else {
                    "skiplist"
                }
            }
            Self::Stream(_) => "stream",
        }
    }

    /// How many keys share the value, as `OBJECT REFCOUNT` answers it: small integers are shared by all.
    pub(crate) fn references(&self, dialect: &KeyspaceDialect) -> i64 {
        /// Redis shares the integers below this one.
        const SHARED: i64 = 10_000;
        match self {
            Self::String(StringValue::Integer(0..SHARED)) if dialect.embedded_with_key.is_none() => {
                i64::from(i32::MAX)
            }
            _ => 1,
        }
    }
}

impl Value {
    /// An estimate of the bytes that the value takes, with its key: its content, and a flat amount for each element.
    pub(crate) fn bytes_used(&self, key: &[u8]) -> usize {
        const ENTRY: usize = 48;
        let content = match self {
            Self::String(string) => string.len(),
            Self::List(list) => list.iter().map(|element| element.len() + ENTRY / 2).sum(),
            Self::Hash(hash) => hash.iter().map(|(field, value)| field.len() + value.len() + ENTRY).sum(),
            Self::Set(set) => set.len() * ENTRY,
            Self::SortedSet(set) => set.iter().map(|(member, _)| member.len() + 2 * ENTRY).sum(),
            Self::Stream(stream) => stream.len() * 2 * ENTRY,
        };
        key.len() + content + ENTRY
    }

    /// Starts or stops the value's record of its changes; false if it keeps none, being a string.
    pub(crate) fn arm(&mut self, armed: bool) -> bool {
        match self {
            Self::String(_) => return false,
            Self::Hash(hash) => hash.arm(armed),
            Self::List(list) => list.arm(armed),
            Self::Set(set) => set.arm(armed),
            Self::SortedSet(set) => set.arm(armed),
            Self::Stream(stream) => stream.arm(armed),
        }
        true
    }

    /// Undoes what has changed since the value was armed.
    pub(crate) fn undo(&mut self) {
        match self {
            Self::String(_) => {}
            Self::Hash(hash) => hash.undo(),
            Self::List(list) => list.undo(),
            Self::Set(set) => set.undo(),
            Self::SortedSet(set) => set.undo(),
            Self::Stream(stream) => stream.undo(),
        }
    }
}

/// A type that a key can hold.
pub(crate) trait Typed: Sized {
    /// The value, if it is of this type.
    fn from_value(value: &Value) -> Option<&Self>;
    /// The value, if it is of this type, to be changed.
    fn from_value_mut(value: &mut Value) -> Option<&mut Self>;
    /// A key's value.
    fn into_value(self) -> Value;
    /// A value with nothing in it.
    fn empty(layout: &Layout) -> Self;
}

macro_rules! typed {
    ($type:ident, $variant:ident, $wrap:expr, $empty:expr) => {
        impl Typed for $type {
            fn from_value(value: &Value) -> Option<&Self> {
                if let Value::$variant(value) = value { Some(value) } else { None }
            }
            fn from_value_mut(value: &mut Value) -> Option<&mut Self> {
                if let Value::$variant(value) = value { Some(value) } else { None }
            }
            fn into_value(self) -> Value {
                Value::$variant($wrap(self))
            }
            fn empty(layout: &Layout) -> Self {
                $empty(layout)
            }
        }
    };
}

typed!(StringValue, String, std::convert::identity, |_: &Layout| StringValue::default());
typed!(Hash, Hash, Box::new, |layout: &Layout| Self::new(layout));
typed!(List, List, Box::new, |_: &Layout| List::default());
typed!(Set, Set, Box::new, |layout: &Layout| Self::new(layout));
typed!(SortedSet, SortedSet, Box::new, |layout: &Layout| Self::new(layout));
typed!(Stream, Stream, Box::new, |_: &Layout| Stream::default());
