//! What method calls remember: each call site the method it found last, and the machine what all sites have found.
//!
//! A site whose objects are all of one class finds its method in itself. One that sees several classes in turn finds them in
//! the cache, which is indexed by class and name: a chain of `__index` tables is walked once for both.
//!
//! **Invariant:** an entry is valid for its metatable and key as long as the epoch is its own: whatever could change what the
//! chain leads to advances the epoch (`Transaction::watch`).

use ferrous_heap::Value;

/// Entries of the cache: a power of two.
const ENTRIES: usize = 256;

/// What a `GetMethod` instruction remembers: the method found last, under which metatable, in which epoch of metatables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MethodSite {
    /// The method's name.
    pub(crate) key: Value,
    /// The metatable of the object it was found for, as a value; nil while there is none.
    pub(crate) metatable: Value,
    /// `Transaction::method_epoch` when it was found.
    pub(crate) epoch: u32,
    /// The method.
    pub(crate) method: Value,
}

impl MethodSite {
    pub(crate) const EMPTY: Self =
        Self { key: Value::NIL, metatable: Value::NIL, epoch: 0, method: Value::NIL };
}

/// What all sites have found.
#[derive(Debug)]
pub(crate) struct MethodCache(Box<[MethodSite; ENTRIES]>);

impl Default for MethodCache {
    fn default() -> Self {
        Self(Box::new([MethodSite::EMPTY; ENTRIES]))
    }
}

impl MethodCache {
    /// Where a method of this name is to be found for objects with this metatable.
    #[inline]
    pub(crate) fn place(&mut self, metatable: Value, key: Value) -> &mut MethodSite {
        // The low bits of handles are their indices; names of one class often have neighbouring ones.
        let mixed = metatable.bits().wrapping_mul(31) ^ key.bits();
        &mut self.0[mixed as usize % ENTRIES]
    }
}
