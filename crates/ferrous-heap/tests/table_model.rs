//! Tables against a hash map: assignment, lookup, border and traversal.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;

use ferrous_heap::{Heap, HeapError, HeapOptions, TableRef, Value};
use proptest::prelude::*;

/// A key in the model. Doubles by their bits, -0 as 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Number(u64),
    Text(u8),
    Boolean(bool),
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Set(Key, bool),
    Fill(u32, u32, bool),
    Push,
    Pop,
    Traverse(u8),
}

fn number(value: f64) -> Key {
    Key::Number((value + 0.0).to_bits())
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        6 => (1_u32..40).prop_map(|whole| number(f64::from(whole))),
        2 => (1_u32..5000).prop_map(|whole| number(f64::from(whole))),
        1 => prop_oneof![Just(0.0), Just(-0.0), Just(-1.0), Just(0.5), Just(1e300), Just(f64::INFINITY), Just(4_294_967_297.0)]
            .prop_map(number),
        3 => any::<u8>().prop_map(Key::Text),
        1 => any::<bool>().prop_map(Key::Boolean),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        12 => (key(), prop::bool::weighted(0.7)).prop_map(|(key, present)| Action::Set(key, present)),
        1 => (1_u32..60, 1_u32..60, any::<bool>()).prop_map(|(from, count, up)| Action::Fill(from, count, up)),
        4 => Just(Action::Push),
        3 => Just(Action::Pop),
        1 => any::<u8>().prop_map(Action::Traverse),
    ]
}

struct Pair {
    heap: Heap,
    table: TableRef,
    model: HashMap<Key, u32>,
    stamp: u32,
}

impl Pair {
    fn new(array: usize, hash: usize) -> Self {
        let mut heap = Heap::new(HeapOptions { seed: Some(3), ..HeapOptions::default() });
        let table = heap.begin().new_table(array, hash).unwrap().as_table().unwrap();
        Self { heap, table, model: HashMap::new(), stamp: 0 }
    }

    /// `None` if there is no memory for a string.
    fn value(&mut self, key: Key) -> Option<Value> {
        match key {
            Key::Number(bits) => Some(Value::number(f64::from_bits(bits))),
            Key::Text(text) => self.heap.begin().intern(&[text]).ok(),
            Key::Boolean(value) => Some(Value::boolean(value)),
        }
    }

    fn set(&mut self, key: Key, present: bool) {
        self.stamp += 1;
        let value = if present { Value::number(f64::from(self.stamp)) } else { Value::NIL };
        let Some(key_value) = self.value(key) else { return };
        match self.heap.begin().raw_set(self.table, key_value, value) {
            Err(HeapError::OutOfMemory) => return,
            result => result.unwrap(),
        }
        if present {
            self.model.insert(key, self.stamp)
        } else {
            self.model.remove(&key)
        };
    }

    fn length(&mut self) -> usize {
        let table = self.table;
        self.heap.begin().table(table.into()).unwrap().length()
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Set(key, present) => self.set(key, present),
            Action::Fill(from, count, true) => {
                (from..from + count).for_each(|at| self.set(number(f64::from(at)), true))
            }
            Action::Fill(from, count, false) => {
                (from..from + count).rev().for_each(|at| self.set(number(f64::from(at)), true));
            }
            Action::Push => {
                let next = self.length() as f64 + 1.0;
                self.set(number(next), true);
            }
            Action::Pop => {
                let last = self.length() as f64;
                self.set(number(last), false);
            }
            Action::Traverse(choice) => self.traverse(choice),
        }
    }

    /// Visits everything once, while clearing and changing what has been visited, as the manual allows.
    fn traverse(&mut self, choice: u8) {
        let mut seen = HashMap::new();
        let mut key = Value::NIL;
        loop {
            let transaction = self.heap.begin();
            let position = transaction.position_of(self.table, key).unwrap();
            let Some((_, found, value)) = transaction.next_entry(self.table, position) else { break };
            assert!(seen.insert(found, value).is_none(), "visited twice");
            key = found;
            let model_key = match (found.as_number(), found.as_boolean()) {
                (Some(value), _) => number(value),
                (_, Some(value)) => Key::Boolean(value),
                _ => Key::Text(transaction.string(found).unwrap()[0]),
            };
            assert_eq!(value.as_number(), self.model.get(&model_key).map(|stamp| f64::from(*stamp)));
            match (seen.len() + usize::from(choice)) % 4 {
                0 => self.set(model_key, false),
                1 => self.set(model_key, true),
                _ => {}
            }
        }
        assert!(seen.len() >= self.model.len());
    }

    fn check(&mut self) {
        let mut keys: Vec<Key> = self.model.keys().copied().collect();
        keys.extend((0..=255).map(Key::Text));
        keys.extend((0..100).map(|whole| number(f64::from(whole))));
        for key in keys {
            let expected = self.model.get(&key).map_or(Value::NIL, |stamp| Value::number(f64::from(*stamp)));
            let key_value = self.value(key).unwrap();
            let transaction = self.heap.begin();
            assert_eq!(transaction.raw_get(self.table, key_value), expected, "{key:?}");
            let table = transaction.table(self.table.into()).unwrap();
            if let Some(index) = key_value.as_number().and_then(ferrous_heap::array_index) {
                assert_eq!(table.get_int(index), expected);
            }
            if key_value.is_string() && !table.may_contain_string(key_value) {
                assert!(expected.is_nil());
            }
        }
        let length = self.length();
        let present = |at: usize| self.model.contains_key(&number(at as f64));
        assert!((length == 0 || present(length)) && !present(length + 1), "{length} is no border");
        self.heap.audit().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn tables_behave_as_maps(
        actions in prop::collection::vec(action(), 0..150),
        array in 0_usize..20,
        hash in 0_usize..20,
    ) {
        let mut pair = Pair::new(array, hash);
        for action in actions {
            pair.act(action);
        }
        pair.check();
        pair.traverse(2);
        pair.check();
    }

    /// Whatever fails for want of memory has changed nothing.
    #[test]
    fn refused_stores_change_nothing(actions in prop::collection::vec(action(), 0..150), room in 0_usize..6000) {
        let mut pair = Pair::new(0, 0);
        pair.heap.set_limit(pair.heap.bytes_in_use() + room);
        for action in actions {
            pair.act(action);
        }
        prop_assert!(pair.heap.bytes_in_use() <= pair.heap.limit());
        pair.heap.set_limit(1 << 20);
        pair.check();
    }
}

fn numbers(count: u32) -> impl DoubleEndedIterator<Item = u32> {
    1..=count
}

#[test]
fn lists_end_up_in_the_array_part() {
    let orders: [(&str, Vec<u32>); 3] = [
        ("forwards", numbers(1000).collect()),
        ("backwards", numbers(1000).rev().collect()),
        (
            "odd ones first",
            numbers(1000).filter(|n| n % 2 == 1).chain(numbers(1000).filter(|n| n % 2 == 0)).collect(),
        ),
    ];
    for (name, order) in orders {
        let mut pair = Pair::new(0, 0);
        order.into_iter().for_each(|at| pair.set(number(f64::from(at)), true));
        let transaction = pair.heap.begin();
        let table = transaction.table(pair.table.into()).unwrap();
        assert_eq!((table.array_len(), table.length(), table.entries().len()), (1024, 1000, 0), "{name}");
    }
}

#[test]
fn a_queue_does_not_grow() {
    let mut pair = Pair::new(0, 0);
    (1..=32).for_each(|at| pair.set(number(f64::from(at)), true));
    let mut most = 0;
    for at in 33..20_000 {
        pair.set(number(f64::from(at)), true);
        pair.set(number(f64::from(at - 32)), false);
        most = most.max(pair.heap.bytes_in_use());
    }
    assert!(most < 16_000, "{most} bytes for 32 numbers");
    pair.check();
}

#[test]
fn constructors_have_the_borders_of_puc_lua() {
    let (one, nil) = (Value::TRUE, Value::NIL);
    // What lua5.1 prints for the length of each.
    let cases: [(&[Value], usize); 6] = [
        (&[nil, nil, one], 3),
        (&[one, one, nil, one], 4),
        (&[nil, nil, one, nil], 0),
        (&[one, nil], 1),
        (&[one, nil, one, nil, nil, one], 6),
        (&[nil], 0),
    ];
    for (values, border) in cases {
        let mut pair = Pair::new(values.len(), 0);
        let table = pair.table;
        pair.heap.begin().set_list(table, 1, values).unwrap();
        assert_eq!(pair.length(), border, "{values:?}");
        assert_eq!(pair.heap.begin().table(table.into()).unwrap().array(), values);
        pair.heap.audit().unwrap();
    }
}

#[test]
fn assignments_have_the_borders_of_puc_lua() {
    let cases: [(&[i8], usize); 4] = [
        (&[1, 2, 4], 4),
        (&[1, 2, 3, 5], 3),
        (&[1, 2, 3, 4, 5, -5, -4], 3),
        (&[1, 2, 3, 4, 5, -5, -4, -3], 2),
    ];
    for (keys, border) in cases {
        let mut pair = Pair::new(0, 0);
        for key in keys {
            pair.set(number(f64::from(key.abs())), *key > 0);
        }
        assert_eq!(pair.length(), border, "{keys:?}");
    }
}

#[test]
fn keys_that_cannot_be_are_errors() {
    let mut pair = Pair::new(0, 0);
    let (table, mut transaction) = (pair.table, pair.heap.begin());
    assert_eq!(transaction.raw_set(table, Value::NIL, Value::TRUE), Err(HeapError::IndexIsNil));
    assert_eq!(transaction.raw_set(table, Value::number(f64::NAN), Value::NIL), Err(HeapError::IndexIsNan));
    assert!(transaction.raw_get(table, Value::NIL).is_nil());
    assert!(transaction.raw_get(table, Value::number(f64::NAN)).is_nil());
    assert_eq!(transaction.position_of(table, Value::TRUE), Err(HeapError::InvalidNextKey));
    assert_eq!(transaction.position_of(table, Value::number(1.5)), Err(HeapError::InvalidNextKey));
    transaction.raw_set(table, Value::number(-0.0), Value::TRUE).unwrap();
    assert_eq!(transaction.raw_get(table, Value::number(0.0)), Value::TRUE);
}

#[test]
fn hints_only_hit_what_they_name() {
    let mut heap = Heap::new(HeapOptions::default());
    let mut transaction = heap.begin();
    let (x, y) = (transaction.intern(b"x").unwrap(), transaction.intern(b"y").unwrap());
    let value = transaction.new_table(0, 2).unwrap();
    let table = value.as_table().unwrap();
    transaction.raw_set(table, x, Value::TRUE).unwrap();
    transaction.raw_set(table, y, Value::FALSE).unwrap();
    let found = transaction.table_for_store(value).unwrap();
    assert_eq!((found.find(x), found.find(y)), (Some(0), Some(1)));
    assert!(found.store_at(0, x, Value::number(1.0)));
    assert!(!found.store_at(1, x, Value::TRUE) && !found.store_at(2, x, Value::TRUE));
    transaction.raw_set(table, y, Value::NIL).unwrap();
    let found = transaction.table_for_store(value).unwrap();
    assert!(!found.store_at(1, y, Value::TRUE), "an absent field may have a metamethod");
    assert!(!found.store_array(1, Value::TRUE));
    transaction.set_read_only(table, true).unwrap();
    assert!(transaction.table_for_store(value).is_none());
    assert_eq!(transaction.raw_set(table, x, Value::NIL), Err(HeapError::ReadOnly));
    assert_eq!(transaction.set_metatable(value, Some(table)), Err(HeapError::ReadOnly));
}
