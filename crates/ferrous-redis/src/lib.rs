//! The engine that Redis-compatible servers run Lua scripts on.

pub mod host;
pub mod reply;
