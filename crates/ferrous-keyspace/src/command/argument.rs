//! Arguments that several families of commands read in the same way: numbers within limits, counts of keys, picks.

use ferrous_redis::reply::ReplySink;

use super::{Call, blocking::check_seconds, interest::Interest};
use crate::{
    error::CommandError,
    number::{is_hexadecimal, parse_endpoint_double, parse_integer, starts_blank},
    object::MAX_STRING,
    random::Random,
    sorted_set::{LexBound, ScoreBound},
};

/// The most picks with repetition that one command makes. Redis has no limit here and would build the reply until
/// memory ends.
const MAX_PICKS: i64 = 1 << 26;

/// Argument `index` as an integer not below `lowest`, for the commands that name the limits in their error text.
pub(super) fn ranged_integer(call: &Call<'_>, index: usize, lowest: i64) -> Result<i64, CommandError> {
    let value = call.integer(index)?;
    if value < lowest {
        let text = format!("ERR value is out of range, value must between {lowest} and {}", i64::MAX);
        return Err(CommandError::Other(text.into_bytes().into()));
    }
    Ok(value)
}

/// Argument `index` as a number of keys, for the commands of Redis 7.
pub(super) fn key_count(call: &Call<'_>, index: usize) -> Result<usize, CommandError> {
    let count =
        call.integer(index).ok().filter(|&count| count > 0).and_then(|count| usize::try_from(count).ok());
    count.ok_or(CommandError::Fixed("ERR numkeys should be greater than 0"))
}

/// What LMPOP, ZMPOP and their blocking forms begin with: `numkeys key ... end [COUNT n]` from `index` on, behind a timeout if that
/// is not 1. How many keys, what `read_end` says of the end, and how many elements.
pub(super) fn pop_from_first<E>(
    call: &mut Call<'_>,
    index: usize,
    read_end: impl FnOnce(&Call<'_>, usize) -> Result<E, CommandError>,
) -> Result<(usize, E, usize), CommandError> {
    let keys = key_count(call, index)?;
    let place = keys.saturating_add(index + 1);
    if place >= call.len() {
        return Err(CommandError::Syntax);
    }
    let end = read_end(call, place)?;
    let count = pop_count(call, place + 1)?;
    if index > 1 {
        check_seconds(call, 1)?;
    }
    Ok((keys, end, count))
}

/// The option `COUNT count` that may stand at `index`, at the end of a command: 1 if it does not.
fn pop_count(call: &Call<'_>, index: usize) -> Result<usize, CommandError> {
    if index >= call.len() {
        return Ok(1);
    }
    if !call.is_word(index, "count") || index + 1 >= call.len() {
        return Err(CommandError::Syntax);
    }
    let count = call.integer(index + 1).ok().and_then(|count| usize::try_from(count).ok());
    let count = count.filter(|&count| count > 0);
    let count = count.ok_or(CommandError::Fixed("ERR count should be greater than 0"))?;
    if call.len() > index + 2 {
        return Err(CommandError::Syntax);
    }
    Ok(count)
}

/// How many elements of a collection to pick at random.
#[derive(Clone, Copy)]
pub(super) enum PickCount {
    /// That many different ones, at most all.
    Distinct(usize),
    /// Exactly that many, which may repeat.
    Repeated(usize),
}

/// Argument `index` as a count of picks: negative for picks that may repeat. After it, `option` may ask for a second
/// element with each; whether it does.
pub(super) fn pick_count(
    call: &Call<'_>,
    index: usize,
    option: Option<&str>,
) -> Result<(PickCount, bool), CommandError> {
    let count = ranged_integer(call, index, -i64::MAX)?;
    let doubled = call.len() > index + 1;
    if doubled && (call.len() > index + 2 || !option.is_some_and(|option| call.is_word(index + 1, option))) {
        return Err(CommandError::Syntax);
    }
    if doubled && count.unsigned_abs() > i64::MAX.unsigned_abs() / 2 {
        return Err(CommandError::OutOfRange);
    }
    if count < -MAX_PICKS {
        return Err(CommandError::OutOfRange);
    }
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    Ok((if count < 0 { PickCount::Repeated(size) } else { PickCount::Distinct(size) }, doubled))
}

/// From so many picks with repetition on their reply is measured first.
const MANY_PICKS: usize = 1 << 10;

/// Positions picked at random.
pub(super) struct Picks {
    distinct: std::vec::IntoIter<usize>,
    repeated: usize,
    bound: usize,
    random: Random,
}

/// Picks positions below `bound`.
pub(super) fn pick(random: &mut Random, count: PickCount, bound: usize) -> Picks {
    let (distinct, repeated) = match count {
        _ if bound == 0 => (Vec::new(), 0),
        // All of them come in order, as in Redis.
        PickCount::Distinct(count) if count >= bound => ((0..bound).collect(), 0),
        PickCount::Distinct(count) => (random.distinct(count, bound), 0),
        PickCount::Repeated(count) => (Vec::new(), count),
    };
    Picks { distinct: distinct.into_iter(), repeated, bound, random: random.fork() }
}

/// Refuses picks whose reply would be longer than the longest string: with repetition a short command can ask for any number of
/// copies of a long value. `length` says how many bytes belong to a position.
pub(super) fn check_picks(
    picks: &Picks,
    reply: &dyn ReplySink,
    length: impl Fn(usize) -> usize,
) -> Result<(), CommandError> {
    /// What an element costs beside its bytes.
    const HEAD: usize = 8;
    if picks.repeated < MANY_PICKS {
        return Ok(());
    }
    let mut random = picks.random.clone();
    let (mut room, mut interest) = (MAX_STRING, Interest::default());
    for _ in 0..picks.repeated {
        let needed = length(random.below(picks.bound)).saturating_add(HEAD);
        room =
            room.checked_sub(needed).ok_or(CommandError::Fixed("ERR reply exceeds maximum allowed size"))?;
        if !interest.lasts(reply) {
            return Err(CommandError::Unwanted);
        }
    }
    Ok(())
}

impl Iterator for Picks {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if let Some(position) = self.distinct.next() {
            return Some(position);
        }
        self.repeated = self.repeated.checked_sub(1)?;
        Some(self.random.below(self.bound))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.distinct.len() + self.repeated;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Picks {}

/// Reads an end of a range of scores: `1.5`, `(1.5`, `-inf`.
pub(super) fn score_bound(call: &Call<'_>, text: &[u8]) -> Result<ScoreBound, CommandError> {
    let (exclusive, text) = match text {
        [b'(', rest @ ..] => (true, rest),
        text => (false, text),
    };
    let any = call.keyspace.dialect().keyspace.ends_as_strtod;
    let text = Some(text).filter(|text| any || !(is_hexadecimal(text) || starts_blank(text)));
    let score = text.and_then(parse_endpoint_double).ok_or(CommandError::ScoreRange)?;
    Ok(ScoreBound { score, exclusive })
}

/// Reads an end of a lexicographical range: `-`, `+`, `[member`, `(member`.
pub(super) fn lex_bound(text: &[u8]) -> Result<LexBound<'_>, CommandError> {
    match text {
        b"-" => Ok(LexBound::Lowest),
        b"+" => Ok(LexBound::Highest),
        [b'[', member @ ..] => Ok(LexBound::Inclusive(member)),
        [b'(', member @ ..] => Ok(LexBound::Exclusive(member)),
        _ => Err(CommandError::LexRange),
    }
}

/// Argument `index` as a limit that is not negative, 0 being none.
pub(super) fn limit(call: &Call<'_>, index: usize) -> Result<usize, CommandError> {
    let limit = parse_integer(call.arg(index)).and_then(|limit| usize::try_from(limit).ok());
    let limit = limit.ok_or(CommandError::Fixed("ERR LIMIT can't be negative"))?;
    Ok(if limit == 0 { usize::MAX } else { limit })
}
