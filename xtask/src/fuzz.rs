//! `cargo xtask fuzz`: the differential fuzzer, built optimised but with checks, and started with the arguments given.
//!
//! It lives in `ferrous-conformance` behind the feature `fuzz`, so that nothing else builds PUC Lua.

use crate::{Error, workspace};

/// Options of `cargo xtask fuzz`: all are the fuzzer's own, `--help` too.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// --programs N, --seed S, --kind programs|patterns|format|numbers|syntax, --jobs, --time-limit, --replay FILE, --help
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs it. False if there is a difference.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let program = "the fuzzer";
    let status = workspace::cargo()
        .args(["run", "--quiet", "--profile", "fuzz", "--package", "ferrous-conformance"])
        .args(["--features", "fuzz", "--bin", "fuzz", "--"])
        .args(&options.arguments)
        .status()
        .map_err(|source| Error::Start { program: program.into(), source })?;
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(Error::Failed { program: program.into(), reason: status.to_string() }),
    }
}
