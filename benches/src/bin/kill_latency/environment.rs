//! What scripts are run in: plain Lua, or the embedded Redis of some target, watched from look to look.

use std::{sync::Arc, time::Duration};

use ferrous_heap::{Heap, HeapOptions, Pinned, Value};
use ferrous_keyspace::Keyspace;
use ferrous_redis::{
    Compat, Engine, EngineOptions, Session,
    host::{ArgsBuffer, CommandArgs, CommandInfo, Host, LogLevel, Poll, Request},
    kill::KillHandle,
    reply::{RecordedReply, ReplyPart, ReplySink},
};
use ferrous_stdlib::Output;
use ferrous_vm::{
    interrupt::{InterruptHandle, QUANTUM},
    machine::{Exit, Machine, MachineOptions},
};

use crate::{own_clock, thread_time};

/// Which functions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Redis(Compat),
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [
        Self::Plain,
        Self::Redis(Compat::Redis70),
        Self::Redis(Compat::Redis72),
        Self::Redis(Compat::Redis80),
        Self::Redis(Compat::Valkey91),
    ];

    /// Whether every input runs here, not only those for functions that no kind before it has.
    pub(crate) fn is_complete(self) -> bool {
        matches!(self, Self::Plain | Self::Redis(Compat::Redis70))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Redis(Compat::Redis70) => "redis70",
            Self::Redis(Compat::Redis72) => "redis72",
            Self::Redis(Compat::Redis80) => "redis80",
            Self::Redis(_) => "valkey91",
        }
    }
}

/// The longest time between two looks at the budget.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stretch {
    pub(crate) longest: Duration,
    /// When it began.
    pub(crate) began: Duration,
    /// How long the run was.
    pub(crate) total: Duration,
    last: Duration,
}

impl Stretch {
    fn look(&mut self, now: Duration) {
        let length = now.saturating_sub(self.last);
        if length > self.longest {
            (self.longest, self.began) = (length, self.last);
        }
        (self.last, self.total) = (now, now);
    }
}

/// Kills what runs in an environment.
pub(crate) enum Handle {
    Plain(InterruptHandle),
    Redis(KillHandle),
}

impl Handle {
    /// False if nothing runs yet, or any more.
    pub(crate) fn kill(&self) -> bool {
        match self {
            Self::Plain(handle) => {
                handle.kill();
                true
            }
            Self::Redis(handle) => handle.kill_hard().is_ok(),
        }
    }
}

/// A keyspace that notes when it is polled.
pub(crate) struct Watched {
    keyspace: Keyspace,
    stretch: Stretch,
    /// The processor time at which the run began, and how long it may be.
    limit: Option<(Duration, Duration)>,
}

impl Host for Watched {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        self.keyspace.command(name)
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        self.keyspace.execute(request, reply);
    }

    fn permission(&mut self, args: CommandArgs<'_>) -> ferrous_redis::server::Permission {
        self.keyspace.permission(args)
    }

    fn log(&mut self, _: LogLevel, _: &[u8]) {}

    fn poll(&mut self) -> Poll {
        let Some((start, limit)) = self.limit else { return Poll::GoOn };
        let now = thread_time(own_clock()).saturating_sub(start);
        self.stretch.look(now);
        if now > limit { Poll::Kill } else { Poll::GoOn }
    }
}

/// See the module's text.
pub(crate) enum Environment {
    Plain { heap: Box<Heap>, machine: Box<Machine> },
    Redis { engine: Box<Engine>, host: Box<Watched> },
}

impl Environment {
    pub(crate) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Plain => {
                let mut heap = Heap::new(HeapOptions { seed: Some(1), limit: 512 << 20 });
                let mut machine = Machine::new(&mut heap, MachineOptions::default())
                    .unwrap_or_else(|_| std::process::abort());
                let output = Output::new(std::io::sink());
                // An empty heap of half a gigabyte has room for the libraries.
                let _ = machine.setup(&mut heap, |ctx| ferrous_stdlib::open_plain(ctx, &output));
                Self::Plain { heap: Box::new(heap), machine: Box::new(machine) }
            }
            Kind::Redis(target) => {
                let mut options = EngineOptions::new(target);
                options.poll_interval = Some(QUANTUM as u64);
                let engine = Engine::new(options).unwrap_or_else(|_| std::process::abort());
                let host =
                    Watched { keyspace: Keyspace::with_seed(1), stretch: Stretch::default(), limit: None };
                Self::Redis { engine: Box::new(engine), host: Box::new(host) }
            }
        }
    }

    pub(crate) fn handle(&self) -> Handle {
        match self {
            Self::Plain { machine, .. } => Handle::Plain(machine.interrupt_handle()),
            Self::Redis { engine, .. } => Handle::Redis(engine.kill_handle()),
        }
    }

    /// The text that a script returns.
    pub(crate) fn list(&mut self, script: &str) -> String {
        match self {
            Self::Plain { heap, machine } => {
                if let Some(function) = load(heap, machine, script)
                    && machine.start(heap, &function, |_| Ok(())).is_ok()
                {
                    machine.run(heap);
                }
                machine.with_results(heap, |tx, values| {
                    let text = tx.string(values.first().copied().unwrap_or(Value::NIL)).unwrap_or_default();
                    String::from_utf8_lossy(text).into_owned()
                })
            }
            Self::Redis { engine, host } => {
                let mut reply = RecordedReply::default();
                let args: ArgsBuffer = ["EVAL", script, "0"].iter().collect();
                engine.command(&Session::default(), args.args(), &mut **host, &mut reply);
                match reply.parts().first() {
                    Some(ReplyPart::Bulk(text)) => String::from_utf8_lossy(text).into_owned(),
                    _ => String::new(),
                }
            }
        }
    }

    /// Runs a script without watching it.
    pub(crate) fn run(&mut self, script: &str) {
        match self {
            Self::Plain { heap, machine } => {
                if let Some(function) = load(heap, machine, script)
                    && machine.start(heap, &function, |_| Ok(())).is_ok()
                {
                    machine.run(heap);
                }
            }
            Self::Redis { .. } => {
                self.list(script);
            }
        }
    }

    /// Runs a script up to a limit, and watches it.
    pub(crate) fn observe(&mut self, script: &str, limit: Duration) -> Stretch {
        match self {
            Self::Plain { heap, machine } => {
                let mut stretch = Stretch::default();
                let Some(function) = load(heap, machine, script) else { return stretch };
                if machine.start(heap, &function, |_| Ok(())).is_err() {
                    return stretch;
                }
                let start = thread_time(own_clock());
                loop {
                    machine.set_fuel(Some(QUANTUM as u64));
                    let exit = machine.run(heap);
                    let now = thread_time(own_clock()).saturating_sub(start);
                    stretch.look(now);
                    if !matches!(exit, Exit::Interrupted(_)) || now > limit {
                        return stretch;
                    }
                }
            }
            Self::Redis { host, .. } => {
                let start = thread_time(own_clock());
                host.limit = Some((start, limit));
                self.list(script);
                let Self::Redis { host, .. } = self else { return Stretch::default() };
                host.stretch
            }
        }
    }
}

fn load(heap: &mut Heap, machine: &mut Machine, script: &str) -> Option<Pinned> {
    let options = ferrous_compiler::Options::default();
    let chunk = Arc::new(ferrous_compiler::compile(script.as_bytes(), b"=script", &options).ok()?);
    let load = machine.setup(heap, |ctx| {
        let globals = ctx.globals();
        let function = ctx.load(&chunk, globals)?;
        Ok(ctx.tx.pin(function))
    });
    load.ok()
}
