//! The functions of a Rust file: where each body stands and which type it belongs to.
//!
//! Not a parser: a walk over masked code that counts brackets. It knows `impl`, `trait`, `mod` and `fn`, which is all
//! that the search for recursion needs. Modules under `#[cfg(test)]` are left out.

use super::mask::{is_word, line_of};
use std::ops::Range;

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    /// The type or trait in whose `impl` or `trait` block it stands; empty for a free function.
    pub(crate) owner: String,
    pub(crate) name: String,
    /// It stands in `impl Trait for Type`, so a method of the type itself goes first where both have the name.
    pub(crate) of_trait: bool,
    /// Line of its `fn`.
    pub(crate) line: usize,
    /// Byte range of the body, braces included.
    pub(crate) body: Range<usize>,
}

/// Every function of the file, outer ones before the ones nested in them.
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    // Blocks that we are inside of: where each ends, the owner that holds in it, and whether it implements a trait.
    let mut blocks: Vec<(usize, String, bool)> = Vec::new();
    let mut at = 0;
    while let Some((start, word)) = next_word(code, at) {
        at = start + word.len();
        while blocks.last().is_some_and(|(end, ..)| start >= *end) {
            blocks.pop();
        }
        match word {
            "impl" | "trait" => {
                let Some(open) = block_start(code, at) else { continue };
                let head = &code[at..open];
                let of_trait = without_generics(head).contains(" for ");
                blocks.push((block_end(code, open), owner(word, head), of_trait));
                at = open + 1;
            }
            "mod" => {
                let Some(open) = block_start(code, at) else { continue };
                let end = block_end(code, open);
                at = if is_test_module(&code[..start]) { end } else { open + 1 };
            }
            "fn" => {
                let Some((name_at, name)) = next_word(code, at) else { break };
                // `fn(` is a type, not a function.
                if !code[at..name_at].trim().is_empty() {
                    continue;
                }
                at = name_at + name.len();
                let Some(open) = block_start(code, at) else { continue };
                let (owner, of_trait) =
                    blocks.last().map(|(_, owner, of_trait)| (owner.clone(), *of_trait)).unwrap_or_default();
                let body = open..block_end(code, open);
                // A function nested in a body belongs to no type.
                blocks.push((body.end, String::new(), false));
                found.push(Function { owner, name: name.into(), of_trait, line: line_of(code, start), body });
                at = open + 1;
            }
            _ => {}
        }
    }
    found
}

/// The next identifier or keyword at or after a position.
fn next_word(code: &str, from: usize) -> Option<(usize, &str)> {
    let bytes = code.as_bytes();
    let start = from + bytes.get(from..)?.iter().position(|&byte| is_word(byte))?;
    let length = bytes[start..].iter().take_while(|&&byte| is_word(byte)).count();
    Some((start, &code[start..start + length]))
}

/// The `{` that opens the item's block; none if a `;` ends the item first.
fn block_start(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The position after the brace that closes the one at `open`.
fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The type's or trait's own name in the head of its block: `Heap` in `<T> Trait for heap::Heap<T> where ...`.
fn owner(keyword: &str, head: &str) -> String {
    let plain = without_generics(head);
    let plain = plain.split(" where ").next().unwrap_or_default();
    let subject = if keyword == "trait" {
        plain.split(':').next().unwrap_or_default()
    } else {
        plain.rsplit_once(" for ").map_or(plain, |(_, subject)| subject)
    };
    let mut words = subject.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.rfind(|word| !word.is_empty()).unwrap_or_default().to_string()
}

/// The text with everything between angle brackets replaced by one space.
fn without_generics(text: &str) -> String {
    let mut depth = 0usize;
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '<' => depth += 1,
            '>' => {
                depth = depth.saturating_sub(1);
                plain.push(' ');
            }
            '\n' if depth == 0 => plain.push(' '),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    plain
}

/// Whether the code right before a `mod` is the attribute `#[cfg(test)]`.
fn is_test_module(before: &str) -> bool {
    let before = before.trim_end();
    let before = before.strip_suffix("pub").unwrap_or(before).trim_end();
    before.ends_with("#[cfg(test)]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &str) -> Vec<String> {
        functions(code).iter().map(|function| format!("{}::{}", function.owner, function.name)).collect()
    }

    #[test]
    fn functions_know_their_owner() {
        let code = "fn a() {}\nimpl<T: Into<u8>> Heap<T> { fn b(&self) { fn inner() {} } fn c() {} }\n\
                    impl<'a> fmt::Display for x::Table<'a> where Self: Sized { fn fmt(&self) {} }\n\
                    pub trait Host: Send { fn d(&self); fn e(&self) {} }\nfn f(g: fn(u8) -> [u8; 4]) -> impl Fn() {}";
        assert_eq!(names(code), ["::a", "Heap::b", "::inner", "Heap::c", "Table::fmt", "Host::e", "::f"]);
    }

    #[test]
    fn test_modules_are_left_out() {
        assert_eq!(
            names("#[cfg(test)]\nmod tests { fn a() {} }\nmod real { fn b() {} }\nmod c;\nfn d() {}"),
            ["::b", "::d"]
        );
    }

    #[test]
    fn bodies_and_lines_are_right() {
        let code = "\nfn a() { b({}) }";
        let found = functions(code);
        assert_eq!((found[0].line, &code[found[0].body.clone()]), (2, "{ b({}) }"));
    }
}
