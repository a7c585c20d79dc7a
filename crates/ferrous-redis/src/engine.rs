//! The engine: executes the scripting commands of a Redis-compatible server, on a host's keyspace.
//!
//! [`Engine::command`] is all that a server with one keyspace needs: it is handed each command, answers those that are its
//! own, checks and texts included, and says whether it did. A server that must not wait while its keyspace works on a
//! command uses [`crate::run::EnginePool`] instead.
//!
//! **Invariant:** `command` writes exactly one reply if it returns true, and none if it returns false.

use std::time::Duration;

use crate::{
    commands::{self, Action, EvalKind},
    compat::Compat,
    debugger::{DebugMode, Transport, session::DebugSession},
    digest::Digest,
    effects::{Effects, recorder::Recorder},
    function::{
        self,
        command::{self, Loader},
        library::Libraries,
    },
    host::{CommandArgs, CommandInfo, Host, Protocol},
    interpreter::{Interpreter, call_arguments},
    kill::KillHandle,
    limits::Limits,
    reply::ReplySink,
    script_command,
    server::ServerState,
    stats::{CountingSink, EngineStats, ErrorStatistics, FunctionStats, ScriptStats},
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
    /// Keep what scripts and functions have changed, for [`Engine::take_effects`] and
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
    libraries: Libraries,
    /// Where libraries are loaded; made when there is a first one.
    functions: Option<Box<Interpreter>>,
    /// Whether the interpreter of libraries ran last, and so has the generator of random numbers and the kill handle.
    functions_ran_last: bool,
    failure: Option<FailureReport>,
    /// Notes effects, if they are wanted; lent to the interpreter that runs.
    recorder: Option<Box<Recorder>>,
    errors: ErrorStatistics,
}

impl Engine {
    /// An engine with nothing in its caches.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the libraries.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let store = ScriptStore::new(options.compat.dialect(), options.limits);
        let interpreter = Interpreter::new(&options, store.flushes())?;
        let recorder = options.record_effects.then(|| Box::new(Recorder::new(options.compat, 0)));
        Ok(Self {
            options,
            store,
            interpreter,
            libraries: Libraries::default(),
            functions: None,
            functions_ran_last: false,
            failure: None,
            recorder,
            errors: ErrorStatistics::default(),
        })
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
            self.fail(&commands::wrong_arity(command.info.name), reply);
            return true;
        }
        match command.action {
            Action::Eval(kind) => self.eval(session, kind, args, host, reply),
            Action::Fcall { read_only } => self.fcall(session, read_only, args, host, reply),
            Action::Function => {
                let mut errors = ErrorStatistics::default();
                self.function(session, args, host, &mut CountingSink { to: reply, errors: &mut errors });
                self.errors.absorb(&errors);
            }
            Action::Script => {
                let reply = &mut CountingSink { to: reply, errors: &mut self.errors };
                script_command::execute(&mut self.store, session, args, reply);
            }
        }
        true
    }

    /// As [`Engine::command`], for a client that may debug: SCRIPT DEBUG is executed, and so are debugging sessions, which
    /// last until the script is done. `session` is the client's, and keeps what SCRIPT DEBUG has chosen; when
    /// [`Session::closing`] is set, its connection is to be closed once the reply is written.
    ///
    /// Lines go to `transport`, and what it answers is carried out. The reply of EVAL is written after the last line.
    pub fn command_debugged(
        &mut self,
        session: &mut Session,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        transport: &mut dyn Transport,
        reply: &mut dyn ReplySink,
    ) -> bool {
        let dialect = self.options.compat.dialect();
        if let Some(choice) = script_command::debug(session, args, dialect) {
            self.failure = None;
            match choice.and_then(|mode| mode.permit(host)) {
                Ok(mode) => {
                    session.debug = mode;
                    reply.status(b"OK");
                }
                Err(text) => self.fail(&text, reply),
            }
            return true;
        }
        match commands::find(args.name()).map(|command| (command.action, command.info.accepts(args.len()))) {
            Some((Action::Eval(kind), true)) if session.debug != DebugMode::Off => {
                self.failure = None;
                self.debug(session, kind, args, host, transport, reply);
                true
            }
            _ => self.command(session, args, host, reply),
        }
    }

    fn debug(
        &mut self,
        session: &mut Session,
        kind: EvalKind,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        transport: &mut dyn Transport,
        reply: &mut dyn ReplySink,
    ) {
        let text = args.get(1).unwrap_or_default();
        if kind.by_digest {
            return match self.store.prepare(kind, args, &session.state) {
                Err(rejection) if text.len() != Digest::TEXT_LENGTH => self.fail(&rejection.reply, reply),
                _ => self.fail(b"ERR Please use EVAL instead of EVALSHA for debugging", reply),
            };
        }
        session.closing = true;
        let mut debugger = DebugSession::new(text, self.options.compat.dialect().debugger, transport);
        let prepared = match self.store.prepare(kind, args, &session.state) {
            Ok(prepared) => prepared,
            Err(rejection) => {
                debugger.end();
                return self.reject(rejection, reply);
            }
        };
        if let Err(error) = self.refresh() {
            debugger.end();
            return self.fail(format!("ERR {error}").as_bytes(), reply);
        }
        let cache = &self.store.cache;
        let interpreter = &mut self.interpreter;
        let generator = interpreter.generator().cloned();
        host.script_started();
        let discards = session.debug == DebugMode::Discard && host.begin();
        let recorded = lend(&mut self.recorder, interpreter, session);
        interpreter.begin(&prepared.call, cache, call_arguments(args, prepared.keys));
        debugger.run(interpreter, host);
        debugger.end();
        self.failure = interpreter.finish(session, reply);
        self.recorder = interpreter.recorder.take();
        if discards {
            host.rollback();
            if let Some(recorder) = &mut self.recorder {
                recorder.effects.truncate(recorded);
            }
            if let (Some(now), Some(before)) = (interpreter.generator(), generator) {
                *now = before;
            }
        }
        host.script_ended();
        take_errors(&mut self.errors, &mut self.interpreter);
        self.store.cache.touch(prepared.call.key, self.failure.is_some());
    }

    fn eval(
        &mut self,
        session: &Session,
        kind: EvalKind,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) {
        let prepared = match self.store.prepare(kind, args, &session.state) {
            Ok(prepared) => prepared,
            Err(rejection) => return self.reject(rejection, reply),
        };
        if let Err(error) = self.refresh() {
            return self.fail(format!("ERR {error}").as_bytes(), reply);
        }
        let cache = &self.store.cache;
        let arguments = call_arguments(args, prepared.keys);
        let begin = |interpreter: &mut Interpreter| interpreter.begin(&prepared.call, cache, arguments);
        let run = Runner { session, args, atomic: self.options.atomic, recorder: &mut self.recorder };
        self.failure = run.run(&mut self.interpreter, begin, host, reply);
        take_errors(&mut self.errors, &mut self.interpreter);
        self.store.cache.touch(prepared.call.key, self.failure.is_some());
    }

    fn fcall(
        &mut self,
        session: &Session,
        read_only: bool,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) {
        let dialect = self.options.compat.dialect();
        let (call, keys) =
            match function::call::prepare(&self.libraries, read_only, args, &session.state, dialect) {
                Ok((call, keys, _)) => (call, keys),
                Err(text) => return self.fail(&text, reply),
            };
        if let Err(error) = self.refresh_functions() {
            return self.fail(format!("ERR {error}").as_bytes(), reply);
        }
        let Some(functions) = self.functions.as_deref_mut() else { return };
        let begin = |functions: &mut Interpreter| functions.begin_call(&call, call_arguments(args, keys));
        let run = Runner { session, args, atomic: self.options.atomic, recorder: &mut self.recorder };
        self.failure = run.run(functions, begin, host, reply);
        take_errors(&mut self.errors, functions);
        self.libraries.count_call(call.library, call.index, self.failure.is_some());
    }

    fn function(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) {
        let dialect = self.options.compat.dialect();
        let word = args.get(1).unwrap_or_default();
        match commands::find_subcommand(Action::Function, word, args.len(), dialect, &session.state) {
            Err(text) => reply.error(&text),
            Ok(subcommand) if subcommand.loads_libraries() => {
                if let Err(error) = self.refresh_functions() {
                    return self.fail(format!("ERR {error}").as_bytes(), reply);
                }
                let Some(interpreter) = self.functions.as_deref_mut() else { return };
                let loader = Loader { interpreter, host };
                let done =
                    command::execute_loading(subcommand, &mut self.libraries, loader, dialect, args, reply);
                self.note_command(done, session, args);
            }
            Ok(subcommand) => {
                let done = command::execute(subcommand, &mut self.libraries, dialect, args, reply);
                self.note_command(done && subcommand.changes_libraries(), session, args);
            }
        }
    }

    /// Takes in that a command has `changed` libraries.
    fn note_command(&mut self, changed: bool, session: &Session, args: CommandArgs<'_>) {
        if changed {
            self.interpreter.count_libraries(self.libraries.len(), self.libraries.function_count());
        }
        if let Some(recorder) = self.recorder.as_mut().filter(|_| changed) {
            recorder.database = session.database;
            recorder.note_command(args);
        }
    }

    /// The interpreter of libraries, ready to run.
    fn refresh_functions(&mut self) -> Result<&mut Interpreter, EngineError> {
        let flushes = self.libraries.heap_flushes(self.options.compat.dialect());
        let functions = match self.functions.take() {
            Some(functions) if functions.flushes() == flushes => functions,
            old => {
                let mut fresh = Box::new(Interpreter::for_functions(&self.options, flushes)?);
                if let Some(mut old) = old {
                    fresh.succeed(&mut old);
                }
                fresh
            }
        };
        let functions = self.functions.insert(functions);
        if !std::mem::replace(&mut self.functions_ran_last, true) {
            functions.succeed(&mut self.interpreter);
        }
        functions.unload_libraries(&self.libraries);
        Ok(functions)
    }

    /// Starts anew after SCRIPT FLUSH, and drops the code of scripts that were evicted.
    fn refresh(&mut self) -> Result<(), EngineError> {
        if self.interpreter.flushes() != self.store.flushes() {
            let mut fresh = Interpreter::new(&self.options, self.store.flushes())?;
            fresh.succeed(&mut self.interpreter);
            self.interpreter = fresh;
        }
        if std::mem::take(&mut self.functions_ran_last)
            && let Some(functions) = self.functions.as_deref_mut()
        {
            self.interpreter.succeed(functions);
        }
        let cache = &self.store.cache;
        self.interpreter.unload(cache.evicted(), |key| cache.get(key).is_some());
        Ok(())
    }

    fn fail(&mut self, text: &[u8], reply: &mut dyn ReplySink) {
        self.errors.count(text);
        reply.error(text);
    }

    fn reject(&mut self, rejection: Rejection, reply: &mut dyn ReplySink) {
        self.fail(&rejection.reply, reply);
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

    /// What has changed since this was last asked: the commands of scripts and functions, and those of FUNCTION that change
    /// libraries. Nothing unless [`EngineOptions::record_effects`] is set.
    #[must_use]
    pub fn take_effects(&mut self) -> Effects {
        self.recorder.as_mut().map_or_else(Effects::default, |recorder| std::mem::take(&mut recorder.effects))
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
            script_bytes: self.store.cache.bytes(),
            evicted: self.store.cache.evicted(),
            function_bytes: self.functions.as_ref().map_or(0, |functions| functions.bytes_in_use()),
            libraries: self.libraries.len(),
            functions: self.libraries.function_count(),
            library_bytes: self.libraries.bytes(),
        }
    }

    /// The errors that the engine has made; see [`crate::stats`] for those that it has not.
    #[must_use]
    pub fn errors(&self) -> &ErrorStatistics {
        &self.errors
    }

    /// Forgets the errors, as CONFIG RESETSTAT does.
    pub fn reset_errors(&mut self) {
        self.errors = ErrorStatistics::default();
    }

    /// The scripts of the cache and what they have done, in no order.
    pub fn script_stats(&self) -> impl Iterator<Item = ScriptStats> {
        self.store.cache.stats()
    }

    /// The functions and what they have done, library by library.
    pub fn function_stats(&self) -> impl Iterator<Item = FunctionStats> {
        self.libraries.stats()
    }
}

/// What a run depends on besides its code.
struct Runner<'a> {
    session: &'a Session,
    args: CommandArgs<'a>,
    atomic: bool,
    recorder: &'a mut Option<Box<Recorder>>,
}

impl Runner<'_> {
    /// Runs what `begin` sets up to its end.
    fn run(
        self,
        interpreter: &mut Interpreter,
        begin: impl FnOnce(&mut Interpreter),
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) -> Option<FailureReport> {
        host.script_started();
        let records = self.atomic && host.begin();
        let recorded =
            if self.recorder.is_some() { lend(self.recorder, interpreter, self.session) } else { 0 };
        begin(interpreter);
        interpreter.serve(host, self.args);
        let failure = interpreter.finish(self.session, reply);
        if interpreter.recorder.is_some() {
            *self.recorder = interpreter.recorder.take();
        }
        if records && failure.is_some() {
            host.rollback();
            if let Some(recorder) = self.recorder {
                recorder.effects.truncate(recorded);
            }
        } else if records {
            host.commit();
        }
        host.script_ended();
        failure
    }
}

/// Has an interpreter record; how much has been recorded before.
#[cold]
fn lend(recorder: &mut Option<Box<Recorder>>, interpreter: &mut Interpreter, session: &Session) -> usize {
    interpreter.recorder = recorder.take();
    interpreter.recorder.as_mut().map_or(0, |recorder| {
        recorder.database = session.database;
        recorder.effects.len()
    })
}

/// Takes over the errors that an interpreter has counted.
fn take_errors(errors: &mut ErrorStatistics, interpreter: &mut Interpreter) {
    if interpreter.errors.total() > 0 {
        errors.absorb(&std::mem::take(&mut interpreter.errors));
    }
}
