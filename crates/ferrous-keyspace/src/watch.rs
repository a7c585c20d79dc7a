//! Keys that a client watches, and whether one of them has changed since.
//!
//! A key has changed if it holds something else, or expires at another time; or if a command has written what was there before, as
//! SET may. Each command that opens a watched key is looked at when it has ended, so a change that is taken back counts.

use ferrous_redis::effects::usual::may_change_nothing;

use crate::keyspace::Keyspace;

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches {
    keys: Vec<Watched>,
    /// Whether the running command has opened one of them.
    opened: bool,
    /// Whether one of them has changed.
    broken: bool,
}

#[derive(Clone, Debug)]
struct Watched {
    database: usize,
    key: Box<[u8]>,
    /// What it held, if it was there.
    held: Option<String>,
}

impl Keyspace {
    /// Watches a key of the selected database from here on.
    pub fn watch(&mut self, key: &[u8]) {
        let database = self.selected();
        let held = self.dump_key(database, key);
        self.server.watches.keys.push(Watched { database, key: key.into(), held });
    }

    /// Forgets which keys are watched; whether one of them has changed.
    pub fn unwatch(&mut self) -> bool {
        let changed = self.holds_other();
        std::mem::take(&mut self.server.watches).broken || changed
    }

    fn holds_other(&self) -> bool {
        let mut keys = self.server.watches.keys.iter();
        keys.any(|watched| self.dump_key(watched.database, &watched.key) != watched.held)
    }

    /// Notes that a key of the selected database is written to.
    pub(crate) fn note_key(&mut self, key: &[u8]) {
        self.note_key_in(self.selected(), key);
    }

    /// The same, of a database.
    pub(crate) fn note_key_in(&mut self, database: usize, key: &[u8]) {
        let watches = &mut self.server.watches;
        watches.opened |= watches.keys.iter().any(|known| known.database == database && *known.key == *key);
    }

    /// Notes that what lies at a position of the selected database is written to.
    pub(crate) fn note_position(&mut self, position: usize) {
        if self.server.watches.keys.is_empty() {
            return;
        }
        let Some(key) = self.database().at(position).map(|(key, _)| Box::<[u8]>::from(key)) else { return };
        self.note_key(&key);
    }

    /// The command `name` has ended.
    pub(crate) fn settle_watches(&mut self, name: &[u8]) {
        if std::mem::take(&mut self.server.watches.opened) && self.touched {
            let changed = !may_change_nothing(name) || self.holds_other();
            self.server.watches.broken |= changed;
        }
    }
}
