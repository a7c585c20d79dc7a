//! Fields of hashes that go by themselves: `HEXPIRE`, `HTTL`, `HPERSIST`, and `HGETEX`, `HSETEX`, `HGETDEL`, which read or write at
//! the same time.
//!
//! Valkey 9.1 and Redis 8.0 as the live servers answer. How each reads its arguments stands in `field_arguments`.
//!
//! **Invariant:** all arguments are read before the first field changes; the command that removes the last field removes the
//! key.

use super::{
    Call,
    expiry_option::{Expiry, TimeUnit},
    field_arguments::{
        Request, expiry_of_fields, fields_to_change, fields_to_read, option_time, request_to_get,
        request_to_set,
    },
};
use crate::{error::Outcome, expiry::Milliseconds, object::Hash};

/// Removes the key if its hash has become empty, after something was done; `changed` says whether that was a change.
fn finish(call: &mut Call<'_>, changed: bool) {
    call.keyspace.touched = changed;
    let key = call.arg(1);
    if call.keyspace.peek::<Hash>(key).is_some_and(Hash::is_empty) {
        call.keyspace.remove(key);
    }
}

/// Answers an integer for each field: what `answer` makes of it, or -2 if it is not there.
fn answer_each(
    call: &mut Call<'_>,
    fields: impl ExactSizeIterator<Item = usize>,
    mut answer: impl FnMut(&mut Hash, &[u8]) -> i64,
) -> Outcome {
    let (key, args) = (call.arg(1), call.args);
    let mut answers = vec![-2; fields.len()];
    if let Some(hash) = call.keyspace.write::<Hash>(key)? {
        for (place, index) in answers.iter_mut().zip(fields) {
            let field = args.get(index).unwrap_or_default();
            if hash.contains(field) {
                *place = answer(hash, field);
            }
        }
    }
    call.reply.begin_array(answers.len());
    answers.iter().for_each(|&answer| call.reply.integer(answer));
    call.reply.end();
    finish(call, answers.iter().any(|&answer| answer > 0));
    Ok(())
}

/// `HEXPIRE` in any unit: 1 for each field that has the time now, 2 for one that it removed, 0 where a condition failed.
fn expire(call: &mut Call<'_>, unit: TimeUnit, command: &'static str) -> Outcome {
    let (when, options, fields) = expiry_of_fields(call, unit, command)?;
    let over = when <= call.keyspace.now();
    answer_each(call, fields, |hash, field| {
        if options.refuse(hash.expiry(field), when) {
            0
        } else if over {
            hash.remove(field);
            2
        } else {
            hash.set_expiry(field, Some(when));
            1
        }
    })
}

/// `HEXPIRE key seconds [NX|XX|GT|LT] FIELDS numfields field ...`.
pub(super) fn hexpire(call: &mut Call<'_>) -> Outcome {
    expire(call, TimeUnit { seconds: true, absolute: false }, "hexpire")
}

/// `HPEXPIRE key milliseconds ...`.
pub(super) fn hpexpire(call: &mut Call<'_>) -> Outcome {
    expire(call, TimeUnit { seconds: false, absolute: false }, "hpexpire")
}

/// `HEXPIREAT key seconds-since-1970 ...`.
pub(super) fn hexpireat(call: &mut Call<'_>) -> Outcome {
    expire(call, TimeUnit { seconds: true, absolute: true }, "hexpireat")
}

/// `HPEXPIREAT key milliseconds-since-1970 ...`.
pub(super) fn hpexpireat(call: &mut Call<'_>) -> Outcome {
    expire(call, TimeUnit { seconds: false, absolute: true }, "hpexpireat")
}

/// Answers for each field when it goes: -1 if it does not, -2 if it is not there.
fn answer_times(call: &mut Call<'_>, seconds: bool, absolute: bool) -> Outcome {
    let fields = fields_to_read(call)?;
    let base = if absolute { 0 } else { call.keyspace.now() };
    let args = call.args;
    let hash = call.keyspace.read::<Hash>(call.arg(1))?;
    call.reply.begin_array(fields.len());
    for index in fields {
        let field = args.get(index).unwrap_or_default();
        let answer = match hash.filter(|hash| hash.contains(field)).map(|hash| hash.expiry(field)) {
            None => -2,
            Some(None) => -1,
            Some(Some(when)) => {
                let milliseconds = when.saturating_sub(base).max(0);
                if seconds { milliseconds.saturating_add(500) / 1000 } else { milliseconds }
            }
        };
        call.reply.integer(answer);
    }
    call.reply.end();
    Ok(())
}

/// `HTTL key FIELDS numfields field ...`: seconds left, rounded.
pub(super) fn httl(call: &mut Call<'_>) -> Outcome {
    answer_times(call, true, false)
}

/// `HPTTL`: milliseconds left.
pub(super) fn hpttl(call: &mut Call<'_>) -> Outcome {
    answer_times(call, false, false)
}

/// `HEXPIRETIME`: when they go, in seconds since 1970.
pub(super) fn hexpiretime(call: &mut Call<'_>) -> Outcome {
    answer_times(call, true, true)
}

/// `HPEXPIRETIME`: when they go, in milliseconds since 1970.
pub(super) fn hpexpiretime(call: &mut Call<'_>) -> Outcome {
    answer_times(call, false, true)
}

/// `HPERSIST key FIELDS numfields field ...`: 1 for each field that was to go and is not any more, -1 for others.
pub(super) fn hpersist(call: &mut Call<'_>) -> Outcome {
    let fields = fields_to_change(call)?;
    answer_each(call, fields, |hash, field| if hash.set_expiry(field, None) { 1 } else { -1 })
}

/// Answers the values of fields, null for those that are not there.
fn answer_values(call: &mut Call<'_>, fields: impl ExactSizeIterator<Item = usize>) -> Outcome {
    let args = call.args;
    let hash = call.keyspace.read::<Hash>(call.arg(1))?;
    call.reply.begin_array(fields.len());
    for index in fields {
        match hash.and_then(|hash| hash.get(args.get(index).unwrap_or_default())) {
            Some(value) => call.reply.bulk(value),
            None => call.reply.null(),
        }
    }
    call.reply.end();
    Ok(())
}

/// `HGETEX key [EX s|PX ms|EXAT t|PXAT t|PERSIST] FIELDS numfields field ...`: the values, whose fields go at another time.
pub(super) fn hgetex(call: &mut Call<'_>) -> Outcome {
    let Request { expiry, fields, .. } = request_to_get(call)?;
    let key = call.arg(1);
    call.keyspace.read::<Hash>(key)?;
    let when = option_time(call, expiry, "hgetex")?;
    if when.is_some_and(|when| when <= call.keyspace.now()) {
        return take(call, fields);
    }
    answer_values(call, fields.clone())?;
    if matches!(expiry, Expiry::Unchanged) {
        return Ok(());
    }
    let args = call.args;
    let Some(hash) = call.keyspace.write::<Hash>(key)? else { return Ok(()) };
    let mut changed: Vec<&[u8]> = fields.map(|index| args.get(index).unwrap_or_default()).collect();
    changed.retain(|field| hash.set_expiry(field, when));
    call.keyspace.touched = !changed.is_empty();
    if matches!(expiry, Expiry::Persist) {
        let count = changed.len().to_string();
        let start = [b"HPERSIST".as_slice(), key, b"FIELDS", count.as_bytes()];
        call.keyspace.replicate(start.into_iter().chain(changed));
    }
    Ok(())
}

/// `HSETEX key [NX|XX] [FNX|FXX] [EX s|PX ms|EXAT t|PXAT t|KEEPTTL] FIELDS numfields field value ...`: 1, or 0 if a condition
/// failed.
pub(super) fn hsetex(call: &mut Call<'_>) -> Outcome {
    let Request { conditions, expiry, fields } = request_to_set(call)?;
    let (key, args) = (call.arg(1), call.args);
    let fields: Vec<(&[u8], &[u8])> = fields
        .map(|index| (args.get(index).unwrap_or_default(), args.get(index + 1).unwrap_or_default()))
        .collect();
    let exists = call.keyspace.read::<Hash>(key)?.is_some();
    if conditions.key.is_some_and(|wanted| exists != wanted) {
        call.reply_bool(false);
        return Ok(());
    }
    let when = option_time(call, expiry, "hsetex")?;
    let now = call.keyspace.now();
    let hash = call.keyspace.read::<Hash>(key)?;
    let is_there = |field: &[u8]| hash.is_some_and(|hash| hash.contains(field));
    let holds =
        conditions.fields.is_none_or(|wanted| fields.iter().all(|(field, _)| is_there(field) == wanted));
    call.reply_bool(holds);
    if !holds {
        return Ok(());
    }
    match when {
        Some(when) if when <= now => remove_fields(call, &fields),
        _ => set_fields(call, &fields, matches!(expiry, Expiry::Unchanged), when),
    }
}

/// `HSETEX` with a time that is over: what was there goes.
fn remove_fields(call: &mut Call<'_>, fields: &[(&[u8], &[u8])]) -> Outcome {
    let key = call.arg(1);
    let Some(hash) = call.keyspace.write::<Hash>(key)? else { return Ok(()) };
    let gone: Vec<&[u8]> =
        fields.iter().map(|&(field, _)| field).filter(|field| hash.remove(field)).collect();
    finish(call, !gone.is_empty());
    call.keyspace.replicate([b"HDEL".as_slice(), key].into_iter().chain(gone));
    Ok(())
}

fn set_fields(
    call: &mut Call<'_>,
    fields: &[(&[u8], &[u8])],
    forget: bool,
    when: Option<Milliseconds>,
) -> Outcome {
    let hash = call.keyspace.write_or_create::<Hash>(call.arg(1))?;
    for (field, value) in fields {
        if forget {
            hash.insert(field, value);
        } else {
            hash.update(field, value);
        }
        if when.is_some() {
            hash.set_expiry(field, when);
        }
    }
    Ok(())
}

/// `HGETDEL key FIELDS numfields field ...`: the values, whose fields go.
pub(super) fn hgetdel(call: &mut Call<'_>) -> Outcome {
    let fields = fields_to_change(call)?;
    take(call, fields)
}

/// Removes fields one by one and answers what they held.
fn take(call: &mut Call<'_>, fields: impl ExactSizeIterator<Item = usize>) -> Outcome {
    let (key, args) = (call.arg(1), call.args);
    let mut values = vec![None; fields.len()];
    if let Some(hash) = call.keyspace.write::<Hash>(key)? {
        for (place, index) in values.iter_mut().zip(fields) {
            let field = args.get(index).unwrap_or_default();
            *place = hash.get(field).map(<[u8]>::to_vec);
            hash.remove(field);
        }
    }
    call.reply.begin_array(values.len());
    for value in &values {
        match value {
            Some(value) => call.reply.bulk(value),
            None => call.reply.null(),
        }
    }
    call.reply.end();
    finish(call, values.iter().any(Option::is_some));
    Ok(())
}
