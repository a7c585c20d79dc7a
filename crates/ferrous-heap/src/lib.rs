//! Lua values, strings, tables, closures and threads behind transactions, with an incremental collector.
#![forbid(unsafe_code)]

mod audit;
mod budget;
mod cell;
mod collector;
mod error;
mod frame;
mod function;
mod guard;
mod heap;
mod interner;
mod journal;
mod list;
mod metatable;
mod pin;
mod prototype;
mod rehash;
mod scope;
mod slot;
mod string;
mod table;
mod thread;
mod transaction;
mod userdata;
mod value;

pub use audit::AuditError;
pub use cell::Cell;
pub use collector::StepResult;
pub use error::HeapError;
pub use ferrous_arena::{Handle, PinError, Pinned};
pub use frame::Frame;
pub use function::{Function, NOT_NATIVE};
pub use heap::{Heap, HeapOptions, HeapStats};
pub use metatable::{Metamethod, TypeMetatable};
pub use prototype::Prototype;
pub use scope::{AtomicTransaction, Close, Commit, Rollback, ScopeId};
pub use string::{INLINE_LENGTH, Text};
pub use table::{Entry, Table};
pub use thread::{NativeSlot, Thread, ThreadStatus};
pub use transaction::Transaction;
pub use userdata::{Snapshot, Userdata};
pub use value::{
    CellRef, FunctionRef, PrototypeRef, StringRef, TableRef, ThreadRef, Unpacked, UserdataRef, Value,
    ValueKind, array_index,
};
