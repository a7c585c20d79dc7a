//! Sorted sets: adding, scores, ranks, popping. Ranges are in `sorted_set_range`.
//!
//! Scores are written as doubles into the reply, and a sink of RESP2 prints them. Where a reply pairs members with scores it
//! is flat in RESP2, and in RESP3 an array of pairs.
//!
//! **Invariant:** all scores of a command are read before the first member is added; the command that removes the last
//! member removes the key.

use super::{
    Call,
    argument::{self, check_picks, pick, pick_count},
    interest::Interest,
    pairing::Pairing,
};
use crate::{
    error::{CommandError, Outcome},
    object::SortedSet,
};

/// The options of `ZADD`.
#[derive(Clone, Copy, Default)]
pub(super) struct AddOptions {
    pub(super) only_new: bool,
    pub(super) only_old: bool,
    only_greater: bool,
    only_less: bool,
    pub(super) count_changed: bool,
    increment: bool,
}

/// What became of one member.
enum Added {
    New(f64),
    Changed(f64),
    Same(f64),
    Refused,
}

/// Adds one member, or says why not. Conditions look at the score as it would become.
fn add_member(
    set: &mut SortedSet,
    member: &[u8],
    score: f64,
    options: AddOptions,
) -> Result<Added, CommandError> {
    let Some(before) = set.score(member) else {
        if options.only_old {
            return Ok(Added::Refused);
        }
        set.insert(member, score);
        return Ok(Added::New(score));
    };
    if options.only_new {
        return Ok(Added::Refused);
    }
    let score = if options.increment { before + score } else { score };
    if score.is_nan() {
        return Err(CommandError::NanScore);
    }
    if (options.only_less && score >= before) || (options.only_greater && score <= before) {
        return Ok(Added::Refused);
    }
    set.insert(member, score);
    Ok(if before == score { Added::Same(score) } else { Added::Changed(score) })
}

/// `ZADD key [NX|XX] [GT|LT] [CH] [INCR] score member ...`: how many are new (`CH`: or changed); with `INCR` the score, or null
/// if a condition failed.
pub(super) fn zadd(call: &mut Call<'_>) -> Outcome {
    let mut options = AddOptions::default();
    let mut first = 2;
    while first < call.len() {
        match call.arg(first).to_ascii_lowercase().as_slice() {
            b"nx" => options.only_new = true,
            b"xx" => options.only_old = true,
            b"gt" => options.only_greater = true,
            b"lt" => options.only_less = true,
            b"ch" => options.count_changed = true,
            b"incr" => options.increment = true,
            _ => break,
        }
        first += 1;
    }
    let rest = call.len() - first;
    if rest == 0 || !rest.is_multiple_of(2) {
        return Err(CommandError::Syntax);
    }
    let AddOptions { only_new, only_old, only_greater, only_less, .. } = options;
    if only_new && only_old {
        return Err(CommandError::Fixed("ERR XX and NX options at the same time are not compatible"));
    }
    if [only_greater, only_less, only_new].into_iter().filter(|&only| only).count() > 1 {
        return Err(CommandError::Fixed("ERR GT, LT, and/or NX options at the same time are not compatible"));
    }
    if options.increment && rest > 2 {
        return Err(CommandError::Fixed("ERR INCR option supports a single increment-element pair"));
    }
    add(call, first, options)
}

/// `ZINCRBY key amount member`: the score.
pub(super) fn zincrby(call: &mut Call<'_>) -> Outcome {
    add(call, 2, AddOptions { increment: true, ..AddOptions::default() })
}

/// Adds the pairs of score and member from argument `first` on.
fn add(call: &mut Call<'_>, first: usize, options: AddOptions) -> Outcome {
    // All scores are read before anything changes.
    if call.len() == first + 2 {
        return add_pairs(call, &[(call.double(first)?, first + 1)], options);
    }
    let mut pairs = Vec::with_capacity((call.len() - first) / 2);
    for index in (first..call.len()).step_by(2) {
        pairs.push((call.double(index)?, index + 1));
    }
    add_pairs(call, &pairs, options)
}

/// Adds members: for each its score, and which argument it is.
pub(super) fn add_pairs(call: &mut Call<'_>, pairs: &[(f64, usize)], options: AddOptions) -> Outcome {
    let args = call.args;
    if options.only_old && call.keyspace.read::<SortedSet>(call.arg(1))?.is_none() {
        if options.increment {
            call.reply.null();
        } else {
            call.reply.integer(0);
        }
        return Ok(());
    }
    let dialect = call.keyspace.dialect().keyspace;
    let set = call.keyspace.write_or_create::<SortedSet>(call.arg(1))?;
    if dialect.leaves_compact_ahead {
        let lengths = pairs.iter().filter_map(|&(_, index)| args.get(index)).map(<[u8]>::len);
        let longest = if dialect.foresees_long_members { lengths.max() } else { None };
        set.expect(pairs.len(), longest.unwrap_or_default());
    }
    let (mut added, mut changed) = (0, 0);
    let mut last = None;
    for &(score, index) in pairs {
        last = match add_member(set, args.get(index).unwrap_or_default(), score, options)? {
            Added::New(score) => {
                added += 1;
                Some(score)
            }
            Added::Changed(score) => {
                changed += 1;
                Some(score)
            }
            Added::Same(score) => Some(score),
            Added::Refused => None,
        };
    }
    call.keyspace.touched = added + changed > 0;
    if options.increment {
        match last {
            Some(score) => call.reply.double(score),
            None => call.reply.null(),
        }
    } else {
        call.reply_len(if options.count_changed { added + changed } else { added });
    }
    Ok(())
}

/// Removes the key if its sorted set has become empty.
pub(super) fn drop_if_empty(call: &mut Call<'_>, key: &[u8]) {
    if call.keyspace.peek::<SortedSet>(key).is_some_and(SortedSet::is_empty) {
        call.keyspace.remove(key);
    }
}

/// `ZREM key member ...`: how many went.
pub(super) fn zrem(call: &mut Call<'_>) -> Outcome {
    let (key, members) = (call.arg(1), call.args_from(2));
    let mut removed = 0;
    if let Some(set) = call.keyspace.write::<SortedSet>(key)? {
        removed = members.filter(|member| set.remove(member).is_some()).count();
        drop_if_empty(call, key);
    }
    call.reply_len(removed);
    Ok(())
}

/// `ZCARD key`.
pub(super) fn zcard(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.read::<SortedSet>(call.arg(1))?.map_or(0, SortedSet::len);
    call.reply_len(length);
    Ok(())
}

/// `ZSCORE key member`: the score or null.
pub(super) fn zscore(call: &mut Call<'_>) -> Outcome {
    let member = call.arg(2);
    match call.keyspace.read::<SortedSet>(call.arg(1))?.and_then(|set| set.score(member)) {
        Some(score) => call.reply.double(score),
        None => call.reply.null(),
    }
    Ok(())
}

/// `ZMSCORE key member ...`: for each its score or null.
pub(super) fn zmscore(call: &mut Call<'_>) -> Outcome {
    let members = call.args_from(2);
    let set = call.keyspace.read::<SortedSet>(call.arg(1))?;
    call.reply.begin_array(members.len());
    for member in members {
        match set.and_then(|set| set.score(member)) {
            Some(score) => call.reply.double(score),
            None => call.reply.null(),
        }
    }
    call.reply.end();
    Ok(())
}

/// `ZRANK` and `ZREVRANK`.
fn rank(call: &mut Call<'_>, reverse: bool) -> Outcome {
    let with_score = call.len() > 3;
    if call.len() > 4 {
        return Err(CommandError::Arity(if reverse { "zrevrank" } else { "zrank" }));
    }
    if with_score && !call.is_word(3, "withscore") {
        return Err(CommandError::Syntax);
    }
    let member = call.arg(2);
    let set = call.keyspace.read::<SortedSet>(call.arg(1))?;
    match set.and_then(|set| Some((set.rank(member)?, set.len()))) {
        Some(((rank, score), length)) => {
            let rank = if reverse { length - 1 - rank } else { rank };
            if with_score {
                call.reply.begin_array(2);
                call.reply_len(rank);
                call.reply.double(score);
                call.reply.end();
            } else {
                call.reply_len(rank);
            }
        }
        None if with_score => call.reply.null_array(),
        None => call.reply.null(),
    }
    Ok(())
}

/// `ZRANK key member [WITHSCORE]`: how many members come before it, or null.
pub(super) fn zrank(call: &mut Call<'_>) -> Outcome {
    rank(call, false)
}

/// `ZREVRANK key member [WITHSCORE]`: how many members come after it, or null.
pub(super) fn zrevrank(call: &mut Call<'_>) -> Outcome {
    rank(call, true)
}

/// Takes up to `count` members off an end of a sorted set and answers them with their scores. The caller has begun the
/// array.
pub(super) fn pop_members(
    call: &mut Call<'_>,
    key: &[u8],
    highest: bool,
    count: usize,
    pairing: Pairing,
) -> Outcome {
    for _ in 0..count {
        let Some(set) = call.keyspace.write::<SortedSet>(key)? else { break };
        let rank = if highest { set.len().saturating_sub(1) } else { 0 };
        let Some((member, score)) = set.at(rank) else { break };
        pairing.member(call.reply, member, score);
        set.remove_range(rank, rank + 1);
    }
    drop_if_empty(call, key);
    Ok(())
}

/// `ZPOPMIN` and `ZPOPMAX`.
fn pop(call: &mut Call<'_>, highest: bool) -> Outcome {
    if call.len() > 3 {
        return Err(CommandError::Syntax);
    }
    let count = if call.len() == 3 { Some(call.count(2)?) } else { None };
    let key = call.arg(1);
    let length = call.keyspace.read::<SortedSet>(key)?.map_or(0, SortedSet::len);
    let taken = count.unwrap_or(1).min(length);
    let pairing = if count.is_some() { Pairing::of(call, true) } else { Pairing::Flat };
    pairing.begin(call.reply, taken);
    pop_members(call, key, highest, taken, pairing)?;
    call.reply.end();
    Ok(())
}

/// `ZPOPMIN key [count]`: members with scores; in RESP3 pairs, if a count is given.
pub(super) fn zpopmin(call: &mut Call<'_>) -> Outcome {
    pop(call, false)
}

/// `ZPOPMAX key [count]`: as `ZPOPMIN`, from the other end.
pub(super) fn zpopmax(call: &mut Call<'_>) -> Outcome {
    pop(call, true)
}

/// `ZMPOP numkeys key ... MIN|MAX [COUNT n]`: the first key that holds a sorted set, and pairs of it.
pub(super) fn zmpop(call: &mut Call<'_>) -> Outcome {
    pop_from_first(call, 1)
}

/// Whether argument `index` is MAX; the other choice is MIN.
fn is_max(call: &Call<'_>, index: usize) -> Result<bool, CommandError> {
    if call.is_word(index, "max") {
        Ok(true)
    } else if call.is_word(index, "min") {
        Ok(false)
    } else {
        Err(CommandError::Syntax)
    }
}

/// `ZMPOP` whose number of keys is argument `index`.
pub(super) fn pop_from_first(call: &mut Call<'_>, index: usize) -> Outcome {
    let (keys, highest, count) = argument::pop_from_first(call, index, is_max)?;
    for key in call.args_from(index + 1).take(keys) {
        let Some(set) = call.keyspace.read::<SortedSet>(key)? else { continue };
        let count = count.min(set.len());
        call.reply.begin_array(2);
        call.reply.bulk(key);
        Pairing::Nested.begin(call.reply, count);
        pop_members(call, key, highest, count, Pairing::Nested)?;
        call.reply.end();
        call.reply.end();
        return Ok(());
    }
    call.reply.null_array();
    Ok(())
}

/// `ZRANDMEMBER key [count [WITHSCORES]]`: a member or null; with a count an array, in RESP3 of pairs.
pub(super) fn zrandmember(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    if call.len() == 2 {
        let length = call.keyspace.read::<SortedSet>(key)?.map_or(0, SortedSet::len);
        let position = call.keyspace.random.below(length);
        match call.keyspace.peek::<SortedSet>(key).and_then(|set| set.at(position)) {
            Some((member, _)) => call.reply.bulk(member),
            None => call.reply.null(),
        }
        return Ok(());
    }
    let (count, with_scores) = pick_count(call, 2, Some("withscores"))?;
    let length = call.keyspace.read::<SortedSet>(key)?.map_or(0, SortedSet::len);
    let positions = pick(&mut call.keyspace.random, count, length);
    let pairing = Pairing::of(call, with_scores);
    let set = call.keyspace.peek::<SortedSet>(key);
    // Redis walks sorted sets from the last member, which shows when all are picked.
    let at = |position| set.and_then(|set| set.at(length - 1 - position)).unwrap_or_default();
    check_picks(&positions, call.reply, |position| at(position).0.len())?;
    pairing.begin(call.reply, positions.len());
    let mut interest = Interest::default();
    for position in positions {
        let (member, score) = at(position);
        pairing.member(call.reply, member, score);
        if !interest.lasts(call.reply) {
            break;
        }
    }
    call.reply.end();
    Ok(())
}
