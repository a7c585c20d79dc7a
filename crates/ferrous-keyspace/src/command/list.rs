//! Lists: pushing, popping, moving, ranges.
//!
//! Indexes count from the head, or from the tail if negative. Several commands look at their numbers only after they have
//! found a list, and answer as for a missing key otherwise: the order of checks is Redis's, command by command.
//!
//! **Invariant:** the command that removes the last element removes the key.

use super::{
    Call,
    argument::{self, ranged_integer},
    interest::Interest,
    resolve_index, resolve_range,
};
use crate::{
    error::{CommandError, Outcome},
    object::{End, List},
};

/// Pushes the arguments from 2 on, one after another.
fn push(call: &mut Call<'_>, end: End) -> Outcome {
    let elements = call.args_from(2);
    let list = call.keyspace.write_or_create::<List>(call.arg(1))?;
    for element in elements {
        list.push(end, element.into());
    }
    let length = list.len();
    call.reply_len(length);
    Ok(())
}

/// `LPUSH key element ...`: the new length.
pub(super) fn lpush(call: &mut Call<'_>) -> Outcome {
    push(call, End::Left)
}

/// `RPUSH key element ...`: the new length.
pub(super) fn rpush(call: &mut Call<'_>) -> Outcome {
    push(call, End::Right)
}

/// Pushes only onto a list that is there.
fn push_if_exists(call: &mut Call<'_>, end: End) -> Outcome {
    if call.keyspace.read::<List>(call.arg(1))?.is_none() {
        call.reply.integer(0);
        return Ok(());
    }
    push(call, end)
}

/// `LPUSHX key element ...`: the new length, 0 without the key.
pub(super) fn lpushx(call: &mut Call<'_>) -> Outcome {
    push_if_exists(call, End::Left)
}

/// `RPUSHX key element ...`: the new length, 0 without the key.
pub(super) fn rpushx(call: &mut Call<'_>) -> Outcome {
    push_if_exists(call, End::Right)
}

/// Removes the key if its list has become empty.
pub(super) fn drop_if_empty(call: &mut Call<'_>, key: &[u8]) {
    if call.keyspace.peek::<List>(key).is_some_and(List::is_empty) {
        call.keyspace.remove(key);
    }
}

/// `LPOP` and `RPOP`.
fn pop(call: &mut Call<'_>, end: End, command: &'static str) -> Outcome {
    if call.len() > 3 {
        return Err(CommandError::Arity(command));
    }
    let count = if call.len() == 3 { Some(call.count(2)?) } else { None };
    let key = call.arg(1);
    let Some(list) = call.keyspace.write::<List>(key)? else {
        if count.is_some() {
            call.reply.null_array();
        } else {
            call.reply.null();
        }
        return Ok(());
    };
    match count {
        None => {
            if let Some(element) = list.pop(end) {
                call.reply.bulk(&element);
            }
        }
        Some(count) => {
            let count = count.min(list.len());
            call.reply.begin_array(count);
            for _ in 0..count {
                call.reply.bulk(&list.pop(end).unwrap_or_default());
            }
            call.reply.end();
        }
    }
    drop_if_empty(call, key);
    Ok(())
}

/// `LPOP key [count]`: an element or null; with a count an array, or the null array without the key.
pub(super) fn lpop(call: &mut Call<'_>) -> Outcome {
    pop(call, End::Left, "lpop")
}

/// `RPOP key [count]`: as `LPOP`, from the tail.
pub(super) fn rpop(call: &mut Call<'_>) -> Outcome {
    pop(call, End::Right, "rpop")
}

/// Argument `index` as an end.
pub(super) fn end(call: &Call<'_>, index: usize) -> Result<End, CommandError> {
    if call.is_word(index, "left") {
        Ok(End::Left)
    } else if call.is_word(index, "right") {
        Ok(End::Right)
    } else {
        Err(CommandError::Syntax)
    }
}

/// `LMPOP numkeys key ... LEFT|RIGHT [COUNT n]`: the first key that holds a list, and elements of it.
pub(super) fn lmpop(call: &mut Call<'_>) -> Outcome {
    pop_from_first(call, 1)
}

/// `LMPOP` whose number of keys is argument `index`.
pub(super) fn pop_from_first(call: &mut Call<'_>, index: usize) -> Outcome {
    let (keys, end, count) = argument::pop_from_first(call, index, end)?;
    for key in call.args_from(index + 1).take(keys) {
        let Some(list) = call.keyspace.write::<List>(key)? else { continue };
        let count = count.min(list.len());
        call.reply.begin_array(2);
        call.reply.bulk(key);
        call.reply.begin_array(count);
        for _ in 0..count {
            call.reply.bulk(&list.pop(end).unwrap_or_default());
        }
        call.reply.end();
        call.reply.end();
        drop_if_empty(call, key);
        return Ok(());
    }
    call.reply.null_array();
    Ok(())
}

/// Moves one element; the types of both keys are checked before it leaves.
pub(super) fn move_element(call: &mut Call<'_>, from: End, to: End) -> Outcome {
    let (source, target) = (call.arg(1), call.arg(2));
    if call.keyspace.read::<List>(source)?.is_none() {
        call.reply.null();
        return Ok(());
    }
    call.keyspace.read::<List>(target)?;
    let Some(element) = call.keyspace.write::<List>(source)?.and_then(|list| list.pop(from)) else {
        return Ok(());
    };
    call.reply.bulk(&element);
    call.keyspace.write_or_create::<List>(target)?.push(to, element);
    drop_if_empty(call, source);
    Ok(())
}

/// `LMOVE source target LEFT|RIGHT LEFT|RIGHT`: the element that moved, or null.
pub(super) fn lmove(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (end(call, 3)?, end(call, 4)?);
    move_element(call, from, to)
}

/// `RPOPLPUSH source target`: `LMOVE` from the tail to the head.
pub(super) fn rpoplpush(call: &mut Call<'_>) -> Outcome {
    move_element(call, End::Right, End::Left)
}

/// `LLEN key`.
pub(super) fn llen(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.read::<List>(call.arg(1))?.map_or(0, List::len);
    call.reply_len(length);
    Ok(())
}

/// `LINDEX key index`: the element or null. The index is only looked at if there is a list.
pub(super) fn lindex(call: &mut Call<'_>) -> Outcome {
    let Some(list) = call.keyspace.read::<List>(call.arg(1))? else {
        call.reply.null();
        return Ok(());
    };
    let index = call.args.get(2).and_then(crate::number::parse_integer).ok_or(CommandError::NotInteger)?;
    match resolve_index(index, list.len()).and_then(|index| list.get(index)) {
        Some(element) => call.reply.bulk(element),
        None => call.reply.null(),
    }
    Ok(())
}

/// `LSET key index element`.
pub(super) fn lset(call: &mut Call<'_>) -> Outcome {
    let (index, element) = (call.integer(2), call.arg(3));
    let cuts = call.keyspace.dialect().keyspace.cuts_list_index;
    let list = call.keyspace.write::<List>(call.arg(1))?.ok_or(CommandError::NoSuchKey)?;
    // Such a server keeps the lower bits, so that is what is wanted here.
    let index = if cuts { i64::from(index? as i32) } else { index? };
    let index = resolve_index(index, list.len()).ok_or(CommandError::IndexOutOfRange)?;
    list.set(index, element.into());
    call.reply_ok();
    Ok(())
}

/// `LRANGE key start stop`: the elements, both ends included, from the end if negative.
pub(super) fn lrange(call: &mut Call<'_>) -> Outcome {
    let (start, stop) = (call.integer(2)?, call.integer(3)?);
    let list = call.keyspace.read::<List>(call.arg(1))?;
    match list.and_then(|list| Some((list, resolve_range(start, stop, list.len())?))) {
        None => call.reply.begin_array(0),
        Some((list, (start, end))) => {
            call.reply.begin_array(end - start);
            let mut interest = Interest::default();
            let _ = list.range(start, end).all(|element| {
                call.reply.bulk(element);
                interest.lasts(call.reply)
            });
        }
    }
    call.reply.end();
    Ok(())
}

/// `LTRIM key start stop`: keeps what `LRANGE` would answer.
pub(super) fn ltrim(call: &mut Call<'_>) -> Outcome {
    let (start, stop) = (call.integer(2)?, call.integer(3)?);
    let key = call.arg(1);
    if let Some(list) = call.keyspace.write::<List>(key)? {
        let (start, end) = resolve_range(start, stop, list.len()).unwrap_or((0, 0));
        let all = start == 0 && end == list.len();
        list.keep(start, end);
        drop_if_empty(call, key);
        call.keyspace.touched = !all;
    }
    call.reply_ok();
    Ok(())
}

/// Argument `index` as an integer, which some targets want to be negatable.
fn count_above_lowest(call: &Call<'_>, index: usize) -> Result<i64, CommandError> {
    if call.keyspace.dialect().keyspace.refuses_lowest_count {
        ranged_integer(call, index, -i64::MAX)
    } else {
        call.integer(index)
    }
}

/// `LREM key count element`: how many went; a negative count removes from the tail, 0 removes all.
pub(super) fn lrem(call: &mut Call<'_>) -> Outcome {
    let count = count_above_lowest(call, 2)?;
    let (key, element) = (call.arg(1), call.arg(3));
    let mut removed = 0;
    if let Some(list) = call.keyspace.write::<List>(key)? {
        let end = if count < 0 { End::Right } else { End::Left };
        let limit =
            if count == 0 { usize::MAX } else { usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX) };
        removed = list.remove(end, limit, element);
        drop_if_empty(call, key);
    }
    call.reply_len(removed);
    Ok(())
}

/// `LINSERT key BEFORE|AFTER pivot element`: the new length, -1 without the pivot, 0 without the key.
pub(super) fn linsert(call: &mut Call<'_>) -> Outcome {
    let after = if call.is_word(2, "after") {
        1
    } else if call.is_word(2, "before") {
        0
    } else {
        return Err(CommandError::Syntax);
    };
    let (pivot, element) = (call.arg(3), call.arg(4));
    let Some(list) = call.keyspace.write::<List>(call.arg(1))? else {
        call.reply.integer(0);
        return Ok(());
    };
    let place = list.positions(pivot).next();
    match place {
        None => call.reply.integer(-1),
        Some(place) => {
            list.insert(place + after, element.into());
            let length = list.len();
            call.reply_len(length);
        }
    }
    Ok(())
}

/// `LPOS key element [RANK r] [COUNT n] [MAXLEN n]`: where the element is; with a count, an array of places.
pub(super) fn lpos(call: &mut Call<'_>) -> Outcome {
    let (mut rank, mut count, mut limit) = (1i64, None, 0usize);
    let mut index = 3;
    while index < call.len() {
        if index + 1 >= call.len() {
            return Err(CommandError::Syntax);
        }
        if call.is_word(index, "rank") {
            rank = count_above_lowest(call, index + 1)?;
            if rank == 0 {
                return Err(CommandError::Fixed(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... \
                     or use negative to start from the end of the list",
                ));
            }
        } else if call.is_word(index, "count") {
            count =
                Some(call.count(index + 1).map_err(|_| CommandError::Fixed("ERR COUNT can't be negative"))?);
        } else if call.is_word(index, "maxlen") {
            limit = call.count(index + 1).map_err(|_| CommandError::Fixed("ERR MAXLEN can't be negative"))?;
        } else {
            return Err(CommandError::Syntax);
        }
        index += 2;
    }
    let element = call.arg(2);
    let Some(list) = call.keyspace.read::<List>(call.arg(1))? else {
        if count.is_some() {
            call.reply_empty();
        } else {
            call.reply.null();
        }
        return Ok(());
    };
    let compared = if limit == 0 { list.len() } else { limit.min(list.len()) };
    // Redis negates a negative rank, and takes the lowest one, which cannot be negated, for no rank at all.
    let skipped = rank.checked_abs().map_or(0, |rank| usize::try_from(rank - 1).unwrap_or(usize::MAX));
    let wanted = match count {
        None => 1,
        Some(0) => usize::MAX,
        Some(count) => count,
    };
    let found: Vec<usize> = if rank > 0 {
        list.positions(element).take_while(|&place| place < compared).skip(skipped).take(wanted).collect()
    } else {
        let first = list.len() - compared;
        list.positions(element).rev().take_while(|&place| place >= first).skip(skipped).take(wanted).collect()
    };
    if count.is_some() {
        call.reply.begin_array(found.len());
        for place in found {
            call.reply_len(place);
        }
        call.reply.end();
    } else {
        match found.first() {
            Some(&place) => call.reply_len(place),
            None => call.reply.null(),
        }
    }
    Ok(())
}
