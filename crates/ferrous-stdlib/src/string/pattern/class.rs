//! Character classes and sets: which bytes a single pattern item accepts.
//!
//! A class (`%a`, `%D`) or a set (`[%w_-]`) is a [`ByteSet`] of 256 bits. Classes are constants; a set is read from the
//! pattern once and kept in a small cache keyed by its position, so that a loop over it costs one bit test a byte.
//! The classes are those of C's `isalpha` and its kin in the "C" locale, as PUC Lua sees them.
//!
//! **Invariant:** a cached set belongs to the pattern of the current search; [`SetCache::clear`] separates searches.

/// Sets remembered per search; a pattern with more rebuilds the oldest.
const CACHED_SETS: usize = 16;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// The set without members.
    pub const EMPTY: Self = Self([0; 4]);

    /// Whether `byte` belongs to the set.
    #[inline(always)]
    #[must_use]
    pub fn contains(&self, byte: u8) -> bool {
        // `byte >> 6` is at most 3.
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    const fn insert(&mut self, byte: u8) {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
    }

    fn insert_all(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    const fn complement(self) -> Self {
        Self([!self.0[0], !self.0[1], !self.0[2], !self.0[3]])
    }

    const fn union(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]])
    }
}

const fn range(first: u8, last: u8) -> ByteSet {
    let mut set = ByteSet::EMPTY;
    let mut byte = first;
    loop {
        set.insert(byte);
        if byte == last {
            return set;
        }
        byte += 1;
    }
}

const LOWER: ByteSet = range(b'a', b'z');
const UPPER: ByteSet = range(b'A', b'Z');
const DIGIT: ByteSet = range(b'0', b'9');
const ALPHA: ByteSet = LOWER.union(UPPER);
const ALNUM: ByteSet = ALPHA.union(DIGIT);
const CONTROL: ByteSet = range(0, 31).union(range(127, 127));
const SPACE: ByteSet = range(9, 13).union(range(b' ', b' '));
const HEX: ByteSet = DIGIT.union(range(b'a', b'f')).union(range(b'A', b'F'));
const PUNCTUATION: ByteSet =
    range(b'!', b'/').union(range(b':', b'@')).union(range(b'[', b'`')).union(range(b'{', b'~'));
const ZERO: ByteSet = range(0, 0);

/// The members of `%letter`, or `None` where the letter names no class and stands for itself.
#[inline]
#[must_use]
pub fn class(letter: u8) -> Option<&'static ByteSet> {
    static CLASSES: [Option<ByteSet>; 256] = {
        let mut classes = [None; 256];
        let lower = [
            (b'a', ALPHA),
            (b'c', CONTROL),
            (b'd', DIGIT),
            (b'l', LOWER),
            (b'p', PUNCTUATION),
            (b's', SPACE),
            (b'u', UPPER),
            (b'w', ALNUM),
            (b'x', HEX),
            (b'z', ZERO),
        ];
        let mut index = 0;
        while index < lower.len() {
            let (letter, set) = lower[index];
            classes[letter as usize] = Some(set);
            // An upper-case letter names the complement.
            classes[letter.to_ascii_uppercase() as usize] = Some(set.complement());
            index += 1;
        }
        classes
    };
    CLASSES.get(usize::from(letter)).and_then(Option::as_ref)
}

/// The end of the set that opens with `[` at `start` (the place after its `]`), or `None` where the `]` is missing.
///
/// A `]` right after `[` or `[^` stands for itself, as does one after `%`.
#[must_use]
pub(super) fn set_end(pattern: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    if pattern.get(at) == Some(&b'^') {
        at += 1;
    }
    loop {
        let byte = *pattern.get(at)?;
        at += 1;
        if byte == b'%' && at < pattern.len() {
            at += 1;
        }
        if pattern.get(at) == Some(&b']') {
            return Some(at + 1);
        }
    }
}

/// Reads the set in `pattern[start..end]`, brackets included.
fn read_set(pattern: &[u8], start: usize, end: usize) -> ByteSet {
    let body = pattern.get(start + 1..end - 1).unwrap_or_default();
    let (negated, body) = match body {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, body),
    };
    let mut set = ByteSet::EMPTY;
    let mut rest = body;
    loop {
        match rest {
            [b'%', letter, tail @ ..] => {
                match class(*letter) {
                    Some(members) => set.insert_all(members),
                    None => set.insert(*letter),
                }
                rest = tail;
            }
            // Left over by a range that ends in `%`, as in `[a-%%]`: PUC Lua escapes the bracket that closes the set.
            [b'%'] => {
                set.insert(b']');
                rest = &[];
            }
            [first, b'-', last, tail @ ..] => {
                // An empty range such as `z-a` has no members.
                for byte in *first..=*last {
                    set.insert(byte);
                }
                rest = tail;
            }
            [byte, tail @ ..] => {
                set.insert(*byte);
                rest = tail;
            }
            [] => break,
        }
    }
    if negated { set.complement() } else { set }
}

/// The sets of one pattern that were read already.
#[derive(Debug, Default)]
pub(super) struct SetCache {
    sets: Vec<(usize, usize, ByteSet)>,
    oldest: usize,
    /// How many bytes were read since that was asked last: a set can be as long as a pattern.
    read: usize,
}

impl SetCache {
    /// Forgets the sets of the previous pattern.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.sets.clear();
        self.oldest = 0;
    }

    /// How many bytes of sets were read since this was asked last.
    #[inline]
    pub(super) fn take_read(&mut self) -> usize {
        std::mem::take(&mut self.read)
    }

    /// The set that opens at `start` and the place after it, or `None` where the `]` is missing.
    #[inline]
    pub(super) fn get(&mut self, pattern: &[u8], start: usize) -> Option<(&ByteSet, usize)> {
        let known = self.sets.iter().position(|(at, _, _)| *at == start);
        let slot = match known {
            Some(slot) => slot,
            None => self.read(pattern, start)?,
        };
        self.sets.get(slot).map(|(_, end, set)| (set, *end))
    }

    /// Reads a set into the cache and answers where it is there.
    #[inline(never)]
    fn read(&mut self, pattern: &[u8], start: usize) -> Option<usize> {
        let end = set_end(pattern, start)?;
        self.read = self.read.saturating_add(end - start);
        let read = (start, end, read_set(pattern, start, end));
        if self.sets.len() < CACHED_SETS {
            self.sets.push(read);
            return Some(self.sets.len() - 1);
        }
        let slot = self.oldest;
        self.oldest = (slot + 1) % CACHED_SETS;
        *self.sets.get_mut(slot)? = read;
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_agree_with_the_standard_library() {
        for byte in 0..=255u8 {
            let expected: [(u8, bool); 8] = [
                (b'a', byte.is_ascii_alphabetic()),
                (b'c', byte.is_ascii_control()),
                (b'd', byte.is_ascii_digit()),
                (b'l', byte.is_ascii_lowercase()),
                (b'p', byte.is_ascii_punctuation()),
                (b'u', byte.is_ascii_uppercase()),
                (b'w', byte.is_ascii_alphanumeric()),
                (b'x', byte.is_ascii_hexdigit()),
            ];
            for (letter, member) in expected {
                assert_eq!(class(letter).unwrap().contains(byte), member, "%{}", letter as char);
                assert_eq!(class(letter - 32).unwrap().contains(byte), !member);
            }
        }
        assert!(class(b's').unwrap().contains(11));
        assert!(class(b'.').is_none());
        assert!(class(b'k').is_none());
    }

    #[test]
    fn a_set_may_hold_brackets_and_dashes() {
        for (pattern, members, others) in [
            ("[]]", "]", "["),
            ("[^]]", "a[", "]"),
            ("[a-]", "a-", "b"),
            ("[%a-z]", "b-z", "0"),
            ("[a%]b]", "a]b", "%"),
            ("[a-c%d]", "abc5", "d-"),
            ("[z-a]", "", "az-"),
            ("[-a]", "-a", "b"),
            ("[a-%%]", "]", "%a"),
        ] {
            let mut sets = SetCache::default();
            let (set, end) = sets.get(pattern.as_bytes(), 0).unwrap();
            assert_eq!(end, pattern.len());
            assert!(members.bytes().all(|byte| set.contains(byte)), "{pattern}");
            assert!(!others.bytes().any(|byte| set.contains(byte)), "{pattern}");
        }
        assert_eq!(set_end(b"[%", 0), None);
        assert_eq!(set_end(b"[]", 0), None);
        assert_eq!(set_end(b"[^", 0), None);
    }
}
