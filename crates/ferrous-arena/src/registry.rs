//! References that code outside holds for long.
//!
//! A registry gives out [`Pinned`] references: the registry's identity and a slotmap key. A reference from another registry,
//! or one that was released, is an error value. slotmap's 64-bit keys serve here, where their size does not matter; hot
//! objects live in [`Arena`](crate::Arena).
//!
//! **Invariant:** no two registries of a process have the same identity.

use std::sync::atomic::{AtomicU64, Ordering};

use slotmap::{DefaultKey, SlotMap};
use thiserror::Error;

static NEXT_IDENTITY: AtomicU64 = AtomicU64::new(1);

/// Why a pinned reference cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PinError {
    /// It was made by another registry.
    #[error("the reference belongs to another heap")]
    Foreign,
    /// It was released, or what made it was rolled back.
    #[error("the reference was released")]
    Released,
}

/// A reference that a [`Registry`] has given out.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Pinned {
    registry: u64,
    key: DefaultKey,
}

/// Values that are referred to from outside.
#[derive(Debug)]
pub struct Registry<V> {
    identity: u64,
    values: SlotMap<DefaultKey, V>,
}

impl<V> Default for Registry<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Registry<V> {
    /// An empty registry with an identity of its own.
    pub fn new() -> Self {
        Self { identity: NEXT_IDENTITY.fetch_add(1, Ordering::Relaxed), values: SlotMap::new() }
    }

    /// What tells this registry from all others of the process.
    pub fn identity(&self) -> u64 {
        self.identity
    }

    /// Keeps a value until it is released.
    pub fn pin(&mut self, value: V) -> Pinned {
        Pinned { registry: self.identity, key: self.values.insert(value) }
    }

    fn key(&self, pinned: &Pinned) -> Result<DefaultKey, PinError> {
        if pinned.registry == self.identity { Ok(pinned.key) } else { Err(PinError::Foreign) }
    }

    /// The value of a reference.
    pub fn get(&self, pinned: &Pinned) -> Result<&V, PinError> {
        self.values.get(self.key(pinned)?).ok_or(PinError::Released)
    }

    /// The value of a reference.
    pub fn get_mut(&mut self, pinned: &Pinned) -> Result<&mut V, PinError> {
        let key = self.key(pinned)?;
        self.values.get_mut(key).ok_or(PinError::Released)
    }

    /// Releases a reference and hands back its value.
    pub fn release(&mut self, pinned: &Pinned) -> Result<V, PinError> {
        let key = self.key(pinned)?;
        self.values.remove(key).ok_or(PinError::Released)
    }

    /// All values.
    pub fn iter(&self) -> impl Iterator<Item = &V> {
        self.values.values()
    }

    /// Drops the values that `keep` refuses.
    pub fn retain(&mut self, mut keep: impl FnMut(&mut V) -> bool) {
        self.values.retain(|_, value| keep(value));
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_and_released_references_are_errors() {
        let (mut here, mut there) = (Registry::new(), Registry::new());
        let pinned = here.pin(1);
        there.pin(2);
        assert_eq!(here.get(&pinned), Ok(&1));
        assert_eq!(there.get(&pinned), Err(PinError::Foreign));
        assert_eq!(here.release(&pinned), Ok(1));
        assert_eq!(here.get(&pinned), Err(PinError::Released));
        assert_eq!(here.release(&pinned), Err(PinError::Released));
    }
}
