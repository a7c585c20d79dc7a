//! Source text to chunk: a script of a few lines, and the largest benchmark program.
//!
//! Redis compiles a script once and then knows it by its digest, so what counts is the small one; `luac5.1 -p` on the same
//! file is the peer for the large one.

#![forbid(unsafe_code)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ferrous_compiler::{Options, compile};
use std::hint::black_box;

const SMALL: &[u8] = b"local current = redis.call('INCR', KEYS[1])
if current == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
if current > tonumber(ARGV[2]) then return {0, redis.call('PTTL', KEYS[1])} end
return {1, current}";

const LARGE: &[u8] = include_bytes!("../programs/json.lua");

fn sources(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    for (name, source) in [("limiter", SMALL), ("json", LARGE)] {
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| compile(black_box(source), b"=bench", &Options::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, sources);
criterion_main!(benches);
