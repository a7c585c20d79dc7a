//! Typed handles: tag, generation and index in 64 bits.
//!
//! | bits | content |
//! |---|---|
//! | 63..48 | [`Object::TAG`], never zero |
//! | 47..32 | generation of the slot's occupant |
//! | 31..0 | index of the slot |
//!
//! **Invariant:** the tag of a `Handle<T>` is `T::TAG`. Every constructor checks it.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::NonZeroU64;

/// What can live in an [`Arena`](crate::Arena).
///
/// `Default` is the state of a slot before its first use; it should own no memory.
pub trait Object: Default {
    /// The tag of all handles to objects of this type. Not zero.
    const TAG: u16;
}

/// A typed reference to a slot of an [`Arena`](crate::Arena).
pub struct Handle<T> {
    bits: NonZeroU64,
    object: PhantomData<fn() -> T>,
}

impl<T: Object> Handle<T> {
    /// The handle with these bits, if the tag is that of `T`. Whether such an object lives is for the arena to say.
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Option<Self> {
        if bits >> 48 != T::TAG as u64 {
            return None;
        }
        match NonZeroU64::new(bits) {
            Some(bits) => Some(Self { bits, object: PhantomData }),
            None => None,
        }
    }

    /// The handle of a slot with this key (tag and generation).
    #[inline(always)]
    pub(crate) const fn from_key(key: u32, index: u32) -> Option<Self> {
        Self::from_bits((key as u64) << 32 | index as u64)
    }
}

impl<T> Handle<T> {
    /// All 64 bits.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.bits.get()
    }

    /// Index of the slot.
    #[inline(always)]
    pub const fn index(self) -> u32 {
        self.bits.get() as u32
    }

    /// Generation of the slot's occupant.
    #[inline(always)]
    pub const fn generation(self) -> u16 {
        (self.bits.get() >> 32) as u16
    }
}

impl<T> Clone for Handle<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Handle<T> {}

impl<T> PartialEq for Handle<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<T> Eq for Handle<T> {}

impl<T> Hash for Handle<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<T> fmt::Debug for Handle<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04x}:{}.{}", self.bits() >> 48, self.index(), self.generation())
    }
}
