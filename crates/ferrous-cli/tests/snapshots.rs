//! Command lines and what they print: every file in `tests/snapshots` is a list of cases.
//!
//! ```text
//! # What is shown.
//! $ eval --no-raw -e 'return {1, "a"}'
//! < a line of standard input
//! > 1) (integer) 1
//! > 2) "a"
//! ! a line of standard error; [..] stands for any text
//! ? 1
//! ```
//! The exit code is 0 if `?` is absent. Commands run in `tests/data`. Carriage returns are written `\r`. With
//! `FERROUS_BLESS=1` the files are rewritten to what the program printed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Printed {
    stdout: Vec<String>,
    stderr: Vec<String>,
    code: i32,
}

#[derive(Debug, Default)]
struct Case {
    /// Comments and blank lines before the command.
    before: Vec<String>,
    line: String,
    stdin: Vec<String>,
    wanted: Printed,
}

fn parse(text: &str) -> (Vec<Case>, Vec<String>) {
    let mut cases: Vec<Case> = Vec::new();
    let mut before = Vec::new();
    for line in text.lines() {
        let (mark, rest) = line.split_at(line.len().min(1));
        let rest = rest.strip_prefix(' ').unwrap_or(rest).to_owned();
        if mark == "$" {
            cases.push(Case { before: std::mem::take(&mut before), line: rest, ..Case::default() });
            continue;
        }
        match (mark, cases.last_mut()) {
            ("<", Some(case)) => case.stdin.push(rest),
            (">", Some(case)) => case.wanted.stdout.push(rest),
            ("!", Some(case)) => case.wanted.stderr.push(rest),
            ("?", Some(case)) => case.wanted.code = rest.parse().unwrap(),
            _ => before.push(line.to_owned()),
        }
    }
    (cases, before)
}

fn render(cases: &[Case], after: &[String]) -> String {
    let mut text = String::new();
    let mut line = |mark: &str, rest: &str| {
        text.push_str(format!("{mark}{rest}").trim_end_matches(' ').to_owned().as_str())
    };
    for case in cases {
        for before in &case.before {
            line(before, "\n");
        }
        line("$ ", &format!("{}\n", case.line));
        for (mark, lines) in [("< ", &case.stdin), ("> ", &case.wanted.stdout), ("! ", &case.wanted.stderr)] {
            for rest in lines {
                line(format!("{mark}{rest}").trim_end(), "\n");
            }
        }
        if case.wanted.code != 0 {
            line("? ", &format!("{}\n", case.wanted.code));
        }
    }
    for after in after {
        line(after, "\n");
    }
    text
}

/// Words parted by blanks; single and double quotes group, without escapes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for char in line.chars() {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    words
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace('\r', "\\r");
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn execute(case: &Case) -> Printed {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ferrous"))
        .args(words(&case.line))
        .current_dir(root().join("data"))
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let text: String = case.stdin.iter().map(|line| format!("{}\n", line.replace("\\r", "\r"))).collect();
    // A program that does not read its input closes the pipe, which is none of our business.
    let writer = thread::spawn(move || drop(input.write_all(text.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Printed {
        stdout: lines(&output.stdout),
        stderr: lines(&output.stderr),
        code: output.status.code().unwrap_or(-1),
    }
}

/// Whether `line` is `pattern`, in which `[..]` stands for any text.
fn matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else { return false };
    for part in parts {
        if part.is_empty() {
            rest = "";
        } else {
            let Some(at) = rest.find(part) else { return false };
            rest = &rest[at + part.len()..];
        }
    }
    rest.is_empty()
}

fn agree(wanted: &[String], got: &[String]) -> bool {
    wanted.len() == got.len() && wanted.iter().zip(got).all(|(wanted, got)| matches(wanted.trim_end(), got))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn check(name: &str) {
    let path = root().join("snapshots").join(format!("{name}.txt"));
    let (mut cases, after) = parse(&fs::read_to_string(&path).unwrap());
    let bless = env::var_os("FERROUS_BLESS").is_some();
    let mut failures = String::new();
    for case in &mut cases {
        let got = execute(case);
        let same = agree(&case.wanted.stdout, &got.stdout)
            && agree(&case.wanted.stderr, &got.stderr)
            && case.wanted.code == got.code;
        if !same && bless {
            case.wanted = got;
        } else if !same {
            failures.push_str(&format!("\n$ {}\nwanted {:#?}\ngot {got:#?}\n", case.line, case.wanted));
        }
    }
    if bless {
        fs::write(path, render(&cases, &after)).unwrap();
    }
    assert!(failures.is_empty(), "{name}: {failures}");
}

macro_rules! snapshots {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn every_file_is_checked() {
            let names = [$(stringify!($name)),*];
            for entry in fs::read_dir(root().join("snapshots")).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                assert!(names.contains(&name.as_str()), "{name} is in no test");
            }
        }
    };
}

snapshots! { usage eval debug fcall replies errors limits run repl inspect pipe }
