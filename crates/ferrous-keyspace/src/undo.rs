//! Undoing: what it takes to leave no trace of a script.
//!
//! Between `begin` and `rollback` every change is recorded as its opposite, on two levels. The keyspace records what happens
//! to keys ([`Change`]): made, replaced, removed, moved. A collection that is older than the recording, and is then
//! written to, is *armed*: from there on it records its own changes in a [`Journal`]. So a script that adds one member to a
//! set of a million costs one record, not a copy. Strings are copied instead, once.
//!
//! Undoing runs backwards. When it reaches the point at which a collection was armed, all keys lie as they lay then, so
//! the collection is found under its old key and undoes itself.
//!
//! **Invariant:** a journal is armed only in a collection that was there when the running recording began; a clone is never
//! armed.

use crate::{
    Keyspace,
    database::{Database, Entry},
    expiry::Milliseconds,
    object::Value,
};

/// How to undo one change to the keys.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Remove the key.
    Made { database: usize, key: Box<[u8]> },
    /// Put back what the key held.
    Gone { database: usize, key: Box<[u8]>, entry: Box<Entry> },
    /// Move a key back.
    Moved { from: (usize, Box<[u8]>), to: (usize, Box<[u8]>) },
    /// Give a key back its expiry.
    Expiry { database: usize, key: Box<[u8]>, expires_at: Option<Milliseconds> },
    /// Let the collection undo its changes.
    Armed { database: usize, key: Box<[u8]> },
    /// Put back all keys of a database.
    Cleared { number: usize, database: Box<Database> },
    /// Exchange two databases again.
    Swapped { first: usize, second: usize },
}

impl Keyspace {
    /// Starts a recording. One that runs already ends, and what it recorded is kept.
    pub(crate) fn start_recording(&mut self) {
        self.changes.clear();
        self.last_scope = self.last_scope.wrapping_add(1).max(1);
        self.scope = self.last_scope;
    }

    /// Ends the recording and keeps the changes. Journals that are armed are put away when their collections are next
    /// written to, except those that can be found at once.
    pub(crate) fn stop_recording(&mut self) {
        self.scope = 0;
        for change in self.changes.drain(..) {
            if let Change::Armed { database, key } | Change::Moved { to: (database, key), .. } = change
                && let Some(database) = self.databases.get_mut(database)
                && let Some(position) = database.find(&key)
                && let Some((_, entry)) = database.at_mut(position)
            {
                entry.value.arm(false);
                entry.scope = 0;
            }
        }
    }

    /// Ends the recording and undoes the changes.
    pub(crate) fn undo_recorded(&mut self) {
        self.scope = 0;
        for change in std::mem::take(&mut self.changes).into_iter().rev() {
            self.undo(change);
        }
    }

    fn undo(&mut self, change: Change) {
        let databases = &mut self.databases;
        match change {
            Change::Made { database, key } => {
                databases.get_mut(database).map(|database| database.remove(&key));
            }
            Change::Gone { database, key, entry } => {
                databases.get_mut(database).map(|database| database.insert(&key, *entry));
            }
            Change::Moved { from, to } => {
                let entry = databases.get_mut(to.0).and_then(|database| database.remove(&to.1));
                if let (Some(entry), Some(database)) = (entry, databases.get_mut(from.0)) {
                    database.insert(&from.1, entry);
                }
            }
            Change::Expiry { database, key, expires_at } => {
                if let Some(database) = databases.get_mut(database)
                    && let Some(position) = database.find(&key)
                {
                    database.set_expiry_at(position, expires_at);
                }
            }
            Change::Armed { database, key } => {
                if let Some(database) = databases.get_mut(database)
                    && let Some(position) = database.find(&key)
                    && let Some((_, entry)) = database.at_mut(position)
                {
                    entry.value.undo();
                    entry.scope = 0;
                }
            }
            Change::Cleared { number, database } => {
                if let Some(place) = databases.get_mut(number) {
                    *place = *database;
                }
            }
            Change::Swapped { first, second } => databases.swap(first, second),
        }
    }

    /// The value at a position of the selected database, to be changed.
    pub(crate) fn value_mut(&mut self, position: usize) -> Option<&mut Value> {
        if self.database().at(position)?.1.scope != self.scope {
            self.arm(position);
        }
        self.touched = true;
        self.note_position(position);
        self.database_mut().at_mut(position).map(|(_, entry)| &mut entry.value)
    }

    /// Prepares an entry of before the running recording, or of an earlier recording, for being changed.
    #[cold]
    fn arm(&mut self, position: usize) {
        let (scope, database) = (self.scope, self.selected());
        let Some((key, entry)) = self.database_mut().at_mut(position) else { return };
        let old = (scope != 0 && matches!(entry.value, Value::String(_))).then(|| Box::new(entry.clone()));
        entry.scope = scope;
        entry.value.arm(scope != 0);
        let key = key.into();
        if let Some(entry) = old {
            self.changes.push(Change::Gone { database, key, entry });
        } else if scope != 0 {
            self.changes.push(Change::Armed { database, key });
        }
    }

    /// Puts an entry under a key of the selected database; returns its position.
    pub(crate) fn insert(&mut self, key: &[u8], entry: Entry) -> usize {
        let (position, replaced) = self.database_mut().insert(key, entry);
        self.touched = true;
        self.note_key(key);
        if self.scope != 0 {
            let (database, key) = (self.selected(), key.into());
            self.changes.push(match replaced {
                None => Change::Made { database, key },
                Some(entry) => Change::Gone { database, key, entry: Box::new(entry) },
            });
        }
        position
    }

    /// Removes the entry at a position of the selected database; whether there was one.
    pub(crate) fn remove_at(&mut self, position: usize) -> bool {
        self.touched = true;
        self.note_position(position);
        if self.scope == 0 {
            return self.database_mut().remove_at(position).is_some();
        }
        let database = self.selected();
        let Some(key) = self.database().at(position).map(|(key, _)| key.into()) else { return false };
        let Some(entry) = self.database_mut().remove_at(position) else { return false };
        self.changes.push(Change::Gone { database, key, entry: Box::new(entry) });
        true
    }

    /// Records the expiry that an entry is about to lose.
    pub(crate) fn record_expiry(&mut self, position: usize) {
        let database = self.selected();
        if let Some((key, entry)) = self.database().at(position) {
            let change = Change::Expiry { database, key: key.into(), expires_at: entry.expires_at };
            self.changes.push(change);
        }
    }
}

/// A collection's record of its own changes, if it is armed.
#[derive(Debug)]
pub(crate) struct Journal<C> {
    changes: Option<Vec<C>>,
}

impl<C> Default for Journal<C> {
    fn default() -> Self {
        Self { changes: None }
    }
}

impl<C> Clone for Journal<C> {
    /// A copy of a collection has a history of its own.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<C> Journal<C> {
    /// Starts an empty record, or ends recording.
    pub(crate) fn arm(&mut self, armed: bool) {
        self.changes = armed.then(Vec::new);
    }

    /// Records the opposite of a change, which is only computed if it is wanted.
    pub(crate) fn record(&mut self, change: impl FnOnce() -> C) {
        if let Some(changes) = &mut self.changes {
            changes.push(change());
        }
    }

    /// Ends recording; what there is to undo, the last change first.
    pub(crate) fn take(&mut self) -> impl Iterator<Item = C> + use<C> {
        self.changes.take().unwrap_or_default().into_iter().rev()
    }
}
