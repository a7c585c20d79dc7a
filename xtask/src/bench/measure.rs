//! Runs a program on several engines in turn and keeps the medians.

use crate::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use wait4::Wait4;

/// A program that runs Lua files.
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: &'static [&'static str],
}

/// What one engine needed for one program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    /// User and system time of the process.
    pub(crate) time: Duration,
    /// Peak resident size in bytes.
    pub(crate) memory: u64,
}

/// The medians of the engines over the rounds; the inner error says what went wrong in a program.
pub(crate) fn medians(
    engines: &[Engine],
    program: &Path,
    rounds: usize,
) -> Result<Result<Vec<Measured>, String>, Error> {
    let mut samples: Vec<Vec<Measured>> = vec![Vec::new(); engines.len()];
    let mut outputs: Vec<Vec<u8>> = vec![Vec::new(); engines.len()];
    for _ in 0..rounds {
        for (at, engine) in engines.iter().enumerate() {
            match once(engine, program)? {
                Ok((measured, output)) => {
                    samples[at].push(measured);
                    outputs[at] = output;
                }
                Err(reason) => return Ok(Err(format!("{}: {reason}", engine.name))),
            }
        }
    }
    // The peers agree among themselves; the one that differs is named.
    let last = outputs.last().cloned().unwrap_or_default();
    if let Some(at) = outputs.iter().position(|output| *output != last) {
        return Ok(Err(format!("{} prints {}", engines[at].name, outputs[at].escape_ascii())));
    }
    Ok(Ok(samples.into_iter().map(median).collect()))
}

/// One run: what it needed and printed, or why it counts as failed.
fn once(engine: &Engine, program: &Path) -> Result<Result<(Measured, Vec<u8>), String>, Error> {
    let failed = |source| Error::Start { program: engine.program.display().to_string(), source };
    let mut child = Command::new(&engine.program)
        .args(engine.arguments)
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut output = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut output).map_err(failed)?;
    }
    let used = child.wait4().map_err(failed)?;
    if !used.status.success() {
        return Ok(Err(used.status.to_string()));
    }
    let measured = Measured { time: used.rusage.utime + used.rusage.stime, memory: used.rusage.maxrss };
    Ok(Ok((measured, output)))
}

/// The medians of time and of memory, each by itself.
fn median(samples: Vec<Measured>) -> Measured {
    let mut times: Vec<Duration> = samples.iter().map(|sample| sample.time).collect();
    let mut memories: Vec<u64> = samples.iter().map(|sample| sample.memory).collect();
    times.sort();
    memories.sort_unstable();
    let middle = samples.len() / 2;
    Measured {
        time: times.get(middle).copied().unwrap_or_default(),
        memory: memories.get(middle).copied().unwrap_or_default(),
    }
}

/// The geometric mean; none of no numbers.
#[expect(clippy::cast_precision_loss, reason = "a count of programs is small")]
pub(crate) fn geometric_mean(ratios: impl IntoIterator<Item = f64>) -> Option<f64> {
    let logarithms: Vec<f64> = ratios.into_iter().map(f64::ln).collect();
    (!logarithms.is_empty()).then(|| (logarithms.iter().sum::<f64>() / logarithms.len() as f64).exp())
}

/// The median of plain numbers.
pub(crate) fn median_of(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// User and system time of a process's threads so far, as the scheduler of Linux counts it: to the nanosecond.
pub(crate) fn processor_time(process: u32) -> Result<Duration, Error> {
    let folder = format!("/proc/{process}/task");
    let threads = fs::read_dir(&folder).map_err(|source| Error::File { path: folder.clone(), source })?;
    let mut nanoseconds = 0;
    for thread in threads.flatten() {
        // A thread may have ended since it was listed.
        let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        nanoseconds +=
            text.split_whitespace().next().and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(milliseconds: u64, memory: u64) -> Measured {
        Measured { time: Duration::from_millis(milliseconds), memory }
    }

    #[test]
    fn the_median_ignores_outliers() {
        let samples =
            vec![measured(3, 10), measured(900, 11), measured(2, 99), measured(4, 9), measured(1, 12)];
        assert_eq!(median(samples), measured(3, 11));
    }

    #[test]
    fn the_median_is_one_of_the_values() {
        assert!((median_of(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_geometric_mean_weighs_ratios_alike() {
        let mean = geometric_mean([0.5, 2.0]).unwrap();
        assert!((mean - 1.0).abs() < 1e-12);
        assert_eq!(geometric_mean([]), None);
    }

    #[test]
    fn a_run_is_measured_and_a_failing_one_named() {
        let shell = |script: &'static str| Engine {
            name: "sh",
            program: "sh".into(),
            arguments: match script {
                "good" => &["-c", "echo hi"],
                _ => &["-c", "exit 3"],
            },
        };
        let (good, output) = once(&shell("good"), Path::new("x")).unwrap().unwrap();
        assert!(good.memory > 0);
        assert_eq!(output, b"hi\n");
        assert!(once(&shell("bad"), Path::new("x")).unwrap().unwrap_err().contains('3'));
    }
}
