//! The compatibility table of docs/compatibility.md: made from `conformance/compatibility.tsv`, the cases, the known gaps of the
//! probes, and what the globals of each profile and target hold.
//!
//! It fails when a row names a case or probe that does not exist or names none, when a function has no row, when a row denies what is there,
//! and when the document is not what this makes; `--write-docs` mends the last.

use super::Options;
use crate::{Error, document, workspace};
use ferrous_conformance::compatibility::{self, COLUMNS, Group, Kind, PLACES, Proof, Row, State};
use ferrous_conformance::gaps::Gaps;
use ferrous_conformance::lua_case;
use ferrous_conformance::probe::{self, Probe, Recorded};
use ferrous_conformance::tally::Tally;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Lists the globals and the members of their tables, one a line.
const LIST: &str = r#"
local names = {}
for name, value in pairs(_G) do
  if type(value) ~= "table" then
    names[#names + 1] = name
  elseif value ~= _G then
    for member in pairs(value) do
      if type(member) == "string" then names[#names + 1] = name .. "." .. member end
    end
  end
end
names = table.concat(names, "\n")
"#;

/// Checks the table, and writes it if asked to.
pub(super) fn run(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let source = ferrous_conformance::root().join("compatibility.tsv");
    let groups = compatibility::parse(&workspace::read(&source)?).map_err(|line| {
        Error::Usage(format!("{}:{line}: not a line of the table", workspace::relative(&source)))
    })?;
    let facts = Facts::gather(ferrous)?;
    let mut tally = Tally::default();
    for group in &groups {
        for row in &group.rows {
            match facts.objections(group, row).as_slice() {
                [] => tally.pass(),
                objections => tally.fail(&format!("{}: {}", row.feature, objections.join("; "))),
            }
        }
    }
    for (column, name) in
        COLUMNS.iter().zip(&facts.names).flat_map(|(c, names)| names.iter().map(move |n| (c, n)))
    {
        if !groups.iter().any(|group| {
            group.kind == Kind::Functions && group.rows.iter().any(|row| names(row).any(|n| n == name))
        }) {
            tally.fail(&format!("{name}: there in {column}, but not in {}", workspace::relative(&source)));
        }
    }
    let text: String = groups.iter().map(|group| facts.table(group)).collect();
    let document = workspace::root().join("docs/compatibility.md");
    if options.write_docs {
        document::write_part(&document, "table", &text)?;
    } else if !document::holds_part(&document, "table", &text)? {
        tally.fail(
            "docs/compatibility.md: its table is old: cargo xtask conformance --part table --write-docs",
        );
    } else {
        tally.pass();
    }
    Ok(tally)
}

/// The names that a row of functions is about.
fn names(row: &Row) -> impl Iterator<Item = &str> {
    row.feature.split_whitespace()
}

/// What rows are checked against.
struct Facts {
    /// By column: what the globals hold.
    names: Vec<BTreeSet<String>>,
    cases: Vec<String>,
    probes: Vec<Probe>,
    /// By place: all that its files hold.
    places: Vec<String>,
    gaps: Gaps,
}

impl Facts {
    fn gather(ferrous: &Path) -> Result<Facts, Error> {
        let directory = ferrous_conformance::root().join("cases");
        let cases = lua_case::find(&directory, "")
            .map_err(|source| Error::File { path: workspace::relative(&directory), source })?;
        let name = |path: &Path| {
            path.strip_prefix(&directory)
                .ok()
                .map(|path| path.with_extension("").to_string_lossy().into_owned())
        };
        let directory = ferrous_conformance::root().join("probes");
        Ok(Facts {
            names: COLUMNS.iter().map(|column| globals(ferrous, column)).collect::<Result<_, _>>()?,
            cases: cases.iter().filter_map(|path| name(path)).collect(),
            probes: probe::load(&directory).map_err(|error| Error::Usage(error.to_string()))?,
            places: PLACES.iter().map(|(_, directory)| texts_of(directory)).collect::<Result<_, _>>()?,
            gaps: super::probes::read_gaps(&directory.join("known-gaps.txt"))?,
        })
    }

    /// What is wrong with a row.
    fn objections(&self, group: &Group, row: &Row) -> Vec<String> {
        let mut wrong = Vec::new();
        for proof in &row.proofs {
            let there = match proof {
                Proof::Cases { .. } => self.cases.iter().any(|case| proof.is_case(case)),
                Proof::Probes { .. } => self.probes.iter().any(|probe| proof.is_probe(probe)),
                Proof::Files { place, text } => PLACES
                    .iter()
                    .zip(&self.places)
                    .any(|((name, _), texts)| name == place && texts.contains(text)),
            };
            if !there {
                wrong.push(format!("no such proof: {proof:?}"));
            }
        }
        let columns = 0..COLUMNS.len();
        let is_missing = group.kind == Kind::Functions
            && !names(row).any(|name| columns.clone().any(|column| self.is_there(column, name)));
        if row.proofs.is_empty() && !is_missing {
            wrong.push("nothing proves it".into());
        }
        if group.kind == Kind::Functions {
            for (column, state) in row.states.iter().enumerate() {
                for name in names(row).filter(|name| *state == State::Absent && self.is_there(column, name)) {
                    wrong.push(format!("{name} is there in {}", COLUMNS.get(column).unwrap_or(&"")));
                }
            }
        }
        if row.states.contains(&State::Part) && row.remark.is_empty() {
            wrong.push("a difference without a remark".into());
        }
        wrong
    }

    fn is_there(&self, column: usize, name: &str) -> bool {
        self.names.get(column).is_some_and(|names| names.contains(name))
    }

    /// A group as Markdown.
    fn table(&self, group: &Group) -> String {
        let mut text = format!("### {}\n\n| |", group.title);
        let shown: Vec<usize> = (0..COLUMNS.len())
            .filter(|&column| {
                group
                    .rows
                    .iter()
                    .any(|row| row.states.get(column).is_some_and(|state| *state != State::Absent))
            })
            .collect();
        for column in &shown {
            text.push_str(&format!(" {} |", COLUMNS.get(*column).unwrap_or(&"")));
        }
        text.push_str(" proved by | remark |\n|---|");
        text.push_str(&"---|".repeat(shown.len() + 2));
        for row in &group.rows {
            text.push_str(&format!("\n| {} |", feature(group, row)));
            for &column in &shown {
                text.push_str(&format!(" {} |", self.cell(group, row, column)));
            }
            text.push_str(&format!(" {} | {} |", proofs(row), row.remark));
        }
        text.push_str("\n\n");
        text
    }

    /// What a row says of a column, corrected by what was found: names that are not there, probes that differ.
    fn cell(&self, group: &Group, row: &Row, column: usize) -> String {
        let state = row.states.get(column).copied().unwrap_or(State::Absent);
        if state == State::Absent {
            return "–".into();
        }
        let word = if state == State::Same { "same" } else { "differs" };
        if group.kind == Kind::Functions && !names(row).all(|name| self.is_there(column, name)) {
            return "missing".into();
        }
        let target = COLUMNS.get(column).copied().unwrap_or_default();
        match Recorded::by_name(target).map(|recorded| self.share(row, recorded)) {
            Some((_, 0)) => word.into(),
            Some((0, compared)) => format!("missing, 0 of {compared}"),
            Some((identical, compared)) if identical < compared => {
                format!("differs, {identical} of {compared}")
            }
            Some((identical, _)) => format!("{word}, {identical}"),
            None if column == 0 => word.into(),
            // Nothing was recorded from these targets: they share what differs for Redis 7.0.
            None => match self.share(row, Recorded::Redis70) {
                (0, 1..) => "missing".into(),
                (identical, compared) if identical < compared => "differs".into(),
                _ => word.into(),
            },
        }
    }

    /// How many of the row's probes are identical for a server, and how many are compared.
    fn share(&self, row: &Row, recorded: Recorded) -> (usize, usize) {
        let is_meant = |probe: &&Probe| {
            probe.excluded(recorded).is_none() && row.proofs.iter().any(|proof| proof.is_probe(probe))
        };
        let compared = self.probes.iter().filter(is_meant).count();
        let known = |probe: &&Probe| is_meant(probe) && self.gaps.contains(recorded, probe.id);
        (compared - self.probes.iter().filter(known).count(), compared)
    }
}

/// What the files of a directory hold, one after the other.
fn texts_of(directory: &str) -> Result<String, Error> {
    let directory = ferrous_conformance::root().join(directory);
    let files = ferrous_conformance::files(&directory)
        .map_err(|source| Error::File { path: workspace::relative(&directory), source })?;
    files.iter().map(|path| workspace::read(path)).collect()
}

/// Where the row is proved, as Markdown.
fn proofs(row: &Row) -> String {
    row.proofs.iter().map(|proof| format!("`{proof}`")).collect::<Vec<_>>().join(" ")
}

fn feature(group: &Group, row: &Row) -> String {
    match group.kind {
        Kind::Features => row.feature.clone(),
        Kind::Functions => names(row).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" "),
    }
}

/// What the globals of a profile or target hold.
fn globals(ferrous: &Path, column: &str) -> Result<BTreeSet<String>, Error> {
    let mut command = Command::new(ferrous);
    let script = if column == "plain" {
        command.args(["run", "-"]);
        format!("{LIST} print(names)")
    } else {
        command.args(["eval", "--raw", "--compat", column, "-"]);
        format!("{LIST} return names")
    };
    let program = || ferrous.display().to_string();
    let failed = |source| Error::Start { program: program(), source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(script.as_bytes()).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::Failed { program: program(), reason });
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect())
}
