//! Generational arenas with typed, tagged handles, and registries of pinned references.
//!
//! A [`Handle`] is 64 bits: a type tag, a generation and an index. A slot of an [`Arena`] stores the tag and the
//! generation that its current occupant's handles carry, so **one compare checks type and liveness** at each access. A
//! stale or forged handle is a `None`, never a panic and never somebody else's object. The tag lies in the top 16 bits,
//! which lets an interpreter use the handle's bits as a NaN-boxed value without any conversion.
//!
//! A [`Registry`] is for references that are held for long, by code outside the arena's owner: each [`Pinned`] knows which
//! registry it came from, so that a foreign one is an error value as well.
//!
//! ```
//! use ferrous_arena::{Arena, Object};
//!
//! #[derive(Default)]
//! struct Ship { name: String }
//! impl Object for Ship { const TAG: u16 = 0xFFFB; }
//!
//! let mut ships: Arena<Ship> = Arena::new();
//! let (handle, ship) = ships.allocate(1, 0).expect("fewer than 2^32 ships");
//! ship.name.push_str("Argo");
//! assert_eq!(ships.get(handle).map(|ship| ship.name.as_str()), Some("Argo"));
//!
//! ships.release(handle.index(), |ship| ship.name.clear());
//! assert!(ships.get(handle).is_none());
//! ```
#![forbid(unsafe_code)]

mod arena;
mod buffer;
mod handle;
mod registry;
mod vacancy;

pub use arena::{Arena, FREE, Slot};
pub use buffer::{is_mapped, lengthen, push, reserve_exact, shrink};
pub use handle::{Handle, Object};
pub use registry::{PinError, Pinned, Registry};
pub use vacancy::Trim;

/// The program of the package's front page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
