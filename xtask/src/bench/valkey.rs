//! `cargo xtask bench --valkey`: the module against the Lua that the server brings along.
//!
//! Two servers of the same program run side by side, one with the module. `redis-benchmark` drives them in turns (A B A B ...),
//! each round has new ones, and the medians over the rounds count: requests a second, and the server's processor time a request.
//! Every script but one is called by its digest. Memory is measured apart ([`super::valkey_memory`]).

use super::measure::{geometric_mean, median_of, processor_time};
use super::valkey_memory;
use crate::valkey::module;
use crate::{Error, document, workspace};
use ferrous_conformance::endpoint::Endpoint;
use ferrous_conformance::resp;
use ferrous_conformance::server::Server;
use std::process::Command;
use std::time::Duration;

/// A script under load: its name, its text, its keys and arguments, and how many requests a round makes.
struct Workload {
    name: &'static str,
    script: &'static str,
    keys: &'static [&'static str],
    arguments: &'static [&'static str],
    requests: u32,
}

/// The scripts that measure the border, and the compiler; the others do what scripts are written for.
const APART: [&str; 3] = ["return 1", "one GET", NEW_TEXTS];

/// A limiter whose limit stands in its text, so that each request has another script: what servers are told not to do.
const NEW_TEXTS: &str = "a new text each time";

const WORKLOADS: &[Workload] = &[
    Workload { name: "return 1", script: "return 1", keys: &[], arguments: &[], requests: 400_000 },
    Workload {
        name: "one GET",
        script: "return redis.call('get', KEYS[1])",
        keys: &["string"],
        arguments: &[],
        requests: 300_000,
    },
    Workload {
        name: NEW_TEXTS,
        script: "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end \
                 return n <= (tonumber('__rand_int__') or 0) and 1 or 0",
        keys: &["text"],
        arguments: &["60"],
        requests: 60_000,
    },
    Workload {
        name: "fixed window",
        script: "local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end \
                 return n <= tonumber(ARGV[2]) and 1 or 0",
        keys: &["window"],
        arguments: &["60", "100"],
        requests: 200_000,
    },
    Workload {
        name: "sliding window",
        script: "local now = tonumber(ARGV[1]) redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, now - 1000) \
                 local n = redis.call('ZCARD', KEYS[1]) if n < 50 then redis.call('ZADD', KEYS[1], now, ARGV[2]) \
                 redis.call('PEXPIRE', KEYS[1], 1000) return 1 end return 0",
        keys: &["sliding"],
        arguments: &["1700000000000", "member:__rand_int__"],
        requests: 120_000,
    },
    Workload {
        name: "token bucket",
        script: "local s = redis.call('HMGET', KEYS[1], 'tokens', 'time') local rate, room, now = tonumber(ARGV[1]), \
                 tonumber(ARGV[2]), tonumber(ARGV[3]) local tokens, last = tonumber(s[1]) or room, tonumber(s[2]) or now \
                 tokens = math.min(room, tokens + math.max(0, now - last) * rate) local ok = tokens >= 1 \
                 if ok then tokens = tokens - 1 end redis.call('HSET', KEYS[1], 'tokens', tokens, 'time', now) \
                 redis.call('PEXPIRE', KEYS[1], 60000) return {ok and 1 or 0, tostring(tokens)}",
        keys: &["bucket"],
        arguments: &["0.01", "1000000", "1700000000000"],
        requests: 120_000,
    },
    Workload {
        name: "queue",
        script: "redis.call('RPUSH', KEYS[1], ARGV[1]) local job = redis.call('LPOP', KEYS[1]) \
                 redis.call('HINCRBY', KEYS[2], 'done', 1) return job",
        keys: &["queue", "counters"],
        arguments: &["job:__rand_int__"],
        requests: 150_000,
    },
    Workload {
        name: "cjson",
        script: "local order = cjson.decode(ARGV[1]) local sum = 0 for _, line in ipairs(order.lines) do \
                 sum = sum + line.price * line.count end order.total = sum order.paid = false \
                 return cjson.encode(order)",
        keys: &[],
        arguments: &[
            "{\"id\":17,\"customer\":\"Ada\",\"lines\":[{\"sku\":\"a-1\",\"price\":2.5,\"count\":3},{\"sku\":\"b-2\",\
             \"price\":10,\"count\":1},{\"sku\":\"c-3\",\"price\":0.75,\"count\":12}],\"note\":\"leave at the door\"}",
        ],
        requests: 60_000,
    },
    Workload {
        name: "cmsgpack",
        script: "local t = {id = 7, name = 'Ada', tags = {'a', 'b', 'c'}, score = 1.5} local s = cmsgpack.pack(t, 1, 2) \
                 local back, one, two = cmsgpack.unpack(s) return {back.name, one + two, #s}",
        keys: &[],
        arguments: &[],
        requests: 100_000,
    },
    Workload {
        name: "arithmetic",
        script: "local x, n = 1, tonumber(ARGV[1]) for i = 1, n do x = (x * 1103515245 + 12345) % 2147483648 \
                 if x % 3 == 0 then x = x + i end end return x",
        keys: &[],
        arguments: &["500"],
        requests: 40_000,
    },
    Workload {
        name: "tables and strings",
        script: "local words = {} for word in string.gmatch(ARGV[1], '%a+') do words[#words + 1] = string.lower(word) end \
                 table.sort(words) local seen = {} for _, word in ipairs(words) do seen[word] = (seen[word] or 0) + 1 end \
                 local out = {} for word, n in pairs(seen) do out[#out + 1] = word .. '=' .. n end return #table.concat(out, ',')",
        keys: &[],
        arguments: &[
            "the quick brown fox jumps over the lazy dog while the other dog looks at the quick fox and sleeps",
        ],
        requests: 30_000,
    },
    Workload {
        name: "a hundred elements",
        script: "return redis.call('LRANGE', KEYS[1], 0, 99)",
        keys: &["list"],
        arguments: &[],
        requests: 20_000,
    },
    Workload {
        name: "a hash of fifty",
        script: "local all, sum = redis.call('HGETALL', KEYS[1]), 0 for i = 2, #all, 2 do sum = sum + all[i] end \
                 return {#all / 2, sum}",
        keys: &["hash"],
        arguments: &[],
        requests: 30_000,
    },
];

/// One server's medians for one workload.
#[derive(Debug, Clone, Copy)]
struct Figure {
    /// Requests a second.
    rate: f64,
    /// Microseconds of the server's processor a request.
    cost: f64,
}

/// Measures and prints; into the document too if asked.
pub(super) fn run(rounds: usize, filter: &str, only_memory: bool, write_docs: bool) -> Result<bool, Error> {
    let program = module::server()?;
    let module = module::build()?.display().to_string();
    let start = |more: &[&str]| {
        Server::start_with(&program, more)
            .map_err(|source| Error::Start { program: program.display().to_string(), source })
    };
    let with_module = ["--loadmodule", module.as_str()];
    let memory = if only_memory || filter.is_empty() {
        valkey_memory::run(|ours| start(if ours { &with_module } else { &[] }))?
    } else {
        Vec::new()
    };
    if only_memory {
        return Ok(true);
    }
    let workloads: Vec<&Workload> =
        WORKLOADS.iter().filter(|workload| workload.name.contains(filter)).collect();
    let mut figures = vec![[Vec::new(), Vec::new()]; workloads.len()];
    for round in 1..=rounds {
        // How fast a process is depends on where its memory happens to lie: so each round has processes of its own.
        let servers = [start(&[])?, start(&with_module)?];
        for server in &servers {
            fill(server)?;
        }
        for (workload, figures) in workloads.iter().zip(&mut figures) {
            for (server, figures) in servers.iter().zip(figures) {
                figures.push(measure(server, workload)?);
            }
        }
        eprintln!("round {round} of {rounds}");
    }
    let mut rows = Vec::new();
    println!(
        "{:<20} {:>12} {:>12} {:>8} {:>9} {:>9} {:>8}",
        "workload", "built-in/s", "module/s", "ratio", "us", "us", "ratio"
    );
    for (workload, figures) in workloads.iter().zip(figures) {
        let [built_in, ours] = figures.map(|figures| Figure {
            rate: median_of(figures.iter().map(|figure| figure.rate).collect()),
            cost: median_of(figures.iter().map(|figure| figure.cost).collect()),
        });
        println!("{}", line(workload.name, built_in, ours));
        rows.push((workload.name, built_in, ours));
    }
    let summary = summary(&rows);
    println!("{summary}");
    if write_docs {
        let path = workspace::root().join("docs/valkey.md");
        document::write_part(
            &path,
            "bench-valkey",
            &(markdown(&rows, rounds, &summary) + &valkey_memory::markdown(&memory)),
        )?;
    }
    println!("{} passed, 0 failed", rows.len());
    Ok(true)
}

/// The keys that the workloads read.
fn fill(server: &Server) -> Result<(), Error> {
    let script = "redis.call('SET', 'string', 'value') for i = 1, 100 do redis.call('RPUSH', 'list', 'element:' .. i) end \
                  for i = 1, 50 do redis.call('HSET', 'hash', 'field:' .. i, i) end return 1";
    let mut client = client(server)?;
    call(&mut client, &["EVAL", script, "0"]).map(drop)
}

pub(super) fn client(server: &Server) -> Result<Endpoint, Error> {
    let mut client = server.endpoint(Duration::from_secs(10));
    client.restart().map_err(|trouble| Error::Usage(trouble.to_string()))?;
    Ok(client)
}

pub(super) fn call(client: &mut Endpoint, command: &[&str]) -> Result<Vec<u8>, Error> {
    let reply = client.call(command).map_err(|trouble| Error::Usage(trouble.to_string()))?;
    if reply.starts_with(b"-") { Err(Error::Usage(resp::show(&reply, 300))) } else { Ok(reply) }
}

/// One round of one workload on one server.
fn measure(server: &Server, workload: &Workload) -> Result<Figure, Error> {
    let mut client = client(server)?;
    let reply = call(&mut client, &["SCRIPT", "LOAD", workload.script])?;
    let leaves = resp::leaves(&reply).map_err(|reason| Error::Usage(reason.to_string()))?;
    let digest =
        leaves.first().map(|digest| String::from_utf8_lossy(digest).into_owned()).unwrap_or_default();
    let keys = workload.keys.len().to_string();
    // `redis-benchmark` puts another number into each request.
    let mut command = match workload.name {
        NEW_TEXTS => vec!["EVAL", workload.script, &keys],
        _ => vec!["EVALSHA", &digest, &keys],
    };
    command.extend(workload.keys);
    command.extend(workload.arguments);
    call(&mut client, &command)?;
    let before = processor_time(server.id())?;
    let output = Command::new("redis-benchmark")
        .args(["-p", &server.port.to_string(), "-n", &workload.requests.to_string()])
        .args(["-c", "32", "-P", "16", "-r", "100000", "--csv"])
        .args(&command)
        .output()
        .map_err(|source| Error::Start { program: "redis-benchmark".into(), source })?;
    let spent = processor_time(server.id())?.saturating_sub(before);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = rate(&text)
        .ok_or_else(|| Error::Failed { program: "redis-benchmark".into(), reason: text.clone() })?;
    Ok(Figure { rate, cost: spent.as_secs_f64() * 1e6 / f64::from(workload.requests) })
}

/// Requests a second: the second field of the last line of `--csv`. The name of the test, the first field, may hold anything.
fn rate(csv: &str) -> Option<f64> {
    let line = csv.lines().rfind(|line| line.ends_with('"'))?;
    let fields: Vec<&str> = line.rsplitn(8, "\",\"").collect();
    fields.get(6)?.trim_matches('"').parse().ok()
}

fn line(name: &str, built_in: Figure, ours: Figure) -> String {
    format!(
        "{name:<20} {:>12.0} {:>12.0} {:>8.2} {:>9.2} {:>9.2} {:>8.2}",
        built_in.rate,
        ours.rate,
        ours.rate / built_in.rate,
        built_in.cost,
        ours.cost,
        ours.cost / built_in.cost
    )
}

/// The geometric mean and the worst of the processor time of all workloads but [`APART`].
fn summary(rows: &[(&str, Figure, Figure)]) -> String {
    let ratios: Vec<(f64, &str)> = rows
        .iter()
        .filter(|(name, ..)| !APART.contains(name))
        .map(|(name, built_in, ours)| (ours.cost / built_in.cost, *name))
        .collect();
    let mean = geometric_mean(ratios.iter().map(|(ratio, _)| *ratio));
    let worst = ratios.iter().max_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(mean), Some((ratio, name))) = (mean, worst) else { return String::new() };
    format!(
        "processor time of the {} workloads: geometric mean {mean:.2} of the built-in engine's, worst {ratio:.2} ({name})",
        ratios.len()
    )
}

fn markdown(rows: &[(&str, Figure, Figure)], rounds: usize, summary: &str) -> String {
    let mut text = format!(
        "Made by `cargo xtask bench --valkey --rounds {rounds} --write-docs`: medians of {rounds} interleaved rounds of \
         `redis-benchmark -c 32 -P 16`; processor time is the server's, a request.\n\n- {summary}\n\n\
         | workload | built-in requests/s | module requests/s | ratio | built-in us | module us | ratio |\n\
         |---|---:|---:|---:|---:|---:|---:|\n"
    );
    for (name, built_in, ours) in rows {
        text.push_str(&format!(
            "| {name} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} |\n",
            built_in.rate,
            ours.rate,
            ours.rate / built_in.rate,
            built_in.cost,
            ours.cost,
            ours.cost / built_in.cost
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_second_field_of_the_last_line() {
        let csv = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\
                   \"p99_latency_ms\",\"max_latency_ms\"\n\"EVALSHA a \",\" 0\",\"250000.00\",\"0.1\",\"0.1\",\"0.1\",\"0.1\",\
                   \"0.1\",\"0.2\"\n";
        assert_eq!(rate(csv), Some(250_000.0));
        assert_eq!(rate("no"), None);
    }
}
