//! What a compilation leaves behind: buffers that may be large, so that freeing them takes time with their size.
//!
//! Who must not wait for that has them handed over one by one, to free them when there is time.
//!
//! **Invariant:** nothing in them is needed any more.

use crate::ast::{Node, Tree};

/// See the module's text. Dropped it is as if there were none.
#[derive(Default)]
pub struct Remains {
    nodes: Vec<Vec<Node>>,
    words: Vec<Vec<u32>>,
    bytes: Vec<Vec<u8>>,
}

/// Who takes buffers.
pub trait Discard {
    /// Frees a buffer, at once or later.
    fn discard<T: Copy + Send + 'static>(&mut self, buffer: Vec<T>);
}

impl Remains {
    pub(crate) fn add_tree(&mut self, tree: Tree) {
        self.nodes.push(tree.nodes);
        self.words.push(tree.extra);
    }

    pub(crate) fn add_bytes(&mut self, bytes: Vec<u8>) {
        self.bytes.push(bytes);
    }

    /// Hands all of it over.
    pub fn discard(self, taker: &mut impl Discard) {
        self.nodes.into_iter().for_each(|buffer| taker.discard(buffer));
        self.words.into_iter().for_each(|buffer| taker.discard(buffer));
        self.bytes.into_iter().for_each(|buffer| taker.discard(buffer));
    }
}
