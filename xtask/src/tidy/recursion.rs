//! Recursion in Rust, as far as the source shows it.
//!
//! A script controls how deep tables, calls and syntax nest, so a Rust function that calls itself lets it overflow the
//! native stack. This rule follows calls within one file:
//! - `name(` to a free function of the file, unless a method call or a path that is not `self::` stands before it;
//! - `self.name(` and `Self::name(` to a function of the same type, `Type::name(` to one of a type in the file.
//!
//! A function from which a chain of such calls leads back to itself is a finding. It does not see recursion through
//! several files, trait objects, closures or `Drop`; those are covered by the tests that run each feature very deep on
//! a small stack. Tests, benches and examples are not searched.

use super::functions::{Function, functions};
use super::mask::is_word;
use super::{Finding, Source};

/// Functions that may recurse, and why their depth does not depend on a script.
const ALLOWED: &[(&str, &str, &str)] = &[];

/// Finds functions that can call themselves.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if source.is_test() {
        return Vec::new();
    }
    let functions = functions(&source.code);
    let calls: Vec<Vec<usize>> =
        (0..functions.len()).map(|caller| called(&source.code, &functions, caller)).collect();
    let recursive = (0..functions.len()).filter_map(|start| Some((start, cycle(&calls, start)?)));
    let mut findings = Vec::new();
    for (start, path) in recursive {
        let function = &functions[start];
        if ALLOWED.iter().any(|(path, name, _)| source.path == *path && function.name == *name) {
            continue;
        }
        let chain: Vec<&str> = path.iter().map(|&at| functions[at].name.as_str()).collect();
        let what = format!(
            "`{}` calls itself ({}), a script may decide how deep: use an explicit stack",
            function.name,
            chain.join(" -> ")
        );
        findings.push(Finding::new(&source.path, function.line, what));
    }
    findings
}

/// The functions of the file that one of them calls.
fn called(code: &str, functions: &[Function], caller: usize) -> Vec<usize> {
    let function = &functions[caller];
    let nested: Vec<&Function> = functions
        .iter()
        .filter(|other| other.body.start > function.body.start && other.body.end < function.body.end)
        .collect();
    let mut found = Vec::new();
    for (at, name) in calls_in(code, function.body.start, function.body.end) {
        if nested.iter().any(|inner| inner.body.contains(&at)) {
            continue;
        }
        let Some(owner) = owner_of_call(&code[..at], &function.owner) else { continue };
        let target = functions.iter().position(|other| other.name == name && other.owner == owner);
        if let Some(target) = target.filter(|target| !found.contains(target)) {
            found.push(target);
        }
    }
    found
}

/// Every `name(` and `name::<...>(` in a range, with the position of the name.
fn calls_in(code: &str, from: usize, to: usize) -> Vec<(usize, &str)> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let length = bytes[at..to].iter().take_while(|&&byte| is_word(byte)).count();
        let name = &code[at..at + length];
        let after = &code[at + length..to];
        if after.starts_with('(') || after.strip_prefix("::<").is_some_and(generic_call) {
            found.push((at, name));
        }
        at += length;
    }
    found
}

/// Whether `...>(` follows: the end of a turbofish that is called.
fn generic_call(rest: &str) -> bool {
    let mut depth = 1usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' if depth == 1 => return rest[at + 1..].starts_with('('),
            b'>' => depth -= 1,
            b';' | b'{' => return false,
            _ => {}
        }
    }
    false
}

/// Whose function a call names, by the text before the name: the type for a method or path, empty for a free
/// function; none for a method of some other value, a definition or a foreign path.
fn owner_of_call(before: &str, own: &str) -> Option<String> {
    if let Some(receiver) = before.strip_suffix('.') {
        return ends_with_word(receiver, "self").then(|| own.to_string());
    }
    if let Some(path) = before.strip_suffix("::") {
        let start =
            path.rfind(|letter: char| !letter.is_alphanumeric() && letter != '_').map_or(0, |at| at + 1);
        let segment = &path[start..];
        return match segment {
            "Self" => Some(own.to_string()),
            "self" => Some(String::new()),
            _ if segment.starts_with(char::is_uppercase) => Some(segment.to_string()),
            _ => None,
        };
    }
    let defines = ends_with_word(before.trim_end(), "fn");
    (!defines).then(String::new)
}

/// Whether the text ends with that word, standing alone: `self` but not `myself` or `a.self`.
fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| rest.bytes().next_back().is_none_or(|byte| !is_word(byte) && byte != b'.'))
}

/// The shortest chain of calls from a function back to itself.
fn cycle(calls: &[Vec<usize>], start: usize) -> Option<Vec<usize>> {
    let mut came_from = vec![None; calls.len()];
    let mut pending = std::collections::VecDeque::from([start]);
    while let Some(at) = pending.pop_front() {
        for &next in &calls[at] {
            if next == start {
                let mut path = vec![start, at];
                while let Some(before) = path.last().and_then(|&last| came_from[last]) {
                    path.push(before);
                }
                if at == start {
                    path.pop();
                    path.push(start);
                }
                path.reverse();
                return Some(path);
            }
            if came_from[next].is_none() {
                came_from[next] = Some(at);
                pending.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let source = Source::new("crates/a/src/b.rs", text);
        check(&source)
            .iter()
            .map(|finding| finding.what.split(", a script").next().unwrap().to_string())
            .collect()
    }

    #[test]
    fn direct_recursion_is_found() {
        assert_eq!(
            found("fn walk(n: u8) { if n > 0 { walk(n - 1) } }"),
            ["`walk` calls itself (walk -> walk)"]
        );
        for call in ["self.walk()", "Self::walk(self)", "Tree::walk(self)", "self.walk::<u8>()"] {
            let text = format!("impl Tree {{ fn walk(&self) {{ {call}; }} }}");
            assert_eq!(found(&text).len(), 1, "{call}");
        }
    }

    #[test]
    fn mutual_recursion_is_found() {
        let text = "fn a() { b() }\nfn b() { c() }\nfn c() { a() }\nfn d() { a() }";
        assert_eq!(
            found(text),
            [
                "`a` calls itself (a -> b -> c -> a)",
                "`b` calls itself (b -> c -> a -> b)",
                "`c` calls itself (c -> a -> b -> c)"
            ]
        );
    }

    #[test]
    fn a_call_of_the_same_name_elsewhere_is_none() {
        for text in [
            "impl A { fn len(&self) -> usize { self.items.len() } }",
            "impl A { fn read(&self) { read(self) } }\nfn read(a: &A) {}",
            "fn open() { std::fs::open() }",
            "impl A { fn new() -> A { B::new() } }\nimpl B { fn new() {} }",
            "fn a() { fn b() {} }\nfn c() { a() }",
            "fn walk() { /* walk() */ }",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn tests_may_recurse() {
        assert_eq!(found("#[cfg(test)]\nmod tests { fn a() { a() } }"), Vec::<String>::new());
    }
}
