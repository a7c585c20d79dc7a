//! `ferrous repl`: reads Lua by lines, evaluates it, prints what it returns.
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
    fn next(&mut self, continued: bool) -> Result<Line, CliError>;
    /// A whole statement has been read.
    fn remember(&mut self, _statement: &[u8]) {}
}

/// Runs the command until the end of input.
///
/// # Errors
/// If a stream fails.
pub(crate) fn run(arguments: &ReplArguments) -> Result<ExitCode, CliError> {
    let mut interpreter = Interpreter::new(arguments.limits)?;
    // While a line is edited Ctrl-C is a key; while a statement runs it is a signal, and ends that statement.
    let mut lines: Box<dyn Lines> = if io::stdin().is_terminal() {
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "Ferrous {} (Lua 5.1), end with Ctrl-D", env!("CARGO_PKG_VERSION"))?;
        let runs = interpreter.interrupt_handle();
        ctrlc::set_handler(move || runs.kill())
            .map_err(|error| CliError::Failed(format!("cannot listen to Ctrl-C: {error}")))?;
        Box::new(Edited::new()?)
    } else {
        Box::new(Plain)
    };
    let mut statement = Vec::new();
    loop {
        match lines.next(!statement.is_empty())? {
            Line::Cancelled => {
                statement.clear();
                continue;
            }
            Line::End if statement.is_empty() => return Ok(ExitCode::SUCCESS),
            Line::End => {
                let outcome = evaluate(&mut interpreter, &statement);
                interpreter.flush()?;
                if let Err(error) = outcome {
                    report(&error);
                }
                return Ok(ExitCode::SUCCESS);
            }
            Line::Text(line) => {
                if !statement.is_empty() {
                    statement.push(b'\n');
                }
                statement.extend_from_slice(&line);
            }
        }
        let outcome = evaluate(&mut interpreter, &statement);
        interpreter.flush()?;
        match outcome {
            Err(error) if is_incomplete(&error) => continue,
            Err(error) => report(&error),
            Ok(Completion::Exit(code)) => return Ok(ExitCode::from(code)),
            Ok(Completion::Returned) => {}
        }
        lines.remember(&statement);
        statement.clear();
    }
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

/// Standard input as it is.
struct Plain;

impl Lines for Plain {
    fn next(&mut self, _continued: bool) -> Result<Line, CliError> {
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
    fn next(&mut self, continued: bool) -> Result<Line, CliError> {
        match self.editor.readline(if continued { ">> " } else { "> " }) {
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
