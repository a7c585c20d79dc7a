//! Recursion in Rust, as far as the source shows it.
//!
//! A script controls how deep tables, calls and syntax nest, so a Rust function that calls itself lets it overflow the
//! native stack. This rule follows calls through all files of a crate:
//! - `self.name(` and `Self::name(` to a function of the same type, `Type::name(` to one of that type;
//! - `name(` to a free function of the same file, else to the crate's only free function of that name;
//! - `module::name(` to a free function of the file `module.rs`.
//!
//! A function from which a chain of such calls leads back to itself is a finding. It does not see recursion through
//! methods of other values, trait objects, closures or `Drop`; those are covered by the tests that run each feature
//! very deep on a small stack. Tests, benches and examples are not searched.

use super::functions::{Function, functions};
use super::mask::is_word;
use super::{Finding, Source};
use std::collections::HashMap;

/// Functions that may recurse, and why their depth does not depend on a script.
const ALLOWED: &[(&str, &str, &str)] = &[(
    "crates/ferrous-cli/src/server.rs",
    "set_protocol",
    "a trait's method that calls the method of the same name which a type of another crate has itself",
)];

/// A function and the file that it is in.
struct Node<'a> {
    source: &'a Source,
    function: Function,
}

/// Finds functions that can call themselves in the files of one crate.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let graph = Graph::new(sources);
    let calls: Vec<Vec<usize>> = (0..graph.nodes.len()).map(|caller| graph.called(caller)).collect();
    let recursive = (0..graph.nodes.len()).filter_map(|start| Some((start, cycle(&calls, start)?)));
    let mut findings = Vec::new();
    for (start, path) in recursive {
        let Node { source, function } = &graph.nodes[start];
        if ALLOWED.iter().any(|(path, name, _)| source.path == *path && function.name == *name) {
            continue;
        }
        let chain: Vec<&str> = path.iter().map(|&at| graph.nodes[at].function.name.as_str()).collect();
        let what = format!(
            "`{}` calls itself ({}), a script may decide how deep: use an explicit stack",
            function.name,
            chain.join(" -> ")
        );
        findings.push(Finding::new(&source.path, function.line, what));
    }
    findings
}

/// Whose function a call names.
enum Callee<'a> {
    /// A function of this type.
    OfType(&'a str),
    /// A free function of the caller's file or, failing that, of the crate.
    Free,
    /// A free function of this module.
    OfModule(&'a str),
}

/// The functions of a crate, findable by type and name, and by name alone where they are free.
struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    methods: HashMap<(String, String), usize>,
    free: HashMap<String, Vec<usize>>,
}

impl<'a> Graph<'a> {
    fn new(sources: &'a [Source]) -> Graph<'a> {
        let mut graph = Graph { nodes: Vec::new(), methods: HashMap::new(), free: HashMap::new() };
        for source in sources.iter().filter(|source| !source.is_test()) {
            for function in functions(&source.code) {
                let (at, name) = (graph.nodes.len(), function.name.clone());
                if function.owner.is_empty() {
                    graph.free.entry(name).or_default().push(at);
                } else if function.of_trait {
                    graph.methods.entry((function.owner.clone(), name)).or_insert(at);
                } else {
                    graph.methods.insert((function.owner.clone(), name), at);
                }
                graph.nodes.push(Node { source, function });
            }
        }
        graph
    }

    /// The functions that one of them calls.
    fn called(&self, caller: usize) -> Vec<usize> {
        let Node { source, function } = &self.nodes[caller];
        let nested: Vec<&Function> = self
            .nodes
            .iter()
            .filter(|other| std::ptr::eq(other.source, *source))
            .map(|other| &other.function)
            .filter(|other| other.body.start > function.body.start && other.body.end < function.body.end)
            .collect();
        let mut found = Vec::new();
        for (at, name) in calls_in(&source.code, function.body.start, function.body.end) {
            if nested.iter().any(|inner| inner.body.contains(&at)) {
                continue;
            }
            let Some(callee) = callee(&source.code[..at], &function.owner) else { continue };
            if let Some(target) = self.resolve(callee, name, source).filter(|target| !found.contains(target))
            {
                found.push(target);
            }
        }
        found
    }

    fn resolve(&self, callee: Callee<'_>, name: &str, source: &Source) -> Option<usize> {
        let free = self.free.get(name).map(Vec::as_slice).unwrap_or_default();
        match callee {
            Callee::OfType(owner) => self.methods.get(&(owner.to_string(), name.to_string())).copied(),
            Callee::Free => {
                let here = free.iter().find(|&&at| std::ptr::eq(self.nodes[at].source, source));
                here.or(if free.len() == 1 { free.first() } else { None }).copied()
            }
            Callee::OfModule(module) => {
                free.iter().find(|&&at| file_stem(&self.nodes[at].source.path) == module).copied()
            }
        }
    }
}

/// The module's name in `crates/x/src/module.rs`.
fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".rs").unwrap_or(name)
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

/// Whose function a call names, by the text before the name; none for a method of some other value and for a
/// definition.
fn callee<'a>(before: &'a str, own: &'a str) -> Option<Callee<'a>> {
    if let Some(receiver) = before.strip_suffix('.') {
        return ends_with_word(receiver, "self").then_some(Callee::OfType(own));
    }
    if let Some(path) = before.strip_suffix("::") {
        let start =
            path.rfind(|letter: char| !letter.is_alphanumeric() && letter != '_').map_or(0, |at| at + 1);
        let segment = &path[start..];
        return match segment {
            "" => None,
            "Self" => Some(Callee::OfType(own)),
            "self" => Some(Callee::Free),
            _ if path[..start].ends_with("std::") => None,
            _ if segment.starts_with(char::is_uppercase) => Some(Callee::OfType(segment)),
            _ => Some(Callee::OfModule(segment)),
        };
    }
    let defines = ends_with_word(before.trim_end(), "fn");
    (!defines).then_some(Callee::Free)
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
        found_in(&[("crates/a/src/b.rs", text)])
    }

    fn found_in(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files.iter().map(|(path, text)| Source::new(*path, *text)).collect();
        check(&sources)
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
            "impl A { fn set(&self) {} }\nimpl B for A { fn set(&self) { Self::set(self) } }",
            "impl B for A { fn set(&self) { self.set() } }\nimpl A { fn set(&self) {} }",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn recursion_through_files_is_found() {
        let files = [
            ("crates/a/src/run.rs", "impl Machine { fn run(&mut self) { self.call() } }"),
            ("crates/a/src/call.rs", "impl Machine { fn call(&mut self) { step::step(self) } }"),
            ("crates/a/src/step.rs", "pub fn step(m: &mut Machine) { resume(m) }"),
            ("crates/a/src/resume.rs", "pub fn resume(m: &mut Machine) { Machine::run(m) }"),
        ];
        assert_eq!(found_in(&files).len(), 4);
        assert_eq!(found_in(&files[..3]).len(), 0);
    }

    #[test]
    fn tests_may_recurse() {
        assert_eq!(found("#[cfg(test)]\nmod tests { fn a() { a() } }"), Vec::<String>::new());
    }
}
