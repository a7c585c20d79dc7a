//! Words that must not stand in the code: `unsafe` outside the module for Valkey, unfinished work, ignored tests.
//!
//! Searched in masked code, so a comment may speak of them. A crate root must also forbid unsafe code itself: the
//! workspace's lint table says the same, but the attribute travels with a crate that is packaged on its own.

use super::mask::{find_word, line_of};
use super::{Finding, Source};

/// The only files with a foreign interface: the border of the module for Valkey and the safe layer on it.
const UNSAFE_FILES: &[&str] = &[
    "crates/ferrous-valkey/src/api.rs",
    "crates/ferrous-valkey/src/call.rs",
    "crates/ferrous-valkey/src/callbacks.rs",
    "crates/ferrous-valkey/src/config.rs",
    "crates/ferrous-valkey/src/context.rs",
    "crates/ferrous-valkey/src/debugger.rs",
    "crates/ferrous-valkey/src/ffi.rs",
    "crates/ferrous-valkey/src/module.rs",
    "crates/ferrous-valkey/src/arguments.rs",
    "crates/ferrous-valkey/src/reply.rs",
    "crates/ferrous-valkey/src/runtime.rs",
];

/// The crate that they belong to, whose root denies unsafe code instead of forbidding it.
const UNSAFE_CRATE: &str = "crates/ferrous-valkey/";

/// Finds forbidden words in a file; `is_root` tells whether it starts a crate.
pub(crate) fn check(source: &Source, is_root: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |position: usize, what: &str| {
        findings.push(Finding::new(&source.path, line_of(&source.code, position), what));
    };
    if UNSAFE_FILES.contains(&source.path.as_str()) {
        for position in unexplained(source) {
            report(position, "`unsafe` without a SAFETY note above it, the reader cannot check it");
        }
    } else {
        for position in find_word(&source.code, "unsafe") {
            report(position, "`unsafe` outside the module's border, the engine promises to have none");
        }
        if !source.path.starts_with(UNSAFE_CRATE)
            && is_root
            && !source.code.contains("#![forbid(unsafe_code)]")
        {
            report(
                0,
                "a crate root without `#![forbid(unsafe_code)]`, so a packaged crate would not promise it",
            );
        }
    }
    for word in ["todo", "unimplemented", "dbg"] {
        for position in find_word(&source.code, word) {
            if source.code[position + word.len()..].starts_with('!') {
                report(position, &format!("`{word}!`, unfinished work does not land"));
            }
        }
    }
    for position in find_word(&source.code, "ignore") {
        let before = &source.code[..position];
        let attribute = before.rfind("#[").filter(|&open| !before[open..].contains(']'));
        if let Some(open) = attribute {
            report(open, "`#[ignore]`, a test that does not run proves nothing");
        }
    }
    findings
}

/// Unsafe blocks and impls that no `SAFETY` note stands above: in the comment over the statement that holds them, or over the
/// statement before it.
fn unexplained(source: &Source) -> Vec<usize> {
    let lines: Vec<&str> = source.text.lines().collect();
    let blocks = find_word(&source.code, "unsafe").filter(|&position| {
        let rest = source.code[position + "unsafe".len()..].trim_start();
        rest.starts_with('{') || rest.starts_with("impl")
    });
    blocks
        .filter(|&position| {
            let line = line_of(&source.code, position) - 1;
            let before = lines.get(line.saturating_sub(SAFETY_DISTANCE)..=line).unwrap_or_default();
            !before.iter().any(|line| line.contains("SAFETY:"))
        })
        .collect()
}

/// How many lines above an unsafe block its note may begin.
const SAFETY_DISTANCE: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str, is_root: bool) -> Vec<usize> {
        check(&Source::new(path, text), is_root).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unsafe_is_found_in_code_only() {
        assert_eq!(found("crates/a/src/x.rs", "// unsafe\nlet a = unsafe { b };", false), [2]);
        assert_eq!(found("crates/ferrous-valkey/src/x.rs", "unsafe fn a() {}", true), [1]);
        assert_eq!(found("crates/ferrous-valkey/src/ffi.rs", "unsafe fn a() {}", false), [0; 0]);
    }

    #[test]
    fn every_unsafe_block_has_its_note() {
        let path = "crates/ferrous-valkey/src/api.rs";
        assert_eq!(found(path, "// SAFETY: x.\nlet a = unsafe { b() };\n", false), [0; 0]);
        assert_eq!(found(path, "// As above.\nlet a = unsafe { b() };\n", false), [2]);
        assert_eq!(found(path, "unsafe impl Send for A {}\n", false), [1]);
    }

    #[test]
    fn a_root_has_to_forbid() {
        assert_eq!(found("crates/a/src/lib.rs", "//! A.\n", true), [1]);
        assert_eq!(found("crates/a/src/lib.rs", "//! A.\n#![forbid(unsafe_code)]\n", true), [0; 0]);
    }

    #[test]
    fn unfinished_work_and_ignored_tests_are_found() {
        let text = "todo!();\nlet todo = 1;\ndbg!(x);\n#[ignore]\nfn a() {}\n#[cfg_attr(miri, ignore)]\n";
        assert_eq!(found("crates/a/src/x.rs", text, false), [1, 3, 4, 6]);
        assert_eq!(found("crates/a/src/x.rs", "#[derive(A)]\nfn ignore() {}\n", false), [0; 0]);
    }
}
