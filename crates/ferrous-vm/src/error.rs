//! Errors as natives and the machine pass them on, before they become Lua values.
//!
//! A [`LuaError`] says what went wrong and, for messages, at which call level the position is to be added
//! (`luaL_error`, manual §3.7). The machine turns it into the Lua value that `pcall` sees once it knows the frames: the
//! name of the function for a bad argument, `chunk:line:` for a message.
//!
//! **Invariant:** a `LuaError` is one pointer; the path without error pays for nothing more. A [`Value`] inside one is
//! valid only within the transaction in which it was made, and the machine stores it in a register before that ends.

use std::fmt;

use ferrous_heap::{HeapError, Value};

/// Why a native function or an instruction failed.
#[derive(Debug)]
pub struct LuaError(Box<ErrorKind>);

/// The kinds of [`LuaError`].
#[derive(Debug)]
pub enum ErrorKind {
    /// Any Lua value, as `error(value)` raises it; no position is added.
    Value(Value),
    /// A message; the position of the function at `level` is put in front (0: none).
    Message {
        /// The message, without position.
        text: Vec<u8>,
        /// 1 is the function that called the failing one.
        level: u32,
    },
    /// A bad argument of a native function: `bad argument #index to 'name' (text)`.
    Argument {
        /// Counted from 1.
        index: u32,
        /// What is wrong with it.
        text: Vec<u8>,
    },
    /// The heap refused. Raised by an instruction it gets a position, raised by a native none, as in PUC Lua.
    Heap(HeapError),
    /// Too many nested calls into native functions (PUC's C stack; limit 200).
    NativeDepth,
    /// Too many nested calls (limit 16,384).
    StackOverflow,
    /// Even the room that handlers of an overflow have is used up: no handler is asked.
    HandlerOverflow,
    /// The run was killed. Nothing catches it.
    Killed,
}

impl LuaError {
    /// An error of this kind.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// What went wrong, by value.
    #[must_use]
    pub fn into_kind(self) -> ErrorKind {
        *self.0
    }

    /// What is said of an error outside any function, where positions and names mean nothing: of one that a setup raised.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        match self.kind() {
            ErrorKind::Message { text, .. } | ErrorKind::Argument { text, .. } => text.clone(),
            ErrorKind::Heap(error) => error.to_string().into_bytes(),
            ErrorKind::NativeDepth | ErrorKind::StackOverflow | ErrorKind::HandlerOverflow => {
                b"stack overflow".to_vec()
            }
            ErrorKind::Value(_) | ErrorKind::Killed => b"interrupted!".to_vec(),
        }
    }

    /// A message that gets the position of the failing native's caller, as `luaL_error` adds it.
    #[cold]
    #[must_use]
    pub fn message(text: impl Into<Vec<u8>>) -> Self {
        Self::new(ErrorKind::Message { text: text.into(), level: 1 })
    }

    /// A message without position.
    #[cold]
    #[must_use]
    pub fn bare(text: impl Into<Vec<u8>>) -> Self {
        Self::new(ErrorKind::Message { text: text.into(), level: 0 })
    }

    /// What is wrong with argument `n`; the machine finds out what the function is called.
    #[cold]
    #[must_use]
    pub fn argument(n: usize, text: impl Into<Vec<u8>>) -> Self {
        // Arguments are registers, whose number fits 32 bits.
        Self::new(ErrorKind::Argument { index: n as u32, text: text.into() })
    }

    /// Any value, as it is.
    #[cold]
    #[must_use]
    pub fn value(value: Value) -> Self {
        Self::new(ErrorKind::Value(value))
    }
}

impl fmt::Display for LuaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&String::from_utf8_lossy(&self.text()))
    }
}

/// For hosts that pass on what a setup raised with `?`.
impl std::error::Error for LuaError {}

impl From<HeapError> for LuaError {
    #[cold]
    fn from(error: HeapError) -> Self {
        Self::new(if error == HeapError::Stopped { ErrorKind::Killed } else { ErrorKind::Heap(error) })
    }
}

/// How a run failed that no `pcall` caught: where, and the way there. The error value itself is read with
/// `Machine::with_error`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The traceback, as `debug.traceback` prints it.
    pub traceback: Vec<u8>,
    /// The chunk name (with its `@` or `=`) of the innermost Lua function; empty if there was none.
    pub source: Vec<u8>,
    /// The line it was at.
    pub line: Option<u32>,
    /// Whether the run ended because it was killed.
    pub killed: bool,
    /// Whether it ended because memory ran out.
    pub out_of_memory: bool,
}
