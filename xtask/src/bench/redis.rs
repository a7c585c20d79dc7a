//! `cargo xtask bench --redis`: cjson, cmsgpack, struct and bit against the C libraries inside a live redis-server.
//!
//! Both are processes that get the same EVAL: `ferrous pipe` on its standard input, the server on a port. A script makes its
//! document once and then does one thing with it many times, so that neither the call nor the protocol counts. The two take turns
//! (A B A B ...), the processor time of each is read from `/proc/PID/stat` before and after, and the medians over the rounds count.
//! Both have to give the same reply, but for the order of a table's entries: the bytes, sorted, are the same.

use super::measure::{geometric_mean, median_of, processor_time};
use crate::workspace::{self, Profile};
use crate::{Error, document};
use ferrous_conformance::endpoint::{Address, Endpoint};
use ferrous_conformance::server::Server;
use ferrous_conformance::{peer, resp};
use std::time::Duration;

/// The longest wait for one script.
const LIMIT: Duration = Duration::from_secs(120);

/// The bytes of a reply without their order.
fn sorted(reply: &[u8]) -> Vec<u8> {
    let mut bytes = reply.to_vec();
    bytes.sort_unstable();
    bytes
}

/// A document and how often it is encoded or decoded.
struct Document {
    name: &'static str,
    /// Lua that makes it: the local `document`.
    make: &'static str,
    times: u32,
}

const DOCUMENTS: &[Document] = &[
    Document {
        name: "flat object",
        make: "local document = {id = 1234567, name = 'Ada Lovelace', email = 'ada@example.org', active = true, \
               balance = 1024.75, visits = 42, role = 'admin', city = 'London'}",
        times: 500_000,
    },
    Document {
        name: "order",
        make: "local document = {id = 'order:20231101:000017', customer = {id = 4711, name = 'Ada Lovelace', \
               address = {street = '12 St James Square', city = 'London', zip = 'SW1Y 4JH', country = 'GB'}}, \
               lines = {}, currency = 'EUR', paid = false, total = 0, notes = {'leave at the door', 'ring twice'}, \
               created = 1698836400} \
               for i = 1, 8 do document.lines[i] = {sku = 'part-' .. (1000 + i * 37), title = 'Machine part number ' .. i, \
               price = 2.5 + i * 1.25, count = i, discounts = {}} document.total = document.total + i * (2.5 + i * 1.25) end",
        times: 80_000,
    },
    Document {
        name: "1,000 numbers",
        make: "local document = {} for i = 1, 1000 do document[i] = i % 3 == 0 and i * 12.34 or i * 977 end",
        times: 10_000,
    },
    Document {
        name: "200 records",
        make: "local document = {} for i = 1, 200 do document[i] = {id = i, user = 'user:' .. i * 7919, score = i * 1.5, \
               active = i % 2 == 0, created = 1698836400 + i * 60, tags = {'red', 'green'}} end",
        times: 4_000,
    },
    Document {
        name: "long strings",
        make: "local document = {} for i = 1, 20 do document[i] = ('The quick brown fox jumps over the lazy dog, twice. '):rep(10) \
               .. 'He said \"no\"\\n\\tand went / home ' .. ('na\\195\\175ve caf\\195\\169 \\226\\130\\172 5 \\240\\159\\166\\138 '):rep(10) .. i end",
        times: 12_000,
    },
    Document {
        name: "nesting",
        make: "local document = 1 for i = 1, 50 do document = i % 2 == 0 and {document} or {a = document} end",
        times: 120_000,
    },
];

/// What is done with each document: the name, what comes first, and what is repeated.
const DIRECTIONS: [(&str, &str, &str); 4] = [
    ("cjson.encode", "local encode, result = cjson.encode", "result = encode(document)"),
    (
        "cjson.decode",
        "local decode, text = cjson.decode, cjson.encode(document) local result",
        "result = decode(text)",
    ),
    ("cmsgpack.pack", "local pack, result = cmsgpack.pack", "result = pack(document)"),
    (
        "cmsgpack.unpack",
        "local unpack, text = cmsgpack.unpack, cmsgpack.pack(document) local result",
        "result = unpack(text)",
    ),
];

/// What has no document: the name, what comes first, what is repeated, how often.
const LOOPS: &[(&str, &str, &str, u32)] = &[
    (
        "struct.pack",
        "local pack, result = struct.pack",
        "result = pack('>I4hBdi8s', i, -7, 200, 1.5, i, 'a name')",
        2_000_000,
    ),
    (
        "struct.unpack",
        "local unpack, text, result = struct.unpack, struct.pack('>I4hBdi8s', 70000, -7, 200, 1.5, 12345678901, 'a name')",
        "local a, b, c, d, e, f = unpack('>I4hBdi8s', text) result = a + b + c + d + e",
        2_000_000,
    ),
    (
        "bit operations",
        "local band, bor, bxor, lshift, rshift, result = bit.band, bit.bor, bit.bxor, bit.lshift, bit.rshift, 1",
        "result = bxor(lshift(result, 5), rshift(result, 2), bor(band(i, 0xff00ff), 3))",
        2_000_000,
    ),
    ("bit.tohex", "local tohex, result = bit.tohex", "result = tohex(i * 7919)", 3_000_000),
];

/// One line of the result: processor seconds.
struct Row {
    name: String,
    built_in: f64,
    ours: f64,
}

/// Measures and prints; into the document too if asked. False if a reply differs.
pub(super) fn run(rounds: usize, filter: &str, write_docs: bool) -> Result<bool, Error> {
    let program = peer::by_name("redis-server")
        .and_then(|peer| peer.find(&peer::directory(workspace::root())))
        .ok_or_else(|| Error::Usage("redis-server is missing: cargo xtask peers --install".into()))?;
    let server = Server::start(&program.path)
        .map_err(|source| Error::Start { program: "redis-server".into(), source })?;
    let ferrous = workspace::ferrous(Profile::Release)?;
    let arguments = ["pipe", "--compat", "redis-7.0"].map(String::from).to_vec();
    let mut sides = [
        Side { process: server.id(), endpoint: server.endpoint(LIMIT) },
        Side { process: 0, endpoint: Endpoint::new(Address::Program(ferrous, arguments), LIMIT) },
    ];
    for side in &mut sides {
        side.endpoint.restart().map_err(|trouble| Error::Usage(trouble.to_string()))?;
        side.process = side.endpoint.process().unwrap_or(side.process);
    }
    println!("{:<32} {:>10} {:>10} {:>10}", "workload", "redis ms", "ferrous ms", "times");
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    for (name, script, times) in workloads().filter(|(name, ..)| name.contains(filter)) {
        let mut times_taken = [Vec::new(), Vec::new()];
        let mut replies = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            for ((side, taken), reply) in sides.iter_mut().zip(&mut times_taken).zip(&mut replies) {
                let (seconds, answer) = side.measure(&script, times)?;
                taken.push(seconds);
                *reply = answer;
            }
        }
        let [want, got] = replies;
        if sorted(&want) != sorted(&got) {
            let shown = [&want, &got].map(|reply| resp::show(reply, 300));
            failures.push(format!("{name}: want {}, got {}", shown[0], shown[1]));
        }
        let [built_in, ours] = times_taken.map(median_of);
        let row = Row { name, built_in, ours };
        println!("{}", line(&row));
        rows.push(row);
    }
    let summary = summary(&rows);
    println!("{summary}");
    for failure in &failures {
        println!("failed: {failure}");
    }
    if write_docs && failures.is_empty() {
        let path = workspace::root().join("docs/performance.md");
        document::write_part(&path, "bench-redis", &markdown(&rows, rounds, &summary))?;
    }
    println!("{} passed, {} failed", rows.len() - failures.len(), failures.len());
    Ok(failures.is_empty())
}

/// Name, script and count of all workloads.
fn workloads() -> impl Iterator<Item = (String, String, u32)> {
    let script = |first: &str, repeated: &str| {
        format!(
            "{first} for i = 1, tonumber(ARGV[1]) do {repeated} end return type(result) == 'table' and 't' or result"
        )
    };
    let documents = DIRECTIONS.iter().flat_map(move |(direction, first, repeated)| {
        DOCUMENTS.iter().map(move |document| {
            let first = format!("{} {first}", document.make);
            (format!("{direction} {}", document.name), script(&first, repeated), document.times)
        })
    });
    let loops = LOOPS
        .iter()
        .map(move |(name, first, repeated, times)| ((*name).to_owned(), script(first, repeated), *times));
    documents.chain(loops)
}

/// One of the two that are compared.
struct Side {
    process: u32,
    endpoint: Endpoint,
}

impl Side {
    /// The processor time of one script in seconds, and its reply.
    fn measure(&mut self, script: &str, times: u32) -> Result<(f64, Vec<u8>), Error> {
        let before = processor_time(self.process)?;
        let command = ["EVAL", script, "0", &times.to_string()];
        let reply = self.endpoint.call(&command).map_err(|trouble| Error::Usage(trouble.to_string()))?;
        if reply.starts_with(b"-") {
            return Err(Error::Usage(resp::show(&reply, 300)));
        }
        Ok((processor_time(self.process)?.saturating_sub(before).as_secs_f64(), reply))
    }
}

fn line(row: &Row) -> String {
    format!(
        "{:<32} {:>10.0} {:>10.0} {:>9.2}x",
        row.name,
        row.built_in * 1e3,
        row.ours * 1e3,
        row.built_in / row.ours
    )
}

fn summary(rows: &[Row]) -> String {
    let ratios = || rows.iter().map(|row| (row.built_in / row.ours, row.name.as_str()));
    let mean = geometric_mean(ratios().map(|(ratio, _)| ratio)).unwrap_or(f64::NAN);
    let slowest = ratios().min_by(|a, b| a.0.total_cmp(&b.0));
    let slowest = slowest.map_or(String::new(), |(ratio, name)| format!(", least {ratio:.2} ({name})"));
    format!("{} workloads, times as fast as the C libraries: geometric mean {mean:.2}{slowest}", rows.len())
}

fn markdown(rows: &[Row], rounds: usize, summary: &str) -> String {
    let mut text = format!(
        "Made by `cargo xtask bench --redis --rounds {rounds} --write-docs`: user + system time, medians of {rounds} interleaved \
         rounds.\n\n- {summary}\n\n| workload | redis-server ms | ferrous ms | times as fast |\n|---|---:|---:|---:|\n"
    );
    for row in rows {
        text.push_str(&format!(
            "| {} | {:.0} | {:.0} | {:.2} |\n",
            row.name,
            row.built_in * 1e3,
            row.ours * 1e3,
            row.built_in / row.ours
        ));
    }
    text
}
