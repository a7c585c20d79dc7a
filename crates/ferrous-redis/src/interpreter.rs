//! One heap, one machine, one sandbox: what runs one script at a time.
//!
//! An interpreter is driven in steps and knows no host: [`Interpreter::advance`] runs the script until it wants something,
//! the driver answers, and so on until the run is done and [`Interpreter::finish`] has written its reply. The synchronous
//! engine and the asynchronous pool are two drivers of the same steps.
//!
//! **Invariant:** a run happens inside a heap scope that `finish` rolls back, so whatever a script did to the heap is gone
//! when the next one begins; loaded scripts, and what lies in [`ApiState`], are outside it.

mod answer;
mod arguments;
pub(crate) mod debugging;
pub(crate) mod function;
mod loading;
mod running;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ferrous_heap::{Close, Heap, HeapOptions, Pinned, ScopeId, Value};
use ferrous_vm::{
    error::LuaError,
    machine::{Exit, Machine, MachineOptions},
    native::{NativeContext, NativeResult},
};
use slotmap::SecondaryMap;

use answer::Audience;
pub(crate) use arguments::call_arguments;
use arguments::fill;
pub use arguments::{CallArguments, Strings};
use running::{Fuel, Running};

use crate::{
    api::{
        ApiState, guard,
        question::{Buffers, Question, Verdict, give_reply, judge, permit, refuse},
    },
    busy::Watch,
    compat::Dialect,
    effects::{EffectSink, Executed, recorder::Recorder},
    engine::{EngineError, EngineOptions, FailureReport, Session},
    function::context::Contexts,
    host::{Authority, CommandArgs, CommandFlags, Host, LogLevel, Poll, Protocol, Request},
    kill::{KillHandle, RunStatus},
    limits::Limits,
    outcome::{Ending, Outcome, RunName},
    random::Generator,
    reply::{RecordedReply, ReplySink},
    sandbox::{self, Sandbox},
    script::{ScriptCache, ScriptKey},
    stats::ErrorStatistics,
    store::ScriptCall,
};

/// What a run wants of its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Execute [`Interpreter::request`], then [`Interpreter::answer`].
    Command,
    /// Write [`Interpreter::log_line`], then [`Interpreter::go_on`].
    Log(LogLevel),
    /// Nothing more: [`Interpreter::finish`].
    Done,
}

/// See the module's text.
pub(crate) struct Interpreter {
    heap: Heap,
    machine: Machine,
    environment: Environment,
    loaded: SecondaryMap<ScriptKey, Pinned>,
    /// The functions of the libraries that are loaded here, by the library's serial.
    callbacks: BTreeMap<u64, Vec<Pinned>>,
    dialect: &'static Dialect,
    limits: Limits,
    poll_interval: Option<u64>,
    busy_threshold: Option<Duration>,
    buffers: Buffers,
    status: RunStatus,
    /// Notes the effects of the run, if somebody wants them.
    pub(crate) recorder: Option<Box<Recorder>>,
    /// The errors that were made here and that nobody else has counted.
    pub(crate) errors: ErrorStatistics,
    run: Option<Running>,
    /// How the machine came back from the driver's last answer.
    exit: Option<Exit>,
    /// [`ScriptStore::flushes`](crate::store::ScriptStore::flushes) when the heap was made.
    flushes: u64,
    /// How many evicted scripts it has already looked for.
    evicted: u64,
    /// How many scripts and functions were forgotten since the collector was last driven to look for them.
    forgotten: usize,
}

/// What the collector does at one time outside of a run: some ten microseconds.
const COLLECTOR_WORK: usize = 2_000;

/// What the heap is for.
enum Environment {
    /// Scripts of EVAL.
    Scripts(Sandbox),
    /// Libraries of functions.
    Functions(Contexts),
}

impl Environment {
    /// The tables that each run writes to.
    fn writable(&self) -> impl Iterator<Item = &Pinned> {
        let tables = match self {
            Self::Scripts(sandbox) => [Some(&sandbox.keys), Some(&sandbox.arguments)],
            Self::Functions(_) => [None, None],
        };
        tables.into_iter().flatten()
    }
}

impl Interpreter {
    /// A fresh interpreter for scripts.
    pub(crate) fn new(options: &EngineOptions, flushes: u64) -> Result<Self, EngineError> {
        Self::build(options, flushes, |machine, heap, dialect| {
            sandbox::build(machine, heap, dialect, options.insecure_api).map(Environment::Scripts)
        })
    }

    fn build(
        options: &EngineOptions,
        flushes: u64,
        environment: impl FnOnce(&mut Machine, &mut Heap, &Dialect) -> Result<Environment, LuaError>,
    ) -> Result<Self, EngineError> {
        let dialect = options.compat.dialect();
        let mut heap = Heap::new(HeapOptions { seed: options.hash_seed, limit: options.limits.bytes });
        let failed = |error: LuaError| EngineError(String::from_utf8_lossy(&error.text()).into_owned());
        let machine =
            MachineOptions { error_handler: Some(guard::error_handler), ..MachineOptions::default() };
        let mut machine = Machine::new(&mut heap, machine).map_err(|error| failed(error.into()))?;
        machine.set_extension(Box::new(ApiState::new(dialect, options.server_version)));
        let environment = environment(&mut machine, &mut heap, dialect).map_err(failed)?;
        heap.collect_full();
        heap.seal().map_err(|error| failed(error.into()))?;
        for table in environment.writable() {
            let mut tx = heap.begin();
            if let Some(table) = tx.resolve(table).ok().and_then(Value::as_table) {
                tx.unseal(table).map_err(|error| failed(error.into()))?;
            }
        }
        machine.rest(&mut heap);
        if let Some(within) = options.poll_within.clone() {
            machine.interrupt_handle().poll_by(move || within.poll() == Poll::Kill);
        }
        let status = RunStatus::new(machine.interrupt_handle(), dialect);
        Ok(Self {
            heap,
            machine,
            environment,
            loaded: SecondaryMap::new(),
            callbacks: BTreeMap::new(),
            dialect,
            limits: options.limits,
            poll_interval: options.poll_interval.or(options.busy_threshold.map(|_| Limits::CLOCK_INTERVAL)),
            busy_threshold: options.busy_threshold,
            buffers: Buffers::new(options.limits.bytes),
            status,
            recorder: None,
            errors: ErrorStatistics::default(),
            run: None,
            exit: None,
            flushes,
            evicted: 0,
            forgotten: 0,
        })
    }

    /// Takes the place of `other`: its generator goes on, and its kill handles act on this one.
    pub(crate) fn succeed(&mut self, other: &mut Self) {
        if let (Some(to), Some(from)) = (self.generator(), other.generator()) {
            *to = from.clone();
        }
        self.status.succeed(&other.status);
    }

    /// Which flush of the scripts this interpreter knows of.
    pub(crate) fn flushes(&self) -> u64 {
        self.flushes
    }

    /// The generator of `math.random`, which outlives the interpreter.
    pub(crate) fn generator(&mut self) -> Option<&mut Generator> {
        self.machine.extension_mut::<ApiState>().map(|state| &mut state.generator)
    }

    /// What a run may use.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Kills this interpreter's runs.
    pub(crate) fn kill_handle(&self) -> KillHandle {
        self.status.handle()
    }

    /// Bytes that the heap holds.
    pub(crate) fn bytes_in_use(&self) -> usize {
        self.heap.bytes_in_use()
    }

    /// Sets a run of a script in the cache up. What the driver does next is [`Interpreter::advance`]; a script that could not
    /// be started is done at once.
    pub(crate) fn begin<'a>(
        &mut self,
        call: &ScriptCall,
        cache: &ScriptCache,
        arguments: CallArguments<impl Strings<'a>, impl Strings<'a>>,
    ) {
        if self.load(call.key, cache).is_err() || !self.begin_loaded(call, arguments) {
            let fuel = Fuel::new(&self.limits, self.poll_interval);
            self.run = Some(Running::new(call, fuel, None, Some(Outcome::NotStarted)));
        }
    }

    /// Sets a run of a script that is loaded up; false if it is not.
    pub(crate) fn begin_loaded<'a>(
        &mut self,
        call: &ScriptCall,
        arguments: CallArguments<impl Strings<'a>, impl Strings<'a>>,
    ) -> bool {
        let Self { loaded, heap, machine, environment, buffers, .. } = self;
        let (Some(function), Environment::Scripts(sandbox)) = (loaded.get(call.key), &*environment) else {
            return false;
        };
        let mut fuel = Fuel::new(&self.limits, self.poll_interval);
        machine.set_fuel(fuel.grant());
        self.exit = None;
        self.status.start();
        if let Some(state) = machine.extension_mut::<ApiState>() {
            state.begin_run();
        }
        let scope = heap.open_scope().ok();
        let started = scope.is_some()
            && machine
                .start(heap, function, |ctx| {
                    fill(ctx, &sandbox.keys, &mut buffers.values, arguments.keys)?;
                    fill(ctx, &sandbox.arguments, &mut buffers.values, arguments.arguments)
                })
                .is_ok();
        let outcome = if started { None } else { Some(Outcome::NotStarted) };
        self.run = Some(Running::new(call, fuel, scope, outcome));
        true
    }

    /// Runs the script to its end on a host that answers at once. `command` is what runs it, for those who ask when it takes
    /// long.
    pub(crate) fn serve(&mut self, host: &mut dyn Host, command: CommandArgs<'_>) {
        match self.busy_threshold {
            None => self.answer_all(host, &mut |host| host.poll()),
            Some(threshold) => self.serve_watched(host, command, threshold),
        }
    }

    /// The same, and tells when the run has become busy.
    #[cold]
    fn serve_watched(&mut self, host: &mut dyn Host, command: CommandArgs<'_>, threshold: Duration) {
        let mut watch = self.watch(threshold, command);
        self.answer_all(host, &mut |host| {
            if let Some(watch) = &mut watch {
                watch.look(host);
            }
            host.poll()
        });
    }

    #[inline]
    fn answer_all(&mut self, host: &mut dyn Host, poll: &mut dyn FnMut(&mut dyn Host) -> Poll) {
        let checks_commands = host.checks_commands();
        let mut exit = None;
        while let Some(question) = self.next_question(exit, &mut || poll(host)) {
            exit = Some(self.answer_question(question, host, checks_commands, Audience::Nobody));
        }
    }

    /// Runs the script until it wants something. `authority` is asked about its commands.
    pub(crate) fn advance(&mut self, authority: &mut dyn Authority) -> Want {
        loop {
            let exit = self.exit.take();
            let Some(question) = self.next_question(exit, &mut || Poll::GoOn) else { return Want::Done };
            let Some(run) = &mut self.run else { return Want::Done };
            if run.fuel.is_late() {
                run.outcome = Some(Outcome::OutOfTime);
                return Want::Done;
            }
            let (buffers, dialect) = (&mut self.buffers, self.dialect);
            let verdict = self.machine.host_context(&mut self.heap, |ctx| {
                judge(ctx, question, &mut run.judgement, dialect, buffers, Some(&mut *authority))
            });
            match verdict {
                Some(Verdict::Execute { flags }) => {
                    if flags.contains(CommandFlags::WRITE) {
                        self.status.wrote();
                    }
                    if let Some(recorder) = &mut self.recorder {
                        recorder.flags = flags;
                    }
                    return Want::Command;
                }
                Some(Verdict::Log(level)) => return Want::Log(level),
                Some(Verdict::Refuse(refusal)) => {
                    let errors = &mut self.errors;
                    let exit = self
                        .machine
                        .complete_host(&mut self.heap, |ctx| refuse(ctx, refusal, question, errors));
                    self.exit = Some(exit);
                }
                Some(Verdict::AskPermission) => {
                    let answer = authority.may_call(self.buffers.args.args());
                    self.complete(|ctx| permit(ctx, dialect, answer));
                }
                None => return Want::Done,
            }
        }
    }

    /// A watch on the run that has begun; none on a library that is loaded, which has a time limit.
    fn watch<'a>(&self, threshold: Duration, command: CommandArgs<'a>) -> Option<Watch<'a>> {
        let name = self.run.as_ref()?.name.clone();
        let (handle, started) = (self.status.handle(), Instant::now());
        (name != RunName::Load).then_some(Watch { handle, threshold, started, name, command, told: false })
    }

    /// Tells the kill handle how many libraries there are, and functions in them.
    pub(crate) fn count_libraries(&self, libraries: usize, functions: usize) {
        self.status.count_libraries(libraries, functions);
    }

    /// Runs the script until it asks something; `None`: it has ended. `exit` is how the machine came back from the last answer.
    // Inlined by hand, since the way from one command of a script to the next leads through here.
    #[inline(always)]
    fn next_question(&mut self, mut exit: Option<Exit>, poll: &mut dyn FnMut() -> Poll) -> Option<Question> {
        loop {
            let run = self.run.as_mut().filter(|run| run.outcome.is_none())?;
            let exit = match exit.take() {
                Some(exit) => exit,
                None => self.machine.run(&mut self.heap),
            };
            match run.absorb(exit, &mut self.machine, poll) {
                // Nobody steps.
                None | Some(Exit::Line | Exit::Evaluated | Exit::EvaluationFailed) => {}
                Some(_) => return Some(run.question),
            }
        }
    }

    fn complete(&mut self, f: impl FnOnce(&mut NativeContext<'_, '_>) -> NativeResult) {
        self.exit = Some(self.machine.complete_host(&mut self.heap, f));
    }

    /// The command that is wanted.
    pub(crate) fn request(&mut self) -> Request<'_> {
        let (protocol, replication) = self
            .machine
            .extension_mut::<ApiState>()
            .map(|state| (state.protocol, state.replication()))
            .unwrap_or_default();
        Request { args: self.buffers.args.args(), protocol, replication, from_script: true }
    }

    /// What the script has chosen with `redis.setresp`.
    fn protocol(&mut self) -> Protocol {
        self.machine.extension_mut::<ApiState>().map(|state| state.protocol).unwrap_or_default()
    }

    /// Answers the wanted command: `write` writes one reply, `tell` says what the command has changed.
    pub(crate) fn answer(
        &mut self,
        write: impl FnOnce(&mut dyn ReplySink),
        tell: impl FnOnce(&Executed<'_>, &mut EffectSink<'_>),
    ) {
        let question = self.run.as_ref().map_or(Question::Call, |run| run.question);
        let (protocol, dialect) = (self.protocol(), self.dialect);
        let Some(mut recorder) = self.recorder.take() else {
            return self.complete(|ctx| give_reply(ctx, question, protocol, dialect, write));
        };
        let mut reply = RecordedReply::default();
        write(&mut reply);
        recorder.note(&self.request(), recorder.flags, &reply, tell);
        self.recorder = Some(recorder);
        self.complete(|ctx| give_reply(ctx, question, protocol, dialect, |sink| reply.replay(sink)));
    }

    /// What `redis.log` was given.
    pub(crate) fn log_line(&self) -> &[u8] {
        &self.buffers.log_line
    }

    /// The line has been written.
    pub(crate) fn go_on(&mut self) {
        self.complete(|ctx| ctx.ret0());
    }

    /// Ends the run and writes its reply. What the script left in the heap is undone.
    pub(crate) fn finish(
        &mut self,
        session: &Session,
        reply: &mut dyn ReplySink,
    ) -> Option<Box<FailureReport>> {
        let script_protocol = self.protocol();
        let run = self.run.as_ref()?;
        let ending = Ending {
            outcome: run.outcome.as_ref().unwrap_or(&Outcome::Abandoned),
            name: &run.name,
            dialect: self.dialect,
            limits: &self.limits,
            script_protocol,
            client_protocol: session.protocol,
            errors: &mut self.errors,
            status: &self.status,
        };
        let report = ending.write(&mut self.machine, &mut self.heap, reply);
        let scope = run.scope;
        self.run = None;
        self.close(scope);
        report
    }

    fn close(&mut self, scope: Option<ScopeId>) {
        self.status.end();
        self.exit = None;
        self.machine.rest(&mut self.heap);
        if let Some(scope) = scope {
            // The scope was opened last and nothing else closes scopes.
            let _ = self.heap.close_scope(scope, Close::Rollback);
        }
        if self.heap.wants_collection() {
            self.heap.collect_due(COLLECTOR_WORK);
        }
    }

    /// Frees a little of what ended runs have left; true if there is more. Nothing happens while a run is under way.
    pub(crate) fn reclaim(&mut self) -> bool {
        if self.run.is_none() && self.heap.is_reclaiming() {
            self.heap.collect_due(COLLECTOR_WORK);
        }
        self.heap.is_reclaiming()
    }

    /// Whether there may be memory to give back once nothing is left to reclaim.
    #[inline]
    pub(crate) fn is_unsettled(&self) -> bool {
        self.heap.is_unsettled() || self.buffers.is_large()
    }

    /// Reclaims a little, or gives a little memory back that is not needed; true if there is more. Nothing happens while a run is
    /// under way.
    pub(crate) fn settle(&mut self) -> bool {
        if self.run.is_some() {
            return true;
        }
        self.buffers.settle(&mut self.heap);
        self.reclaim() || self.heap.settle(COLLECTOR_WORK) || self.heap.is_reclaiming()
    }

    /// Whether there is something to reclaim.
    #[inline]
    pub(crate) fn is_reclaiming(&self) -> bool {
        self.heap.is_reclaiming()
    }
}
