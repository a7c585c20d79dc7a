//! Ferrous as the Lua engine of an unmodified Valkey.
//!
//! Built as a shared library, which a server loads by one line of its configuration: `loadmodule
//! /path/libferrous_valkey.so`. It registers the scripting engine `LUA`; the server then does not start its own.
//!
//! The server parses EVAL and FUNCTION, keeps the cache, and checks permissions; the module compiles and runs.
//!
//! | layer | modules | what it holds |
//! |---|---|---|
//! | border | `ffi`, `api`, `module` | declarations; the server's functions; loading and unloading |
//! | safe layer | `context`, `arguments`, `reply`, `call`, `callbacks`, `debugger`, `config`, `runtime` | views of the server's objects and of what it has beside them, and our callbacks |
//! | engine | `engine`, `host`, `errors`, `resp` | what happens; no unsafe code |
//!
//! **Invariant:** unsafe code stands in the first two layers only, each block under a note that says why it is sound. No panic
//! crosses into the server.

mod api;
mod arguments;
mod call;
mod callbacks;
mod config;
mod context;
mod debugger;
mod engine;
mod errors;
mod ffi;
mod host;
mod module;
mod reply;
mod resp;
mod runtime;
