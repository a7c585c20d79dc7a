//! From a kill to the return: each library function at its worst input, killed from another thread at any moment.
//!
//! `cargo xtask bench --kills [--filter TEXT]`. Two figures for each input of `conformance/kills`, in milliseconds of the
//! running thread's processor time, so that what else the machine does stays out of them:
//!
//! - *stretch*: the longest time between two looks at the budget, in a run that nobody kills. A kill is seen at the end
//!   of one at the latest, but for the compiler, which looks at the kill flag alone.
//! - *kill*: from the kill to the return of the call that runs the script; median and maximum over several kills at
//!   random moments, half of them within the longest stretch. A kill that takes too long is repeated twice at the same
//!   moment, and the middle one of the three counts: page faults and caches are shared with whatever else runs.
//!
//! Everything runs in the plain profile and in that of Redis 7.0; the other targets run what only they have, unless
//! the filter names one.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program that shows figures")]

mod environment;

use std::{
    process::ExitCode,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use environment::{Environment, Kind, Stretch};
use ferrous_conformance::worst_input::{LIST_FUNCTIONS, WorstInput, WorstInputs};
use nix::{
    time::{ClockId, clock_gettime},
    unistd::gettid,
};

/// A run that nobody kills is given up after so much processor time.
const LONGEST: Duration = Duration::from_millis(700);
/// What the kill is to be seen within.
const WANTED: Duration = Duration::from_millis(1);

/// The processor time of a thread, from any thread.
fn thread_time(clock: ClockId) -> Duration {
    clock_gettime(clock).map(Duration::from).unwrap_or_default()
}

/// The clock of the calling thread, for others to read: Linux counts a thread's number into the clock's.
fn own_clock() -> ClockId {
    ClockId::from_raw((!gettid().as_raw() << 3) | 6)
}

/// One input's figures.
struct Figures {
    stretch: Stretch,
    kills: Vec<Duration>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let filter = arguments.next().unwrap_or_default();
    let kills = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(8);
    let all = match WorstInputs::read(&ferrous_conformance::root().join("kills")) {
        Ok(all) => all,
        Err(error) => {
            println!("conformance/kills: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut seen: Vec<String> = Vec::new();
    let mut slow = 0;
    let mut taken: Vec<Duration> = Vec::new();
    let mut measured = 0;
    println!("{:<9} {:>8} {:>8} {:>8}  input", "profile", "stretch", "kill p50", "max");
    for kind in Kind::ALL {
        let functions: Vec<String> =
            Environment::new(kind).list(LIST_FUNCTIONS).split(' ').map(str::to_owned).collect();
        let inputs = all.for_functions(&functions);
        let is_new = |input: &&WorstInput| {
            kind.is_complete()
                || filter.contains(kind.name())
                || input.functions.iter().any(|name| functions.contains(name) && !seen.contains(name))
        };
        for input in inputs.iter().filter(is_new) {
            let name = format!("{} {}: {}", kind.name(), input.functions.join(", "), input.title);
            if !name.contains(&filter) {
                continue;
            }
            let figures = measure(kind, input, kills);
            measured += 1;
            taken.extend(&figures.kills);
            slow += u32::from(!show(kind, input, figures));
        }
        seen.extend(functions);
    }
    taken.sort_unstable();
    let at = |hundredths: usize| {
        let position = (taken.len() * hundredths / 100).min(taken.len().saturating_sub(1));
        taken.get(position).copied().unwrap_or_default()
    };
    println!(
        "{measured} inputs, {} kills: median {:?}, 99% within {:?}, maximum {:?}",
        taken.len(),
        at(50),
        at(99),
        at(100)
    );
    println!("{slow} slower than {WANTED:?}");
    ExitCode::from(u8::from(slow > 0))
}

fn show(kind: Kind, input: &WorstInput, mut figures: Figures) -> bool {
    figures.kills.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let median = figures.kills.get(figures.kills.len() / 2).copied().unwrap_or_default();
    let most = figures.kills.last().copied().unwrap_or_default();
    let mut names = input.functions.join(", ");
    names.truncate(40);
    println!(
        "{:<9} {:>8.3} {:>8.3} {:>8.3}  {names}: {}{}",
        kind.name(),
        milliseconds(figures.stretch.longest),
        milliseconds(median),
        milliseconds(most),
        input.title,
        if most > WANTED { "  <-- slow" } else { "" }
    );
    most <= WANTED
}

/// A number that looks random: moments have to be spread, not secret.
fn spread(seed: u32) -> f64 {
    f64::from(seed.wrapping_mul(2_654_435_769) >> 8) / f64::from(1 << 24)
}

fn measure(kind: Kind, input: &WorstInput, kills: u32) -> Figures {
    let stretch = Environment::new(kind).observe(&input.script, LONGEST);
    let mut latencies = Vec::new();
    for number in 0..kills {
        let fraction = spread(number + 1);
        let moment = if number % 2 == 0 {
            stretch.began + stretch.longest.mul_f64(fraction * 0.8 + 0.1)
        } else {
            stretch.total.mul_f64(fraction)
        };
        let mut latency = kill_at(kind, &input.script, moment);
        if latency.is_some_and(|latency| latency > WANTED) {
            let again = (0..2).filter_map(|_| kill_at(kind, &input.script, moment));
            let mut same: Vec<Duration> = latency.into_iter().chain(again).collect();
            same.sort_unstable();
            latency = same.get(same.len() / 2).copied();
        }
        latencies.extend(latency);
    }
    Figures { stretch, kills: latencies }
}

/// How long after a kill at that moment of its processor time the run returns; `None` if it was done before.
fn kill_at(kind: Kind, script: &str, moment: Duration) -> Option<Duration> {
    let (send_handle, handle) = mpsc::channel();
    let script = script.to_owned();
    let runner = thread::spawn(move || {
        let mut environment = Environment::new(kind);
        let clock = own_clock();
        let start = thread_time(clock);
        // The receiver lives as long as this thread.
        let _ = send_handle.send((environment.handle(), clock, start));
        environment.run(&script);
        let end = thread_time(clock);
        // A heap of many objects takes its time to be dropped, which is nobody's wait.
        drop(environment);
        end
    });
    let (handle, clock, start) = handle.recv().ok()?;
    let waited = Instant::now();
    while thread_time(clock).saturating_sub(start) < moment
        && !runner.is_finished()
        && waited.elapsed() < Duration::from_secs(20)
    {
        thread::sleep(Duration::from_micros(50));
    }
    let mut asked = thread_time(clock);
    while !handle.kill() && !runner.is_finished() {
        thread::yield_now();
        asked = thread_time(clock);
    }
    let end = runner.join().ok()?;
    (end > asked && asked > start).then(|| end - asked)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn inputs() -> WorstInputs {
        WorstInputs::read(&ferrous_conformance::root().join("kills")).unwrap()
    }

    fn functions(kind: Kind) -> Vec<String> {
        Environment::new(kind).list(LIST_FUNCTIONS).split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn each_function_has_a_worst_input_or_a_bounded_one() {
        let all = inputs();
        for kind in Kind::ALL {
            let functions = functions(kind);
            assert!(functions.len() > 100);
            assert_eq!(all.missing(&functions), Vec::<&str>::new(), "{kind:?}");
        }
    }
}
