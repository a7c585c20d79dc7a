//! Compressing with LZF, byte for byte as the servers do: a text becomes runs of up to 32 literal bytes and references to what
//! came up to 8 KB before.
//!
//! What three bytes came last at which place is looked up in a table by a hash, so that some repetitions are overlooked; which
//! ones is part of the form.
//!
//! **Invariant:** any bytes are compressed, or found not to fit; the result is never longer than asked for.

/// Bits of a hash.
const HASH_BITS: u32 = 16;
/// How far back a reference reaches.
const FARTHEST: usize = 1 << 13;
/// The longest reference.
const LONGEST: usize = (1 << 8) + (1 << 3);
/// The longest run of literal bytes.
const LONGEST_RUN: usize = 1 << 5;

/// What is written.
struct Output {
    bytes: Vec<u8>,
    /// Literal bytes of the open run, whose head stands before them.
    literals: usize,
}

impl Output {
    fn open_run(&mut self) {
        self.bytes.push(0);
        self.literals = 0;
    }

    /// Writes the head of the open run; one without bytes is taken back.
    fn close_run(&mut self) {
        let Some(last) = self.literals.checked_sub(1) else {
            self.bytes.pop();
            return;
        };
        let head = self.bytes.len() - self.literals - 1;
        if let Some(head) = self.bytes.get_mut(head) {
            // Below 32.
            *head = last as u8;
        }
    }

    fn literal(&mut self, byte: u8) {
        self.bytes.push(byte);
        self.literals += 1;
        if self.literals == LONGEST_RUN {
            self.close_run();
            self.open_run();
        }
    }

    /// A reference to `length` bytes that begin `distance` bytes before.
    fn reference(&mut self, distance: usize, length: usize) {
        // Of 13 bits and of nine.
        let (offset, length) = (distance - 1, length - 2);
        let high = (offset >> 8) as u8;
        if length < 7 {
            self.bytes.push(high + ((length as u8) << 5));
        } else {
            self.bytes.extend([high + (7 << 5), (length - 7) as u8]);
        }
        self.bytes.push(offset as u8);
    }
}

/// The slot of the three bytes at a place.
fn slot(data: &[u8], place: usize) -> usize {
    let three = data.get(place..place + 3).unwrap_or_default();
    let hash = three.iter().fold(0u32, |hash, &byte| hash << 8 | u32::from(byte));
    // Sixteen bits.
    ((hash >> (24 - HASH_BITS)).wrapping_sub(hash.wrapping_mul(5)) & ((1 << HASH_BITS) - 1)) as usize
}

/// Compresses to at most `room` bytes.
pub(super) fn compress(data: &[u8], room: usize) -> Option<Vec<u8>> {
    let mut places = vec![0usize; 1 << HASH_BITS];
    let mut output = Output { bytes: Vec::with_capacity(room), literals: 0 };
    output.open_run();
    let end = data.len().saturating_sub(2);
    let mut place = 0;
    // A slot is below 2^16, and a place below the data's end: the indices cannot fail.
    while place < end {
        let known = std::mem::replace(&mut places[slot(data, place)], place);
        let distance = place - known;
        let repeats = known > 0
            && (1..=FARTHEST).contains(&distance)
            && data.get(known..known + 3) == data.get(place..place + 3);
        if !repeats {
            if output.bytes.len() >= room {
                return None;
            }
            output.literal(data[place]);
            place += 1;
            continue;
        }
        if output.bytes.len() - usize::from(output.literals == 0) + 4 >= room {
            return None;
        }
        output.close_run();
        // References leave the last two bytes of a text alone, unless they are that long anyway.
        let longest = (data.len() - place - 2).min(LONGEST);
        let longest = longest.max(if longest > 16 { 19 } else { 3 });
        let same = |length: usize| data.get(known + length) == data.get(place + length);
        let length = (3..longest).find(|&length| !same(length)).unwrap_or(longest);
        output.reference(distance, length);
        output.open_run();
        place += length;
        if place >= end {
            break;
        }
        for before in [2, 1] {
            places[slot(data, place - before)] = place - before;
        }
    }
    if output.bytes.len() + 3 > room {
        return None;
    }
    for &byte in data.get(place..).unwrap_or_default() {
        output.literal(byte);
    }
    output.close_run();
    Some(output.bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_compressed_comes_back(data in "[a-d]{0,400}[ -~]{0,400}", less in 0usize..8) {
            let room = data.len().saturating_sub(less);
            if let Some(compressed) = compress(data.as_bytes(), room) {
                prop_assert!(compressed.len() <= room);
                prop_assert_eq!(lzf::decompress(&compressed, data.len()), Ok(data.into_bytes()));
            }
        }
    }
}
