//! Streams: entries of field and value pairs, by ids that grow.
//!
//! **Invariant:** no entry's id is above the last id of [`Marks`]; each entry is counted in one node.

use std::collections::BTreeMap;

use super::stream_node::{Node, radix_nodes};
use crate::{number::IntegerText, undo::Journal};

/// The id of an entry: milliseconds and a sequence number within them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StreamId {
    /// Milliseconds since 1970, by default.
    pub time: u64,
    /// Tells entries of one millisecond apart.
    pub sequence: u64,
}

impl StreamId {
    /// The lowest id.
    pub(crate) const MIN: Self = Self { time: 0, sequence: 0 };
    /// The highest id.
    pub(crate) const MAX: Self = Self { time: u64::MAX, sequence: u64::MAX };

    /// The id right after this one.
    #[must_use]
    pub(crate) fn next(self) -> Option<Self> {
        match self.sequence.checked_add(1) {
            Some(sequence) => Some(Self { sequence, ..self }),
            None => Some(Self { time: self.time.checked_add(1)?, sequence: 0 }),
        }
    }

    /// The id right before this one.
    #[must_use]
    pub(crate) fn previous(self) -> Option<Self> {
        match self.sequence.checked_sub(1) {
            Some(sequence) => Some(Self { sequence, ..self }),
            None => Some(Self { time: self.time.checked_sub(1)?, sequence: u64::MAX }),
        }
    }

    /// The text, `time-sequence`.
    #[must_use]
    pub(crate) fn to_text(self) -> Vec<u8> {
        let mut text = Vec::with_capacity(24);
        for (part, separator) in [(self.time, Some(b'-')), (self.sequence, None)] {
            match i64::try_from(part) {
                Ok(part) => text.extend_from_slice(IntegerText::new(part).as_bytes()),
                Err(_) => text.extend_from_slice(part.to_string().as_bytes()),
            }
            text.extend(separator);
        }
        text
    }
}

/// An entry's fields and values, alternating.
pub(crate) type Fields = Box<[Box<[u8]>]>;

/// What a stream remembers of entries that may be gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// The highest id that was ever given.
    pub last_id: StreamId,
    /// How many entries were ever added.
    pub added: u64,
    /// The highest id that was deleted by name; trimming does not count.
    pub max_deleted: StreamId,
}

/// A stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    entries: BTreeMap<StreamId, Fields>,
    nodes: BTreeMap<StreamId, Node>,
    marks: Marks,
    journal: Journal<Change>,
}

/// What trimming leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Threshold {
    /// At most this many entries, the newest.
    Len(usize),
    /// The entries from this id on.
    Id(StreamId),
}

/// How to undo one change.
#[derive(Debug)]
enum Change {
    /// Remove the entry.
    Appended(StreamId),
    /// Put an entry back.
    Removed(StreamId, Fields),
    /// Have this node, or none, under an id.
    Node(StreamId, Option<Box<Node>>),
    /// Have these marks again.
    Marked(Marks),
}

impl Stream {
    /// How many entries there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The highest id that was ever given.
    #[must_use]
    pub(crate) fn last_id(&self) -> StreamId {
        self.marks.last_id
    }

    /// What it remembers.
    #[must_use]
    pub(crate) fn marks(&self) -> Marks {
        self.marks
    }

    /// Remembers something else; the last id must not be below that of an entry.
    pub(crate) fn set_marks(&mut self, marks: Marks) {
        let before = std::mem::replace(&mut self.marks, marks);
        self.journal.record(|| Change::Marked(before));
    }

    /// The lowest entry.
    #[must_use]
    pub(crate) fn first(&self) -> Option<(StreamId, &Fields)> {
        self.entries.first_key_value().map(|(id, fields)| (*id, fields))
    }

    /// The highest entry.
    #[must_use]
    pub(crate) fn last(&self) -> Option<(StreamId, &Fields)> {
        self.entries.last_key_value().map(|(id, fields)| (*id, fields))
    }

    /// Adds an entry; its id must be above [`Stream::last_id`].
    pub(crate) fn append(&mut self, id: StreamId, fields: Fields) {
        let Marks { last_id, added, .. } = self.marks;
        self.set_marks(Marks { last_id: last_id.max(id), added: added.saturating_add(1), ..self.marks });
        self.journal.record(|| Change::Appended(id));
        let last = self.nodes.last_key_value().filter(|(_, node)| node.has_room(&fields));
        let (first, mut node) =
            last.map_or_else(|| (id, Node::new(&fields)), |(first, node)| (*first, node.clone()));
        node.add(first, id, &fields);
        self.set_node(first, Some(node));
        self.entries.insert(id, fields);
    }

    /// Has a node, or none, under the id of its first entry.
    fn set_node(&mut self, first: StreamId, node: Option<Node>) {
        let before = match node {
            Some(node) => self.nodes.insert(first, node),
            None => self.nodes.remove(&first),
        };
        self.journal.record(|| Change::Node(first, before.map(Box::new)));
    }

    /// Takes note that entries of the node under `first` are deleted.
    fn shrink_node(&mut self, first: StreamId, deleted: usize) {
        if let Some(node) = self.nodes.get(&first) {
            let node = node.without(deleted);
            self.set_node(first, node);
        }
    }

    /// Deletes an entry; whether it was there.
    pub(crate) fn remove(&mut self, id: StreamId) -> bool {
        let Some(fields) = self.entries.remove(&id) else { return false };
        self.journal.record(|| Change::Removed(id, fields));
        if let Some((&first, _)) = self.nodes.range(..=id).next_back() {
            self.shrink_node(first, 1);
        }
        if id > self.marks.max_deleted {
            self.set_marks(Marks { max_deleted: id, ..self.marks });
        }
        true
    }

    /// Removes the oldest entry.
    fn pop(&mut self) {
        if let Some((id, fields)) = self.entries.pop_first() {
            self.journal.record(|| Change::Removed(id, fields));
        }
    }

    pub(super) fn arm(&mut self, armed: bool) {
        self.journal.arm(armed);
    }

    /// Undoes what has changed since the stream was armed.
    pub(super) fn undo(&mut self) {
        for change in self.journal.take() {
            match change {
                Change::Appended(id) => {
                    self.entries.remove(&id);
                }
                Change::Marked(marks) => self.marks = marks,
                Change::Node(first, Some(node)) => {
                    self.nodes.insert(first, *node);
                }
                Change::Node(first, None) => {
                    self.nodes.remove(&first);
                }
                Change::Removed(id, fields) => {
                    self.entries.insert(id, fields);
                }
            }
        }
    }

    /// Removes the oldest entries down to a threshold; returns how many. If `whole_nodes`, a node of which something is to be
    /// left stays as it is. A node that would make it more than `limit` ends it too.
    pub(crate) fn trim(&mut self, threshold: Threshold, whole_nodes: bool, limit: Option<usize>) -> usize {
        let mut removed = 0;
        while let Some((&first, node)) = self.nodes.first_key_value() {
            let live = node.live();
            let doomed = match threshold {
                Threshold::Len(len) => self.len().saturating_sub(len).min(live),
                Threshold::Id(id) if node.last() < id => live,
                Threshold::Id(id) => self.entries.range(..id).take(live).count(),
            };
            let over_limit = limit.is_some_and(|limit| removed + live > limit);
            if doomed == 0 || over_limit || whole_nodes && doomed < live {
                break;
            }
            for _ in 0..doomed {
                self.pop();
            }
            self.shrink_node(first, doomed);
            removed += doomed;
        }
        removed
    }

    /// How many nodes Redis would keep the entries in, and how many its tree over them would have.
    #[must_use]
    pub(crate) fn node_counts(&self) -> (usize, usize) {
        (self.nodes.len(), radix_nodes(&self.nodes))
    }

    /// The entries from `start` to `end`, both included; none if `start` is above `end`.
    pub(crate) fn range(
        &self,
        start: StreamId,
        end: StreamId,
    ) -> impl DoubleEndedIterator<Item = (StreamId, &Fields)> {
        let range = (start <= end).then(|| self.entries.range(start..=end));
        range.into_iter().flatten().map(|(id, fields)| (*id, fields))
    }
}
