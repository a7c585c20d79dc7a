//! Sets. One whose members are all integers is a sorted array of them, which is the order Redis answers them in.
//!
//! **Invariant:** the members of a set of integers ascend, and were no more than the limit when the last came;
//! a set never goes back to integers.

use std::sync::Arc;

use ahash::RandomState;
use indexmap::IndexSet;

use super::{Layout, Limits};
use crate::{
    number::{IntegerText, parse_integer},
    undo::Journal,
};

/// A set.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    members: Members,
    /// Whether a table would still be compact.
    compact: bool,
    layout: Layout,
    journal: Journal<Change>,
}

/// How to undo one change.
#[derive(Debug)]
enum Change {
    /// Remove the last member.
    Added,
    /// Put a member back at its position; what is there now came from the end.
    Removed(usize, Box<[u8]>),
    /// Remove an integer.
    IntegerAdded(i64),
    /// Put an integer back.
    IntegerRemoved(i64),
    /// Be these integers again.
    Spread(Vec<i64>),
    /// Count as compact again.
    Outgrown,
}

#[derive(Clone, Debug)]
enum Members {
    Integers(Vec<i64>),
    Table(IndexSet<Box<[u8]>, RandomState>),
}

/// Whether a table may be compact by its number of members and the longest of them.
fn fits(limits: &Limits, table: &IndexSet<Box<[u8]>, RandomState>) -> bool {
    limits.set.allows(table.len()) && table.iter().all(|member| limits.set.allows_bytes(member.len()))
}

impl Set {
    /// An empty set.
    #[must_use]
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            members: Members::Integers(Vec::new()),
            compact: true,
            layout: layout.clone(),
            journal: Journal::default(),
        }
    }

    /// How many members there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        match &self.members {
            Members::Integers(integers) => integers.len(),
            Members::Table(table) => table.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is kept as an array of integers.
    #[must_use]
    pub(crate) fn is_integers(&self) -> bool {
        matches!(self.members, Members::Integers(_))
    }

    /// Whether later servers would still keep it in their compact encoding.
    #[must_use]
    pub(crate) fn is_compact(&self) -> bool {
        self.compact
    }

    /// Whether the member is there.
    #[must_use]
    pub(crate) fn contains(&self, member: &[u8]) -> bool {
        match &self.members {
            Members::Integers(integers) => {
                parse_integer(member).is_some_and(|integer| integers.binary_search(&integer).is_ok())
            }
            Members::Table(table) => table.contains(member),
        }
    }

    /// Adds a member; whether it is new.
    pub(crate) fn insert(&mut self, member: &[u8]) -> bool {
        if let Members::Integers(integers) = &mut self.members {
            if let Some(integer) = parse_integer(member) {
                let Err(place) = integers.binary_search(&integer) else { return false };
                integers.insert(place, integer);
                self.journal.record(|| Change::IntegerAdded(integer));
                if !self.layout.limits.allows_integers(integers.len()) {
                    self.spread();
                    // Servers make this a table at once; a new set of one may still be compact.
                    if self.len() > 1 {
                        self.outgrow();
                    }
                }
                return true;
            }
            self.spread();
        }
        let limit = &self.layout.limits.set;
        match &mut self.members {
            Members::Table(table) if !table.contains(member) => {
                self.journal.record(|| Change::Added);
                table.insert(member.into());
                if self.compact && !(limit.allows(table.len()) && limit.allows_bytes(member.len())) {
                    self.compact = false;
                    self.journal.record(|| Change::Outgrown);
                }
                true
            }
            _ => false,
        }
    }

    /// Gives the compact encodings up if so many more members, the first of which is named, are too many for them.
    pub(crate) fn expect(&mut self, first: &[u8], members: usize) {
        let limits = Arc::clone(&self.layout.limits);
        let (integers, new) = (self.is_integers(), self.is_empty());
        if integers && (!new || parse_integer(first).is_some()) {
            if limits.allows_integers(members) {
                return;
            }
            self.spread();
            if new && limits.set.allows(members) {
                return;
            }
        } else if limits.set.allows(members) {
            return;
        }
        self.spread();
        self.outgrow();
    }

    /// Gives the compact encoding up.
    fn outgrow(&mut self) {
        if self.compact {
            self.compact = false;
            self.journal.record(|| Change::Outgrown);
        }
    }

    /// Turns the array into a table.
    fn spread(&mut self) {
        if let Members::Integers(integers) = &mut self.members {
            let integers = std::mem::take(integers);
            let mut table =
                IndexSet::with_capacity_and_hasher(integers.len() + 1, self.layout.hasher.clone());
            table.extend(integers.iter().map(|&integer| Box::from(IntegerText::new(integer).as_bytes())));
            let outgrown = self.compact && !fits(&self.layout.limits, &table);
            self.members = Members::Table(table);
            self.journal.record(|| Change::Spread(integers));
            if outgrown {
                self.compact = false;
                self.journal.record(|| Change::Outgrown);
            }
        }
    }

    /// Removes a member; whether it was there.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        match &mut self.members {
            Members::Integers(integers) => {
                let found = parse_integer(member)
                    .and_then(|integer| Some((integer, integers.binary_search(&integer).ok()?)));
                let Some((integer, place)) = found else { return false };
                integers.remove(place);
                self.journal.record(|| Change::IntegerRemoved(integer));
            }
            Members::Table(table) => {
                let Some((position, member)) = table.swap_remove_full(member) else { return false };
                self.journal.record(|| Change::Removed(position, member));
            }
        }
        true
    }

    pub(super) fn arm(&mut self, armed: bool) {
        self.journal.arm(armed);
    }

    /// Undoes what has changed since the set was armed.
    pub(super) fn undo(&mut self) {
        for change in self.journal.take() {
            match (change, &mut self.members) {
                (Change::Added, Members::Table(table)) => {
                    table.pop();
                }
                (Change::Removed(position, member), Members::Table(table)) => {
                    let (last, _) = table.insert_full(member);
                    table.swap_indices(position.min(last), last);
                }
                (Change::IntegerAdded(integer), Members::Integers(integers)) => {
                    integers.retain(|&other| other != integer);
                }
                (Change::IntegerRemoved(integer), Members::Integers(integers)) => {
                    let place = integers.partition_point(|&other| other < integer);
                    integers.insert(place, integer);
                }
                (Change::Spread(integers), members) => *members = Members::Integers(integers),
                (Change::Outgrown, _) => self.compact = true,
                // A change is undone in the representation that it was made in.
                _ => {}
            }
        }
    }

    /// Hands the member at a position to `read`; positions are for cursors and random picks.
    pub(crate) fn with_position<R>(&self, position: usize, read: impl FnOnce(&[u8]) -> R) -> Option<R> {
        match &self.members {
            Members::Integers(integers) => {
                integers.get(position).map(|&integer| read(IntegerText::new(integer).as_bytes()))
            }
            Members::Table(table) => table.get_index(position).map(|member| read(member)),
        }
    }

    /// Hands every member to `read`, until it returns false.
    pub(crate) fn each(&self, mut read: impl FnMut(&[u8]) -> bool) {
        match &self.members {
            Members::Integers(integers) => {
                let _ = integers.iter().all(|&integer| read(IntegerText::new(integer).as_bytes()));
            }
            Members::Table(table) => {
                let _ = table.iter().all(|member| read(member));
            }
        }
    }
}
