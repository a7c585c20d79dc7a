//! The arena's two costs: reaching an object through a checked handle, and the life of a short-lived one.
//!
//! `walk` follows handles in a shuffled order, so that the check is measured together with the cache misses it rides on;
//! `churn` allocates and releases with the slot reused at once, as a script's garbage does.

#![forbid(unsafe_code)]

use criterion::{Criterion, criterion_group, criterion_main};
use ferrous_arena::{Arena, FREE, Handle, Object};
use std::hint::black_box;

/// A colour of objects that are in use; only the owner of an arena gives it a meaning.
const ALIVE: u8 = FREE + 1;

/// As large as a small table.
#[derive(Default)]
struct Node {
    value: u64,
    next: Option<Handle<Node>>,
    _rest: [u64; 6],
}

impl Object for Node {
    const TAG: u16 = 0xFFFB;
}

/// A ring of nodes, each linked to one far away.
fn ring(nodes: usize) -> Option<(Arena<Node>, Handle<Node>)> {
    let mut arena: Arena<Node> = Arena::new();
    let mut handles = Vec::with_capacity(nodes);
    for value in 0..nodes {
        let (handle, node) = arena.allocate(ALIVE, 0)?;
        node.value = value as u64;
        handles.push(handle);
    }
    // 7919 is prime and no divisor of the sizes used, so every node is reached.
    for at in 0..nodes {
        let target = *handles.get((at + 7919) % nodes)?;
        arena.get_mut(*handles.get(at)?)?.next = Some(target);
    }
    let first = *handles.first()?;
    Some((arena, first))
}

fn walk(criterion: &mut Criterion) {
    for nodes in [1 << 10, 1 << 16] {
        let Some((arena, first)) = ring(nodes) else { return };
        criterion.bench_function(&format!("arena/walk/{nodes}"), |bencher| {
            bencher.iter(|| {
                let (mut at, mut sum) = (first, 0u64);
                for _ in 0..1000 {
                    let Some(node) = arena.get(black_box(at)) else { break };
                    sum = sum.wrapping_add(node.value);
                    at = node.next.unwrap_or(first);
                }
                sum
            });
        });
    }
}

fn churn(criterion: &mut Criterion) {
    let mut arena: Arena<Node> = Arena::new();
    criterion.bench_function("arena/churn/64", |bencher| {
        bencher.iter(|| {
            let mut handles = [None; 64];
            for place in &mut handles {
                *place = arena.allocate(ALIVE, 0).map(|(handle, _)| handle);
            }
            for handle in handles.into_iter().flatten() {
                arena.release(handle.index(), |node| node.next = None);
            }
        });
        // Worn-out slots come back, as after a full mark, so that the arena does not grow for ever.
        let worn = arena.quarantined().len();
        arena.return_quarantined(worn, |_| false);
    });
}

criterion_group!(benches, walk, churn);
criterion_main!(benches);
