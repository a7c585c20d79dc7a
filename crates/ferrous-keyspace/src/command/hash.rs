//! Hashes: `HSET`, `HGET` and their like.
//!
//! Fields are answered in the order in which they were added (see [`crate::object::Hash`]), which is what Redis does for
//! small hashes, and what scripts see that walk `HGETALL`.
//!
//! **Invariant:** the command that removes the last field removes the key.

use super::{
    Call,
    argument::{check_picks, pick, pick_count},
    interest::Interest,
    pairing::Pairing,
};
use crate::{
    error::{CommandError, Outcome},
    extended::Extended,
    number::{IntegerText, parse_integer},
    object::Hash,
};

/// Sets the pairs of field and value from argument 2 on; how many fields are new.
fn set_fields(call: &mut Call<'_>, command: &'static str) -> Result<usize, CommandError> {
    if call.len() % 2 == 1 {
        return Err(CommandError::Arity(command));
    }
    let ahead = call.keyspace.dialect().keyspace.leaves_compact_ahead;
    let hash = call.keyspace.write_or_create::<Hash>(call.arg(1))?;
    let args = call.args;
    if ahead {
        hash.expect(args.len() / 2 - 1);
    }
    let mut created = 0;
    for index in (2..args.len()).step_by(2) {
        let (field, value) = (args.get(index).unwrap_or_default(), args.get(index + 1).unwrap_or_default());
        created += usize::from(hash.insert(field, value));
    }
    Ok(created)
}

/// `HSET key field value ...`: how many fields are new.
pub(super) fn hset(call: &mut Call<'_>) -> Outcome {
    let created = set_fields(call, "hset")?;
    call.reply_len(created);
    Ok(())
}

/// `HMSET key field value ...`: `OK`.
pub(super) fn hmset(call: &mut Call<'_>) -> Outcome {
    set_fields(call, "hmset")?;
    call.reply_ok();
    Ok(())
}

/// `HSETNX key field value`: 1, or 0 if the field was there.
pub(super) fn hsetnx(call: &mut Call<'_>) -> Outcome {
    let (field, value) = (call.arg(2), call.arg(3));
    let hash = call.keyspace.write_or_create::<Hash>(call.arg(1))?;
    let absent = !hash.contains(field);
    if absent {
        hash.insert(field, value);
    }
    call.reply_bool(absent);
    Ok(())
}

/// `HGET key field`: the value or null.
pub(super) fn hget(call: &mut Call<'_>) -> Outcome {
    match call
        .keyspace
        .read::<Hash>(call.arg(1))?
        .and_then(|hash| hash.get(call.args.get(2).unwrap_or_default()))
    {
        Some(value) => call.reply.bulk(value),
        None => call.reply.null(),
    }
    Ok(())
}

/// `HMGET key field ...`: for each field its value or null.
pub(super) fn hmget(call: &mut Call<'_>) -> Outcome {
    let fields = call.args_from(2);
    let hash = call.keyspace.read::<Hash>(call.arg(1))?;
    call.reply.begin_array(fields.len());
    for field in fields {
        match hash.and_then(|hash| hash.get(field)) {
            Some(value) => call.reply.bulk(value),
            None => call.reply.null(),
        }
    }
    call.reply.end();
    Ok(())
}

/// `HDEL key field ...`: how many there were.
pub(super) fn hdel(call: &mut Call<'_>) -> Outcome {
    let (key, fields) = (call.arg(1), call.args_from(2));
    let mut removed = 0;
    if let Some(hash) = call.keyspace.write::<Hash>(key)? {
        removed = fields.filter(|field| hash.remove(field)).count();
        if hash.is_empty() {
            call.keyspace.remove(key);
        }
    }
    call.reply_len(removed);
    Ok(())
}

/// `HLEN key`: how many fields there are.
pub(super) fn hlen(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.read::<Hash>(call.arg(1))?.map_or(0, Hash::len);
    call.reply_len(length);
    Ok(())
}

/// `HSTRLEN key field`: the value's length.
pub(super) fn hstrlen(call: &mut Call<'_>) -> Outcome {
    let field = call.arg(2);
    let value = call.keyspace.read::<Hash>(call.arg(1))?.and_then(|hash| hash.get(field));
    let length = value.map_or(0, <[u8]>::len);
    call.reply_len(length);
    Ok(())
}

/// `HEXISTS key field`.
pub(super) fn hexists(call: &mut Call<'_>) -> Outcome {
    let field = call.arg(2);
    let exists = call.keyspace.read::<Hash>(call.arg(1))?.is_some_and(|hash| hash.contains(field));
    call.reply_bool(exists);
    Ok(())
}

/// `HGETALL key`: a map, empty without the key.
pub(super) fn hgetall(call: &mut Call<'_>) -> Outcome {
    match call.keyspace.read::<Hash>(call.arg(1))? {
        None => call.reply.begin_map(0),
        Some(hash) => {
            call.reply.begin_map(hash.len());
            let mut interest = Interest::default();
            for (field, value) in hash.iter() {
                call.reply.bulk(field);
                call.reply.bulk(value);
                if !interest.lasts(call.reply) {
                    break;
                }
            }
        }
    }
    call.reply.end();
    Ok(())
}

/// Chooses the field or the value of a pair.
type Part = for<'h> fn((&'h [u8], &'h [u8])) -> &'h [u8];

/// Answers one part of every pair.
fn list_parts(call: &mut Call<'_>, part: Part) -> Outcome {
    match call.keyspace.read::<Hash>(call.arg(1))? {
        None => call.reply.begin_array(0),
        Some(hash) => {
            call.reply.begin_array(hash.len());
            let mut interest = Interest::default();
            for pair in hash.iter() {
                call.reply.bulk(part(pair));
                if !interest.lasts(call.reply) {
                    break;
                }
            }
        }
    }
    call.reply.end();
    Ok(())
}

/// `HKEYS key`.
pub(super) fn hkeys(call: &mut Call<'_>) -> Outcome {
    list_parts(call, |(field, _)| field)
}

/// `HVALS key`.
pub(super) fn hvals(call: &mut Call<'_>) -> Outcome {
    list_parts(call, |(_, value)| value)
}

/// `HINCRBY key field amount`: the sum.
pub(super) fn hincrby(call: &mut Call<'_>) -> Outcome {
    let amount = call.integer(3)?;
    let (key, field) = (call.arg(1), call.arg(2));
    // Creating the hash changes nothing that an error below would have to undo: only a field that is there can be wrong.
    let hash = call.keyspace.write_or_create::<Hash>(key)?;
    let current = match hash.get(field) {
        None => 0,
        Some(value) => parse_integer(value).ok_or(CommandError::Fixed("ERR hash value is not an integer"))?,
    };
    let sum = current.checked_add(amount).ok_or(CommandError::Overflow)?;
    store_sum(call, IntegerText::new(sum).as_bytes())?;
    call.reply.integer(sum);
    Ok(())
}

/// Gives the field of `HINCRBY` its sum. It keeps the time at which it goes; where fields have times, the sum is replicated.
fn store_sum(call: &mut Call<'_>, sum: &[u8]) -> Outcome {
    let (key, field) = (call.arg(1), call.arg(2));
    let hash = call.keyspace.write_or_create::<Hash>(key)?;
    hash.update(field, sum);
    if let Some(time) = hash.expiry(field) {
        let time = time.to_string();
        let words = [b"HSETEX".as_slice(), key, b"PXAT", time.as_bytes(), b"FIELDS", b"1", field, sum];
        call.keyspace.replicate(words);
    } else if hash.is_volatile() {
        call.keyspace.replicate([b"HSET".as_slice(), key, field, sum]);
    }
    Ok(())
}

/// `HINCRBYFLOAT key field amount`: the sum as text, computed in 80 bits.
pub(super) fn hincrbyfloat(call: &mut Call<'_>) -> Outcome {
    let amount = Extended::parse(call.arg(3)).ok_or(CommandError::NotFloat)?;
    if amount.is_infinite() {
        return Err(CommandError::Fixed("ERR value is NaN or Infinity"));
    }
    let (key, field) = (call.arg(1), call.arg(2));
    // Creating the hash changes nothing that an error below would have to undo: only a field that is there can be wrong.
    let hash = call.keyspace.write_or_create::<Hash>(key)?;
    let current = match hash.get(field) {
        None => Extended::ZERO,
        Some(value) => Extended::parse(value).ok_or(CommandError::Fixed("ERR hash value is not a float"))?,
    };
    let sum = current.plus(amount).filter(|sum| !sum.is_infinite()).ok_or(CommandError::NotFinite)?;
    let text = sum.to_text();
    store_sum(call, &text)?;
    call.reply.bulk(&text);
    Ok(())
}

/// `HRANDFIELD key [count [WITHVALUES]]`: a field or null; with a count an array, in RESP3 of pairs.
pub(super) fn hrandfield(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    if call.len() == 2 {
        let length = call.keyspace.read::<Hash>(key)?.map_or(0, Hash::len);
        let position = call.keyspace.random.below(length);
        match call.keyspace.read::<Hash>(key)?.and_then(|hash| hash.by_position(position)) {
            Some((field, _)) => call.reply.bulk(field),
            None => call.reply.null(),
        }
        return Ok(());
    }
    let (count, with_values) = pick_count(call, 2, Some("withvalues"))?;
    let length = call.keyspace.read::<Hash>(key)?.map_or(0, Hash::len);
    let positions = pick(&mut call.keyspace.random, count, length);
    let pairing = Pairing::of(call, with_values);
    let hash = call.keyspace.read::<Hash>(key)?;
    let pair = |position| hash.and_then(|hash| hash.by_position(position)).unwrap_or_default();
    check_picks(&positions, call.reply, |position| pair(position).0.len() + pair(position).1.len())?;
    pairing.begin(call.reply, positions.len());
    let mut interest = Interest::default();
    for position in positions {
        let (field, value) = pair(position);
        pairing.pair(call.reply, field, |reply| reply.bulk(value));
        if !interest.lasts(call.reply) {
            break;
        }
    }
    call.reply.end();
    Ok(())
}
