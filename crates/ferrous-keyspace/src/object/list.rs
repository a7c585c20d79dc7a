//! Lists: elements in order, cheap to add and take at both ends.

use std::collections::VecDeque;

use super::ListLimit;
use crate::{number::parse_integer, undo::Journal};

/// What a compact encoding takes beside its elements.
const COMPACT_HEADER: usize = 7;

/// The bytes that an element takes in the compact encoding: its header, content, and length for walking backwards.
fn compact_len(element: &[u8]) -> usize {
    let content = match parse_integer(element) {
        Some(0..=127) => 1,
        Some(-4096..=4095) => 2,
        Some(-32_768..=32_767) => 3,
        Some(-8_388_608..=8_388_607) => 4,
        Some(-2_147_483_648..=2_147_483_647) => 5,
        Some(_) => 9,
        None if element.len() < 64 => element.len() + 1,
        None if element.len() < 4096 => element.len() + 2,
        None => element.len() + 5,
    };
    content + if content < 128 { 1 } else { 2 }
}

/// One end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The head.
    Left,
    /// The tail.
    Right,
}

/// A list.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    elements: VecDeque<Box<[u8]>>,
    journal: Journal<Change>,
}

/// How to undo one change.
#[derive(Debug)]
enum Change {
    /// Take the element at an end.
    Pushed(End),
    /// Put an element back at an end.
    Popped(End, Box<[u8]>),
    /// Take the element at an index out.
    Inserted(usize),
    /// Give an index its element back.
    Set(usize, Box<[u8]>),
    /// Put the elements back that were before and behind those that were kept.
    Kept(VecDeque<Box<[u8]>>, VecDeque<Box<[u8]>>),
    /// Put an element back at all these indexes, which ascend.
    Removed(Vec<usize>, Box<[u8]>),
}

impl List {
    /// How many elements there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there is none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Whether later servers would keep it in their compact encoding. They go on with the other one for a while when a
    /// list gets shorter again.
    #[must_use]
    pub(crate) fn is_compact(&self, limit: ListLimit) -> bool {
        let mut total = COMPACT_HEADER;
        self.len() <= limit.elements
            && self.elements.iter().all(|element| {
                total = total.saturating_add(compact_len(element));
                total <= limit.bytes
            })
    }

    /// The element at `index`.
    #[must_use]
    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        self.elements.get(index).map(|element| &**element)
    }

    /// Puts an element at an end.
    pub(crate) fn push(&mut self, end: End, element: Box<[u8]>) {
        self.journal.record(|| Change::Pushed(end));
        match end {
            End::Left => self.elements.push_front(element),
            End::Right => self.elements.push_back(element),
        }
    }

    /// Takes the element at an end.
    pub(crate) fn pop(&mut self, end: End) -> Option<Box<[u8]>> {
        let element = match end {
            End::Left => self.elements.pop_front(),
            End::Right => self.elements.pop_back(),
        }?;
        self.journal.record(|| Change::Popped(end, element.clone()));
        Some(element)
    }

    /// Puts an element before the one at `index`; past the end, it becomes the last.
    pub(crate) fn insert(&mut self, index: usize, element: Box<[u8]>) {
        let index = index.min(self.elements.len());
        self.journal.record(|| Change::Inserted(index));
        self.elements.insert(index, element);
    }

    /// Replaces the element at `index`; whether there is one.
    pub(crate) fn set(&mut self, index: usize, element: Box<[u8]>) -> bool {
        let Some(place) = self.elements.get_mut(index) else { return false };
        let old = std::mem::replace(place, element);
        self.journal.record(|| Change::Set(index, old));
        true
    }

    /// Keeps the elements `start..end`.
    pub(crate) fn keep(&mut self, start: usize, end: usize) {
        let tail = self.elements.split_off(end.min(self.elements.len()));
        let kept = self.elements.split_off(start.min(self.elements.len()));
        let head = std::mem::replace(&mut self.elements, kept);
        self.journal.record(|| Change::Kept(head, tail));
    }

    /// Removes up to `limit` elements equal to `element`, from an end; returns how many.
    pub(crate) fn remove(&mut self, end: End, limit: usize, element: &[u8]) -> usize {
        let mut doomed: Vec<usize> = match end {
            End::Left => self.positions(element).take(limit).collect(),
            End::Right => {
                let mut last: Vec<usize> = self.positions(element).rev().take(limit).collect();
                last.reverse();
                last
            }
        };
        let removed = doomed.len();
        self.journal.record(|| Change::Removed(doomed.clone(), element.into()));
        if let [one] = *doomed {
            self.elements.remove(one);
        } else if removed > 0 {
            doomed.reverse();
            let mut index = 0;
            self.elements.retain(|_| {
                let gone = doomed.last() == Some(&index);
                if gone {
                    doomed.pop();
                }
                index += 1;
                !gone
            });
        }
        removed
    }

    /// The indexes of the elements equal to `element`, ascending.
    pub(crate) fn positions(&self, element: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
        self.elements
            .iter()
            .enumerate()
            .filter(move |(_, other)| ***other == *element)
            .map(|(index, _)| index)
    }

    /// The elements `start..end`.
    pub(crate) fn range(&self, start: usize, end: usize) -> impl Iterator<Item = &[u8]> {
        let end = end.min(self.len());
        self.elements.range(start.min(end)..end).map(|element| &**element)
    }

    pub(super) fn arm(&mut self, armed: bool) {
        self.journal.arm(armed);
    }

    /// Undoes what has changed since the list was armed.
    pub(super) fn undo(&mut self) {
        for change in self.journal.take() {
            match change {
                Change::Pushed(end) => {
                    self.pop(end);
                }
                Change::Popped(end, element) => self.push(end, element),
                Change::Inserted(index) => {
                    self.elements.remove(index);
                }
                Change::Set(index, element) => {
                    self.set(index, element);
                }
                Change::Kept(head, mut tail) => {
                    let mut kept = std::mem::replace(&mut self.elements, head);
                    self.elements.append(&mut kept);
                    self.elements.append(&mut tail);
                }
                Change::Removed(indexes, element) => {
                    let mut kept = std::mem::take(&mut self.elements).into_iter();
                    for index in indexes {
                        let between = index.saturating_sub(self.elements.len());
                        self.elements.extend(kept.by_ref().take(between));
                        self.elements.push_back(element.clone());
                    }
                    self.elements.extend(kept);
                }
            }
        }
    }

    /// All elements.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.elements.iter().map(|element| &**element)
    }
}
