//! The collector, case by case.
#![allow(clippy::unwrap_used, clippy::panic)]

use ferrous_heap::{
    Heap, HeapError, HeapOptions, Metamethod, Rollback, StepResult, TableRef, Transaction, Value,
};

fn heap() -> Heap {
    Heap::new(HeapOptions { seed: Some(5), ..HeapOptions::default() })
}

fn table(transaction: &mut Transaction<'_>) -> TableRef {
    transaction.new_table(0, 0).unwrap().as_table().unwrap()
}

fn set(transaction: &mut Transaction<'_>, table: TableRef, key: &str, value: impl Into<Value>) {
    let key = transaction.intern(key.as_bytes()).unwrap();
    transaction.raw_set(table, key, value.into()).unwrap();
}

fn get(transaction: &Transaction<'_>, table: TableRef, key: &str) -> Value {
    transaction.raw_get_str(table, key.as_bytes())
}

/// A table in the registry, with a metatable that has this mode.
fn weak_table(transaction: &mut Transaction<'_>, mode: &str) -> TableRef {
    let (weak, metatable) = (table(transaction), table(transaction));
    let mode_value = transaction.intern(mode.as_bytes()).unwrap();
    set(transaction, metatable, "__mode", mode_value);
    transaction.set_metatable(weak.into(), Some(metatable)).unwrap();
    let registry = transaction.registry();
    set(transaction, registry, mode, weak);
    weak
}

#[test]
fn garbage_goes_and_the_rest_stays() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let (kept, lost) = (table(&mut transaction), table(&mut transaction));
    set(&mut transaction, lost, "self", lost);
    let registry = transaction.registry();
    set(&mut transaction, registry, "kept", kept);
    let tables = heap.stats().tables;
    heap.collect_full();
    assert_eq!(heap.stats().tables, tables - 1);
    let mut transaction = heap.begin();
    assert_eq!(get(&transaction, registry, "kept"), kept.into());
    assert!(transaction.table(lost.into()).is_none());
    assert!(transaction.raw_get(lost, Value::TRUE).is_nil());
    assert_eq!(transaction.raw_set(lost, Value::TRUE, Value::TRUE), Err(HeapError::Stale));
    assert_eq!(transaction.set_metatable(kept.into(), Some(lost)), Err(HeapError::Stale));
    // The slot's next occupant is not reached by the old handle.
    let next = table(&mut transaction);
    assert_eq!(next.index(), lost.index());
    assert!(transaction.table(lost.into()).is_none());
}

#[test]
fn weak_tables_lose_dead_objects_but_no_strings() {
    for (mode, lost_by_key, lost_by_value) in [("k", true, false), ("v", false, true), ("kv", true, true)] {
        let mut heap = heap();
        let mut transaction = heap.begin();
        let weak = weak_table(&mut transaction, mode);
        let (key, value) = (table(&mut transaction), table(&mut transaction));
        transaction.raw_set(weak, key.into(), Value::TRUE).unwrap();
        set(&mut transaction, weak, "to object", value);
        transaction.raw_set_int(weak, 1, value.into()).unwrap();
        let text = transaction.intern(b"a string that nothing else refers to").unwrap();
        transaction.raw_set(weak, text, text).unwrap();
        heap.collect_full();
        let transaction = heap.begin();
        assert_eq!(transaction.raw_get(weak, key.into()).is_nil(), lost_by_key, "{mode}");
        assert_eq!(get(&transaction, weak, "to object").is_nil(), lost_by_value, "{mode}");
        assert_eq!(transaction.raw_get(weak, Value::number(1.0)).is_nil(), lost_by_value, "{mode}");
        assert_eq!(get(&transaction, weak, "a string that nothing else refers to"), text, "{mode}");
    }
}

#[test]
fn values_of_weak_keys_are_strong() {
    // There are no ephemerons in 5.1: a key that only its own value refers to stays.
    let mut heap = heap();
    let mut transaction = heap.begin();
    let weak = weak_table(&mut transaction, "k");
    let (key, value) = (table(&mut transaction), table(&mut transaction));
    set(&mut transaction, value, "key", key);
    transaction.raw_set(weak, key.into(), value.into()).unwrap();
    heap.collect_full();
    assert_eq!(heap.begin().raw_get(weak, key.into()), value.into());
}

#[test]
fn finalizers_run_once_in_reverse_order_of_creation() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let metatable = table(&mut transaction);
    let registry = transaction.registry();
    set(&mut transaction, metatable, "__gc", Value::TRUE);
    let (values, keys) = (weak_table(&mut transaction, "v"), weak_table(&mut transaction, "k"));
    let mut made = Vec::new();
    for number in 1..=3 {
        let userdata = transaction.new_userdata(Box::new(number)).unwrap();
        transaction.set_metatable(userdata, Some(metatable)).unwrap();
        assert_eq!(transaction.metamethod(userdata, Metamethod::Gc), Value::TRUE);
        transaction.raw_set_int(values, number, userdata).unwrap();
        transaction.raw_set(keys, userdata, Value::TRUE).unwrap();
        made.push(userdata);
    }
    let plain = transaction.new_userdata(Box::new(0)).unwrap();
    set(&mut transaction, registry, "metatable", metatable);
    heap.collect_full();
    let mut transaction = heap.begin();
    assert!(transaction.userdata(plain).is_none());
    assert!(transaction.has_pending_finalizers());
    for userdata in made.iter().rev() {
        assert_eq!(transaction.pending_finalizer(), Some((*userdata, Value::TRUE)));
        assert!(transaction.userdata(*userdata).is_some(), "resurrected for its finalizer");
        assert_eq!(transaction.raw_get(keys, *userdata), Value::TRUE, "weak keys wait for the finalizer");
    }
    assert_eq!(transaction.table(values.into()).unwrap().length(), 0, "weak values do not");
    assert_eq!(transaction.pending_finalizer(), None);
    // One of them saves itself: it is not finalized again.
    set(&mut transaction, registry, "saved", made[0]);
    heap.collect_full();
    let mut transaction = heap.begin();
    assert!(transaction.userdata(made[0]).is_some() && transaction.userdata(made[1]).is_none());
    set(&mut transaction, registry, "saved", Value::NIL);
    heap.collect_full();
    let mut transaction = heap.begin();
    assert!(transaction.userdata(made[0]).is_none() && transaction.pending_finalizer().is_none());
}

#[test]
fn long_chains_need_no_stack() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let mut chain = Value::NIL;
    for _ in 0..300_000 {
        let link = table(&mut transaction);
        transaction.raw_set_int(link, 1, chain).unwrap();
        chain = transaction.new_cell(link.into()).unwrap();
    }
    let registry = transaction.registry();
    set(&mut transaction, registry, "chain", chain);
    heap.collect_full();
    assert_eq!(heap.stats().cells, 300_000);
    set(&mut heap.begin(), registry, "chain", Value::NIL);
    heap.collect_full();
    assert_eq!(heap.stats().cells, 0);
}

#[test]
fn work_is_bounded_and_large_tables_are_sliced() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let (list, registry) = (table(&mut transaction), transaction.registry());
    set(&mut transaction, registry, "list", list);
    for index in 1..=100_000 {
        transaction.raw_set_int(list, index, Value::TRUE).unwrap();
    }
    let mut steps = 1;
    while heap.collect_step(1000) == StepResult::Progress {
        steps += 1;
        // What is stored while the table is half scanned is not lost, wherever it is stored.
        let mut transaction = heap.begin();
        let (low, high) = (table(&mut transaction), table(&mut transaction));
        transaction.raw_set_int(list, steps, low.into()).unwrap();
        transaction.raw_set_int(list, 100_000 - steps, high.into()).unwrap();
    }
    assert!(steps >= 100, "{steps}");
    let transaction = heap.begin();
    for index in 2..=steps {
        assert!(transaction.table(transaction.raw_get(list, Value::number(f64::from(index)))).is_some());
        assert!(
            transaction.table(transaction.raw_get(list, Value::number(f64::from(100_000 - index)))).is_some()
        );
    }
}

#[test]
fn a_scope_collects_its_own_garbage_only() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let old_garbage = table(&mut transaction);
    let (old, registry) = (table(&mut transaction), transaction.registry());
    set(&mut transaction, registry, "old", old);
    let scope = heap.open_scope().unwrap();
    let before = heap.stats();
    let mut transaction = heap.begin();
    let kept = table(&mut transaction);
    set(&mut transaction, old, "kept", kept);
    let pinned = table(&mut transaction);
    let pin = transaction.pin(pinned.into());
    for _ in 0..1000 {
        table(&mut transaction);
    }
    heap.collect_full();
    assert_eq!(heap.stats().tables, before.tables + 2);
    assert_eq!(get(&heap.begin(), old, "kept"), kept.into());
    assert_eq!(heap.begin().resolve(&pin), Ok(pinned.into()));
    assert!(heap.begin().table(old_garbage.into()).is_some());
    heap.close_scope(scope, Rollback).unwrap();
    assert_eq!(heap.stats().tables, before.tables);
    heap.collect_full();
    assert!(heap.begin().table(old_garbage.into()).is_none());
    heap.audit().unwrap();
}

#[test]
fn a_loop_in_a_scope_runs_in_constant_memory() {
    let mut heap = heap();
    let scope = heap.open_scope().unwrap();
    let mut most = 0;
    for _ in 0..200 {
        let mut transaction = heap.begin();
        for number in 0..500_u32 {
            let fresh = table(&mut transaction);
            let name = transaction.intern(&number.to_le_bytes()).unwrap();
            transaction.raw_set(fresh, name, name).unwrap();
        }
        while heap.wants_collection() {
            heap.collect_step(1000);
        }
        most = most.max(heap.bytes_in_use());
    }
    assert!(most < 4 << 20, "{most}");
    heap.close_scope(scope, Rollback).unwrap();
    heap.audit().unwrap();
}

#[test]
fn stale_values_on_a_stack_become_nil() {
    let mut heap = heap();
    let lost = table(&mut heap.begin());
    heap.collect_full();
    let mut transaction = heap.begin();
    let kept: Value = table(&mut transaction).into();
    let thread = transaction.new_thread().unwrap();
    transaction.thread_mut(thread.as_thread().unwrap()).unwrap().stack = vec![lost.into(), Value::TRUE, kept];
    let registry = transaction.registry();
    set(&mut transaction, registry, "thread", thread);
    heap.collect_full();
    let transaction = heap.begin();
    assert_eq!(
        transaction.thread(thread.as_thread().unwrap()).unwrap().stack,
        [Value::NIL, Value::TRUE, kept]
    );
}

#[test]
fn constants_live_as_long_as_their_prototype() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let text = transaction.intern(b"a constant that only the code refers to").unwrap();
    transaction.constants_put(vec![Value::TRUE, text]);
    let inner = transaction.new_prototype(8, 1..2, Vec::new(), 0).unwrap();
    let outer = transaction.new_prototype(7, 0..1, vec![inner], 0).unwrap();
    let (function, _) = transaction.new_closure(outer, 0, (0, 1), 0, Value::NIL).unwrap();
    let pin = transaction.pin(function);
    heap.collect_full();
    assert_eq!(heap.begin().string_len(text), Some(39));
    assert!(heap.begin().drain_dead_prototypes().is_empty());
    heap.begin().unpin(pin).unwrap();
    heap.collect_full();
    let mut dead = heap.begin().drain_dead_prototypes();
    dead.sort_unstable();
    assert_eq!(dead, [7, 8]);
    assert!(heap.begin().string(text).is_none());
}

#[test]
fn a_worn_out_slot_comes_back_after_a_full_cycle() {
    let mut heap = heap();
    let first = heap.begin().new_cell(Value::NIL).unwrap();
    heap.collect_full();
    let mut last = first;
    for _ in 1..u16::MAX {
        let scope = heap.open_scope().unwrap();
        last = heap.begin().new_cell(Value::NIL).unwrap();
        heap.close_scope(scope, Rollback).unwrap();
        assert!(heap.begin().cell(last).is_none());
    }
    assert_eq!(last.as_cell().map(|cell| (cell.index(), cell.generation())), Some((0, u16::MAX - 1)));
    let next = heap.begin().new_cell(Value::NIL).unwrap();
    assert_eq!(next.as_cell().map(|cell| cell.index()), Some(1), "slot 0 is in quarantine");
    heap.collect_full();
    let again = heap.begin().new_cell(Value::NIL).unwrap();
    assert_eq!(again.as_cell().map(|cell| (cell.index(), cell.generation())), Some((0, 0)));
}

#[test]
fn watched_tables_advance_the_epoch_once() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let class = table(&mut transaction);
    set(&mut transaction, class, "method", Value::TRUE);
    let epoch = transaction.method_epoch();
    set(&mut transaction, class, "method", Value::FALSE);
    assert_eq!(transaction.method_epoch(), epoch);
    transaction.watch(class);
    set(&mut transaction, class, "method", Value::TRUE);
    assert_ne!(transaction.method_epoch(), epoch);
    let epoch = transaction.method_epoch();
    set(&mut transaction, class, "method", Value::FALSE);
    assert_eq!(transaction.method_epoch(), epoch);
    transaction.watch(class);
    let scope = transaction.open_scope().unwrap();
    set(&mut transaction, class, "method", Value::NIL);
    transaction.watch(class);
    let epoch = transaction.method_epoch();
    transaction.close_scope(scope, Rollback).unwrap();
    assert_ne!(transaction.method_epoch(), epoch, "a rollback is a change too");
    assert_eq!(get(&transaction, class, "method"), Value::FALSE);
}

#[test]
fn absent_metamethods_are_noticed_when_they_come() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let (object, metatable) = (table(&mut transaction), table(&mut transaction));
    transaction.set_metatable(object.into(), Some(metatable)).unwrap();
    for metamethod in Metamethod::ALL {
        assert!(transaction.metamethod(object.into(), metamethod).is_nil());
        set(&mut transaction, metatable, metamethod.name(), Value::TRUE);
        assert_eq!(transaction.metamethod(object.into(), metamethod), Value::TRUE);
        set(&mut transaction, metatable, metamethod.name(), Value::NIL);
        assert!(transaction.metamethod(object.into(), metamethod).is_nil());
        set(&mut transaction, metatable, metamethod.name(), Value::FALSE);
        assert_eq!(transaction.metamethod(object.into(), metamethod), Value::FALSE);
    }
}

#[test]
fn nothing_is_collected_while_roots_are_withheld() {
    let mut heap = heap();
    let mut transaction = heap.begin();
    let held = table(&mut transaction);
    transaction.withhold_roots(true);
    assert_eq!(heap.collect_step(usize::MAX), StepResult::CycleDone);
    heap.collect_full();
    let mut transaction = heap.begin();
    assert!(transaction.table(held.into()).is_some());
    transaction.withhold_roots(false);
    heap.collect_full();
    assert!(heap.begin().table(held.into()).is_none());
}
