//! One heap, one machine, one sandbox: what runs one script at a time.
//!
//! An interpreter is driven in steps and knows no host: [`Interpreter::advance`] runs the script until it wants something,
//! the driver answers, and so on until the run is done and [`Interpreter::finish`] has written its reply. The synchronous
//! engine and the asynchronous pool are two drivers of the same steps.
//!
//! **Invariant:** a run happens inside a heap scope that `finish` rolls back, so whatever a script did to the heap is gone
//! when the next one begins; loaded scripts, and what lies in [`ApiState`], are outside it.

mod answer;
pub(crate) mod debugging;
pub(crate) mod function;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use ferrous_heap::{Close, Heap, HeapOptions, Pinned, ScopeId, StepResult, Value};
use ferrous_vm::{
    chunk::Chunk,
    error::LuaError,
    machine::{Exit, Machine, MachineOptions},
    native::{NativeContext, NativeResult},
};
use slotmap::SecondaryMap;

use answer::Audience;

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
    server::Judgement,
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

/// So many forgotten scripts may always stay in the machine's pools.
const MOST_FORGOTTEN: usize = 32;

/// Beyond that, this part of the scripts that are loaded.
const FORGOTTEN_PART: usize = 16;

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

/// Strings one by one, whose number is known.
pub trait Strings<'a>: ExactSizeIterator<Item = &'a [u8]> {}

impl<'a, I: ExactSizeIterator<Item = &'a [u8]>> Strings<'a> for I {}

/// What is handed to a script or a function.
#[derive(Clone, Copy, Debug)]
pub struct CallArguments<K, A> {
    /// `KEYS`, or the first argument of a function.
    pub keys: K,
    /// `ARGV`, or the second one.
    pub arguments: A,
}

/// What stands before the keys in a command: its name, the script or function, the number of keys.
const BEFORE_KEYS: usize = 3;

/// What a command that runs a script or a function hands to it; `keys` of its arguments are keys.
pub(crate) fn call_arguments(
    args: CommandArgs<'_>,
    keys: usize,
) -> CallArguments<impl Strings<'_>, impl Strings<'_>> {
    let end = BEFORE_KEYS.saturating_add(keys);
    CallArguments { keys: args.part(BEFORE_KEYS, end), arguments: args.part(end, usize::MAX) }
}

/// The run in progress.
struct Running {
    name: RunName,
    judgement: Judgement,
    question: Question,
    fuel: Fuel,
    scope: Option<ScopeId>,
    outcome: Option<Outcome>,
}

impl Running {
    #[inline(always)]
    fn new(call: &ScriptCall, fuel: Fuel, scope: Option<ScopeId>, outcome: Option<Outcome>) -> Self {
        let name = RunName::Script(call.digest);
        Self { name, judgement: call.judgement, question: Question::Call, fuel, scope, outcome }
    }

    /// Takes in how the machine came back; what the driver has to see to is given back.
    #[inline(always)]
    fn settle(&mut self, exit: Exit, machine: &mut Machine, poll: &mut dyn FnMut() -> Poll) -> Option<Exit> {
        match exit {
            Exit::Done => self.outcome = Some(Outcome::Returned),
            Exit::Failed(failure) => self.outcome = Some(Outcome::Failed(failure)),
            Exit::Interrupted(_) => {
                self.outcome = self.fuel.exhausted();
                if self.outcome.is_none() && poll() == Poll::Kill {
                    self.outcome = Some(Outcome::Killed);
                }
                if self.outcome.is_none() {
                    machine.set_fuel(self.fuel.grant());
                }
            }
            Exit::Host(kind) => {
                self.question = Question::from_kind(kind).unwrap_or(Question::Call);
                return Some(exit);
            }
            Exit::Line | Exit::Evaluated { .. } => return Some(exit),
        }
        None
    }
}

/// What is left of a run's instructions and time.
#[derive(Clone, Copy, Debug)]
struct Fuel {
    left: Option<u64>,
    deadline: Option<Instant>,
    /// The longest slice, if slices have to be short.
    slice: Option<u64>,
}

impl Fuel {
    fn new(limits: &Limits, poll_interval: Option<u64>) -> Self {
        let deadline = limits.wall_clock.and_then(|time| Instant::now().checked_add(time));
        let slice = match (poll_interval, deadline) {
            (Some(interval), Some(_)) => Some(interval.clamp(1, Limits::CLOCK_INTERVAL)),
            (Some(interval), None) => Some(interval.max(1)),
            (None, Some(_)) => Some(Limits::CLOCK_INTERVAL),
            (None, None) => None,
        };
        Self { left: limits.instructions, deadline, slice }
    }

    /// Takes the fuel for the next slice; `None`: as much as it wants. The slice is short if time is limited.
    fn grant(&mut self) -> Option<u64> {
        let granted = match (self.left, self.slice) {
            (left, Some(slice)) => left.unwrap_or(u64::MAX).min(slice),
            (Some(left), None) => left,
            (None, None) => return None,
        };
        self.left = self.left.map(|left| left - granted);
        Some(granted)
    }

    /// Why the run may not go on, now that the granted fuel is used up.
    fn exhausted(&self) -> Option<Outcome> {
        if self.left == Some(0) {
            return Some(Outcome::OutOfInstructions);
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| Outcome::OutOfTime)
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
            buffers: Buffers::default(),
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

    /// Forgets the loaded code of scripts that `is_cached` does not know, if `evicted` has grown since it was last asked.
    pub(crate) fn unload(&mut self, evicted: u64, is_cached: impl Fn(ScriptKey) -> bool) {
        if std::mem::replace(&mut self.evicted, evicted) == evicted {
            return;
        }
        let gone: Vec<ScriptKey> = self.loaded.keys().filter(|&key| !is_cached(key)).collect();
        for key in gone {
            self.forget(key);
        }
    }

    /// Forgets the loaded code of one script.
    pub(crate) fn forget(&mut self, key: ScriptKey) {
        if let Some(function) = self.loaded.remove(key) {
            // The pin is this heap's, so releasing it cannot fail.
            let _ = self.heap.begin().unpin(function);
            self.collect_forgotten(1);
        }
    }

    /// Code that was forgotten lies in the machine's pools until the collector has seen that it is dead. The collector paces
    /// itself by the heap, which code hardly touches; so when a fair part of the code is dead, it is driven from here.
    fn collect_forgotten(&mut self, count: usize) {
        self.forgotten += count;
        if self.forgotten >= MOST_FORGOTTEN.max(self.loaded.len() / FORGOTTEN_PART)
            && self.heap.collect_step(COLLECTOR_WORK) == StepResult::CycleDone
        {
            self.forgotten = 0;
        }
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

    /// Loads a script's code, outside the scope of any run.
    fn load(&mut self, key: ScriptKey, cache: &ScriptCache) -> Result<(), LuaError> {
        if self.loaded.contains_key(key) {
            return Ok(());
        }
        let script = cache.get(key).ok_or_else(|| LuaError::bare("the script is gone"))?;
        self.load_with(key, |ctx, globals| ctx.load(&script.chunk, globals))
    }

    /// Loads a script's code under a key that nothing is loaded under, for callers that do not keep it.
    pub(crate) fn load_chunk(&mut self, key: ScriptKey, chunk: &Chunk) -> Result<(), LuaError> {
        self.load_with(key, |ctx, globals| ctx.load_packed(chunk, globals))
    }

    fn load_with(
        &mut self,
        key: ScriptKey,
        load: impl Fn(&mut NativeContext<'_, '_>, Value) -> Result<Value, LuaError>,
    ) -> Result<(), LuaError> {
        let mut attempt = || {
            let loaded = self.machine.setup(&mut self.heap, |ctx| {
                let globals = ctx.globals();
                let function = load(ctx, globals)?;
                Ok(ctx.tx.pin(function))
            });
            // No scope is open, so what a failed attempt has left is garbage, and there may have been some before.
            loaded.inspect_err(|_| self.heap.collect_full())
        };
        let function = attempt().or_else(|_| attempt())?;
        self.loaded.insert(key, function);
        Ok(())
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
        while let Some(question) = self.next_question(&mut || poll(host)) {
            self.answer_question(question, host, checks_commands, Audience::Nobody);
        }
    }

    /// Runs the script until it wants something. `authority` is asked about its commands.
    pub(crate) fn advance(&mut self, authority: &mut dyn Authority) -> Want {
        while let Some(question) = self.next_question(&mut || Poll::GoOn) {
            let Some(run) = &mut self.run else { return Want::Done };
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
        Want::Done
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

    /// Runs the script until it asks something; `None`: it has ended.
    fn next_question(&mut self, poll: &mut dyn FnMut() -> Poll) -> Option<Question> {
        loop {
            let run = self.run.as_mut().filter(|run| run.outcome.is_none())?;
            let exit = match self.exit.take() {
                Some(exit) => exit,
                None => self.machine.run(&mut self.heap),
            };
            match run.settle(exit, &mut self.machine, poll) {
                // Nobody steps.
                None | Some(Exit::Line | Exit::Evaluated { .. }) => {}
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
    pub(crate) fn finish(&mut self, session: &Session, reply: &mut dyn ReplySink) -> Option<FailureReport> {
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

    /// Whether there is something to reclaim.
    #[inline]
    pub(crate) fn is_reclaiming(&self) -> bool {
        self.heap.is_reclaiming()
    }
}

/// Makes `table` hold exactly these strings. `values` is a buffer.
fn fill<'a>(
    ctx: &mut NativeContext<'_, '_>,
    table: &Pinned,
    values: &mut Vec<Value>,
    strings: impl Strings<'a>,
) -> Result<(), LuaError> {
    if strings.len() == 0 {
        return Ok(());
    }
    let table = ctx.tx.resolve(table).ok().and_then(Value::as_table);
    let table = table.ok_or_else(|| LuaError::bare("KEYS or ARGV is missing"))?;
    values.clear();
    for string in strings {
        values.push(ctx.tx.intern(string)?);
    }
    Ok(ctx.tx.fill(table, values)?)
}
