//! Values: the box, its tags, and equality.

use ferrous_heap::{Heap, HeapOptions, Unpacked, Value, array_index};
use proptest::prelude::*;

proptest! {
    #[test]
    fn value_numbers_come_back(number in any::<f64>()) {
        let value = Value::from_foreign(number);
        prop_assert!(value.is_number() && value.is_truthy() && !value.is_nil() && !value.is_object());
        let found = value.as_number().unwrap();
        prop_assert!(found == number || found.is_nan() && number.is_nan());
        prop_assert_eq!(found.is_sign_negative(), number.is_sign_negative());
    }

    #[test]
    fn value_from_any_bits_is_a_number(bits: u64) {
        // No foreign NaN forges a reference.
        let value = Value::from_foreign(f64::from_bits(bits));
        prop_assert!(value.is_number());
        prop_assert_eq!(value.type_name(), "number");
    }

    #[test]
    fn value_indices_are_whole_numbers_from_one(number in prop_oneof![
        any::<f64>(),
        any::<i64>().prop_map(|whole| whole as f64),
        (-5_i32..2000).prop_map(f64::from),
        (-5_i32..2000).prop_map(|whole| f64::from(whole) / 4.0),
        (-4.0..4.0).prop_map(|offset: f64| 2_147_483_648.0 + offset.round()),
    ]) {
        let expected = (number.fract() == 0.0 && (1.0..2_147_483_648.0).contains(&number)).then_some(number as u32);
        prop_assert_eq!(array_index(number), expected);
    }

    #[test]
    fn value_light_userdata_keep_their_number(id: u32) {
        prop_assert_eq!(Value::light_userdata(id).unpack(), Unpacked::LightUserdata(id));
        prop_assert_eq!(Value::light_userdata(id).type_name(), "userdata");
    }
}

#[test]
fn value_immediates_differ_and_have_their_types() {
    let cases = [
        (Value::NIL, "nil", false),
        (Value::FALSE, "boolean", false),
        (Value::TRUE, "boolean", true),
        (Value::number(0.0), "number", true),
        (Value::number(-f64::NAN), "number", true),
        (Value::light_userdata(0), "userdata", true),
    ];
    for (place, (value, name, truthy)) in cases.into_iter().enumerate() {
        assert_eq!((value.type_name(), value.is_truthy()), (name, truthy));
        for (other_place, (other, ..)) in cases.into_iter().enumerate() {
            assert_eq!(value == other, place == other_place);
        }
        assert!(value.is_number() || value.raw_f64().is_nan());
    }
    assert_eq!(Value::boolean(true), Value::TRUE);
    assert_eq!(Value::TRUE.as_boolean(), Some(true));
    assert_eq!(Value::NIL.as_boolean(), None);
    assert_ne!(Value::ITERATE_NEXT, Value::ITERATE_ARRAY);
    assert_eq!(Value::ITERATE_NEXT.unpack(), Unpacked::Internal);
}

#[test]
fn value_equality_is_that_of_lua() {
    let nan = Value::number(f64::NAN);
    assert!(!nan.raw_equals(nan));
    assert_eq!(nan, nan);
    assert!(Value::number(0.0).raw_equals(Value::number(-0.0)));
    assert!(!Value::number(0.0).raw_equals(Value::FALSE));
    assert!(Value::NIL.raw_equals(Value::NIL));
    assert!(!Value::NIL.raw_equals(Value::FALSE));
}

#[test]
fn value_objects_unpack_to_their_handles() {
    let mut heap = Heap::new(HeapOptions::default());
    let mut transaction = heap.begin();
    let text = transaction.intern(b"text").unwrap();
    assert_eq!(text.unpack(), Unpacked::String(text.as_string().unwrap()));
    assert_eq!(transaction.intern(b"text"), Ok(text));
    let table = transaction.new_table(0, 0).unwrap();
    assert_eq!(table.unpack(), Unpacked::Table(table.as_table().unwrap()));
    let function = transaction.new_native(1, table, &[]).unwrap();
    assert_eq!(function.unpack(), Unpacked::Function(function.as_function().unwrap()));
    let userdata = transaction.new_userdata(Box::new(1)).unwrap();
    assert_eq!(userdata.unpack(), Unpacked::Userdata(userdata.as_userdata().unwrap()));
    let thread = transaction.new_thread().unwrap();
    assert_eq!(thread.unpack(), Unpacked::Thread(thread.as_thread().unwrap()));
    let cell = transaction.new_cell(table).unwrap();
    assert_eq!(cell.unpack(), Unpacked::Internal);
    for object in [text, table, function, userdata, thread, cell] {
        assert!(object.is_object() && object.is_truthy() && object.raw_f64().is_nan());
        assert_eq!(object.as_number(), None);
    }
    // A handle of one kind is none of another.
    assert!(transaction.table(text).is_none() && transaction.string(table).is_none());
    assert!(transaction.function(cell).is_none() && transaction.cell(function).is_none());
}
