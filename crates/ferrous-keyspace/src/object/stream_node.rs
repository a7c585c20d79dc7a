//! The nodes of a stream: which entries Redis would keep in one listpack.
//!
//! Entries live in a map ([`super::Stream`]), but Redis keeps them in nodes, and scripts can see where a node ends: trimming
//! with `~` takes whole nodes only, and `XINFO STREAM` counts them. So each node is kept as numbers: how many entries it
//! has, and how many bytes its listpack would be long. New entries go to the last node, until it holds
//! [`MOST_ENTRIES`] or another one would make it longer than [`MOST_BYTES`] (`stream-node-max-entries` and
//! `stream-node-max-bytes` by default).
//!
//! **Invariant:** a node has a live entry; its entries are those from its key up to the key of the next node.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stream::StreamId;
use crate::number::parse_integer;

/// How many entries one node may have, those that were deleted included.
const MOST_ENTRIES: usize = 100;
/// How long a node may become.
const MOST_BYTES: usize = 4096;
/// The header and the end of a listpack.
const EMPTY: usize = 7;

/// A node, under the id of the first entry it ever had.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The names of the first entry's fields: an entry with the same names does not store them.
    names: Arc<[Box<[u8]>]>,
    /// The id of the last entry that was added, even if that is deleted.
    last: StreamId,
    live: usize,
    entries: usize,
    bytes: usize,
}

impl Node {
    /// A node for an entry of these fields, which is still to be added.
    pub(super) fn new(fields: &[Box<[u8]>]) -> Self {
        let names: Arc<[_]> = fields.iter().step_by(2).cloned().collect();
        // How many live and deleted entries there are, and where the names end, take one byte each.
        let counts = integer(0) * 3;
        let bytes = EMPTY + counts + integer(saturated(names.len())) + texts(names.iter());
        Self { names, last: StreamId::MIN, live: 0, entries: 0, bytes }
    }

    /// How many entries are not deleted.
    pub(super) fn live(&self) -> usize {
        self.live
    }

    /// The id of the last entry that was added.
    pub(super) fn last(&self) -> StreamId {
        self.last
    }

    /// The node without so many of its entries, if that leaves any. What they took stays taken.
    pub(super) fn without(&self, deleted: usize) -> Option<Self> {
        let live = self.live.checked_sub(deleted).filter(|live| *live > 0)?;
        Some(Self { live, ..self.clone() })
    }

    /// Whether another entry may be added.
    pub(super) fn has_room(&self, fields: &[Box<[u8]>]) -> bool {
        let more: usize = fields.iter().map(|field| field.len()).sum();
        self.bytes + more < MOST_BYTES && self.entries < MOST_ENTRIES
    }

    /// Adds an entry to the node whose key is `first`.
    pub(super) fn add(&mut self, first: StreamId, id: StreamId, fields: &[Box<[u8]>]) {
        /// Flags and the two parts of the id.
        const PREFIX: usize = 3;
        let same_names = fields.iter().step_by(2).eq(self.names.iter());
        let pairs = fields.len() / 2;
        let (content, elements) = if same_names {
            (texts(fields.iter().skip(1).step_by(2)), pairs + PREFIX)
        } else {
            (integer(saturated(pairs)) + texts(fields.iter()), pairs * 2 + 1 + PREFIX)
        };
        let difference = |part: u64, base: u64| integer(part.wrapping_sub(base).cast_signed());
        let id_bytes = difference(id.time, first.time) + difference(id.sequence, first.sequence);
        self.bytes += integer(0) + id_bytes + content + integer(saturated(elements));
        self.entries += 1;
        self.live += 1;
        self.last = id;
    }
}

fn saturated(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How many bytes texts take in a listpack.
fn texts<'a>(texts: impl Iterator<Item = &'a Box<[u8]>>) -> usize {
    texts
        .map(|text| match (parse_integer(text), text.len()) {
            (Some(value), _) => integer(value),
            (None, len @ ..64) => with_length(1 + len),
            (None, len @ ..4096) => with_length(2 + len),
            (None, len) => with_length(5 + len),
        })
        .sum()
}

/// How many bytes an integer takes in a listpack.
fn integer(value: i64) -> usize {
    with_length(match value {
        0..=127 => 1,
        -4096..=4095 => 2,
        -0x8000..=0x7fff => 3,
        -0x80_0000..=0x7f_ffff => 4,
        -0x8000_0000..=0x7fff_ffff => 5,
        _ => 9,
    })
}

/// The length of an element with the length behind it by which it is found from its end.
fn with_length(element: usize) -> usize {
    let own = match element {
        0..=127 => 1,
        128..=16_382 => 2,
        16_383..=2_097_150 => 3,
        2_097_151..=268_435_454 => 4,
        _ => 5,
    };
    element + own
}

/// How many nodes a radix tree with these keys has: its leaves, its forks, and the runs of bytes between them.
pub(super) fn radix_nodes(nodes: &BTreeMap<StreamId, Node>) -> usize {
    let mut keys = nodes.keys().map(|id| u128::from(id.time) << 64 | u128::from(id.sequence));
    let Some(mut previous) = keys.next() else { return 1 };
    let mut count = 0;
    // The depths, in bytes, of the forks above the previous key; each is above the one before it.
    let mut forks: Vec<u32> = Vec::new();
    // Leaving a node at `depth` below a fork at `above`, or below the root: its run is what lies between.
    let leave = |depth: u32, above: Option<u32>| 1 + usize::from(depth > above.map_or(0, |above| above + 1));
    let key_bytes = u128::BITS / 8;
    for key in keys {
        let shared = (key ^ previous).leading_zeros() / 8;
        let mut depth = key_bytes;
        while let Some(above) = forks.pop_if(|fork| *fork > shared) {
            count += leave(depth, Some(above));
            depth = above;
        }
        count += leave(depth, Some(shared));
        if forks.last() != Some(&shared) {
            forks.push(shared);
        }
        previous = key;
    }
    let mut depth = key_bytes;
    while let Some(above) = forks.pop() {
        count += leave(depth, Some(above));
        depth = above;
    }
    count + leave(depth, None)
}
