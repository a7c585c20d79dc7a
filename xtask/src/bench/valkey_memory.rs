//! What ten thousand scripts cost a server: the growth of its resident memory, with the module and with the Lua that the server
//! brings along.
//!
//! Each figure is a server of its own, so that nothing is left of the one before. Scripts differ in a number, one server after
//! the other gets the same.

use super::valkey::{call, client};
use crate::{Error, workspace};
use ferrous_conformance::server::Server;
use std::fmt::Write as _;
use std::path::Path;

/// How many scripts a server gets.
const SCRIPTS: usize = 10_000;

/// How scripts come to a server.
struct Case {
    name: &'static str,
    /// `SCRIPT LOAD`, which the server keeps, or `EVAL`, of which it keeps 500.
    loads: bool,
    /// What stands before the number.
    text: &'static str,
}

const CASES: &[Case] = &[
    Case { name: "`SCRIPT LOAD` of `return N`", loads: true, text: "return " },
    Case { name: "`SCRIPT LOAD` of 330 bytes", loads: true, text: LONG },
    Case { name: "`EVAL` of `return N`", loads: false, text: "return " },
    Case { name: "`EVAL` of 330 bytes", loads: false, text: LONG },
];

/// A limiter.
const LONG: &str = "local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) \
    if now then redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - window) local used = redis.call('ZCARD', KEYS[1]) \
    if used < most then redis.call('ZADD', KEYS[1], now, ARGV[4]) redis.call('PEXPIRE', KEYS[1], window) return 1 \
    end return 0 end return ";

/// One case's growth in bytes, built-in and module.
pub(super) type Row = (&'static str, [u64; 2]);

/// Measures and prints; `start` makes a server, with the module or without.
pub(super) fn run(start: impl Fn(bool) -> Result<Server, Error>) -> Result<Vec<Row>, Error> {
    println!("{:<32} {:>12} {:>12} {:>8}", "resident memory of 10,000", "built-in MB", "module MB", "ratio");
    let mut rows = Vec::new();
    for case in CASES {
        let grown = [growth(&start(false)?, case)?, growth(&start(true)?, case)?];
        println!("{}", line(case.name, grown));
        rows.push((case.name, grown));
    }
    Ok(rows)
}

/// By how many bytes a server's resident memory grows.
fn growth(server: &Server, case: &Case) -> Result<u64, Error> {
    let mut client = client(server)?;
    // The first script brings what all need.
    send(&mut client, case, 0)?;
    let before = resident(server.id())?;
    for number in 1..=SCRIPTS {
        send(&mut client, case, number)?;
    }
    Ok(resident(server.id())?.saturating_sub(before))
}

fn send(
    client: &mut ferrous_conformance::endpoint::Endpoint,
    case: &Case,
    number: usize,
) -> Result<(), Error> {
    let text = format!("{}{number}", case.text);
    let command: &[&str] = if case.loads { &["SCRIPT", "LOAD", &text] } else { &["EVAL", &text, "0"] };
    call(client, command).map(drop)
}

/// The resident memory of a process in bytes.
fn resident(process: u32) -> Result<u64, Error> {
    let text = workspace::read(Path::new(&format!("/proc/{process}/status")))?;
    Ok(resident_in(&text).unwrap_or(0))
}

/// `VmRSS` of `/proc/PID/status`, in bytes.
fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn line(name: &str, [built_in, ours]: [u64; 2]) -> String {
    let ratio = megabytes(ours) / megabytes(built_in);
    format!("{name:<32} {:>12.2} {:>12.2} {ratio:>8.2}", megabytes(built_in), megabytes(ours))
}

/// The same as a table.
pub(super) fn markdown(rows: &[Row]) -> String {
    let mut text = format!(
        "\nGrowth of resident memory by {SCRIPTS} different scripts; of those that come by `EVAL` the server keeps 500:\n\n\
         | scripts | built-in MB | module MB | ratio |\n|---|---:|---:|---:|\n"
    );
    for (name, [built_in, ours]) in rows {
        let (built_in, ours) = (megabytes(*built_in), megabytes(*ours));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {name} | {built_in:.2} | {ours:.2} | {:.2} |", ours / built_in);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_kilobytes() {
        assert_eq!(resident_in("Name:\tvalkey\nVmRSS:\t    8192 kB\nVmData: 1 kB\n"), Some(8192 * 1024));
        assert_eq!(resident_in("Name:\tvalkey\n"), None);
    }
}
