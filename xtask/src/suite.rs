//! One run of `cargo test` and what its output says.
//!
//! libtest prints a summary line per test program; those are added up. A test that could not run for want of a peer
//! prints `skipped: TEST needs PEER` and returns: it is counted as skipped, not as passed. A run that did not compile
//! prints no summary at all and counts as one failure, as does a run that selects no test.

use crate::{Error, workspace};
use ferrous_conformance::tally::Tally;

/// Runs `cargo test` with those arguments.
pub(crate) fn run(arguments: &[&str]) -> Result<Tally, Error> {
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
    let mut tally = read(&stdout);
    if !output.status.success() && tally.failed == 0 {
        tally.failed = 1;
        tally.report = format!("{program}: it did not run to its end\n{stderr}\n{stdout}\n");
    } else if tally.failed > 0 {
        tally.report = format!("{program}\n{}\n", failures(&stdout));
    } else if tally.passed + tally.skipped == 0 {
        tally.failed = 1;
        tally.report = format!("{program}: there is no such test\n");
    }
    Ok(tally)
}

/// Cargo's own arguments, and those after `--` for the test programs.
fn split<'a>(arguments: &'a [&'a str]) -> (&'a [&'a str], &'a [&'a str]) {
    match arguments.iter().position(|argument| *argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[]),
    }
}

/// Adds up the summary lines of all test programs in the output.
fn read(stdout: &str) -> Tally {
    let mut tally = Tally::default();
    for line in stdout.lines() {
        if let Some(counts) = line.strip_prefix("test result: ") {
            tally.passed += count(counts, "passed");
            tally.failed += count(counts, "failed");
            tally.skipped += count(counts, "ignored");
        } else if line.starts_with("skipped: ") {
            tally.notes.push(line.to_string());
        }
    }
    let unable = tally.notes.len().min(tally.passed);
    tally.passed -= unable;
    tally.skipped += unable;
    tally.without_peer = unable;
    tally
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
        let tally = read(OUTPUT);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 1, 2));
        assert_eq!(tally.without_peer, 1);
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
