//! Watching: long work of the heap ends when nobody wants its result any more.
//!
//! Whoever drives the heap may lend it a flag, which any thread may set. What grows with a script's data and is done in one
//! call, such as copying and hashing a long string, or making a large table larger, looks at the flag after each [`PIECE`].
//! Who has no other thread to set it lends it a function that does ([`StopFlag::poll_by`]).
//!
//! **Invariant:** work that was stopped has changed nothing that a script can see, and is the error [`HeapError::Stopped`].

use std::cmp::Ordering;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use crate::error::HeapError;
use crate::heap::Heap;
use crate::transaction::Transaction;

/// How many bytes are copied, compared or hashed between two looks: some hundredth of a millisecond.
pub(crate) const PIECE: usize = 1 << 16;

/// Texts from this length on move piece by piece when their buffers grow: some tenth of a millisecond.
const LONG: usize = 1 << 20;

/// A flag that any thread may set to stop the work that looks at it. It counts the looks: how many there are to an amount of
/// work says how soon it would stop, on any machine.
#[derive(Default)]
pub struct StopFlag {
    stopped: AtomicBool,
    looks: AtomicU64,
    poll: OnceLock<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl fmt::Debug for StopFlag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StopFlag").field("stopped", &self.is_set()).finish_non_exhaustive()
    }
}

impl StopFlag {
    /// Stops whatever looks, or does not any more.
    pub fn set(&self, stopped: bool) {
        self.stopped.store(stopped, Relaxed);
    }

    /// Looks: whether to stop.
    #[inline]
    #[must_use]
    pub fn look(&self) -> bool {
        // One thread looks at a time; that a count may be lost to another is no matter.
        self.looks.store(self.looks.load(Relaxed).wrapping_add(1), Relaxed);
        self.is_set()
    }

    /// Looks in the middle of work that cannot be suspended: whoever has lent a function is asked first.
    #[must_use]
    pub fn poll(&self) -> bool {
        if self.poll.get().is_some_and(|poll| poll()) {
            self.set(true);
        }
        self.look()
    }

    /// Has `poll` called at each [`StopFlag::poll`], some ten microseconds apart, by the thread that works. It says whether to
    /// stop. The first function that was lent stays.
    pub fn poll_by(&self, poll: impl Fn() -> bool + Send + Sync + 'static) {
        let _ = self.poll.set(Box::new(poll));
    }

    /// Whether to stop, for who does not work.
    #[inline]
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.stopped.load(Relaxed)
    }

    /// How many looks there were.
    #[must_use]
    pub fn looks(&self) -> u64 {
        self.looks.load(Relaxed)
    }
}

/// The flag that a heap looks at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch(Arc<StopFlag>);

impl Watch {
    #[inline]
    pub(crate) fn look(&self) -> Result<(), HeapError> {
        if self.0.poll() { Err(HeapError::Stopped) } else { Ok(()) }
    }

    /// Looks, but not before the first of all pieces: small work is never given up.
    #[inline]
    pub(crate) fn look_before(&self, piece: usize) -> Result<(), HeapError> {
        if piece == 0 { Ok(()) } else { self.look() }
    }

    /// A copy, in pieces; what there is of it if it was stopped.
    pub(crate) fn copy<T: Copy>(&self, items: &[T]) -> (Vec<T>, Result<(), HeapError>) {
        let mut copy = Vec::new();
        if copy.try_reserve_exact(items.len()).is_err() {
            return (copy, Err(HeapError::OutOfMemory));
        }
        let appended = self.append_pieces(&mut copy, items);
        (copy, appended)
    }

    /// Appends bytes in pieces; what it could of them if it was stopped.
    #[inline(always)]
    fn append(&self, text: &mut Vec<u8>, bytes: &[u8]) -> Result<(), HeapError> {
        if bytes.len() > PIECE {
            return self.append_pieces(text, bytes);
        }
        text.try_reserve(bytes.len()).map_err(|_| HeapError::OutOfMemory)?;
        text.extend_from_slice(bytes);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn append_pieces<T: Copy>(&self, list: &mut Vec<T>, items: &[T]) -> Result<(), HeapError> {
        list.try_reserve(items.len()).map_err(|_| HeapError::OutOfMemory)?;
        for (number, piece) in items.chunks(PIECE / size_of::<T>().max(1)).enumerate() {
            self.look_before(number)?;
            list.extend_from_slice(piece);
        }
        Ok(())
    }

    /// A copy of a list in a buffer with room for `more` elements and for as many as it holds, made in pieces; as much as there
    /// is of it if it was stopped.
    #[cold]
    #[inline(never)]
    fn grown<T: Copy>(&self, text: &[T], more: usize) -> (Vec<T>, Result<(), HeapError>) {
        let mut grown = Vec::new();
        let needed = text.len().saturating_add(more.max(text.len()));
        // Where there is not so much room there may be enough.
        if grown.try_reserve_exact(needed).is_err()
            && grown.try_reserve_exact(text.len().saturating_add(more)).is_err()
        {
            return (grown, Err(HeapError::OutOfMemory));
        }
        let appended = self.append_pieces(&mut grown, text);
        (grown, appended)
    }

    /// Whether two texts are the same, compared in pieces.
    pub(crate) fn equal(&self, one: &[u8], other: &[u8]) -> Result<bool, HeapError> {
        if one.len() != other.len() {
            return Ok(false);
        }
        for (one, other) in one.chunks(PIECE).zip(other.chunks(PIECE)) {
            if one != other {
                return Ok(false);
            }
            self.look()?;
        }
        Ok(true)
    }

    /// The order of two texts, compared in pieces, and how many bytes of them were compared.
    fn order(&self, one: &[u8], other: &[u8]) -> Result<(Ordering, usize), HeapError> {
        let mut compared = 0;
        for (one, other) in one.chunks(PIECE).zip(other.chunks(PIECE)) {
            compared += one.len().min(other.len());
            // A piece that ends early is the last one of its text.
            let order = one.cmp(other);
            if order.is_ne() {
                return Ok((order, compared));
            }
            self.look()?;
        }
        Ok((one.len().cmp(&other.len()), compared))
    }
}

impl Heap {
    /// From now on this flag, once it is set, ends whatever takes long with [`HeapError::Stopped`].
    pub fn watch(&mut self, flag: Arc<StopFlag>) {
        self.watch = Watch(flag);
    }
}

impl Transaction<'_> {
    /// Whether to go on, for natives that do much at once.
    ///
    /// # Errors
    /// [`HeapError::Stopped`] once the flag is set that the heap watches.
    #[inline]
    pub fn look(&self) -> Result<(), HeapError> {
        self.heap.watch.look()
    }

    /// Appends bytes, such as those of a string, to a text under construction. It holds a part of them if that failed.
    ///
    /// # Errors
    /// [`HeapError::Stopped`] once the flag is set that the heap watches, and [`HeapError::OutOfMemory`].
    #[inline(always)]
    pub fn append(&self, text: &mut Vec<u8>, bytes: &[u8]) -> Result<(), HeapError> {
        self.heap.watch.append(text, bytes)
    }

    /// Makes room for `more` elements in a text or a list under construction. A long one moves to a larger buffer piece by piece,
    /// where the allocator might copy it in one.
    ///
    /// # Errors
    /// [`HeapError::Stopped`] once the flag is set that the heap watches, and [`HeapError::OutOfMemory`]. The text is as it was.
    #[inline]
    pub fn reserve<T: Copy + Send + 'static>(
        &mut self,
        text: &mut Vec<T>,
        more: usize,
    ) -> Result<(), HeapError> {
        if text.capacity() - text.len() >= more {
            return Ok(());
        }
        if text.len().saturating_mul(size_of::<T>()) < LONG {
            return text.try_reserve(more).map_err(|_| HeapError::OutOfMemory);
        }
        let (grown, result) = self.heap.watch.grown(text, more);
        let unwanted = if result.is_ok() { std::mem::replace(text, grown) } else { grown };
        self.heap.scrap(unwanted);
        result
    }

    /// The order of two texts by their bytes, and how many of those were compared, which long texts are charged for.
    ///
    /// # Errors
    /// [`HeapError::Stopped`] once the flag is set that the heap watches.
    pub fn order(&self, one: &[u8], other: &[u8]) -> Result<(Ordering, usize), HeapError> {
        self.heap.watch.order(one, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_lends_a_function_is_asked_in_long_work() {
        let watch = Watch::default();
        let asked = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&asked);
        watch.0.poll_by(move || counter.fetch_add(1, Relaxed) == 2);
        assert!(!watch.0.look());
        let (copy, copied) = watch.copy(&[b'z'; 9 * PIECE]);
        assert_eq!((copy.len(), copied), (3 * PIECE, Err(HeapError::Stopped)));
        assert_eq!(asked.load(Relaxed), 3);
    }

    #[test]
    fn long_appends_stop_and_short_ones_do_not() {
        let watch = Watch::default();
        watch.0.set(true);
        let mut text = b"so far".to_vec();
        assert_eq!(watch.append(&mut text, &[b'x'; PIECE]), Ok(()));
        assert_eq!(text.len(), 6 + PIECE);
        assert_eq!(watch.append(&mut text, &[b'y'; 2 * PIECE]), Err(HeapError::Stopped));
        let (copy, copied) = Watch::default().copy(&[b'z'; 3 * PIECE + 1]);
        assert_eq!((copy.len(), copy.capacity(), copied), (3 * PIECE + 1, 3 * PIECE + 1, Ok(())));
    }
}
