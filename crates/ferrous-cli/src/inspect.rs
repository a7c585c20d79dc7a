//! `ferrous inspect`: the bytecode of a script, as the compiler lists it; or of a file that `string.dump` has filled.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use ferrous_compiler::Options;
use ferrous_stdlib::base;
use ferrous_vm::chunk_name::source_id;

use crate::{arguments::InspectArguments, diagnostic, error::CliError, source::Source};

/// Runs the command.
///
/// # Errors
/// If there is no script, or it cannot be printed; a script that does not compile is an exit code.
pub(crate) fn run(arguments: &InspectArguments) -> Result<ExitCode, CliError> {
    let source = Source::read(&arguments.file)?;
    let options = Options { skip_shebang: true, ..Options::default() };
    let chunk = match base::read_chunk(&source.text, &source.chunk_name, &options) {
        Ok(chunk) => chunk,
        Err(message) => {
            let line = diagnostic::line_of(&message, &source_id(&source.chunk_name));
            diagnostic::report(&message, line.map(|line| (&source, line)));
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut listing = if arguments.json {
        ferrous_compiler::listing::json(&chunk)
    } else {
        ferrous_compiler::listing::text(&chunk)
    };
    if !listing.ends_with('\n') {
        listing.push('\n');
    }
    let mut stdout = io::stdout().lock();
    stdout.write_all(listing.as_bytes())?;
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}
