//! `cargo xtask bench`: the Lua programs of `benches/programs` on ferrous, lua5.1 and `luajit -joff`.
//!
//! The engines take turns within each round (A B C A B C ...), so that a slow moment of the machine hits all of them;
//! the median over the rounds counts. Time is user plus system time of the process, memory its peak resident size.
//! Every engine has to print the same line. At the end comes the histogram of the collector's pauses.
//!
//! With `--kills` it is the time from a kill to the return (`benches/src/bin/kill_latency`).
//!
//! With `--compile` it is the compiler that is measured, against `luac5.1 -p` (`bench/compile.rs`).
//!
//! With `--redis` it is the libraries of scripts, against those inside a redis-server (`bench/redis.rs`).
//!
//! A figure is no test: this command fails only if a program does.

mod chart;
mod compile;
mod measure;
mod redis;
mod table;
mod valkey;
mod valkey_memory;

use crate::workspace::{self, Profile};
use crate::{Error, document};
use ferrous_conformance::{lua_case, peer};
use measure::{Engine, Measured};
use std::path::PathBuf;

/// Options of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// One round instead of five: a first impression
    #[arg(long)]
    quick: bool,
    /// Number of rounds
    #[arg(long, value_name = "N", conflicts_with = "quick", default_value_t = 5)]
    rounds: usize,
    /// Only programs whose name holds this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// The module inside Valkey against the server's own Lua
    #[arg(long)]
    valkey: bool,
    /// With --valkey: only what scripts cost in memory
    #[arg(long, requires = "valkey")]
    memory: bool,
    /// The libraries of scripts (cjson, cmsgpack, struct, bit) against those inside a redis-server
    #[arg(long)]
    redis: bool,
    /// Measure the compiler against luac5.1 instead, and against itself on extreme sources
    #[arg(long)]
    compile: bool,
    /// Kill each library function at its worst input, at random moments, and show how long it takes to return
    #[arg(long)]
    kills: bool,
    /// Write docs/performance.svg and the table in docs/performance.md; with --valkey, the tables in docs/valkey.md
    #[arg(long, conflicts_with_all = ["filter", "memory"])]
    write_docs: bool,
}

/// One program's medians, engines in the order of [`engines`].
pub(crate) struct Row {
    pub(crate) program: String,
    pub(crate) measured: Vec<Measured>,
}

/// Measures and prints. False if a program failed or printed something else than on lua5.1.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let rounds = if options.quick { 1 } else { options.rounds.max(1) };
    if options.valkey {
        return valkey::run(rounds, &options.filter, options.memory, options.write_docs);
    }
    if options.redis {
        return redis::run(rounds, &options.filter, options.write_docs);
    }
    if options.kills {
        return kills(&options.filter);
    }
    if options.compile {
        return compile::run(rounds, options.write_docs);
    }
    let engines = engines()?;
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    for path in programs(&options.filter)? {
        let program = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match measure::medians(&engines, &path, rounds)? {
            Ok(measured) => {
                let row = Row { program, measured };
                println!("{}", table::progress(&row));
                rows.push(row);
            }
            Err(reason) => failures.push(format!("{program}: {reason}")),
        }
    }
    println!("\n{}", table::plain(&rows));
    let pauses = if options.filter.is_empty() { collector_pauses()? } else { String::new() };
    println!("{pauses}");
    for failure in &failures {
        println!("failed: {failure}");
    }
    if options.write_docs && failures.is_empty() {
        let docs = workspace::root().join("docs");
        let figures = table::markdown(&rows, rounds) + &pauses_markdown(&pauses);
        document::write_part(&docs.join("performance.md"), "bench", &figures)?;
        let path = docs.join("performance.svg");
        std::fs::write(&path, chart::draw(&rows))
            .map_err(|source| Error::File { path: workspace::relative(&path), source })?;
    }
    println!("{} passed, {} failed", rows.len(), failures.len());
    Ok(failures.is_empty())
}

/// Runs the program `kill_latency`, whose output is its report.
fn kills(filter: &str) -> Result<bool, Error> {
    let program = "kill_latency";
    let status = workspace::cargo()
        .args(["run", "--release", "--quiet", "--package", "ferrous-benches", "--bin", program, "--", filter])
        .status()
        .map_err(|source| Error::Start { program: program.into(), source })?;
    Ok(status.success())
}

/// The histogram that the program `collector_pauses` prints.
fn collector_pauses() -> Result<String, Error> {
    let arguments =
        ["run", "--release", "--quiet", "--package", "ferrous-benches", "--bin", "collector_pauses"];
    workspace::cargo_output(&arguments)
}

fn pauses_markdown(pauses: &str) -> String {
    if pauses.is_empty() {
        return String::new();
    }
    format!(
        "\n### Pauses of the collector\n\n`cargo run --release -p ferrous-benches --bin collector_pauses`:\n\n```\n{pauses}```\n"
    )
}

/// Ferrous first, then the peers it is held against.
fn engines() -> Result<Vec<Engine>, Error> {
    let peers = peer::directory(workspace::root());
    let found = |name: &str| {
        let program = peer::by_name(name).and_then(|peer| peer.find(&peers)).map(|found| found.path);
        program.ok_or_else(|| Error::Usage(format!("{name} is missing: cargo xtask peers --install")))
    };
    let ferrous = workspace::ferrous(Profile::Release)?;
    Ok(vec![
        Engine { name: "ferrous", program: ferrous, arguments: &["run"] },
        Engine { name: "lua5.1", program: found("lua5.1")?, arguments: &[] },
        Engine { name: "luajit -joff", program: found("luajit")?, arguments: &["-joff"] },
    ])
}

fn programs(filter: &str) -> Result<Vec<PathBuf>, Error> {
    let directory = workspace::root().join("benches/programs");
    let mut programs = lua_case::find(&directory, "")
        .map_err(|source| Error::File { path: workspace::relative(&directory), source })?;
    programs.retain(|path| path.file_stem().is_some_and(|name| name.to_string_lossy().contains(filter)));
    Ok(programs)
}
