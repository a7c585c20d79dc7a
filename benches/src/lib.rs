//! Benchmarks.
//!
//! - `programs/`: Lua programs that `cargo xtask bench` runs side by side on ferrous, lua5.1 and LuaJIT's interpreter;
//! - `micro/`: criterion benches, a file a layer: `cargo bench -p ferrous-benches [--bench NAME]`.
//! - `src/bin/collector_pauses.rs`: how long the collector stops a heap of a million objects, as a histogram.
//! - `src/bin/compile_source.rs`: compiles a file and does nothing else, for `cargo xtask bench --compile`.
//! - `examples/run_cost.rs`: one short script many times, to count instructions with callgrind.
//! - `src/bin/kill_latency`: how long each library function takes to end when it is killed at its worst input.
//!
//! **Invariant:** a benchmark never decides whether a change is right; no test looks at a timing.

#![forbid(unsafe_code)]
