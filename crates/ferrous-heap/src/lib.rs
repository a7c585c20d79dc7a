//! Lua values, strings, tables, closures and threads behind transactions, with an incremental collector.
//!
//! All memory of a Lua state in safe Rust: [`Value`] is 8 bytes and `Copy`, objects live in generational arenas, and every
//! access checks type and liveness with one compare. No handle, stale or forged, does worse than yield an error value.
//!
//! ```
//! use ferrous_heap::{Heap, HeapError, HeapOptions, Rollback, Value};
//!
//! # fn main() -> Result<(), HeapError> {
//! let mut heap = Heap::new(HeapOptions { limit: 16 << 20, ..HeapOptions::default() });
//!
//! // Objects are reached through a transaction, which borrows the heap whole.
//! let mut transaction = heap.begin();
//! let globals = transaction.new_table(0, 8)?;
//! let Some(table) = globals.as_table() else { return Err(HeapError::Stale) };
//! let name = transaction.intern(b"answer")?;
//! transaction.raw_set(table, name, Value::number(42.0))?;
//! // What the host keeps, it pins.
//! let pinned = transaction.pin(globals);
//!
//! // Between transactions the collector may run.
//! heap.collect_full();
//!
//! // A scope can be undone, whatever happened in it.
//! let scope = heap.open_scope()?;
//! heap.begin().raw_set(table, name, Value::NIL)?;
//! heap.close_scope(scope, Rollback)?;
//!
//! let transaction = heap.begin();
//! assert_eq!(transaction.resolve(&pinned), Ok(globals));
//! assert_eq!(transaction.raw_get_str(table, b"answer"), Value::number(42.0));
//! # Ok(())
//! # }
//! ```
//!
//! | to learn about | see |
//! |---|---|
//! | how a value fits 8 bytes | [`Value`] |
//! | reading and changing objects | [`Transaction`] |
//! | undoing | [`Heap::open_scope`], [`Heap::begin_atomic`] |
//! | collecting | [`Heap::collect_step`], [`Heap::collect_full`], [`Heap::seal`] |
//! | giving memory back | [`Heap::settle`] |
//! | memory limits | [`Heap::set_limit`], [`Transaction::charge`] |
//! | references that the host keeps | [`Transaction::pin`] |
//!
//! The heap runs no code: metamethods, finalizers ([`Transaction::pending_finalizer`]) and call frames are called and given
//! meaning by a machine on top of it.
#![forbid(unsafe_code)]

mod audit;
mod budget;
mod byte_strings;
mod cell;
mod collector;
mod construct;
mod error;
mod frame;
mod function;
mod guard;
mod heap;
mod interner;
mod journal;
mod key_index;
mod list;
mod metatable;
mod pin;
mod prototype;
mod scope;
mod scrap;
mod settle;
mod slot;
mod string;
mod table;
mod text;
mod thread;
mod transaction;
mod userdata;
mod value;
mod watch;

pub use audit::AuditError;
pub use cell::Cell;
pub use collector::StepResult;
pub use error::HeapError;
pub use ferrous_arena::{Handle, PinError, Pinned, lengthen};
pub use frame::Frame;
pub use function::{Function, NOT_NATIVE};
pub use heap::{Heap, HeapOptions, HeapStats};
pub use metatable::{Metamethod, TypeMetatable};
pub use prototype::Prototype;
pub use scope::{AtomicTransaction, Close, Commit, Rollback, ScopeId};
pub use string::{Known, LARGEST_SCRATCH, StringHash};
pub use table::{Entry, NextEntry, Table};
pub use text::{INLINE_LENGTH, Text};
pub use thread::{NativeSlot, Thread, ThreadStacks, ThreadStatus};
pub use transaction::Transaction;
pub use userdata::{Snapshot, Userdata};
pub use value::{
    CellRef, FunctionRef, PrototypeRef, StringRef, TableRef, ThreadRef, Unpacked, UserdataRef, Value,
    ValueKind, array_index,
};
pub use watch::StopFlag;

/// The program of the package's front page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
