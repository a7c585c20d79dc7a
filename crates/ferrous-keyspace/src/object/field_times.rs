//! When the fields of a hash go, of those that do.
//!
//! A hash that never had such a field has no table of them. The earliest time is kept as a lower bound, which removals leave as it
//! is: finding nothing to remove makes it exact again.
//!
//! **Invariant:** no time is below `earliest`.

use ahash::RandomState;
use indexmap::IndexMap;

use crate::expiry::Milliseconds;

/// The times.
#[derive(Clone, Debug)]
pub(super) struct FieldTimes {
    times: IndexMap<Box<[u8]>, Milliseconds, RandomState>,
    earliest: Milliseconds,
}

impl FieldTimes {
    pub(super) fn new(hasher: RandomState) -> Self {
        Self { times: IndexMap::with_hasher(hasher), earliest: Milliseconds::MAX }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// A time before or at the first.
    pub(super) fn earliest(&self) -> Milliseconds {
        self.earliest
    }

    pub(super) fn get(&self, field: &[u8]) -> Option<Milliseconds> {
        self.times.get(field).copied()
    }

    /// Gives a field a time or takes it away; the one before.
    pub(super) fn set(&mut self, field: &[u8], time: Option<Milliseconds>) -> Option<Milliseconds> {
        match time {
            None => self.times.swap_remove(field),
            Some(time) => {
                self.earliest = self.earliest.min(time);
                self.times.insert(field.into(), time)
            }
        }
    }

    /// The fields whose time is over.
    pub(super) fn over(&mut self, now: Milliseconds) -> Vec<Box<[u8]>> {
        self.earliest =
            self.times.values().copied().filter(|&time| time >= now).min().unwrap_or(Milliseconds::MAX);
        self.times.iter().filter(|&(_, &time)| now > time).map(|(field, _)| field.clone()).collect()
    }
}
