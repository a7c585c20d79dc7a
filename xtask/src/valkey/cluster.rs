//! `--cluster`: three masters with a replica each, scripts on every slot, and a failover under load.
//!
//! While clients drive scripts that count and append, one master is killed. An effect counts as acknowledged when the script has
//! replied and a replica has confirmed it (WAIT 1). After the failover every acknowledged effect has to be there.

use super::{PATIENCE, start};
use crate::Error;
use ferrous_conformance::endpoint::Endpoint;
use ferrous_conformance::resp;
use ferrous_conformance::server::Server;
use std::collections::HashMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const SLOTS: u16 = 16_384;
const MASTERS: usize = 3;
const CLIENTS: usize = 4;
/// The cluster bus listens 10,000 above a server's port.
const PORTS: std::ops::Range<u16> = 21_000..30_000;
const LIBRARY: &str = "#!lua name=demo\nredis.register_function('count', function(keys) return redis.call('INCR', keys[1]) end)";

/// Runs the demonstration; how many of its steps passed and failed.
pub(super) fn run(program: &Path, module: &Path) -> Result<(usize, usize), Error> {
    let mut servers = Vec::new();
    let mut ports = PORTS
        .filter(|port| [0, 10_000].iter().all(|more| TcpListener::bind(("127.0.0.1", port + more)).is_ok()));
    for _ in 0..2 * MASTERS {
        let port = ports.next().ok_or_else(|| Error::Usage("no free ports".into()))?;
        let port = port.to_string();
        let more = [
            "--port",
            &port,
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            "2000",
            "--repl-diskless-sync-delay",
            "0",
        ];
        servers.push(start(program, module, &more)?);
    }
    let mut steps = Steps::default();
    let mut cluster = Cluster { servers, down: Vec::new() };
    steps.count("three masters with replicas", cluster.form());
    if steps.failed == 0 {
        steps.count("a library on every master", cluster.load_library());
        steps.count("a script on every slot", cluster.script_on_every_slot());
        let result = cluster.fail_over_under_load();
        steps.count("a failover under load loses no acknowledged effect", result);
        steps.count("functions on the promoted replica", cluster.functions_everywhere());
    }
    Ok((steps.passed, steps.failed))
}

#[derive(Default)]
struct Steps {
    passed: usize,
    failed: usize,
}

impl Steps {
    fn count(&mut self, name: &str, result: Result<String, String>) {
        match result {
            Ok(figures) => {
                self.passed += 1;
                println!("ok      {name}: {figures}");
            }
            Err(reason) => {
                self.failed += 1;
                println!("FAILED  {name}: {reason}");
            }
        }
    }
}

struct Cluster {
    servers: Vec<Server>,
    /// Which servers were killed.
    down: Vec<usize>,
}

impl Cluster {
    /// Server `i` masters a third of the slots, server `i + 3` is its replica.
    fn form(&mut self) -> Result<String, String> {
        let begin = Instant::now();
        let mut clients: Vec<Endpoint> = self.servers.iter().map(connect).collect::<Result<_, _>>()?;
        for (index, client) in clients.iter_mut().take(MASTERS).enumerate() {
            let first = usize::from(SLOTS) * index / MASTERS;
            let last = usize::from(SLOTS) * (index + 1) / MASTERS - 1;
            ok(client, &["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()])?;
        }
        let first = self.servers[0].port.to_string();
        for client in clients.iter_mut().skip(1) {
            ok(client, &["CLUSTER", "MEET", "127.0.0.1", &first])?;
        }
        let known = format!("cluster_known_nodes:{}", self.servers.len());
        for client in &mut clients {
            wait_for(client, &["CLUSTER", "INFO"], &["cluster_state:ok", &known])?;
        }
        for index in 0..MASTERS {
            let reply = text(&mut clients[index], &["CLUSTER", "MYID"])?;
            let id = reply.lines().last().unwrap_or_default().to_string();
            wait_for(&mut clients[index + MASTERS], &["CLUSTER", "NODES"], &[&id])?;
            ok(&mut clients[index + MASTERS], &["CLUSTER", "REPLICATE", &id])?;
        }
        for client in clients.iter_mut().take(MASTERS) {
            wait_for(client, &["INFO", "replication"], &["state=online"])?;
        }
        Ok(format!("{:.1} s", begin.elapsed().as_secs_f64()))
    }

    fn load_library(&self) -> Result<String, String> {
        for server in &self.servers[..MASTERS] {
            let mut client = connect(server)?;
            let reply = text(&mut client, &["FUNCTION", "LOAD", "REPLACE", LIBRARY])?;
            if !reply.contains("demo") {
                return Err(reply);
            }
        }
        Ok("demo".into())
    }

    /// One EVAL that writes for each slot, sent to whoever serves it.
    fn script_on_every_slot(&self) -> Result<String, String> {
        let mut clients: Vec<Endpoint> =
            self.servers[..MASTERS].iter().map(connect).collect::<Result<_, _>>()?;
        let script = "return redis.call('INCR', KEYS[1]) + #redis.call('GET', KEYS[1])";
        for (slot, tag) in tags().into_iter().enumerate() {
            let owner = (slot * MASTERS + MASTERS - 1) / usize::from(SLOTS);
            let client = &mut clients[owner.min(MASTERS - 1)];
            let reply = text(client, &["EVAL", script, "1", &format!("{{{tag}}}:slot")])?;
            if reply != ":2\r\n" {
                return Err(format!("slot {slot}: {reply}"));
            }
        }
        Ok(format!("{SLOTS} slots"))
    }

    fn fail_over_under_load(&mut self) -> Result<String, String> {
        let stop = AtomicBool::new(false);
        let sent = AtomicUsize::new(0);
        let ports: Vec<u16> = self.servers.iter().map(|server| server.port).collect();
        let servers = &mut self.servers;
        let acknowledged: Vec<HashMap<String, Vec<String>>> = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|id| {
                    scope.spawn({
                        let (stop, sent, ports) = (&stop, &sent, &ports);
                        move || drive(id, ports, stop, sent)
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_secs(2));
            servers[0].kill();
            std::thread::sleep(Duration::from_secs(8));
            stop.store(true, Ordering::Relaxed);
            clients.into_iter().map(|client| client.join().unwrap_or_default()).collect()
        });
        self.down.push(0);
        let mut checked = 0;
        let mut router = Router::new(&ports);
        for (key, effects) in acknowledged.iter().flatten() {
            let list = router.call(&["LRANGE", &format!("{key}:list"), "0", "-1"])?;
            let found: std::collections::HashSet<String> = leaves(&list)?.into_iter().collect();
            let count = router.call(&["GET", &format!("{key}:count")])?;
            let count: usize = leaves(&count)?.first().and_then(|text| text.parse().ok()).unwrap_or(0);
            if count < effects.len() {
                return Err(format!("{key}: {count} counted, {} acknowledged", effects.len()));
            }
            if let Some(lost) = effects.iter().find(|effect| !found.contains(*effect)) {
                return Err(format!("{key}: {lost} is lost"));
            }
            checked += effects.len();
        }
        let promoted = text(&mut connect(&self.servers[MASTERS])?, &["ROLE"])?;
        if !promoted.contains("master") {
            return Err("the replica was not promoted".into());
        }
        Ok(format!("{} scripts sent, {checked} acknowledged effects found", sent.load(Ordering::Relaxed)))
    }

    fn functions_everywhere(&self) -> Result<String, String> {
        let alive: Vec<u16> = self
            .servers
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.down.contains(index))
            .map(|(_, server)| server.port)
            .collect();
        let mut router = Router::new(&alive);
        for tag in tags().iter().step_by(1_000) {
            let reply = router.call(&["FCALL", "count", "1", &format!("{{{tag}}}:function")])?;
            if reply != b":1\r\n" {
                return Err(resp::show(&reply, 200));
            }
        }
        Ok("FCALL answers on all masters".into())
    }
}

/// Sends scripts until told to stop; what was acknowledged, by key.
fn drive(id: usize, ports: &[u16], stop: &AtomicBool, sent: &AtomicUsize) -> HashMap<String, Vec<String>> {
    let script = "redis.call('RPUSH', KEYS[1], ARGV[1]) return redis.call('INCR', KEYS[2])";
    let mut acknowledged: HashMap<String, Vec<String>> = HashMap::new();
    let mut router = Router::new(ports);
    let mut number = 0_usize;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let key = format!("{{load:{id}:{}}}", number % 17);
        let effect = format!("{id}-{number}");
        let (list, count) = (format!("{key}:list"), format!("{key}:count"));
        sent.fetch_add(1, Ordering::Relaxed);
        let done = router.call_and_wait(&["EVAL", script, "2", &list, &count, &effect]);
        if done {
            acknowledged.entry(key).or_default().push(effect);
        }
    }
    acknowledged
}

/// Finds the server of a key by asking, and remembers nothing but who answered last.
struct Router {
    clients: Vec<(u16, Option<Endpoint>)>,
    last: usize,
}

impl Router {
    fn new(ports: &[u16]) -> Router {
        Router { clients: ports.iter().map(|&port| (port, None)).collect(), last: 0 }
    }

    /// A reply that is no redirection, from whichever server gives one within the patience of a failover.
    fn call(&mut self, command: &[&str]) -> Result<Vec<u8>, String> {
        let deadline = Instant::now() + PATIENCE;
        let mut trouble = String::from("no server answered");
        while Instant::now() < deadline {
            match self.attempt(command) {
                Ok(reply) if !reply.starts_with(b"-MOVED") && !reply.starts_with(b"-CLUSTERDOWN") => {
                    return Ok(reply);
                }
                Ok(reply) => trouble = self.follow(&reply),
                Err(reason) => {
                    trouble = reason;
                    self.next();
                }
            }
        }
        Err(trouble)
    }

    /// Whether a command was executed and a replica has confirmed it.
    fn call_and_wait(&mut self, command: &[&str]) -> bool {
        match self.attempt(command) {
            Ok(reply) if reply.starts_with(b":") => self
                .attempt(&["WAIT", "1", "500"])
                .is_ok_and(|reply| reply.starts_with(b":") && reply != b":0\r\n"),
            Ok(reply) => {
                self.follow(&reply);
                false
            }
            Err(_) => {
                self.next();
                false
            }
        }
    }

    fn attempt(&mut self, command: &[&str]) -> Result<Vec<u8>, String> {
        let last = self.last;
        let (port, client) = &mut self.clients[last];
        if client.is_none() {
            let mut fresh =
                Endpoint::new(ferrous_conformance::endpoint::Address::Port(*port), Duration::from_secs(3));
            fresh.restart().map_err(|trouble| trouble.to_string())?;
            *client = Some(fresh);
        }
        let result = client.as_mut().map(|client| client.call(command));
        match result {
            Some(Ok(reply)) => Ok(reply),
            Some(Err(trouble)) => {
                *client = None;
                Err(trouble.to_string())
            }
            None => Err("no connection".into()),
        }
    }

    /// Goes to the server that a redirection names; otherwise waits a moment and tries the next.
    fn follow(&mut self, reply: &[u8]) -> String {
        let text = String::from_utf8_lossy(reply).trim().to_string();
        let port = text.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        match self.clients.iter().position(|(known, _)| Some(*known) == port) {
            Some(index) if text.starts_with("-MOVED") => self.last = index,
            _ => self.next(),
        }
        text
    }

    fn next(&mut self) {
        std::thread::sleep(Duration::from_millis(20));
        self.last = (self.last + 1) % self.clients.len();
    }
}

fn connect(server: &Server) -> Result<Endpoint, String> {
    let mut client = server.endpoint(PATIENCE);
    client.restart().map_err(|trouble| trouble.to_string())?;
    Ok(client)
}

fn text(client: &mut Endpoint, command: &[&str]) -> Result<String, String> {
    let reply = client.call(command).map_err(|trouble| trouble.to_string())?;
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

fn ok(client: &mut Endpoint, command: &[&str]) -> Result<(), String> {
    let reply = text(client, command)?;
    if reply == "+OK\r\n" { Ok(()) } else { Err(reply) }
}

fn wait_for(client: &mut Endpoint, command: &[&str], wanted: &[&str]) -> Result<(), String> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let reply = text(client, command)?;
        if wanted.iter().all(|part| reply.contains(part)) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("{wanted:?} never came: {reply}"));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn leaves(reply: &[u8]) -> Result<Vec<String>, String> {
    let leaves = resp::leaves(reply).map_err(|reason| reason.to_string())?;
    Ok(leaves.into_iter().map(|leaf| String::from_utf8_lossy(leaf).into_owned()).collect())
}

/// A key's part in braces for each slot.
fn tags() -> Vec<String> {
    let mut tags = vec![String::new(); usize::from(SLOTS)];
    let mut left = tags.len();
    for number in 0.. {
        let tag = number.to_string();
        let place = &mut tags[usize::from(slot(tag.as_bytes()))];
        if place.is_empty() {
            *place = tag;
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    tags
}

/// The slot of a key: CRC-16 (XMODEM) modulo the number of slots, as the cluster specification has it.
fn slot(key: &[u8]) -> u16 {
    let mut crc = 0_u16;
    for &byte in key {
        crc ^= u16::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_specification() {
        // The specification's example: the CRC of this text is 0x31C3.
        assert_eq!(slot(b"123456789"), 0x31c3 % SLOTS);
        assert!(tags().iter().all(|tag| !tag.is_empty()));
    }
}
