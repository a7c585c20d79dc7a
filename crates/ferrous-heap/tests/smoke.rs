//! The heap in a few strokes.
use ferrous_heap::*;

#[test]
fn tables_functions_cells() {
    let mut heap = Heap::new(HeapOptions { seed: Some(1), ..HeapOptions::default() });
    let mut tx = heap.begin();
    let t = tx.new_table(0, 0).unwrap();
    let r = t.as_table().unwrap();
    for i in (1..=100).rev() {
        tx.raw_set_int(r, i, Value::number(f64::from(i))).unwrap();
    }
    assert_eq!(tx.table(t).unwrap().array_len(), 100);
    assert_eq!(tx.table(t).unwrap().length(), 100);
    for i in 0..1000 {
        let k = tx.intern(format!("key{i}").as_bytes()).unwrap();
        tx.raw_set(r, k, Value::number(f64::from(i))).unwrap();
    }
    assert_eq!(tx.raw_get_str(r, b"key777").as_number(), Some(777.0));
    assert!(tx.raw_get_str(r, b"nope").is_nil());
    assert_eq!(tx.raw_set(r, Value::NIL, Value::TRUE), Err(HeapError::IndexIsNil));
    let p = tx.new_prototype(7, 0..0, vec![]).unwrap();
    let (f, base) = tx.new_closure(p, 5, 1, 2, t).unwrap();
    tx.init_upvalue(base + 1, Value::TRUE);
    assert_eq!(tx.upvalue(base), t);
    assert_eq!(tx.function(f).unwrap().prototype, 7);
    let c = tx.new_cell(Value::NIL).unwrap();
    tx.set_cell(c, f).unwrap();
    assert_eq!(tx.cell(c), Some(f));
    let mut position = 0;
    let mut count = 0;
    while let Some((next, _, _)) = tx.next_entry(r, position) {
        position = next;
        count += 1;
    }
    assert_eq!(count, 1100);
}
