//! Unions, intersections and differences of sorted sets and sets. A plain set's members have the score 1.
//!
//! Every combination is built as a new sorted set, which is then answered or stored. Sums that are not a number (infinity
//! minus infinity, infinity times 0) count as 0.
//!
//! **Invariant:** the count of keys is checked first, then the keys' types, then the options.

use super::{Call, argument::limit, pairing::Pairing};
use crate::{
    error::{CommandError, Outcome},
    object::{Set, SortedSet, Typed, Value},
};

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Union,
    Intersection,
    Difference,
}

/// How the scores of a member of several sets become one.
#[derive(Clone, Copy)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

impl Aggregate {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            // Opposite infinities cancel out.
            Self::Sum => Some(left + right).filter(|sum| !sum.is_nan()).unwrap_or(0.0),
            Self::Min => left.min(right),
            Self::Max => left.max(right),
        }
    }
}

/// A set of either kind, with its weight.
#[derive(Clone, Copy)]
struct Source<'a> {
    members: Option<Members<'a>>,
    weight: f64,
}

#[derive(Clone, Copy)]
enum Members<'a> {
    Plain(&'a Set),
    Sorted(&'a SortedSet),
}

impl Source<'_> {
    fn len(self) -> usize {
        match self.members {
            None => 0,
            Some(Members::Plain(set)) => set.len(),
            Some(Members::Sorted(set)) => set.len(),
        }
    }

    fn weighted(self, score: f64) -> f64 {
        Some(self.weight * score).filter(|score| !score.is_nan()).unwrap_or(0.0)
    }

    fn score(self, member: &[u8]) -> Option<f64> {
        let score = match self.members? {
            Members::Plain(set) => set.contains(member).then_some(1.0),
            Members::Sorted(set) => set.score(member),
        };
        score.map(|score| self.weighted(score))
    }

    /// Hands every member with its weighted score to `each`, until it returns false.
    fn each(self, mut each: impl FnMut(&[u8], f64) -> bool) {
        match self.members {
            None => {}
            Some(Members::Plain(set)) => set.each(|member| each(member, self.weighted(1.0))),
            Some(Members::Sorted(set)) => {
                let _ = set.iter().all(|(member, score)| each(member, self.weighted(score)));
            }
        }
    }
}

/// A request, read.
struct Combination {
    operation: Operation,
    first_key: usize,
    keys: usize,
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
    limit: usize,
}

/// Reads the count of keys at `count_index`, the keys and the options.
fn read(
    call: &Call<'_>,
    operation: Operation,
    count_index: usize,
    command: &'static str,
    cardinality: bool,
) -> Result<Combination, CommandError> {
    let count = call.integer(count_index)?;
    let keys = usize::try_from(count).ok().filter(|&keys| keys > 0);
    let keys = keys.ok_or_else(|| {
        CommandError::Other(
            format!("ERR at least 1 input key is needed for '{command}' command").into_bytes().into(),
        )
    })?;
    let first_key = count_index + 1;
    if keys > call.len() - first_key {
        return Err(CommandError::Syntax);
    }
    let mut combination = Combination {
        operation,
        first_key,
        keys,
        weights: Vec::new(),
        aggregate: Aggregate::Sum,
        with_scores: false,
        limit: usize::MAX,
    };
    let (store, mut index) = (count_index == 2, first_key + keys);
    let plain = operation != Operation::Difference && !cardinality;
    while index < call.len() {
        let following = call.len() - index - 1;
        if plain && following >= keys && call.is_word(index, "weights") {
            let weights =
                call.args_from(index + 1).take(keys).map(|text| call.score(text)).collect::<Option<Vec<_>>>();
            combination.weights = weights.ok_or(CommandError::Fixed("ERR weight value is not a float"))?;
            index += keys;
        } else if plain && following >= 1 && call.is_word(index, "aggregate") {
            index += 1;
            combination.aggregate = match call.arg(index).to_ascii_lowercase().as_slice() {
                b"sum" => Aggregate::Sum,
                b"min" => Aggregate::Min,
                b"max" => Aggregate::Max,
                _ => return Err(CommandError::Syntax),
            };
        } else if !store && !cardinality && call.is_word(index, "withscores") {
            combination.with_scores = true;
        } else if cardinality && following >= 1 && call.is_word(index, "limit") {
            index += 1;
            combination.limit = limit(call, index)?;
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    Ok(combination)
}

/// Checks that the keys hold sets of either kind, before the options are looked at.
fn check_types(call: &mut Call<'_>, count_index: usize) -> Outcome {
    let keys = call.integer(count_index).ok().and_then(|keys| usize::try_from(keys).ok()).unwrap_or(0);
    if keys > call.len().saturating_sub(count_index + 1) {
        return Ok(());
    }
    for key in call.args_from(count_index + 1).take(keys) {
        match call.keyspace.entry(key).map(|entry| &entry.value) {
            None | Some(Value::Set(_) | Value::SortedSet(_)) => {}
            Some(_) => return Err(CommandError::WrongType),
        }
    }
    Ok(())
}

/// Makes the combination; the keys' types have been checked.
fn combine(call: &Call<'_>, combination: &Combination) -> SortedSet {
    let keys = call.args_from(combination.first_key).take(combination.keys);
    let mut sources: Vec<Source<'_>> = keys
        .enumerate()
        .map(|(index, key)| {
            let sorted = call.keyspace.peek::<SortedSet>(key).map(Members::Sorted);
            let members = sorted.or_else(|| call.keyspace.peek::<Set>(key).map(Members::Plain));
            Source { members, weight: combination.weights.get(index).copied().unwrap_or(1.0) }
        })
        .collect();
    // Redis adds scores up from the smallest set to the largest, which shows in the last digits.
    if combination.operation != Operation::Difference {
        sources.sort_by_key(|source| source.len());
    }
    let mut result = SortedSet::spread(&call.keyspace.layout);
    let Some((first, others)) = sources.split_first() else { return result };
    match combination.operation {
        Operation::Union => {
            for source in &sources {
                source.each(|member, score| {
                    let before = result.score(member);
                    let total = before.map_or(score, |before| combination.aggregate.apply(before, score));
                    if total == 0.0 {
                        // A zero that changes its sign would count as the same score.
                        result.remove(member);
                    }
                    result.insert(member, total);
                    true
                });
            }
        }
        Operation::Intersection => first.each(|member, score| {
            let total = others.iter().try_fold(score, |total, source| {
                source.score(member).map(|score| combination.aggregate.apply(total, score))
            });
            if let Some(total) = total {
                result.insert(member, total);
            }
            result.len() < combination.limit
        }),
        Operation::Difference => first.each(|member, score| {
            if others.iter().all(|source| source.score(member).is_none()) {
                result.insert(member, score);
            }
            true
        }),
    }
    result
}

/// Answers a combination.
fn answer(call: &mut Call<'_>, operation: Operation, command: &'static str) -> Outcome {
    read_count_first(call, 1, command)?;
    check_types(call, 1)?;
    let combination = read(call, operation, 1, command, false)?;
    let result = combine(call, &combination);
    let pairing = Pairing::of(call, combination.with_scores);
    pairing.begin(call.reply, result.len());
    result.iter().for_each(|(member, score)| pairing.member(call.reply, member, score));
    call.reply.end();
    Ok(())
}

/// Reports a bad count of keys before a key of the wrong type.
fn read_count_first(call: &Call<'_>, count_index: usize, command: &'static str) -> Outcome {
    if call.integer(count_index)? < 1 {
        let text = format!("ERR at least 1 input key is needed for '{command}' command");
        return Err(CommandError::Other(text.into_bytes().into()));
    }
    Ok(())
}

/// Stores a combination; an empty one removes the target.
fn store(call: &mut Call<'_>, operation: Operation, command: &'static str) -> Outcome {
    read_count_first(call, 2, command)?;
    check_types(call, 2)?;
    let combination = read(call, operation, 2, command, false)?;
    let result = combine(call, &combination);
    let (target, length) = (call.arg(1), result.len());
    if length == 0 {
        call.keyspace.remove(target);
    } else {
        let result = result.settled(&call.keyspace.layout);
        call.keyspace.put(target, result.into_value(), None);
    }
    call.reply_len(length);
    Ok(())
}

/// `ZUNION numkeys key ... [WEIGHTS w ...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]`.
pub(super) fn zunion(call: &mut Call<'_>) -> Outcome {
    answer(call, Operation::Union, "zunion")
}

/// `ZINTER numkeys key ... [WEIGHTS w ...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]`.
pub(super) fn zinter(call: &mut Call<'_>) -> Outcome {
    answer(call, Operation::Intersection, "zinter")
}

/// `ZDIFF numkeys key ... [WITHSCORES]`: the first without the others.
pub(super) fn zdiff(call: &mut Call<'_>) -> Outcome {
    answer(call, Operation::Difference, "zdiff")
}

/// `ZUNIONSTORE target numkeys key ... [WEIGHTS w ...] [AGGREGATE SUM|MIN|MAX]`: the size of the result.
pub(super) fn zunionstore(call: &mut Call<'_>) -> Outcome {
    store(call, Operation::Union, "zunionstore")
}

/// `ZINTERSTORE target numkeys key ... [WEIGHTS w ...] [AGGREGATE SUM|MIN|MAX]`: the size of the result.
pub(super) fn zinterstore(call: &mut Call<'_>) -> Outcome {
    store(call, Operation::Intersection, "zinterstore")
}

/// `ZDIFFSTORE target numkeys key ...`: the size of the result.
pub(super) fn zdiffstore(call: &mut Call<'_>) -> Outcome {
    store(call, Operation::Difference, "zdiffstore")
}

/// `ZINTERCARD numkeys key ... [LIMIT n]`: the size of the intersection, counted up to the limit.
pub(super) fn zintercard(call: &mut Call<'_>) -> Outcome {
    read_count_first(call, 1, "zintercard")?;
    check_types(call, 1)?;
    let combination = read(call, Operation::Intersection, 1, "zintercard", true)?;
    let length = combine(call, &combination).len();
    call.reply_len(length);
    Ok(())
}
