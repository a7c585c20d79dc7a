//! Lua programs beside their expected output, run by `ferrous run` and by the real `lua5.1`.
//!
//! `X.out` holds exactly what `X.lua` prints, then, if it failed, the line `[exit N] MESSAGE` with the first line of
//! standard error. The program runs in its own directory under its bare file name, so that positions in messages are
//! the same everywhere, and the interpreter's name at the start of a message is written as `lua`.

use crate::child::{self, End, Finished};
use crate::resp;
use crate::tally::Tally;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The longest that a case may run.
const LIMIT: Duration = Duration::from_secs(60);

/// An interpreter for cases: `ferrous run` or `lua5.1`.
#[derive(Debug, Clone)]
pub struct Interpreter {
    /// Its name in reports.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Arguments before the file's name.
    pub arguments: Vec<String>,
}

/// Every case below a directory whose path contains `filter`, in order of their paths.
///
/// # Errors
/// When a directory cannot be read.
pub fn find(directory: &Path, filter: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut cases = crate::files(directory)?;
    cases.retain(|path| {
        path.extension().is_some_and(|extension| extension == "lua")
            && path.to_string_lossy().contains(filter)
    });
    Ok(cases)
}

/// Runs the cases on one interpreter, a few at a time, and reports in their order.
#[must_use]
pub fn check_all(cases: &[PathBuf], interpreter: &Interpreter) -> Tally {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            // Whoever is free takes the next case, since a few take longer than all others.
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(index) else { return done };
            let mut tally = Tally::default();
            check(case, interpreter, &mut tally);
            done.push((index, tally));
        }
    };
    let mut done: Vec<(usize, Tally)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    let mut total = Tally::default();
    let lost = cases.len() - done.len();
    done.into_iter().for_each(|(_, tally)| total.add(tally));
    if lost > 0 {
        total.fail(&format!("{lost} cases were lost with a worker that panicked"));
    }
    total
}

/// Runs one case on one interpreter and compares with the expectation.
pub fn check(case: &Path, interpreter: &Interpreter, tally: &mut Tally) {
    let shown = format!("{} on {}", shown_path(case), interpreter.name);
    let want = match std::fs::read(case.with_extension("out")) {
        Ok(want) => want,
        Err(error) => return tally.fail(&format!("{shown}: its .out file: {error}")),
    };
    match observe(case, interpreter) {
        Ok(got) if got == want => tally.pass(),
        Ok(got) => tally.fail(&format!("{shown}: {}", difference(&want, &got))),
        Err(error) => tally.fail(&format!("{shown}: {error}")),
    }
}

/// The path as reports print it: from the repository's root on.
fn shown_path(case: &Path) -> String {
    let root = crate::root().parent().unwrap_or(crate::root());
    case.strip_prefix(root).unwrap_or(case).display().to_string()
}

/// What the case does on that interpreter, in the form of an `.out` file.
///
/// # Errors
/// When the interpreter cannot be started.
pub fn observe(case: &Path, interpreter: &Interpreter) -> std::io::Result<Vec<u8>> {
    let directory = case.parent().unwrap_or(Path::new("."));
    let mut command = Command::new(&interpreter.program);
    command.args(&interpreter.arguments).arg(case.file_name().unwrap_or_default()).current_dir(directory);
    // A case prints the same wherever it runs.
    command
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .env_remove("LUA_INIT")
        .env_remove("LUA_PATH")
        .env_remove("LUA_CPATH");
    Ok(expectation(&child::run(&mut command, LIMIT)?, &interpreter.program))
}

/// A finished run in the form of an `.out` file.
fn expectation(finished: &Finished, program: &Path) -> Vec<u8> {
    let mut text = finished.stdout.clone();
    if finished.end == End::Exited(0) {
        return text;
    }
    if !text.is_empty() && !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let message = neutral(stderr.lines().next().unwrap_or_default(), program);
    let line = match &finished.end {
        End::Exited(code) => format!("[exit {code}] {message}\n"),
        End::Killed => format!("[killed] {message}\n"),
        End::TimedOut(limit) => format!("[timed out after {} s]\n", limit.as_secs()),
    };
    text.extend_from_slice(line.as_bytes());
    text
}

/// The message with the interpreter's own name at its start (its path, or the last part of it) written as `lua`.
fn neutral(message: &str, program: &Path) -> String {
    let names = [program.as_os_str(), program.file_name().unwrap_or_default()];
    let rest = names.iter().find_map(|name| message.strip_prefix(name.to_str()?)?.strip_prefix(": "));
    rest.map_or_else(|| message.to_string(), |rest| format!("lua: {rest}"))
}

/// The first line in which two outputs differ.
fn difference(want: &[u8], got: &[u8]) -> String {
    let line = |bytes: &[u8], at: usize| match bytes.split(|&byte| byte == b'\n').nth(at) {
        Some(line) => resp::show(line, 400),
        None => "(nothing)".into(),
    };
    let longest = want.iter().chain(got).filter(|&&byte| byte == b'\n').count() + 1;
    let at = (0..longest).find(|&at| line(want, at) != line(got, at)).unwrap_or(0);
    format!("line {}\n    want {}\n    got  {}", at + 1, line(want, at), line(got, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(stdout: &str, stderr: &str, end: End) -> String {
        let run = Finished { stdout: stdout.into(), stderr: stderr.into(), end };
        String::from_utf8(expectation(&run, Path::new("/bin/lua5.1"))).unwrap()
    }

    #[test]
    fn a_failed_run_ends_with_its_error() {
        assert_eq!(finished("a\n", "noise", End::Exited(0)), "a\n");
        assert_eq!(
            finished("a", "lua5.1: x.lua:1: no\nstack", End::Exited(1)),
            "a\n[exit 1] lua: x.lua:1: no\n"
        );
        assert_eq!(finished("", "/bin/lua5.1: x", End::Exited(1)), "[exit 1] lua: x\n");
        assert_eq!(finished("", "", End::Killed), "[killed] \n");
    }

    #[test]
    fn the_first_differing_line_is_shown() {
        let shown = difference(b"a\nb\nc\n", b"a\nx\nc\n");
        assert_eq!(shown, "line 2\n    want b\n    got  x");
        assert!(difference(b"a\n", b"").contains("got  "));
    }
}
