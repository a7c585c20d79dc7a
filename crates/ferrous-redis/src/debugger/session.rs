//! A debugging session: where the script stops, and what the commands do that the client sends meanwhile.
//!
//! The session drives the interpreter from stop to stop. What it says is collected by the [`Monitor`](super::monitor::Monitor),
//! together with what the script tells on its way, and sent when the session waits for a command.
//!
//! **Invariant:** lines are sent before a command is asked for, and an answer is sent for each command that does not make
//! the script go on, even one of no lines.

use std::time::{Duration, Instant};

use super::{
    Received, Transport, backtrace,
    breakpoints::{Breakpoints, NotAdded},
    command::{DebuggerInput, Verb, exact_integer},
    evaluation,
    listing::{Listing, Marks},
    monitor::Monitor,
    variable,
};
use crate::{
    compat::DebuggerDialect,
    host::Host,
    interpreter::{Interpreter, debugging::Stop},
};

/// How many lines `list` shows before and after.
const CONTEXT: i64 = 5;

/// The shortest length to which lines can be cut.
const SHORTEST: i64 = 60;

/// After how long a script counts as endless: `busy-reply-threshold`, as Redis has it by default.
const ENDLESS: Duration = Duration::from_secs(5);

/// See the module's text.
pub(crate) struct DebugSession<'t> {
    transport: &'t mut dyn Transport,
    dialect: &'static DebuggerDialect,
    listing: Listing,
    breakpoints: Breakpoints,
    /// Where the script stands.
    line: i64,
    /// When it went on.
    since: Instant,
    /// Whether it has run for too long.
    is_endless: bool,
    /// What has not been sent when the script ended.
    unsent: Vec<Vec<u8>>,
}

/// What follows a command.
enum Flow {
    /// Another command.
    Stay,
    /// The script goes on, step by step or not.
    GoOn { steps: bool },
    /// The script ends.
    Abort(String),
}

impl<'t> DebugSession<'t> {
    /// A session for the script `source`.
    pub(crate) fn new(
        source: &[u8],
        dialect: &'static DebuggerDialect,
        transport: &'t mut dyn Transport,
    ) -> Self {
        Self {
            transport,
            dialect,
            listing: Listing::new(source),
            breakpoints: Breakpoints::default(),
            line: 0,
            since: Instant::now(),
            is_endless: false,
            unsent: Vec::new(),
        }
    }

    /// Runs the script that `interpreter` has begun to its end, but does not finish it.
    pub(crate) fn run(&mut self, interpreter: &mut Interpreter, host: &mut dyn Host) {
        interpreter.begin_debugging(Monitor::new(self.dialect));
        self.since = Instant::now();
        loop {
            match interpreter.next_stop(host) {
                Stop::Line => self.at_line(interpreter, host),
                Stop::Slice => self.is_endless |= self.since.elapsed() >= ENDLESS,
                Stop::Evaluated { .. } => {}
                Stop::Ended => break,
            }
        }
        self.unsent = interpreter.end_debugging();
    }

    /// Ends the session. The reply of EVAL follows.
    pub(crate) fn end(mut self) {
        self.unsent.push(b"<endsession>".to_vec());
        self.transport.send(&self.unsent);
    }

    fn marks(&self) -> Marks<'_> {
        Marks { current: self.line, breakpoints: &self.breakpoints }
    }

    /// A new line is about to run.
    fn at_line(&mut self, interpreter: &mut Interpreter, host: &mut dyn Host) {
        let Some((_, line)) = interpreter.place().filter(|(chunk, _)| backtrace::is_script(chunk)) else {
            return;
        };
        let Some(monitor) = interpreter.monitor() else { return };
        self.line = line.into();
        monitor.line = self.line;
        let Some(reason) = self.stop_reason(monitor) else { return };
        (monitor.steps, monitor.breakpoint_called) = (false, false);
        monitor.push(format!("* Stopped at {line}, stop reason = {reason}"));
        monitor.push(self.listing.line(self.line, &self.marks()));
        self.converse(interpreter, host);
        self.is_endless = false;
        self.since = Instant::now();
    }

    fn stop_reason(&self, monitor: &Monitor) -> Option<&'static str> {
        if monitor.breakpoint_called {
            Some(self.dialect.breakpoint_called)
        } else if self.breakpoints.contains(self.line) {
            Some("break point")
        } else {
            let endless = self.dialect.endless.filter(|_| self.is_endless);
            endless.or(monitor.steps.then_some("step over"))
        }
    }

    /// Carries out commands until the script goes on.
    fn converse(&mut self, interpreter: &mut Interpreter, host: &mut dyn Host) {
        loop {
            self.transport.send(&interpreter.monitor().map(Monitor::take_lines).unwrap_or_default());
            let flow = match self.transport.receive() {
                Received::Command(words) => self.execute(&words, interpreter, host),
                Received::Malformed(malformed) => Flow::Abort(malformed.to_string()),
                Received::Closed => self.leave(),
            };
            match flow {
                Flow::Stay => {}
                Flow::GoOn { steps } => {
                    if let Some(monitor) = interpreter.monitor() {
                        monitor.steps = steps;
                    }
                    return;
                }
                Flow::Abort(reason) => return interpreter.stop(reason),
            }
        }
    }

    /// Nobody is at the other end any more.
    fn leave(&mut self) -> Flow {
        self.breakpoints.clear();
        if self.is_endless {
            return Flow::Abort("timeout during Lua debugging with client closing connection".to_owned());
        }
        Flow::GoOn { steps: false }
    }

    fn execute(&mut self, words: &[Vec<u8>], interpreter: &mut Interpreter, host: &mut dyn Host) -> Flow {
        let limit = interpreter.monitor().map_or(0, |monitor| monitor.limit());
        let Some(input) = DebuggerInput::parse(words, self.dialect) else {
            say(interpreter, [self.dialect.unknown]);
            return Flow::Stay;
        };
        match input.verb {
            Verb::Step => return Flow::GoOn { steps: true },
            Verb::Continue => return Flow::GoOn { steps: false },
            Verb::Abort => return Flow::Abort("script aborted for user request".to_owned()),
            Verb::Help => say(interpreter, self.dialect.help.iter().copied()),
            Verb::Whole => say(interpreter, self.listing.all(&self.marks())),
            Verb::List => {
                let around = input.number(0).filter(|&line| line > 0).unwrap_or(self.line);
                let context = input.number(1).unwrap_or(CONTEXT);
                say(interpreter, self.listing.around(around, context, &self.marks()));
            }
            Verb::Trace => {
                let (dialect, listing, marks) = (self.dialect, &self.listing, self.marks());
                let lines = interpreter.look(|ctx| backtrace::lines(ctx, dialect, listing, &marks));
                say(interpreter, lines.unwrap_or_default());
            }
            Verb::Print => self.print(&input, limit, interpreter),
            Verb::Break => self.change_breakpoints(&input, interpreter),
            Verb::Eval => {
                let code = input.arguments.join(b" ".as_slice());
                let line = evaluation::eval(interpreter, host, &code, self.dialect, limit);
                if let Some(monitor) = interpreter.monitor() {
                    if line.starts_with(b"<retval>") { monitor.push_cut(line) } else { monitor.push(line) }
                }
            }
            Verb::Call => {
                let tell = |interpreter: &mut Interpreter, steps| {
                    if let Some(monitor) = interpreter.monitor() {
                        monitor.steps = steps;
                    }
                };
                tell(interpreter, true);
                evaluation::call(interpreter, host, input.arguments);
                tell(interpreter, false);
            }
            Verb::MaxLength => self.change_length(&input, interpreter),
        }
        Flow::Stay
    }

    fn print(&self, input: &DebuggerInput<'_>, limit: usize, interpreter: &mut Interpreter) {
        let dialect = self.dialect;
        let (lines, otherwise) = match input.arguments {
            [name] => {
                let line = interpreter.look(|ctx| variable::one(ctx, name, dialect, limit)).flatten();
                (line.into_iter().collect(), "No such variable.")
            }
            _ => {
                let lines = interpreter.look(|ctx| variable::all(ctx, dialect, limit));
                (lines.unwrap_or_default(), "No local variables in the current context.")
            }
        };
        let Some(monitor) = interpreter.monitor() else { return };
        if lines.is_empty() {
            monitor.push(otherwise);
        }
        lines.into_iter().for_each(|line| monitor.push_cut(line));
    }

    fn change_breakpoints(&mut self, input: &DebuggerInput<'_>, interpreter: &mut Interpreter) {
        if input.arguments.is_empty() {
            return say(interpreter, self.list_breakpoints());
        }
        for argument in input.arguments {
            match exact_integer(argument) {
                None => say(interpreter, [[b"Invalid argument:'", argument.as_slice(), b"'"].concat()]),
                Some(0) => {
                    self.breakpoints.clear();
                    say(interpreter, ["All breakpoints removed."]);
                }
                Some(line) if line > 0 => match self.breakpoints.add(line, self.listing.len()) {
                    Ok(()) => say(interpreter, self.listing.around(line, 1, &self.marks())),
                    Err(NotAdded::TooMany) => say(interpreter, ["Too many breakpoints set."]),
                    Err(NotAdded::WrongLine) => say(interpreter, ["Wrong line number."]),
                },
                Some(line) if self.breakpoints.remove(line.saturating_neg()) => {
                    say(interpreter, ["Breakpoint removed."]);
                }
                Some(_) => say(interpreter, ["No breakpoint in the specified line."]),
            }
        }
    }

    fn list_breakpoints(&self) -> Vec<Vec<u8>> {
        let set = self.breakpoints.lines();
        if set.is_empty() {
            return vec![b"No breakpoints set. Use 'b <line>' to add one.".to_vec()];
        }
        let mut lines = vec![format!("{} breakpoints set:", set.len()).into_bytes()];
        lines.extend(set.iter().map(|&line| self.listing.line(line, &self.marks())));
        lines
    }

    fn change_length(&self, input: &DebuggerInput<'_>, interpreter: &mut Interpreter) {
        let dialect = self.dialect;
        let Some(monitor) = interpreter.monitor() else { return };
        if let [text] = input.arguments {
            let wanted = if dialect.strict_length { exact_integer(text) } else { input.number(0) };
            let wanted = match wanted {
                None | Some(i64::MIN..=-1) if dialect.strict_length => {
                    return monitor.push("<error> Invalid maxlen value.");
                }
                None | Some(0) => 0,
                Some(length) => length.max(SHORTEST),
            };
            monitor.set_length(usize::try_from(wanted).unwrap_or_default());
        } else if dialect.states_length {
            return monitor.push(format!("Current maxlen is {}", monitor.length()));
        }
        match monitor.length() {
            0 => monitor.push(dialect.unlimited),
            length => monitor.push(format!("<value> replies are truncated at {length} bytes.")),
        }
    }
}

/// Adds lines to the answer.
fn say<L: Into<Vec<u8>>>(interpreter: &mut Interpreter, lines: impl IntoIterator<Item = L>) {
    if let Some(monitor) = interpreter.monitor() {
        lines.into_iter().for_each(|line| monitor.push(line));
    }
}
