//! `ferrous run`: a plain Lua 5.1 program.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _, Write as _},
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
};

use ferrous_compiler::{Captures, Options};
use ferrous_heap::Value;
use ferrous_vm::{error::LuaError, native::NativeContext};
use signal_hook::{consts::SIGPIPE, flag::register_conditional_default};

use crate::{
    arguments::RunArguments,
    error::CliError,
    interpreter::{Completion, Interpreter, RunError},
    lua_line::{self, LuaLine, Script, Step},
    repl::{self, Prompts},
    source::Source,
};

/// What lua prints where it does not understand its words, after `usage: ` and its name.
const USAGE: &str = " [options] [script [args]].
Available options are:
  -e stat  execute string 'stat'
  -l name  require library 'name'
  -i       enter interactive mode after executing 'script'
  -v       show version information
  --       stop handling options
  -        execute stdin and stop handling options
";

/// Runs the command: what `LUA_INIT` says, the texts and libraries, the program, lines.
///
/// # Errors
/// If the words make no sense; what fails is an exit code.
pub(crate) fn run(arguments: &RunArguments) -> Result<ExitCode, CliError> {
    let Some(mut line) = LuaLine::read(&arguments.words) else {
        if !lua_line::is_lua(env::args_os().next().as_ref()) {
            return Err(CliError::Usage("unexpected options for lua".to_owned()));
        }
        // There is nowhere left to complain.
        let usage = [b"usage: ", lua_line::program_name().as_slice(), USAGE.as_bytes()].concat();
        let _ = io::stderr().lock().write_all(&usage);
        return Ok(ExitCode::FAILURE);
    };
    die_of_broken_pipes();
    let from_input = line.script.is_none() && line.steps.is_empty() && !line.version;
    if from_input && io::stdin().is_terminal() {
        (line.interactive, line.version) = (true, true);
    }
    let mut interpreter = Interpreter::new(arguments.limits)?;
    let outcome = steps(&mut interpreter, &line, from_input && !line.interactive);
    // What was printed comes before what is said about it; if it cannot be written, that is what went wrong.
    interpreter.flush()?;
    let outcome = match outcome {
        Ok(Completion::Returned) if line.interactive => repl::interact(&mut interpreter, Prompts::Asked),
        Ok(completion) => Ok(completion),
        Err(RunFailure::Setup(error)) => return Err(error),
        Err(RunFailure::Script(error)) => {
            report(&error);
            interpreter.close();
            interpreter.flush()?;
            return Ok(ExitCode::FAILURE);
        }
    };
    // C's exit does not close the state.
    if let Completion::Exit(code) = outcome? {
        return Ok(ExitCode::from(code));
    }
    interpreter.close();
    interpreter.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Has a write to a pipe that nobody reads end the process, as it ends lua: Rust's programs ignore the signal. Where that
/// cannot be had, a program hears of the error instead.
fn die_of_broken_pipes() {
    let always = Arc::new(AtomicBool::new(true));
    let _ = register_conditional_default(SIGPIPE, always);
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
enum RunFailure {
    /// Nothing of the scripts'.
    #[error(transparent)]
    Setup(#[from] CliError),
    /// To be reported as lua does.
    #[error("a script failed")]
    Script(RunError),
}

impl From<RunError> for RunFailure {
    fn from(error: RunError) -> Self {
        Self::Script(error)
    }
}

/// All that comes before lines are read.
fn steps(interpreter: &mut Interpreter, line: &LuaLine, from_input: bool) -> Result<Completion, RunFailure> {
    let initialisation = initialisation()?;
    let is_alone = line.steps.is_empty() && initialisation.is_none();
    let script = if from_input { Some(&Script::Input) } else { line.script.as_ref() };
    // The program is read when its turn comes, but how variables are captured has to be known before. What cannot be read yet,
    // or is not to be read yet, may do anything.
    let early = match script {
        Some(Script::Input) if !is_alone => None,
        script => script.and_then(|script| read(script).ok()),
    };
    let captures = {
        let texts = line.steps.iter().filter_map(|step| match step {
            Step::Text(text) => Some(text.as_encoded_bytes()),
            Step::Library(_) => None,
        });
        let loads = line.interactive || line.steps.iter().any(|step| matches!(step, Step::Library(_)));
        let all = texts.chain(initialisation.iter().chain(&early).map(|source| source.text.as_slice()));
        let is_unknown = script.is_some() && early.is_none();
        // A chunk may leave the library debug to those after it.
        let shares = loads || is_unknown || all.into_iter().any(|text| captures(text) == Captures::Cell);
        if shares { Captures::Cell } else { Captures::Copy }
    };
    let goes_on = |completion: &Completion| *completion == Completion::Returned;
    if let Some(source) = &initialisation {
        let completion = execute(interpreter, source, captures, &[])?;
        if !goes_on(&completion) {
            return Ok(completion);
        }
    }
    if line.version {
        interpreter.flush()?;
        // There is nowhere left to complain.
        let _ = writeln!(io::stderr().lock(), "Lua 5.1 (Ferrous {})", env!("CARGO_PKG_VERSION"));
    }
    for step in &line.steps {
        let completion = match step {
            Step::Text(text) => execute(interpreter, &Source::from_text(text), captures, &[])?,
            Step::Library(name) => require(interpreter, name)?,
        };
        if !goes_on(&completion) {
            return Ok(completion);
        }
    }
    let Some(script) = script else { return Ok(Completion::Returned) };
    if !from_input {
        let words: Vec<OsString> = env::args_os().collect();
        let position = words.len().saturating_sub(line.operands.len() + 1);
        interpreter.setup(|ctx| set_arg(ctx, &words, position))?;
    }
    let program = match early {
        Some(program) => program,
        None => read(script).map_err(RunError::text)?,
    };
    Ok(execute(interpreter, &program, captures, &line.operands)?)
}

/// The text of the program, or what lua says if there is none.
fn read(script: &Script) -> Result<Source, String> {
    let name = match script {
        Script::Input => OsStr::new("-"),
        Script::File(name) => name,
    };
    let source = match script {
        Script::Input => Source::read(Path::new("-")),
        Script::File(name) => Source::read_file(name),
    };
    source.map_err(|error| match error {
        CliError::Read { source, .. } => {
            let action = if source.kind() == io::ErrorKind::IsADirectory { "read" } else { "open" };
            let reason = source.to_string();
            let reason = reason.split(" (os error").next().unwrap_or_default();
            format!("cannot {action} {}: {reason}", name.display())
        }
        error => error.to_string(),
    })
}

/// What the environment wants to be run first (manual §6): a text, or `@` and the name of a file.
fn initialisation() -> Result<Option<Source>, RunError> {
    let Some(text) = env::var_os("LUA_INIT") else { return Ok(None) };
    match text.as_bytes().strip_prefix(b"@") {
        Some(file) => {
            read(&Script::File(OsStr::from_bytes(file).to_owned())).map(Some).map_err(RunError::text)
        }
        None => Ok(Some(Source { chunk_name: b"=LUA_INIT".to_vec(), ..Source::from_text(text) })),
    }
}

/// Calls the global `require`, as `-l` asks.
fn require(interpreter: &mut Interpreter, name: &OsStr) -> Result<Completion, RunFailure> {
    let require = interpreter.global("require")?;
    let completion = interpreter.call(&require, |ctx| {
        let name = ctx.tx.intern(name.as_encoded_bytes())?;
        ctx.push(name)
    });
    interpreter.release(vec![require]);
    Ok(completion?)
}

/// Runs one chunk with its arguments.
fn execute(
    interpreter: &mut Interpreter,
    source: &Source,
    captures: Captures,
    operands: &[OsString],
) -> Result<Completion, RunError> {
    // The program lua parses from within one native call.
    let max_levels = Options::default().max_levels - 1;
    let skip_shebang = source.is_file();
    let options = Options { captures, skip_shebang, max_levels, ..Options::default() };
    let main = interpreter.load(&source.text, &source.chunk_name, &options)?;
    let completion = interpreter.call(&main, |ctx| {
        for operand in operands {
            let value = ctx.tx.intern(operand.as_encoded_bytes())?;
            ctx.push(value)?;
        }
        Ok(())
    })?;
    interpreter.release(vec![main]);
    Ok(completion)
}

/// The words without one of which no program gets at the library `debug`, or at other code that might.
const WAYS_TO_DEBUG: [&[u8]; 11] = [
    b"debug",
    b"_G",
    b"getfenv",
    b"package",
    b"require",
    b"module",
    b"load",
    b"loadstring",
    b"loadfile",
    b"dofile",
    b"dump",
];

/// How closures of a program share what they capture: copies, unless `debug` can tell them from cells.
fn captures(source: &[u8]) -> Captures {
    let mut words = source.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    if words.any(|word| WAYS_TO_DEBUG.contains(&word)) { Captures::Cell } else { Captures::Copy }
}

/// Prints an error as lua does.
fn report(error: &RunError) {
    if let Some(text) = error.report() {
        // There is nowhere left to complain.
        let _ = io::stderr().lock().write_all(&[&lua_line::program_name(), b": ".as_slice(), &text].concat());
    }
}

/// The table `arg`: the words of the command line, the script's name at 0.
fn set_arg(ctx: &mut NativeContext<'_, '_>, line: &[OsString], script: usize) -> Result<(), LuaError> {
    let table = ctx.tx.new_table(line.len().saturating_sub(script), script)?;
    for (position, word) in line.iter().enumerate() {
        let word = ctx.tx.intern(word.as_encoded_bytes())?;
        // A command line has far fewer than 2^53 words.
        let index = Value::number(position as f64 - script as f64);
        if let Some(table) = table.as_table() {
            ctx.tx.raw_set(table, index, word)?;
        }
    }
    let key = ctx.tx.intern(b"arg")?;
    if let Some(globals) = ctx.globals().as_table() {
        ctx.tx.raw_set(globals, key, table)?;
    }
    Ok(())
}
