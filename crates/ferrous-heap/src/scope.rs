//! Scopes: what can be undone.
//!
//! A scope is a record in the heap. It spans many transactions, host calls and collections; the commit of a transaction never
//! commits a scope. [`Heap::open_scope`] and [`Heap::close_scope`] nest; [`Heap::begin_atomic`] is a scope of one
//! transaction.
//!
//! - *Births*: objects born while a scope is open are listed, and freed in bulk if it is rolled back; many of them are freed in
//!   slices, by later collector steps.
//! - *Writes*: the first store into an object that is older than the scope copies it into the journal ([`crate::journal`]). The
//!   guard bit `OLD` tells the first store. It is armed in everything when the first scope of a heap is opened; from then on
//!   a list of the objects that have been born or written since (`unarmed`) makes opening a scope cost no more than those.
//!
//! Scopes have numbers from 1; a slot knows the scope of its birth, 0 if that has been committed. The number of a scope
//! that was rolled back is not given out again before all its objects are freed.
//!
//! **Invariant:** an object whose `OLD` bit is clear was born or saved in the innermost open scope, or no scope is open; it is
//! then in `unarmed`, or in `born` beyond `armed`.
//!
//! **Invariant:** after a rollback all objects older than the scope, the pins, the type metatables, the upvalues and the bytes in
//! use are as they were when it was opened, and every handle made in it is stale or will be before its slot is used again.
//! Generations are never lowered.

use std::ops::{Deref, DerefMut};

use ferrous_arena::{push, shrink};

use crate::collector::sweep::{KINDS, WORK_PER_FREE, YoungSweep};
use crate::collector::{Phase, SEALED, SEALED_WRITTEN, YOUNG_REACHED};
use crate::error::HeapError;
use crate::guard::{BARRIER, OLD};
use crate::heap::Heap;
use crate::journal::Saved;
use crate::transaction::Transaction;

/// Births of a rolled-back scope that are freed at once; more are freed by later steps.
const FREED_AT_ONCE: usize = 1024;

/// How deeply scopes may nest.
const MOST_SCOPES: usize = 200;

/// Names an open scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a scope stays open until it is closed"]
pub struct ScopeId(u64);

/// How a scope ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// What was done stays; if another scope is open around it, it becomes part of that one.
    Commit,
    /// What was done is undone.
    Rollback,
}

pub use Close::{Commit, Rollback};

#[derive(Debug)]
struct Scope {
    id: ScopeId,
    number: u8,
    born: usize,
    journal: usize,
    used: usize,
    external: usize,
    due: usize,
    sealed_written: usize,
}

/// Objects of a rolled-back scope that wait to be freed.
#[derive(Debug)]
struct Grave {
    number: u8,
    bits: Vec<u64>,
    /// How many at the beginning are none of its, or have been freed.
    passed: usize,
}

/// The open scopes, and what is left of closed ones.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    open: Vec<Scope>,
    graves: Vec<Grave>,
    next_id: u64,
    /// Older objects whose `OLD` bit is clear, as handle bits. Their slots are `listed`.
    unarmed: Vec<u64>,
    /// Births up to here have their `OLD` bit set.
    armed: usize,
    pub(crate) journal: Vec<Saved>,
    /// Whether pins were made or released in the open scopes.
    pub(crate) pins_changed: bool,
}

impl Scopes {
    /// A young sweep moves a birth: scopes that begin there begin somewhere else now.
    #[inline]
    pub(crate) fn born_moves(&mut self, from: usize, to: usize) {
        if self.open.len() > 1 {
            for scope in &mut self.open {
                if scope.born == from {
                    scope.born = to;
                }
            }
        }
        if self.armed == from {
            self.armed = to;
        }
    }

    /// All births from an index on move down.
    pub(crate) fn born_moves_beyond(&mut self, from: usize, by: usize) {
        for scope in &mut self.open {
            if scope.born >= from {
                scope.born -= by;
            }
        }
        if self.armed >= from {
            self.armed -= by;
        }
    }

    /// Takes note of an object whose `OLD` bit is clear, and whose slot has just been listed.
    #[inline]
    pub(crate) fn note_unarmed(&mut self, bits: u64) {
        push(&mut self.unarmed, bits);
    }

    /// Gives back room that is not needed; true if there is none left.
    pub(crate) fn shrink(&mut self, kept: usize) -> bool {
        shrink(&mut self.unarmed, kept) & shrink(&mut self.journal, kept)
    }

    fn free_number(&self) -> Option<u8> {
        if self.open.is_empty() && self.graves.is_empty() {
            return Some(1);
        }
        let taken = |number: u8| {
            self.open.iter().any(|scope| scope.number == number)
                || self.graves.iter().any(|grave| grave.number == number)
        };
        (1..=u8::MAX).find(|number| !taken(*number))
    }
}

impl Heap {
    /// Opens a scope inside of those already open.
    pub fn open_scope(&mut self) -> Result<ScopeId, HeapError> {
        if self.scopes.open.len() >= MOST_SCOPES {
            return Err(HeapError::ScopeOrder);
        }
        let number = match self.scopes.free_number() {
            Some(number) => number,
            None => {
                self.reclaim(usize::MAX);
                self.scopes.free_number().ok_or(HeapError::ScopeOrder)?
            }
        };
        if self.birth.scope != 0 {
            self.finish_young_sweep();
        }
        self.arm();
        self.scopes.next_id += 1;
        let id = ScopeId(self.scopes.next_id);
        self.scopes.open.push(Scope {
            id,
            number,
            born: self.born.len(),
            journal: self.scopes.journal.len(),
            used: self.budget.used,
            external: self.external,
            due: self.budget.due(),
            sealed_written: self.collector.sealed_written.len(),
        });
        self.birth.scope = number;
        Ok(id)
    }

    /// Closes a scope. Committing wants it to be the innermost one; rolling back takes those inside of it along.
    pub fn close_scope(&mut self, id: ScopeId, how: Close) -> Result<(), HeapError> {
        if self.scopes.open.last().is_some_and(|scope| scope.id == id) {
            self.close_innermost(how);
            return Ok(());
        }
        let depth = self.scopes.open.iter().rposition(|scope| scope.id == id).ok_or(HeapError::ScopeOrder)?;
        if how == Commit {
            return Err(HeapError::ScopeOrder);
        }
        while self.scopes.open.len() > depth {
            self.close_innermost(how);
        }
        Ok(())
    }

    fn close_innermost(&mut self, how: Close) {
        if self.scopes.open.len() > 1 {
            self.finish_young_sweep();
        }
        let Some(scope) = self.scopes.open.pop() else { return };
        let parent = self.scopes.open.last().map_or(0, |scope| scope.number);
        match how {
            Commit => self.commit(&scope, parent),
            Rollback => self.roll_back(&scope, parent),
        }
        self.birth.scope = parent;
        if parent == 0 {
            if self.collector.young.phase != Phase::Idle {
                self.collector.young.reset();
                self.collector.young_sweep = YoungSweep::default();
            }
            self.scopes.armed = 0;
        }
        self.update_string_care();
        // Entries may have moved down.
        self.collector.journal_scanned = self.collector.journal_scanned.min(scope.journal);
    }

    /// An object that was born in a scope further out has been freed: rolling back the scopes inside of that one does not
    /// bring its bytes back.
    pub(crate) fn forget_in_inner_scopes(&mut self, bits: u64, born: u8, saved: u8, memory: usize) {
        let Scopes { open, journal, .. } = &mut self.scopes;
        for scope in open.iter_mut().rev().take_while(|scope| scope.number != born) {
            // It may have had another size when the scope was opened.
            let copies = journal.get(scope.journal..).unwrap_or(&[]);
            let copy = if saved == 0 { None } else { copies.iter().find(|entry| entry.bits == bits) };
            let size = copy.and_then(Saved::original_memory).unwrap_or(memory);
            scope.used = scope.used.saturating_sub(size);
        }
    }

    fn commit(&mut self, scope: &Scope, parent: u8) {
        self.commit_journal(scope.journal, scope.number, parent);
        let white = self.birth.colour;
        let mut born = std::mem::take(&mut self.born);
        for &bits in born.get(scope.born..).unwrap_or(&[]) {
            // A string that has found its way to another scope stays there.
            if self.scope_of(bits) != Some(scope.number) {
                continue;
            }
            self.set_scope(bits, parent);
            if parent == 0 {
                self.with_guard(bits, |guard| guard | OLD);
                if self.colour_of(bits) == Some(YOUNG_REACHED) {
                    self.set_colour_of(bits, white);
                }
            }
        }
        if parent == 0 {
            born.clear();
        }
        self.born = born;
        if self.scopes.pins_changed {
            self.pins.retain(|pin| {
                if pin.scope == scope.number {
                    pin.scope = parent;
                }
                if pin.released != scope.number {
                    return true;
                }
                pin.released = if pin.scope == parent { 0 } else { parent };
                pin.released != 0
            });
            self.scopes.pins_changed = parent != 0;
        }
    }

    fn roll_back(&mut self, scope: &Scope, parent: u8) {
        self.restore_journal(scope.journal, parent);
        // Objects that were written to for the first time are as sealed as before.
        while self.collector.sealed_written.len() > scope.sealed_written {
            let Some(bits) = self.collector.sealed_written.pop() else { break };
            if self.colour_of(bits) == Some(SEALED_WRITTEN) {
                self.set_colour_of(bits, SEALED);
                self.with_guard(bits, |guard| guard | BARRIER);
            }
        }
        if self.scopes.pins_changed {
            self.pins.retain(|pin| {
                if pin.released == scope.number {
                    pin.released = 0;
                }
                pin.scope != scope.number
            });
            self.scopes.pins_changed = parent != 0;
        }
        let births = self.born.len().saturating_sub(scope.born);
        if births > FREED_AT_ONCE {
            let (bits, passed) = self.take_births(scope.born);
            self.scopes.graves.push(Grave { number: scope.number, bits, passed });
            self.unsettle();
        } else {
            while self.born.len() > scope.born {
                let Some(bits) = self.born.pop() else { break };
                // Most are strings.
                if let Some(text) = self.strings.slot_bits(bits) {
                    if text.scope == scope.number {
                        self.free_string(bits as u32);
                    }
                } else if self.scope_of(bits) == Some(scope.number) {
                    self.free_bits(bits);
                }
            }
        }
        self.scopes.armed = self.scopes.armed.min(self.born.len());
        self.budget.used = scope.used.saturating_add(self.external).saturating_sub(scope.external);
        // Only freeing uses generations up.
        let wants_census = parent == 0 && births > 0 && self.wants_census();
        self.budget.set_due(if wants_census { 0 } else { scope.due });
        self.budget.set_urgent(self.is_reclaiming());
    }

    /// Takes the births from an index on off the list; how many at the beginning of the result are others. The longer part
    /// stays in its buffer, so that many births are not copied.
    fn take_births(&mut self, from: usize) -> (Vec<u64>, usize) {
        if from > self.born.len() / 2 {
            return (self.born.split_off(from), 0);
        }
        let older = self.born.get(..from).unwrap_or(&[]).to_vec();
        (std::mem::replace(&mut self.born, older), from)
    }

    /// Frees what rolled-back scopes have left, and large buffers; says how much work is left.
    pub(crate) fn reclaim(&mut self, work: usize) -> usize {
        if !self.is_reclaiming() {
            return work;
        }
        let work = self.reclaim_graves(work);
        let work = self.scrap.give_back(work);
        self.budget.set_urgent(self.is_reclaiming());
        work
    }

    /// The oldest first: their slots are the lowest, and the first to be used again.
    fn reclaim_graves(&mut self, mut work: usize) -> usize {
        if !self.has_graves() {
            return work;
        }
        while let Some(mut grave) = self.scopes.graves.pop() {
            while work > 0 {
                let Some(&bits) = grave.bits.get(grave.passed) else { break };
                grave.passed += 1;
                work = work.saturating_sub(WORK_PER_FREE);
                if self.scope_of(bits) == Some(grave.number) {
                    self.free_bits(bits);
                }
            }
            if grave.passed < grave.bits.len() {
                self.scopes.graves.push(grave);
                return 0;
            }
            self.scrap.take(grave.bits);
        }
        self.update_string_care();
        work
    }

    /// Whether rolled-back objects wait to be freed.
    #[inline]
    pub(crate) fn has_graves(&self) -> bool {
        !self.scopes.graves.is_empty()
    }

    /// Whether anything waits to be freed: objects of scopes that were rolled back, or large buffers. Collector steps free it;
    /// it does not count as in use.
    #[inline]
    pub fn is_reclaiming(&self) -> bool {
        self.has_graves() || !self.scrap.is_empty()
    }

    /// Sets the `OLD` bit wherever it is clear.
    fn arm(&mut self) {
        if !self.birth.tracking {
            self.birth.tracking = true;
            for kind in KINDS {
                for index in 0..self.slots_of(kind) {
                    if let Some(bits) = self.live_bits(kind, index) {
                        self.with_guard(bits, |guard| guard | OLD);
                    }
                }
            }
        }
        while let Some(bits) = self.scopes.unarmed.pop() {
            self.rearm(bits);
        }
        if self.scopes.armed < self.born.len() {
            let born = std::mem::take(&mut self.born);
            for &bits in born.get(self.scopes.armed..).unwrap_or(&[]) {
                self.with_guard(bits, |guard| guard | OLD);
            }
            self.born = born;
        }
        self.scopes.armed = self.born.len();
    }

    /// Takes note of an object whose `OLD` bit is clear.
    pub(crate) fn list_unarmed(&mut self, bits: u64) {
        if self.set_listed(bits) {
            self.scopes.note_unarmed(bits);
        }
    }

    /// Takes note of a birth, once the heap has had a scope.
    #[inline]
    pub(crate) fn record_birth(&mut self, bits: u64) {
        if self.birth.scope != 0 { push(&mut self.born, bits) } else { self.list_unarmed(bits) }
    }

    /// Whether a scope of this number is open; 0 stands for the ground on which all scopes are.
    pub(crate) fn is_open_scope(&self, number: u8) -> bool {
        number == 0 || self.scopes.open.iter().any(|scope| scope.number == number)
    }

    /// Opens a scope for one transaction, which is rolled back unless it is committed.
    pub fn begin_atomic(&mut self) -> Result<AtomicTransaction<'_>, HeapError> {
        let scope = self.open_scope()?;
        Ok(AtomicTransaction { transaction: self.begin(), scope })
    }

    /// How many scopes are open.
    pub fn open_scopes(&self) -> usize {
        self.scopes.open.len()
    }

    fn finish_young_sweep(&mut self) {
        if matches!(self.collector.young.phase, Phase::Sweep(_)) {
            self.sweep_young(usize::MAX);
        }
    }
}

/// A transaction in a scope of its own. Dropping it rolls back.
///
/// ```
/// # use ferrous_heap::{Heap, HeapOptions, Value};
/// # fn main() -> Result<(), ferrous_heap::HeapError> {
/// let mut heap = Heap::new(HeapOptions::default());
/// let mut transaction = heap.begin_atomic()?;
/// let registry = transaction.registry();
/// transaction.raw_set_int(registry, 1, Value::TRUE)?;
/// drop(transaction);
/// assert!(heap.begin().raw_get(registry, Value::number(1.0)).is_nil());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AtomicTransaction<'h> {
    transaction: Transaction<'h>,
    scope: ScopeId,
}

impl AtomicTransaction<'_> {
    /// Keeps what was done. Scopes that were opened inside must have been closed.
    pub fn commit(mut self) -> Result<(), HeapError> {
        self.transaction.close_scope(self.scope, Commit)
    }
}

impl<'h> Deref for AtomicTransaction<'h> {
    type Target = Transaction<'h>;

    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}

impl DerefMut for AtomicTransaction<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}

impl Drop for AtomicTransaction<'_> {
    fn drop(&mut self) {
        // The only error is that the scope is closed already, by a commit.
        let _ = self.transaction.close_scope(self.scope, Rollback);
    }
}

impl Transaction<'_> {
    /// Opens a scope, as [`Heap::open_scope`] does.
    pub fn open_scope(&mut self) -> Result<ScopeId, HeapError> {
        self.heap.open_scope()
    }

    /// Closes a scope, as [`Heap::close_scope`] does.
    pub fn close_scope(&mut self, scope: ScopeId, how: Close) -> Result<(), HeapError> {
        self.heap.close_scope(scope, how)
    }
}
