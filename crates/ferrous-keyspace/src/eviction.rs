//! Eviction: keys that go because there is too little memory, as `maxmemory-policy` chooses them.
//!
//! Servers look for keys that nobody has used for long, or seldom, among a few picked at random. Here uses are not remembered, so
//! any key is as good as another; but those that may go are the policy's, and `volatile-ttl` takes the next to expire.
//!
//! **Invariant:** nothing goes while a script runs or changes are recorded.

use ferrous_redis::effects::{EffectSink, Effects};

use crate::{
    expiry::Milliseconds,
    keyspace::{DATABASES, Keyspace},
    settings::{Policy, Setting},
};

/// A key that may go.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// The least goes first.
    order: Milliseconds,
    database: usize,
    key: Box<[u8]>,
    bytes: usize,
}

impl Keyspace {
    /// Has keys go until there is memory again or none is left that may; returns what is to be replicated for it. A server does
    /// that before each command of a client, but for those of a transaction that is carried out.
    pub fn evict(&mut self) -> Effects {
        let mut effects = Effects::default();
        let Some(limit) = self.memory_limit().filter(|_| self.scope == 0) else { return effects };
        let Some(policy) = Policy::of(&self.server.settings) else { return effects };
        let mut used = self.used_memory();
        if used <= limit {
            return effects;
        }
        let selected = self.selected();
        for Candidate { database: number, key, bytes, .. } in self.candidates(policy) {
            if used <= limit {
                break;
            }
            self.select(number);
            used = used.saturating_sub(bytes as u64);
            self.server.evicted += u64::from(self.remove(&key));
            EffectSink::new(&mut effects, number, self.dialect()).expired(&key);
        }
        self.server.forget_bytes();
        self.select(selected);
        effects
    }

    /// The keys that may go, the first first.
    fn candidates(&mut self, policy: Policy) -> Vec<Candidate> {
        let mut found = Vec::new();
        for number in 0..DATABASES {
            let database = &self.databases[number];
            let keys = database.iter().filter(|(_, entry)| !policy.volatile || entry.expires_at.is_some());
            for (key, entry) in keys {
                let order = match entry.expires_at.filter(|_| policy.by_expiry) {
                    Some(time) => time,
                    None => self.random.below(usize::MAX) as Milliseconds,
                };
                let bytes = entry.value.bytes_used(key);
                found.push(Candidate { order, database: number, key: key.into(), bytes });
            }
        }
        found.sort_unstable();
        found
    }

    /// How many bytes may be used, if there is a limit.
    pub(crate) fn memory_limit(&self) -> Option<u64> {
        let settings = &self.server.settings;
        let is_free = self.is_replica() && settings.is_on(Setting::ReplicaIgnoreMaxMemory);
        Some(settings.get(Setting::MaxMemory)).filter(|limit| *limit != 0 && !is_free)
    }
}
