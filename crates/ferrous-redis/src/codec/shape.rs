//! Shape: what keys a table has, which decides how it is written.
//!
//! **Invariant:** what is told is of the keys before `position`.

use ferrous_heap::Table;

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
    /// Looks at up to `most` more keys; true if those were all. Nothing is counted beyond a key that is no index if `indices_only`.
    pub(crate) fn look(&mut self, table: &Table, most: usize, indices_only: bool) -> bool {
        if let Some(length) = table.list_length() {
            (self.count, self.longest) = (length, length as f64);
            return true;
        }
        for _ in 0..most {
            let Some((next, key, _)) = table.next_entry(self.position) else { return true };
            self.position = next;
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
