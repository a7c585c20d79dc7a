//! `cargo xtask package`: every crate of the engine can be packaged, in the order in which they would be published.
//!
//! Cargo packages the whole workspace at once, so that a crate finds the ones below it among the packages just made
//! instead of on the registry. The tools (xtask, conformance, benches) are not for publishing.

use crate::workspace::Workspace;
use crate::{Error, workspace};

/// Options of `cargo xtask package`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Also build each crate from its package
    #[arg(long)]
    verify: bool,
}

/// Packages the crates. False if cargo refuses.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let workspace = Workspace::load()?;
    let crates = workspace.packages.iter().filter(|package| package.publish.is_none());
    let mut arguments = vec!["package".to_string(), "--allow-dirty".into()];
    let mut count = 0;
    for package in crates {
        arguments.extend(["--package".into(), package.name.clone()]);
        count += 1;
    }
    if !options.verify {
        arguments.push("--no-verify".into());
    }
    let status = workspace::cargo()
        .args(&arguments)
        .status()
        .map_err(|source| Error::Start { program: "cargo package".into(), source })?;
    let (passed, failed) = if status.success() { (count, 0) } else { (0, count) };
    println!("{passed} passed, {failed} failed");
    Ok(status.success())
}
