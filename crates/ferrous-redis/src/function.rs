//! Redis Functions: libraries of Lua functions that a server keeps, and calls by name.
//!
//! A library is a text whose first line names it. Loading it runs it once, with hardly any globals, so that it registers its
//! functions; FCALL calls one of them, with all globals. What the functions share as upvalues lasts from call to call, so
//! libraries live in a heap of their own that is not rolled back: see [`crate::interpreter::function`].
//!
//! | module | what it holds |
//! |---|---|
//! | [`metadata`] | the first line |
//! | [`library`] | libraries and their functions by name |
//! | [`register`] | `redis.register_function` |
//! | [`context`] | which globals there are when |
//! | [`command`] | FUNCTION and its subcommands |
//! | [`dump`] | libraries as bytes |
//! | [`list`] | the replies of FUNCTION LIST and STATS |
//! | [`pool`] | interpreters for functions that wait |
//! | [`call`] | from the arguments of FCALL to a function that can run |
//!
//! **Invariant:** a library is known under its name only if it has been loaded, and with it all its functions are.

pub(crate) mod call;
pub(crate) mod command;
pub(crate) mod context;
pub(crate) mod dump;
pub(crate) mod library;
pub(crate) mod list;
mod lzf;
pub(crate) mod metadata;
pub(crate) mod pool;
pub(crate) mod register;

use std::time::Duration;

/// The name under which libraries are compiled.
pub(crate) const CHUNK_NAME: &[u8] = b"@user_function";

/// How long a library may take to compile, and how long to run.
pub(crate) const LOAD_TIMEOUT: Duration = Duration::from_millis(500);
