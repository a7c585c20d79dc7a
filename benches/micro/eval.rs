//! A whole EVALSHA on the embedded keyspace: entry and exit, one command, a table as reply, a short loop.
//!
//! The script is found by its digest, run in a fresh scope, its reply converted and everything it made undone.

#![forbid(unsafe_code)]

use criterion::{Criterion, criterion_group, criterion_main};
use ferrous_keyspace::Keyspace;
use ferrous_keyspace::resp::ReplyWriter;
use ferrous_redis::digest::Digest;
use ferrous_redis::host::ArgsBuffer;
use ferrous_redis::{Engine, EngineOptions, Session};
use std::hint::black_box;

const SCRIPTS: [(&str, &str); 5] = [
    ("return 1", "return 1"),
    ("one GET", "return redis.call('GET', KEYS[1])"),
    ("SET and GET", "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])"),
    ("table of 100", "local t = {} for i = 1, 100 do t[i] = i end return t"),
    ("loop of 1000", "local s = 0 for i = 1, 1000 do s = s + i end return s"),
];

fn scripts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evalsha");
    for (name, script) in SCRIPTS {
        let Ok(mut engine) = Engine::new(EngineOptions::default()) else { return };
        let (mut keyspace, mut reply) = (Keyspace::with_seed(1), ReplyWriter::default());
        let session = Session::default();
        let mut run = |arguments: &ArgsBuffer| {
            reply.clear();
            engine.command(&session, arguments.args(), &mut keyspace, &mut reply);
            black_box(reply.bytes().len())
        };
        run(&["SCRIPT", "LOAD", script].iter().collect());
        let digest = Digest::of(script.as_bytes()).text();
        let digest = String::from_utf8_lossy(&digest);
        let call: ArgsBuffer = ["EVALSHA", &digest, "1", "key", "value"].iter().collect();
        group.bench_function(name, |bencher| bencher.iter(|| run(&call)));
    }
    group.finish();
}

criterion_group!(benches, scripts);
criterion_main!(benches);
