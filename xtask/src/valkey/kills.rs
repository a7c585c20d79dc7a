//! `--kills`: how long SCRIPT KILL takes on a server with the module, on the clock of a client.
//!
//! Each script runs for a while, then another client kills it. Two times are taken: from the KILL to its reply, which the server
//! gives at its next look at its clients, and from there to the end of the EVAL. What else the machine does is in both. (The
//! processor time of another process is no help: Linux brings it up to date at its ticks only, milliseconds apart.)
//!
//! A figure is no test: the command fails only if a kill does.

use super::{soak, start};
use crate::Error;
use ferrous_conformance::resp;
use ferrous_conformance::server::Server;
use std::borrow::Cow;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often each script is killed.
const ROUNDS: u32 = 9;
/// How long a reply may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a script runs before it is killed, and by how much that grows with each round.
const HEAD_START: Duration = Duration::from_millis(350);
const STEP: Duration = Duration::from_millis(13);
/// What a kill is meant to take.
const WANTED: Duration = Duration::from_millis(1);
/// How long the server is idle before its memory is looked at: until it has given back what it does not need.
const IDLE: Duration = Duration::from_secs(30);

/// What is killed.
const SCRIPTS: &[(&str, &str)] = &[
    ("an empty loop", "while true do end"),
    ("errors that are caught", "while true do pcall(error, 'x') end"),
    ("handlers in handlers", "local function h() xpcall(error, h) while true do end end xpcall(error, h)"),
    ("deep recursion", "local function f() return 1 + f() end while true do pcall(f) end"),
    ("coroutines", "while true do coroutine.wrap(function() coroutine.yield() end)() end"),
    ("concatenation of 100 kB", "local s = ('x'):rep(1e5) local t while true do t = s .. 1 end"),
    (
        "calls with 7,000 values",
        "local t = {} for i = 1, 7000 do t[i] = i end local function f(...) return ... end \
         local function g(...) while true do f(...) end end g(unpack(t))",
    ),
    ("holds 100 MB in a string", "local s = string.rep('x', 1e8) while true do end"),
    (
        "holds 400 strings of 1 MB",
        "local t = {} for i = 1, 400 do t[i] = i .. ('x'):rep(1e6) end while true do end",
    ),
    ("holds a million tables", "local t = {} for i = 1, 1e6 do t[i] = {i} end while true do end"),
    (
        "holds a table of a million names",
        "local t = {} for i = 1, 1e6 do t['k' .. i] = i end while true do end",
    ),
    ("holds a list of four million", "local t = {} for i = 1, 2^22 do t[i] = i end while true do end"),
    ("makes garbage", "while true do local t = {{}, {}} end"),
    (
        "collects a large heap",
        "local t = {} for i = 1, 3e5 do t[i] = {i} end while true do collectgarbage() end",
    ),
    ("string.find that backtracks", "while true do string.find(('a'):rep(3000), ('a?'):rep(300) .. 'b') end"),
    ("string.rep of 50 MB", "while true do string.rep('x', 5e7) end"),
    ("string.gsub of 10 MB", "local s = ('a'):rep(1e7) while true do string.gsub(s, 'a', 'bc') end"),
    ("string.format of 10 MB", "local s = ('\\n'):rep(1e7) while true do string.format('%q', s) end"),
    ("table.concat", "local t = {} for i = 1, 3e5 do t[i] = i end while true do table.concat(t, ',') end"),
    (
        "table.sort with an order",
        "local t = {} for i = 1, 3e5 do t[i] = i * 7919 % 300007 end while true do table.sort(t, function(a, b) return a < b end) end",
    ),
    (
        "table.insert at the beginning",
        "local t = {} for i = 1, 1e6 do t[i] = i end while true do table.insert(t, 1, 1) end",
    ),
    (
        "pairs of a table that is empty",
        "local t = {} for i = 1, 2e6 do t[i] = i end for i = 1, 2e6 do t[i] = nil end while true do for _ in pairs(t) do end end",
    ),
    ("cjson.encode", "local t = {} for i = 1, 2e5 do t[i] = i end while true do cjson.encode(t) end"),
    ("cjson.decode", "local s = '[' .. ('{\"a\":[1]},'):rep(1e5) .. '1]' while true do cjson.decode(s) end"),
    ("cmsgpack.pack", "local t = {} for i = 1, 5e5 do t[i] = i end while true do cmsgpack.pack(t) end"),
    ("redis.sha1hex of 10 MB", "local s = ('x'):rep(1e7) while true do redis.sha1hex(s) end"),
    ("redis.call", "while true do redis.call('ECHO', 'x') end"),
    ("load", "while true do loadstring('return 1') end"),
];

/// Loops with long bodies: a statement, and how often it stands in one.
const BODIES: &[(&str, &str, usize)] = &[
    ("a body of 100,000 divisions", "a = a / 1.1 ", 100_000),
    ("a body of 100,000 tables", "b = {} ", 100_000),
    ("a body of 50,000 concatenations", "b = a .. 1.5 ", 50_000),
];

/// What one kill took.
struct Kill {
    /// From the KILL to its reply.
    reply: Duration,
    /// From there to the end of the EVAL.
    end: Duration,
}

/// Kills all scripts, and prints how long it took; how many could be killed, and how many could not.
pub(super) fn run(program: &Path, module: &Path) -> Result<(usize, usize), Error> {
    // A server is busy, and can kill, from the first millisecond on.
    let server = start(program, module, &["--busy-reply-threshold", "1"])?;
    let (mut passed, mut failed, mut slow) = (0, 0, Vec::new());
    let before = soak::resident(&server) / 1024;
    println!("\nmilliseconds, median and worst of {ROUNDS}:");
    println!("{:<34} {:>15} {:>15}", "script", "reply to KILL", "then EVAL ends");
    let bodies = BODIES.iter().map(|(name, statement, count)| {
        (*name, Cow::from(format!("local a, b = 1 while true do {} end", statement.repeat(*count))))
    });
    for (name, script) in SCRIPTS.iter().map(|(name, script)| (*name, Cow::from(*script))).chain(bodies) {
        let kills: Result<Vec<Kill>, String> =
            (0..ROUNDS).map(|round| kill(&server, &script, HEAD_START + STEP * round)).collect();
        match kills {
            Ok(kills) => {
                passed += 1;
                let figures =
                    |figure: fn(&Kill) -> Duration| median_and_worst(kills.iter().map(figure).collect());
                let (reply, end) = (figures(|kill| kill.reply), figures(|kill| kill.end));
                println!("{name:<34} {} {}", show(reply), show(end));
                if end.1 > WANTED {
                    slow.push(name);
                }
            }
            Err(reason) => {
                failed += 1;
                println!("{name:<34} FAILED: {reason}");
            }
        }
    }
    std::thread::sleep(IDLE);
    let after = soak::resident(&server) / 1024;
    println!("resident memory {before} MB at the beginning, {after} MB when idle afterwards");
    match slow[..] {
        [] => println!("no EVAL ended more than {WANTED:?} after the reply to KILL"),
        _ => println!("EVALs that ended more than {WANTED:?} after the reply to KILL: {}", slow.join(", ")),
    }
    Ok((passed, failed))
}

/// Runs a script and kills it after a while.
fn kill(server: &Server, script: &str, after: Duration) -> Result<Kill, String> {
    let mut victim = connect(server)?;
    let mut killer = connect(server)?;
    send(&mut victim, &["EVAL", script, "0"])?;
    let reader = std::thread::spawn(move || {
        let reply = receive(&mut victim);
        (reply, Instant::now())
    });
    std::thread::sleep(after);
    let asked = Instant::now();
    send(&mut killer, &["SCRIPT", "KILL"])?;
    let answer = receive(&mut killer)?;
    let answered = Instant::now();
    let (reply, ended) = reader.join().map_err(|_| "the client failed".to_string())?;
    if answer != "+OK\r\n" {
        return Err(format!("KILL got {answer}"));
    }
    let reply = reply?;
    if !reply.contains("Script killed by user") {
        return Err(format!("EVAL got {reply}"));
    }
    Ok(Kill { reply: answered - asked, end: ended.saturating_duration_since(answered) })
}

fn connect(server: &Server) -> Result<TcpStream, String> {
    let open = || {
        let stream = TcpStream::connect(("127.0.0.1", server.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    };
    open().map_err(|error: std::io::Error| error.to_string())
}

fn send(stream: &mut TcpStream, command: &[&str]) -> Result<(), String> {
    stream.write_all(&resp::encode(command)).map_err(|error| error.to_string())
}

/// One short reply, which comes in one piece.
fn receive(stream: &mut TcpStream) -> Result<String, String> {
    let mut buffer = [0; 4096];
    let length = stream.read(&mut buffer).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned())
}

fn median_and_worst(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    (median, times.last().copied().unwrap_or_default())
}

fn show((median, worst): (Duration, Duration)) -> String {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    format!("{:>7.2} {:>7.2}", milliseconds(median), milliseconds(worst))
}
