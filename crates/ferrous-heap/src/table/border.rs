//! Borders: `#t`.
//!
//! The manual (§2.5.5) allows any border of a table with holes; programs have come to rely on the one that PUC Lua finds. It
//! searches the array part by halves if the last place there is nil, and goes on among the other keys, by doubling, if not. Since
//! the array part has PUC Lua's places, the same search finds the same border.
//!
//! **Invariant:** the array part is searched only if it has holes below values.

use super::Table;

impl Table {
    /// The border (manual §2.5.5) that PUC Lua finds: `#t`. O(1) for a list, O(log n) with holes.
    #[inline]
    pub fn length(&self) -> usize {
        let filled = self.filled as usize;
        let places = self.places();
        if filled < places || filled == places && self.count == 0 {
            return filled;
        }
        self.find_border()
    }

    #[inline(never)]
    fn find_border(&self) -> usize {
        match self.array().last() {
            Some(last) if last.is_nil() => self.border_in_array(),
            _ if self.count == 0 => self.places(),
            _ => self.border_beyond_array(),
        }
    }

    /// The last place of the array part is nil, so there is a border inside.
    fn border_in_array(&self) -> usize {
        let is_nil = |at: usize| self.array.get(at).is_none_or(|value| value.is_nil());
        let (mut low, mut high) = (0, self.places());
        while high - low > 1 {
            let middle = low.midpoint(high);
            if is_nil(middle - 1) {
                high = middle;
            } else {
                low = middle;
            }
        }
        low
    }

    /// The array part is full (or empty): look on among the entries.
    fn border_beyond_array(&self) -> usize {
        let present = |index: usize| !self.get_entry_number(index as f64).is_nil();
        let mut low = self.places();
        if !present(low + 1) {
            return low;
        }
        let mut high = low + 1;
        while present(high) {
            low = high;
            high *= 2;
            // `MAX_INT`: a table that has these keys was made to mislead. PUC Lua counts from 1 then.
            if high > 2_147_483_645 {
                return (1..)
                    .find(|index| self.get_number(f64::from(*index)).is_nil())
                    .map_or(0, |index: u32| index as usize - 1);
            }
        }
        while high - low > 1 {
            let middle = low.midpoint(high);
            if present(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}
