//! FUNCTION and its subcommands.
//!
//! **Invariant:** each call writes exactly one reply; one that fails changes no library.

use super::{
    LOAD_TIMEOUT, dump,
    library::{Existing, Libraries, Library},
    list,
    register::Registered,
};
use crate::{
    commands::Subcommand,
    compat::Dialect,
    error_text,
    host::{CommandArgs, Host},
    interpreter::Interpreter,
    kill::KillError,
    reply::ReplySink,
    script_command::{is_flush_mode, write_help},
};

/// Where libraries are loaded when a command brings them.
pub(crate) struct Loader<'a> {
    pub(crate) interpreter: &'a mut Interpreter,
    /// Hears what they log.
    pub(crate) host: &'a mut dyn Host,
}

impl Loader<'_> {
    fn load(&mut self, library: &mut Library, known: &Libraries, dialect: &Dialect) -> Result<(), Vec<u8>> {
        let name = &library.name;
        let accept = |registered: &[Registered]| known.accept(name, registered, dialect);
        library.functions = self.interpreter.load_library(
            library.serial,
            &library.chunk,
            Some(LOAD_TIMEOUT),
            self.host,
            accept,
        )?;
        Ok(())
    }
}

/// Executes a subcommand that loads no library; it was found and has the right number of arguments. Whether it succeeded.
pub(crate) fn execute(
    subcommand: Subcommand,
    libraries: &mut Libraries,
    dialect: &'static Dialect,
    args: CommandArgs<'_>,
    reply: &mut dyn ReplySink,
) -> bool {
    let outcome = match subcommand {
        Subcommand::Delete => delete(libraries, args).map(|()| reply.status(b"OK")),
        Subcommand::Flush => flush(libraries, args).map(|()| reply.status(b"OK")),
        Subcommand::List => list::Query::parse(args).map(|query| list::write(&query, libraries, reply)),
        Subcommand::Dump => {
            reply.bulk(&dump::write(libraries.iter().map(|library| library.code.as_slice()), dialect));
            Ok(())
        }
        Subcommand::Stats => {
            list::write_stats([libraries.len(), libraries.function_count()], None, reply);
            Ok(())
        }
        Subcommand::Help => {
            write_help(dialect, dialect.function_help, reply);
            Ok(())
        }
        _ => {
            reply.error(KillError::NotBusy.to_string().as_bytes());
            return false;
        }
    };
    give_error(outcome, reply)
}

/// Executes LOAD or RESTORE. Whether it succeeded.
pub(crate) fn execute_loading(
    subcommand: Subcommand,
    libraries: &mut Libraries,
    mut loader: Loader<'_>,
    dialect: &'static Dialect,
    args: CommandArgs<'_>,
    reply: &mut dyn ReplySink,
) -> bool {
    let outcome = match subcommand {
        Subcommand::Load => load(libraries, &mut loader, dialect, args).map(|name| reply.bulk(&name)),
        _ => restore(libraries, &mut loader, dialect, args).map(|()| reply.status(b"OK")),
    };
    give_error(outcome, reply)
}

fn give_error(outcome: Result<(), Vec<u8>>, reply: &mut dyn ReplySink) -> bool {
    if let Err(text) = &outcome {
        reply.error(&error_text::error_line(&[b"ERR ", text.as_slice()].concat()));
    }
    outcome.is_ok()
}

/// FUNCTION LOAD: the library's name.
fn load(
    libraries: &mut Libraries,
    loader: &mut Loader<'_>,
    dialect: &Dialect,
    args: CommandArgs<'_>,
) -> Result<Vec<u8>, Vec<u8>> {
    let mut existing = Existing::Refuse;
    let options = args.len().saturating_sub(1);
    for option in args.iter().take(options).skip(2) {
        if !option.eq_ignore_ascii_case(b"replace") {
            return Err([b"Unknown option given: ", option].concat());
        }
        existing = Existing::Replace;
    }
    let code = args.get(options).unwrap_or_default();
    load_library(libraries, loader, dialect, code, existing)
}

fn load_library(
    libraries: &mut Libraries,
    loader: &mut Loader<'_>,
    dialect: &Dialect,
    code: &[u8],
    existing: Existing,
) -> Result<Vec<u8>, Vec<u8>> {
    let mut library = libraries.compile(code, existing, loader.interpreter.limits(), dialect)?;
    loader.load(&mut library, libraries, dialect)?;
    let name = library.name.clone();
    libraries.add(library);
    Ok(name)
}

fn delete(libraries: &mut Libraries, args: CommandArgs<'_>) -> Result<(), Vec<u8>> {
    if libraries.remove(args.get(2).unwrap_or_default()) {
        Ok(())
    } else {
        Err(b"Library not found".to_vec())
    }
}

fn flush(libraries: &mut Libraries, args: CommandArgs<'_>) -> Result<(), Vec<u8>> {
    if args.len() > 3 {
        return Err(wrong_arguments(args));
    }
    if !is_flush_mode(args) {
        return Err(b"FUNCTION FLUSH only supports SYNC|ASYNC option".to_vec());
    }
    libraries.flush();
    Ok(())
}

fn wrong_arguments(args: CommandArgs<'_>) -> Vec<u8> {
    let word = args.get(1).unwrap_or_default();
    [b"unknown subcommand or wrong number of arguments for '", word, b"'. Try FUNCTION HELP."].concat()
}

/// What FUNCTION RESTORE does about libraries that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// It removes them all.
    Flush,
    /// It refuses those of the same name.
    Append,
    /// It replaces those of the same name.
    Replace,
}

/// FUNCTION RESTORE: all libraries of the payload or none.
fn restore(
    libraries: &mut Libraries,
    loader: &mut Loader<'_>,
    dialect: &Dialect,
    args: CommandArgs<'_>,
) -> Result<(), Vec<u8>> {
    if args.len() > 4 {
        return Err(wrong_arguments(args));
    }
    let policy = match args.get(3) {
        None => Policy::Append,
        Some(word) if word.eq_ignore_ascii_case(b"append") => Policy::Append,
        Some(word) if word.eq_ignore_ascii_case(b"replace") => Policy::Replace,
        Some(word) if word.eq_ignore_ascii_case(b"flush") => Policy::Flush,
        Some(_) => {
            let text = "Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.";
            return Err(text.into());
        }
    };
    let payload = dump::Payload::verify(args.get(2).unwrap_or_default(), dialect)?;
    let mut restored = libraries.successor();
    let outcome = restore_into(&mut restored, payload, loader, dialect)
        .and_then(|()| libraries.join(&restored, policy));
    if outcome.is_err() {
        restored.iter().for_each(|library| loader.interpreter.unload_library(library.serial));
    }
    libraries.skip_serials(&restored);
    outcome
}

fn restore_into(
    restored: &mut Libraries,
    mut payload: dump::Payload<'_>,
    loader: &mut Loader<'_>,
    dialect: &Dialect,
) -> Result<(), Vec<u8>> {
    while let Some(code) = payload.next_library()? {
        load_library(restored, loader, dialect, &code, Existing::Refuse)?;
    }
    Ok(())
}
