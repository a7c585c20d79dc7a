//! `cargo xtask conformance`: every case of `conformance/` on the program `ferrous`, and on the real programs.
//!
//! Lua cases, recorded probes, generated probes, production scripts, effects, the compatibility table, in this order. Each
//! part gives a tally; the last line adds them up. Known gaps among the probes count as skipped and are listed by section.

mod cases;
mod effects;
mod generated;
mod probes;
mod scripts;
mod table;

use crate::Error;
use crate::workspace::{self, Profile};
use ferrous_conformance::peer::{self, Found};
use ferrous_conformance::tally::Tally;
use std::path::PathBuf;
use std::time::Instant;

/// Options of `cargo xtask conformance`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// A case that needs a peer which is not installed fails instead of being skipped
    #[arg(long)]
    require_peers: bool,
    /// Only cases whose path, section or probe number matches
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Only this part
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// Write expectations anew: .out files from lua5.1, known gaps from what the probes show, effects from the servers
    #[arg(long)]
    bless: bool,
    /// Put the figures of the probes and the table of functions and features into docs/compatibility.md
    #[arg(long)]
    write_docs: bool,
    /// Replay each probe by itself instead of in the order of recording
    #[arg(long)]
    standalone: bool,
    /// Replay the probes against the server on this port instead of ferrous (it is emptied!)
    #[arg(long, requires = "recorded")]
    port: Option<u16>,
    /// Only the replies recorded from this server, and comparisons with it: redis-7.0, redis-8.0 or valkey-9.1
    #[arg(long, value_name = "SERVER")]
    recorded: Option<String>,
    /// Compare generated probes and scripts with this program, a server of that kind, instead of the installed ones
    #[arg(long, value_name = "PROGRAM", requires = "recorded")]
    server: Option<PathBuf>,
    /// Seed of the generated probes
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// Sessions of generated probes a grammar
    #[arg(long, value_name = "N", default_value_t = 200)]
    number: u64,
    /// Show every probe that differs, known gaps too
    #[arg(long, short)]
    verbose: bool,
}

/// A kind of case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Cases,
    Probes,
    Generated,
    Scripts,
    Effects,
    Table,
}

/// The table comes last: it counts the known gaps, which the probes may have changed.
const PARTS: [(Part, &str); 6] = [
    (Part::Cases, "cases"),
    (Part::Probes, "probes"),
    (Part::Generated, "generated"),
    (Part::Scripts, "scripts"),
    (Part::Effects, "effects"),
    (Part::Table, "table"),
];

/// Runs what was asked for. False if a case failed.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let ferrous = match options.port {
        Some(_) => PathBuf::new(),
        None => workspace::ferrous(Profile::Dev)?,
    };
    let part = if options.port.is_some() { Some(Part::Probes) } else { options.part };
    let mut total = Tally::default();
    for (kind, name) in PARTS {
        if part.is_some_and(|part| part != kind) {
            continue;
        }
        let start = Instant::now();
        let mut tally = match kind {
            Part::Cases => cases::run(&ferrous, options)?,
            Part::Probes => probes::run(&ferrous, options)?,
            Part::Generated => generated::run(&ferrous, options)?,
            Part::Scripts => scripts::run(&ferrous, options)?,
            Part::Effects => effects::run(&ferrous, options)?,
            Part::Table => table::run(&ferrous, options)?,
        };
        if options.require_peers {
            tally.require_peers();
        }
        for note in &tally.notes {
            println!("{note}");
        }
        print!("{}", tally.report);
        println!("{name}: {} in {:.1} s", tally.last_line(), start.elapsed().as_secs_f64());
        total.add(tally);
    }
    println!("{}", total.last_line());
    Ok(total.failed == 0)
}

/// The targets that a peer shows, and its program.
const TARGETS: [(&str, &str); 2] = [("redis-7.0", "redis-server"), ("valkey-9.1", "valkey-server")];

/// The servers to compare with: targets and programs. Where one is missing, so many cases about `what` are skipped.
fn live_servers<'a>(
    options: &'a Options,
    tally: &mut Tally,
    cases: usize,
    what: &str,
) -> Vec<(&'a str, PathBuf)> {
    if let (Some(target), Some(program)) = (&options.recorded, &options.server) {
        return vec![(target, program.clone())];
    }
    let asked = options.recorded.as_deref();
    let mut servers = Vec::new();
    for (target, peer) in TARGETS.into_iter().filter(|(target, _)| asked.is_none_or(|asked| asked == *target))
    {
        match find_peer(peer) {
            Some(found) => servers.push((target, found.path)),
            None => tally.skip_without_peer(cases, what, peer),
        }
    }
    servers
}

/// The cases that need no peer: the Lua cases, the probes and the effects on ferrous alone, for `cargo xtask test`.
pub(crate) fn without_peers() -> Result<Tally, Error> {
    let ferrous = workspace::ferrous(Profile::Dev)?;
    let options = Options::default();
    let mut tally = cases::on_ferrous(&ferrous, &options)?;
    tally.add(probes::run(&ferrous, &options)?);
    tally.add(effects::recorded(&ferrous, &options)?);
    Ok(tally)
}

/// The peer of that name on this machine.
fn find_peer(name: &str) -> Option<Found> {
    peer::by_name(name)?.find(&peer::directory(workspace::root()))
}
