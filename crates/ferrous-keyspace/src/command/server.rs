//! Commands on the server as a whole, as far as a keyspace without one can answer them.
//!
//! Commands that make no sense without a server are in the table all the same (see [`refused`]), because the engine's
//! checks before a command, such as "not allowed from script", go by the table.

use super::{Call, find, generic::database_number, subcommand_syntax};
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

/// `SLOWLOG GET|LEN|RESET`: nothing is slow.
pub(super) fn slowlog(call: &mut Call<'_>) -> Outcome {
    match call.arg(1).to_ascii_lowercase().as_slice() {
        b"get" if call.len() > 3 => return Err(subcommand_syntax(call.args)),
        b"get" if call.len() == 3 && call.integer(2).unwrap_or(i64::MIN) < -1 => return Err(LOG_COUNT),
        b"get" => call.reply_empty(),
        b"len" => call.reply.integer(0),
        _ => call.reply_ok(),
    }
    Ok(())
}

/// What is wrong with a number of entries to show.
const LOG_COUNT: CommandError = CommandError::Fixed("ERR count should be greater than or equal to -1");

/// `COMMANDLOG GET|LEN|RESET`: nothing is logged.
pub(super) fn no_log(call: &mut Call<'_>) -> Outcome {
    const TYPES: [&str; 3] = ["slow", "large-request", "large-reply"];
    let get = call.is_word(1, "get");
    if get && call.integer(2).unwrap_or(i64::MIN) < -1 {
        return Err(LOG_COUNT);
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

/// `LOLWUT [VERSION number]`: the version.
pub(super) fn lolwut(call: &mut Call<'_>) -> Outcome {
    if call.len() > 2 && call.is_word(1, "version") {
        call.integer(2)?;
    }
    let dialect = call.keyspace.dialect();
    let text = match &dialect.valkey {
        None => format!("Redis ver. {}\n", dialect.redis_version),
        Some(_) if call.len() == 2 => {
            let text = "ERR Syntax error. Use: LOLWUT [columns rows] [real imaginary]";
            return Err(CommandError::Fixed(text));
        }
        Some(names) => format!("Valkey ver.{}\n", names.version),
    };
    call.reply.verbatim(*b"txt", text.as_bytes());
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
    if call.is_word(1, "purge") {
        call.reply_ok();
        return Ok(());
    }
    if !call.is_word(1, "usage") {
        return refused(call);
    }
    let mut index = 3;
    while index < call.len() {
        if !call.is_word(index, "samples") || index + 1 == call.len() || call.integer(index + 1)? < 0 {
            return Err(CommandError::Syntax);
        }
        index += 2;
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
