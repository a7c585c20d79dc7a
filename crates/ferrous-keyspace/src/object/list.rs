//! Lists: elements in order, cheap to add and take at both ends.

use std::collections::VecDeque;

/// One end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The head.
    Left,
    /// The tail.
    Right,
}

/// A list.
#[derive(Clone, Debug, Default)]
pub struct List {
    elements: VecDeque<Box<[u8]>>,
}

impl List {
    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The element at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        self.elements.get(index).map(|element| &**element)
    }

    /// Puts an element at an end.
    pub fn push(&mut self, end: End, element: Box<[u8]>) {
        match end {
            End::Left => self.elements.push_front(element),
            End::Right => self.elements.push_back(element),
        }
    }

    /// Takes the element at an end.
    pub fn pop(&mut self, end: End) -> Option<Box<[u8]>> {
        match end {
            End::Left => self.elements.pop_front(),
            End::Right => self.elements.pop_back(),
        }
    }

    /// Puts an element before the one at `index`; past the end, it becomes the last.
    pub fn insert(&mut self, index: usize, element: Box<[u8]>) {
        self.elements.insert(index.min(self.elements.len()), element);
    }

    /// Replaces the element at `index`; whether there is one.
    pub fn set(&mut self, index: usize, element: Box<[u8]>) -> bool {
        self.elements.get_mut(index).map(|old| *old = element).is_some()
    }

    /// Keeps the elements `start..end`.
    pub fn keep(&mut self, start: usize, end: usize) {
        self.elements.truncate(end);
        self.elements.drain(..start.min(self.elements.len()));
    }

    /// Removes up to `limit` elements equal to `element`, from an end; returns how many.
    pub fn remove(&mut self, end: End, limit: usize, element: &[u8]) -> usize {
        let mut doomed: Vec<usize> = match end {
            End::Left => self.positions(element).take(limit).collect(),
            End::Right => {
                let mut last: Vec<usize> = self.positions(element).rev().take(limit).collect();
                last.reverse();
                last
            }
        };
        let removed = doomed.len();
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
    pub fn positions(&self, element: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
        self.elements
            .iter()
            .enumerate()
            .filter(move |(_, other)| ***other == *element)
            .map(|(index, _)| index)
    }

    /// The elements `start..end`.
    pub fn range(&self, start: usize, end: usize) -> impl Iterator<Item = &[u8]> {
        let end = end.min(self.len());
        self.elements.range(start.min(end)..end).map(|element| &**element)
    }

    /// All elements.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.elements.iter().map(|element| &**element)
    }
}
