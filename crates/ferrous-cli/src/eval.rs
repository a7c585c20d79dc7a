//! `ferrous eval`: one Redis script on an embedded keyspace.
//!
//! The reply goes to standard output, an error reply too; what is known about an error beyond its text goes to standard
//! error.

use std::{
    ffi::{OsStr, OsString},
    io::{self, IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
};

use ferrous_redis::host::{ArgsBuffer, ArgsTooLong, Protocol};

use crate::{
    arguments::EvalArguments,
    diagnostic,
    error::CliError,
    output::{ReplyPrinter, Style},
    server::Server,
    source::Source,
};

/// Runs the command.
///
/// # Errors
/// If there is no script to run, or no way to run it; a script that fails is an exit code.
pub(crate) fn run(arguments: &EvalArguments) -> Result<ExitCode, CliError> {
    let (source, operands) = script(arguments)?;
    let protocol = if arguments.resp3 { Protocol::Resp3 } else { Protocol::Resp2 };
    let mut server = Server::new(arguments.compat, arguments.limits)?;
    if let Some(path) = &arguments.load {
        server.load(path)?;
    }
    server.set_protocol(protocol);
    let command = command(&source, operands).map_err(|error| CliError::Failed(error.to_string()))?;
    let mut printer = ReplyPrinter::new(style(arguments), protocol);
    server.execute(command.args(), &mut printer);
    let mut stdout = io::stdout().lock();
    stdout.write_all(printer.bytes())?;
    stdout.flush()?;
    let Some(reply) = printer.failure() else { return Ok(ExitCode::SUCCESS) };
    let line = match server.failure() {
        Some(failure) if failure.source == b"@user_script" => failure.line,
        _ => diagnostic::line_of(reply, b"user_script"),
    };
    diagnostic::report(reply, line.map(|line| (&source, line)));
    Ok(ExitCode::FAILURE)
}

fn script(arguments: &EvalArguments) -> Result<(Source, &[OsString]), CliError> {
    if let Some(text) = &arguments.text {
        return Ok((Source::from_text(text), &arguments.operands));
    }
    let Some((file, operands)) = arguments.operands.split_first() else {
        return Err(CliError::Usage("there is no script: give a FILE, or -e TEXT".to_owned()));
    };
    if file == "-" && arguments.load.as_deref() == Some(Path::new("-")) {
        return Err(CliError::Usage("standard input cannot be both the script and --load".to_owned()));
    }
    if file.len() > 1 && file.as_encoded_bytes().starts_with(b"-") {
        return Err(CliError::Usage(format!("unexpected argument '{}'", file.display())));
    }
    Ok((Source::read(Path::new(file))?, operands))
}

fn style(arguments: &EvalArguments) -> Style {
    if arguments.json {
        Style::Json
    } else if arguments.no_raw || (!arguments.raw && io::stdout().is_terminal()) {
        Style::Terminal
    } else {
        Style::Raw
    }
}

/// `EVAL script numkeys key... arg...`; the operands before the first lone comma are the keys.
fn command(source: &Source, operands: &[OsString]) -> Result<ArgsBuffer, ArgsTooLong> {
    let keys = operands.iter().position(|operand| operand == ",").unwrap_or(operands.len());
    let mut command = ArgsBuffer::default();
    command.push(b"EVAL")?;
    command.push(&source.text)?;
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
            let command = command(&Source::from_text("x"), &operands).unwrap();
            let words: Vec<_> = command.args().iter().map(String::from_utf8_lossy).collect();
            assert_eq!(words.join(" "), wanted);
        }
    }
}
