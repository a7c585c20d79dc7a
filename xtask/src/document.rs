//! Figures in documents: the text between two marker comments is replaced by what a command measured.
//!
//! A document holds `<!-- NAME:begin -->` and `<!-- NAME:end -->`, each on a line of its own; what stands around them
//! is written by hand and left alone.

use crate::{Error, workspace};
use std::path::Path;

/// Replaces the part of that name in a file.
pub(crate) fn write_part(path: &Path, name: &str, part: &str) -> Result<(), Error> {
    let changed = changed(path, &workspace::read(path)?, name, part)?;
    std::fs::write(path, changed).map_err(|source| Error::File { path: workspace::relative(path), source })
}

/// Whether the part of that name in a file is this one.
pub(crate) fn holds_part(path: &Path, name: &str, part: &str) -> Result<bool, Error> {
    let text = workspace::read(path)?;
    Ok(changed(path, &text, name, part)? == text)
}

fn changed(path: &Path, text: &str, name: &str, part: &str) -> Result<String, Error> {
    replace(text, name, part).ok_or_else(|| {
        Error::Usage(format!(
            "{}: no lines <!-- {name}:begin --> and <!-- {name}:end -->",
            workspace::relative(path)
        ))
    })
}

/// The text with the lines between the markers replaced; none if a marker is missing.
fn replace(text: &str, name: &str, part: &str) -> Option<String> {
    let begin = format!("<!-- {name}:begin -->\n");
    let end = format!("<!-- {name}:end -->");
    let (before, rest) = text.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{}\n{end}{after}", part.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_between_the_markers_changes() {
        let text = "a\n<!-- t:begin -->\nold\n<!-- t:end -->\nb\n";
        let changed = replace(text, "t", "new\n").unwrap();
        assert_eq!(changed, "a\n<!-- t:begin -->\nnew\n<!-- t:end -->\nb\n");
        assert_eq!(replace(&changed, "t", "new"), Some(changed.clone()));
        assert_eq!(replace(text, "u", "new"), None);
    }
}
