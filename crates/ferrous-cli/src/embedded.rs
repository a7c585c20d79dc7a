//! What `ferrous eval` and `ferrous fcall` share: a server in the process, one command for it, and its reply.
//!
//! **Invariant:** the exit code says whether the reply is an error.

use std::{
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use ferrous_redis::host::{ArgsBuffer, ArgsTooLong, Protocol};

use crate::{
    arguments::ServerArguments,
    diagnostic,
    error::CliError,
    output::{ReplyPrinter, Style},
    server::Server,
    source::Source,
};

/// See the module's text.
pub(crate) struct Embedded {
    server: Server,
    style: Style,
    protocol: Protocol,
}

impl Embedded {
    /// A server with what the options say is in its keyspace.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the engine, or `--load` fails.
    pub(crate) fn new(arguments: &ServerArguments) -> Result<Self, CliError> {
        let protocol = if arguments.resp3 { Protocol::Resp3 } else { Protocol::Resp2 };
        let mut server = Server::new(arguments.target.compat, arguments.limits)?;
        if let Some(path) = &arguments.load {
            server.load(path)?;
        }
        server.set_protocol(protocol);
        Ok(Self { server, style: style(arguments), protocol })
    }

    /// A command that begins with `words`, and goes on with the number of keys, the keys and the arguments.
    ///
    /// # Errors
    /// If it is too long.
    pub(crate) fn command(&self, words: &[&[u8]], operands: &[OsString]) -> Result<ArgsBuffer, CliError> {
        command(words, operands).map_err(|error| CliError::Failed(error.to_string()))
    }

    /// Executes a command and prints its reply; an error is explained with its line in `source`, which is compiled under
    /// the name `chunk`.
    ///
    /// # Errors
    /// If standard output fails.
    pub(crate) fn print(
        &mut self,
        command: &ArgsBuffer,
        source: &Source,
        chunk: &str,
    ) -> Result<ExitCode, CliError> {
        let mut printer = ReplyPrinter::new(self.style, self.protocol);
        self.server.execute(command.args(), &mut printer);
        let mut stdout = io::stdout().lock();
        stdout.write_all(printer.bytes())?;
        stdout.flush()?;
        let Some(reply) = printer.failure() else { return Ok(ExitCode::SUCCESS) };
        self.explain(reply, source, chunk);
        Ok(ExitCode::FAILURE)
    }

    /// Executes a command whose reply is printed only if it is an error; whether it is none.
    ///
    /// # Errors
    /// If standard output fails.
    pub(crate) fn prepare(
        &mut self,
        command: &ArgsBuffer,
        source: &Source,
        chunk: &str,
    ) -> Result<bool, CliError> {
        let mut printer = ReplyPrinter::new(self.style, self.protocol);
        self.server.execute(command.args(), &mut printer);
        let Some(reply) = printer.failure() else { return Ok(true) };
        io::stdout().lock().write_all(printer.bytes())?;
        self.explain(reply, source, chunk);
        Ok(false)
    }

    fn explain(&self, reply: &[u8], source: &Source, chunk: &str) {
        let line = match self.server.failure() {
            Some(failure) if failure.source.strip_prefix(b"@") == Some(chunk.as_bytes()) => failure.line,
            _ => diagnostic::line_of(reply, chunk.as_bytes()),
        };
        diagnostic::report(reply, line.map(|line| (source, line)));
    }
}

fn style(arguments: &ServerArguments) -> Style {
    if arguments.json {
        Style::Json
    } else if arguments.no_raw || (!arguments.raw && io::stdout().is_terminal()) {
        Style::Terminal
    } else {
        Style::Raw
    }
}

/// `EVAL script numkeys key... arg...`; the operands before the first lone comma are the keys.
pub(crate) fn command(words: &[&[u8]], operands: &[OsString]) -> Result<ArgsBuffer, ArgsTooLong> {
    let keys = operands.iter().position(|operand| operand == ",").unwrap_or(operands.len());
    let mut command = ArgsBuffer::default();
    for word in words {
        command.push(word)?;
    }
    command.push(keys.to_string().as_bytes())?;
    let arguments = operands.iter().enumerate().filter(|(index, _)| *index != keys);
    for (_, operand) in arguments {
        command.push(OsStr::as_encoded_bytes(operand))?;
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_comma_parts_keys_from_arguments() {
        for (operands, wanted) in [
            (vec![], "EVAL x 0"),
            (vec!["a", "b"], "EVAL x 2 a b"),
            (vec!["a", ",", "1", ",", "2"], "EVAL x 1 a 1 , 2"),
            (vec![",", "1"], "EVAL x 0 1"),
            (vec!["a,", "b"], "EVAL x 2 a, b"),
        ] {
            let operands: Vec<OsString> = operands.into_iter().map(OsString::from).collect();
            let command = command(&[b"EVAL", b"x"], &operands).unwrap();
            let words: Vec<_> = command.args().iter().map(String::from_utf8_lossy).collect();
            assert_eq!(words.join(" "), wanted);
        }
    }
}
