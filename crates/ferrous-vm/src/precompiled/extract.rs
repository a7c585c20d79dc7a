//! One function of a chunk, and those that it creates, as a chunk of its own: what `string.dump` writes of an inner function.
//!
//! **Invariant:** the functions keep their order, so children follow their parents, and only texts that one of them names stay.

use crate::chunk::{Chunk, Constant, StringId};
use crate::opcode::Op;

/// A function and all that it creates, as a chunk of its own.
pub(super) fn extract(chunk: &Chunk, function: usize, stopped: &dyn Fn() -> bool) -> Option<Chunk> {
    // Children follow their parents, so one pass finds all of them.
    let mut wanted = vec![false; chunk.prototypes.len()];
    if let Some(first) = wanted.get_mut(function) {
        *first = true;
    }
    let mut prototypes = Vec::new();
    for (index, prototype) in chunk.prototypes.iter().enumerate() {
        if wanted.get(index) != Some(&true) {
            continue;
        }
        for op in &prototype.code {
            if let Op::Closure { p, .. } = op
                && let Some(child) = wanted.get_mut(*p as usize)
            {
                *child = true;
            }
        }
        prototypes.push(index);
    }
    let mut texts = Texts { chunk, places: vec![None; chunk.strings.len()], strings: Vec::new() };
    let place_of = |p: u32| {
        // Fewer than the chunk's own functions.
        prototypes.binary_search(&(p as usize)).map_or(u32::MAX, |place| place as u32)
    };
    let mut extracted = Vec::new();
    for prototype in prototypes.iter().filter_map(|index| chunk.prototypes.get(*index)) {
        let mut prototype = prototype.clone();
        for op in &mut prototype.code {
            if let Op::Closure { p, .. } = op {
                *p = place_of(*p);
            }
        }
        for constant in &mut prototype.constants {
            if let Constant::String(id) = constant {
                *id = texts.keep(*id);
            }
        }
        for upvalue in &mut prototype.upvalues {
            upvalue.name = texts.keep(upvalue.name);
        }
        for local in &mut prototype.locals {
            local.name = texts.keep(local.name);
        }
        extracted.push(prototype);
        if stopped() {
            return None;
        }
    }
    Some(Chunk { name: chunk.name.clone(), strings: texts.strings, prototypes: extracted })
}

/// The texts that an extracted chunk keeps.
struct Texts<'c> {
    chunk: &'c Chunk,
    places: Vec<Option<StringId>>,
    strings: Vec<Box<[u8]>>,
}

impl Texts<'_> {
    fn keep(&mut self, id: StringId) -> StringId {
        let Some(place) = self.places.get_mut(id.0 as usize) else { return id };
        *place.get_or_insert_with(|| {
            self.strings.push(self.chunk.string(id).into());
            // No more than the chunk itself has.
            StringId(self.strings.len() as u32 - 1)
        })
    }
}
