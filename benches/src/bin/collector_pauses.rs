//! Pauses of the collector: a million live objects, steady churn, and a histogram of the steps' times.
//!
//! Half of the live objects are records of two fields, half are the strings in them. Each transaction makes a handful of
//! new records, some of which take the place of old ones; between transactions the collector does its step when the heap
//! asks for one. Every step is timed, also those of a cycle's beginning and end, in the thread's own processor time: a
//! step never waits, so that is its pause, and what else the machine does at the moment stays out of it. Prints the distribution and its
//! percentiles: `cargo run --release -p ferrous-benches --bin collector_pauses [LIVE [TRANSACTIONS]]`.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program that shows figures")]

use ferrous_heap::{Heap, HeapError, HeapOptions, TableRef, Value};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Records made in one transaction, of which this many replace a live one.
const MADE: u32 = 100;
const REPLACING: u32 = 10;

/// Work of one collector step, in objects and values looked at: what the machine does at a safe point.
const STEP: usize = 4000;

/// Longest text of a bar.
const BAR: usize = 50;

fn main() -> Result<(), HeapError> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>().ok());
    let live = arguments.next().flatten().unwrap_or(1_000_000);
    let transactions = arguments.next().flatten().unwrap_or(100_000);
    let mut heap = Heap::new(HeapOptions { seed: Some(1), limit: usize::MAX });
    let pauses = churn(&mut heap, live / 2, transactions)?;
    let stats = heap.stats();
    println!(
        "{live} live objects, {transactions} transactions of {MADE} records, {} collections, {} MB in use at the end",
        stats.collections,
        stats.bytes >> 20
    );
    print_histogram(pauses);
    Ok(())
}

/// Fills the heap and replaces records for a while; the times of all collector steps of the second part.
fn churn(heap: &mut Heap, records: u32, transactions: u32) -> Result<Vec<Duration>, HeapError> {
    let keep = {
        let mut tx = heap.begin();
        let keep = tx.new_table(records as usize, 0)?;
        let (registry, name) = (tx.registry(), tx.intern(b"keep")?);
        tx.raw_set(registry, name, keep)?;
        keep.as_table().ok_or(HeapError::Stale)?
    };
    let mut serial = 0;
    for place in 1..=records {
        make(heap, keep, Some(place), &mut serial)?;
    }
    let mut pauses = Vec::new();
    let mut place = 0u32;
    for _ in 0..transactions {
        for made in 0..MADE {
            // A step of a prime number walks through all places in an order that no cache likes.
            place = (place + 7919) % records;
            make(heap, keep, (made < REPLACING).then_some(place + 1), &mut serial)?;
        }
        if heap.wants_collection() {
            let start = processor_time();
            heap.collect_step(STEP);
            pauses.push(processor_time().saturating_sub(start));
        }
    }
    Ok(pauses)
}

/// Processor time that this thread has used.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// A new record, garbage at once unless it is put in a place.
fn make(heap: &mut Heap, keep: TableRef, place: Option<u32>, serial: &mut u32) -> Result<(), HeapError> {
    *serial += 1;
    let mut tx = heap.begin();
    let record = tx.new_table(0, 2)?;
    let table = record.as_table().ok_or(HeapError::Stale)?;
    let (number, name) = (tx.intern(b"number")?, tx.intern(b"name")?);
    let text = tx.intern(format!("record {serial}").as_bytes())?;
    tx.raw_set(table, number, Value::number(f64::from(*serial)))?;
    tx.raw_set(table, name, text)?;
    match place {
        Some(place) => tx.raw_set_int(keep, place, record),
        None => Ok(()),
    }
}

/// Doubling classes of pause times with a bar each, then the percentiles.
fn print_histogram(mut pauses: Vec<Duration>) {
    pauses.sort_unstable();
    let Some(&longest) = pauses.last() else {
        println!("the collector never ran");
        return;
    };
    let mut limit = Duration::from_micros(1);
    let mut counted = 0;
    while counted < pauses.len() {
        let below = pauses.partition_point(|pause| *pause < limit);
        let count = below - counted;
        if count > 0 {
            let bar = (count * BAR).div_ceil(pauses.len());
            println!("  < {:>8.0?} {:>8} {}", limit, count, "#".repeat(bar));
        }
        counted = below;
        limit *= 2;
    }
    let percentile = |thousandths: usize| pauses[(pauses.len() - 1) * thousandths / 1000];
    println!(
        "{} pauses: p50 {:.1?}, p90 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, longest {longest:.1?}",
        pauses.len(),
        percentile(500),
        percentile(900),
        percentile(990),
        percentile(999)
    );
}
