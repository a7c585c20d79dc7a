//! The engine: executes the scripting commands of a Redis-compatible server, on a host's keyspace.
//!
//! [`Engine::command`] is all that a server with one keyspace needs: it is handed each command, answers those that are its
//! own, checks and texts included, and says whether it did. A server that must not wait while its keyspace works on a
//! command uses [`crate::run::EnginePool`] instead.
//!
//! **Invariant:** `command` writes exactly one reply if it returns true, and none if it returns false.

use crate::{
    compat::Compat,
    host::{CommandArgs, CommandInfo, Host, Protocol},
    limits::Limits,
    reply::ReplySink,
};

/// How an engine is set up.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EngineOptions {
    /// The server to behave like.
    pub compat: Compat,
    /// What one run may use.
    pub limits: Limits,
    /// Undo a failed run's commands, where the host can (Redis cannot).
    pub atomic: bool,
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
}

impl Session {
    /// A client that speaks `protocol`.
    #[must_use]
    pub fn new(protocol: Protocol) -> Self {
        Self { protocol }
    }
}

/// An engine could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine cannot be set up: {0}")]
pub struct EngineError(pub String);

/// What went wrong in the last script that failed, for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureReport {
    /// The error reply, without decoration and without a leading `-`.
    pub message: Vec<u8>,
    /// The chunk that raised it, such as `@user_script`.
    pub source: Vec<u8>,
    /// The line that raised it, from 1.
    pub line: Option<u32>,
    /// The stack at that point, as `debug.traceback` lays it out; empty for a script that did not compile.
    pub traceback: Vec<u8>,
}

/// Executes scripting commands. See the module's text.
#[derive(Debug)]
pub struct Engine {
    options: EngineOptions,
    failure: Option<FailureReport>,
}

impl Engine {
    /// An engine with nothing in its caches.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the libraries.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        Ok(Self { options, failure: None })
    }

    /// What the engine was made with.
    #[must_use]
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// What is known about the command `name` (any case) if it is one of the engine's.
    #[must_use]
    pub fn command_info(name: &[u8]) -> Option<CommandInfo> {
        let _ = name;
        None
    }

    /// Executes one command if it is one of the engine's own, and writes its reply. Returns whether it is.
    pub fn command(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) -> bool {
        let _ = (session, args, host, reply);
        false
    }

    /// What went wrong in the last script, if the last command ran one and it failed or did not compile.
    #[must_use]
    pub fn failure(&self) -> Option<&FailureReport> {
        self.failure.as_ref()
    }
}
