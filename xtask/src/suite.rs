//! One run of `cargo test` and what its output says.
//!
//! libtest prints a summary line per test program; those are added up. A test that could not run for want of a peer
//! prints `skipped: TEST needs PEER` and returns: it is counted as skipped, not as passed. A run that did not compile
//! prints no summary at all and counts as one failure, as does a run that selects no test.

use crate::{Error, workspace};

/// Counts of one or more runs, and what has to be shown to the reader when something failed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    /// Notes on skipped tests, one a line.
    pub(crate) notes: Vec<String>,
    /// Everything the failing runs printed.
    pub(crate) report: String,
}

impl Outcome {
    /// Adds another run's counts.
    pub(crate) fn add(&mut self, other: Outcome) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.notes.extend(other.notes);
        self.report.push_str(&other.report);
    }

    /// The line that ends a command's output: `N passed, N failed`, and the skipped if there are any.
    pub(crate) fn last_line(&self) -> String {
        let mut line = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            line.push_str(&format!(", {} skipped", self.skipped));
        }
        line
    }

    /// Makes every skip a failure, as `--require-peers` wants.
    pub(crate) fn require_peers(&mut self) {
        self.failed += std::mem::take(&mut self.skipped);
        for note in self.notes.drain(..) {
            self.report.push_str(&format!("{note} (--require-peers)\n"));
        }
    }
}

/// Runs `cargo test` with those arguments.
pub(crate) fn run(arguments: &[&str]) -> Result<Outcome, Error> {
    let (options, filters) = split(arguments);
    let program = format!("cargo test {}", arguments.join(" "));
    let output = workspace::cargo()
        .args(["test", "--no-fail-fast", "--color", "never"])
        .args(options)
        .args(["--", "--show-output"])
        .args(filters)
        .output()
        .map_err(|source| Error::Start { program: program.clone(), source })?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut outcome = read(&stdout);
    if !output.status.success() && outcome.failed == 0 {
        outcome.failed = 1;
        outcome.report = format!("{program}: it did not run to its end\n{stderr}\n{stdout}\n");
    } else if outcome.failed > 0 {
        outcome.report = format!("{program}\n{}\n", failures(&stdout));
    } else if outcome.passed + outcome.skipped == 0 {
        outcome.failed = 1;
        outcome.report = format!("{program}: there is no such test\n");
    }
    Ok(outcome)
}

/// Cargo's own arguments, and those after `--` for the test programs.
fn split<'a>(arguments: &'a [&'a str]) -> (&'a [&'a str], &'a [&'a str]) {
    match arguments.iter().position(|argument| *argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[]),
    }
}

/// Adds up the summary lines of all test programs in the output.
fn read(stdout: &str) -> Outcome {
    let mut outcome = Outcome::default();
    for line in stdout.lines() {
        if let Some(counts) = line.strip_prefix("test result: ") {
            outcome.passed += count(counts, "passed");
            outcome.failed += count(counts, "failed");
            outcome.skipped += count(counts, "ignored");
        } else if line.starts_with("skipped: ") {
            outcome.notes.push(line.to_string());
        }
    }
    let unable = outcome.notes.len().min(outcome.passed);
    outcome.passed -= unable;
    outcome.skipped += unable;
    outcome
}

/// The number before a word: 3 for `failed` in `FAILED. 10 passed; 3 failed; ...`.
fn count(counts: &str, word: &str) -> usize {
    let words: Vec<&str> = counts.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// The output from the first `failures:` of each test program on; without it, everything.
fn failures(stdout: &str) -> String {
    let mut shown = String::new();
    let mut showing = false;
    for line in stdout.lines() {
        showing |= line == "failures:";
        if showing {
            shown.push_str(line);
            shown.push('\n');
        }
        showing &= !line.starts_with("test result: ");
    }
    if shown.is_empty() { stdout.to_string() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "running 3 tests\ntest a ... ok\ntest b ... ok\n\nsuccesses:\n\n---- b stdout ----\n\
        skipped: b needs redis-server\n\n\
        test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
        running 1 test\nfailures:\n\n---- c stdout ----\nboom\n\n\
        test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.00s\n";

    #[test]
    fn summaries_are_added_up_and_missing_peers_are_skips() {
        let outcome = read(OUTPUT);
        assert_eq!((outcome.passed, outcome.failed, outcome.skipped), (1, 1, 2));
        assert_eq!(outcome.last_line(), "1 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn required_peers_turn_skips_into_failures() {
        let mut outcome = read(OUTPUT);
        outcome.require_peers();
        assert_eq!(outcome.last_line(), "1 passed, 3 failed");
        assert!(outcome.report.contains("skipped: b needs redis-server (--require-peers)"));
    }

    #[test]
    fn only_the_failing_part_is_shown() {
        let shown = failures(OUTPUT);
        assert!(shown.contains("boom") && !shown.contains("successes"), "{shown}");
    }

    #[test]
    fn arguments_split_at_the_double_dash() {
        assert_eq!(split(&["-p", "x", "--", "y"]), (&["-p", "x"][..], &["y"][..]));
        assert_eq!(split(&["-p", "x"]), (&["-p", "x"][..], &[][..]));
    }
}
