//! Scopes and memory, case by case.
#![allow(clippy::unwrap_used, clippy::panic)]

use ferrous_heap::{
    Commit, Heap, HeapError, HeapOptions, PinError, Rollback, TableRef, ThreadStatus, TypeMetatable, Value,
};

fn heap() -> Heap {
    Heap::new(HeapOptions { seed: Some(5), ..HeapOptions::default() })
}

/// A heap with a table in its registry.
fn with_table() -> (Heap, TableRef) {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let table = transaction.new_table(0, 0).unwrap().as_table().unwrap();
    let registry = transaction.registry();
    transaction.raw_set_int(registry, 1, table.into()).unwrap();
    (heap, table)
}

fn first(heap: &mut Heap, table: TableRef) -> Value {
    heap.begin().raw_get(table, Value::number(1.0))
}

fn set_first(heap: &mut Heap, table: TableRef, value: f64) {
    heap.begin().raw_set_int(table, 1, Value::number(value)).unwrap();
}

#[test]
fn a_scope_outlives_transactions_and_collections() {
    let (mut heap, table) = with_table();
    set_first(&mut heap, table, 1.0);
    let bytes = heap.bytes_in_use();
    let scope = heap.open_scope().unwrap();
    set_first(&mut heap, table, 2.0);
    heap.collect_full();
    let born = heap.begin().new_table(100, 100).unwrap();
    heap.begin().raw_set_int(table, 2, born).unwrap();
    heap.collect_full();
    set_first(&mut heap, table, 3.0);
    heap.close_scope(scope, Rollback).unwrap();
    assert_eq!(first(&mut heap, table), Value::number(1.0));
    assert_eq!(heap.begin().table(table.into()).unwrap().length(), 1);
    assert!(heap.begin().table(born).is_none());
    assert_eq!(heap.bytes_in_use(), bytes);
}

#[test]
fn savepoints_nest() {
    let (mut heap, table) = with_table();
    let outer = heap.open_scope().unwrap();
    set_first(&mut heap, table, 1.0);
    for how in [Commit, Rollback, Commit] {
        let inner = heap.open_scope().unwrap();
        let before = first(&mut heap, table);
        set_first(&mut heap, table, before.as_number().unwrap() + 1.0);
        heap.close_scope(inner, how).unwrap();
    }
    assert_eq!(first(&mut heap, table), Value::number(3.0));
    heap.close_scope(outer, Commit).unwrap();
    assert_eq!(first(&mut heap, table), Value::number(3.0));
    // What was committed is old for the next scope.
    let scope = heap.open_scope().unwrap();
    set_first(&mut heap, table, 9.0);
    heap.close_scope(scope, Rollback).unwrap();
    assert_eq!(first(&mut heap, table), Value::number(3.0));
}

#[test]
fn scopes_close_in_order() {
    let mut heap = heap();
    let outer = heap.open_scope().unwrap();
    let inner = heap.open_scope().unwrap();
    assert_eq!(heap.close_scope(outer, Commit), Err(HeapError::ScopeOrder));
    assert_eq!(heap.open_scopes(), 2);
    heap.close_scope(outer, Rollback).unwrap();
    assert_eq!(heap.open_scopes(), 0);
    assert_eq!(heap.close_scope(inner, Rollback), Err(HeapError::ScopeOrder));
    let mut open = Vec::new();
    let error = loop {
        match heap.open_scope() {
            Ok(scope) => open.push(scope),
            Err(error) => break error,
        }
    };
    assert_eq!(error, HeapError::ScopeOrder);
    heap.close_scope(open[0], Rollback).unwrap();
    assert_eq!(heap.seal(), Ok(()));
    let scope = heap.open_scope().unwrap();
    assert_eq!(heap.seal(), Err(HeapError::ScopeOrder));
    heap.close_scope(scope, Commit).unwrap();
}

#[test]
fn an_atomic_transaction_is_all_or_nothing() {
    let (mut heap, table) = with_table();
    let attempt = |heap: &mut Heap, commit: bool| -> Result<(), HeapError> {
        let mut transaction = heap.begin_atomic()?;
        transaction.raw_set_int(table, 1, Value::TRUE)?;
        if commit { transaction.commit() } else { Err(HeapError::OutOfMemory) }
    };
    assert_eq!(attempt(&mut heap, false), Err(HeapError::OutOfMemory));
    assert!(first(&mut heap, table).is_nil());
    assert_eq!(attempt(&mut heap, true), Ok(()));
    assert_eq!(first(&mut heap, table), Value::TRUE);
    assert_eq!(heap.open_scopes(), 0);
}

#[test]
fn strings_of_a_scope_leave_with_it() {
    let mut heap = heap();
    heap.begin().intern(b"older").unwrap();
    let before = heap.stats();
    let scope = heap.open_scope().unwrap();
    let text = heap.begin().intern(b"born in the scope, and longer than what is kept inline").unwrap();
    heap.begin().intern(b"older").unwrap();
    heap.close_scope(scope, Rollback).unwrap();
    assert_eq!(heap.stats(), before);
    assert!(heap.begin().string(text).is_none());
    assert!(heap.begin().intern_existing(b"older").is_some());
}

#[test]
fn strings_of_one_byte_come_and_go_like_others() {
    let mut heap = heap();
    let scope = heap.open_scope().unwrap();
    let inside = heap.begin().intern(b"x").unwrap();
    assert_eq!(heap.begin().intern(b"x").unwrap(), inside);
    heap.close_scope(scope, Rollback).unwrap();
    // It waits to be freed, and is not to be found meanwhile.
    assert!(heap.begin().intern_existing(b"x").is_none());
    let mut before = heap.begin().intern(b"x").unwrap();
    heap.collect_full();
    assert!(heap.begin().string(before).is_none(), "nothing refers to it");
    for _ in 0..70_000 {
        // More often than a slot has generations.
        let again = heap.begin().intern(b"x").unwrap();
        assert_ne!(again, before);
        assert_eq!(heap.begin().string(again), Some(b"x".as_slice()));
        assert!(heap.begin().string(before).is_none());
        before = again;
        heap.collect_full();
        assert!(heap.begin().string(again).is_none());
    }
    heap.audit().unwrap();
}

#[test]
fn many_births_are_freed_in_slices() {
    let mut heap = heap();
    let before = heap.stats();
    let scope = heap.open_scope().unwrap();
    for number in 0..20_000_u32 {
        let mut transaction = heap.begin();
        transaction.new_table(0, 4).unwrap();
        transaction.intern(&number.to_le_bytes()).unwrap();
    }
    heap.close_scope(scope, Rollback).unwrap();
    assert_eq!(heap.bytes_in_use(), before.bytes, "bytes are given back at once");
    assert!(heap.stats().tables > 10_000 && heap.wants_collection());
    heap.audit().unwrap();
    // A string that is about to be freed is nobody's; if it is made anew, it stays.
    assert!(heap.begin().intern_existing(&7_u32.to_le_bytes()).is_none());
    let text = heap.begin().intern(&7_u32.to_le_bytes()).unwrap();
    heap.audit().unwrap();
    // Another scope does not mind.
    let scope = heap.open_scope().unwrap();
    heap.begin().intern(&8_u32.to_le_bytes()).unwrap();
    heap.close_scope(scope, Rollback).unwrap();
    heap.audit().unwrap();
    let mut steps = 0;
    while heap.stats().tables > before.tables {
        heap.collect_step(1000);
        steps += 1;
    }
    assert!(steps > 20, "{steps}");
    assert_eq!(heap.begin().string(text), Some(&7_u32.to_le_bytes()[..]));
    heap.audit().unwrap();
}

/// Steps of so much work until nothing waits to be freed any more.
fn steps_to_reclaim(heap: &mut Heap, work: usize) -> usize {
    (0..)
        .take_while(|_| {
            let is_reclaiming = heap.is_reclaiming();
            heap.collect_due(work);
            is_reclaiming
        })
        .count()
}

#[test]
fn large_buffers_are_freed_in_slices() {
    const LENGTH: usize = 32 << 20;
    let mut heap = heap();
    let before = heap.stats();
    let scope = heap.open_scope().unwrap();
    let mut transaction = heap.begin();
    transaction.intern(&vec![b'x'; LENGTH]).unwrap();
    let table = transaction.new_table(0, 0).unwrap().as_table().unwrap();
    for number in 1..=1_000_000_u32 {
        transaction.raw_set_int(table, number, Value::TRUE).unwrap();
        transaction.raw_set(table, Value::number(f64::from(number) + 0.5), Value::TRUE).unwrap();
    }
    heap.close_scope(scope, Rollback).unwrap();
    // The objects are gone, and their bytes are not in use, but there is something to do at the next safe point.
    assert_eq!(heap.stats(), before);
    assert!(heap.is_reclaiming() && heap.wants_collection());
    heap.audit().unwrap();
    // A step gives back a megabyte at most.
    let steps = steps_to_reclaim(&mut heap, 2000);
    assert!(steps > LENGTH >> 20, "{steps}");
    assert!(!heap.wants_collection());
    assert_eq!(heap.stats(), before, "no collection has begun");
}

#[test]
fn a_stopped_collector_frees_what_is_dead_already() {
    let mut heap = heap();
    let scope = heap.open_scope().unwrap();
    heap.begin().intern(&vec![b'x'; 4 << 20]).unwrap();
    heap.close_scope(scope, Rollback).unwrap();
    let mut transaction = heap.begin();
    transaction.stop_collector();
    transaction.scrap(vec![0_u64; 1 << 20]);
    assert!(transaction.wants_collection());
    transaction.reclaim(1);
    assert!(transaction.wants_collection());
    for _ in 0..100_000 {
        transaction.new_table(0, 8).unwrap();
    }
    let collections = transaction.collections();
    assert!(steps_to_reclaim(&mut heap, 2000) > 5);
    assert!(!heap.wants_collection());
    assert_eq!(heap.stats().collections, collections);
    heap.begin().restart_collector();
    assert!(heap.wants_collection());
}

#[test]
fn births_of_nested_scopes_wait_apart() {
    let mut heap = heap();
    let before = heap.stats();
    for (outer_births, inner_births) in [(10, 5000), (5000, 2000), (2000, 5000)] {
        let outer = heap.open_scope().unwrap();
        let born: Vec<Value> = (0..outer_births).map(|_| heap.begin().new_table(0, 0).unwrap()).collect();
        let inner = heap.open_scope().unwrap();
        for _ in 0..inner_births {
            heap.begin().new_table(0, 0).unwrap();
        }
        heap.close_scope(inner, Rollback).unwrap();
        heap.begin().reclaim(usize::MAX);
        assert!(!heap.is_reclaiming());
        assert_eq!(heap.stats().tables, before.tables + outer_births);
        for table in born {
            assert!(heap.begin().table(table).is_some());
        }
        heap.close_scope(outer, Rollback).unwrap();
        heap.begin().reclaim(usize::MAX);
        assert_eq!(heap.stats(), before);
        heap.audit().unwrap();
    }
}

#[test]
fn everything_else_is_restored() {
    let (mut heap, table) = with_table();
    let mut transaction = heap.begin();
    let kept = transaction.pin(table.into());
    let payload = transaction.new_userdata(Box::new(1_u8)).unwrap();
    let pin = transaction.pin(payload);
    let thread = transaction.new_thread().unwrap();
    let thread_ref = thread.as_thread().unwrap();
    transaction.raw_set_int(table, 2, thread).unwrap();
    let state = transaction.thread_mut(thread_ref).unwrap();
    state.stack.push(Value::TRUE);
    state.states.push((0, Box::new("state")));
    let stats = heap.stats();

    let scope = heap.open_scope().unwrap();
    let mut transaction = heap.begin();
    transaction.set_read_only(table, true).unwrap();
    transaction.set_type_metatable(TypeMetatable::String, Some(table)).unwrap();
    transaction.new_prototype(42, 0..0, Vec::new(), 0).unwrap();
    let young = transaction.pin(Value::TRUE);
    transaction.unpin(kept).unwrap();
    assert!(matches!(transaction.userdata_mut(payload), Err(HeapError::NotRestorable)));
    let state = transaction.thread_mut(thread_ref).unwrap();
    state.stack.clear();
    state.states.clear();
    heap.close_scope(scope, Rollback).unwrap();

    assert_eq!(heap.stats(), stats);
    let mut transaction = heap.begin();
    assert!(!transaction.is_read_only(table));
    assert_eq!(transaction.type_metatable(TypeMetatable::String), None);
    assert_eq!(transaction.drain_dead_prototypes(), [42]);
    assert_eq!(transaction.resolve(&young), Err(PinError::Released));
    assert_eq!(transaction.resolve(&pin), Ok(payload));
    assert!(transaction.userdata_mut(payload).is_ok(), "outside of scopes there is nothing to restore");
    let state = transaction.thread(thread_ref).unwrap();
    assert_eq!(state.stack, [Value::TRUE]);
    // The native function's state is gone for good, so the thread cannot go on.
    assert_eq!(state.status, ThreadStatus::Dead);
    heap.collect_full();
    assert!(heap.begin().table(table.into()).is_some(), "the released pin is back");
}

#[test]
fn pins_of_another_heap_are_errors() {
    let (mut here, mut there) = (heap(), heap());
    let pinned = here.begin().pin(Value::TRUE);
    assert_eq!(there.begin().resolve(&pinned), Err(PinError::Foreign));
    assert_eq!(here.begin().resolve(&pinned), Ok(Value::TRUE));
    assert_ne!(here.identity(), there.identity());
    assert_eq!(there.begin().unpin(pinned), Err(PinError::Foreign));
}

#[test]
fn the_limit_is_an_error_and_collecting_helps() {
    let mut heap = Heap::new(HeapOptions { seed: Some(5), limit: 200_000 });
    let (registry, error) = {
        let mut transaction = heap.begin();
        let registry = transaction.registry();
        let error = loop {
            let made =
                transaction.new_table(4, 4).and_then(|table| transaction.raw_set_int(registry, 1, table));
            if let Err(error) = made {
                break error;
            }
        };
        (registry, error)
    };
    assert_eq!(error, HeapError::OutOfMemory);
    heap.audit().unwrap();
    let mut transaction = heap.begin();
    let full: [Result<Value, HeapError>; 4] = [
        transaction.intern(&[b'x'; 10_000]),
        transaction.new_table(10_000, 0),
        transaction.new_table(usize::MAX, usize::MAX),
        transaction.charge(10_000).map(|()| Value::NIL),
    ];
    assert_eq!(full, [Err(HeapError::OutOfMemory); 4]);
    heap.collect_full();
    assert!(heap.bytes_in_use() < 20_000);
    let mut transaction = heap.begin();
    transaction.charge(100_000).unwrap();
    let mut index = 0;
    let error = loop {
        index += 1;
        if let Err(error) = transaction.raw_set_int(registry, index, Value::TRUE) {
            break error;
        }
    };
    assert_eq!(error, HeapError::OutOfMemory);
    assert_eq!(transaction.table(registry.into()).unwrap().length(), index as usize - 1);
    transaction.release(100_000);
    transaction.raw_set_int(registry, index, Value::TRUE).unwrap();
    heap.audit().unwrap();
}

#[test]
fn a_journal_that_does_not_fit_fails_the_store() {
    let (mut heap, table) = with_table();
    for index in 1..=1000 {
        heap.begin().raw_set_int(table, index, Value::TRUE).unwrap();
    }
    heap.set_limit(heap.bytes_in_use() + 1000);
    let scope = heap.open_scope().unwrap();
    assert_eq!(heap.begin().raw_set_int(table, 1, Value::FALSE), Err(HeapError::OutOfMemory));
    assert_eq!(first(&mut heap, table), Value::TRUE);
    heap.close_scope(scope, Commit).unwrap();
    heap.audit().unwrap();
}

#[test]
fn a_heap_can_be_sent() {
    fn is_send<T: Send>() {}
    is_send::<Heap>();
}

#[test]
fn a_blank_table_is_blank_again_after_a_rollback() {
    for stores in [1, 8, 9, 100] {
        let mut heap = heap();
        let mut transaction = heap.begin();
        let table = transaction.new_table(8, 2).unwrap().as_table().unwrap();
        let metatable = transaction.new_table(0, 0).unwrap().as_table().unwrap();
        let (_pin, _other) = (transaction.pin(table.into()), transaction.pin(metatable.into()));
        let used = heap.bytes_in_use();
        for _ in 0..2 {
            let scope = heap.open_scope().unwrap();
            let mut transaction = heap.begin();
            for index in 1..=stores {
                transaction.raw_set_int(table, index, Value::TRUE).unwrap();
                let key = Value::number(-f64::from(index));
                transaction.raw_set(table, key, Value::TRUE).unwrap();
            }
            transaction.set_metatable(table.into(), Some(metatable)).unwrap();
            heap.close_scope(scope, Rollback).unwrap();
            let transaction = heap.begin();
            let found = transaction.table(table.into()).unwrap();
            assert_eq!((found.length(), found.array_len(), found.entries().len()), (0, 0, 0));
            assert_eq!(found.metatable(), None);
            assert!(found.get(Value::number(-1.0)).is_nil());
            assert_eq!(heap.bytes_in_use(), used, "{stores}");
        }
    }
}
