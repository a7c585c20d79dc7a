//! One heap, one machine, one sandbox: what runs one script at a time.
//!
//! An interpreter is driven in steps and knows no host: [`Interpreter::advance`] runs the script until it wants something,
//! the driver answers, and so on until the run is done and [`Interpreter::finish`] has written its reply. The synchronous
//! engine and the asynchronous pool are two drivers of the same steps.
//!
//! **Invariant:** a run happens inside a heap scope that `finish` rolls back, so whatever a script did to the heap is gone
//! when the next one begins; loaded scripts, and what lies in [`ApiState`], are outside it.

use std::{sync::Arc, time::Instant};

use ferrous_heap::{Close, Heap, HeapOptions, Pinned, ScopeId};
use ferrous_vm::{
    error::LuaError,
    machine::{Exit, Machine, MachineOptions},
    native::{NativeContext, NativeResult},
};
use slotmap::SecondaryMap;

use crate::{
    api::{
        ApiState, Question, api_error,
        call::{Permissions, Refusal, check_command, read_arguments},
        library::read_log_line,
    },
    compat::Dialect,
    convert::to_lua::LuaReply,
    engine::{EngineError, EngineOptions, FailureReport, Session},
    host::{ArgsBuffer, CommandArgs, CommandFlags, CommandInfo, LogLevel, Protocol, Request},
    kill::{KillHandle, RunStatus},
    limits::Limits,
    outcome::{Ending, Outcome},
    random::Generator,
    reply::ReplySink,
    sandbox::{self, Sandbox},
    script::{Script, ScriptKey},
    store::Prepared,
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
    sandbox: Sandbox,
    loaded: SecondaryMap<ScriptKey, Pinned>,
    dialect: &'static Dialect,
    limits: Limits,
    args: ArgsBuffer,
    log_line: Vec<u8>,
    status: RunStatus,
    run: Option<Running>,
    /// How the machine came back from the driver's last answer.
    exit: Option<Exit>,
    /// [`ScriptStore::flushes`](crate::store::ScriptStore::flushes) when the heap was made.
    flushes: u64,
    /// How many evicted scripts it has already looked for.
    evicted: u64,
}

/// The run in progress.
struct Running {
    script: Arc<Script>,
    permissions: Permissions,
    question: Question,
    fuel: Fuel,
    scope: Option<ScopeId>,
    outcome: Option<Outcome>,
}

/// What is left of a run's instructions and time.
#[derive(Clone, Copy, Debug)]
struct Fuel {
    left: Option<u64>,
    deadline: Option<Instant>,
}

impl Fuel {
    fn new(limits: &Limits) -> Self {
        let deadline = limits.wall_clock.and_then(|time| Instant::now().checked_add(time));
        Self { left: limits.instructions, deadline }
    }

    /// Takes the fuel for the next slice; `None`: as much as it wants. The slice is short if time is limited.
    fn grant(&mut self) -> Option<u64> {
        let granted = match (self.left, self.deadline) {
            (left, Some(_)) => left.unwrap_or(u64::MAX).min(Limits::CLOCK_INTERVAL),
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
    /// A fresh interpreter.
    pub(crate) fn new(options: &EngineOptions, flushes: u64) -> Result<Self, EngineError> {
        let dialect = options.compat.dialect();
        let mut heap = Heap::new(HeapOptions { seed: options.hash_seed, limit: options.limits.bytes });
        let failed = |error: &dyn std::fmt::Debug| EngineError(format!("{error:?}"));
        let mut machine =
            Machine::new(&mut heap, MachineOptions::default()).map_err(|error| failed(&error))?;
        machine.set_extension(Box::new(ApiState::new(dialect)));
        let sandbox = sandbox::build(&mut machine, &mut heap, dialect).map_err(|error| failed(&error))?;
        heap.collect_full();
        heap.seal().map_err(|error| failed(&error))?;
        machine.rest(&mut heap);
        let status = RunStatus::new(machine.interrupt_handle());
        Ok(Self {
            heap,
            machine,
            sandbox,
            loaded: SecondaryMap::new(),
            dialect,
            limits: options.limits,
            args: ArgsBuffer::default(),
            log_line: Vec::new(),
            status,
            run: None,
            exit: None,
            flushes,
            evicted: 0,
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
        let mut tx = self.heap.begin();
        for key in gone {
            if let Some(function) = self.loaded.remove(key) {
                // The pin is this heap's, so releasing it cannot fail.
                let _ = tx.unpin(function);
            }
        }
    }

    /// Sets a run up. What the driver does next is [`Interpreter::advance`]; a script that could not be started is done
    /// at once.
    pub(crate) fn begin(&mut self, prepared: &Prepared, args: CommandArgs<'_>) {
        let mut running = Running {
            script: Arc::clone(&prepared.script),
            permissions: prepared.permissions,
            question: Question::Call,
            fuel: Fuel::new(&self.limits),
            scope: None,
            outcome: None,
        };
        self.status.start();
        if let Some(state) = self.machine.extension_mut::<ApiState>() {
            state.begin_run();
        }
        let started = self.load(prepared).and_then(|()| {
            running.scope = Some(self.heap.open_scope()?);
            self.start(prepared, args)
        });
        if started.is_err() {
            running.outcome = Some(Outcome::NotStarted);
        }
        self.machine.set_fuel(running.fuel.grant());
        self.exit = None;
        self.run = Some(running);
    }

    /// Loads a script's code, outside the scope of any run.
    fn load(&mut self, prepared: &Prepared) -> Result<(), LuaError> {
        if self.loaded.contains_key(prepared.key) {
            return Ok(());
        }
        let function = self.machine.setup(&mut self.heap, |ctx| {
            let globals = ctx.globals();
            let function = ctx.load(&prepared.script.chunk, globals)?;
            Ok(ctx.tx.pin(function))
        })?;
        self.loaded.insert(prepared.key, function);
        Ok(())
    }

    /// Fills KEYS and ARGV and sets the script's function up.
    fn start(&mut self, prepared: &Prepared, args: CommandArgs<'_>) -> Result<(), LuaError> {
        let Some(function) = self.loaded.get(prepared.key) else { return Ok(()) };
        let sandbox = &self.sandbox;
        self.machine.start(&mut self.heap, function, |ctx| {
            let first_argument = 3 + prepared.keys;
            fill(ctx, &sandbox.keys, args, 3..first_argument)?;
            fill(ctx, &sandbox.arguments, args, first_argument..args.len())
        })
    }

    /// Runs the script until it wants something. `find` looks commands up.
    pub(crate) fn advance(&mut self, find: &dyn Fn(&[u8]) -> Option<CommandInfo>) -> Want {
        loop {
            let Some(run) = self.run.as_mut().filter(|run| run.outcome.is_none()) else { return Want::Done };
            let exit = match self.exit.take() {
                Some(exit) => exit,
                None => self.machine.run(&mut self.heap),
            };
            match exit {
                Exit::Done => run.outcome = Some(Outcome::Returned),
                Exit::Failed(failure) => run.outcome = Some(Outcome::Failed(failure)),
                Exit::Interrupted(_) => {
                    run.outcome = run.fuel.exhausted();
                    if run.outcome.is_none() {
                        self.machine.set_fuel(run.fuel.grant());
                    }
                }
                Exit::Host(kind) => {
                    run.question = Question::from_kind(kind).unwrap_or(Question::Call);
                    if let Some(want) = self.consider(find) {
                        return want;
                    }
                }
            }
        }
    }

    /// Looks at what a native function asks. `None`: it has been answered already.
    fn consider(&mut self, find: &dyn Fn(&[u8]) -> Option<CommandInfo>) -> Option<Want> {
        let run = self.run.as_ref()?;
        let (question, permissions) = (run.question, run.permissions);
        if question == Question::Log {
            let line = &mut self.log_line;
            let level = self.machine.host_context(&mut self.heap, |ctx| read_log_line(ctx, line))?;
            return Some(Want::Log(level));
        }
        let (args, dialect) = (&mut self.args, self.dialect);
        let read = self.machine.host_context(&mut self.heap, |ctx| read_arguments(ctx, dialect, args))?;
        let args = self.args.args();
        let command = read.map(|()| find(args.name()));
        if question == Question::AclCheck {
            let known = command.and_then(|command| {
                let text = dialect.acl_check_command;
                command.map(drop).ok_or(Refusal { text, counted: false })
            });
            self.complete(|ctx| match known {
                Ok(()) => ctx.ret(ferrous_heap::Value::TRUE),
                Err(refusal) => Err(api_error(ctx, refusal.text, refusal.counted)),
            });
            return None;
        }
        match command.and_then(|command| check_command(args, command, permissions, dialect)) {
            Ok(command) => {
                if command.flags.contains(CommandFlags::WRITE) {
                    self.status.wrote();
                }
                Some(Want::Command)
            }
            Err(refusal) => {
                self.complete(|ctx| refuse(ctx, refusal, question));
                None
            }
        }
    }

    fn complete(&mut self, f: impl FnOnce(&mut NativeContext<'_, '_>) -> NativeResult) {
        self.exit = Some(self.machine.complete_host(&mut self.heap, f));
    }

    /// The command that is wanted.
    pub(crate) fn request(&mut self) -> Request<'_> {
        let protocol = self.protocol();
        Request { args: self.args.args(), protocol, from_script: true }
    }

    /// Takes the buffer of the wanted command's arguments, so that it can be read while the reply is written. To be given
    /// back with [`Interpreter::give_arguments`].
    pub(crate) fn take_arguments(&mut self) -> ArgsBuffer {
        std::mem::take(&mut self.args)
    }

    /// See [`Interpreter::take_arguments`].
    pub(crate) fn give_arguments(&mut self, args: ArgsBuffer) {
        self.args = args;
    }

    /// What the script has chosen with `redis.setresp`.
    pub(crate) fn protocol(&mut self) -> Protocol {
        self.machine.extension_mut::<ApiState>().map(|state| state.protocol).unwrap_or_default()
    }

    /// Answers the wanted command: `write` writes one reply.
    pub(crate) fn answer(&mut self, write: impl FnOnce(&mut dyn ReplySink)) {
        let protocol = self.protocol();
        let form = self.dialect.number_form;
        let raises = self.run.as_ref().is_some_and(|run| run.question == Question::Call);
        self.complete(|ctx| {
            let mut reply = LuaReply::new(ctx.tx, protocol, form);
            write(&mut reply);
            let reply = reply.finish()?;
            if raises && reply.is_error { Err(ctx.raise(reply.value)) } else { ctx.ret(reply.value) }
        });
    }

    /// What `redis.log` was given.
    pub(crate) fn log_line(&self) -> &[u8] {
        &self.log_line
    }

    /// The line has been written.
    pub(crate) fn go_on(&mut self) {
        self.complete(|ctx| ctx.ret0());
    }

    /// Ends the run and writes its reply. What the script left in the heap is undone.
    pub(crate) fn finish(&mut self, session: &Session, reply: &mut dyn ReplySink) -> Option<FailureReport> {
        let run = self.run.take()?;
        let script_protocol = self.protocol();
        let ending = Ending {
            outcome: run.outcome.unwrap_or(Outcome::Abandoned),
            script: &run.script,
            dialect: self.dialect,
            limits: &self.limits,
            script_protocol,
            client_protocol: session.protocol,
        };
        let report = ending.write(&mut self.machine, &mut self.heap, reply);
        self.close(run.scope);
        report
    }

    fn close(&mut self, scope: Option<ScopeId>) {
        self.status.end();
        self.exit = None;
        // A stack that is out of the heap need not be copied by the next scope, nor restored by this one.
        self.machine.rest(&mut self.heap);
        if let Some(scope) = scope {
            // The scope was opened last and nothing else closes scopes.
            let _ = self.heap.close_scope(scope, Close::Rollback);
        }
    }
}

/// `redis.call` raises a refusal, `redis.pcall` returns it.
fn refuse(ctx: &mut NativeContext<'_, '_>, refusal: Refusal, question: Question) -> NativeResult {
    let error = api_error(ctx, refusal.text, refusal.counted);
    match error.kind() {
        ferrous_vm::error::ErrorKind::Value(value) if question == Question::ProtectedCall => ctx.ret(*value),
        _ => Err(error),
    }
}

/// Makes `table` hold exactly the arguments in `range`.
fn fill(
    ctx: &mut NativeContext<'_, '_>,
    table: &Pinned,
    args: CommandArgs<'_>,
    range: std::ops::Range<usize>,
) -> Result<(), LuaError> {
    let table = ctx.tx.resolve(table).ok().and_then(ferrous_heap::Value::as_table);
    let table = table.ok_or_else(|| LuaError::bare("KEYS or ARGV is missing"))?;
    let count = u32::try_from(range.len()).map_err(|_| LuaError::bare("too many arguments"))?;
    for (index, argument) in (1..=count).zip(range) {
        let argument = ctx.tx.intern(args.get(argument).unwrap_or_default())?;
        ctx.tx.raw_set_int(table, index, argument)?;
    }
    Ok(())
}
