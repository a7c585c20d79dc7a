//! Sets: members, moves, intersections, unions and differences.
//!
//! Sets of integers are answered in ascending order, others in the order of insertion, until a removal moves the last
//! member into the gap. Combinations are built as sets first, so that a result of integers ascends too.
//!
//! **Invariant:** the command that removes the last member removes the key; all keys' types are checked before anything is
//! combined.

use super::{
    Call,
    argument::{check_picks, key_count, limit, pick, pick_count},
    interest::Interest,
};
use crate::{
    error::{CommandError, Outcome},
    object::{Set, Typed},
};

/// `SADD key member ...`: how many are new.
pub(super) fn sadd(call: &mut Call<'_>) -> Outcome {
    let members = call.args_from(2);
    let ahead = call.keyspace.dialect().keyspace.leaves_compact_ahead;
    let set = call.keyspace.write_or_create::<Set>(call.arg(1))?;
    if ahead {
        set.expect(call.args.get(2).unwrap_or_default(), members.len());
    }
    let added = members.filter(|member| set.insert(member)).count();
    call.reply_len(added);
    Ok(())
}

/// Removes the key if its set has become empty.
fn drop_if_empty(call: &mut Call<'_>, key: &[u8]) {
    if call.keyspace.peek::<Set>(key).is_some_and(Set::is_empty) {
        call.keyspace.remove(key);
    }
}

/// `SREM key member ...`: how many went.
pub(super) fn srem(call: &mut Call<'_>) -> Outcome {
    let (key, members) = (call.arg(1), call.args_from(2));
    let mut removed = 0;
    if let Some(set) = call.keyspace.write::<Set>(key)? {
        removed = members.filter(|member| set.remove(member)).count();
        drop_if_empty(call, key);
    }
    call.reply_len(removed);
    Ok(())
}

/// `SMOVE source target member`: 1, or 0 if it is no member.
pub(super) fn smove(call: &mut Call<'_>) -> Outcome {
    let (source, target, member) = (call.arg(1), call.arg(2), call.arg(3));
    let Some(set) = call.keyspace.read::<Set>(source)? else {
        call.reply.integer(0);
        return Ok(());
    };
    let is_member = set.contains(member);
    call.keyspace.read::<Set>(target)?;
    if is_member && source != target {
        if let Some(set) = call.keyspace.write::<Set>(source)? {
            set.remove(member);
        }
        drop_if_empty(call, source);
        call.keyspace.write_or_create::<Set>(target)?.insert(member);
    }
    call.reply_bool(is_member);
    Ok(())
}

/// `SISMEMBER key member`.
pub(super) fn sismember(call: &mut Call<'_>) -> Outcome {
    let member = call.arg(2);
    let is_member = call.keyspace.read::<Set>(call.arg(1))?.is_some_and(|set| set.contains(member));
    call.reply_bool(is_member);
    Ok(())
}

/// `SMISMEMBER key member ...`: 1 or 0 for each.
pub(super) fn smismember(call: &mut Call<'_>) -> Outcome {
    let members = call.args_from(2);
    let set = call.keyspace.read::<Set>(call.arg(1))?;
    call.reply.begin_array(members.len());
    for member in members {
        call.reply.integer(i64::from(set.is_some_and(|set| set.contains(member))));
    }
    call.reply.end();
    Ok(())
}

/// `SCARD key`.
pub(super) fn scard(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.read::<Set>(call.arg(1))?.map_or(0, Set::len);
    call.reply_len(length);
    Ok(())
}

/// `SMEMBERS key`: a set, empty without the key.
pub(super) fn smembers(call: &mut Call<'_>) -> Outcome {
    match call.keyspace.read::<Set>(call.arg(1))? {
        None => call.reply.begin_set(0),
        Some(set) => {
            call.reply.begin_set(set.len());
            let mut interest = Interest::default();
            set.each(|member| {
                call.reply.bulk(member);
                interest.lasts(call.reply)
            });
        }
    }
    call.reply.end();
    Ok(())
}

/// `SPOP key [count]`: a member or null; with a count a set.
pub(super) fn spop(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    if call.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let count = if call.len() == 3 { Some(call.count(2)?) } else { None };
    let length = call.keyspace.read::<Set>(key)?.map_or(0, Set::len);
    let wanted = super::argument::PickCount::Distinct(count.unwrap_or(1).min(length));
    let mut members: Vec<Vec<u8>> = Vec::new();
    let mut positions: Vec<usize> = match count {
        None => (length > 0).then(|| call.keyspace.random.below(length)).into_iter().collect(),
        Some(_) => pick(&mut call.keyspace.random, wanted, length).collect(),
    };
    // From the last: removing a member moves only ones behind it.
    positions.sort_unstable();
    if let Some(set) = call.keyspace.write::<Set>(key)? {
        members.extend(positions.iter().filter_map(|&position| set.with_position(position, <[u8]>::to_vec)));
        for member in &members {
            set.remove(member);
        }
        drop_if_empty(call, key);
    }
    if count.is_some() {
        call.reply.begin_set(members.len());
        members.iter().for_each(|member| call.reply.bulk(member));
        call.reply.end();
    } else {
        match members.first() {
            Some(member) => call.reply.bulk(member),
            None => call.reply.null(),
        }
    }
    Ok(())
}

/// `SRANDMEMBER key [count]`: a member or null; with a count an array, with repetition if it is negative.
pub(super) fn srandmember(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    if call.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let count = if call.len() == 3 { Some(pick_count(call, 2, None)?.0) } else { None };
    let length = call.keyspace.read::<Set>(key)?.map_or(0, Set::len);
    let Some(count) = count else {
        let position = call.keyspace.random.below(length);
        match call.keyspace.peek::<Set>(key) {
            Some(set) => {
                set.with_position(position, |member| call.reply.bulk(member));
            }
            None => call.reply.null(),
        }
        return Ok(());
    };
    let positions = pick(&mut call.keyspace.random, count, length);
    let set = call.keyspace.peek::<Set>(key);
    check_picks(&positions, call.reply, |position| {
        set.and_then(|set| set.with_position(position, <[u8]>::len)).unwrap_or_default()
    })?;
    call.reply.begin_array(positions.len());
    let mut interest = Interest::default();
    for position in positions {
        let _ = set.and_then(|set| set.with_position(position, |member| call.reply.bulk(member)));
        if !interest.lasts(call.reply) {
            break;
        }
    }
    call.reply.end();
    Ok(())
}

/// What to make of several sets.
#[derive(Clone, Copy)]
enum Combination {
    Intersection,
    Union,
    Difference,
}

/// Combines the sets at the keys; a missing key is an empty set. No more than `limit` members are looked for.
fn combine<'k>(
    call: &mut Call<'_>,
    keys: impl Iterator<Item = &'k [u8]>,
    combination: Combination,
    limit: usize,
) -> Result<Set, CommandError> {
    let mut result = Set::empty(&call.keyspace.layout);
    let mut found = Vec::new();
    for key in keys {
        found.push(call.keyspace.read::<Set>(key)?.is_some().then_some(key));
    }
    let mut sets: Vec<Option<&Set>> =
        found.iter().map(|key| key.and_then(|key| call.keyspace.peek::<Set>(key))).collect();
    match combination {
        Combination::Union => {
            for set in sets.into_iter().flatten() {
                set.each(|member| {
                    result.insert(member);
                    true
                });
            }
        }
        Combination::Intersection => {
            sets.sort_by_key(|set| set.map_or(0, Set::len));
            if let Some((Some(smallest), others)) = sets.split_first() {
                smallest.each(|member| {
                    if others.iter().all(|set| set.is_some_and(|set| set.contains(member))) {
                        result.insert(member);
                    }
                    result.len() < limit
                });
            }
        }
        Combination::Difference => {
            if let Some((Some(first), others)) = sets.split_first() {
                first.each(|member| {
                    if !others.iter().flatten().any(|set| set.contains(member)) {
                        result.insert(member);
                    }
                    true
                });
            }
        }
    }
    Ok(result)
}

/// Answers a combination.
fn answer(call: &mut Call<'_>, combination: Combination) -> Outcome {
    let keys = call.args_from(1);
    let result = combine(call, keys, combination, usize::MAX)?;
    call.reply.begin_set(result.len());
    let mut interest = Interest::default();
    result.each(|member| {
        call.reply.bulk(member);
        interest.lasts(call.reply)
    });
    call.reply.end();
    Ok(())
}

/// Stores a combination; an empty one removes the target.
fn store(call: &mut Call<'_>, combination: Combination) -> Outcome {
    let (target, keys) = (call.arg(1), call.args_from(2));
    let result = combine(call, keys, combination, usize::MAX)?;
    let length = result.len();
    if length == 0 {
        call.keyspace.remove(target);
    } else {
        call.keyspace.put(target, result.into_value(), None);
    }
    call.reply_len(length);
    Ok(())
}

/// `SINTER key ...`.
pub(super) fn sinter(call: &mut Call<'_>) -> Outcome {
    answer(call, Combination::Intersection)
}

/// `SUNION key ...`.
pub(super) fn sunion(call: &mut Call<'_>) -> Outcome {
    answer(call, Combination::Union)
}

/// `SDIFF key ...`: the first without the others.
pub(super) fn sdiff(call: &mut Call<'_>) -> Outcome {
    answer(call, Combination::Difference)
}

/// `SINTERSTORE target key ...`: the size of the result.
pub(super) fn sinterstore(call: &mut Call<'_>) -> Outcome {
    store(call, Combination::Intersection)
}

/// `SUNIONSTORE target key ...`: the size of the result.
pub(super) fn sunionstore(call: &mut Call<'_>) -> Outcome {
    store(call, Combination::Union)
}

/// `SDIFFSTORE target key ...`: the size of the result.
pub(super) fn sdiffstore(call: &mut Call<'_>) -> Outcome {
    store(call, Combination::Difference)
}

/// `SINTERCARD numkeys key ... [LIMIT n]`: the size of the intersection, counted up to the limit.
pub(super) fn sintercard(call: &mut Call<'_>) -> Outcome {
    let keys = key_count(call, 1)?;
    if keys > call.len() - 2 {
        return Err(CommandError::Fixed("ERR Number of keys can't be greater than number of args"));
    }
    let mut most = usize::MAX;
    let mut index = keys + 2;
    while index < call.len() {
        if !call.is_word(index, "limit") || index + 1 >= call.len() {
            return Err(CommandError::Syntax);
        }
        most = limit(call, index + 1)?;
        index += 2;
    }
    let keys = call.args_from(2).take(keys);
    let result = combine(call, keys, Combination::Intersection, most)?;
    call.reply_len(result.len());
    Ok(())
}
