//! `cargo xtask tidy`: rules of the project that the compiler cannot check.
//!
//! Each rule is a module of its own with a pure function from text to findings, tested on strings. A finding is
//! `path:line: what, why`. Rules with exceptions keep them in a list beside the rule, each with its reason.

mod dependencies;
mod functions;
mod layout;
mod manifest;
mod mask;
mod recursion;
mod words;

use crate::Error;
use crate::workspace::{self, Workspace};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Path relative to the root.
    pub(crate) path: String,
    /// Line, counted from 1.
    pub(crate) line: usize,
    /// What is wrong, and why that matters.
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: path.into(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// A Rust file as the rules see it.
pub(crate) struct Source {
    /// Path relative to the root, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// The same with comments, strings and characters blanked; lines and columns unchanged.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        Source { path: path.into(), code: mask::mask(&text), text }
    }

    /// The directory of the crate it belongs to: what stands before `src`, `tests` and the like.
    fn crate_directory(&self) -> &str {
        let end = ["/src/", "/tests/", "/benches/", "/examples/"]
            .iter()
            .filter_map(|part| self.path.find(part))
            .min();
        &self.path[..end.unwrap_or(0)]
    }

    /// Tests, examples and benches: code that no user's process runs.
    pub(crate) fn is_test(&self) -> bool {
        ["/tests/", "/benches/", "/examples/"].iter().any(|part| self.path.contains(part))
    }
}

/// Runs every rule. False if something was found.
pub(crate) fn run() -> Result<bool, Error> {
    let workspace = Workspace::load()?;
    let mut findings = manifest::check(&workspace);
    findings.extend(dependencies::check(&workspace));
    findings.extend(dependencies::check_compiler_alone()?);
    let mut files = 0;
    let mut roots: Vec<String> = Vec::new();
    for package in &workspace.packages {
        roots.extend(crate_roots(package));
    }
    let mut crates: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for path in rust_files()? {
        let source = Source::new(workspace::relative(&path), workspace::read(&path)?);
        files += 1;
        findings.extend(layout::check(&source));
        findings.extend(words::check(&source, roots.contains(&source.path)));
        crates.entry(source.crate_directory().into()).or_default().push(source);
    }
    for sources in crates.values() {
        findings.extend(recursion::check(sources));
    }
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    let packages = workspace.packages.len();
    println!("tidy: {files} files, {packages} packages, {} findings", findings.len());
    Ok(findings.is_empty())
}

/// The files that start a crate which users build: libraries and programs.
fn crate_roots(package: &workspace::Package) -> Vec<String> {
    let starts_crate =
        |kind: &String| ["lib", "bin", "cdylib", "rlib", "proc-macro"].contains(&kind.as_str());
    let roots = package.targets.iter().filter(|target| target.kind.iter().any(starts_crate));
    roots.map(|target| workspace::relative(&target.src_path)).collect()
}

/// Every Rust file of the repository, build output and hidden directories left out.
fn rust_files() -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut pending = vec![workspace::root().to_path_buf()];
    while let Some(directory) = pending.pop() {
        let failed = |source| Error::File { path: workspace::relative(&directory), source };
        for entry in std::fs::read_dir(&directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                if !name.starts_with('.') && name != "target" {
                    pending.push(path);
                }
            } else if has_extension(&path, "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_prints_as_an_editor_reads_it() {
        assert_eq!(Finding::new("a/b.rs", 3, "x, y").to_string(), "a/b.rs:3: x, y");
    }
}
