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
//! | module | what it holds |
//! |---|---|
//! | [`keyspace`] | the keyspace and its `Host` |
//! | [`resp`] | requests and replies as bytes |
//! | [`command`] | the table of commands, and one module for each family |
//! | [`object`], [`sorted_set`] | the values of keys |
//! | [`number`], [`extended`] | numbers as text, the way Redis reads and writes them |
#![forbid(unsafe_code)]

pub mod command;
mod database;
mod dump;
pub mod error;
pub mod expiry;
pub mod extended;
pub mod keyspace;
pub mod number;
pub mod object;
mod random;
mod ranking;
pub mod resp;
pub mod sorted_set;
mod undo;

pub use error::CommandError;
pub use keyspace::Keyspace;
