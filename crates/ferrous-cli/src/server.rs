//! A server in one process: the engine, the embedded keyspace, and one connection to them.
//!
//! Commands go to the connection first, then to the engine, then to the keyspace, which answers everything else, unknown
//! names included. What scripts log goes to standard error.
//!
//! **Invariant:** [`Server::execute`] writes exactly one reply.

use std::{
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use ferrous_keyspace::{Keyspace, resp::RequestParser};
use ferrous_redis::{
    Compat, Engine, EngineOptions, FailureReport, Limits, ServerState, Session,
    debugger::{DebugMode, Received, Transport},
    effects::{EffectSink, Executed},
    host::{CommandArgs, CommandInfo, Host, LogLevel, Protocol, Replication, Request},
    reply::ReplySink,
};

use crate::{
    arguments::LimitArguments,
    client,
    connection::Connection,
    effect_log::EffectLog,
    error::CliError,
    output::{ReplyPrinter, Style},
    source,
    transaction::{Step, Transaction},
};

/// See the module's text.
pub(crate) struct Server {
    engine: Engine,
    host: LoggingHost,
    connection: Connection,
    transaction: Transaction,
    log: Option<EffectLog>,
    /// When expired keys were last let go that nobody has asked for.
    swept: Instant,
}

/// How long it takes until that is done again.
const SWEEPS_APART: Duration = Duration::from_millis(100);

/// How many keys are looked at then.
const SWEPT_AT_ONCE: usize = 320;

/// No limit of a script holds while the host sleeps for it.
const LONGEST_SLEEP_OF_SCRIPTS: Duration = Duration::from_millis(10);

impl Server {
    /// A server with an empty keyspace.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the engine.
    pub(crate) fn new(compat: Compat, limits: LimitArguments) -> Result<Self, CliError> {
        Self::with_log(compat, limits, None)
    }

    /// The same, whose commands' effects are logged.
    ///
    /// # Errors
    /// As for [`Server::new`].
    pub(crate) fn with_log(
        compat: Compat,
        limits: LimitArguments,
        log: Option<EffectLog>,
    ) -> Result<Self, CliError> {
        let mut options = EngineOptions::new(compat);
        options.record_effects = log.is_some();
        options.limits = Limits {
            instructions: limits.fuel,
            bytes: limits.memory.unwrap_or(Limits::default().bytes),
            wall_clock: limits.timeout,
            ..Limits::default()
        };
        let engine = Engine::new(options).map_err(|error| CliError::Failed(error.to_string()))?;
        let mut keyspace = Keyspace::new();
        keyspace.set_compat(compat);
        Ok(Self {
            engine,
            host: LoggingHost(keyspace),
            connection: Connection::new(compat),
            transaction: Transaction::default(),
            log,
            swept: Instant::now(),
        })
    }

    /// Sets the protocol, as HELLO does.
    pub(crate) fn set_protocol(&mut self, protocol: Protocol) {
        self.connection.protocol = protocol;
    }

    /// Whether the client has said QUIT.
    pub(crate) fn is_closed(&self) -> bool {
        self.connection.closed
    }

    /// Chooses how scripts are debugged, as SCRIPT DEBUG does.
    pub(crate) fn set_debug_mode(&mut self, mode: DebugMode) {
        self.connection.debug = mode;
    }

    /// Whether objects of ended runs wait to be freed.
    pub(crate) fn is_reclaiming(&self) -> bool {
        self.engine.is_reclaiming()
    }

    /// Whether the engine may hold memory that it does not need.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.engine.is_unsettled()
    }

    /// Gives a little of it back; true if there is more.
    pub(crate) fn settle(&mut self) -> bool {
        self.engine.settle()
    }

    /// Whether the next EVAL is debugged.
    pub(crate) fn is_debugging(&self) -> bool {
        self.connection.debug != DebugMode::Off
    }

    /// Executes one command. `sink` is told the protocol that the reply is to be written in.
    pub(crate) fn execute<S: ProtocolSink>(&mut self, args: CommandArgs<'_>, sink: &mut S) {
        self.execute_debugged(args, &mut NoDebugger, sink);
    }

    /// As [`Server::execute`]; a script that is debugged speaks with `transport`.
    pub(crate) fn execute_debugged<S: ProtocolSink>(
        &mut self,
        args: CommandArgs<'_>,
        transport: &mut dyn Transport,
        sink: &mut S,
    ) {
        let mut gone = self.host.0.evict();
        if self.swept.elapsed() >= SWEEPS_APART {
            self.swept = Instant::now();
            gone.append(self.host.0.expire_some(SWEPT_AT_ONCE));
        }
        if let Some(log) = &mut self.log {
            log.note(gone);
        }
        let declared = || self.engine.command_flags(args);
        let step = self.transaction.step(args, declared, &mut self.host.0, self.connection.dialect());
        if !matches!(step, Step::Execute) {
            sink.set_protocol(self.connection.protocol);
        }
        match step {
            Step::Execute => match self.host.0.refuse(args, declared, false) {
                Some(text) => self.refuse(&text, sink),
                None => self.execute_now(args, transport, sink),
            },
            Step::Queued => sink.status(b"QUEUED"),
            Step::Refuse(text) => sink.error(&text),
            Step::Status(text) => {
                sink.status(text.as_bytes());
                self.host.0.count_call(args, 0);
            }
            Step::Fail(text) => {
                sink.error(&text);
                self.host.0.count_error(&text);
                self.host.0.count_call(args, 1);
            }
            Step::Null => {
                sink.null_array();
                self.host.0.count_call(args, 0);
            }
            Step::ExecuteAll(commands) => {
                sink.begin_array(commands.len());
                // Memory is looked at before the transaction, and not again.
                let out_of_memory = self.host.0.state().out_of_memory;
                self.host.0.carry_out_transaction(true);
                for command in &commands {
                    let mut state = self.host.0.state();
                    state.out_of_memory = out_of_memory;
                    self.execute_in(state, command.args(), transport, sink);
                }
                sink.end();
                self.host.0.carry_out_transaction(false);
                self.host.0.count_call(args, 0);
            }
        }
    }

    /// Whether the client wants the reply to the last command.
    pub(crate) fn wants_reply(&mut self) -> bool {
        self.connection.wants_reply()
    }

    fn refuse<S: ProtocolSink>(&self, text: &[u8], sink: &mut S) {
        sink.set_protocol(self.connection.protocol);
        sink.error(text);
    }

    fn execute_now<S: ProtocolSink>(
        &mut self,
        args: CommandArgs<'_>,
        transport: &mut dyn Transport,
        sink: &mut S,
    ) {
        let state = self.host.0.state();
        self.execute_in(state, args, transport, sink);
    }

    fn execute_in<S: ProtocolSink>(
        &mut self,
        state: ServerState,
        args: CommandArgs<'_>,
        transport: &mut dyn Transport,
        sink: &mut S,
    ) {
        let (errors, counted) = (sink.error_count(), sink.passed_on_count());
        if self.execute_outside(state, args, transport, sink) {
            // A call fails once for all errors that it makes, and once for each that it passes on.
            let passed_on = sink.passed_on_count() - counted;
            let has_made = sink.error_count() - errors > passed_on;
            self.host.0.count_call(args, passed_on + usize::from(has_made));
        }
    }

    /// Executes a command; whether somebody else than the keyspace has executed it.
    fn execute_outside<S: ProtocolSink>(
        &mut self,
        state: ServerState,
        args: CommandArgs<'_>,
        transport: &mut dyn Transport,
        sink: &mut S,
    ) -> bool {
        if args.name().eq_ignore_ascii_case(b"reset") {
            self.transaction.reset(&mut self.host.0);
            self.host.0.select(0);
        } else if args.name().eq_ignore_ascii_case(b"unwatch") {
            // In a transaction, which has forgotten all keys.
            sink.set_protocol(self.connection.protocol);
            sink.status(b"OK");
            return true;
        }
        let known = self.connection.execute(args, self.host.0.is_replica(), |protocol| {
            sink.set_protocol(protocol);
            &mut *sink
        });
        if let Some(outcome) = known.or_else(|| self.execute_client(args, sink)) {
            if let Err(text) = outcome {
                sink.set_protocol(self.connection.protocol);
                sink.error(&text);
                self.host.0.count_error(&text);
            }
            return true;
        }
        let protocol = self.connection.protocol;
        sink.set_protocol(protocol);
        self.host.0.set_engine(self.engine.stats(), self.engine.errors());
        let database = self.host.0.selected();
        let mut session = Session::new(protocol).in_database(database).in_state(state);
        session.debug = self.connection.debug;
        session.replies_pending = sink.has_replies();
        let known = self.engine.command_debugged(&mut session, args, &mut self.host, transport, sink);
        self.connection.debug = session.debug;
        self.connection.closed |= session.closing;
        if !known {
            let request = Request { args, protocol, replication: Replication::default(), from_script: false };
            match &mut self.log {
                None => self.host.execute(&request, sink),
                Some(log) => log.execute(&request, database, &mut self.host, sink),
            }
            let is = |index, word: &str| {
                args.get(index).is_some_and(|given| given.eq_ignore_ascii_case(word.as_bytes()))
            };
            if is(0, "config") && is(1, "resetstat") && args.len() == 2 {
                self.engine.reset_errors();
            }
        }
        known
    }

    /// Executes a subcommand of CLIENT that the target has and the connection knows; nothing if it was none.
    fn execute_client<S: ProtocolSink>(
        &mut self,
        args: CommandArgs<'_>,
        sink: &mut S,
    ) -> Option<Result<(), Vec<u8>>> {
        let name = args.get(1).filter(|_| args.name().eq_ignore_ascii_case(b"client"));
        let container = name.and_then(|_| self.host.command(args.name()));
        let found = container.zip(name).and_then(|(container, name)| self.host.subcommand(&container, name));
        if !found.is_some_and(|found| found.accepts(args.len())) {
            return None;
        }
        sink.set_protocol(self.connection.protocol);
        client::execute(&mut self.connection, args, sink)
    }

    /// Writes what the last command has changed, if that is logged.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub(crate) fn log_effects(&mut self) -> io::Result<()> {
        match &mut self.log {
            None => Ok(()),
            Some(log) => log.write(self.engine.take_effects()),
        }
    }

    /// What went wrong in the script that the last command ran, if it failed.
    pub(crate) fn failure(&self) -> Option<&FailureReport> {
        self.engine.failure()
    }

    /// Executes the commands in the file `path`: RESP, or one command a line.
    ///
    /// # Errors
    /// If the file cannot be read, is no sequence of commands, or a command is refused; those before have been executed.
    pub(crate) fn load(&mut self, path: &Path) -> Result<(), CliError> {
        let failed = |number: usize, text: &str| {
            CliError::Failed(format!("{}: command {number}: {text}", path.display()))
        };
        let mut parser = RequestParser::new();
        parser.feed(&source::read(path)?);
        end_of_input(&mut parser);
        let mut number = 1;
        while let Some(request) = parser.next().map_err(|error| failed(number, &error.to_string()))? {
            let mut reply = ReplyPrinter::new(Style::Raw, Protocol::Resp2);
            self.execute(request.args(), &mut reply);
            if let Some(error) = reply.failure() {
                return Err(failed(number, &String::from_utf8_lossy(error)));
            }
            number += 1;
        }
        if parser.is_partial() { Err(failed(number, "cut off")) } else { Ok(()) }
    }
}

/// The other end of a debugging session that nobody holds.
struct NoDebugger;

impl Transport for NoDebugger {
    fn receive(&mut self) -> Received {
        Received::Closed
    }

    fn send(&mut self, _: &[Vec<u8>]) {}
}

/// Lets the last inline command do without a line feed; part of a RESP array stays a part.
pub(crate) fn end_of_input(parser: &mut RequestParser) {
    parser.feed(b"\n");
}

/// A sink whose protocol can change between replies.
pub(crate) trait ProtocolSink: ReplySink {
    /// What follows is written in `protocol`.
    fn set_protocol(&mut self, protocol: Protocol);

    /// Whether it holds replies that the client does not have yet.
    fn has_replies(&self) -> bool;

    /// How many errors it was given so far.
    fn error_count(&self) -> usize;

    /// How many of them a script has passed on.
    fn passed_on_count(&self) -> usize;
}

impl ProtocolSink for ferrous_keyspace::resp::ReplyWriter {
    fn set_protocol(&mut self, protocol: Protocol) {
        Self::set_protocol(self, protocol);
    }

    fn has_replies(&self) -> bool {
        !self.bytes().is_empty()
    }

    fn error_count(&self) -> usize {
        self.errors()
    }

    fn passed_on_count(&self) -> usize {
        self.counted_errors()
    }
}

impl ProtocolSink for ReplyPrinter {
    fn set_protocol(&mut self, protocol: Protocol) {
        Self::set_protocol(self, protocol);
    }

    fn has_replies(&self) -> bool {
        false
    }

    fn error_count(&self) -> usize {
        self.errors()
    }

    fn passed_on_count(&self) -> usize {
        self.counted_errors()
    }
}

/// The keyspace, but with a log that is seen.
struct LoggingHost(Keyspace);

impl Host for LoggingHost {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        self.0.command(name)
    }

    fn subcommand(&self, container: &CommandInfo, name: &[u8]) -> Option<CommandInfo> {
        self.0.subcommand(container, name)
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        self.0.execute(request, reply);
        let longest = if request.from_script { LONGEST_SLEEP_OF_SCRIPTS } else { Duration::MAX };
        let sleep = self.0.take_sleep().min(longest);
        if !sleep.is_zero() {
            std::thread::sleep(sleep);
        }
    }

    fn refused(&mut self, args: CommandArgs<'_>) {
        self.0.refused(args);
    }

    fn effects(&mut self, executed: &Executed<'_>, effects: &mut EffectSink<'_>) {
        self.0.effects(executed, effects);
    }

    fn script_started(&mut self) {
        self.0.script_started();
    }

    fn script_ended(&mut self) {
        self.0.script_ended();
    }

    fn log(&mut self, level: LogLevel, message: &[u8]) {
        let level: &[u8] = match level {
            LogLevel::Debug => b"[debug] ",
            LogLevel::Verbose => b"[verbose] ",
            LogLevel::Notice => b"[notice] ",
            LogLevel::Warning => b"[warning] ",
        };
        // A log that nobody can read is no reason to stop.
        let _ = io::stderr().lock().write_all(&[level, message, b"\n"].concat());
    }

    fn begin(&mut self) -> bool {
        self.0.begin()
    }

    fn commit(&mut self) {
        self.0.commit();
    }

    fn rollback(&mut self) {
        self.0.rollback();
    }
}
