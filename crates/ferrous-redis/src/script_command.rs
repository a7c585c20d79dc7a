//! SCRIPT and its subcommands.
//!
//! **Invariant:** each call writes exactly one reply.

use crate::{
    commands::{self, Action, Subcommand},
    compat::{Dialect, Help},
    debugger::DebugMode,
    digest::Digest,
    engine::Session,
    host::CommandArgs,
    kill::KillError,
    reply::ReplySink,
    script::Origin,
    store::ScriptStore,
};

/// Executes SCRIPT.
pub(crate) fn execute(
    store: &mut ScriptStore,
    session: &Session,
    args: CommandArgs<'_>,
    reply: &mut dyn ReplySink,
) {
    let word = args.get(1).unwrap_or_default();
    let outcome =
        commands::find_subcommand(Action::Script, word, args.len(), store.dialect(), &session.state)
            .and_then(|subcommand| script(store, session, subcommand, args, reply));
    if let Err(text) = outcome {
        reply.error(&text);
    }
}

fn script(
    store: &mut ScriptStore,
    session: &Session,
    subcommand: Subcommand,
    args: CommandArgs<'_>,
    reply: &mut dyn ReplySink,
) -> Result<(), Vec<u8>> {
    let argument = args.get(2).unwrap_or_default();
    match subcommand {
        Subcommand::Load => {
            let key = store.load(argument, Origin::Load).map_err(|rejection| rejection.reply)?;
            let digest = store.cache.get(key).map(|script| script.digest.text());
            reply.bulk(digest.as_ref().map_or(&[], |text| text));
        }
        Subcommand::Exists => {
            reply.begin_array(args.len() - 2);
            for argument in args.iter().skip(2) {
                let found = Digest::parse(argument).and_then(|digest| store.cache.find_digest(&digest));
                reply.integer(i64::from(found.is_some()));
            }
            reply.end();
        }
        Subcommand::Flush => {
            if !is_flush_mode(args) {
                return Err(b"ERR SCRIPT FLUSH only support SYNC|ASYNC option".to_vec());
            }
            store.flush();
            reply.status(b"OK");
        }
        Subcommand::Show => {
            let key = Digest::parse(argument).and_then(|digest| store.cache.find_digest(&digest));
            let script =
                key.and_then(|key| store.cache.get(key)).ok_or(store.dialect().no_script.as_bytes())?;
            reply.bulk(&script.text);
        }
        Subcommand::Debug => {
            if debug_mode(session, args, store.dialect())? != DebugMode::Off {
                return Err(b"ERR SCRIPT DEBUG is not supported".to_vec());
            }
            reply.status(b"OK");
        }
        Subcommand::Help => write_help(store.dialect(), store.dialect().script_help, reply),
        _ => return Err(KillError::NotBusy.to_string().into_bytes()),
    }
    Ok(())
}

/// What SCRIPT DEBUG chooses, if this is a well-formed SCRIPT DEBUG.
pub(crate) fn debug(
    session: &Session,
    args: CommandArgs<'_>,
    dialect: &Dialect,
) -> Option<Result<DebugMode, Vec<u8>>> {
    if !args.name().eq_ignore_ascii_case(b"script") {
        return None;
    }
    let word = args.get(1).unwrap_or_default();
    let found = commands::find_subcommand(Action::Script, word, args.len(), dialect, &session.state);
    (found == Ok(Subcommand::Debug)).then(|| debug_mode(session, args, dialect))
}

fn debug_mode(session: &Session, args: CommandArgs<'_>, dialect: &Dialect) -> Result<DebugMode, Vec<u8>> {
    let names_engine = dialect.debugger.names_engine;
    if args.len() > 4 && names_engine {
        let word = args.get(1).unwrap_or_default();
        let text: [&[u8]; 3] =
            [b"ERR unknown subcommand or wrong number of arguments for '", word, b"'. Try SCRIPT HELP."];
        return Err(text.concat());
    }
    if args.len() > 3 && !names_engine {
        return Err(commands::wrong_arity("script|debug"));
    }
    if session.replies_pending {
        return Err(b"ERR SCRIPT DEBUG must be called outside a pipeline".to_vec());
    }
    if let Some(engine) = args.get(3).filter(|engine| !engine.eq_ignore_ascii_case(b"lua")) {
        return Err([b"ERR No scripting engine found with name '", engine, b"' to enable debug"].concat());
    }
    let argument = args.get(2).unwrap_or_default();
    let modes = [("no", DebugMode::Off), ("yes", DebugMode::Discard), ("sync", DebugMode::Keep)];
    let mode = modes.iter().find(|(word, _)| argument.eq_ignore_ascii_case(word.as_bytes()));
    mode.map(|(_, mode)| *mode).ok_or_else(|| b"ERR Use SCRIPT DEBUG YES/SYNC/NO".to_vec())
}

/// Writes the lines of a HELP.
pub(crate) fn write_help(dialect: &Dialect, help: Help, reply: &mut dyn ReplySink) {
    let lines = || help.iter().copied().flatten().copied().chain(["HELP", dialect.help_of_help]);
    reply.begin_array(lines().count());
    lines().for_each(|line| reply.status(line.as_bytes()));
    reply.end();
}

/// Whether FLUSH has no argument, or one that it knows.
pub(crate) fn is_flush_mode(args: CommandArgs<'_>) -> bool {
    match args.len() {
        2 => true,
        3 => args
            .get(2)
            .is_some_and(|mode| mode.eq_ignore_ascii_case(b"sync") || mode.eq_ignore_ascii_case(b"async")),
        _ => false,
    }
}
