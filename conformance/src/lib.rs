//! Conformance: cases as data, one runner, and the real programs as referees.
//!
//! Kinds of case:
//! - Lua programs beside their expected output, run by `ferrous run` and by the real `lua5.1`;
//! - recorded probes: Redis commands with the exact reply bytes of real servers, replayed against `ferrous pipe`;
//! - production scripts with their calls, run on `ferrous pipe` and on a live `redis-server`, where replies and the
//!   final keyspace have to agree.
//!
//! A *peer* is a real program installed beside us. Where the peer and the recorded expectation differ, the peer is
//! right. A case that needs a missing peer is skipped and says which.
//!
//! **Invariant:** everything here reads only files of this repository, so a clone anywhere runs the same cases.

#![forbid(unsafe_code)]

pub mod peer;
