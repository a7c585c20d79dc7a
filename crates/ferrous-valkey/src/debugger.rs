//! SCRIPT DEBUG: the server holds the conversation with the client, the engine's debugger says what happens in it.
//!
//! The server reads commands, answers `help` and `maxlen` itself, checks how many words a command has, and calls the handler of
//! [`COMMANDS`]. That one only keeps the words and makes the server return, so that reading a command is a call like any other:
//! [`ServerTransport::receive`]. Lines go through the server's log of the session, which cuts long ones.
//!
//! **Invariant:** a session is under way only between `start` and `end`, while [`Session::source`] is there.

#![allow(unsafe_code, reason = "calls the server's functions and is called by them")]

use std::{
    ffi::{CStr, c_int, c_void},
    panic::{AssertUnwindSafe, catch_unwind},
    ptr::{self, NonNull},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ferrous_redis::debugger::{Malformed, Received, Transport};

use crate::{
    callbacks::guarded,
    context::{Context, StringArray, borrowed},
    engine::ScriptingEngine,
    ffi::{
        DEBUGGER_ENABLED, DEBUGGER_STOP_READING, DebuggerCommand, DebuggerParameter, ModuleCtx, ModuleString,
    },
};

/// What is known of the debugged client. It is touched only by the thread that runs scripts.
#[derive(Default)]
pub(crate) struct Session {
    /// Whether there is a source: all that a script that is not debugged looks at.
    active: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The text of the script that is debugged.
    source: Option<Vec<u8>>,
    /// The command that the server has just read.
    words: Option<Vec<Vec<u8>>>,
}

impl Session {
    /// The text of the script that is to be debugged, if there is a session.
    pub(crate) fn source(&self) -> Option<Vec<u8>> {
        if self.active.load(Ordering::Relaxed) { self.state().source.clone() } else { None }
    }

    fn set_source(&self, source: Option<Vec<u8>>) {
        self.active.store(source.is_some(), Ordering::Relaxed);
        self.state().source = source;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The client of a session, through the server.
pub(crate) struct ServerTransport<'a> {
    context: Context<'a>,
    session: &'a Session,
    /// The engine's own cutting of lines is switched off by a first command, since the server cuts them.
    begun: bool,
    /// The answer to that command is not for the client.
    drops_answer: bool,
}

impl<'a> ServerTransport<'a> {
    pub(crate) fn new(context: Context<'a>, session: &'a Session) -> Self {
        Self { context, session, begun: false, drops_answer: false }
    }

    fn log(&self, line: &[u8]) {
        let cut = CUT_LINES.iter().any(|prefix| line.starts_with(prefix));
        let line = self.context.string(line).into_raw();
        // SAFETY: the string is live, and the server's from now on.
        unsafe { (self.context.api().debugger_log)(line, cut.into()) };
    }
}

/// How lines begin that show a value, and may be long.
const CUT_LINES: &[&[u8]] = &[b"<value> ", b"<retval> ", b"<reply> "];

/// The last line of a session, which the server writes itself.
const END: &[u8] = b"<endsession>";

impl Transport for ServerTransport<'_> {
    fn receive(&mut self) -> Received {
        if !std::mem::replace(&mut self.begun, true) {
            self.drops_answer = true;
            return Received::Command(vec![b"maxlen".to_vec(), b"0".to_vec()]);
        }
        self.session.state().words = None;
        let mut gone = 0;
        let mut error = ptr::null_mut();
        // SAFETY: both addresses live through the call. The server calls the handler below meanwhile.
        unsafe { (self.context.api().debugger_read)(&raw mut gone, &raw mut error) };
        if !error.is_null() {
            // SAFETY: the string is live and ours.
            let too_long =
                unsafe { borrowed(self.context.api(), error) } == Malformed::TooLong.to_string().as_bytes();
            // SAFETY: it is freed once, and its text is not used any more.
            unsafe { (self.context.api().free_string)(ptr::null_mut(), error) };
            return Received::Malformed(if too_long { Malformed::TooLong } else { Malformed::Protocol });
        }
        match self.session.state().words.take() {
            Some(words) if gone == 0 => Received::Command(words),
            _ => Received::Closed,
        }
    }

    fn send(&mut self, lines: &[Vec<u8>]) {
        if std::mem::take(&mut self.drops_answer) {
            return;
        }
        let (lines, ends) = match lines.split_last() {
            Some((last, lines)) if last == END => (lines, true),
            _ => (lines, false),
        };
        lines.iter().for_each(|line| self.log(line));
        if !ends {
            // SAFETY: the function takes nothing and writes to the client of the session.
            unsafe { (self.context.api().debugger_flush)() };
        }
    }
}

/// Keeps the words of a command and makes the server return to [`ServerTransport::receive`].
unsafe extern "C" fn keep_words(words: *mut *mut ModuleString, count: usize, engine: *mut c_void) -> c_int {
    let Some(engine) = NonNull::new(engine.cast::<ScriptingEngine>()) else { return DEBUGGER_STOP_READING };
    // SAFETY: the commands have no context of their own, so the server passes the engine, which lives until it is
    // unregistered.
    let engine = unsafe { engine.as_ref() };
    // SAFETY: the server passes `count` strings, which live through the callback.
    let words = unsafe { StringArray::new(&engine.api, words, count) };
    let keep = || {
        let mut words: Vec<Vec<u8>> = words.iter().map(<[u8]>::to_vec).collect();
        if let Some(name) = words.first_mut().filter(|name| is_other_name(name)) {
            *name = b"valkey".to_vec();
        }
        engine.session.state().words = Some(words);
    };
    // Without words the session is closed.
    let _ = catch_unwind(AssertUnwindSafe(keep));
    DEBUGGER_STOP_READING
}

/// Whether a word is another name of the command `valkey`.
fn is_other_name(word: &[u8]) -> bool {
    ["redis", "r", "server"].iter().any(|name| name.as_bytes().eq_ignore_ascii_case(word))
}

/// SCRIPT DEBUG YES or SYNC.
pub(crate) unsafe extern "C" fn enable(
    _: *mut ModuleCtx,
    _: *mut c_void,
    _: c_int,
    commands: *mut *const DebuggerCommand,
    count: *mut usize,
) -> c_int {
    // SAFETY: the server passes addresses for both results; the commands live as long as the module.
    unsafe {
        *commands = COMMANDS.0.as_ptr();
        *count = COMMANDS.0.len();
    }
    DEBUGGER_ENABLED
}

/// SCRIPT DEBUG NO.
pub(crate) unsafe extern "C" fn disable(ctx: *mut ModuleCtx, engine: *mut c_void, _: c_int) {
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded(ctx, engine, (), |_, engine| engine.session.set_source(None)) }
}

/// The next script is debugged.
pub(crate) unsafe extern "C" fn start(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    _: c_int,
    source: *mut ModuleString,
) {
    let body = |context: Context<'_>, engine: &ScriptingEngine| {
        // SAFETY: the string lives through the callback.
        let source = unsafe { borrowed(context.api(), source) };
        engine.session.set_source(Some(source.to_vec()));
    };
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded(ctx, engine, (), body) }
}

/// The script has ended.
pub(crate) unsafe extern "C" fn end(ctx: *mut ModuleCtx, engine: *mut c_void, _: c_int) {
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded(ctx, engine, (), |_, engine| engine.session.set_source(None)) }
}

/// The commands as the server is told of them: it prints their help and finds them by name or by its first letter.
struct Commands([DebuggerCommand; 13]);

// SAFETY: the pointers inside are to constants.
unsafe impl Sync for Commands {}

struct Parameters<const N: usize>([DebuggerParameter; N]);

// SAFETY: as for `Commands`.
unsafe impl<const N: usize> Sync for Parameters<N> {}

const fn parameter(name: &'static CStr, optional: bool, variadic: bool) -> DebuggerParameter {
    DebuggerParameter { name: name.as_ptr(), optional: optional as c_int, variadic: variadic as c_int }
}

static NONE: Parameters<0> = Parameters([]);
static PLACE: Parameters<2> = Parameters([parameter(c"line", true, false), parameter(c"ctx", true, false)]);
static VARIABLE: Parameters<1> = Parameters([parameter(c"var", true, false)]);
static LINE: Parameters<1> = Parameters([parameter(c"line|-line", true, false)]);
static LUA: Parameters<1> = Parameters([parameter(c"code", false, true)]);
static CALL: Parameters<1> = Parameters([parameter(c"cmd", false, true)]);

const fn command<const N: usize>(
    name: &'static CStr,
    parameters: &'static Parameters<N>,
    description: &'static CStr,
) -> DebuggerCommand {
    DebuggerCommand {
        version: 1,
        name: name.as_ptr(),
        prefix: 1,
        parameters: parameters.0.as_ptr(),
        parameter_count: N,
        description: description.as_ptr(),
        invisible: 0,
        handler: keep_words,
        context: ptr::null_mut(),
    }
}

static COMMANDS: Commands = Commands([
    command(c"step", &NONE, c"Run current line and stop again."),
    command(c"next", &NONE, c"Alias for step."),
    command(c"continue", &NONE, c"Run till next breakpoint."),
    command(
        c"list",
        &PLACE,
        c"List source code around a specific line. If no line is specified the list is printed around the current \
          line. [ctx] specifies how many lines to show before/after [line].",
    ),
    command(c"whole", &NONE, c"List all source code. Alias for 'list 1 1000000'."),
    command(
        c"print",
        &VARIABLE,
        c"Show the value of the specified variable [var]. Can also show global vars KEYS and ARGV. If no [var] is \
          specidied, shows the value of all local variables.",
    ),
    command(
        c"break",
        &LINE,
        c"Add/Remove a breakpoint to the specified line. If no [line] is specified, it shows all breakpoints. When \
          line = 0, it removes all breakpoints.",
    ),
    command(c"trace", &NONE, c"Show a backtrace."),
    command(c"eval", &LUA, c"Execute some Lua code (in a different callframe)."),
    command(c"valkey", &CALL, c"Execute a command."),
    DebuggerCommand { invisible: 1, ..command(c"redis", &CALL, c"Execute a command.") },
    DebuggerCommand { invisible: 1, prefix: 0, ..command(c"server", &CALL, c"Execute a command.") },
    command(
        c"abort",
        &NONE,
        c"Stop the execution of the script. In sync mode dataset changes will be retained.",
    ),
]);
