//! Runs one short script many times on a host that does nothing, to count instructions with callgrind.
//!
//! `run_cost WHICH COUNT`, where WHICH is one of the names below. What one run costs is the difference between two counts. `bare`
//! has neither keys nor arguments, `get` one key, the others one of each.

#![forbid(unsafe_code)]

use ferrous_redis::digest::Digest;
use ferrous_redis::host::{ArgsBuffer, CommandFlags, CommandInfo, Host, KeySpec, Request};
use ferrous_redis::reply::ReplySink;
use ferrous_redis::{Engine, EngineOptions, Session};

const SCRIPTS: [(&str, &str); 5] = [
    ("bare", "return 1"),
    ("one", "return 1"),
    ("get", "return redis.call('get', KEYS[1])"),
    ("gets", "local get, k = redis.call, KEYS[1] for i = 1, 100 do get('get', k) end return 1"),
    ("table", "local t = {} for i = 1, 100 do t[i] = i end return t"),
];

const GET: CommandInfo = CommandInfo {
    name: "get",
    arity: 2,
    flags: CommandFlags::READONLY,
    keys: KeySpec { first: 1, last: 1, step: 1 },
};

/// Knows GET, and answers it with one string.
struct Constant;

impl Host for Constant {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        name.eq_ignore_ascii_case(b"get").then_some(GET)
    }

    fn execute(&mut self, _: &Request<'_>, reply: &mut dyn ReplySink) {
        reply.bulk(b"value");
    }
}

/// Drops the reply.
struct Sink(u64);

impl ReplySink for Sink {
    fn null(&mut self) {}
    fn bulk(&mut self, bytes: &[u8]) {
        self.0 = self.0.wrapping_add(bytes.len() as u64);
    }
    fn integer(&mut self, value: i64) {
        self.0 = self.0.wrapping_add_signed(value);
    }
    fn status(&mut self, _: &[u8]) {}
    fn error(&mut self, _: &[u8]) {}
    fn double(&mut self, _: f64) {}
    fn boolean(&mut self, _: bool) {}
    fn big_number(&mut self, _: &[u8]) {}
    fn verbatim(&mut self, _: [u8; 3], _: &[u8]) {}
    fn begin_array(&mut self, _: usize) {}
    fn begin_map(&mut self, _: usize) {}
    fn begin_set(&mut self, _: usize) {}
    fn end(&mut self) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let which = arguments.next().unwrap_or_default();
    let count: u32 = arguments.next().unwrap_or_default().parse()?;
    let (_, script) = SCRIPTS.iter().find(|(name, _)| *name == which).ok_or("no such script")?;
    let mut engine = Engine::new(EngineOptions::default())?;
    let (session, mut sink) = (Session::default(), Sink(0));
    let load: ArgsBuffer = ["SCRIPT", "LOAD", script].iter().collect();
    engine.command(&session, load.args(), &mut Constant, &mut sink);
    let digest = Digest::of(script.as_bytes()).text();
    let digest = String::from_utf8_lossy(&digest);
    let call: ArgsBuffer = match which.as_str() {
        "bare" => ["EVALSHA", &digest, "0"].iter().collect(),
        "get" => ["EVALSHA", &digest, "1", "key"].iter().collect(),
        _ => ["EVALSHA", &digest, "1", "key", "value"].iter().collect(),
    };
    for _ in 0..count {
        engine.command(&session, call.args(), &mut Constant, &mut sink);
    }
    std::process::exit(i32::from(sink.0 == 0))
}
