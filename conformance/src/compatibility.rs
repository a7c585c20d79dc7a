//! The compatibility table: one row for each library function, language feature and command, from `compatibility.tsv`.
//!
//! A line `= KIND TITLE` begins a group; KIND is `functions` (a row names what a script can see in its globals) or
//! `features`. A row has four fields with tabs between them: the feature (in a group of functions: names, separated by
//! spaces), one word a column of [`COLUMNS`], the proofs, a remark. The words: `same` as the reference, `part`
//! where the remark tells a difference, `-` where the reference has no such thing. A word stands for all that follow it too.
//!
//! A proof is a path below `cases/` without `.lua`, or with a `*` at its end the beginning of some; or `SECTION:TEXT` for the
//! recorded probes of a section (`*` for all) whose command holds the text, or with `^WORD+WORD` begins with the words; or
//! `PLACE:TEXT` for the files of one of [`PLACES`] that hold the text.
//!
//! **Invariant:** rows say what the reference has; what ferrous has is looked up, never written down.

use crate::probe::Probe;

/// What a row has a word for: the plain profile, which is held against lua5.1, and the targets.
pub const COLUMNS: [&str; 5] = ["plain", "redis-7.0", "redis-7.2", "redis-8.0", "valkey-9.1"];

/// Directories, seen from `conformance`, whose files prove by holding a text. The grammars of generated probes, the recorded
/// sessions of the debugger, what scripts replicate and the production-style scripts are compared with live servers; the
/// tests of the engine and of the keyspace are for what a connection does not show, and for targets that no server at hand is.
pub const PLACES: [(&str, &str); 6] = [
    ("generated", "generated"),
    ("debugger", "debugger"),
    ("effects", "effects"),
    ("scripts", "scripts"),
    ("engine", "../crates/ferrous-redis/tests"),
    ("keyspace", "../crates/ferrous-keyspace/tests"),
];

/// What the rows of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Names that scripts find in their globals.
    Functions,
    /// Anything else.
    Features,
}

/// What a row says of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As the reference.
    Same,
    /// There, with a difference that the remark tells.
    Part,
    /// The reference has no such thing.
    Absent,
}

/// Where a row is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Lua cases by path, or by the beginning of it.
    Cases {
        /// The path or its beginning.
        path: String,
        /// Whether it is a beginning.
        prefix: bool,
    },
    /// Probes of a section, or of all if it is `*`, whose command holds a text.
    Probes {
        /// The section.
        section: String,
        /// The text.
        text: String,
    },
    /// Files that hold a text.
    Files {
        /// The name of one of [`PLACES`].
        place: &'static str,
        /// The text.
        text: String,
    },
}

impl Proof {
    fn parse(word: &str) -> Proof {
        for (place, _) in PLACES {
            if let Some(text) = word.strip_prefix(place).and_then(|rest| rest.strip_prefix(':')) {
                return Proof::Files { place, text: text.into() };
            }
        }
        match word.split_once(':') {
            Some((section, text)) => Proof::Probes { section: section.into(), text: text.into() },
            None => {
                let path = word.strip_suffix('*').unwrap_or(word);
                Proof::Cases { path: path.into(), prefix: path.len() < word.len() }
            }
        }
    }

    /// Whether a case, named by its path below `cases` without `.lua`, is meant.
    #[must_use]
    pub fn is_case(&self, name: &str) -> bool {
        match self {
            Proof::Cases { path, prefix: true } => name.starts_with(path),
            Proof::Cases { path, prefix: false } => name == path,
            Proof::Probes { .. } | Proof::Files { .. } => false,
        }
    }

    /// Whether a probe is meant.
    #[must_use]
    pub fn is_probe(&self, probe: &Probe) -> bool {
        match self {
            Proof::Probes { section, text } => {
                (section == "*" || *section == probe.section) && probe.is_about(text)
            }
            Proof::Cases { .. } | Proof::Files { .. } => false,
        }
    }
}

impl std::fmt::Display for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Proof::Cases { path, prefix } => write!(f, "{path}{}", if *prefix { "*" } else { "" }),
            Proof::Probes { section, text } => write!(f, "{section}:{text}"),
            Proof::Files { place, text } => write!(f, "{place}:{text}"),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The feature, or the names.
    pub feature: String,
    /// One for each of [`COLUMNS`].
    pub states: [State; COLUMNS.len()],
    /// What proves it.
    pub proofs: Vec<Proof>,
    /// What differs, or why.
    pub remark: String,
}

/// Rows under one title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What the rows are.
    pub kind: Kind,
    /// The title.
    pub title: String,
    /// The rows, in the order of the file.
    pub rows: Vec<Row>,
}

/// Reads the table.
///
/// # Errors
/// The number of the first line that is neither a group's beginning nor a row.
pub fn parse(text: &str) -> Result<Vec<Group>, usize> {
    let mut groups: Vec<Group> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = number + 1;
        if let Some(head) = line.strip_prefix("= ") {
            groups.push(parse_head(head).ok_or(wrong)?);
        } else {
            let row = parse_row(line).ok_or(wrong)?;
            groups.last_mut().ok_or(wrong)?.rows.push(row);
        }
    }
    Ok(groups)
}

fn parse_head(head: &str) -> Option<Group> {
    let (kind, title) = head.split_once(' ')?;
    let kind = match kind {
        "functions" => Kind::Functions,
        "features" => Kind::Features,
        _ => return None,
    };
    Some(Group { kind, title: title.into(), rows: Vec::new() })
}

fn parse_row(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let (feature, words) = (fields.next()?.to_string(), fields.next()?);
    let proofs = fields.next()?.split_whitespace().map(Proof::parse).collect();
    let remark = fields.next().unwrap_or_default().to_string();
    if fields.next().is_some() {
        return None;
    }
    let mut states = [State::Absent; COLUMNS.len()];
    let mut words = words.split_whitespace();
    let mut state = None;
    for place in &mut states {
        state = match words.next() {
            Some("same") => Some(State::Same),
            Some("part") => Some(State::Part),
            Some("-") => Some(State::Absent),
            Some(_) => return None,
            None => state,
        };
        *place = state?;
    }
    words.next().is_none().then_some(Row { feature, states, proofs, remark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_rows_are_read() {
        let text = "# note\n= functions Basic\nassert\tsame\t5.1-base/assert-* errors:assert(\n\
                    load\tpart -\t\treads text only\n";
        let groups = parse(text).unwrap();
        assert_eq!((groups.len(), groups[0].kind, groups[0].rows.len()), (1, Kind::Functions, 2));
        let rows = &groups[0].rows;
        assert_eq!(rows[0].states, [State::Same; 5]);
        assert!(rows[0].proofs[0].is_case("5.1-base/assert-shapes") && !rows[0].proofs[0].is_case("x"));
        assert_eq!(rows[0].proofs[0].to_string(), "5.1-base/assert-*");
        assert_eq!(rows[1].states[..2], [State::Part, State::Absent]);
        assert_eq!(Proof::parse("debugger:trace").to_string(), "debugger:trace");
        assert!(matches!(Proof::parse("debugger:trace"), Proof::Files { place: "debugger", .. }));
        assert_eq!(rows[1].remark, "reads text only");
    }

    #[test]
    fn broken_lines_are_named() {
        assert_eq!(parse("assert\tsame\t"), Err(1));
        assert_eq!(parse("= functions A\nassert\tgood\t"), Err(2));
        assert_eq!(parse("= functions A\nassert\tsame same same same same same\t"), Err(2));
        assert_eq!(parse("= things A"), Err(1));
    }
}
