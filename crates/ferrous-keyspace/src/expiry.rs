//! Time: the clock that keys expire by.
//!
//! A key that has an expiry carries it as an absolute time in milliseconds since 1970; a look-up that finds the time gone
//! removes the key (lazy expiry), and [`crate::Keyspace::expire_some`] removes those that nobody looks up; fields of hashes go likewise. A
//! script sees keys expire by the time at which it started. In Redis 7.0 `TIME`, and expiries that a script sets, go by the
//! clock that moves; for later targets time stands still while a script runs.
//!
//! **Invariant:** within one script, a key that was there stays there until somebody changes it.

use std::time::{SystemTime, UNIX_EPOCH};

use ferrous_redis::effects::{EffectSink, Effects};

use crate::{
    keyspace::{DATABASES, Keyspace},
    object::{Hash, Typed, Value},
};

/// Milliseconds since 1970.
pub type Milliseconds = i64;

/// Where a keyspace takes the time from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The computer's clock.
    #[default]
    System,
    /// A time, in microseconds since 1970, that only its owner moves: for tests and for replaying.
    Manual(i64),
}

impl Clock {
    /// Microseconds since 1970.
    #[must_use]
    pub fn microseconds(self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_micros()).ok())
                .unwrap_or(0),
            Self::Manual(time) => time,
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn milliseconds(self) -> Milliseconds {
        self.microseconds() / 1000
    }
}

/// What has gone by itself.
#[derive(Clone, Debug)]
pub(crate) enum Expired {
    Key(Box<[u8]>),
    Fields { key: Box<[u8]>, fields: Vec<Box<[u8]>> },
}

impl Expired {
    /// The command that brings a copy of the keyspace to the same state, whatever a script has chosen with `redis.set_repl`.
    pub(crate) fn tell(&self, effects: &mut EffectSink<'_>) {
        match self {
            Self::Key(key) => effects.expired(key),
            Self::Fields { key, fields } => {
                let words = [b"HDEL".as_slice(), key].into_iter().chain(fields.iter().map(|field| &**field));
                effects.push_everywhere(&words.collect::<Vec<_>>());
            }
        }
    }
}

impl Keyspace {
    /// Removes expired keys of all databases, and expired fields of hashes, looking at no more than `limit` keys; returns what is
    /// to be replicated for it, a command for each. Of many keys some are picked at random, so calling this now and then keeps what
    /// nobody asks for from piling up. Nothing goes while changes are recorded, or if DEBUG SET-ACTIVE-EXPIRE says so.
    pub fn expire_some(&mut self, limit: usize) -> Effects {
        let mut effects = Effects::default();
        if self.scope != 0 || self.server.keeps_expired {
            return effects;
        }
        let now = self.clock().milliseconds();
        let selected = self.selected();
        for number in 0..DATABASES {
            self.select(number);
            let (share, length) = (limit.div_ceil(DATABASES), self.database().len());
            for left in (0..share.min(length)).rev() {
                // A position that was looked at may be that of the last key then.
                let position = if length <= share { left } else { self.random.below(self.database().len()) };
                self.expired.clear();
                self.let_go(position, now);
                let mut sink = EffectSink::new(&mut effects, number, self.dialect());
                self.expired.iter().for_each(|expired| expired.tell(&mut sink));
            }
        }
        self.select(selected);
        self.server.forget_bytes();
        effects
    }

    /// Changes a key's expiry; whether the key is there.
    pub(crate) fn set_expiry(&mut self, key: &[u8], expires_at: Option<Milliseconds>) -> bool {
        let Some(position) = self.position(key) else { return false };
        if self.scope != 0 {
            self.record_expiry(position);
        }
        let had_one = self.database().at(position).is_some_and(|(_, entry)| entry.expires_at.is_some());
        self.touched |= had_one || expires_at.is_some();
        self.note_position(position);
        self.database_mut().set_expiry_at(position, expires_at);
        true
    }

    /// Removes the entry at a position, or fields of its hash, if their time is over; whether the key is still there. That is no
    /// change of the running command.
    pub(crate) fn let_go(&mut self, position: usize, now: Milliseconds) -> bool {
        let Some((key, entry)) = self.database().at(position) else { return false };
        let key: Box<[u8]> = if entry.is_expired(now) {
            key.into()
        } else if matches!(&entry.value, Value::Hash(hash) if hash.may_expire(now)) {
            return self.let_fields_go(position, now);
        } else {
            return true;
        };
        let touched = self.touched;
        self.remove_at(position);
        self.touched = touched;
        self.expired.push(Expired::Key(key));
        false
    }

    #[cold]
    fn let_fields_go(&mut self, position: usize, now: Milliseconds) -> bool {
        let touched = self.touched;
        let hash = self.value_mut(position).and_then(Hash::from_value_mut);
        let (fields, empty) = hash.map_or((Vec::new(), false), |hash| (hash.expire(now), hash.is_empty()));
        if !fields.is_empty()
            && let Some((key, _)) = self.database().at(position)
        {
            let key = key.into();
            self.expired.push(Expired::Fields { key, fields });
        }
        if empty {
            self.remove_at(position);
        }
        self.touched = touched;
        !empty
    }
}
