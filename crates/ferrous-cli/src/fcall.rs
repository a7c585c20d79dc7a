//! `ferrous fcall`: a library of Redis functions, loaded, and one of its functions called on an embedded keyspace.
//!
//! A library that cannot be loaded is reported as FUNCTION LOAD reports it, and nothing is called.

use std::{path::Path, process::ExitCode};

use ferrous_redis::host::ArgsBuffer;

use crate::{arguments::FcallArguments, embedded::Embedded, error::CliError, source::Source};

/// The name under which libraries are compiled.
const CHUNK: &str = "user_function";

/// Runs the command.
///
/// # Errors
/// If there is no library or no function to call; one that fails is an exit code.
pub(crate) fn run(arguments: &FcallArguments) -> Result<ExitCode, CliError> {
    let Some((library, rest)) = arguments.operands.split_first() else {
        return Err(CliError::Usage("there is no library: give LIB and FUNCTION".to_owned()));
    };
    let Some((function, operands)) = rest.split_first() else {
        return Err(CliError::Usage("there is no function: give its name after LIB".to_owned()));
    };
    if library == "-" && arguments.server.load.as_deref() == Some(Path::new("-")) {
        return Err(CliError::Usage("standard input cannot be both the library and --load".to_owned()));
    }
    if library.len() > 1 && library.as_encoded_bytes().starts_with(b"-") {
        return Err(CliError::Usage(format!("unexpected argument '{}'", library.display())));
    }
    let source = Source::read(Path::new(library))?;
    let mut embedded = Embedded::new(&arguments.server)?;
    let load: ArgsBuffer = [b"FUNCTION".as_slice(), b"LOAD", b"REPLACE", &source.text].iter().collect();
    if !embedded.prepare(&load, &source, CHUNK)? {
        return Ok(ExitCode::FAILURE);
    }
    let name: &[u8] = if arguments.read_only { b"FCALL_RO" } else { b"FCALL" };
    let call = embedded.command(&[name, function.as_encoded_bytes()], operands)?;
    embedded.print(&call, &source, CHUNK)
}
