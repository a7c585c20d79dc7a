//! Ranges of sorted sets, by rank, by score and by member: answering, storing, counting, removing.
//!
//! Every range is first turned into ranks `start..end`; what is done with them is the same for all.

use super::{
    Call,
    argument::{lex_bound, score_bound},
    interest::Interest,
    pairing::Pairing,
    resolve_range,
    sorted_set::drop_if_empty,
};
use crate::{
    error::{CommandError, Outcome},
    object::{SortedSet, Typed},
    sorted_set::{LexBound, ScoreBound},
};

/// How a range is given.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Rank,
    Score,
    Lex,
}

/// A range as it was given.
#[derive(Clone, Copy)]
enum Range<'a> {
    Rank(i64, i64),
    Score(ScoreBound, ScoreBound),
    Lex(LexBound<'a>, LexBound<'a>),
}

impl Range<'_> {
    /// The ranks `start..end` that the range covers without the first `offset` of them, the last ones if `reverse`; ranks by
    /// number count from the other end then.
    fn ranks(self, set: &SortedSet, reverse: bool, offset: usize) -> (usize, usize) {
        let (start, end) = match self {
            Self::Rank(start, stop) => {
                let (start, end) = resolve_range(start, stop, set.len()).unwrap_or((0, 0));
                if reverse { (set.len() - end, set.len() - start) } else { (start, end) }
            }
            Self::Score(min, max) => set.ranks_by_score(min, max),
            Self::Lex(min, max) if set.is_compact() => return set.walk_by_lex(min, max, reverse, offset),
            Self::Lex(min, max) => set.ranks_by_lex(min, max),
        };
        let end = end.max(start);
        let skipped = offset.min(end - start);
        if reverse { (start, end - skipped) } else { (start + skipped, end) }
    }
}

/// Reads the range between the arguments `min` and `max`.
fn read_range<'a>(call: &Call<'a>, kind: Kind, min: usize, max: usize) -> Result<Range<'a>, CommandError> {
    Ok(match kind {
        Kind::Rank => Range::Rank(call.integer(min)?, call.integer(max)?),
        Kind::Score => Range::Score(score_bound(call, call.arg(min))?, score_bound(call, call.arg(max))?),
        Kind::Lex => Range::Lex(lex_bound(call.arg(min))?, lex_bound(call.arg(max))?),
    })
}

/// What a command of this family fixes, before its options are read.
struct Form {
    kind: Option<Kind>,
    reverse: Option<bool>,
    store: bool,
}

/// A whole request for a range.
struct Selection<'a> {
    range: Range<'a>,
    reverse: bool,
    with_scores: bool,
    offset: i64,
    limit: i64,
    /// A negative offset counts from the end of the range, where the set is not compact; otherwise it skips everything.
    counts_from_end: bool,
}

impl Selection<'_> {
    /// The ranks to answer, in ascending order; the limit is counted from the end that comes first.
    fn ranks(&self, set: &SortedSet) -> (usize, usize) {
        let offset = usize::try_from(self.offset).ok().or_else(|| {
            let (start, end) = self.range.ranks(set, self.reverse, 0);
            let back = usize::try_from(self.offset.unsigned_abs()).ok()?;
            (end - start).checked_sub(back).filter(|_| self.counts_from_end && !set.is_compact())
        });
        let offset = offset.unwrap_or(usize::MAX);
        // A negative limit is none.
        let (start, end) = self.range.ranks(set, self.reverse, offset);
        let taken = usize::try_from(self.limit).unwrap_or(usize::MAX).min(end - start);
        if self.reverse { (end - taken, end) } else { (start, start + taken) }
    }
}

/// Reads a request for a range in the order in which Redis finds fault with it.
fn read_selection<'a>(call: &Call<'a>, form: &Form) -> Result<Selection<'a>, CommandError> {
    let first = if form.store { 3 } else { 2 };
    let (mut kind, mut reverse) = (form.kind, form.reverse);
    let (mut with_scores, mut offset, mut limit) = (false, 0, -1);
    let mut index = first + 2;
    while index < call.len() {
        if !form.store && call.is_word(index, "withscores") {
            with_scores = true;
        } else if call.is_word(index, "limit") && index + 2 < call.len() {
            (offset, limit) = (call.integer(index + 1)?, call.integer(index + 2)?);
            index += 2;
        } else if reverse.is_none() && call.is_word(index, "rev") {
            reverse = Some(true);
        } else if kind.is_none() && call.is_word(index, "bylex") {
            kind = Some(Kind::Lex);
        } else if kind.is_none() && call.is_word(index, "byscore") {
            kind = Some(Kind::Score);
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    let (kind, reverse) = (kind.unwrap_or(Kind::Rank), reverse.unwrap_or(false));
    if limit != -1 && kind == Kind::Rank {
        return Err(CommandError::Fixed(
            "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
        ));
    }
    if with_scores && kind == Kind::Lex {
        return Err(CommandError::Fixed(
            "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
        ));
    }
    // Backwards, ranges by value are written from the highest to the lowest.
    let swapped = reverse && kind != Kind::Rank;
    let (min, max) = if swapped { (first + 1, first) } else { (first, first + 1) };
    let range = read_range(call, kind, min, max)?;
    // Ranks have no limit, so its offset is none either.
    let offset = if kind == Kind::Rank { 0 } else { offset };
    let counts_from_end = call.keyspace.dialect().keyspace.counts_offset_from_end;
    Ok(Selection { range, reverse, with_scores, offset, limit, counts_from_end })
}

/// Answers a range; `kind` and `reverse` are fixed by the older commands and options of `ZRANGE`.
fn answer(call: &mut Call<'_>, kind: Option<Kind>, reverse: Option<bool>) -> Outcome {
    let selection = read_selection(call, &Form { kind, reverse, store: false })?;
    let pairing = Pairing::of(call, selection.with_scores);
    let Some(set) = call.keyspace.read::<SortedSet>(call.arg(1))? else {
        call.reply_empty();
        return Ok(());
    };
    let (start, end) = selection.ranks(set);
    pairing.begin(call.reply, end - start);
    let mut interest = Interest::default();
    let mut one = |(member, score): (&[u8], f64)| {
        pairing.member(call.reply, member, score);
        interest.lasts(call.reply)
    };
    let mut range = set.range(start, end);
    let _ = if selection.reverse { range.rev().all(&mut one) } else { range.all(&mut one) };
    call.reply.end();
    Ok(())
}

/// `ZRANGE key min max [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]`.
pub(super) fn zrange(call: &mut Call<'_>) -> Outcome {
    answer(call, None, None)
}

/// `ZREVRANGE key start stop [WITHSCORES]`.
pub(super) fn zrevrange(call: &mut Call<'_>) -> Outcome {
    answer(call, Some(Kind::Rank), Some(true))
}

/// `ZRANGEBYSCORE key min max [WITHSCORES] [LIMIT offset count]`.
pub(super) fn zrangebyscore(call: &mut Call<'_>) -> Outcome {
    answer(call, Some(Kind::Score), Some(false))
}

/// `ZREVRANGEBYSCORE key max min [WITHSCORES] [LIMIT offset count]`.
pub(super) fn zrevrangebyscore(call: &mut Call<'_>) -> Outcome {
    answer(call, Some(Kind::Score), Some(true))
}

/// `ZRANGEBYLEX key min max [LIMIT offset count]`.
pub(super) fn zrangebylex(call: &mut Call<'_>) -> Outcome {
    answer(call, Some(Kind::Lex), Some(false))
}

/// `ZREVRANGEBYLEX key max min [LIMIT offset count]`.
pub(super) fn zrevrangebylex(call: &mut Call<'_>) -> Outcome {
    answer(call, Some(Kind::Lex), Some(true))
}

/// `ZRANGESTORE target key min max [...]`: how many members were stored; the options are those of `ZRANGE`.
pub(super) fn zrangestore(call: &mut Call<'_>) -> Outcome {
    let selection = read_selection(call, &Form { kind: None, reverse: None, store: true })?;
    let target = call.arg(1);
    let mut result = SortedSet::empty(&call.keyspace.layout);
    if let Some(set) = call.keyspace.read::<SortedSet>(call.arg(2))? {
        let (start, end) = selection.ranks(set);
        for (member, score) in set.range(start, end) {
            result.insert(member, score);
        }
    }
    let length = result.len();
    if length == 0 {
        call.keyspace.remove(target);
    } else {
        call.keyspace.put(target, result.into_value(), None);
    }
    call.reply_len(length);
    Ok(())
}

/// Counts a range. A range that cannot be read is an error even without the key.
fn count(call: &mut Call<'_>, kind: Kind) -> Outcome {
    let range = read_range(call, kind, 2, 3)?;
    let ranks = call.keyspace.read::<SortedSet>(call.arg(1))?.map(|set| range.ranks(set, false, 0));
    let (start, end) = ranks.unwrap_or_default();
    call.reply_len(end - start);
    Ok(())
}

/// `ZCOUNT key min max`.
pub(super) fn zcount(call: &mut Call<'_>) -> Outcome {
    count(call, Kind::Score)
}

/// `ZLEXCOUNT key min max`.
pub(super) fn zlexcount(call: &mut Call<'_>) -> Outcome {
    count(call, Kind::Lex)
}

/// Removes a range.
fn remove(call: &mut Call<'_>, kind: Kind) -> Outcome {
    let range = read_range(call, kind, 2, 3)?;
    let key = call.arg(1);
    let mut removed = 0;
    if let Some(set) = call.keyspace.write::<SortedSet>(key)? {
        let (start, end) = range.ranks(set, false, 0);
        removed = set.remove_range(start, end);
        drop_if_empty(call, key);
    }
    call.reply_len(removed);
    Ok(())
}

/// `ZREMRANGEBYRANK key start stop`: how many went.
pub(super) fn zremrangebyrank(call: &mut Call<'_>) -> Outcome {
    remove(call, Kind::Rank)
}

/// `ZREMRANGEBYSCORE key min max`: how many went.
pub(super) fn zremrangebyscore(call: &mut Call<'_>) -> Outcome {
    remove(call, Kind::Score)
}

/// `ZREMRANGEBYLEX key min max`: how many went.
pub(super) fn zremrangebylex(call: &mut Call<'_>) -> Outcome {
    remove(call, Kind::Lex)
}
