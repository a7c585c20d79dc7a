//! Scripts and the cache that EVALSHA finds them in.
//!
//! A [`Script`] is immutable: text, digest, flags, compiled chunk. The cache finds it by its text (EVAL) or by its digest
//! (EVALSHA); finding by text hashes the text but computes no SHA-1, so a script that is sent again costs no digest.
//! On targets that bound the scripts that only EVAL has seen, the least recently used of them makes room for a new one.
//!
//! **Invariant:** `by_text` and `by_digest` hold the keys of exactly the scripts in `scripts`.

use std::{
    borrow::Borrow,
    hash::{Hash, Hasher},
    sync::Arc,
};

use ahash::HashMap;
use ferrous_vm::chunk::Chunk;
use slotmap::{SlotMap, new_key_type};

use crate::{
    digest::Digest,
    shebang::ScriptFlags,
    stats::{Calls, ScriptStats},
};

new_key_type! {
    /// A script in a [`ScriptCache`].
    pub struct ScriptKey;
}

/// A compiled script.
#[derive(Debug)]
pub(crate) struct Script {
    /// Its name.
    pub digest: Digest,
    /// What was sent, shebang included.
    pub text: Box<[u8]>,
    /// What it declares.
    pub flags: ScriptFlags,
    /// Its code, to be loaded by any machine.
    pub chunk: Arc<Chunk>,
}

impl Script {
    fn bytes(&self) -> usize {
        self.text.len() + size_of::<Self>()
    }
}

#[derive(Debug)]
struct Entry {
    script: Arc<Script>,
    /// When it was used last, counted in uses of the cache.
    used: u64,
    /// Whether only EVAL has seen it.
    evictable: bool,
    calls: Calls,
}

/// How a script gets into the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// EVAL or EVAL_RO: the script may be evicted.
    Eval,
    /// SCRIPT LOAD: the script stays until SCRIPT FLUSH.
    Load,
}

/// A script that is hashed and compared by its text.
#[derive(Debug)]
struct Text(Arc<Script>);

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0.text
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Text {}

/// The scripts that EVALSHA can name.
#[derive(Debug, Default)]
pub(crate) struct ScriptCache {
    scripts: SlotMap<ScriptKey, Entry>,
    by_digest: HashMap<Digest, ScriptKey>,
    by_text: HashMap<Text, ScriptKey>,
    uses: u64,
    evictable: usize,
    /// How many scripts were evicted.
    evicted: u64,
    /// What [`ScriptCache::bytes`] tells.
    bytes: usize,
}

impl ScriptCache {
    /// The script of that text.
    #[must_use]
    pub(crate) fn find_text(&self, text: &[u8]) -> Option<ScriptKey> {
        self.by_text.get(text).copied()
    }

    /// The script of that digest.
    #[must_use]
    pub(crate) fn find_digest(&self, digest: &Digest) -> Option<ScriptKey> {
        self.by_digest.get(digest).copied()
    }

    /// The script behind a key, if it is still there.
    #[must_use]
    pub(crate) fn get(&self, key: ScriptKey) -> Option<&Arc<Script>> {
        Some(&self.scripts.get(key)?.script)
    }

    /// How many scripts there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.scripts.len()
    }

    /// Bytes of the scripts' texts, and a fixed amount for each.
    #[must_use]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The scripts and what they have done, in no order.
    pub(crate) fn stats(&self) -> impl Iterator<Item = ScriptStats> {
        self.scripts.values().map(|entry| ScriptStats {
            digest: entry.script.digest,
            bytes: entry.script.text.len(),
            calls: entry.calls,
        })
    }

    /// How many scripts were evicted since the cache was made.
    #[must_use]
    pub(crate) fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Adds a script, which must not be there yet. If it comes from EVAL and `limit` scripts that only EVAL has seen are
    /// there already, the least recently used of them leaves.
    pub(crate) fn insert(&mut self, script: Script, origin: Origin, limit: Option<usize>) -> ScriptKey {
        let script = Arc::new(script);
        let evictable = origin == Origin::Eval && limit.is_some();
        if evictable && limit.is_some_and(|limit| self.evictable >= limit) {
            self.evict();
        }
        self.uses += 1;
        self.evictable += usize::from(evictable);
        let (digest, text) = (script.digest, Text(Arc::clone(&script)));
        self.bytes += script.bytes();
        let calls = Calls::default();
        let key = self.scripts.insert(Entry { script, used: self.uses, evictable, calls });
        self.by_digest.insert(digest, key);
        self.by_text.insert(text, key);
        key
    }

    /// A script was run: it is now the most recently used one.
    pub(crate) fn touch(&mut self, key: ScriptKey, failed: bool) {
        if let Some(entry) = self.scripts.get_mut(key) {
            self.uses += 1;
            entry.used = self.uses;
            entry.calls.count(failed);
        }
    }

    /// Exempts a script from eviction.
    pub(crate) fn keep(&mut self, key: ScriptKey) {
        if let Some(entry) = self.scripts.get_mut(key)
            && std::mem::take(&mut entry.evictable)
        {
            self.evictable -= 1;
        }
    }

    /// SCRIPT FLUSH.
    pub(crate) fn clear(&mut self) {
        self.scripts.clear();
        self.by_digest.clear();
        self.by_text.clear();
        self.evictable = 0;
        self.bytes = 0;
    }

    /// Looks through all scripts: a new script costs a compilation anyway, and running one stays a single store.
    fn evict(&mut self) {
        let oldest =
            self.scripts.iter().filter(|(_, entry)| entry.evictable).min_by_key(|(_, entry)| entry.used);
        let Some(key) = oldest.map(|(key, _)| key) else { return };
        if let Some(entry) = self.scripts.remove(key) {
            self.by_digest.remove(&entry.script.digest);
            self.by_text.remove::<[u8]>(&entry.script.text);
            self.bytes -= entry.script.bytes();
            self.evictable -= 1;
            self.evicted += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &[u8]) -> Script {
        let chunk = Arc::new(Chunk::default());
        Script { digest: Digest::of(text), text: text.into(), flags: ScriptFlags::COMPAT_MODE, chunk }
    }

    #[test]
    fn the_least_recently_used_script_of_eval_leaves() {
        let mut cache = ScriptCache::default();
        let loaded = cache.insert(script(b"loaded"), Origin::Load, Some(2));
        let first = cache.insert(script(b"first"), Origin::Eval, Some(2));
        let second = cache.insert(script(b"second"), Origin::Eval, Some(2));
        cache.touch(first, false);
        let third = cache.insert(script(b"third"), Origin::Eval, Some(2));
        assert_eq!(cache.evicted(), 1);
        assert!(cache.get(second).is_none() && cache.find_text(b"second").is_none());
        assert_eq!(cache.find_digest(&Digest::of(b"second")), None);
        cache.keep(first);
        cache.insert(script(b"fourth"), Origin::Eval, Some(2));
        cache.insert(script(b"fifth"), Origin::Eval, Some(2));
        assert!(cache.get(third).is_none());
        assert_eq!(cache.find_text(b"first"), Some(first));
        assert_eq!(cache.find_digest(&Digest::of(b"loaded")), Some(loaded));
        assert_eq!(cache.len(), 4);
        cache.clear();
        assert!(cache.len() == 0 && cache.find_text(b"first").is_none());
    }

    #[test]
    fn without_a_limit_nothing_leaves() {
        let mut cache = ScriptCache::default();
        for number in 0..600 {
            cache.insert(script(format!("return {number}").as_bytes()), Origin::Eval, None);
        }
        assert_eq!((cache.len(), cache.evicted()), (600, 0));
    }
}
