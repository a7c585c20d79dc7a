//! Collector pauses with a million live objects and steady churn, as a histogram.
//!
//! `cargo run --release -p ferrous-heap --example pauses [live objects] [seconds]`
#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use ferrous_heap::{Heap, HeapError, HeapOptions, StepResult, TableRef, Value};

/// Units of work in a step.
const STEP: usize = 4000;

fn main() -> Result<(), HeapError> {
    let mut arguments = std::env::args().skip(1);
    let live: u32 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let seconds: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(5);
    let mut heap = Heap::new(HeapOptions { limit: 8 << 30, ..HeapOptions::default() });
    let list = build(&mut heap, live)?;
    while heap.collect_step(1 << 20) == StepResult::Progress {}

    let mut pauses: Vec<Duration> = Vec::new();
    let (mut made, mut state, mut cycles, mut preempted) = (0_u64, 1_u32, 0_u32, 0_u32);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        {
            let mut transaction = heap.begin();
            // A slice: replaces some of the live objects and makes garbage besides.
            while !transaction.wants_collection() {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let index = (state >> 8) % (live / 2) + 1;
                let fresh = transaction.new_table(0, 2)?;
                let name = transaction.intern(&index.to_le_bytes())?;
                if let Some(fresh) = fresh.as_table() {
                    transaction.raw_set(fresh, name, name)?;
                }
                if state & 0x70 == 0 {
                    transaction.raw_set_int(list, index, fresh)?;
                }
                made += 2;
            }
        }
        let switches = preemptions();
        let pause = Instant::now();
        let result = heap.collect_step(STEP);
        let pause = pause.elapsed();
        // A step during which another process had the processor says nothing about the collector.
        if preemptions() == switches {
            pauses.push(pause)
        } else {
            preempted += 1
        }
        cycles += u32::from(result == StepResult::CycleDone);
    }
    report(&mut pauses);
    println!(
        "{} objects live, {} MiB; {made} made in {seconds} s, {} steps ({preempted} more were preempted), {cycles} cycles",
        heap.stats().tables + heap.stats().strings,
        heap.bytes_in_use() >> 20,
        pauses.len(),
    );
    Ok(())
}

/// How often the system has taken the processor away from this thread, where that can be known.
fn preemptions() -> Option<String> {
    let status = std::fs::read_to_string("/proc/thread-self/status").ok()?;
    status.lines().find(|line| line.starts_with("nonvoluntary")).map(str::to_owned)
}

/// Half as many tables as asked for, and a string in each.
fn build(heap: &mut Heap, live: u32) -> Result<TableRef, HeapError> {
    let mut transaction = heap.begin();
    let list = transaction.new_table(0, 0)?;
    let Some(list) = list.as_table() else { return Err(HeapError::Stale) };
    let registry = transaction.registry();
    transaction.raw_set_int(registry, 1, Value::from(list))?;
    for index in 1..=live / 2 {
        let table = transaction.new_table(0, 1)?;
        let name = transaction.intern(&index.to_le_bytes())?;
        if let Some(table) = table.as_table() {
            transaction.raw_set(table, name, name)?;
        }
        transaction.raw_set_int(list, index, table)?;
    }
    Ok(list)
}

fn report(pauses: &mut [Duration]) {
    pauses.sort_unstable();
    let mut bound = Duration::from_micros(8);
    let mut below = 0;
    while below < pauses.len() {
        let count = pauses.iter().filter(|pause| **pause < bound).count();
        println!(
            "< {:>7} us {:>8} {}",
            bound.as_micros(),
            count - below,
            "#".repeat((count - below) * 60 / pauses.len())
        );
        below = count;
        bound *= 2;
    }
    for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
        // A share of a length is within it.
        let at = ((pauses.len() as f64 * share) as usize).min(pauses.len().saturating_sub(1));
        println!("{name:>6} {:>8.1} us", pauses.get(at).map_or(0.0, |pause| pause.as_secs_f64() * 1e6));
    }
}
