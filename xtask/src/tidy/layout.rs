//! Shape of source files: a module doc in the first line, a size that one reading can hold, a name that is a noun.

use super::{Finding, Source};

/// Longest file, in lines.
const LONGEST: usize = 520;

/// Files that may be longer, and why.
const LONGER: &[(&str, &str)] = &[(
    "crates/ferrous-vm/src/dispatch.rs",
    "the loop is one `match`; its handlers cannot be split without a call",
)];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc"];

/// Checks one file's first line, length and name.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |line, what: String| findings.push(Finding::new(&source.path, line, what));
    if !source.text.starts_with("//!") {
        report(1, "no module doc in the first line, the reader does not learn what the file is".into());
    }
    let lines = source.text.lines().count();
    if lines > LONGEST && !LONGER.iter().any(|(path, _)| source.path == *path) {
        report(lines, format!("{lines} lines, more than {LONGEST} cannot be held in mind at once"));
    }
    for part in source.path.split('/') {
        let name = part.strip_suffix(".rs").unwrap_or(part);
        if EMPTY_NAMES.contains(&name) {
            report(1, format!("named `{name}`, a name should say what is inside"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_first_line_documents_the_module() {
        assert!(found("a/b.rs", "//! B.\n").is_empty());
        assert_eq!(found("a/b.rs", "use x;\n//! B.\n").len(), 1);
    }

    #[test]
    fn long_files_are_found_but_for_the_listed() {
        let long = "//! L.\n".repeat(LONGEST + 1);
        assert!(found("a/b.rs", &long)[0].starts_with("a/b.rs:521: 521 lines"));
        assert!(found("crates/ferrous-vm/src/dispatch.rs", &long).is_empty());
    }

    #[test]
    fn empty_names_are_found() {
        assert_eq!(found("a/utils.rs", "//! U.").len(), 1);
        assert_eq!(found("a/common/b.rs", "//! U.").len(), 1);
        assert!(found("a/commonality.rs", "//! U.").is_empty());
    }
}
