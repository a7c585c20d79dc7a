//! An in-memory keyspace that speaks Redis: the host that `ferrous-redis` runs scripts against when it is embedded.
//!
//! A [`Keyspace`] holds sixteen databases of strings, hashes, lists, sets, sorted sets and streams, and executes some 180
//! commands on them through [`ferrous_redis::host::Host`], with rollback. Its replies, checks and error texts are those of
//! Redis 7.0, or of the target that [`Keyspace::set_compat`] names.
//! It does no I/O, starts no thread and reads the clock only where expiry needs it.
//!
//! ```
//! use ferrous_keyspace::Keyspace;
//!
//! let mut keyspace = Keyspace::with_seed(7);
//! let replies = keyspace.load(b"SET greeting hello\r\nZADD board 3 ada 1.5 bob\r\nZRANGE board 0 -1\r\n").unwrap();
//! assert_eq!(replies, b"+OK\r\n:2\r\n*2\r\n$3\r\nbob\r\n$3\r\nada\r\n");
//! ```
//!
//! | item | what it is |
//! |---|---|
//! | [`Keyspace`] | the keyspace and its `Host`; [`Clock`] says where it takes the time from |
//! | [`command`] | the table of commands |
//! | [`resp`] | requests and replies as bytes |
//! | [`number`] | numbers as text, the way Redis reads and writes them |
#![forbid(unsafe_code)]

pub mod command;
mod database;
mod dump;
mod error;
mod eviction;
mod expiry;
mod extended;
mod keyspace;
pub mod number;
mod object;
mod random;
mod ranking;
pub mod resp;
mod server;
mod settings;
mod sorted_set;
mod undo;
mod watch;

pub use error::CommandError;
pub use expiry::{Clock, Milliseconds};
pub use keyspace::Keyspace;

/// The program of the package's front page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
