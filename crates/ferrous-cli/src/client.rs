//! `CLIENT`: what a connection tells of itself, as far as there is one.
//!
//! There is one client, nobody tracks keys for it, and nothing is evicted.

use ferrous_keyspace::number::parse_integer;
use ferrous_redis::{host::CommandArgs, reply::ReplySink};

use crate::connection::{Connection, Replies};

/// What is wrong with a name, or with whatever `{}` is.
const ODD_NAME: &str = "cannot contain spaces, newlines or special characters.";

/// Whether a client may be called that.
pub(crate) fn is_name(name: &[u8]) -> bool {
    name.iter().all(|byte| (b'!'..=b'~').contains(byte))
}

/// The error for a name that is none.
pub(crate) fn refuse_name() -> Vec<u8> {
    format!("ERR Client names {ODD_NAME}").into_bytes()
}

/// What is answered.
enum Answer {
    Ok,
    Null,
    Integer(i64),
    Bulk(Vec<u8>),
    /// Nothing is tracked.
    Untracked,
}

/// Executes a subcommand that the target has, with the right number of arguments, if it is one of those that are known here. An
/// error is not written.
pub(crate) fn execute(
    connection: &mut Connection,
    args: CommandArgs<'_>,
    sink: &mut dyn ReplySink,
) -> Option<Result<(), Vec<u8>>> {
    let outcome = answer(connection, args)?;
    Some(outcome.map(|answer| write(&answer, sink)))
}

fn write(answer: &Answer, sink: &mut dyn ReplySink) {
    match answer {
        Answer::Ok => sink.status(b"OK"),
        Answer::Null => sink.null(),
        Answer::Integer(number) => sink.integer(*number),
        Answer::Bulk(bytes) => sink.bulk(bytes),
        Answer::Untracked => {
            sink.begin_map(3);
            sink.bulk(b"flags");
            sink.begin_set(1);
            sink.bulk(b"off");
            sink.end();
            sink.bulk(b"redirect");
            sink.integer(-1);
            sink.bulk(b"prefixes");
            sink.begin_array(0);
            sink.end();
            sink.end();
        }
    }
}

fn answer(connection: &mut Connection, args: CommandArgs<'_>) -> Option<Result<Answer, Vec<u8>>> {
    const CACHING: &str = "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or \
                           OPTOUT mode enabled";
    let word = |index: usize| args.get(index).unwrap_or_default();
    let is = |known: &str| word(2).eq_ignore_ascii_case(known.as_bytes());
    let later = |known: &str| word(3).eq_ignore_ascii_case(known.as_bytes());
    let syntax = || Err(b"ERR syntax error".to_vec());
    Some(match word(1).to_ascii_lowercase().as_slice() {
        b"id" => Ok(Answer::Integer(1)),
        b"getname" if connection.name.is_empty() => Ok(Answer::Null),
        b"getname" => Ok(Answer::Bulk(connection.name.clone())),
        b"setname" if !is_name(word(2)) => Err(refuse_name()),
        b"setname" => {
            connection.name = word(2).to_vec();
            Ok(Answer::Ok)
        }
        b"setinfo" if !is("lib-name") && !is("lib-ver") => {
            Err([b"ERR Unrecognized option '", word(2), b"'"].concat())
        }
        b"setinfo" if !is_name(word(3)) => Err([b"ERR ", word(2), b" ", ODD_NAME.as_bytes()].concat()),
        b"no-evict" | b"no-touch" if !is("on") && !is("off") => syntax(),
        b"no-evict" | b"no-touch" | b"setinfo" | b"capa" | b"unpause" => Ok(Answer::Ok),
        b"reply" => {
            connection.replies = match word(2).to_ascii_lowercase().as_slice() {
                b"on" => Replies::All,
                b"off" => Replies::None,
                b"skip" if connection.replies != Replies::None => Replies::AllButNext,
                b"skip" => connection.replies,
                _ => return Some(syntax()),
            };
            Ok(Answer::Ok)
        }
        b"tracking" if is("off") => Ok(Answer::Ok),
        b"tracking" if !is("on") => syntax(),
        b"unblock" if args.len() > 4 => syntax(),
        b"unblock" if args.len() == 4 && !later("timeout") && !later("error") => {
            Err(b"ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR".to_vec())
        }
        b"unblock" if parse_integer(word(2)).is_none() => {
            Err(b"ERR value is not an integer or out of range".to_vec())
        }
        b"unblock" => Ok(Answer::Integer(0)),
        b"pause" if args.len() == 4 && !later("write") && !later("all") => {
            Err(b"ERR CLIENT PAUSE mode must be WRITE or ALL".to_vec())
        }
        b"pause" => match parse_integer(word(2)) {
            None => Err(b"ERR timeout is not an integer or out of range".to_vec()),
            Some(..0) => Err(b"ERR timeout is negative".to_vec()),
            Some(_) => Ok(Answer::Ok),
        },
        b"getredir" => Ok(Answer::Integer(-1)),
        b"trackinginfo" => Ok(Answer::Untracked),
        b"caching" => Err(CACHING.as_bytes().to_vec()),
        _ => return None,
    })
}
