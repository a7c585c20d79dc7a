//! `ferrous debug`: a Redis script on an embedded keyspace, line by line.
//!
//! Commands and answers are those of the server's debugger, on a terminal as redis-cli shows them. `restart` and `quit` are
//! known here only: both end the script where it stands.
//!
//! **Invariant:** colour is written only to a terminal, and not if `NO_COLOR` is set (no-color.org).

use std::{
    env,
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
};

use ferrous_redis::{
    debugger::{DebugMode, Received, Transport},
    host::Protocol,
    words::{self, Quotes},
};
use rustyline::{DefaultEditor, error::ReadlineError};

use crate::{
    arguments::DebugArguments,
    embedded::command,
    error::CliError,
    output::{ReplyPrinter, Style},
    server::Server,
    source::Source,
};

const GREETING: &[u8] = b"Lua debugging session started, please use:
quit    -- End the session.
restart -- Restart the script in debug mode again.
help    -- Show Lua script debugging commands.

";

const PROMPT: &str = "lua debugger> ";

/// Runs sessions until one is over.
///
/// # Errors
/// If there is no script, or no way to run it; a script that fails is an exit code.
pub(crate) fn run(arguments: &DebugArguments) -> Result<ExitCode, CliError> {
    let Some((file, operands)) = arguments.operands.split_first() else {
        return Err(CliError::Usage("there is no script: give a FILE".to_owned()));
    };
    if file == "-" {
        return Err(CliError::Usage("standard input is for the debugger's commands: give a FILE".to_owned()));
    }
    let mut server = Server::new(arguments.target.compat, arguments.limits)?;
    if let Some(path) = &arguments.load {
        server.load(path)?;
    }
    let mut console = Console::new()?;
    loop {
        let source = Source::read(Path::new(file))?;
        let command = command(&[b"EVAL", &source.text], operands)
            .map_err(|error| CliError::Failed(error.to_string()))?;
        server.set_debug_mode(if arguments.sync { DebugMode::Keep } else { DebugMode::Discard });
        console.begin();
        console.write(GREETING);
        let mut printer = ReplyPrinter::new(Style::Terminal, Protocol::Resp2);
        server.execute_debugged(command.args(), &mut console, &mut printer);
        if console.wish.is_none() {
            console.write(if console.has_stopped { b"\n" } else { b"Eval debugging session can't start:\n" });
            console.write(printer.bytes());
            console.write(match (console.has_stopped, arguments.sync) {
                (false, _) => b"",
                (true, true) => b"\n(Lua debugging session ended)\n".as_slice(),
                (true, false) => b"\n(Lua debugging session ended -- dataset changes rolled back)\n",
            });
        }
        if let Some(error) = console.failed {
            return Err(error);
        }
        match console.wish {
            Some(Wish::Restart) => console.write(b"\n"),
            Some(Wish::Quit) => return Ok(ExitCode::SUCCESS),
            None if printer.failure().is_some() => return Ok(ExitCode::FAILURE),
            None => return Ok(ExitCode::SUCCESS),
        }
    }
}

/// What the user wants in place of the rest of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Quit,
    Restart,
}

/// The user's end of a session.
struct Console {
    /// Edits lines, on a terminal.
    editor: Option<DefaultEditor>,
    colour: bool,
    wish: Option<Wish>,
    /// Whether the script stopped anywhere.
    has_stopped: bool,
    failed: Option<CliError>,
}

impl Console {
    fn new() -> Result<Self, CliError> {
        let editor = if io::stdin().is_terminal() {
            Some(DefaultEditor::new().map_err(|error| terminal(&error))?)
        } else {
            None
        };
        let wanted = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = wanted && io::stdout().is_terminal();
        Ok(Self { editor, colour, wish: None, has_stopped: false, failed: None })
    }

    /// Another session begins.
    fn begin(&mut self) {
        (self.wish, self.has_stopped) = (None, false);
    }

    fn write(&mut self, text: &[u8]) {
        let mut stdout = io::stdout().lock();
        if let Err(error) = stdout.write_all(text).and_then(|()| stdout.flush()) {
            self.failed = self.failed.take().or(Some(error.into()));
        }
    }

    /// A line of input; `None` at its end.
    fn line(&mut self) -> Result<Option<Vec<u8>>, CliError> {
        if let Some(editor) = &mut self.editor {
            return match editor.readline(PROMPT) {
                Ok(line) => {
                    // A history is a convenience.
                    let _ = editor.add_history_entry(line.as_str());
                    Ok(Some(line.into_bytes()))
                }
                Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
                Err(error) => Err(terminal(&error)),
            };
        }
        let mut line = Vec::new();
        let read = io::stdin().lock().read_until(b'\n', &mut line);
        let read = read.map_err(|error| CliError::Failed(format!("cannot read standard input: {error}")))?;
        Ok((read > 0).then_some(line))
    }

    /// Ends the session.
    fn end(&mut self, wish: Wish) -> Received {
        self.wish = Some(wish);
        Received::Command(vec![b"abort".to_vec()])
    }
}

impl Transport for Console {
    fn receive(&mut self) -> Received {
        self.has_stopped = true;
        loop {
            if self.failed.is_some() {
                return self.end(Wish::Quit);
            }
            let line = match self.line() {
                Ok(Some(line)) => line,
                Ok(None) => return self.end(Wish::Quit),
                Err(error) => {
                    self.failed = Some(error);
                    continue;
                }
            };
            match words(line.trim_ascii()) {
                None => self.write(b"Invalid argument(s)\n"),
                Some(words) => match words.first().map(Vec::as_slice) {
                    None => {}
                    Some(b"quit" | b"exit") => return self.end(Wish::Quit),
                    Some(b"restart") => return self.end(Wish::Restart),
                    Some(_) => return Received::Command(words),
                },
            }
        }
    }

    fn send(&mut self, lines: &[Vec<u8>]) {
        let mut text = Vec::new();
        for line in lines.iter().filter(|line| line.as_slice() != b"<endsession>") {
            if self.colour {
                text.extend_from_slice(&[b"\x1b[", colour(line), b"m", line, b"\x1b[0m\n"].concat());
            } else {
                text.extend_from_slice(&[line.as_slice(), b"\n"].concat());
            }
        }
        self.write(&text);
    }
}

/// The words of a command, quoted as for redis-cli; the code of `eval` is one word as it is. `None`: a quotation is not closed.
fn words(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let code = [&b"e "[..], b"eval "].iter().find_map(|name| line.strip_prefix(*name));
    match code {
        Some(code) => Some(vec![b"eval".to_vec(), code.to_vec()]),
        None => words::split(line, Quotes::EndWords),
    }
}

/// The colour that redis-cli gives a line.
fn colour(line: &[u8]) -> &'static [u8] {
    let colours: [(&[u8], &[u8]); 9] = [
        (b"->", b"0;33;49"),
        (b"  #", b"1;37;49"),
        (b"<debug>", b"1;37;49"),
        (b"<redis>", b"0;32;49"),
        (b"<command>", b"0;32;49"),
        (b"<reply>", b"0;36;49"),
        (b"<error>", b"0;31;49"),
        (b"<value>", b"0;35;49"),
        (b"<retval>", b"0;35;49"),
    ];
    colours.iter().find(|(start, _)| line.starts_with(start)).map_or(b"0;37;49", |(_, colour)| colour)
}

fn terminal(error: &ReadlineError) -> CliError {
    CliError::Failed(format!("cannot use the terminal: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_not_split() {
        let split = |line: &str| {
            let words = words(line.as_bytes())?;
            Some(words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect::<Vec<_>>())
        };
        let wanted = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(split("e \"a  b\" .. 'c'"), wanted(&["eval", "\"a  b\" .. 'c'"]));
        assert_eq!(split("r set \"a b\" c"), wanted(&["r", "set", "a b", "c"]));
        assert_eq!(split(""), wanted(&[]));
        assert_eq!(split("p \"a"), None);
    }
}
