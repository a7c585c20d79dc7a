//! One run of a program: its output, its exit code, and a limit on its time.
//!
//! Both output streams are read by threads of their own, so that a program which fills one of them cannot stall.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It exited with this code.
    Exited(i32),
    /// A signal ended it.
    Killed,
    /// It was ended after this long.
    TimedOut(Duration),
}

/// What a program printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Everything on its standard output.
    pub stdout: Vec<u8>,
    /// Everything on its standard error.
    pub stderr: Vec<u8>,
    /// How it ended.
    pub end: End,
}

/// Runs a command with empty standard input to its end, or ends it after `limit`.
///
/// # Errors
/// When the program cannot be started or waited for.
pub fn run(command: &mut Command, limit: Duration) -> std::io::Result<Finished> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());
    let end = wait(&mut child, limit)?;
    Ok(Finished { stdout: stdout.join().unwrap_or_default(), stderr: stderr.join().unwrap_or_default(), end })
}

fn read_all(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is what the program printed.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> std::io::Result<End> {
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code().map_or(End::Killed, End::Exited));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(End::TimedOut(limit));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_exit_code_are_kept() {
        let mut command = Command::new("sh");
        let finished =
            run(command.args(["-c", "echo a; echo b >&2; exit 3"]), Duration::from_secs(10)).unwrap();
        assert_eq!(
            finished,
            Finished { stdout: b"a\n".to_vec(), stderr: b"b\n".to_vec(), end: End::Exited(3) }
        );
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let limit = Duration::from_millis(50);
        let finished = run(Command::new("sleep").arg("60"), limit).unwrap();
        assert_eq!(finished.end, End::TimedOut(limit));
    }
}
