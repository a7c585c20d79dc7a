//! Giving memory back: a heap that settles against a simple model.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use ferrous_heap::{Heap, HeapOptions, Pinned, Rollback, Value};
use proptest::prelude::*;

fn heap() -> Heap {
    Heap::new(HeapOptions { seed: Some(11), ..HeapOptions::default() })
}

/// Settles until there is no more to do, for at most so many calls; how many there were.
fn settle(heap: &mut Heap, work: usize, calls: usize) -> usize {
    let mut count = 0;
    while count < calls {
        count += 1;
        if heap.is_reclaiming() {
            heap.collect_due(work);
        } else if !heap.settle(work) {
            break;
        }
    }
    count
}

/// Makes garbage: tables with a field, strings, functions with upvalues, cells.
fn make_garbage(heap: &mut Heap, objects: u32, serial: u32) {
    let mut transaction = heap.begin();
    for number in 0..objects {
        let table = transaction.new_table(0, 0).unwrap();
        let text = transaction.intern(format!("garbage {serial} {number}").as_bytes()).unwrap();
        transaction.raw_set_int(table.as_table().unwrap(), 1, text).unwrap();
        transaction.new_cell(table).unwrap();
        let upvalues = vec![table; number as usize % 4];
        transaction.new_native(0, Value::NIL, &upvalues).unwrap();
    }
}

#[test]
fn what_a_large_program_held_is_given_back() {
    let mut heap = heap();
    make_garbage(&mut heap, 100, 0);
    heap.collect_full();
    heap.seal().unwrap();
    let (stats, held) = (heap.stats(), heap.bytes_held());
    let scope = heap.open_scope().unwrap();
    make_garbage(&mut heap, 200_000, 1);
    let most = heap.bytes_held();
    assert!(most > 25_000_000, "{most}");
    heap.close_scope(scope, Rollback).unwrap();
    // What is made for good while that waits to be freed does not lie behind it.
    heap.collect_due(2000);
    assert!(heap.is_reclaiming());
    heap.favour_low_slots();
    let kept = heap.begin().intern(b"kept").unwrap();
    let pinned = heap.begin().pin(kept);
    let calls = settle(&mut heap, 2000, usize::MAX);
    assert!(calls > 200, "{calls}");
    assert!(!heap.is_unsettled());
    let left = heap.bytes_held();
    assert!(left < held + 8_000_000, "{held} {left}");
    heap.audit().unwrap();
    assert_eq!(heap.begin().resolve(&pinned), Ok(kept));
    heap.begin().unpin(pinned).unwrap();
    heap.collect_full();
    assert_eq!(heap.stats().strings, stats.strings);
    make_garbage(&mut heap, 200_000, 2);
    heap.audit().unwrap();
}

#[test]
fn a_heap_without_scopes_collects_before_it_gives_back() {
    let mut heap = heap();
    make_garbage(&mut heap, 100_000, 0);
    assert!(heap.is_unsettled());
    settle(&mut heap, 2000, usize::MAX);
    assert_eq!(heap.stats().functions, 0);
    assert!(heap.bytes_held() < 4_000_000, "{}", heap.bytes_held());
    heap.audit().unwrap();
}

#[derive(Clone, Debug)]
enum Action {
    Keep(u32),
    Forget(u32),
    Garbage(u32),
    Scope(u32),
    Collect,
    FavourLowSlots,
    Settle { work: usize, calls: usize },
}

fn action() -> impl Strategy<Value = Action> {
    let settle = || (1_usize..40_000, 1_usize..30).prop_map(|(work, calls)| Action::Settle { work, calls });
    prop_oneof![
        2 => (1_u32..4000).prop_map(Action::Keep),
        2 => (0_u32..16_000).prop_map(Action::Forget),
        2 => (1_u32..16_000).prop_map(Action::Garbage),
        2 => (1_u32..16_000).prop_map(Action::Scope),
        1 => Just(Action::Collect),
        1 => Just(Action::FavourLowSlots),
        6 => settle(),
    ]
}

/// A pinned table with a text, a table with its number, and a function with it as an upvalue, under each number.
struct Kept {
    pinned: Pinned,
    model: BTreeMap<u32, ()>,
    serial: u32,
}

impl Kept {
    fn keep(&mut self, heap: &mut Heap, count: u32) {
        let mut transaction = heap.begin();
        let table = transaction.resolve(&self.pinned).unwrap().as_table().unwrap();
        for _ in 0..count {
            self.serial += 1;
            let number = Value::number(f64::from(self.serial));
            let text = transaction.intern(format!("kept {}", self.serial).as_bytes()).unwrap();
            let entry = transaction.new_table(0, 0).unwrap();
            let function = transaction.new_native(0, number, &[text, entry]).unwrap();
            transaction.raw_set_int(entry.as_table().unwrap(), 1, number).unwrap();
            transaction.raw_set_int(entry.as_table().unwrap(), 2, function).unwrap();
            transaction.raw_set(table, text, entry).unwrap();
            self.model.insert(self.serial, ());
        }
    }

    fn forget(&mut self, heap: &mut Heap, beyond: u32) {
        let mut transaction = heap.begin();
        let table = transaction.resolve(&self.pinned).unwrap().as_table().unwrap();
        for serial in self.model.split_off(&beyond).into_keys() {
            let text = transaction.intern(format!("kept {serial}").as_bytes()).unwrap();
            transaction.raw_set(table, text, Value::NIL).unwrap();
        }
    }

    fn check(&self, heap: &mut Heap) -> Result<(), TestCaseError> {
        prop_assert_eq!(heap.audit(), Ok(()));
        let mut transaction = heap.begin();
        let table = transaction.resolve(&self.pinned).unwrap().as_table().unwrap();
        for serial in self.model.keys() {
            let number = Value::number(f64::from(*serial));
            let text = transaction.intern(format!("kept {serial}").as_bytes()).unwrap();
            let entry = transaction.raw_get(table, text);
            let fields = entry.as_table().unwrap();
            prop_assert_eq!(transaction.raw_get(fields, Value::number(1.0)), number);
            let function = *transaction.function(transaction.raw_get(fields, Value::number(2.0))).unwrap();
            let upvalues: Vec<Value> = (0..3).map(|n| transaction.upvalue(function.upvalues + n)).collect();
            prop_assert_eq!(upvalues, vec![number, text, entry]);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_kept_survives_what_is_given_back(actions in prop::collection::vec(action(), 0..40)) {
        let mut heap = heap();
        let table = heap.begin().new_table(0, 0).unwrap();
        let mut kept = Kept { pinned: heap.begin().pin(table), model: BTreeMap::new(), serial: 0 };
        let mut stale = Vec::new();
        for (serial, action) in (0..).zip(actions) {
            match action {
                Action::Keep(count) => kept.keep(&mut heap, count),
                Action::Forget(beyond) => kept.forget(&mut heap, beyond),
                Action::Garbage(count) => make_garbage(&mut heap, count, serial),
                Action::Scope(count) => {
                    let scope = heap.open_scope().unwrap();
                    make_garbage(&mut heap, count, serial);
                    stale.push(heap.begin().new_table(0, 0).unwrap());
                    heap.close_scope(scope, Rollback).unwrap();
                }
                Action::Collect => heap.collect_full(),
                Action::FavourLowSlots => heap.favour_low_slots(),
                Action::Settle { work, calls } => {
                    settle(&mut heap, work, calls);
                }
            }
            if !heap.is_reclaiming() {
                for value in &stale {
                    let table = value.as_table().unwrap();
                    prop_assert!(heap.begin().raw_set_int(table, 1, Value::TRUE).is_err());
                }
            }
        }
        kept.check(&mut heap)?;
        settle(&mut heap, 5000, usize::MAX);
        kept.check(&mut heap)?;
    }
}
