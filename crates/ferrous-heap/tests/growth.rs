//! Tables and the set of strings, grown while somebody wants it to stop.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use ferrous_heap::{Heap, HeapError, HeapOptions, StopFlag, TableRef, Value};

/// What a test stores under its n-th key.
type Key = fn(&mut Heap, u32) -> Result<Value, HeapError>;

fn store(heap: &mut Heap, table: TableRef, key: Key, n: u32) -> Result<(), HeapError> {
    let key = key(heap, n)?;
    heap.begin().raw_set(table, key, Value::number(f64::from(n)))
}

/// Stores with the flag set; each store that is given up is made again with the flag clear.
fn grow_with_interruptions(key: Key, gone: Option<u32>) -> Result<u32, HeapError> {
    let flag = Arc::new(StopFlag::default());
    let mut heap = Heap::new(HeapOptions { seed: Some(5), ..HeapOptions::default() });
    heap.watch(Arc::clone(&flag));
    let Some(table) = heap.begin().new_table(0, 0)?.as_table() else { return Ok(0) };
    let mut stopped = 0;
    for n in 1..40_000 {
        flag.set(true);
        let mut stored = store(&mut heap, table, key, n);
        if stored == Err(HeapError::Stopped) {
            stopped += 1;
            assert_eq!(heap.audit(), Ok(()), "{n}");
            flag.set(false);
            if n > 1 && gone.is_none() {
                let key = key(&mut heap, n - 1)?;
                assert_eq!(heap.begin().raw_get(table, key), Value::number(f64::from(n - 1)));
            }
            stored = store(&mut heap, table, key, n);
        }
        stored?;
        flag.set(false);
        if let Some(gone) = gone.filter(|gone| n % gone == 0) {
            let key = key(&mut heap, n - gone / 2)?;
            heap.begin().raw_set(table, key, Value::NIL)?;
        }
    }
    assert_eq!(heap.audit(), Ok(()));
    for n in 1..40_000_u32 {
        let is_gone = gone.is_some_and(|gone| (n + gone / 2) % gone == 0 && n + gone / 2 < 40_000);
        let key = key(&mut heap, n)?;
        let expected = if is_gone { Value::NIL } else { Value::number(f64::from(n)) };
        assert_eq!(heap.begin().raw_get(table, key), expected, "{n}");
    }
    Ok(stopped)
}

#[test]
fn growth_that_is_given_up_can_be_made_again() {
    let names: Key = |heap, n| heap.begin().intern(format!("name {n}").as_bytes());
    let indices: Key = |_, n| Ok(Value::number(f64::from(n)));
    let backwards: Key = |_, n| Ok(Value::number(f64::from(40_000 - n)));
    let sparse: Key = |_, n| Ok(Value::number(f64::from(n) * 1.5));
    for key in [names, indices, backwards, sparse] {
        for gone in [None, Some(3)] {
            assert!(grow_with_interruptions(key, gone).unwrap() > 0);
        }
    }
}

/// Large buffers move piece by piece when they grow, and stay where they are if that is given up.
#[test]
fn large_buffers_move_in_pieces() {
    let names: Key = |heap, n| heap.begin().intern(format!("name {n}").as_bytes());
    let indices: Key = |_, n| Ok(Value::number(f64::from(n)));
    for key in [names, indices] {
        let flag = Arc::new(StopFlag::default());
        let mut heap = Heap::new(HeapOptions { seed: Some(5), ..HeapOptions::default() });
        heap.watch(Arc::clone(&flag));
        let table = heap.begin().new_table(0, 0).unwrap().as_table().unwrap();
        let mut stopped = 0;
        for n in 1..=900_000_u32 {
            let n_key = key(&mut heap, n).unwrap();
            let looks = flag.looks();
            flag.set(true);
            let stored = heap.begin().raw_set(table, n_key, Value::TRUE);
            flag.set(false);
            if stored == Err(HeapError::Stopped) {
                stopped += 1;
                assert!(flag.looks() - looks < 3, "{n}");
                let last = key(&mut heap, n - 1).unwrap();
                assert_eq!(heap.begin().raw_get(table, last), Value::TRUE, "{n}");
                heap.begin().raw_set(table, n_key, Value::TRUE).unwrap();
            } else {
                stored.unwrap();
            }
        }
        assert!(stopped > 0);
        assert_eq!(heap.audit(), Ok(()));
        for n in 1..=900_000 {
            let key = key(&mut heap, n).unwrap();
            assert_eq!(heap.begin().raw_get(table, key), Value::TRUE);
        }
    }
}
