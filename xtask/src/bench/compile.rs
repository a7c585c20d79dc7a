//! `cargo xtask bench --compile`: how long the compiler takes, against `luac5.1 -p` and against itself.
//!
//! The realistic source is made of the repository's own Lua programs, each in a function, repeated up to the size. The
//! extreme sources are one line each, long or deep without end; for them the times of one size and of twice that size
//! are compared, which shows anything quadratic, and refusing the source is as good as taking it.
//!
//! Figures are no tests: this fails only if a source crashes the compiler or its growth is beyond [`STEEPEST`].

use super::measure::{self, Engine, Measured};
use crate::workspace::{self, relative};
use crate::{Error, document};
use ferrous_conformance::{lua_case, peer};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Size of the realistic source, and of the larger of two extreme ones, in bytes.
const SIZE: usize = 10_000_000;

/// Time for twice the source, at most; linear is 2.
const STEEPEST: f64 = 2.6;

/// Below this many seconds a ratio says nothing.
const MEASURABLE: f64 = 0.02;

/// Extreme sources: name, beginning, what is repeated (`#` is the count), end.
const EXTREMES: &[(&str, &str, &str, &str)] = &[
    ("statements on one line", "", "x = x + 1 ", ""),
    ("distinct names and numbers", "", "x# = # ", ""),
    ("functions on one line", "", "f = function(a) return a end ", ""),
    ("a sum", "return 1", " + x", ""),
    ("a concatenation", "return 1", " .. x", ""),
    ("and, or", "return x", " and x or y", ""),
    ("comparisons", "return x", " == x", ""),
    ("a list", "return {", "1,", "}"),
    ("a record", "return {", "x = y,", "}"),
    ("calls of calls", "f", "()", ""),
    ("fields of fields", "x = a", ".b", ""),
    ("elseif", "if x then ", "elseif x then y = 1 ", "end"),
    ("a string", "return '", "abcdefgh", "'"),
    ("a string of escapes", "return '", "\\065\\n", "'"),
    ("a comment", "--[[", "abcdefgh", "]]"),
    (
        "blocks at 100 levels",
        "",
        "do do do do do do do do do do x = 1 end end end end end end end end end end ",
        "",
    ),
    ("loops that end in a break", "", "repeat\nbreak\nuntil false\n", ""),
    ("operators on lines of their own", "return 1", "\n+\nx", ""),
    ("parentheses without end", "return ", "(", ""),
    ("braces without end", "return ", "{", ""),
    ("blocks without end", "", "do ", ""),
    ("functions without end", "return ", "function() return ", ""),
    ("minus without end", "return ", "- ", "x"),
    ("powers without end", "return x", "^x", ""),
];

/// Measures and prints. False if a source crashed the compiler or took too long for its size.
pub(super) fn run(rounds: usize, write_docs: bool) -> Result<bool, Error> {
    let directory = workspace::root().join("target/compile");
    std::fs::create_dir_all(&directory)
        .map_err(|source| Error::File { path: relative(&directory), source })?;
    let program = workspace::release_program("ferrous-benches", "compile_source")?;
    let mut failures = Vec::new();

    let file = directory.join("realistic.lua");
    write(&file, &realistic()?)?;
    let engines = [
        Engine { name: "ferrous", program: program.clone(), arguments: &[] },
        Engine { name: "luac5.1 -p", program: luac()?, arguments: &["-p"] },
    ];
    let mut figure = String::new();
    match measure::medians(&engines, &file, rounds)? {
        Ok(measured) => figure = compared(&measured),
        Err(reason) => failures.push(format!("the realistic source: {reason}")),
    }
    println!("{figure}");

    let mut steepest: Option<(f64, &str)> = None;
    for (name, start, unit, end) in EXTREMES {
        let mut times = Vec::new();
        for size in [SIZE / 2, SIZE] {
            let file = directory.join("extreme.lua");
            write(&file, extreme(start, unit, end, size).as_bytes())?;
            let engine = [Engine { name: "ferrous", program: program.clone(), arguments: &["--any"] }];
            match measure::medians(&engine, &file, rounds)? {
                Ok(measured) => times.extend(measured.first().map(|found| found.time.as_secs_f64())),
                Err(reason) => failures.push(format!("{name}, {size} bytes: {reason}")),
            }
        }
        if let [half, whole] = times[..] {
            let growth = whole / half.max(0.001);
            println!("{name:<28} {:>7.0} ms {:>7.0} ms  growth {growth:.2}", half * 1e3, whole * 1e3);
            if whole >= MEASURABLE && half >= MEASURABLE {
                if growth > STEEPEST {
                    failures.push(format!("{name}: {growth:.2} times the time for twice the source"));
                }
                if steepest.is_none_or(|(most, _)| growth > most) {
                    steepest = Some((growth, name));
                }
            }
        }
    }
    for failure in &failures {
        println!("failed: {failure}");
    }
    if let Some((growth, name)) = steepest {
        let _ = writeln!(
            figure,
            "\nOf {} one-line and endlessly nested sources of {} MB none crashes the compiler; twice the source takes at \
             most {growth:.1} times the time ({name}).",
            EXTREMES.len(),
            SIZE / 1_000_000
        );
    }
    if write_docs && failures.is_empty() {
        let text =
            format!("Made by `cargo xtask bench --compile --rounds {rounds} --write-docs`.\n\n{figure}");
        document::write_part(&workspace::root().join("docs/performance.md"), "compile", &text)?;
    }
    println!("{} passed, {} failed", EXTREMES.len() + 1 - failures.len().min(EXTREMES.len()), failures.len());
    Ok(failures.is_empty())
}

/// The sentence about the two programs' times.
fn compared(measured: &[Measured]) -> String {
    let [ours, theirs] = measured else { return String::new() };
    let (time, reference) = (ours.time.as_secs_f64(), theirs.time.as_secs_f64());
    format!(
        "{} MB of Lua: ferrous {:.0} ms, luac5.1 -p {:.0} ms, ratio {:.2} (user + system time, medians).\n",
        SIZE / 1_000_000,
        time * 1e3,
        reference * 1e3,
        time / reference.max(f64::MIN_POSITIVE)
    )
}

/// The benchmark programs, each in a function of its own, over and over.
fn realistic() -> Result<Vec<u8>, Error> {
    let directory = workspace::root().join("benches/programs");
    let failed = |source| Error::File { path: relative(&directory), source };
    let mut parts = Vec::new();
    for path in lua_case::find(&directory, "").map_err(failed)? {
        parts.push(std::fs::read(&path).map_err(failed)?);
    }
    let mut text = Vec::with_capacity(SIZE + SIZE / 100);
    for (count, part) in parts.iter().cycle().enumerate() {
        if text.len() >= SIZE || parts.is_empty() {
            break;
        }
        text.extend_from_slice(format!("function part_{}(...)\n", count % 1000).as_bytes());
        text.extend_from_slice(part);
        text.extend_from_slice(b"\nend\n");
    }
    Ok(text)
}

fn extreme(start: &str, unit: &str, end: &str, size: usize) -> String {
    let mut text = start.to_owned();
    let mut count = 0;
    while text.len() < size {
        if unit.contains('#') {
            text.push_str(&unit.replace('#', &count.to_string()));
            count += 1;
        } else {
            text.push_str(unit);
        }
    }
    text + end
}

fn write(path: &Path, text: &[u8]) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::File { path: relative(path), source })
}

fn luac() -> Result<PathBuf, Error> {
    let peers = peer::directory(workspace::root());
    let found = peer::by_name("luac5.1").and_then(|peer| peer.find(&peers)).map(|found| found.path);
    found.ok_or_else(|| Error::Usage("luac5.1 is missing: cargo xtask peers --install".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extreme_source_is_as_long_as_asked_for() {
        assert_eq!(extreme("a", "#,", "}", 8), "a0,1,2,3,}");
        assert_eq!(extreme("f", "()", "", 4), "f()()");
    }
}
