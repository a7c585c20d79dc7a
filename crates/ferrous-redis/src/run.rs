//! Scripts that wait without blocking: commands go out, replies come in, and between the two the run is a value.
//!
//! [`EnginePool::start`] turns an EVAL or an FCALL into a [`Run`]. [`Run::advance`] runs it until it wants a command executed; whoever
//! drives it does that in its own time, on any thread, and hands the reply to [`Run::answer`]. Each run owns an
//! interpreter (heap and machine) for as long as it lasts, taken from the pool and returned to it; so any number of runs
//! can be suspended at the same time, and none sees another's values. Scripts are compiled once for the whole pool.
//!
//! ```
//! use ferrous_redis::{EngineOptions, Session, host::{ArgsBuffer, CommandFlags, CommandInfo, KeySpec}};
//! use ferrous_redis::{reply::{RecordedReply, ReplyPart, ReplySink}, run::{EnginePool, Started, Step}};
//!
//! let get = CommandInfo { name: "get", arity: 2, flags: CommandFlags::READONLY, keys: KeySpec::default() };
//! let mut find = |name: &[u8]| name.eq_ignore_ascii_case(b"get").then_some(get);
//! let mut pool = EnginePool::new(EngineOptions::default());
//! let args: ArgsBuffer = ["EVAL", "return redis.call('get', KEYS[1])", "1", "k"].iter().collect();
//! let mut reply = RecordedReply::default();
//! let Started::Run(mut run) = pool.start(&Session::default(), args.args(), &mut reply)? else { panic!() };
//! while let Step::Command(request) = run.advance(&mut find) {
//!     assert_eq!(request.args.get(1), Some(b"k".as_slice())); // Here a server awaits its storage.
//!     run.answer(|reply| reply.bulk(b"value"));
//! }
//! pool.finish(run, &mut reply);
//! assert_eq!(reply.parts(), [ReplyPart::Bulk(b"value".to_vec())]);
//! # Ok::<(), ferrous_redis::engine::EngineError>(())
//! ```
//!
//! **Invariant:** an interpreter is owned either by the pool or by one run.

mod roster;

use crate::{
    busy,
    commands::{self, Action, Subcommand},
    effects::{EffectSink, Effects, Executed, recorder::Recorder, usual::Unknown},
    engine::{EngineError, EngineOptions, FailureReport, Session},
    error_text,
    function::{
        self,
        command::{self, Loader},
        list,
        pool::{FunctionPool, IDLE, Numbered},
    },
    host::{Authority, CommandArgs, LogLevel, Request},
    interpreter::{Interpreter, Want, call_arguments},
    kill::KillHandle,
    random::Generator,
    reply::ReplySink,
    script::ScriptKey,
    script_command,
    stats::{CountingSink, EngineStats, ErrorStatistics, FunctionStats, ScriptStats},
    store::ScriptStore,
};

use roster::Roster;

/// Shares scripts and interpreters among any number of runs. See the module's text.
pub struct EnginePool {
    options: EngineOptions,
    store: ScriptStore,
    #[expect(clippy::vec_box, reason = "an interpreter moves between pool and run without being copied")]
    idle: Vec<Box<Interpreter>>,
    functions: FunctionPool,
    /// The generator of `math.random` as the run that finished last left it.
    generator: Generator,
    /// What FUNCTION has changed, if effects are wanted.
    effects: Effects,
    /// The runs that are under way.
    roster: Roster,
    errors: ErrorStatistics,
}

/// What became of a command that was handed to [`EnginePool::start`].
pub enum Started {
    /// It is not one of the engine's. Nothing was written.
    Foreign,
    /// Its reply has been written.
    Answered,
    /// It is a script, now to be driven.
    Run(Run),
}

/// A script or function that runs. It can be moved between threads at any time; dropping it gives it up.
pub struct Run {
    home: Home,
    session: Session,
    /// Its number in the pool's roster.
    number: u64,
    code: Code,
}

/// What runs.
enum Code {
    Script(ScriptKey),
    Function { library: u64, index: usize },
}

/// Where a run's interpreter comes from and returns to.
enum Home {
    Scripts(Box<Interpreter>),
    Functions(Numbered),
}

impl Home {
    fn interpreter(&self) -> &Interpreter {
        match self {
            Self::Scripts(interpreter) => interpreter,
            Self::Functions(numbered) => &numbered.interpreter,
        }
    }

    fn interpreter_mut(&mut self) -> &mut Interpreter {
        match self {
            Self::Scripts(interpreter) => interpreter,
            Self::Functions(numbered) => &mut numbered.interpreter,
        }
    }
}

/// What a run wants.
#[derive(Debug)]
pub enum Step<'a> {
    /// Execute this command, whose checks have been made, and hand its reply to [`Run::answer`].
    Command(Request<'a>),
    /// Write a line to the log, then advance again.
    Log(LogLevel, &'a [u8]),
    /// Nothing more; hand it to [`EnginePool::finish`].
    Done,
}

impl EnginePool {
    /// A pool without scripts.
    #[must_use]
    pub fn new(options: EngineOptions) -> Self {
        let store = ScriptStore::new(options.compat.dialect(), options.limits, None);
        let (functions, generator) = (FunctionPool::default(), Generator::default());
        Self {
            options,
            store,
            idle: Vec::new(),
            functions,
            generator,
            effects: Effects::default(),
            roster: Roster::default(),
            errors: ErrorStatistics::default(),
        }
    }

    /// Begins a command. A script becomes a [`Run`]; what needs no run is answered at once. SCRIPT KILL and FUNCTION KILL end
    /// the oldest run that they can end.
    ///
    /// While the oldest run takes longer than [`EngineOptions::busy_threshold`], commands of the server are refused here
    /// too ([`Started::Answered`]), but for those that servers execute even then.
    ///
    /// # Errors
    /// If there is no memory for another interpreter.
    pub fn start(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        reply: &mut dyn ReplySink,
    ) -> Result<Started, EngineError> {
        // What is answered here has failed, or is rare.
        let mut errors = ErrorStatistics::default();
        let mut reply = CountingSink { to: reply, errors: &mut errors };
        let started = self.start_counted(session, args, &mut reply);
        if errors.total() > 0 {
            self.errors.absorb(&errors);
        }
        started
    }

    fn start_counted(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        reply: &mut dyn ReplySink,
    ) -> Result<Started, EngineError> {
        if let Some(function_runs) = self.options.busy_threshold.and_then(|time| self.roster.busy(time)) {
            return Ok(self.start_while_busy(function_runs, args, reply));
        }
        let Some(command) = commands::find(args.name()) else { return Ok(Started::Foreign) };
        if !command.info.accepts(args.len()) {
            reply.error(&commands::wrong_arity(command.info.name));
            return Ok(Started::Answered);
        }
        let kind = match command.action {
            Action::Eval(kind) => kind,
            Action::Fcall { read_only } => return self.start_function(session, read_only, args, reply),
            Action::Function => {
                self.function(session, args, reply)?;
                return Ok(Started::Answered);
            }
            Action::Script => {
                self.script(session, args, reply);
                return Ok(Started::Answered);
            }
        };
        match self.store.prepare(kind, args, &session.state) {
            Ok(prepared) => {
                let mut interpreter = self.take()?;
                interpreter.recorder = self.recorder(session);
                interpreter.begin(&prepared.call, &self.store.cache, call_arguments(args, prepared.keys));
                let number = self.roster.add(interpreter.kill_handle(), None);
                let code = Code::Script(prepared.call.key);
                Ok(Started::Run(Run { home: Home::Scripts(interpreter), session: *session, number, code }))
            }
            Err(rejection) => {
                reply.error(&rejection.reply);
                Ok(Started::Answered)
            }
        }
    }

    fn start_function(
        &mut self,
        session: &Session,
        read_only: bool,
        args: CommandArgs<'_>,
        reply: &mut dyn ReplySink,
    ) -> Result<Started, EngineError> {
        let dialect = self.options.compat.dialect();
        let (call, keys, library) = match function::call::prepare(
            &self.functions.libraries,
            read_only,
            args,
            &session.state,
            dialect,
        ) {
            Ok(prepared) => prepared,
            Err(text) => {
                reply.error(&text);
                return Ok(Started::Answered);
            }
        };
        let mut taken = self.functions.take(&self.options)?;
        if let Err(text) = self.functions.load(&mut taken.interpreter, &library) {
            reply.error(&error_text::error_line(&[b"ERR ", text.as_slice()].concat()));
            self.functions.give_back(taken, &self.options);
            return Ok(Started::Answered);
        }
        if let Some(generator) = taken.interpreter.generator() {
            *generator = self.generator.clone();
        }
        taken.interpreter.recorder = self.recorder(session);
        taken.interpreter.begin_call(&call, call_arguments(args, keys));
        let number = self.roster.add(taken.interpreter.kill_handle(), Some((&call.name, args)));
        let code = Code::Function { library: call.library, index: call.index };
        Ok(Started::Run(Run { home: Home::Functions(taken), session: *session, number, code }))
    }

    fn start_while_busy(
        &mut self,
        function_runs: bool,
        args: CommandArgs<'_>,
        reply: &mut dyn ReplySink,
    ) -> Started {
        match busy::judge(args, function_runs, self.store.dialect()) {
            busy::Verdict::Serve => return Started::Foreign,
            busy::Verdict::Refuse(text) => reply.error(&text),
            busy::Verdict::Kill { function } => self.kill(function, reply),
            busy::Verdict::Stats => self.write_stats(reply),
        }
        Started::Answered
    }

    fn kill(&self, function: bool, reply: &mut dyn ReplySink) {
        match self.roster.kill(function) {
            Ok(()) => reply.status(b"OK"),
            Err(error) => reply.error(error.to_string().as_bytes()),
        }
    }

    fn write_stats(&self, reply: &mut dyn ReplySink) {
        let libraries = &self.functions.libraries;
        let counts = [libraries.len(), libraries.function_count()];
        list::write_stats(counts, self.roster.function(), reply);
    }

    fn script(&mut self, session: &Session, args: CommandArgs<'_>, reply: &mut dyn ReplySink) {
        let (word, dialect) = (args.get(1).unwrap_or_default(), self.store.dialect());
        match commands::find_subcommand(Action::Script, word, args.len(), dialect, &session.state) {
            Ok(Subcommand::Kill) => self.kill(false, reply),
            _ => script_command::execute(&mut self.store, session, args, reply),
        }
    }

    /// FUNCTION. A library is loaded at once, which takes half a second at most.
    fn function(
        &mut self,
        session: &Session,
        args: CommandArgs<'_>,
        reply: &mut dyn ReplySink,
    ) -> Result<(), EngineError> {
        let dialect = self.options.compat.dialect();
        let word = args.get(1).unwrap_or_default();
        match commands::find_subcommand(Action::Function, word, args.len(), dialect, &session.state) {
            Err(text) => reply.error(&text),
            Ok(Subcommand::Kill) => self.kill(true, reply),
            Ok(Subcommand::Stats) => self.write_stats(reply),
            Ok(subcommand) if subcommand.loads_libraries() => {
                let mut taken = self.functions.take(&self.options)?;
                let FunctionPool { libraries, log, .. } = &mut self.functions;
                let loader = Loader { interpreter: &mut taken.interpreter, host: log };
                let done = command::execute_loading(subcommand, libraries, loader, dialect, args, reply);
                self.functions.give_back(taken, &self.options);
                self.note_command(done, session, args);
            }
            Ok(subcommand) => {
                let done = command::execute(subcommand, &mut self.functions.libraries, dialect, args, reply);
                self.note_command(done && subcommand.changes_libraries(), session, args);
            }
        }
        Ok(())
    }

    /// A recorder for one run, if effects are wanted.
    fn recorder(&self, session: &Session) -> Option<Box<Recorder>> {
        let wanted = self.options.record_effects;
        wanted.then(|| Box::new(Recorder::new(self.options.compat, session.database)))
    }

    /// Records a command that has `changed` libraries.
    fn note_command(&mut self, changed: bool, session: &Session, args: CommandArgs<'_>) {
        if changed && let Some(mut recorder) = self.recorder(session) {
            recorder.note_command(args);
            self.effects.append(recorder.effects);
        }
    }

    /// The commands of FUNCTION that have changed libraries since this was last asked, if effects are recorded. Those of
    /// scripts are their run's ([`Run::take_effects`]).
    #[must_use]
    pub fn take_effects(&mut self) -> Effects {
        std::mem::take(&mut self.effects)
    }

    /// Whether idle interpreters may hold memory that they do not need any more, and that [`EnginePool::settle`] would give back.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        let scripts = self.idle.iter().map(|interpreter| &**interpreter);
        scripts.chain(self.functions.idle()).any(|idle| idle.is_reclaiming() || idle.is_unsettled())
    }

    /// Gives a little of that back, in some ten microseconds; true if there is more. Interpreters keep the memory of their largest
    /// run for the next one; so a server calls this when it has had nothing to do for a while, and some hundred times a second at
    /// most.
    pub fn settle(&mut self) -> bool {
        let scripts = self.idle.iter_mut().map(|interpreter| &mut **interpreter);
        scripts.chain(self.functions.idle_mut()).any(Interpreter::settle)
    }

    /// What the pool holds at the moment. Its heaps are those that are idle: a run's is its own.
    #[must_use]
    pub fn stats(&self) -> EngineStats {
        let (cache, libraries) = (&self.store.cache, &self.functions.libraries);
        EngineStats {
            bytes: self.idle.iter().map(|interpreter| interpreter.bytes_in_use()).sum(),
            scripts: cache.len(),
            script_bytes: cache.bytes(),
            evicted: cache.evicted(),
            function_bytes: self.functions.idle().map(Interpreter::bytes_in_use).sum(),
            libraries: libraries.len(),
            functions: libraries.function_count(),
            library_bytes: libraries.bytes(),
        }
    }

    /// The errors that the pool has made, with those of finished runs; see [`crate::stats`].
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
        self.functions.libraries.stats()
    }

    /// What libraries have logged while they were loaded, since it was last asked for.
    pub fn take_load_log(&mut self) -> Vec<(LogLevel, Vec<u8>)> {
        std::mem::take(&mut self.functions.log.lines)
    }

    /// Ends a run: writes its reply and takes its interpreter back. Returns what went wrong, if something did.
    pub fn finish(&mut self, mut run: Run, reply: &mut dyn ReplySink) -> Option<FailureReport> {
        self.roster.remove(run.number);
        let interpreter = run.home.interpreter_mut();
        let report = interpreter.finish(&run.session, reply);
        interpreter.recorder = None;
        if interpreter.errors.total() > 0 {
            self.errors.absorb(&std::mem::take(&mut interpreter.errors));
        }
        match run.code {
            Code::Script(key) => self.store.cache.touch(key, report.is_some()),
            Code::Function { library, index } => {
                self.functions.libraries.count_call(library, index, report.is_some());
            }
        }
        if let Some(generator) = interpreter.generator() {
            self.generator = generator.clone();
        }
        match run.home {
            Home::Scripts(interpreter) => {
                if self.idle.len() < IDLE && interpreter.flushes() == self.store.flushes() {
                    self.idle.push(interpreter);
                }
            }
            Home::Functions(numbered) => self.functions.give_back(numbered, &self.options),
        }
        report.map(|report| *report)
    }

    fn take(&mut self) -> Result<Box<Interpreter>, EngineError> {
        let flushes = self.store.flushes();
        self.idle.retain(|interpreter| interpreter.flushes() == flushes);
        let mut interpreter = match self.idle.pop() {
            Some(mut interpreter) => {
                let cache = &self.store.cache;
                interpreter.unload(cache.evicted(), |key| cache.get(key).is_some());
                interpreter
            }
            None => Box::new(Interpreter::new(&self.options, flushes)?),
        };
        if let Some(generator) = interpreter.generator() {
            *generator = self.generator.clone();
        }
        Ok(interpreter)
    }
}

impl Run {
    /// Runs the script until it wants something. `authority` is asked about its commands: a closure that looks them up, or
    /// something that knows permissions and slots too.
    pub fn advance(&mut self, authority: &mut dyn Authority) -> Step<'_> {
        let interpreter = self.home.interpreter_mut();
        match interpreter.advance(authority) {
            Want::Command => Step::Command(interpreter.request()),
            Want::Log(level) => {
                interpreter.go_on();
                Step::Log(level, interpreter.log_line())
            }
            Want::Done => Step::Done,
        }
    }

    /// Answers the command that [`Run::advance`] wanted: `write` writes exactly one reply.
    pub fn answer(&mut self, write: impl FnOnce(&mut dyn ReplySink)) {
        self.answer_with_effects(write, |executed, effects| effects.usual(executed, &Unknown));
    }

    /// The same, and `tell` says what the command has changed, as [`Host::effects`](crate::host::Host::effects) does. It is
    /// not called if effects are not recorded.
    pub fn answer_with_effects(
        &mut self,
        write: impl FnOnce(&mut dyn ReplySink),
        tell: impl FnOnce(&Executed<'_>, &mut EffectSink<'_>),
    ) {
        self.home.interpreter_mut().answer(write, tell);
    }

    /// What the run has changed so far, or since this was last asked. Nothing unless
    /// [`EngineOptions::record_effects`] is set.
    #[must_use]
    pub fn take_effects(&mut self) -> Effects {
        let recorder = self.home.interpreter_mut().recorder.as_mut();
        recorder.map_or_else(Effects::default, |recorder| std::mem::take(&mut recorder.effects))
    }

    /// Kills the run from any thread.
    #[must_use]
    pub fn kill_handle(&self) -> KillHandle {
        self.home.interpreter().kill_handle()
    }
}
