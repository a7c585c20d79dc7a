//! Hashes: fields with values, in order of insertion.
//!
//! Redis keeps small hashes in a listpack, in order of insertion, and large ones in a table without order. Here a small
//! one keeps its order when a field goes, a large one fills the gap with its last field.
//!
//! Fields may go by themselves (see `field_times`); the keyspace calls [`Hash::expire`] before anybody looks.
//!
//! **Invariant:** only fields that are there have a time.

use super::{Layout, Limits, field_times::FieldTimes};
use crate::{expiry::Milliseconds, undo::Journal};
use ahash::RandomState;
use indexmap::IndexMap;
use std::sync::Arc;

/// A hash.
#[derive(Clone, Debug)]
pub(crate) struct Hash {
    fields: IndexMap<Box<[u8]>, Vec<u8>, RandomState>,
    compact: bool,
    /// When fields go, once one did or was to.
    times: Option<Box<FieldTimes>>,
    limits: Arc<Limits>,
    journal: Journal<Change>,
}

/// How to undo one change.
#[derive(Debug)]
enum Change {
    /// Remove the last field.
    Added,
    /// Give the field at a position its value back.
    Set { position: usize, value: Vec<u8> },
    /// Put a field back at its position; if `swapped`, what is there now came from the end.
    Removed { position: usize, field: Box<[u8]>, value: Vec<u8>, swapped: bool },
    /// Count as compact again.
    Spread,
    /// Give a field its time back, or none.
    Timed { field: Box<[u8]>, before: Option<Milliseconds> },
    /// Forget that fields ever had times.
    Times,
}

impl Hash {
    /// An empty hash.
    #[must_use]
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            fields: IndexMap::with_hasher(layout.hasher.clone()),
            compact: true,
            times: None,
            limits: Arc::clone(&layout.limits),
            journal: Journal::default(),
        }
    }

    /// How many fields there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether Redis would still keep it in its compact encoding.
    #[must_use]
    pub(crate) fn is_compact(&self) -> bool {
        self.compact
    }

    /// The value of a field.
    #[must_use]
    pub(crate) fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.fields.get(field).map(Vec::as_slice)
    }

    /// Whether the field is there.
    #[must_use]
    pub(crate) fn contains(&self, field: &[u8]) -> bool {
        self.fields.contains_key(field)
    }

    /// Whether a field had or has a time to go at.
    #[must_use]
    pub(crate) fn has_times(&self) -> bool {
        self.times.is_some()
    }

    /// Whether a field has a time to go at.
    #[must_use]
    pub(crate) fn is_volatile(&self) -> bool {
        self.times.as_ref().is_some_and(|times| !times.is_empty())
    }

    /// When a field goes.
    #[must_use]
    pub(crate) fn expiry(&self, field: &[u8]) -> Option<Milliseconds> {
        self.times.as_ref()?.get(field)
    }

    /// Lets a field go at some time, or never; whether that is a change. A field that is not there has no time.
    pub(crate) fn set_expiry(&mut self, field: &[u8], time: Option<Milliseconds>) -> bool {
        if !self.contains(field) || (time.is_none() && self.times.is_none()) {
            return false;
        }
        let Self { fields, times, journal, .. } = self;
        let times = times.get_or_insert_with(|| {
            journal.record(|| Change::Times);
            Box::new(FieldTimes::new(fields.hasher().clone()))
        });
        let before = times.set(field, time);
        if before != time {
            journal.record(|| Change::Timed { field: field.into(), before });
        }
        before != time
    }

    /// Whether a field may have to go by `now`.
    #[must_use]
    pub(crate) fn may_expire(&self, now: Milliseconds) -> bool {
        self.times.as_ref().is_some_and(|times| now > times.earliest())
    }

    /// Removes the fields whose time is over.
    pub(crate) fn expire(&mut self, now: Milliseconds) -> Vec<Box<[u8]>> {
        let over = self.times.as_mut().map(|times| times.over(now)).unwrap_or_default();
        for field in &over {
            self.remove(field);
        }
        over
    }

    /// Gives the compact encoding up if so many fields are too many for it.
    pub(crate) fn expect(&mut self, fields: usize) {
        if self.compact && !self.limits.hash.allows(fields) {
            self.journal.record(|| Change::Spread);
            self.compact = false;
        }
    }

    /// Sets a field, which does not go by itself from here on; whether it is new.
    pub(crate) fn insert(&mut self, field: &[u8], value: &[u8]) -> bool {
        self.set_expiry(field, None);
        self.update(field, value)
    }

    /// Sets a field, which keeps its time; whether it is new.
    pub(crate) fn update(&mut self, field: &[u8], value: &[u8]) -> bool {
        let new = if let Some((position, _, old)) = self.fields.get_full_mut(field) {
            self.journal.record(|| Change::Set { position, value: old.clone() });
            old.clear();
            old.extend_from_slice(value);
            false
        } else {
            self.journal.record(|| Change::Added);
            self.fields.insert(field.into(), value.to_vec());
            true
        };
        let limit = &self.limits.hash;
        let compact = limit.allows_bytes(field.len().max(value.len())) && limit.allows(self.len());
        if self.compact && !compact {
            self.journal.record(|| Change::Spread);
            self.compact = false;
        }
        new
    }

    /// Removes a field; whether it was there.
    pub(crate) fn remove(&mut self, field: &[u8]) -> bool {
        self.set_expiry(field, None);
        let swapped = !self.compact;
        let removed =
            if swapped { self.fields.swap_remove_full(field) } else { self.fields.shift_remove_full(field) };
        match removed {
            None => false,
            Some((position, field, value)) => {
                self.journal.record(|| Change::Removed { position, field, value, swapped });
                true
            }
        }
    }

    pub(super) fn arm(&mut self, armed: bool) {
        self.journal.arm(armed);
    }

    /// Undoes what has changed since the hash was armed.
    pub(super) fn undo(&mut self) {
        for change in self.journal.take() {
            match change {
                Change::Added => {
                    self.fields.pop();
                }
                Change::Set { position, value } => {
                    if let Some((_, old)) = self.fields.get_index_mut(position) {
                        *old = value;
                    }
                }
                Change::Removed { position, field, value, swapped: false } => {
                    self.fields.shift_insert(position.min(self.fields.len()), field, value);
                }
                Change::Removed { position, field, value, swapped: true } => {
                    let (last, _) = self.fields.insert_full(field, value);
                    self.fields.swap_indices(position.min(last), last);
                }
                Change::Spread => self.compact = true,
                Change::Timed { field, before } => {
                    if let Some(times) = &mut self.times {
                        times.set(&field, before);
                    }
                }
                Change::Times => self.times = None,
            }
        }
    }

    /// The field at a position, for cursors and random picks.
    #[must_use]
    pub(crate) fn by_position(&self, position: usize) -> Option<(&[u8], &[u8])> {
        self.fields.get_index(position).map(|(field, value)| (&**field, value.as_slice()))
    }

    /// All fields with their values, in order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|(field, value)| (&**field, value.as_slice()))
    }
}
