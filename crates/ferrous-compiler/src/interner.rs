//! Texts of a source, each kept once: names, keywords and strings.
//!
//! A [`Text`] is the index of a text in the order of first appearance. The texts lie behind each other in one buffer; an
//! open-addressing table of (hash, text) finds them. The hash is seeded at random, so that no source can be written whose
//! texts collide. Texts of more than a piece (`scan`) lie apart, each in a buffer of its own, which goes into the chunk as it is;
//! they have another hash and another list.
//!
//! **Invariant:** two texts are equal exactly if their indices are.

use std::hash::{BuildHasher as _, Hasher as _};

use ahash::RandomState;
use ferrous_vm::remains::Remains;

use crate::lexer::LexicalError;
use crate::scan::{Look, PIECE};

/// Index of a text.
pub(crate) type Text = u32;

#[derive(Default)]
pub(crate) struct Interner {
    hasher: RandomState,
    /// Hash and index + 1 of a text; 0 marks a free slot. The length is a power of two, at most half of it used.
    slots: Vec<(u32, u32)>,
    ends: Vec<u32>,
    bytes: Vec<u8>,
    /// The long texts, in order, and how many bytes they are.
    long: Vec<Long>,
    long_bytes: usize,
}

/// A long text.
struct Long {
    hash: u64,
    text: Text,
    bytes: Vec<u8>,
}

impl Interner {
    pub(crate) fn new() -> Self {
        Self { hasher: RandomState::new(), slots: vec![(0, 0); 128], ..Self::default() }
    }

    /// One with the same short texts under the same indices, and room for more.
    pub(crate) fn with_texts_of(other: &Self) -> Self {
        let mut ends = Vec::with_capacity(other.ends.len() + 32);
        ends.extend_from_slice(&other.ends);
        let mut bytes = Vec::with_capacity(other.bytes.len() + 256);
        bytes.extend_from_slice(&other.bytes);
        Self { hasher: other.hasher.clone(), slots: other.slots.clone(), ends, bytes, ..Self::default() }
    }

    /// How many bytes it holds.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.capacity()
            + self.slots.len() * size_of::<(u32, u32)>()
            + self.ends.capacity() * size_of::<u32>()
            + self.long_bytes
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a text that is not long; empty if there is no such text.
    #[inline]
    fn get(&self, text: Text) -> &[u8] {
        let index = text as usize;
        let end = self.ends.get(index).copied().unwrap_or(0);
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The bytes of a text for the chunk, which asks once for each.
    #[inline]
    pub(crate) fn take(&mut self, text: Text) -> Box<[u8]> {
        match self.get(text) {
            [] => self.take_long(text),
            bytes => bytes.into(),
        }
    }

    /// Leaves what was allocated.
    pub(crate) fn leave(self, remains: &mut Remains) {
        self.long.into_iter().for_each(|long| remains.add(long.bytes));
        remains.add(self.bytes);
        remains.add(self.slots);
        remains.add(self.ends);
    }

    #[cold]
    fn take_long(&mut self, text: Text) -> Box<[u8]> {
        let found = self.long.binary_search_by_key(&text, |long| long.text);
        let long = found.ok().and_then(|place| self.long.get_mut(place));
        long.map(|long| std::mem::take(&mut long.bytes)).unwrap_or_default().into_boxed_slice()
    }

    #[inline]
    pub(crate) fn intern(&mut self, bytes: &[u8]) -> Text {
        // The upper half of the hash is dropped on purpose.
        let hash = self.hasher.hash_one(bytes) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            // Masked, so always inside.
            let (known, text) = self.slots[at];
            if text == 0 {
                self.bytes.extend_from_slice(bytes);
                return self.insert(hash, at);
            }
            if known == hash && self.get(text - 1) == bytes {
                return text - 1;
            }
            at = (at + 1) & mask;
        }
    }

    /// The same for a text of any length, with looks in between.
    pub(crate) fn intern_long(&mut self, bytes: &[u8], look: Look<'_>) -> Result<Text, LexicalError> {
        if bytes.len() <= PIECE {
            return Ok(self.intern(bytes));
        }
        let mut copy = Vec::with_capacity(bytes.len());
        for piece in bytes.chunks(PIECE) {
            copy.extend_from_slice(piece);
            if let Some(error) = look() {
                return self.give_up(copy, error);
            }
        }
        self.keep_long(copy, look)
    }

    /// The same for a long text, which is not copied.
    pub(crate) fn keep_long(&mut self, bytes: Vec<u8>, look: Look<'_>) -> Result<Text, LexicalError> {
        match self.find_long(&bytes, look) {
            Ok((_, Some(known))) => Ok(known),
            Ok((hash, None)) => {
                self.ends.push(self.bytes.len() as u32);
                let text = self.ends.len() as u32 - 1;
                self.long_bytes += bytes.len();
                self.long.push(Long { hash, text, bytes });
                Ok(text)
            }
            Err(error) => self.give_up(bytes, error),
        }
    }

    /// The hash of a long text, and the text if it is known.
    fn find_long(&self, bytes: &[u8], look: Look<'_>) -> Result<(u64, Option<Text>), LexicalError> {
        let go_on = || look().map_or(Ok(()), Err);
        let mut hasher = self.hasher.build_hasher();
        for piece in bytes.chunks(PIECE) {
            hasher.write(piece);
            go_on()?;
        }
        let hash = hasher.finish();
        for known in &self.long {
            if known.hash == hash && known.bytes.len() == bytes.len() {
                let mut pieces = known.bytes.chunks(PIECE).zip(bytes.chunks(PIECE));
                if pieces.all(|(one, other)| one == other && go_on().is_ok()) {
                    return Ok((hash, Some(known.text)));
                }
                go_on()?;
            }
        }
        Ok((hash, None))
    }

    /// The compilation ends: whoever frees what it leaves frees these bytes too, for which nobody shall wait.
    #[cold]
    fn give_up(&mut self, bytes: Vec<u8>, error: LexicalError) -> Result<Text, LexicalError> {
        self.long.push(Long { hash: 0, text: Text::MAX, bytes });
        Err(error)
    }

    /// Makes the bytes behind the last text one.
    #[cold]
    fn insert(&mut self, hash: u32, at: usize) -> Text {
        // A source is below 4 GiB (`compile` refuses others), so neither count overflows.
        self.ends.push(self.bytes.len() as u32);
        let text = self.ends.len() as u32;
        self.slots[at] = (hash, text);
        if self.ends.len() * 2 > self.slots.len() {
            let length = self.slots.len() * 2;
            for (hash, text) in std::mem::replace(&mut self.slots, vec![(0, 0); length]) {
                if text != 0 {
                    let mut at = hash as usize & (length - 1);
                    while self.slots[at].1 != 0 {
                        at = (at + 1) & (length - 1);
                    }
                    self.slots[at] = (hash, text);
                }
            }
        }
        text - 1
    }
}
