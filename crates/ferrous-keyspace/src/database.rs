//! One database: keys with their values and expiries.
//!
//! Keys stand in an index map, so that a random key and a cursor are a position. A key that goes is replaced by the last
//! one; cursors run from the last position to the first, so that such a move can show a key twice but never hide one.
//!
//! **Invariant:** `volatile` counts the entries that have an expiry.

use ahash::RandomState;
use indexmap::IndexMap;

use crate::{expiry::Milliseconds, object::Value};

/// What a key holds.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    /// When the key goes, in milliseconds since 1970.
    pub(crate) expires_at: Option<Milliseconds>,
    /// The recording in which the entry was made or armed; 0 for none (see `undo`).
    pub(crate) scope: u64,
}

impl Entry {
    /// Whether the key's time is over.
    pub(crate) fn is_expired(&self, now: Milliseconds) -> bool {
        self.expires_at.is_some_and(|time| now > time)
    }
}

/// A database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    entries: IndexMap<Box<[u8]>, Entry, RandomState>,
    volatile: usize,
}

impl Database {
    pub(crate) fn new(hasher: RandomState) -> Self {
        Self { entries: IndexMap::with_hasher(hasher), volatile: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn volatile(&self) -> usize {
        self.volatile
    }

    pub(crate) fn find(&self, key: &[u8]) -> Option<usize> {
        self.entries.get_index_of(key)
    }

    pub(crate) fn at(&self, position: usize) -> Option<(&[u8], &Entry)> {
        self.entries.get_index(position).map(|(key, entry)| (&**key, entry))
    }

    pub(crate) fn at_mut(&mut self, position: usize) -> Option<(&[u8], &mut Entry)> {
        self.entries.get_index_mut(position).map(|(key, entry)| (&**key, entry))
    }

    /// Puts a new key, or a new value and expiry under a key; returns its position and what it held.
    pub(crate) fn insert(&mut self, key: &[u8], entry: Entry) -> (usize, Option<Entry>) {
        self.volatile += usize::from(entry.expires_at.is_some());
        match self.entries.get_full_mut(key) {
            Some((position, _, old)) => {
                self.volatile -= usize::from(old.expires_at.is_some());
                (position, Some(std::mem::replace(old, entry)))
            }
            None => (self.entries.insert_full(key.into(), entry).0, None),
        }
    }

    pub(crate) fn set_expiry_at(&mut self, position: usize, expires_at: Option<Milliseconds>) {
        if let Some((_, entry)) = self.entries.get_index_mut(position) {
            self.volatile += usize::from(expires_at.is_some());
            self.volatile -= usize::from(entry.expires_at.is_some());
            entry.expires_at = expires_at;
        }
    }

    pub(crate) fn remove_at(&mut self, position: usize) -> Option<Entry> {
        let (_, entry) = self.entries.swap_remove_index(position)?;
        self.volatile -= usize::from(entry.expires_at.is_some());
        Some(entry)
    }

    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        self.remove_at(self.find(key)?)
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.volatile = 0;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Entry)> {
        self.entries.iter().map(|(key, entry)| (&**key, entry))
    }
}
