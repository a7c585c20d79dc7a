//! Tables through a transaction: field access of records, misses, arrays, traversal.
//!
//! A record here has eight fields, so it is found by its short list of entries; a map of a thousand strings goes through
//! the index.

#![forbid(unsafe_code)]

use criterion::{Criterion, criterion_group, criterion_main};
use ferrous_heap::{Heap, HeapError, HeapOptions, TableRef, Transaction, Value};
use std::hint::black_box;

fn heap() -> Heap {
    Heap::new(HeapOptions { seed: Some(1), ..HeapOptions::default() })
}

/// A table with so many string keys, and the keys.
fn map(tx: &mut Transaction<'_>, size: u32) -> Result<Option<(TableRef, Vec<Value>)>, HeapError> {
    let Some(table) = tx.new_table(0, 0)?.as_table() else { return Ok(None) };
    let mut keys = Vec::new();
    for number in 0..size {
        let key = tx.intern(format!("field{number}").as_bytes())?;
        tx.raw_set(table, key, Value::number(f64::from(number)))?;
        keys.push(key);
    }
    Ok(Some((table, keys)))
}

fn fields(criterion: &mut Criterion) {
    for size in [8, 1000] {
        let mut heap = heap();
        let mut tx = heap.begin();
        let Ok(Some((table, keys))) = map(&mut tx, size) else { return };
        criterion.bench_function(&format!("table/get/{size}"), |bencher| {
            let mut at = keys.iter().cycle();
            bencher.iter(|| at.next().map(|&key| tx.raw_get(black_box(table), key)));
        });
        criterion.bench_function(&format!("table/set/{size}"), |bencher| {
            let mut at = keys.iter().cycle();
            bencher.iter(|| at.next().map(|&key| tx.raw_set(black_box(table), key, Value::TRUE)));
        });
        let Ok(absent) = tx.intern(b"absent") else { return };
        criterion.bench_function(&format!("table/miss/{size}"), |bencher| {
            bencher.iter(|| tx.raw_get(black_box(table), black_box(absent)));
        });
        criterion.bench_function(&format!("table/traverse/{size}"), |bencher| {
            bencher.iter(|| {
                let (mut position, mut count) = (0, 0);
                while let Some((next, _, value)) = tx.next_entry(table, position) {
                    black_box(value);
                    (position, count) = (next, count + 1);
                }
                count
            });
        });
    }
}

fn arrays(criterion: &mut Criterion) {
    criterion.bench_function("table/append/1000", |bencher| {
        bencher.iter_batched_ref(
            heap,
            |heap| {
                let mut tx = heap.begin();
                let table = tx.new_table(0, 0)?.as_table().ok_or(HeapError::Stale)?;
                for index in 1..=1000 {
                    tx.raw_set_int(table, index, Value::TRUE)?;
                }
                Ok::<_, HeapError>(())
            },
            criterion::BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, fields, arrays);
criterion_main!(benches);
