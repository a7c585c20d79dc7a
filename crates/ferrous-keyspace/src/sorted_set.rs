//! Sorted sets: members with scores, found by member and by order.
//!
//! A table finds a member's score, a ranking (blocks in order, see the crate's `ranking` module) finds ranks and ranges;
//! the bytes of a member are shared by both.
//!
//! **Invariant:** the table and the ranking hold the same members with the same scores; no score is NaN.

use std::sync::Arc;

use ahash::RandomState;
use indexmap::IndexMap;

use crate::{
    object::{Layout, Limits},
    ranking::{Ranked, Ranking},
    undo::Journal,
};

/// A sorted set.
#[derive(Clone, Debug)]
pub(crate) struct SortedSet {
    scores: IndexMap<Arc<[u8]>, f64, RandomState>,
    ranking: Ranking,
    compact: bool,
    limits: Arc<Limits>,
    journal: Journal<Change>,
}

/// How to undo one change.
#[derive(Debug)]
enum Change {
    /// Remove the member.
    Added(Arc<[u8]>),
    /// Give the member this score: it had another, or was removed.
    Scored(Arc<[u8]>, f64),
    /// Count as compact again.
    Spread,
}

/// One end of a range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ScoreBound {
    /// The score.
    pub score: f64,
    /// Whether the score itself is outside the range.
    pub exclusive: bool,
}

/// One end of a lexicographical range, as `-`, `+`, `[member` and `(member` write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LexBound<'a> {
    /// Before every member.
    Lowest,
    /// After every member.
    Highest,
    /// The member, inside the range.
    Inclusive(&'a [u8]),
    /// The member, outside the range.
    Exclusive(&'a [u8]),
}

impl SortedSet {
    /// An empty set.
    #[must_use]
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            scores: IndexMap::with_hasher(layout.hasher.clone()),
            ranking: Ranking::default(),
            compact: true,
            limits: Arc::clone(&layout.limits),
            journal: Journal::default(),
        }
    }

    /// An empty set that does not count as compact, as servers compute with.
    #[must_use]
    pub(crate) fn spread(layout: &Layout) -> Self {
        Self { compact: false, ..Self::new(layout) }
    }

    /// The set as it is stored: compact if it is small enough.
    #[must_use]
    pub(crate) fn settled(self, layout: &Layout) -> Self {
        let limit = &self.limits.sorted_set;
        if !limit.allows(self.len()) || self.iter().any(|(member, _)| !limit.allows_bytes(member.len())) {
            return self;
        }
        let mut settled = Self::new(layout);
        for (member, score) in self.iter() {
            settled.insert(member, score);
        }
        settled
    }

    /// How many members there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    /// Whether there is none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Whether Redis would still keep it in its compact encoding.
    #[must_use]
    pub(crate) fn is_compact(&self) -> bool {
        self.compact
    }

    /// Gives the compact encoding up.
    pub(crate) fn spread_out(&mut self) {
        if self.compact {
            self.journal.record(|| Change::Spread);
            self.compact = false;
        }
    }

    /// Gives the compact encoding up if so many members, of up to so many bytes, are too many for it.
    pub(crate) fn expect(&mut self, members: usize, bytes: usize) {
        if !(self.limits.sorted_set.allows(members) && self.limits.sorted_set.allows_bytes(bytes)) {
            self.spread_out();
        }
    }

    /// The score of a member.
    #[must_use]
    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Gives a member a score; returns the one it had. A NaN is refused by doing nothing.
    pub(crate) fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        if score.is_nan() {
            return None;
        }
        let limit = &self.limits.sorted_set;
        let compact = limit.allows_bytes(member.len())
            && (limit.allows(self.scores.len() + 1) || self.scores.contains_key(member));
        if !compact {
            self.spread_out();
        }
        // Redis's compact encoding stores whole scores as integers, which have no negative zero.
        let score = if score == 0.0 && self.compact { 0.0 } else { score };
        if let Some((_, key, old)) = self.scores.get_full_mut(member) {
            let before = *old;
            if before != score {
                *old = score;
                let key = Arc::clone(key);
                self.journal.record(|| Change::Scored(Arc::clone(&key), before));
                self.ranking.remove(before, member);
                self.ranking.insert(score, key);
            }
            return Some(before);
        }
        let key: Arc<[u8]> = member.into();
        self.journal.record(|| Change::Added(Arc::clone(&key)));
        self.scores.insert(Arc::clone(&key), score);
        self.ranking.insert(score, key);
        None
    }

    /// Removes a member; returns its score.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (_, key, score) = self.scores.swap_remove_full(member)?;
        self.ranking.remove(score, member);
        self.journal.record(|| Change::Scored(key, score));
        Some(score)
    }

    pub(crate) fn arm(&mut self, armed: bool) {
        self.journal.arm(armed);
    }

    /// Undoes what has changed since the set was armed.
    pub(crate) fn undo(&mut self) {
        for change in self.journal.take() {
            match change {
                Change::Added(member) => {
                    self.remove(&member);
                }
                Change::Scored(member, score) => {
                    if let Some(now) = self.scores.insert(Arc::clone(&member), score) {
                        self.ranking.remove(now, &member);
                    }
                    self.ranking.insert(score, member);
                }
                Change::Spread => self.compact = true,
            }
        }
    }

    /// Removes the members of the ranks `start..end`; returns how many there were.
    pub(crate) fn remove_range(&mut self, start: usize, end: usize) -> usize {
        let Self { scores, ranking, journal, .. } = self;
        let before = scores.len();
        ranking.remove_range(start, end, |entry| {
            scores.swap_remove(&*entry.member);
            journal.record(|| Change::Scored(entry.member, entry.score));
        });
        before - self.scores.len()
    }

    /// The rank of a member, from 0, with its score.
    #[must_use]
    pub(crate) fn rank(&self, member: &[u8]) -> Option<(usize, f64)> {
        let score = self.score(member)?;
        Some((self.ranking.rank(score, member)?, score))
    }

    /// The member at `rank` with its score.
    #[must_use]
    pub(crate) fn at(&self, rank: usize) -> Option<(&[u8], f64)> {
        self.ranking.get(rank).map(|entry| (&*entry.member, entry.score))
    }

    /// The members of the ranks `start..end`, ascending.
    pub(crate) fn range(&self, start: usize, end: usize) -> impl DoubleEndedIterator<Item = (&[u8], f64)> {
        self.ranking.range(start, end).map(|entry| (&*entry.member, entry.score))
    }

    /// All members, ascending.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&[u8], f64)> {
        self.ranking.iter().map(|entry| (&*entry.member, entry.score))
    }

    /// A member by its position in the table, for cursors and for random picks.
    #[must_use]
    pub(crate) fn by_position(&self, position: usize) -> Option<(&[u8], f64)> {
        self.scores.get_index(position).map(|(member, score)| (&**member, *score))
    }

    /// The ranks of the members whose score is in a range: `start..end`, empty if start is not below end.
    #[must_use]
    pub(crate) fn ranks_by_score(&self, min: ScoreBound, max: ScoreBound) -> (usize, usize) {
        let start = self.ranking.partition_point(|entry| {
            if min.exclusive { entry.score <= min.score } else { entry.score < min.score }
        });
        let end = self.ranking.partition_point(|entry| {
            if max.exclusive { entry.score < max.score } else { entry.score <= max.score }
        });
        (start, end)
    }

    /// The ranks of the members in a lexicographical range; right only where all scores are the same, as in Redis.
    #[must_use]
    pub(crate) fn ranks_by_lex(&self, min: LexBound<'_>, max: LexBound<'_>) -> (usize, usize) {
        let start = self.ranking.partition_point(|entry| !reaches(entry, min));
        let end = self.ranking.partition_point(|entry| within(entry, max));
        (start, end)
    }

    /// The same as servers find it in the compact encoding, where scores may differ: they walk from the first member in the
    /// range, or from the last one if `reverse`, pass `offset` members, and go on up to one that is not in the range.
    #[must_use]
    pub(crate) fn walk_by_lex(
        &self,
        min: LexBound<'_>,
        max: LexBound<'_>,
        reverse: bool,
        offset: usize,
    ) -> (usize, usize) {
        let entries = || self.ranking.iter();
        let may_hold = entries().next_back().is_some_and(|entry| reaches(entry, min))
            && entries().next().is_some_and(|entry| within(entry, max));
        if !may_hold {
            return (0, 0);
        }
        if reverse {
            let mut last = entries().rev().skip_while(|entry| !within(entry, max));
            if !last.next().is_some_and(|entry| reaches(entry, min)) {
                return (0, 0);
            }
            // With the last one, which has been taken.
            let end = (last.count() + 1).saturating_sub(offset);
            let taken = self.ranking.range(0, end).rev().take_while(|entry| reaches(entry, min)).count();
            return (end - taken, end);
        }
        let Some(first) = entries().position(|entry| reaches(entry, min)) else { return (0, 0) };
        if !self.ranking.get(first).is_some_and(|entry| within(entry, max)) {
            return (0, 0);
        }
        let start = first.saturating_add(offset).min(self.len());
        let taken = self.ranking.range(start, self.len()).take_while(|entry| within(entry, max)).count();
        (start, start + taken)
    }
}

fn reaches(entry: &Ranked, min: LexBound<'_>) -> bool {
    match min {
        LexBound::Lowest => true,
        LexBound::Highest => false,
        LexBound::Inclusive(member) => *entry.member >= *member,
        LexBound::Exclusive(member) => *entry.member > *member,
    }
}

fn within(entry: &Ranked, max: LexBound<'_>) -> bool {
    match max {
        LexBound::Lowest => false,
        LexBound::Highest => true,
        LexBound::Inclusive(member) => *entry.member <= *member,
        LexBound::Exclusive(member) => *entry.member < *member,
    }
}
