//! What an engine and its commands are told: the options it is made with, and the client that sent a command.
//!
//! Both are plain data. Options hold for the engine's life, a [`Session`] for one command and the run that it starts.
//!
//! **Invariant:** neither holds anything of an engine: one value serves as many as wanted.

use std::time::Duration;

use crate::{
    compat::Compat,
    debugger::DebugMode,
    host::{PollWithin, Protocol},
    limits::Limits,
    server::ServerState,
};

/// How an engine is set up.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EngineOptions {
    /// The server to behave like.
    pub compat: Compat,
    /// What one run may use.
    pub limits: Limits,
    /// Undo a failed run's commands, where the host can (Redis cannot). An [`EnginePool`](crate::run::EnginePool) has no host: who
    /// drives a run undoes it.
    pub atomic: bool,
    /// After how many instructions the host is polled ([`Host::poll`](crate::host::Host::poll)), or after fewer, where they take more than a tenth of a
    /// millisecond together; work inside library functions counts. Never if not given.
    pub poll_interval: Option<u64>,
    /// Polls as well in the middle of work that cannot be suspended, such as hashing a string of 50 MB.
    pub poll_within: Option<PollWithin>,
    /// Keep what scripts and functions have changed, for [`Engine::take_effects`](crate::Engine::take_effects) and
    /// [`Run::take_effects`](crate::run::Run::take_effects).
    pub record_effects: bool,
    /// After how long a script makes its server [busy](crate::busy); never if not given. Redis has five seconds
    /// (`busy-reply-threshold`). The host is polled then, every [`Limits::CLOCK_INTERVAL`] instructions if nothing else is said.
    pub busy_threshold: Option<Duration>,
    /// Leave `getfenv`, `setfenv` and `newproxy` to scripts, which can reach other scripts' tables with them.
    pub insecure_api: bool,
    /// The version of the server that runs, as `VALKEY_VERSION_NUM` (under Redis `REDIS_VERSION_NUM`) has it, if scripts are to
    /// see another one than the target's.
    pub server_version: Option<u32>,
    /// Seed of the engine's hashing; drawn by chance if not given. It never shows in what scripts can see.
    pub hash_seed: Option<u64>,
}

impl EngineOptions {
    /// The defaults for a target.
    #[must_use]
    pub fn new(compat: Compat) -> Self {
        Self { compat, ..Self::default() }
    }
}

/// What the engine must know about the client that sent a command.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Session {
    /// The protocol that the client speaks.
    pub protocol: Protocol,
    /// What the client has chosen with SCRIPT DEBUG.
    pub debug: DebugMode,
    /// Whether replies to the client's earlier commands, or the beginning of EXEC's, have not been sent yet: SCRIPT DEBUG is
    /// refused then.
    pub replies_pending: bool,
    /// Whether the client's connection is to be closed, as it is after a debugging session.
    pub closing: bool,
    /// What the server is in. It counts for the command and for the whole run of a script.
    pub state: ServerState,
    /// The database that the client has selected, for [`Effect::database`](crate::effects::Effect::database) alone.
    pub database: usize,
}

impl Session {
    /// A client that speaks `protocol`.
    #[must_use]
    pub fn new(protocol: Protocol) -> Self {
        Self { protocol, ..Self::default() }
    }

    /// The same client, in a server that is in `state`.
    #[must_use]
    pub fn in_state(self, state: ServerState) -> Self {
        Self { state, ..self }
    }

    /// The same client, with `database` selected.
    #[must_use]
    pub fn in_database(self, database: usize) -> Self {
        Self { database, ..self }
    }
}

/// An engine could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine cannot be set up: {0}")]
pub struct EngineError(pub String);
