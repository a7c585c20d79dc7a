//! What collections are made with: the hashing of their tables, and the limits of their compact encodings.
//!
//! Every collection holds the same [`Limits`], so that `CONFIG SET` reaches those that are there already.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use ahash::RandomState;

use crate::settings::{Setting, Settings};

/// What a new collection needs.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) hasher: RandomState,
    pub(crate) limits: Arc<Limits>,
}

impl Layout {
    /// The limits that servers start with.
    pub(crate) fn new(hasher: RandomState) -> Self {
        let limits = Arc::<Limits>::default();
        limits.adopt(&Settings::default());
        Self { hasher, limits }
    }
}

/// How large a collection may be in a compact encoding.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    pub(super) hash: Limit,
    pub(super) set: Limit,
    pub(crate) sorted_set: Limit,
    integers: AtomicU64,
}

impl Limits {
    /// Takes what `CONFIG` says.
    pub(crate) fn adopt(&self, settings: &Settings) {
        let get = |setting| settings.get(setting);
        self.hash.adopt(get(Setting::HashMaxEntries), get(Setting::HashMaxValue));
        self.set.adopt(get(Setting::SetMaxEntries), get(Setting::SetMaxValue));
        self.sorted_set.adopt(get(Setting::SortedSetMaxEntries), get(Setting::SortedSetMaxValue));
        self.integers.store(get(Setting::SetMaxIntegers), Ordering::Relaxed);
    }

    /// Whether a set may keep so many integers as an array.
    pub(super) fn allows_integers(&self, members: usize) -> bool {
        members as u64 <= self.integers.load(Ordering::Relaxed)
    }
}

/// The limits of one encoding.
#[derive(Debug, Default)]
pub(crate) struct Limit {
    elements: AtomicU64,
    bytes: AtomicU64,
}

impl Limit {
    fn adopt(&self, elements: u64, bytes: u64) {
        self.elements.store(elements, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    /// Whether there may be so many elements.
    pub(crate) fn allows(&self, elements: usize) -> bool {
        elements as u64 <= self.elements.load(Ordering::Relaxed)
    }

    /// Whether an element may have so many bytes.
    pub(crate) fn allows_bytes(&self, bytes: usize) -> bool {
        bytes as u64 <= self.bytes.load(Ordering::Relaxed)
    }
}

/// How long a list may be in the compact encoding, as `list-max-listpack-size` says it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListLimit {
    pub(super) elements: usize,
    pub(super) bytes: usize,
}

impl ListLimit {
    /// A number of elements, or, below 0, one of five sizes.
    pub(crate) fn of(settings: &Settings) -> Self {
        const SAFE_BYTES: usize = 8192;
        let size = settings.get(Setting::ListMaxSize).cast_signed();
        let bytes = match size {
            0.. => SAFE_BYTES,
            -1 => 4096,
            -2 => 8192,
            -3 => 16_384,
            -4 => 32_768,
            _ => 65_536,
        };
        let elements = usize::try_from(size).map_or(usize::MAX, |size| size.max(1));
        Self { elements, bytes }
    }
}
