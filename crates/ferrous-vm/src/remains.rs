//! Remains: what nobody needs any more and is large, so that freeing it takes time with its size.
//!
//! A compilation leaves a tree, texts and code; a function that dies leaves its chunk. Who must not wait for that frees it in
//! steps, each of some hundredths of a millisecond: a list is shortened from its end, and objects with lists of their own go
//! some at a time.
//!
//! **Invariant:** nothing in them is needed any more; dropped they are as if there were none.

use std::fmt;
use std::mem::needs_drop;

use crate::chunk::{Chunk, Prototype};

/// Frees a piece; false if nothing is left.
pub type Step = Box<dyn FnMut() -> bool + Send>;

/// Lists below so many bytes are dropped as they are.
const LARGE: usize = 1 << 19;
/// How many bytes of a list are given back at one time.
const PIECE: usize = 1 << 18;
/// How many objects are freed at one time.
const OBJECTS: usize = 128;

/// See the module's text.
#[derive(Default)]
pub struct Remains {
    steps: Vec<Step>,
}

impl fmt::Debug for Remains {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Remains").field("steps", &self.steps.len()).finish()
    }
}

impl Remains {
    /// Takes a list of what needs no freeing itself, or drops it if it is not large.
    pub fn add<T: Send + 'static>(&mut self, mut list: Vec<T>) {
        if is_large(&list) {
            self.steps.push(Box::new(move || shorten(&mut list)));
        }
    }

    /// Takes a chunk.
    pub fn add_chunk(&mut self, chunk: Chunk) {
        let Chunk { name, mut strings, mut prototypes } = chunk;
        let mut bytes = name.into_vec();
        if prototypes.len() < OBJECTS
            && strings.len() < OBJECTS
            && !is_large(&bytes)
            && !strings.iter().any(|text| text.len() >= LARGE)
            && !prototypes.iter().any(|prototype| is_large(&prototype.code))
        {
            return;
        }
        self.steps.push(Box::new(move || {
            shorten(&mut bytes)
                || shorten_strings(&mut strings, &mut bytes)
                || shorten_prototypes(&mut prototypes)
        }));
    }

    /// What frees all of it.
    pub fn into_steps(self) -> impl Iterator<Item = Step> {
        self.steps.into_iter()
    }
}

fn is_large<T>(list: &Vec<T>) -> bool {
    list.capacity().saturating_mul(size_of::<T>()) >= LARGE
}

/// Gives back a piece of a list; false if it is small and can be dropped.
fn shorten<T>(list: &mut Vec<T>) -> bool {
    debug_assert!(!needs_drop::<T>());
    if !is_large(list) {
        return false;
    }
    // No element is empty: there is something large here.
    let left = list.capacity().saturating_sub(PIECE / size_of::<T>().max(1));
    list.truncate(left);
    list.shrink_to(left);
    true
}

/// Gives back the room behind a list of objects.
fn give_room_back<T>(list: &mut Vec<T>) {
    if (list.capacity() - list.len()).saturating_mul(size_of::<T>()) >= PIECE {
        list.shrink_to_fit();
    }
}

/// Frees some texts; a long one is left in `bytes`.
fn shorten_strings(strings: &mut Vec<Box<[u8]>>, bytes: &mut Vec<u8>) -> bool {
    for _ in 0..OBJECTS {
        let Some(text) = strings.pop() else { return false };
        if text.len() >= LARGE {
            *bytes = text.into_vec();
            return true;
        }
    }
    give_room_back(strings);
    true
}

/// Frees some functions, or a part of a large one.
fn shorten_prototypes(prototypes: &mut Vec<Prototype>) -> bool {
    for _ in 0..OBJECTS / 4 {
        let Some(last) = prototypes.last_mut() else { return false };
        if shorten(&mut last.code)
            || shorten(&mut last.lines)
            || shorten(&mut last.constants)
            || shorten(&mut last.locals)
        {
            return true;
        }
        prototypes.pop();
    }
    give_room_back(prototypes);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_freed_in_small_steps() {
        let large = Prototype { lines: vec![1; 1 << 20], ..Prototype::default() };
        let chunk = Chunk {
            name: vec![b'x'; 1 << 20].into(),
            strings: vec![vec![b'x'; 1 << 20].into(), b"short".as_slice().into()],
            prototypes: vec![Prototype::default(); 1000].into_iter().chain([large]).collect(),
        };
        let mut remains = Remains::default();
        remains.add_chunk(chunk);
        remains.add(vec![0_u64; 1 << 20]);
        remains.add(vec![0_u64; 10]);
        let mut counts = Vec::new();
        for mut step in remains.into_steps() {
            let mut count = 0;
            while step() {
                count += 1;
            }
            counts.push(count);
        }
        // A small list leaves nothing to do.
        assert_eq!(counts.len(), 2);
        assert!(counts.iter().all(|count| (30..100).contains(count)), "{counts:?}");
    }
}
