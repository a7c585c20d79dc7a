//! The engine: executes the scripting commands of a Redis-compatible server, on a host's keyspace.
//!
//! [`Engine::command`] is all that a server with one keyspace needs: it is handed each command, answers those that are its
//! own, checks and texts included, and says whether it did. A server that must not wait while its keyspace works on a
//! command uses [`crate::run::EnginePool`] instead.
//!
//! **Invariant:** `command` writes exactly one reply if it returns true, and none if it returns false.

mod debug;
mod options;

pub use options::{EngineError, EngineOptions, Session};

use crate::{
    commands::{self, Action, EvalKind},
    effects::{Effects, recorder::Recorder},
    function::{
        self,
        command::{self, Loader},
        library::Libraries,
    },
    host::{CommandArgs, CommandFlags, CommandInfo, Host},
    interpreter::{Interpreter, call_arguments},
    kill::KillHandle,
    reply::ReplySink,
    script_command,
    server::command_flags,
    stats::{CountingSink, EngineStats, ErrorStatistics, FunctionStats, ScriptStats},
    store::{CHUNK_NAME, Rejection, ScriptStore, key_count},
};

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
    failure: Option<Box<FailureReport>>,
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
        let interpreter = Interpreter::new(&options, 0)?;
        let handle = Some(interpreter.kill_handle());
        let store = ScriptStore::new(options.compat.dialect(), options.limits, handle);
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

    /// The keys that a command declares that runs a script or a function; none for any other command, or if their number is
    /// wrong. For what the server checks before it hands the command over: that they are in one slot, that the user may touch
    /// them.
    ///
    /// ```
    /// use ferrous_redis::{Engine, host::ArgsBuffer};
    /// let args: ArgsBuffer = ["EVAL", "return 1", "2", "a", "b", "c"].iter().collect();
    /// assert!(Engine::declared_keys(args.args()).eq([b"a", b"b"]));
    /// ```
    pub fn declared_keys(args: CommandArgs<'_>) -> impl ExactSizeIterator<Item = &[u8]> {
        let runs = commands::find(args.name()).is_some_and(|command| command.action.runs_code());
        let count = if runs { key_count(args, "").unwrap_or(0) } else { 0 };
        args.part(3, 3 + count)
    }

    /// The flags by which a server judges a command that runs a script or a function, before it queues one: those of the code, if it
    /// is known and declares any, or else the command's. `None` for other commands.
    #[must_use]
    pub fn command_flags(&self, args: CommandArgs<'_>) -> Option<CommandFlags> {
        let command = commands::find(args.name())?;
        let name = args.get(1).unwrap_or_default();
        let declared = match command.action {
            Action::Eval(kind) => self.store.known_flags(kind, name),
            Action::Fcall { .. } => {
                function::call::known_flags(&self.libraries, name, self.options.compat.dialect())
            }
            Action::Script | Action::Function => return None,
        };
        Some(declared.map_or(command.info.flags, command_flags))
    }

    /// Executes one command if it is one of the engine's own, and writes its reply. Returns whether it is.
    pub fn command(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) -> bool {
        self.failure = None;
        let Some(command) = commands::find(args.name()) else { return false };
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
        self.failure = rejection.line.map(|line| {
            Box::new(FailureReport {
                message: rejection.reply,
                source: CHUNK_NAME.to_vec(),
                line: Some(line),
                ..FailureReport::default()
            })
        });
    }

    /// What went wrong in the last script, if the last command that the engine was handed ran one and it failed or did not compile.
    #[must_use]
    pub fn failure(&self) -> Option<&FailureReport> {
        self.failure.as_deref()
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

    /// Whether objects or buffers of ended runs wait to be freed. [`Engine::settle`] frees some of them each time, and so do runs;
    /// there is no reason to wait with that.
    #[must_use]
    pub fn is_reclaiming(&self) -> bool {
        self.interpreters().any(Interpreter::is_reclaiming)
    }

    /// Whether the engine may hold memory that it does not need any more, and that [`Engine::settle`] would give back.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        self.is_reclaiming() || self.interpreters().any(Interpreter::is_unsettled)
    }

    /// Gives a little of that back, in some ten microseconds; true if there is more. Objects and buffers that runs have left are
    /// freed first. Engines keep the memory of their largest run for the next one; so a server calls this when it has had nothing
    /// to do for a while, and some hundred times a second at most.
    pub fn settle(&mut self) -> bool {
        let functions = self.functions.as_deref_mut();
        self.interpreter.settle() || functions.is_some_and(Interpreter::settle)
    }

    fn interpreters(&self) -> impl Iterator<Item = &Interpreter> {
        std::iter::once(&self.interpreter).chain(self.functions.as_deref())
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
    ) -> Option<Box<FailureReport>> {
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
