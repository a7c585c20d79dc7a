//! The workspace as cargo describes it: packages, their dependencies, targets and metadata.
//!
//! Read from `cargo metadata`, so no manifest is parsed here. Also the two ways xtask starts cargo.

use crate::Error;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `cargo metadata --no-deps` prints, as far as xtask needs it.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
}

/// One member of the workspace.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) license: Option<String>,
    pub(crate) readme: Option<String>,
    pub(crate) description: Option<String>,
    /// Registries that may take it: none means any, an empty list means it is not published.
    pub(crate) publish: Option<Vec<String>>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

/// One line of a dependency table; `kind` is none for a normal dependency, else `dev` or `build`.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
}

/// A library, program, test, example or bench.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) kind: Vec<String>,
    pub(crate) src_path: PathBuf,
}

impl Workspace {
    /// Asks cargo. The members come in the order of their names.
    pub(crate) fn load() -> Result<Workspace, Error> {
        let text = cargo_output(&["metadata", "--no-deps", "--format-version", "1"])?;
        Ok(serde_json::from_str(&text)?)
    }
}

/// The root directory of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The path relative to the repository's root, as findings print it.
pub(crate) fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// A cargo command that runs in the root with the cargo that started us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Standard output of a cargo command that has to succeed.
pub(crate) fn cargo_output(arguments: &[&str]) -> Result<String, Error> {
    let program = format!("cargo {}", arguments.join(" "));
    let output = cargo()
        .args(arguments)
        .output()
        .map_err(|source| Error::Start { program: program.clone(), source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Error::Failed { program, reason: String::from_utf8_lossy(&output.stderr).into_owned() })
    }
}

/// Reads a text file; bytes that are not UTF-8 are replaced.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(source) => Err(Error::File { path: relative(path), source }),
    }
}

/// Builds the program `ferrous` in that profile and returns its path. `FERROUS_BIN` names a built one instead.
pub(crate) fn ferrous(profile: Profile) -> Result<PathBuf, Error> {
    if let Some(path) = std::env::var_os("FERROUS_BIN") {
        return Ok(path.into());
    }
    build("ferrous-cli", "ferrous", profile)
}

/// Builds a program of the workspace in release mode and returns its path.
pub(crate) fn release_program(package: &str, name: &str) -> Result<PathBuf, Error> {
    build(package, name, Profile::Release)
}

fn build(package: &str, name: &str, profile: Profile) -> Result<PathBuf, Error> {
    let mut arguments =
        vec!["build", "--package", package, "--bin", name, "--message-format", "json-render-diagnostics"];
    if profile == Profile::Release {
        arguments.push("--release");
    }
    let messages = cargo_output(&arguments)?;
    executable(&messages).ok_or_else(|| Error::Failed {
        program: "cargo build".into(),
        reason: format!("it built no program named {name}"),
    })
}

/// How `ferrous` is compiled: cases run on a checked build, benchmarks on an optimised one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// The last executable named in cargo's JSON messages.
fn executable(messages: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }
    messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok()?.executable).next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_read_from_the_messages() {
        let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\nnot json\n\
                        {\"reason\":\"compiler-artifact\",\"executable\":\"/t/ferrous\"}\n{\"reason\":\"x\"}";
        assert_eq!(executable(messages), Some(PathBuf::from("/t/ferrous")));
    }
}
