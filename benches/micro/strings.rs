//! Interning: strings that exist already, new short ones (kept in their slot), new long ones (kept in a buffer).

#![forbid(unsafe_code)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ferrous_heap::{Heap, HeapError, HeapOptions};
use std::hint::black_box;

fn heap() -> Heap {
    Heap::new(HeapOptions { seed: Some(1), ..HeapOptions::default() })
}

fn existing(criterion: &mut Criterion) {
    for length in [8, 22, 100, 4000] {
        let mut heap = heap();
        let mut tx = heap.begin();
        let text = vec![b'x'; length];
        criterion.bench_function(&format!("string/existing/{length}"), |bencher| {
            bencher.iter(|| tx.intern(black_box(&text)));
        });
    }
}

fn new(criterion: &mut Criterion) {
    for length in [8, 100] {
        // A thousand different strings: eight digits, then filler.
        let texts: Vec<Vec<u8>> =
            (0..1000).map(|number| format!("{number:08}{}", "x".repeat(length - 8)).into()).collect();
        criterion.bench_function(&format!("string/new/{length} x 1000"), |bencher| {
            bencher.iter_batched_ref(
                heap,
                |heap| {
                    let mut tx = heap.begin();
                    for text in &texts {
                        tx.intern(text)?;
                    }
                    Ok::<_, HeapError>(())
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, existing, new);
criterion_main!(benches);
