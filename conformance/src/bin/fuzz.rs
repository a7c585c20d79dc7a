//! The program behind `cargo xtask fuzz`: runs campaigns, or one file on both sides.
//!
//! The last line counts what was run. Exit code: 0 if nothing differs, 1 if something does, 2 if it could not run.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

use clap::Parser;
use ferrous_conformance::fuzz::campaign::{self, CampaignError, Pair, Plan};
use ferrous_conformance::fuzz::kind::{Kind, Mode};
use ferrous_conformance::fuzz::reference;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Generated programs on ferrous and on PUC Lua 5.1, in search of a difference.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask fuzz", bin_name = "cargo xtask fuzz")]
struct Arguments {
    /// Programs of each kind
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    programs: u64,
    /// Number of the first one
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u64,
    /// Which series of programs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Threads, each with a reference of its own
    #[arg(long, value_name = "N", default_value_t = 2)]
    jobs: usize,
    /// Stop each kind after so many seconds
    #[arg(long, value_name = "SECONDS")]
    time_limit: Option<u64>,
    /// Stop a kind after so many differences
    #[arg(long, value_name = "N", default_value_t = 5)]
    differences: usize,
    /// Where differing programs are saved
    #[arg(long, value_name = "DIRECTORY", default_value = "target/fuzz")]
    directory: PathBuf,
    /// Run this file on both sides and show what each makes of it
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// Compile the replayed file only
    #[arg(long, requires = "replay")]
    compile_only: bool,
    /// Show the programs instead of running them
    #[arg(long)]
    print: bool,
}

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(reference::ARGUMENT) {
        return match reference::serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("fuzz: the reference: {error}");
                ExitCode::from(2)
            }
        };
    }
    let arguments = Arguments::parse();
    // What panics is reported with its program; the message itself would tear the progress apart.
    if arguments.replay.is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fuzz: {error}");
            ExitCode::from(2)
        }
    }
}

/// Does what the arguments ask for. False if something differs.
fn run(arguments: &Arguments) -> Result<bool, CampaignError> {
    let program = std::env::current_exe()?;
    if let Some(file) = &arguments.replay {
        return replay(file, arguments.compile_only, &program);
    }
    let kinds = arguments.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    if arguments.print {
        for kind in kinds {
            let generator = kind.generator()?;
            for number in arguments.first..arguments.first + arguments.programs {
                println!("{}", String::from_utf8_lossy(&generator.sentence(arguments.seed, number)));
            }
        }
        return Ok(true);
    }
    let mut parts = Vec::new();
    let mut differences = 0;
    for kind in kinds {
        let start = Instant::now();
        let plan = Plan {
            kind,
            sentences: arguments.programs,
            first: arguments.first,
            seed: arguments.seed,
            jobs: arguments.jobs,
            deadline: arguments.time_limit.map(|limit| start + Duration::from_secs(limit)),
            differences: arguments.differences.max(1),
            directory: arguments.directory.clone(),
            program: program.clone(),
        };
        let summary = campaign::run(&plan, &|done| {
            eprintln!("{kind}: {done} of {} in {:.0} s", plan.sentences, start.elapsed().as_secs_f64());
        })?;
        for file in &summary.different {
            println!("{}", String::from_utf8_lossy(&std::fs::read(file).unwrap_or_default()).trim_end());
            let notes = std::fs::read(file.with_extension("txt")).unwrap_or_default();
            println!("{}\nsaved as {}\n", String::from_utf8_lossy(&notes).trim_end(), file.display());
        }
        let count = summary.different.len();
        println!(
            "{kind}: seed {}, from {}: {} same, {count} different, {} exhausted, in {:.1} s",
            arguments.seed,
            arguments.first,
            summary.same,
            summary.exhausted,
            start.elapsed().as_secs_f64()
        );
        differences += count;
        parts.push(format!("{} {kind}", summary.same));
    }
    println!("{} without a difference, {differences} different", parts.join(", "));
    Ok(differences == 0)
}

/// Shows one file on both sides. False if they differ.
fn replay(file: &Path, compile_only: bool, program: &Path) -> Result<bool, CampaignError> {
    let mode = if compile_only { Mode::Compile } else { Mode::Run };
    let (ours, theirs) = Pair::new(program)?.run(&std::fs::read(file)?, mode)?;
    for (name, outcome) in [("ferrous", &ours), ("PUC Lua 5.1", &theirs)] {
        println!("{name}:\n{}\n", String::from_utf8_lossy(&campaign::shown(outcome)));
    }
    let differs = campaign::is_difference(&ours, &theirs);
    println!("{}", if differs { "different" } else { "same" });
    Ok(!differs)
}
