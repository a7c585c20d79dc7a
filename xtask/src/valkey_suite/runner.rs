//! One run of the suite, its lines passed through and counted.
//!
//! The suite starts its servers itself. They are in a process group of their own, which is ended as a whole when the suite
//! hangs: an engine that does not answer must not leave servers behind.

use crate::Error;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) ignored: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ok, {} err, {} ignored", self.passed, self.failed, self.ignored)
    }
}

/// Runs units of the suite in `directory`, with a module in every server.
pub(super) fn run(
    directory: &Path,
    module: Option<&Path>,
    units: &[&str],
    base_port: u16,
    limit: u64,
) -> Result<Figures, Error> {
    let mut command = Command::new("tclsh");
    command
        .current_dir(directory)
        .args([
            "tests/test_helper.tcl",
            "--clients",
            "1",
            "--durable",
            "--timeout",
            "120",
            "--portcount",
            "50",
        ])
        .args(["--baseport", &base_port.to_string()]);
    for unit in units {
        command.args(["--single", unit]);
    }
    if let Some(module) = module {
        let module = module.canonicalize().unwrap_or_else(|_| module.to_path_buf());
        command.args(["--config", "loadmodule"]).arg(module);
    }
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().map_err(|source| Error::Start { program: "tclsh".into(), source })?;
    let (sender, lines) = mpsc::channel();
    let output = child.stdout.take();
    let reader = std::thread::spawn(move || {
        for line in
            output.into_iter().flat_map(|output| BufReader::new(output).split(b'\n')).map_while(Result::ok)
        {
            if sender.send(plain(&line)).is_err() {
                break;
            }
        }
    });
    let deadline = Instant::now() + Duration::from_secs(limit);
    let mut figures = Figures::default();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                println!("{line}");
                figures.count(&line);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                println!("[err]: the suite did not end within {limit} s");
                figures.failed += 1;
                break;
            }
        }
    }
    end(&mut child);
    // The reader ends with the pipe.
    drop(lines);
    let _ = reader.join();
    Ok(figures)
}

impl Figures {
    fn count(&mut self, line: &str) {
        if line.starts_with("[ok]") {
            self.passed += 1;
        } else if line.starts_with("[err]") || line.starts_with("[exception]") {
            self.failed += 1;
        } else if line.starts_with("[ignore]") {
            self.ignored += 1;
        }
    }
}

/// Ends the suite and whatever of its servers is left.
fn end(child: &mut Child) {
    let group = format!("-{}", child.id());
    // There may be nobody left to signal.
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.wait();
}

/// A line without colours.
fn plain(line: &[u8]) -> String {
    let mut text = String::new();
    let line = String::from_utf8_lossy(line);
    let mut parts = line.split('\u{1b}');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_without_their_colours() {
        let mut figures = Figures::default();
        for line in
            ["[\u{1b}[0;32;49mok\u{1b}[0m]: a (1 ms)", "[\u{1b}[0;31;49merr\u{1b}[0m]: b", "[ignore]: c", "x"]
        {
            figures.count(&plain(line.as_bytes()));
        }
        assert_eq!(figures, Figures { passed: 1, failed: 1, ignored: 1 });
    }
}
