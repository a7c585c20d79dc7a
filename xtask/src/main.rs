//! `cargo xtask`: the project's own commands, in Rust instead of shell, so that they run alike everywhere.
//!
//! One subcommand a file. A command that runs tests ends its output with `N passed, N failed` (`, N skipped` may
//! follow). Exit code: 0 if all is well, 1 if a check failed, 2 if the command could not do its work.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod bench;
mod conformance;
mod dist;
mod document;
mod fuzz;
mod layer;
mod package;
mod peers;
mod suite;
mod test;
mod tidy;
mod valkey;
mod valkey_suite;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the layers' tests from the bottom up; stop at the first red layer
    Test(test::Options),
    /// Check what the compiler cannot: dependencies, unsafe, docs, sizes, names, recursion
    Tidy,
    /// Run every case on ferrous and on the real programs
    Conformance(conformance::Options),
    /// Compare speed and memory with lua5.1 and LuaJIT's interpreter
    Bench(bench::Options),
    /// Run generated programs on ferrous and on PUC Lua, in search of a difference
    Fuzz(fuzz::Options),
    /// Check that every crate of the engine can be packaged
    Package(package::Options),
    /// Find the real programs that tests and benchmarks are held against
    Peers(peers::Options),
    /// Try the module in a real Valkey
    Valkey(valkey::Options),
    /// Run Valkey's own test suite with the module in every server
    ValkeySuite(valkey_suite::Options),
    /// Build the module for release, with its checksum
    Dist,
}

/// Why a command could not do its work. A check that fails is not an error but a result.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("cannot start {program}: {source}")]
    Start { program: String, source: std::io::Error },
    #[error("{program} failed: {reason}")]
    Failed { program: String, reason: String },
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("cargo metadata: {0}")]
    Metadata(#[from] serde_json::Error),
    #[error("{0}")]
    Usage(String),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Task::Test(options) => test::run(&options),
        Task::Tidy => tidy::run(),
        Task::Conformance(options) => conformance::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Package(options) => package::run(&options),
        Task::Peers(options) => peers::run(&options),
        Task::Valkey(options) => valkey::run(&options),
        Task::ValkeySuite(options) => valkey_suite::run(&options),
        Task::Dist => dist::run(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(2)
        }
    }
}
