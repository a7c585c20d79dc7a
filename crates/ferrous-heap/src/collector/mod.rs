//! The collector: incremental mark and sweep.
//!
//! It runs between transactions only, a step at a time ([`Heap::collect_step`]). There are two kinds of cycle, never active
//! at the same time:
//!
//! - **full**, outside of scopes: marks from the roots, sweeps all arenas. While a scope is open it rests.
//! - **young**, inside of scopes: concerns only what was born in the open scopes. Everything older counts as reached and
//!   is not looked at, unless it was written to, which the journal knows. So a script's garbage costs no marking of
//!   the heap around it.
//!
//! Stages of a cycle: *census* (rarely, see [`census`]), *mark*, then in one go the *atomic* end of marking, then *sweep*.
//!
//! Colours: an object that the cycle has not reached has the current *white*; [`REACHED`] or [`YOUNG_REACHED`] otherwise; it is
//! *scanned* if its guard has the barrier bit. At the end of full marking the two whites swap roles, so what is still of
//! the old one is garbage, and what is born from then on is not.
//!
//! Back barrier: a store into a scanned object clears its barrier bit and puts it on the list of touched objects,
//! which are scanned again at the end. When marking runs dry, the roots and the touched objects are scanned; if that
//! leads to more marking than the step's work allows, the end is put off and tried again, each time with twice the work. So
//! the atomic end is short unless the program keeps making garbage faster than it is marked. Tables above
//! [`mark::LARGE`] values are scanned in slices and have a forward barrier: what is stored is marked.
//!
//! Sealed objects ([`Heap::seal`]) are never white: they are not marked and not swept. The first store into one makes it
//! a root.
//!
//! **Invariant:** while a cycle marks, no scanned object refers to an unreached one, but for touched objects. An object that is
//! reachable at the atomic end of marking is not freed. Outside of scopes no object has a young colour.

pub(crate) mod barrier;
pub(crate) mod census;
pub(crate) mod mark;
pub(crate) mod pace;
pub(crate) mod sweep;
pub(crate) mod weak;

use std::collections::{HashSet, VecDeque};

use crate::value::{TableRef, UserdataRef};

#[cfg(doc)]
use crate::Heap;

pub use pace::StepResult;

/// One white.
pub(crate) const FIRST_WHITE: u8 = 1;
/// The other white.
pub(crate) const SECOND_WHITE: u8 = 2;
/// Reached by a full cycle.
pub(crate) const REACHED: u8 = 3;
/// Reached by a young cycle.
pub(crate) const YOUNG_REACHED: u8 = 4;
/// Part of the sealed state.
pub(crate) const SEALED: u8 = 5;
/// Part of the sealed state, and written to since: a root.
pub(crate) const SEALED_WRITTEN: u8 = 6;

/// Where a cycle is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No cycle.
    #[default]
    Idle,
    /// Looking for handles to quarantined slots in the sealed state.
    Census(sweep::Cursor),
    /// Marking.
    Mark,
    /// Sweeping arenas from the cursor on, or the list of births from an index on.
    Sweep(sweep::Cursor),
}

/// The state of one cycle.
#[derive(Debug, Default)]
pub(crate) struct Cycle {
    pub(crate) phase: Phase,
    /// Reached objects that have not been scanned, as handle bits.
    pub(crate) gray: Vec<u64>,
    /// Large tables under scan, how they were weak when that began, and the position to go on from.
    pub(crate) slices: Vec<(u32, mark::WeakMode, usize)>,
    /// Scanned objects that have been stored into since.
    pub(crate) touched: Vec<u64>,
    /// Threads to be scanned.
    pub(crate) threads: Vec<u64>,
    /// Weak tables that have been scanned, and as what.
    pub(crate) weak: Vec<(TableRef, mark::WeakMode)>,
    /// How often the atomic end has been put off.
    pub(crate) attempts: u32,
    /// Whether clearing weak tables has been given up before.
    pub(crate) given_up: bool,
}

impl Cycle {
    /// Nothing is left to scan, but for what was touched.
    pub(crate) fn is_dry(&self) -> bool {
        self.gray.is_empty() && self.slices.is_empty() && self.threads.is_empty()
    }

    #[inline]
    pub(crate) fn is_marking(&self) -> bool {
        matches!(self.phase, Phase::Mark | Phase::Census(_))
    }

    pub(crate) fn reset(&mut self) {
        self.phase = Phase::Idle;
        self.gray.clear();
        self.slices.clear();
        self.touched.clear();
        self.threads.clear();
        self.weak.clear();
        self.attempts = 0;
        self.given_up = false;
    }
}

/// The state of the collector.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    pub(crate) full: Cycle,
    pub(crate) young: Cycle,
    /// The young cycle's sweep: how far it has read and written the list of births, and where that ended at its start.
    pub(crate) young_sweep: sweep::YoungSweep,
    /// Entries of the journal whose copies the young cycle has scanned.
    pub(crate) journal_scanned: usize,
    /// Sealed objects that have been written to.
    pub(crate) sealed_written: Vec<u64>,
    /// Userdata that have or had a metatable, and so perhaps a finalizer.
    pub(crate) finalizable: Vec<UserdataRef>,
    /// Userdata whose finalizer is to be called, in order.
    pub(crate) pending: VecDeque<UserdataRef>,
    /// Free slots that a full cycle has seen handles to, as bits without generation.
    pub(crate) sighted: HashSet<u64>,
    /// Slots in quarantine when the full cycle began, per arena.
    pub(crate) quarantined: [usize; 7],
    /// Cycles completed.
    pub(crate) collections: u64,
    /// Whether a machine has values that must not be collected, where the collector does not find them.
    pub(crate) roots_withheld: bool,
}
