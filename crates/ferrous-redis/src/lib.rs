//! The engine that Redis-compatible servers run Lua scripts on.
#![forbid(unsafe_code)]

pub mod compat;
pub mod digest;
pub mod engine;
pub mod host;
pub mod limits;
pub mod number_text;
mod random;
pub mod reply;
pub mod script;
pub mod shebang;

pub use compat::Compat;
pub use engine::{Engine, EngineOptions, FailureReport, Session};
pub use limits::Limits;
