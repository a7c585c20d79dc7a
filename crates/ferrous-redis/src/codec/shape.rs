//! Shape: what keys a table has, which decides how it is written.
//!
//! **Invariant:** what is told is of the keys before `position`.

use ferrous_heap::{NextEntry, Table};

/// What is known so far of a table's keys.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    position: usize,
    /// How many keys there are.
    pub(crate) count: usize,
    /// The largest whole number from 1 on, or 0; as in C, where it is an `int`, one beyond 2^31 makes it negative until the next.
    pub(crate) longest: f64,
    /// Whether there are whole numbers beyond 2^31.
    pub(crate) has_large: bool,
    /// Whether there are other keys than whole numbers from 1 on.
    pub(crate) has_others: bool,
}

impl Shape {
    /// Looks at up to `most` more positions; true if those were all. Nothing is counted beyond a key that is no index if `indices_only`.
    pub(crate) fn look(&mut self, table: &Table, most: usize, indices_only: bool) -> bool {
        if let Some(length) = table.list_length() {
            (self.count, self.longest) = (length, length as f64);
            return true;
        }
        let end = self.position.saturating_add(most);
        while self.position < end {
            let key = match table.next_entry_within(self.position, end - self.position) {
                NextEntry::Found { next, key, .. } => {
                    self.position = next;
                    key
                }
                NextEntry::Further(next) => {
                    self.position = next;
                    return false;
                }
                NextEntry::End => return true,
            };
            self.count += 1;
            match key.as_number() {
                Some(number) if number >= 1.0 && number.fract() == 0.0 => {
                    if number > f64::from(i32::MAX) {
                        self.has_large = true;
                        self.longest = f64::from(i32::MIN);
                    } else if number > self.longest {
                        self.longest = number;
                    }
                }
                _ => {
                    self.has_others = true;
                    if indices_only {
                        return true;
                    }
                }
            }
        }
        false
    }
}
