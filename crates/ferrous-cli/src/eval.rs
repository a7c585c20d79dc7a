//! `ferrous eval`: one Redis script on an embedded keyspace.
//!
//! The reply goes to standard output, an error reply too; what is known about an error beyond its text goes to standard
//! error.

use std::{ffi::OsString, path::Path, process::ExitCode};

use crate::{arguments::EvalArguments, embedded::Embedded, error::CliError, source::Source};

/// Runs the command.
///
/// # Errors
/// If there is no script to run, or no way to run it; a script that fails is an exit code.
pub(crate) fn run(arguments: &EvalArguments) -> Result<ExitCode, CliError> {
    let (source, operands) = script(arguments)?;
    let mut embedded = Embedded::new(&arguments.server)?;
    let command = embedded.command(&[b"EVAL", &source.text], operands)?;
    embedded.print(&command, &source, "user_script")
}

fn script(arguments: &EvalArguments) -> Result<(Source, &[OsString]), CliError> {
    if let Some(text) = &arguments.text {
        return Ok((Source::from_text(text), &arguments.operands));
    }
    let Some((file, operands)) = arguments.operands.split_first() else {
        return Err(CliError::Usage("there is no script: give a FILE, or -e TEXT".to_owned()));
    };
    if file == "-" && arguments.server.load.as_deref() == Some(Path::new("-")) {
        return Err(CliError::Usage("standard input cannot be both the script and --load".to_owned()));
    }
    if file.len() > 1 && file.as_encoded_bytes().starts_with(b"-") {
        return Err(CliError::Usage(format!("unexpected argument '{}'", file.display())));
    }
    Ok((Source::read(Path::new(file))?, operands))
}
