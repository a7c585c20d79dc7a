//! Streams: entries of field and value pairs, by ids that grow.
//!
//! **Invariant:** no entry's id is above the last id of [`Marks`].

use std::collections::BTreeMap;

use crate::{number::IntegerText, undo::Journal};

/// The id of an entry: milliseconds and a sequence number within them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct StreamId {
    /// Milliseconds since 1970, by default.
    pub time: u64,
    /// Tells entries of one millisecond apart.
    pub sequence: u64,
}

impl StreamId {
    /// The lowest id.
    pub const MIN: Self = Self { time: 0, sequence: 0 };
    /// The highest id.
    pub const MAX: Self = Self { time: u64::MAX, sequence: u64::MAX };

    /// The id right after this one.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        match self.sequence.checked_add(1) {
            Some(sequence) => Some(Self { sequence, ..self }),
            None => Some(Self { time: self.time.checked_add(1)?, sequence: 0 }),
        }
    }

    /// The id right before this one.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        match self.sequence.checked_sub(1) {
            Some(sequence) => Some(Self { sequence, ..self }),
            None => Some(Self { time: self.time.checked_sub(1)?, sequence: u64::MAX }),
        }
    }

    /// The text, `time-sequence`.
    #[must_use]
    pub fn to_text(self) -> Vec<u8> {
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
pub type Fields = Box<[Box<[u8]>]>;

/// What a stream remembers of entries that may be gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The highest id that was ever given.
    pub last_id: StreamId,
    /// How many entries were ever added.
    pub added: u64,
    /// The highest id that was deleted by name; trimming does not count.
    pub max_deleted: StreamId,
}

/// A stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    entries: BTreeMap<StreamId, Fields>,
    marks: Marks,
    journal: Journal<Change>,
}

/// How to undo one change.
#[derive(Debug)]
enum Change {
    /// Remove the entry.
    Appended(StreamId),
    /// Put an entry back.
    Removed(StreamId, Fields),
    /// Have these marks again.
    Marked(Marks),
}

impl Stream {
    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The highest id that was ever given.
    #[must_use]
    pub fn last_id(&self) -> StreamId {
        self.marks.last_id
    }

    /// What it remembers.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Remembers something else; the last id must not be below that of an entry.
    pub fn set_marks(&mut self, marks: Marks) {
        let before = std::mem::replace(&mut self.marks, marks);
        self.journal.record(|| Change::Marked(before));
    }

    /// The lowest entry.
    #[must_use]
    pub fn first(&self) -> Option<(StreamId, &Fields)> {
        self.entries.first_key_value().map(|(id, fields)| (*id, fields))
    }

    /// The highest entry.
    #[must_use]
    pub fn last(&self) -> Option<(StreamId, &Fields)> {
        self.entries.last_key_value().map(|(id, fields)| (*id, fields))
    }

    /// Adds an entry; its id must be above [`Stream::last_id`].
    pub fn append(&mut self, id: StreamId, fields: Fields) {
        let Marks { last_id, added, .. } = self.marks;
        self.set_marks(Marks { last_id: last_id.max(id), added: added.saturating_add(1), ..self.marks });
        self.journal.record(|| Change::Appended(id));
        self.entries.insert(id, fields);
    }

    /// Deletes an entry; whether it was there.
    pub fn remove(&mut self, id: StreamId) -> bool {
        let Some(fields) = self.entries.remove(&id) else { return false };
        self.journal.record(|| Change::Removed(id, fields));
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
                Change::Removed(id, fields) => {
                    self.entries.insert(id, fields);
                }
            }
        }
    }

    /// Removes the oldest entries until at most `len` are left, but not more than `limit`; returns how many.
    pub fn trim_to_len(&mut self, len: usize, limit: usize) -> usize {
        let removed = self.len().saturating_sub(len).min(limit);
        for _ in 0..removed {
            self.pop();
        }
        removed
    }

    /// Removes the entries before `id`, but not more than `limit`; returns how many.
    pub fn trim_to_id(&mut self, id: StreamId, limit: usize) -> usize {
        let mut removed = 0;
        while removed < limit && self.entries.first_key_value().is_some_and(|(first, _)| *first < id) {
            self.pop();
            removed += 1;
        }
        removed
    }

    /// The entries from `start` to `end`, both included; none if `start` is above `end`.
    pub fn range(
        &self,
        start: StreamId,
        end: StreamId,
    ) -> impl DoubleEndedIterator<Item = (StreamId, &Fields)> {
        let range = (start <= end).then(|| self.entries.range(start..=end));
        range.into_iter().flatten().map(|(id, fields)| (*id, fields))
    }
}
