//! `ferrous repl`, and `ferrous run -i`: reads Lua by lines, evaluates it, prints what it returns.
//!
//! On a terminal lines are edited and remembered; otherwise they are just read, without prompts. A statement goes on while
//! its syntax error is that the text ends too early, which is how lua itself decides.

use std::{
    env,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use ferrous_compiler::{Captures, Options};
use ferrous_heap::{Pinned, Value};
use rustyline::{DefaultEditor, error::ReadlineError};

use crate::{
    arguments::ReplArguments,
    error::CliError,
    interpreter::{Completion, Interpreter, RunError},
};

/// What a line source gives.
enum Line {
    Text(Vec<u8>),
    /// Forget the statement that was begun.
    Cancelled,
    End,
}

/// Where lines come from.
trait Lines {
    fn next(&mut self, prompt: &[u8]) -> Result<Line, CliError>;
    /// A whole statement has been read.
    fn remember(&mut self, _statement: &[u8]) {}
}

/// When prompts are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompts {
    /// On a terminal.
    OnTerminal,
    /// Always: `-i` has asked for them.
    Asked,
}

/// Runs the command until the end of input.
///
/// # Errors
/// If a stream fails.
pub(crate) fn run(arguments: &ReplArguments) -> Result<ExitCode, CliError> {
    let mut interpreter = Interpreter::new(arguments.limits)?;
    if io::stdin().is_terminal() {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "Ferrous {} (Lua 5.1), end with Ctrl-D", env!("CARGO_PKG_VERSION"))?;
    }
    Ok(match interact(&mut interpreter, Prompts::OnTerminal)? {
        Completion::Exit(code) => ExitCode::from(code),
        Completion::Returned => ExitCode::SUCCESS,
    })
}

/// Reads lines and evaluates them until the end of input.
///
/// # Errors
/// If a stream fails.
pub(crate) fn interact(interpreter: &mut Interpreter, prompts: Prompts) -> Result<Completion, CliError> {
    // While a line is edited Ctrl-C is a key; while a statement runs it is a signal, and ends that statement.
    let mut lines: Box<dyn Lines> = if io::stdin().is_terminal() {
        let runs = interpreter.interrupt_handle();
        ctrlc::set_handler(move || runs.kill())
            .map_err(|error| CliError::Failed(format!("cannot listen to Ctrl-C: {error}")))?;
        Box::new(Edited::new()?)
    } else {
        Box::new(Plain { prompts })
    };
    let mut statement = Vec::new();
    loop {
        let prompt = prompt(interpreter, !statement.is_empty())?;
        match lines.next(&prompt)? {
            Line::Cancelled => {
                statement.clear();
                continue;
            }
            Line::End => {
                if !statement.is_empty() {
                    let outcome = evaluate(interpreter, &statement);
                    interpreter.flush()?;
                    if let Err(error) = outcome {
                        report(&error);
                    }
                }
                if prompts == Prompts::Asked {
                    writeln!(io::stdout().lock())?;
                }
                return Ok(Completion::Returned);
            }
            Line::Text(line) => {
                if !statement.is_empty() {
                    statement.push(b'\n');
                }
                statement.extend_from_slice(&line);
            }
        }
        let outcome = evaluate(interpreter, &statement);
        interpreter.flush()?;
        match outcome {
            Err(error) if is_incomplete(&error) => continue,
            Err(error) => report(&error),
            Ok(completion @ Completion::Exit(_)) => return Ok(completion),
            Ok(Completion::Returned) => {}
        }
        lines.remember(&statement);
        statement.clear();
    }
}

/// What the globals `_PROMPT` and `_PROMPT2` say, or lua's own prompts.
fn prompt(interpreter: &mut Interpreter, continued: bool) -> Result<Vec<u8>, CliError> {
    let (name, default) = if continued { ("_PROMPT2", ">> ") } else { ("_PROMPT", "> ") };
    interpreter.setup(|ctx| {
        let globals = ctx.globals().as_table();
        let value = globals.map_or(Value::NIL, |globals| ctx.tx.raw_get_str(globals, name.as_bytes()));
        let value = if value.is_number() { ctx.tostring(value)? } else { value };
        Ok(ctx.tx.string(value).unwrap_or(default.as_bytes()).to_vec())
    })
}

/// Whether more lines could make it right.
fn is_incomplete(error: &RunError) -> bool {
    // An error at run time has a traceback.
    error.traceback.is_none()
        && error.message.as_ref().is_some_and(|message| message.ends_with(b"near '<eof>'"))
}

fn evaluate(interpreter: &mut Interpreter, statement: &[u8]) -> Result<Completion, RunError> {
    let text = match statement.strip_prefix(b"=") {
        Some(expression) => [b"return ", expression].concat(),
        None => statement.to_vec(),
    };
    let function =
        interpreter.load(&text, b"=stdin", &Options { captures: Captures::Cell, ..Options::default() })?;
    let completion = interpreter.call(&function, |_| Ok(()))?;
    interpreter.release(vec![function]);
    if completion != Completion::Returned {
        return Ok(completion);
    }
    let results: Vec<Pinned> =
        interpreter.with_results(|tx, values| values.iter().map(|value| tx.pin(*value)).collect());
    if results.is_empty() {
        return Ok(completion);
    }
    let failed = |error: CliError| RunError { message: Some(error.to_string().into()), traceback: None };
    let print = interpreter.global("print").map_err(failed)?;
    let completion = interpreter.call(&print, |ctx| {
        for result in &results {
            let value = ctx.tx.resolve(result).unwrap_or(Value::NIL);
            ctx.push(value)?;
        }
        Ok(())
    })?;
    interpreter.release(results);
    Ok(completion)
}

fn report(error: &RunError) {
    if let Some(text) = error.report() {
        // There is nowhere left to complain.
        let _ = io::stderr().lock().write_all(&text);
    }
}

/// Standard input as it is, with prompts if they are asked for.
struct Plain {
    prompts: Prompts,
}

impl Lines for Plain {
    fn next(&mut self, prompt: &[u8]) -> Result<Line, CliError> {
        if self.prompts == Prompts::Asked {
            let mut stdout = io::stdout().lock();
            stdout.write_all(prompt)?;
            stdout.flush()?;
        }
        let mut line = Vec::new();
        let read = io::stdin().lock().read_until(b'\n', &mut line);
        let read = read.map_err(|error| CliError::Failed(format!("cannot read standard input: {error}")))?;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok(if read == 0 { Line::End } else { Line::Text(line) })
    }
}

/// A terminal with line editing and a history kept in a file.
struct Edited {
    editor: DefaultEditor,
    history: Option<PathBuf>,
}

impl Edited {
    fn new() -> Result<Self, CliError> {
        let mut editor = DefaultEditor::new().map_err(|error| terminal(&error))?;
        let history = env::var_os("FERROUS_HISTORY")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".ferrous_history")));
        if let Some(path) = &history {
            // The first time there is none.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }
}

impl Lines for Edited {
    fn next(&mut self, prompt: &[u8]) -> Result<Line, CliError> {
        match self.editor.readline(&*String::from_utf8_lossy(prompt)) {
            Ok(line) => Ok(Line::Text(line.into_bytes())),
            Err(ReadlineError::Interrupted) => Ok(Line::Cancelled),
            Err(ReadlineError::Eof) => Ok(Line::End),
            Err(error) => Err(terminal(&error)),
        }
    }

    fn remember(&mut self, statement: &[u8]) {
        // A history is a convenience: what cannot be kept is forgotten.
        let _ = self.editor.add_history_entry(String::from_utf8_lossy(statement));
        if let Some(path) = &self.history {
            let _ = self.editor.save_history(path);
        }
    }
}

fn terminal(error: &ReadlineError) -> CliError {
    CliError::Failed(format!("cannot use the terminal: {error}"))
}
