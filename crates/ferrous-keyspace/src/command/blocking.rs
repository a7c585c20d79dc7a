//! Commands that wait for elements, as they act where nobody may wait: they look once, and answer null if there is nothing.
//!
//! That is how servers serve them in scripts and transactions (in scripts `BLPOP` and others only from Redis 7.2 on, see
//! `Dialect::scripts_may_block`), and how an embedded keyspace serves them to everybody.

use super::{
    Call,
    list::{self, end, move_element},
    pairing::Pairing,
    sorted_set,
};
use crate::{
    error::{CommandError, Outcome},
    extended::Extended,
    number::parse_double,
    object::{End, List, SortedSet},
};

/// Checks a timeout in seconds.
pub(super) fn check_seconds(call: &mut Call<'_>, index: usize) -> Outcome {
    const NEGATIVE: CommandError = CommandError::Fixed("ERR timeout is negative");
    /// Milliseconds are kept in 63 bits.
    const END: f64 = 9_223_372_036_854_775_807.0;
    let text = call.arg(index);
    let seconds = Extended::parse(text).map(Extended::to_double).or_else(|| parse_double(text));
    let seconds = seconds.ok_or(CommandError::Fixed("ERR timeout is not a float or out of range"))?;
    let milliseconds = (seconds * 1000.0).ceil();
    if milliseconds < 0.0 {
        return Err(NEGATIVE);
    }
    if !call.keyspace.dialect().keyspace.names_long_timeout {
        return if milliseconds < END { Ok(()) } else { Err(NEGATIVE) };
    }
    // Now is far below 2^53.
    if milliseconds + call.keyspace.now() as f64 >= END {
        return Err(CommandError::Fixed("ERR timeout is out of range"));
    }
    Ok(())
}

/// Checks a timeout in milliseconds.
fn check_milliseconds(call: &Call<'_>, index: usize) -> Outcome {
    let milliseconds = call.integer(index);
    match milliseconds.map_err(|_| CommandError::Fixed("ERR timeout is not an integer or out of range"))? {
        ..0 => Err(CommandError::Fixed("ERR timeout is negative")),
        _ => Ok(()),
    }
}

/// Argument `index` as a timeout in milliseconds that ends in this era, where the target looks.
pub(super) fn check_end(call: &mut Call<'_>, index: usize) -> Outcome {
    check_milliseconds(call, index)?;
    let end = call.integer(index)?.checked_add(call.keyspace.now());
    if end.is_none() && call.keyspace.dialect().keyspace.names_long_timeout {
        return Err(CommandError::Fixed("ERR timeout is out of range"));
    }
    Ok(())
}

/// `BLPOP` and `BRPOP`: the first key that holds a list, and an element of it.
fn pop_element(call: &mut Call<'_>, end: End) -> Outcome {
    let last = call.len() - 1;
    check_seconds(call, last)?;
    for key in call.args_from(1).take(last - 1) {
        let Some(element) = call.keyspace.write::<List>(key)?.and_then(|list| list.pop(end)) else {
            continue;
        };
        call.reply.begin_array(2);
        call.reply.bulk(key);
        call.reply.bulk(&element);
        call.reply.end();
        list::drop_if_empty(call, key);
        return Ok(());
    }
    call.reply.null_array();
    Ok(())
}

/// `BLPOP key ... timeout`: the key and an element, or null.
pub(super) fn blpop(call: &mut Call<'_>) -> Outcome {
    pop_element(call, End::Left)
}

/// `BRPOP key ... timeout`: as `BLPOP`, from the tail.
pub(super) fn brpop(call: &mut Call<'_>) -> Outcome {
    pop_element(call, End::Right)
}

/// `BLMOVE source target LEFT|RIGHT LEFT|RIGHT timeout`: as `LMOVE`.
pub(super) fn blmove(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (end(call, 3)?, end(call, 4)?);
    check_seconds(call, 5)?;
    move_waiting(call, from, to)
}

/// `BRPOPLPUSH source target timeout`: as `RPOPLPUSH`.
pub(super) fn brpoplpush(call: &mut Call<'_>) -> Outcome {
    check_seconds(call, 3)?;
    move_waiting(call, End::Right, End::Left)
}

/// Moves an element; who might have waited for one is told that the time is over.
fn move_waiting(call: &mut Call<'_>, from: End, to: End) -> Outcome {
    let source = call.arg(1);
    let waits = !call.from_script && call.keyspace.server.transaction.is_none();
    if waits && call.keyspace.read::<List>(source)?.is_none() {
        call.reply.null_array();
        return Ok(());
    }
    move_element(call, from, to)
}

/// `BLMPOP timeout numkeys key ... LEFT|RIGHT [COUNT n]`: as `LMPOP`.
pub(super) fn blmpop(call: &mut Call<'_>) -> Outcome {
    list::pop_from_first(call, 2)
}

/// `BZPOPMIN` and `BZPOPMAX`: the first key that holds a sorted set, and a member of it with its score.
fn pop_member(call: &mut Call<'_>, highest: bool) -> Outcome {
    let last = call.len() - 1;
    check_seconds(call, last)?;
    for key in call.args_from(1).take(last - 1) {
        if call.keyspace.read::<SortedSet>(key)?.is_none() {
            continue;
        }
        call.reply.begin_array(3);
        call.reply.bulk(key);
        sorted_set::pop_members(call, key, highest, 1, Pairing::Flat)?;
        call.reply.end();
        return Ok(());
    }
    call.reply.null_array();
    Ok(())
}

/// `BZPOPMIN key ... timeout`: key, member and score, or null.
pub(super) fn bzpopmin(call: &mut Call<'_>) -> Outcome {
    pop_member(call, false)
}

/// `BZPOPMAX key ... timeout`: as `BZPOPMIN`, from the other end.
pub(super) fn bzpopmax(call: &mut Call<'_>) -> Outcome {
    pop_member(call, true)
}

/// `BZMPOP timeout numkeys key ... MIN|MAX [COUNT n]`: as `ZMPOP`.
pub(super) fn bzmpop(call: &mut Call<'_>) -> Outcome {
    sorted_set::pop_from_first(call, 2)
}

/// `WAIT replicas timeout`: there are none.
pub(super) fn wait(call: &mut Call<'_>) -> Outcome {
    call.integer(1)?;
    check_end(call, 2)?;
    call.reply.integer(0);
    Ok(())
}

/// `WAITAOF local replicas timeout`: there is neither a file nor a replica.
pub(super) fn waitaof(call: &mut Call<'_>) -> Outcome {
    if !(0..=1).contains(&call.integer(1)?) {
        return Err(CommandError::Fixed("ERR value is out of range, value must between 0 and 1"));
    }
    call.count(2)?;
    check_end(call, 3)?;
    if call.integer(1)? > 0 {
        return Err(CommandError::Fixed(
            "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
        ));
    }
    call.reply.begin_array(2);
    call.reply.integer(0);
    call.reply.integer(0);
    call.reply.end();
    Ok(())
}
