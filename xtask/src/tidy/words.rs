//! Words that must not stand in the code: `unsafe` outside the module for Valkey, unfinished work, ignored tests.
//!
//! Searched in masked code, so a comment may speak of them. A crate root must also forbid unsafe code itself: the
//! workspace's lint table says the same, but the attribute travels with a crate that is packaged on its own.

use super::mask::{find_word, line_of};
use super::{Finding, Source};

/// The only crate with a foreign interface.
const UNSAFE_CRATE: &str = "crates/ferrous-valkey/";

/// Finds forbidden words in a file; `is_root` tells whether it starts a crate.
pub(crate) fn check(source: &Source, is_root: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |position: usize, what: &str| {
        findings.push(Finding::new(&source.path, line_of(&source.code, position), what));
    };
    let may_be_unsafe = source.path.starts_with(UNSAFE_CRATE);
    if !may_be_unsafe {
        for position in find_word(&source.code, "unsafe") {
            report(position, "`unsafe` outside ferrous-valkey, the engine promises to have none");
        }
        if is_root && !source.code.contains("#![forbid(unsafe_code)]") {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str, is_root: bool) -> Vec<usize> {
        check(&Source::new(path, text), is_root).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unsafe_is_found_in_code_only() {
        assert_eq!(found("crates/a/src/x.rs", "// unsafe\nlet a = unsafe { b };", false), [2]);
        assert_eq!(found("crates/ferrous-valkey/src/x.rs", "unsafe fn a() {}", true), [0; 0]);
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
