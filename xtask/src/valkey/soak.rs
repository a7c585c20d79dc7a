//! `--soak`: everything at once for some time: scripts and functions under load, flushes in both modes, libraries replaced,
//! scripts killed, a replica that comes and goes.
//!
//! A reply that is wrong or does not come is a failure, and so is memory that keeps growing: the server's resident size in the
//! last third may not exceed that of the second by more than a tenth and 8 MiB.

use super::{PATIENCE, smoke, start};
use crate::Error;
use ferrous_conformance::endpoint::Endpoint;
use ferrous_conformance::resp;
use ferrous_conformance::server::Server;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const WORKERS: u64 = 4;
/// How many failures are shown.
const SHOWN: usize = 10;

struct Soak<'a> {
    server: &'a Server,
    stop: AtomicBool,
    requests: AtomicU64,
    failures: Mutex<Vec<String>>,
}

/// Runs the soak; what passed and failed.
pub(super) fn run(program: &Path, module: &Path, time: Duration) -> Result<(usize, usize), Error> {
    let more = ["--busy-reply-threshold", "50", "--repl-diskless-sync-delay", "0"];
    let server = start(program, module, &more)?;
    let replica = start(program, module, &more)?;
    let soak = Soak {
        server: &server,
        stop: AtomicBool::new(false),
        requests: AtomicU64::new(0),
        failures: Mutex::default(),
    };
    let mut memory = Vec::new();
    std::thread::scope(|scope| {
        for worker in 0..WORKERS {
            let soak = &soak;
            scope.spawn(move || soak.repeat(|client, round| soak.work(client, worker, round)));
        }
        scope.spawn(|| soak.repeat(|client, round| soak.disturb(client, round)));
        scope.spawn(|| soak.repeat(|_, _| soak.kill()));
        scope.spawn(|| soak.attach(&replica));
        let end = Instant::now() + time;
        while Instant::now() < end {
            std::thread::sleep(Duration::from_millis(250).min(time));
            memory.push(resident(&server));
        }
        soak.stop.store(true, Ordering::Relaxed);
    });
    let failures = soak.failures.into_inner().unwrap_or_default();
    for failure in failures.iter().take(SHOWN) {
        println!("FAILED  {failure}");
    }
    let flat = is_flat(&memory);
    println!(
        "{} requests in {} s, {} failures; resident memory {} -> {} KiB{}",
        soak.requests.load(Ordering::Relaxed),
        time.as_secs(),
        failures.len(),
        memory.get(memory.len() / 3).copied().unwrap_or(0),
        memory.last().copied().unwrap_or(0),
        if flat { "" } else { ", which grows" }
    );
    let failed = failures.len() + usize::from(!flat);
    Ok((usize::from(failures.is_empty()) + usize::from(flat), failed))
}

impl Soak<'_> {
    /// Calls `step` with a connection and the round's number until the end.
    fn repeat(&self, step: impl Fn(&mut Endpoint, u64) -> Result<(), String>) {
        let mut client = self.server.endpoint(PATIENCE);
        if let Err(trouble) = client.restart() {
            return self.fail(trouble.to_string());
        }
        for round in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            if let Err(reason) = step(&mut client, round) {
                self.fail(reason);
                // A reply that never came would be taken for that of the next command.
                if client.restart().is_err() {
                    break;
                }
            }
        }
    }

    fn fail(&self, reason: String) {
        if let Ok(mut failures) = self.failures.lock() {
            failures.push(reason);
        }
    }

    /// Sends a command. Its reply is one of those wanted, or says that somebody has just flushed or is busy.
    fn expect(&self, client: &mut Endpoint, command: &[&str], wanted: &[u8]) -> Result<(), String> {
        const EXCUSES: [&[u8]; 5] =
            [b"-NOSCRIPT", b"-BUSY", b"-ERR Function not found", b"-LOADING", b"-EXECABORT"];
        self.requests.fetch_add(1, Ordering::Relaxed);
        let reply = client.call(command).map_err(|trouble| format!("{command:?}: {trouble}"))?;
        let excused = EXCUSES.iter().any(|excuse| reply.starts_with(excuse));
        if reply == wanted || excused {
            Ok(())
        } else {
            Err(format!("{command:?}: {}", resp::show(&reply, 200)))
        }
    }

    fn work(&self, client: &mut Endpoint, worker: u64, round: u64) -> Result<(), String> {
        let key = format!("worker:{worker}");
        let number = round.to_string();
        match round % 6 {
            0 => self.expect(client, &["EVAL", &format!("return {round}"), "0"], format!(":{round}\r\n").as_bytes()),
            1 => self.expect(
                client,
                &["EVAL", "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])", "1", &key, &number],
                format!("${}\r\n{number}\r\n", number.len()).as_bytes(),
            ),
            2 => self.expect(client, &["FCALL", "echo", "0", &number], format!("${}\r\n{number}\r\n", number.len()).as_bytes()),
            3 => self.expect(
                client,
                &["EVAL", "local t = {} for i = 1, 200 do t[i] = cjson.encode({i, tostring(i)}) end return #table.concat(t)", "0"],
                b":1984\r\n",
            ),
            4 => self.expect(
                client,
                &["EVAL", "local ok, e = pcall(redis.call, 'LPUSH', KEYS[1], 'x') return e", "1", &key],
                b"$65\r\nWRONGTYPE Operation against a key holding the wrong kind of value\r\n",
            ),
            _ => self.expect(client, &["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "0"], b":1\r\n"),
        }
    }

    /// Flushes and reloads, in turns.
    fn disturb(&self, client: &mut Endpoint, round: u64) -> Result<(), String> {
        std::thread::sleep(Duration::from_millis(20));
        let library = format!(
            "#!lua name=soak\nlocal loaded = {round}\nredis.register_function('echo', function(keys, args) return args[1] end)"
        );
        match round % 5 {
            0 => self.expect(client, &["SCRIPT", "FLUSH", "ASYNC"], b"+OK\r\n"),
            1 => self.expect(client, &["FUNCTION", "LOAD", "REPLACE", &library], b"$4\r\nsoak\r\n"),
            2 => self.expect(client, &["SCRIPT", "FLUSH", "SYNC"], b"+OK\r\n"),
            3 => self.expect(
                client,
                &["SCRIPT", "LOAD", "return 1"],
                b"$40\r\ne0e1f9fabfc9d4800c877a703b823ac0578ff8db\r\n",
            ),
            _ if round % 50 == 4 => self.expect(client, &["FUNCTION", "FLUSH", "ASYNC"], b"+OK\r\n"),
            _ => self.expect(client, &["FUNCTION", "LOAD", "REPLACE", &library], b"$4\r\nsoak\r\n"),
        }
    }

    /// Starts a script that never ends, and ends it.
    fn kill(&self) -> Result<(), String> {
        std::thread::sleep(Duration::from_secs(1));
        let mut killer = self.server.endpoint(PATIENCE);
        killer.restart().map_err(|trouble| trouble.to_string())?;
        std::thread::scope(|scope| {
            let victim = scope.spawn(|| {
                let mut victim = self.server.endpoint(PATIENCE);
                victim.restart().map_err(|trouble| trouble.to_string())?;
                smoke::expect(
                    &mut victim,
                    &["EVAL", smoke::FOREVER, "0"],
                    "Script killed by user with SCRIPT KILL.",
                )
            });
            let deadline = Instant::now() + PATIENCE;
            while !victim.is_finished() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
                // There may be nothing to kill yet, or no more.
                let _ = killer.call(&["SCRIPT", "KILL"]);
            }
            victim.join().map_err(|_| "the client failed".to_string())?
        })
    }

    /// Makes the second server a replica for a moment, again and again.
    fn attach(&self, replica: &Server) {
        let mut client = replica.endpoint(PATIENCE);
        let port = self.server.port.to_string();
        let mut attached = client.restart().map_err(|trouble| trouble.to_string());
        while attached.is_ok() && !self.stop.load(Ordering::Relaxed) {
            attached = smoke::expect(&mut client, &["REPLICAOF", "127.0.0.1", &port], "+OK").and_then(|()| {
                std::thread::sleep(Duration::from_millis(1_500));
                smoke::expect(&mut client, &["REPLICAOF", "NO", "ONE"], "+OK")?;
                std::thread::sleep(Duration::from_millis(200));
                smoke::expect(&mut client, &["EVAL", "return 'alone'", "0"], "alone")
            });
        }
        if let Err(reason) = attached {
            self.fail(format!("replica: {reason}"));
        }
    }
}

/// Resident size in KiB; 0 if the server is gone.
pub(super) fn resident(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Whether the last third's highest size is near the second's. A server that is gone has none.
fn is_flat(memory: &[u64]) -> bool {
    let third = memory.len() / 3;
    let highest = |part: &[u64]| part.iter().copied().max().unwrap_or(0);
    let (before, after) = (highest(&memory[third..2 * third]), highest(&memory[2 * third..]));
    !memory.contains(&0) && after <= before + before / 10 + 8 * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_memory_is_seen() {
        assert!(is_flat(&[10, 50_000, 51_000, 51_000, 52_000, 52_000]));
        assert!(!is_flat(&[10, 50, 51_000, 52_000, 52_000, 90_000]));
        assert!(!is_flat(&[10, 50, 51, 52, 0, 53]));
    }
}
