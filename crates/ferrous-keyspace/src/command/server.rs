//! Commands on the server as a whole, as far as a keyspace without one can answer them.
//!
//! Commands that make no sense without a server are in the table all the same (see [`refused`]), because the engine's
//! checks before a command, such as "not allowed from script", go by the table.

use ferrous_redis::host::CommandFlags;

use super::{COMMANDS, Call, find, find_subcommand, generic::database_number};
use crate::{
    error::{CommandError, Outcome},
    keyspace::DATABASES,
    number::IntegerText,
};

/// Commands that need a server around the keyspace.
pub(super) fn refused(call: &mut Call<'_>) -> Outcome {
    let name = find(call.args.name(), call.keyspace.dialect()).map_or("", |command| command.info.name);
    Err(CommandError::Other(
        format!("ERR the command '{name}' is not available in an embedded keyspace").into_bytes().into(),
    ))
}

/// Commands of a cluster.
pub(super) fn no_cluster(_: &mut Call<'_>) -> Outcome {
    Err(CommandError::Fixed("ERR This instance has cluster support disabled"))
}

/// `READONLY` and `READWRITE`, which not every target refuses outside of a cluster.
pub(super) fn access(call: &mut Call<'_>) -> Outcome {
    if !call.keyspace.dialect().keyspace.access_without_cluster {
        return no_cluster(call);
    }
    call.reply_ok();
    Ok(())
}

/// `COMMANDLOG GET|LEN|RESET`: nothing is logged.
pub(super) fn no_log(call: &mut Call<'_>) -> Outcome {
    const TYPES: [&str; 3] = ["slow", "large-request", "large-reply"];
    let get = call.is_word(1, "get");
    if get && call.integer(2).unwrap_or(i64::MIN) < -1 {
        return Err(CommandError::Fixed("ERR count should be greater than or equal to -1"));
    }
    if !TYPES.iter().any(|name| call.is_word(if get { 3 } else { 2 }, name)) {
        let text = "ERR type should be one of the following: slow, large-request, large-reply";
        return Err(CommandError::Fixed(text));
    }
    match (get, call.is_word(1, "len")) {
        (true, _) => call.reply_empty(),
        (_, true) => call.reply.integer(0),
        _ => call.reply_ok(),
    }
    Ok(())
}

/// `PING [message]`.
pub(super) fn ping(call: &mut Call<'_>) -> Outcome {
    match call.len() {
        1 => call.reply.status(b"PONG"),
        2 => call.reply.bulk(call.arg(1)),
        _ => return Err(CommandError::Arity("ping")),
    }
    Ok(())
}

/// `ECHO message`.
pub(super) fn echo(call: &mut Call<'_>) -> Outcome {
    call.reply.bulk(call.arg(1));
    Ok(())
}

/// `SELECT database`. In a script, for the rest of the script.
pub(super) fn select(call: &mut Call<'_>) -> Outcome {
    let number = database_number(call, 1)?;
    call.keyspace.select(number);
    call.reply_ok();
    Ok(())
}

/// `SWAPDB first second`.
pub(super) fn swapdb(call: &mut Call<'_>) -> Outcome {
    let number = |index: usize, text: &'static str| {
        let number = call.integer(index).ok().filter(|&number| i32::try_from(number).is_ok());
        number.ok_or(CommandError::Fixed(text))
    };
    let first = number(1, "ERR invalid first DB index")?;
    let second = number(2, "ERR invalid second DB index")?;
    let exists = |number| usize::try_from(number).ok().filter(|&number| number < DATABASES);
    match (exists(first), exists(second)) {
        (Some(first), Some(second)) => call.keyspace.swap_databases(first, second),
        _ => return Err(CommandError::Fixed("ERR DB index is out of range")),
    }
    call.reply_ok();
    Ok(())
}

/// `DBSIZE`.
pub(super) fn dbsize(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.len();
    call.reply_len(length);
    Ok(())
}

/// `FLUSHALL` and `FLUSHDB`, which take `SYNC` or `ASYNC` and do the same for both.
fn flush(call: &mut Call<'_>, all: bool) -> Outcome {
    if call.len() > 2 || (call.len() == 2 && !call.is_word(1, "async") && !call.is_word(1, "sync")) {
        return Err(CommandError::Syntax);
    }
    call.keyspace.clear(all);
    call.reply_ok();
    Ok(())
}

/// `FLUSHALL [ASYNC|SYNC]`.
pub(super) fn flushall(call: &mut Call<'_>) -> Outcome {
    flush(call, true)
}

/// `FLUSHDB [ASYNC|SYNC]`.
pub(super) fn flushdb(call: &mut Call<'_>) -> Outcome {
    flush(call, false)
}

/// `TIME`: seconds since 1970, and microseconds within them. In a script it moves on Redis 7.0 only.
pub(super) fn time(call: &mut Call<'_>) -> Outcome {
    let now = call.keyspace.time();
    call.reply.begin_array(2);
    call.reply.bulk(IntegerText::new(now / 1_000_000).as_bytes());
    call.reply.bulk(IntegerText::new(now % 1_000_000).as_bytes());
    call.reply.end();
    Ok(())
}

/// `LASTSAVE`: now, since there is nothing to save.
pub(super) fn lastsave(call: &mut Call<'_>) -> Outcome {
    let now = call.keyspace.now() / 1000;
    call.reply.integer(now);
    Ok(())
}

/// Nobody listens to an embedded keyspace.
pub(super) fn publish(call: &mut Call<'_>) -> Outcome {
    call.reply.integer(0);
    Ok(())
}

/// `SPUBLISH channel message`.
pub(super) fn spublish(call: &mut Call<'_>) -> Outcome {
    publish(call)
}

/// `LOLWUT`: the version.
pub(super) fn lolwut(call: &mut Call<'_>) -> Outcome {
    let version = call.keyspace.dialect().redis_version;
    call.reply.verbatim(*b"txt", format!("Redis ver. {version}\n").as_bytes());
    Ok(())
}

/// What `MEMORY DOCTOR` says to somebody who has nothing to complain of.
const DOCTOR: &str = "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in \
                      these conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam \
                      and I will be back to our programming as soon as I finished rebooting.\n";

/// `MEMORY USAGE`: the bytes of the content and a flat amount for each element, an estimate like the original's; and
/// `MEMORY DOCTOR`.
pub(super) fn memory(call: &mut Call<'_>) -> Outcome {
    if call.is_word(1, "doctor") {
        call.reply.verbatim(*b"txt", DOCTOR.as_bytes());
        return Ok(());
    }
    if !call.is_word(1, "usage") {
        return refused(call);
    }
    let key = call.arg(2);
    let Some(entry) = call.keyspace.entry(key) else {
        call.reply.null();
        return Ok(());
    };
    let bytes = entry.value.bytes_used(key);
    call.reply_len(bytes);
    Ok(())
}

/// `COMMAND COUNT|LIST|GETKEYS`.
pub(super) fn command(call: &mut Call<'_>) -> Outcome {
    match call.arg(1).to_ascii_lowercase().as_slice() {
        b"count" => call.reply_len(call.keyspace.dialect().commands),
        b"list" if call.len() == 2 => {
            let dialect = call.keyspace.dialect();
            let known = || COMMANDS.iter().filter(|command| command.is_known(dialect));
            call.reply.begin_array(known().count());
            known().for_each(|command| call.reply.bulk(command.info.name.as_bytes()));
            call.reply.end();
        }
        b"getkeys" => return keys_of(call),
        _ => return refused(call),
    }
    Ok(())
}

/// Where a command that counts its keys has its target, if it has one, and the count, which stands before the keys; the keys are
/// one after the other but for MSETEX.
fn counted_keys(name: &str) -> Option<(Option<usize>, usize)> {
    match name {
        "lmpop" | "msetex" | "sintercard" | "zdiff" | "zinter" | "zintercard" | "zmpop" | "zunion" => {
            Some((None, 1))
        }
        "blmpop" | "bzmpop" | "eval" | "eval_ro" | "evalsha" | "evalsha_ro" | "fcall" | "fcall_ro" => {
            Some((None, 2))
        }
        "zdiffstore" | "zinterstore" | "zunionstore" => Some((Some(1), 2)),
        _ => None,
    }
}

/// `COMMAND GETKEYS` of a command that counts its keys. Scripts may have none.
fn answer_counted_keys(call: &mut Call<'_>, target: Option<usize>, count: usize, none: bool) -> Outcome {
    // The command begins at argument 2.
    let first = count + 3;
    let keys = call.integer(count + 2).ok().and_then(|keys| usize::try_from(keys).ok());
    let step = if call.is_word(2, "msetex") { 2 } else { 1 };
    let room = call.len().saturating_sub(first).div_ceil(step);
    let keys = keys.filter(|&keys| keys > 0 && keys <= room);
    let keys = match keys {
        Some(keys) => keys,
        None if none => 0,
        None => return Err(CommandError::Fixed("ERR Invalid arguments specified for command")),
    };
    call.reply.begin_array(keys + usize::from(target.is_some()));
    for place in target.map(|target| target + 2).into_iter().chain((first..).step_by(step).take(keys)) {
        call.reply.bulk(call.args.get(place).unwrap_or_default());
    }
    call.reply.end();
    Ok(())
}

/// The error for a command without keys.
const NO_KEYS: &str = "ERR The command has no key arguments";

/// `COMMAND GETKEYS`, by the table's key positions.
fn keys_of(call: &mut Call<'_>) -> Outcome {
    let dialect = call.keyspace.dialect();
    let command = find(call.arg(2), dialect).ok_or(CommandError::Fixed("ERR Invalid command specified"))?;
    let len = call.len() - 2;
    if !command.info.accepts(len) {
        return Err(CommandError::Fixed("ERR Invalid number of arguments specified for command"));
    }
    let container = command.info(call.keyspace.dialect());
    let subcommand = call.args.get(3).filter(|_| container.flags.contains(CommandFlags::CONTAINER));
    if let Some((target, count)) = counted_keys(command.info.name) {
        let none = command.info.flags.contains(CommandFlags::NOSCRIPT);
        return answer_counted_keys(call, target, count, none);
    }
    let spec = subcommand
        .and_then(|name| find_subcommand(&container, name, call.keyspace.dialect()))
        .map_or(container.keys, |info| info.keys);
    if spec.first == 0 {
        return Err(CommandError::Fixed(NO_KEYS));
    }
    let last = if spec.last < 0 {
        len.saturating_sub(usize::from(spec.last.unsigned_abs()))
    } else {
        usize::from(spec.last.unsigned_abs())
    };
    let places: Vec<usize> =
        (usize::from(spec.first)..=last).step_by(usize::from(spec.step.max(1))).collect();
    call.reply.begin_array(places.len());
    places.iter().for_each(|place| call.reply.bulk(call.args.get(place + 2).unwrap_or_default()));
    call.reply.end();
    Ok(())
}
