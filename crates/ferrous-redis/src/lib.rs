//! The engine that Redis-compatible servers run Lua scripts on.
//!
//! A server hands every command to [`Engine::command`], which executes the scripting ones: EVAL, EVALSHA, FCALL, their `_RO`
//! forms, SCRIPT, FUNCTION. Commands that a script calls go to the server's [`host::Host`], and its replies come back typed, through a
//! [`reply::ReplySink`]. Texts and behaviour are those of the target in [`EngineOptions::compat`].
//!
//! A complete host, with one command:
//!
//! ```
//! use ferrous_redis::{Engine, EngineOptions, Session};
//! use ferrous_redis::host::{ArgsBuffer, CommandFlags, CommandInfo, Host, KeySpec, Request};
//! use ferrous_redis::reply::{RecordedReply, ReplyPart, ReplySink};
//!
//! struct Counter(i64);
//!
//! impl Host for Counter {
//!     fn command(&self, name: &[u8]) -> Option<CommandInfo> {
//!         let keys = KeySpec { first: 1, last: 1, step: 1 };
//!         let incr = CommandInfo { name: "incr", arity: 2, flags: CommandFlags::WRITE, keys };
//!         name.eq_ignore_ascii_case(b"incr").then_some(incr)
//!     }
//!
//!     fn execute(&mut self, _request: &Request<'_>, reply: &mut dyn ReplySink) {
//!         self.0 += 1;
//!         reply.integer(self.0);
//!     }
//! }
//!
//! let mut engine = Engine::new(EngineOptions::default())?;
//! let mut counter = Counter(40);
//! let script = "redis.call('INCR', KEYS[1]) return redis.call('INCR', KEYS[1])";
//! let args: ArgsBuffer = ["EVAL", script, "1", "hits"].iter().collect();
//! let mut reply = RecordedReply::default();
//! assert!(engine.command(&Session::default(), args.args(), &mut counter, &mut reply));
//! assert_eq!(reply.parts(), [ReplyPart::Integer(42)]);
//! # Ok::<(), ferrous_redis::engine::EngineError>(())
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`engine`], [`run`] | the two ways to drive scripts: at once, or command by command |
//! | [`embedded`] | scripts for servers that have the scripting commands themselves |
//! | [`host`], [`reply`] | the border to the keyspace |
//! | [`effects`] | what a server replicates in the place of a script |
//! | [`server`] | the state of the server around a script |
//! | [`compat`] | the targets and their differences |
//! | [`digest`] | names of scripts |
//! | [`Limits`], [`kill`], [`busy`] | what stops a run, and what others hear of a long one |
//! | [`stats`] | numbers for INFO |
//! | [`debugger`] | stepping through scripts |
//! | [`glob`], [`number_text`], [`words`] | patterns, numbers and lines of words as Redis reads and writes them, for hosts too |
#![forbid(unsafe_code)]

mod api;
mod bit;
pub mod busy;
mod cjson;
mod cmsgpack;
mod codec;
mod commands;
pub mod compat;
mod compilation;
mod convert;
pub mod debugger;
pub mod digest;
pub mod effects;
pub mod embedded;
pub mod engine;
mod error_text;
mod function;
pub mod glob;
pub mod host;
mod interpreter;
pub mod kill;
mod limits;
pub mod number_text;
mod outcome;
mod pack;
mod random;
pub mod reply;
pub mod run;
mod sandbox;
mod script;
mod script_command;
pub mod server;
mod shebang;
pub mod stats;
mod store;
pub mod words;

pub use compat::Compat;
pub use engine::{Engine, EngineOptions, FailureReport, Session};
pub use limits::Limits;
pub use server::ServerState;
pub use shebang::ScriptFlags;

/// The programs of `docs/embedding.md`, which lies outside of the package.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct Embedding;

/// The program of the package's front page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
