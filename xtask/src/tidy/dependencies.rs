//! The crates stand on each other in one order; nothing depends upward.
//!
//! Normal and build dependencies count. A dev-dependency may point upward (the machine's tests need a compiler), since
//! users of the crate never build it.

use super::Finding;
use crate::Error;
use crate::workspace::{self, Workspace, relative};

/// The crates from the bottom up: each may depend only on those before it.
const ORDER: &[&str] = &[
    "ferrous-arena",
    "ferrous-heap",
    "ferrous-vm",
    "ferrous-compiler",
    "ferrous-stdlib",
    "ferrous-redis",
    "ferrous-keyspace",
    "ferrous-valkey",
    "ferrous-cli",
];

/// Finds dependencies that point upward, and crates that have no place in the order.
pub(crate) fn check(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let manifest = relative(&package.manifest_path);
        let Some(level) = level(&package.name) else {
            if manifest.starts_with("crates/") {
                findings.push(Finding::new(&manifest, 1, "a crate without a place in the order of layers"));
            }
            continue;
        };
        let shipped = package.dependencies.iter().filter(|found| found.kind.as_deref() != Some("dev"));
        for dependency in shipped {
            let name = &dependency.name;
            if name.starts_with("ferrous-") && self::level(name).is_none_or(|below| below >= level) {
                let what =
                    format!("{} depends upward on {name}, layers stand only on lower ones", package.name);
                findings.push(Finding::new(&manifest, line_of(&package.manifest_path, name), what));
            }
        }
    }
    findings
}

/// The compiler works without a heap: its dependency tree must not hold one.
pub(crate) fn check_compiler_alone() -> Result<Vec<Finding>, Error> {
    let arguments = ["tree", "--package", "ferrous-compiler", "--edges", "normal", "--prefix", "none"];
    Ok(heap_in(&workspace::cargo_output(&arguments)?))
}

fn heap_in(tree: &str) -> Vec<Finding> {
    let what = "ferrous-compiler pulls in ferrous-heap, it has to work without one (feature `machine` of ferrous-vm)";
    let found = tree.lines().any(|line| line.starts_with("ferrous-heap "));
    found.then(|| Finding::new("crates/ferrous-compiler/Cargo.toml", 1, what)).into_iter().collect()
}

fn level(name: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == name)
}

/// The line of a manifest that names the dependency; 1 if it cannot be read.
fn line_of(manifest: &std::path::Path, name: &str) -> usize {
    let text = workspace::read(manifest).unwrap_or_default();
    text.lines().position(|line| line.starts_with(name)).map_or(1, |line| line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, dependencies: &str) -> usize {
        let text = format!(
            r#"{{"packages": [{{"name": "{name}", "manifest_path": "crates/{name}/Cargo.toml",
                "targets": [], "dependencies": [{dependencies}]}}]}}"#
        );
        check(&serde_json::from_str(&text).unwrap()).len()
    }

    #[test]
    fn upward_and_sideways_dependencies_are_found() {
        assert_eq!(found("ferrous-heap", r#"{"name": "ferrous-arena", "kind": null}"#), 0);
        assert_eq!(found("ferrous-heap", r#"{"name": "ferrous-vm", "kind": null}"#), 1);
        assert_eq!(found("ferrous-heap", r#"{"name": "ferrous-heap", "kind": "build"}"#), 1);
        assert_eq!(found("ferrous-heap", r#"{"name": "ferrous-new", "kind": null}"#), 1);
    }

    #[test]
    fn development_may_look_upward_and_others_do_not_count() {
        assert_eq!(found("ferrous-vm", r#"{"name": "ferrous-compiler", "kind": "dev"}"#), 0);
        assert_eq!(found("ferrous-vm", r#"{"name": "thiserror", "kind": null}"#), 0);
    }

    #[test]
    fn a_crate_outside_the_order_is_found() {
        assert_eq!(found("ferrous-new", ""), 1);
    }

    #[test]
    fn a_heap_below_the_compiler_is_found() {
        assert_eq!(heap_in("ferrous-compiler v0.1.0 (/x)\nferrous-vm v0.1.0 (/y)\n"), []);
        assert_eq!(heap_in("ferrous-compiler v0.1.0 (/x)\nferrous-heap v0.1.0 (/y)\n").len(), 1);
    }
}
