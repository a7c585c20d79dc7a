//! SCRIPT and FUNCTION: the subcommands that run nothing.
//!
//! There are no libraries yet, so FUNCTION answers as a server without any does.
//!
//! **Invariant:** each call writes exactly one reply.

use crate::{
    commands::{self, Action, Subcommand},
    digest::Digest,
    host::CommandArgs,
    kill::KillError,
    reply::ReplySink,
    script::Origin,
    store::ScriptStore,
};

/// Executes SCRIPT, FUNCTION, or FCALL.
pub(crate) fn execute(
    store: &mut ScriptStore,
    action: Action,
    args: CommandArgs<'_>,
    reply: &mut dyn ReplySink,
) {
    if action == Action::Fcall {
        return reply.error(b"ERR Function not found");
    }
    let word = args.get(1).unwrap_or_default();
    let shows_scripts = store.dialect().script_show;
    let outcome =
        commands::find_subcommand(action, word, args.len(), shows_scripts).and_then(
            |subcommand| match action {
                Action::Function => function(subcommand, args, reply),
                _ => script(store, subcommand, args, reply),
            },
        );
    if let Err(text) = outcome {
        reply.error(&text);
    }
}

fn script(
    store: &mut ScriptStore,
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
            let off = argument.eq_ignore_ascii_case(b"no");
            let on = [b"yes".as_slice(), b"sync"].iter().any(|mode| argument.eq_ignore_ascii_case(mode));
            if on {
                return Err(b"ERR SCRIPT DEBUG is not supported".to_vec());
            }
            if !off {
                return Err(b"ERR Use SCRIPT DEBUG YES/SYNC/NO".to_vec());
            }
            reply.status(b"OK");
        }
        Subcommand::Help => {
            let lines = store.dialect().script_help;
            reply.begin_array(lines.len());
            lines.iter().for_each(|line| reply.status(line.as_bytes()));
            reply.end();
        }
        _ => return Err(KillError::NotBusy.to_string().into_bytes()),
    }
    Ok(())
}

fn function(subcommand: Subcommand, args: CommandArgs<'_>, reply: &mut dyn ReplySink) -> Result<(), Vec<u8>> {
    match subcommand {
        Subcommand::Flush if args.len() > 3 => {
            return Err(
                b"ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP."
                    .to_vec(),
            );
        }
        Subcommand::Flush if !is_flush_mode(args) => {
            return Err(b"ERR FUNCTION FLUSH only supports SYNC|ASYNC option".to_vec());
        }
        Subcommand::Flush => reply.status(b"OK"),
        Subcommand::List => {
            reply.begin_array(0);
            reply.end();
        }
        Subcommand::Delete => return Err(b"ERR Library not found".to_vec()),
        Subcommand::Stats => {
            reply.begin_map(2);
            reply.bulk(b"running_script");
            reply.null();
            reply.bulk(b"engines");
            reply.begin_map(1);
            reply.bulk(b"LUA");
            reply.begin_map(2);
            for name in ["libraries_count", "functions_count"] {
                reply.bulk(name.as_bytes());
                reply.integer(0);
            }
            for _ in 0..3 {
                reply.end();
            }
        }
        _ => return Err(KillError::NotBusy.to_string().into_bytes()),
    }
    Ok(())
}

/// Whether FLUSH has no argument, or one that it knows.
fn is_flush_mode(args: CommandArgs<'_>) -> bool {
    match args.len() {
        2 => true,
        3 => args
            .get(2)
            .is_some_and(|mode| mode.eq_ignore_ascii_case(b"sync") || mode.eq_ignore_ascii_case(b"async")),
        _ => false,
    }
}
