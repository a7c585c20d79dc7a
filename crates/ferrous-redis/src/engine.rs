//! The engine: executes the scripting commands of a Redis-compatible server, on a host's keyspace.
//!
//! [`Engine::command`] is all that a server with one keyspace needs: it is handed each command, answers those that are its
//! own, checks and texts included, and says whether it did. A server that must not wait while its keyspace works on a
//! command uses [`crate::run::EnginePool`] instead.
//!
//! **Invariant:** `command` writes exactly one reply if it returns true, and none if it returns false.

use crate::{
    commands::{self, Action, EvalKind},
    compat::Compat,
    host::{CommandArgs, CommandInfo, Host, Protocol},
    interpreter::Interpreter,
    kill::KillHandle,
    limits::Limits,
    reply::ReplySink,
    script_command,
    store::{CHUNK_NAME, Rejection, ScriptStore},
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
    /// After how many instructions the host is polled ([`Host::poll`]); work inside library functions counts. Never if
    /// not given.
    pub poll_interval: Option<u64>,
    /// Leave `getfenv`, `setfenv` and `newproxy` to scripts, which can reach other scripts' tables with them.
    pub insecure_api: bool,
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
    /// Whether a server's statistics have counted the error already, where a command raised it.
    pub counted: bool,
    /// The stack at that point, as `debug.traceback` lays it out; empty for a script that did not compile.
    pub traceback: Vec<u8>,
}

/// Executes scripting commands. See the module's text.
pub struct Engine {
    options: EngineOptions,
    store: ScriptStore,
    interpreter: Interpreter,
    failure: Option<FailureReport>,
}

impl Engine {
    /// An engine with nothing in its caches.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the libraries.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let store = ScriptStore::new(options.compat.dialect());
        let interpreter = Interpreter::new(&options, store.flushes())?;
        Ok(Self { options, store, interpreter, failure: None })
    }

    /// What the engine was made with.
    #[must_use]
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// What is known about the command `name` (any case) if it is one of the engine's.
    #[must_use]
    pub fn command_info(name: &[u8]) -> Option<CommandInfo> {
        commands::info(name)
    }

    /// Executes one command if it is one of the engine's own, and writes its reply. Returns whether it is.
    pub fn command(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) -> bool {
        let Some(command) = commands::find(args.name()) else { return false };
        self.failure = None;
        if !command.info.accepts(args.len()) {
            reply.error(&commands::wrong_arity(command.info.name));
            return true;
        }
        match command.action {
            Action::Eval(kind) => self.eval(session, kind, args, host, reply),
            action => script_command::execute(&mut self.store, action, args, reply),
        }
        true
    }

    fn eval(
        &mut self,
        session: &Session,
        kind: EvalKind,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) {
        let prepared = match self.store.prepare(kind, args) {
            Ok(prepared) => prepared,
            Err(rejection) => return self.reject(rejection, reply),
        };
        if let Err(error) = self.refresh() {
            return reply.error(format!("ERR {error}").as_bytes());
        }
        host.script_started();
        let records = self.options.atomic && host.begin();
        self.interpreter.begin(&prepared, &self.store.cache, args);
        self.interpreter.serve(host);
        self.failure = self.interpreter.finish(session, reply);
        if records && self.failure.is_some() {
            host.rollback();
        } else if records {
            host.commit();
        }
        host.script_ended();
        self.store.cache.touch(prepared.key);
    }

    /// Starts anew after SCRIPT FLUSH, and drops the code of scripts that were evicted.
    fn refresh(&mut self) -> Result<(), EngineError> {
        if self.interpreter.flushes() != self.store.flushes() {
            let mut fresh = Interpreter::new(&self.options, self.store.flushes())?;
            fresh.succeed(&mut self.interpreter);
            self.interpreter = fresh;
        }
        let cache = &self.store.cache;
        self.interpreter.unload(cache.evicted(), |key| cache.get(key).is_some());
        Ok(())
    }

    fn reject(&mut self, rejection: Rejection, reply: &mut dyn ReplySink) {
        reply.error(&rejection.reply);
        self.failure = rejection.line.map(|line| FailureReport {
            message: rejection.reply,
            source: CHUNK_NAME.to_vec(),
            line: Some(line),
            ..FailureReport::default()
        });
    }

    /// What went wrong in the last script, if the last command ran one and it failed or did not compile.
    #[must_use]
    pub fn failure(&self) -> Option<&FailureReport> {
        self.failure.as_ref()
    }

    /// Kills this engine's scripts from any thread.
    #[must_use]
    pub fn kill_handle(&self) -> KillHandle {
        self.interpreter.kill_handle()
    }

    /// What the engine holds at the moment.
    #[must_use]
    pub fn stats(&self) -> EngineStats {
        EngineStats {
            bytes: self.interpreter.bytes_in_use(),
            scripts: self.store.cache.len(),
            evicted: self.store.cache.evicted(),
        }
    }
}

/// Numbers for INFO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineStats {
    /// Bytes in the heap: `used_memory_vm_eval`.
    pub bytes: usize,
    /// Scripts in the cache: `number_of_cached_scripts`.
    pub scripts: usize,
    /// `evicted_scripts`.
    pub evicted: u64,
}
