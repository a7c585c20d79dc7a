//! What can go wrong in the heap. All of it is a value, small and `Copy`; a message for a script is made by whoever raises it.

use thiserror::Error;

/// Why an operation on the heap failed. The heap is as it was before the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HeapError {
    /// The memory limit would be passed. Collecting may help.
    #[error("not enough memory")]
    OutOfMemory,
    /// The table is read-only.
    #[error("Attempt to modify a readonly table")]
    ReadOnly,
    /// The handle refers to an object that is gone, or to one of another type.
    #[error("stale handle")]
    Stale,
    /// `t[nil] = v` (manual §2.2).
    #[error("table index is nil")]
    IndexIsNil,
    /// `t[0/0] = v` (manual §2.2).
    #[error("table index is NaN")]
    IndexIsNan,
    /// A table, string or pool would have more than 2^32 elements.
    #[error("table overflow")]
    TableOverflow,
    /// Whoever waits for the result does not want it any more; see [`Heap::watch`](crate::Heap::watch).
    #[error("stopped")]
    Stopped,
    /// The key given to `next` is not in the table.
    #[error("invalid key to 'next'")]
    InvalidNextKey,
    /// The object is older than the open scope and its content cannot be copied, so that a store could not be undone.
    #[error("object cannot be restored by a rollback")]
    NotRestorable,
    /// Scopes are nested too deeply, or were closed in another order than the reverse of opening.
    #[error("scopes closed out of order or nested too deeply")]
    ScopeOrder,
}
