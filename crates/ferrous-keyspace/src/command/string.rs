//! Strings: `SET`, `GET`, counters, ranges.
//!
//! A string that reads as an integer is stored as one, so the counters neither read nor print it. Commands that overwrite
//! a key take its expiry away, those that change a value in place leave it: so it is in Redis, and scripts count on it.
//!
//! **Invariant:** no string grows past 512 MB; what would is refused before anything changes.

use super::{
    Call,
    expiry_option::{Expiry, TimeUnit, expiry_time},
};
use crate::{
    error::{CommandError, Outcome},
    extended::Extended,
    object::{MAX_STRING, StringValue, Typed, Value},
};

/// `SET key value [NX|XX|IFEQ old] [GET] [EX s|PX ms|EXAT t|PXAT t|KEEPTTL]`: `OK`, or null if the condition fails; with `GET`,
/// what the key held.
pub(super) fn set(call: &mut Call<'_>) -> Outcome {
    if call.len() == 3 {
        let value = call.string_value(2)?;
        call.keyspace.put(call.arg(1), value.into_value(), None);
        call.reply_ok();
        return Ok(());
    }
    let (mut only_new, mut only_old, mut answer_old) = (false, false, false);
    let (mut expiry, mut expected) = (Expiry::Unchanged, None);
    let compares = call.keyspace.dialect().keyspace.later_commands.contains(&"delifeq");
    let mut index = 3;
    while index < call.len() {
        if call.is_word(index, "nx") && !only_old && expected.is_none() {
            only_new = true;
        } else if call.is_word(index, "xx") && !only_new && expected.is_none() {
            only_old = true;
        } else if call.is_word(index, "get") {
            answer_old = true;
        } else if compares
            && call.is_word(index, "ifeq")
            && !(only_new || only_old || expected.is_some())
            && index + 1 < call.len()
        {
            index += 1;
            expected = Some(call.arg(index));
        } else {
            index = expiry.read(call, index, Expiry::Keep)?;
        }
        index += 1;
    }
    let expires_at = expiry.positive(call, "set")?;
    let key = call.arg(1);
    if expected.is_some() {
        call.keyspace.read::<StringValue>(key)?;
    }
    if answer_old {
        get_generic(call, key)?;
    }
    let refused = match expected {
        Some(expected) => !holds(call, key, expected)?,
        None => (only_new || only_old) && call.keyspace.contains(key) != only_old,
    };
    // GET has answered already.
    if refused {
        if !answer_old {
            call.reply.null();
        }
        return Ok(());
    }
    let kept = match expiry {
        Expiry::Keep => call.keyspace.entry(key).and_then(|entry| entry.expires_at),
        _ => expires_at,
    };
    let over = kept.is_some_and(|time| time <= call.keyspace.now());
    if over && call.keyspace.dialect().keyspace.drops_expired {
        call.keyspace.remove(key);
        let removal = call.keyspace.dialect().removal.as_bytes();
        call.keyspace.replicate([removal, key]);
    } else {
        let value = call.string_value(2)?;
        call.keyspace.put(key, value.into_value(), kept);
    }
    if !answer_old {
        call.reply_ok();
    }
    Ok(())
}

/// Whether a key holds exactly that string.
fn holds(call: &mut Call<'_>, key: &[u8], expected: &[u8]) -> Result<bool, CommandError> {
    let value = call.keyspace.read::<StringValue>(key)?;
    Ok(value.is_some_and(|value| value.with_bytes(|bytes| bytes == expected)))
}

/// `DELIFEQ key value`: 1 if the key held that and is gone.
pub(super) fn delifeq(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let equal = holds(call, key, call.arg(2))?;
    if equal {
        call.keyspace.remove(key);
    }
    call.reply_bool(equal);
    Ok(())
}

/// `SETNX key value`: 1, or 0 if the key was there.
pub(super) fn setnx(call: &mut Call<'_>) -> Outcome {
    let absent = !call.keyspace.contains(call.arg(1));
    if absent {
        let value = call.string_value(2)?;
        call.keyspace.put(call.arg(1), value.into_value(), None);
    }
    call.reply_bool(absent);
    Ok(())
}

/// `SETEX key seconds value`.
pub(super) fn setex(call: &mut Call<'_>) -> Outcome {
    set_with_expiry(call, TimeUnit { seconds: true, absolute: false }, "setex")
}

/// `PSETEX key milliseconds value`.
pub(super) fn psetex(call: &mut Call<'_>) -> Outcome {
    set_with_expiry(call, TimeUnit { seconds: false, absolute: false }, "psetex")
}

/// `SETEX` and `PSETEX`.
fn set_with_expiry(call: &mut Call<'_>, unit: TimeUnit, command: &'static str) -> Outcome {
    let expires_at = expiry_time(call, unit, call.arg(2), 1, command)?;
    let value = call.string_value(3)?;
    call.keyspace.put(call.arg(1), value.into_value(), Some(expires_at));
    call.reply_ok();
    Ok(())
}

/// Answers the string at a key, or null.
fn get_generic(call: &mut Call<'_>, key: &[u8]) -> Outcome {
    match call.keyspace.read::<StringValue>(key)? {
        Some(value) => value.with_bytes(|bytes| call.reply.bulk(bytes)),
        None => call.reply.null(),
    }
    Ok(())
}

/// `GET key`: the string or null.
pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    get_generic(call, call.arg(1))
}

/// `GETSET key value`: what the key held. Its expiry goes.
pub(super) fn getset(call: &mut Call<'_>) -> Outcome {
    get_generic(call, call.arg(1))?;
    let value = call.string_value(2)?;
    call.keyspace.put(call.arg(1), value.into_value(), None);
    Ok(())
}

/// `GETDEL key`: what the key held.
pub(super) fn getdel(call: &mut Call<'_>) -> Outcome {
    get_generic(call, call.arg(1))?;
    call.keyspace.remove(call.arg(1));
    Ok(())
}

/// `GETEX key [EX s|PX ms|EXAT t|PXAT t|PERSIST]`: the string, whose expiry changes.
pub(super) fn getex(call: &mut Call<'_>) -> Outcome {
    let mut expiry = Expiry::Unchanged;
    let mut index = 2;
    while index < call.len() {
        index = expiry.read(call, index, Expiry::Persist)? + 1;
    }
    let key = call.arg(1);
    let expiry_first = call.keyspace.dialect().keyspace.getex_reads_expiry_first;
    if expiry_first {
        expiry.positive(call, "getex")?;
    }
    if call.keyspace.read::<StringValue>(key)?.is_none() {
        call.reply.null();
        return Ok(());
    }
    let expires_at = expiry.positive(call, "getex")?;
    get_generic(call, key)?;
    match (expiry, expires_at) {
        (Expiry::At(unit, _), Some(time)) if unit.absolute && time <= call.keyspace.now() => {
            call.keyspace.remove(key);
        }
        (Expiry::At(..) | Expiry::Persist, expires_at) => {
            call.keyspace.set_expiry(key, expires_at);
        }
        _ => {}
    }
    Ok(())
}

/// `MGET key ...`: for each key its string, null where there is none or another type.
pub(super) fn mget(call: &mut Call<'_>) -> Outcome {
    call.reply.begin_array(call.len() - 1);
    for key in call.args_from(1) {
        match call.keyspace.read::<StringValue>(key) {
            Ok(Some(value)) => value.with_bytes(|bytes| call.reply.bulk(bytes)),
            _ => call.reply.null(),
        }
    }
    call.reply.end();
    Ok(())
}

/// Puts the pairs of key and value.
fn mset_generic(call: &mut Call<'_>) {
    for index in (1..call.len()).step_by(2) {
        let value = call.stored(call.arg(index + 1));
        call.keyspace.put(call.arg(index), value.into_value(), None);
    }
}

/// `MSET key value ...`.
pub(super) fn mset(call: &mut Call<'_>) -> Outcome {
    if call.len().is_multiple_of(2) {
        return Err(CommandError::Arity("mset"));
    }
    mset_generic(call);
    call.reply_ok();
    Ok(())
}

/// `MSETNX key value ...`: all or, if one of the keys is there, none.
pub(super) fn msetnx(call: &mut Call<'_>) -> Outcome {
    if call.len().is_multiple_of(2) {
        return Err(CommandError::Arity("msetnx"));
    }
    let absent = call.args_from(1).step_by(2).all(|key| !call.keyspace.contains(key));
    if absent {
        mset_generic(call);
    }
    call.reply_bool(absent);
    Ok(())
}

/// `MSETEX numkeys key value ... [NX|XX] [EX s|PX ms|EXAT t|PXAT t|KEEPTTL]`: 1, or 0 if one key fails the condition.
pub(super) fn msetex(call: &mut Call<'_>) -> Outcome {
    const BAD_COUNT: CommandError = CommandError::Fixed("ERR invalid numkeys value or out of range");
    let pairs = call.integer(1).ok().and_then(|pairs| i32::try_from(pairs).ok());
    let pairs = pairs.and_then(|pairs| usize::try_from(pairs).ok()).filter(|&pairs| pairs > 0);
    let end = pairs.ok_or(BAD_COUNT)?.saturating_mul(2).saturating_add(2);
    if end > call.len() {
        return Err(CommandError::Syntax);
    }
    let (mut only_new, mut only_old, mut expiry) = (false, false, Expiry::Unchanged);
    let mut index = end;
    while index < call.len() {
        if call.is_word(index, "nx") && !only_old {
            only_new = true;
        } else if call.is_word(index, "xx") && !only_new {
            only_old = true;
        } else {
            index = expiry.read(call, index, Expiry::Keep)?;
        }
        index += 1;
    }
    let expires_at = expiry.positive(call, "msetex")?;
    let keys = (2..end).step_by(2);
    let refused = (only_new || only_old)
        && keys.clone().any(|index| call.keyspace.contains(call.arg(index)) != only_old);
    if !refused {
        for index in keys {
            let key = call.arg(index);
            let expires_at = match expiry {
                Expiry::Keep => call.keyspace.entry(key).and_then(|entry| entry.expires_at),
                _ => expires_at,
            };
            let value = call.stored(call.arg(index + 1));
            call.keyspace.put(key, value.into_value(), expires_at);
        }
    }
    call.reply_bool(!refused);
    Ok(())
}

/// Adds to the integer at a key, which counts as 0 if it is not there, and answers the sum.
fn increment(call: &mut Call<'_>, amount: i64) -> Outcome {
    let key = call.arg(1);
    let value = match call.keyspace.write::<StringValue>(key)? {
        Some(string) => {
            let value = string.integer().ok_or(CommandError::NotInteger)?;
            let value = value.checked_add(amount).ok_or(CommandError::Overflow)?;
            *string = StringValue::Integer(value);
            value
        }
        None => {
            call.keyspace.put(key, Value::String(StringValue::Integer(amount)), None);
            amount
        }
    };
    call.reply.integer(value);
    Ok(())
}

/// `INCR key`: the sum.
pub(super) fn incr(call: &mut Call<'_>) -> Outcome {
    increment(call, 1)
}

/// `DECR key`: the difference.
pub(super) fn decr(call: &mut Call<'_>) -> Outcome {
    increment(call, -1)
}

/// `INCRBY key amount`: the sum.
pub(super) fn incrby(call: &mut Call<'_>) -> Outcome {
    increment(call, call.integer(2)?)
}

/// `DECRBY key amount`: the difference.
pub(super) fn decrby(call: &mut Call<'_>) -> Outcome {
    let amount = call.integer(2)?.checked_neg();
    increment(call, amount.ok_or(CommandError::Fixed("ERR decrement would overflow"))?)
}

/// `INCRBYFLOAT key amount`: the sum as text, computed in 80 bits.
pub(super) fn incrbyfloat(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let current = match call.keyspace.read::<StringValue>(key)? {
        None => Extended::ZERO,
        Some(value) => value.with_bytes(Extended::parse).ok_or(CommandError::NotFloat)?,
    };
    let amount = Extended::parse(call.arg(2)).ok_or(CommandError::NotFloat)?;
    let sum = current.plus(amount).filter(|sum| !sum.is_infinite()).ok_or(CommandError::NotFinite)?;
    let text = sum.to_text();
    call.reply.bulk(&text);
    match call.keyspace.write::<StringValue>(key)? {
        Some(value) => *value = StringValue::Bytes(text),
        None => call.keyspace.put(key, Value::String(StringValue::Bytes(text)), None),
    }
    Ok(())
}

/// `APPEND key value`: the new length.
pub(super) fn append(call: &mut Call<'_>) -> Outcome {
    let (key, tail) = (call.arg(1), call.arg(2));
    let length = match call.keyspace.write::<StringValue>(key)? {
        Some(value) => {
            if value.len().saturating_add(tail.len()) > MAX_STRING {
                return Err(CommandError::TooLong);
            }
            value.change(|bytes| {
                bytes.extend_from_slice(tail);
                bytes.len()
            })
        }
        None => {
            let value = call.stored(tail);
            call.keyspace.put(key, value.into_value(), None);
            tail.len()
        }
    };
    call.reply_len(length);
    Ok(())
}

/// `STRLEN key`: the length in bytes, 0 without the key.
pub(super) fn strlen(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.read::<StringValue>(call.arg(1))?.map_or(0, StringValue::len);
    call.reply_len(length);
    Ok(())
}

/// `GETRANGE key start end`: the bytes from start to end, both included, from the end if negative.
pub(super) fn getrange(call: &mut Call<'_>) -> Outcome {
    let (start, end) = (call.integer(2)?, call.integer(3)?);
    match call.keyspace.read::<StringValue>(call.arg(1))? {
        None => call.reply.bulk(b""),
        Some(value) => value.with_bytes(|bytes| {
            let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            let backwards = start < 0 && end < 0 && start > end;
            // An end before the start of the string means its first byte.
            let end = if end < 0 { end.saturating_add(length).max(0) } else { end };
            let range = if backwards { None } else { super::resolve_range(start, end, bytes.len()) };
            call.reply.bulk(range.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default());
        }),
    }
    Ok(())
}

/// `SUBSTR`: the old name of `GETRANGE`.
pub(super) fn substr(call: &mut Call<'_>) -> Outcome {
    getrange(call)
}

/// `SETRANGE key offset value`: the new length; a gap is filled with zeros. An empty value changes nothing.
pub(super) fn setrange(call: &mut Call<'_>) -> Outcome {
    let (key, patch) = (call.arg(1), call.arg(3));
    let offset = call.integer(2)?;
    let offset = usize::try_from(offset).map_err(|_| CommandError::Fixed("ERR offset is out of range"))?;
    let length = call.keyspace.read::<StringValue>(key)?.map_or(0, StringValue::len);
    if patch.is_empty() {
        call.reply_len(length);
        return Ok(());
    }
    let end =
        offset.checked_add(patch.len()).filter(|&end| end <= MAX_STRING).ok_or(CommandError::TooLong)?;
    let length = call.keyspace.write_or_create::<StringValue>(key)?.change(|bytes| {
        if bytes.len() < end {
            bytes.resize(end, 0);
        }
        if let Some(place) = bytes.get_mut(offset..end) {
            place.copy_from_slice(patch);
        }
        bytes.len()
    });
    call.reply_len(length);
    Ok(())
}
