//! What every crate of the engine brings along: README, CHANGELOG, licence, description.

use super::Finding;
use crate::workspace::{Package, Workspace, relative};
use std::path::Path;

/// Checks each package under `crates/`.
pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let manifest = relative(&package.manifest_path);
        let Some(directory) = package.manifest_path.parent() else { continue };
        if manifest.starts_with("crates/") {
            findings.extend(check_package(package, &manifest, |name| directory.join(name).is_file()));
        }
    }
    findings
}

fn check_package(package: &Package, manifest: &str, exists: impl Fn(&Path) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |what: &str| findings.push(Finding::new(manifest, 1, what));
    if package.license.is_none() {
        report("no `license`, nobody may use the crate");
    }
    if package.description.as_ref().is_none_or(String::is_empty) {
        report("no `description`, a registry does not take the crate");
    }
    if package.readme.is_none() || !exists(Path::new("README.md")) {
        report("no README.md, each crate stands on its own");
    }
    if !exists(Path::new("CHANGELOG.md")) {
        report("no CHANGELOG.md, each crate has its own version");
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(rest: &str) -> Package {
        let text = format!(
            r#"{{"name": "a", "manifest_path": "crates/a/Cargo.toml", "dependencies": [], "targets": [] {rest}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_bare_package_lacks_everything() {
        let findings = check_package(&package(""), "crates/a/Cargo.toml", |_| false);
        assert_eq!(findings.len(), 4);
    }

    #[test]
    fn a_complete_package_passes() {
        let package = package(r#", "license": "MIT", "readme": "README.md", "description": "A.""#);
        assert_eq!(check_package(&package, "crates/a/Cargo.toml", |_| true), []);
    }
}
