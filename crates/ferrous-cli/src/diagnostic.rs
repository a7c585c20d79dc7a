//! Errors shown with the source line they come from, on standard error.
//!
//! ```text
//! error: user_script:2: attempt to index local 'limit' (a nil value)
//!  --> limiter.lua:2
//!   |
//! 2 | return limit.max
//!   |        ^^^^^
//! ```
//! Bytecode knows lines, not columns; the caret stands under the variable or token that the message names, and otherwise
//! under the whole statement on that line.
//!
//! **Invariant:** colour is written only to a terminal, and not if `NO_COLOR` is set (no-color.org).

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
};

use crate::source::Source;

/// Prints `message` with the line of `source` that it speaks of, if it speaks of one.
pub(crate) fn report(message: &[u8], source: Option<(&Source, u32)>) {
    let colour = io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // There is nowhere left to complain.
    let _ = io::stderr().lock().write_all(&render(message, source, colour));
}

fn render(message: &[u8], source: Option<(&Source, u32)>, colour: bool) -> Vec<u8> {
    let paint = |code: &'static str| if colour { code } else { "" };
    let (red, bold, blue, reset) =
        (paint("\x1b[1;31m"), paint("\x1b[1m"), paint("\x1b[1;34m"), paint("\x1b[0m"));
    let mut out = format!("{red}error{reset}: {bold}").into_bytes();
    out.extend_from_slice(message);
    out.extend_from_slice(format!("{reset}\n").as_bytes());
    let Some((source, number)) = source else { return out };
    let Some(line) = source.line(number) else { return out };
    // A tab would move the caret by an unknown width, and other control characters could do anything to a terminal; one
    // character for each keeps the two lines aligned.
    let line =
        String::from_utf8_lossy(line).replace('\t', " ").replace(|char: char| char.is_control(), "\u{FFFD}");
    let (start, length) = mark(&line, &String::from_utf8_lossy(message));
    let (shown, start) = window(&line, start);
    let gutter = number.to_string().len();
    let text = format!(
        "{blue}{:gutter$}-->{reset} {}:{number}\n{blue}{:gutter$} |{reset}\n{blue}{number} |{reset} {shown}\n\
         {blue}{:gutter$} |{reset} {red}{:start$}{}{reset}\n",
        "",
        source.shown,
        "",
        "",
        "",
        "^".repeat(length.max(1).min(WIDTH.saturating_sub(start).max(1))),
    );
    out.extend_from_slice(text.as_bytes());
    out
}

/// How many characters of a line are shown.
const WIDTH: usize = 100;

/// The part of a long line around column `start`, and the column within it.
fn window(line: &str, start: usize) -> (String, usize) {
    let line = line.trim_end();
    let first = if line.chars().count() <= WIDTH { 0 } else { start.saturating_sub(WIDTH / 2) };
    (line.chars().skip(first).take(WIDTH).collect(), start - first)
}

/// Column and length, in characters, of what `message` names on `line`.
fn mark(line: &str, message: &str) -> (usize, usize) {
    let column = |byte: usize| line.get(..byte).map_or(0, |before| before.chars().count());
    // Variables stand in quotes at the end of messages; file names stand in front.
    for name in message.rsplit('\'').skip(1).step_by(2).filter(|name| !name.is_empty()) {
        if let Some(at) = find_word(line, name) {
            return (column(at), name.chars().count());
        }
    }
    let trimmed = line.trim();
    (column(line.len() - line.trim_start().len()), trimmed.chars().count())
}

fn find_word(line: &str, word: &str) -> Option<usize> {
    let is_name = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric() || char == '_');
    line.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !(is_name(before) && is_name(word.chars().next())
            || is_name(after) && is_name(word.chars().next_back()))
    })
}

/// The number in the first `name:NUMBER:` of `message`.
pub(crate) fn line_of(message: &[u8], name: &[u8]) -> Option<u32> {
    let start = message
        .windows(name.len() + 1)
        .position(|window| window.strip_prefix(name).is_some_and(|rest| rest == b":"))?
        + name.len()
        + 1;
    let rest = message.get(start..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str, message: &str) -> String {
        let source = Source::from_text(text);
        let line = line_of(message.as_bytes(), b"user_script").unwrap();
        String::from_utf8(render(message.as_bytes(), Some((&source, line)), false)).unwrap()
    }

    #[test]
    fn the_caret_is_under_the_variable() {
        let text = "local limits = 1\n\treturn limits + limit.max\n";
        let message = "user_script:2: attempt to index global 'limit' (a nil value)";
        let wanted = "\
error: user_script:2: attempt to index global 'limit' (a nil value)
 --> command line:2
  |
2 |  return limits + limit.max
  |                  ^^^^^
";
        assert_eq!(rendered(text, message), wanted);
    }

    #[test]
    fn otherwise_under_the_statement() {
        let text = rendered("  error('\x1b[2J')", "user_script:1: x");
        assert!(text.contains("1 |   error('\u{FFFD}[2J')\n"), "{text}");
        let text = rendered("  error('x')", "ERR user_script:1: x script: abc, on @user_script:1.");
        assert!(text.ends_with("1 |   error('x')\n  |   ^^^^^^^^^^\n"), "{text}");
    }

    #[test]
    fn long_lines_and_bad_numbers() {
        let long = format!("{}limit.x", "local a = 1; ".repeat(50));
        let text = rendered(&long, "user_script:1: attempt to index global 'limit' (a nil value)");
        assert!(text.lines().all(|line| line.chars().count() < 110), "{text}");
        assert!(text.contains("limit.x"));
        assert_eq!(line_of(b"user_script:99999999999: x", b"user_script"), None);
        assert!(rendered("x", "user_script:7: y").ends_with("user_script:7: y\n"));
    }
}
