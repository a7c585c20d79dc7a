//! `ferrous run`: a plain Lua 5.1 program.

use std::{
    env,
    ffi::OsString,
    io::{self, IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
};

use ferrous_compiler::{Captures, Options};
use ferrous_heap::Value;
use ferrous_vm::{error::LuaError, native::NativeContext};

use crate::{
    arguments::RunArguments,
    error::CliError,
    interpreter::{Completion, Interpreter, RunError},
    source::Source,
};

/// Runs the command: what `LUA_INIT` says, the texts of `-e`, the program.
///
/// # Errors
/// If there is no program to run; one that fails is an exit code.
pub(crate) fn run(arguments: &RunArguments) -> Result<ExitCode, CliError> {
    let program = program(arguments)?;
    let mut sources: Vec<Source> = initialisation()?.into_iter().collect();
    sources.extend(arguments.texts.iter().map(Source::from_text));
    // A chunk may leave the library debug to those after it.
    let texts = sources.iter().chain(&program).map(|source| captures(&source.text));
    let captures =
        if texts.into_iter().any(|it| it == Captures::Cell) { Captures::Cell } else { Captures::Copy };
    let mut interpreter = Interpreter::new(arguments.limits)?;
    let mut outcome = Ok(Completion::Returned);
    for source in &sources {
        outcome = execute(&mut interpreter, source, captures, &[]);
        if outcome != Ok(Completion::Returned) {
            break;
        }
    }
    if let (Ok(Completion::Returned), Some(program)) = (&outcome, &program) {
        if !arguments.operands.is_empty() {
            let line: Vec<OsString> = env::args_os().collect();
            let script = line.len().saturating_sub(arguments.operands.len());
            interpreter.setup(|ctx| set_arg(ctx, &line, script))?;
        }
        let operands = arguments.operands.get(1..).unwrap_or_default();
        outcome = execute(&mut interpreter, program, captures, operands);
    }
    // What was printed comes before what is said about it; if it cannot be written, that is what went wrong.
    interpreter.flush()?;
    let code = match outcome {
        Ok(Completion::Returned) => ExitCode::SUCCESS,
        // C's exit, which does not close the state.
        Ok(Completion::Exit(code)) => return Ok(ExitCode::from(code)),
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    };
    interpreter.close();
    interpreter.flush()?;
    Ok(code)
}

/// The program: the first operand, or standard input if there is nothing else to run.
fn program(arguments: &RunArguments) -> Result<Option<Source>, CliError> {
    match arguments.operands.first() {
        Some(file) if file.len() > 1 && file.as_encoded_bytes().starts_with(b"-") => {
            Err(CliError::Usage(format!("unexpected argument '{}'", file.display())))
        }
        Some(file) => Source::read(Path::new(file)).map(Some),
        None if !arguments.texts.is_empty() => Ok(None),
        None if io::stdin().is_terminal() => Err(CliError::Usage("there is no FILE".to_owned())),
        None => Source::read(Path::new("-")).map(Some),
    }
}

/// What the environment wants to be run first (manual §6): a text, or `@` and the name of a file.
fn initialisation() -> Result<Option<Source>, CliError> {
    let Some(text) = env::var_os("LUA_INIT") else { return Ok(None) };
    match text.to_str().and_then(|text| text.strip_prefix('@')) {
        Some(file) => Source::read(Path::new(file)).map(Some),
        None => Ok(Some(Source { chunk_name: b"=LUA_INIT".to_vec(), ..Source::from_text(text) })),
    }
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
        let _ = io::stderr().lock().write_all(&[b"lua: ", text.as_slice()].concat());
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
