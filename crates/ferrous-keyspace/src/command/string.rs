//! Strings: `SET`, `GET`, counters, ranges.
//!
//! A string that reads as an integer is stored as one, so the counters neither read nor print it. Commands that overwrite
//! a key take its expiry away, those that change a value in place leave it: so it is in Redis, and scripts count on it.
//!
//! **Invariant:** no string grows past 512 MB; what would is refused before anything changes.

use super::Call;
use crate::{
    error::{CommandError, Outcome},
    expiry::Milliseconds,
    extended::Extended,
    number::parse_integer,
    object::{MAX_STRING, StringValue, Typed, Value},
};

/// How a time is given: seconds or milliseconds, from now or from 1970.
#[derive(Clone, Copy)]
pub(super) struct TimeUnit {
    pub(super) seconds: bool,
    pub(super) absolute: bool,
}

/// The expiry options of `SET` and `GETEX`.
#[derive(Clone, Copy)]
enum Expiry<'a> {
    Unchanged,
    Keep,
    Persist,
    At(TimeUnit, &'a [u8]),
}

/// The unit that an option's word stands for.
fn time_unit(word: &[u8]) -> Option<TimeUnit> {
    let (seconds, absolute) = match word.to_ascii_lowercase().as_slice() {
        b"ex" => (true, false),
        b"px" => (false, false),
        b"exat" => (true, true),
        b"pxat" => (false, true),
        _ => return None,
    };
    Some(TimeUnit { seconds, absolute })
}

/// The absolute time that a positive `amount` of `unit` means.
fn expiry_time(
    call: &mut Call<'_>,
    unit: TimeUnit,
    amount: &[u8],
    command: &'static str,
) -> Result<Milliseconds, CommandError> {
    let amount = parse_integer(amount).ok_or(CommandError::NotInteger)?;
    let invalid = CommandError::ExpireTime(command);
    if amount <= 0 {
        return Err(invalid);
    }
    let milliseconds = if unit.seconds { amount.checked_mul(1000) } else { Some(amount) };
    let base = if unit.absolute { 0 } else { call.keyspace.now() };
    milliseconds.and_then(|milliseconds| milliseconds.checked_add(base)).ok_or(invalid)
}

/// `SET key value [NX|XX] [GET] [EX s|PX ms|EXAT t|PXAT t|KEEPTTL]`: `OK`, or null if the condition fails; with `GET`, what the
/// key held.
pub(super) fn set(call: &mut Call<'_>) -> Outcome {
    if call.len() == 3 {
        call.keyspace.put(call.arg(1), StringValue::from(call.arg(2)).into_value(), None);
        call.reply_ok();
        return Ok(());
    }
    let (mut only_new, mut only_old, mut answer_old) = (false, false, false);
    let mut expiry = Expiry::Unchanged;
    let mut index = 3;
    while index < call.len() {
        let word = call.arg(index);
        if call.is_word(index, "nx") && !only_old {
            only_new = true;
        } else if call.is_word(index, "xx") && !only_new {
            only_old = true;
        } else if call.is_word(index, "get") {
            answer_old = true;
        } else if call.is_word(index, "keepttl") && !matches!(expiry, Expiry::At(..)) {
            expiry = Expiry::Keep;
        } else if let Some(unit) = time_unit(word)
            && index + 1 < call.len()
            && is_same_unit(expiry, unit)
        {
            index += 1;
            expiry = Expiry::At(unit, call.arg(index));
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    let expires_at = match expiry {
        Expiry::At(unit, amount) => Some(expiry_time(call, unit, amount, "set")?),
        _ => None,
    };
    let key = call.arg(1);
    if answer_old {
        get_generic(call, key)?;
    }
    if only_new || only_old {
        let exists = call.keyspace.contains(key);
        if exists != only_old {
            if !answer_old {
                call.reply.null();
            }
            return Ok(());
        }
    }
    let kept = match expiry {
        Expiry::Keep => call.keyspace.entry(key).and_then(|entry| entry.expires_at),
        _ => expires_at,
    };
    let over = kept.is_some_and(|time| time <= call.keyspace.now());
    if over && call.keyspace.dialect().keyspace.drops_expired {
        call.keyspace.remove(key);
    } else {
        call.keyspace.put(key, StringValue::from(call.arg(2)).into_value(), kept);
    }
    if !answer_old {
        call.reply_ok();
    }
    Ok(())
}

/// Redis takes the same expiry option twice, but not two different ones.
fn is_same_unit(expiry: Expiry<'_>, unit: TimeUnit) -> bool {
    match expiry {
        Expiry::Unchanged => true,
        Expiry::At(before, _) => before.seconds == unit.seconds && before.absolute == unit.absolute,
        Expiry::Keep | Expiry::Persist => false,
    }
}

/// `SETNX key value`: 1, or 0 if the key was there.
pub(super) fn setnx(call: &mut Call<'_>) -> Outcome {
    let absent = !call.keyspace.contains(call.arg(1));
    if absent {
        call.keyspace.put(call.arg(1), StringValue::from(call.arg(2)).into_value(), None);
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
    let expires_at = expiry_time(call, unit, call.arg(2), command)?;
    call.keyspace.put(call.arg(1), StringValue::from(call.arg(3)).into_value(), Some(expires_at));
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
    call.keyspace.put(call.arg(1), StringValue::from(call.arg(2)).into_value(), None);
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
        if call.is_word(index, "persist") && !matches!(expiry, Expiry::At(..)) {
            expiry = Expiry::Persist;
        } else if let Some(unit) = time_unit(call.arg(index))
            && index + 1 < call.len()
            && is_same_unit(expiry, unit)
        {
            index += 1;
            expiry = Expiry::At(unit, call.arg(index));
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    let key = call.arg(1);
    let expiry_first = call.keyspace.dialect().keyspace.getex_reads_expiry_first;
    if let Expiry::At(unit, amount) = expiry
        && expiry_first
    {
        expiry_time(call, unit, amount, "getex")?;
    }
    if call.keyspace.read::<StringValue>(key)?.is_none() {
        call.reply.null();
        return Ok(());
    }
    let expires_at = match expiry {
        Expiry::At(unit, amount) => Some(expiry_time(call, unit, amount, "getex")?),
        _ => None,
    };
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
        call.keyspace.put(call.arg(index), StringValue::from(call.arg(index + 1)).into_value(), None);
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
            call.keyspace.put(key, StringValue::from(tail).into_value(), None);
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
