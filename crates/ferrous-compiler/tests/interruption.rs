//! The compiler gives up when nobody wants its chunk any more, wherever it is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;

use ferrous_compiler::{Options, Remains, compile, compile_unless, is_hopeless, listing};

/// Statements that keep all passes busy.
fn source() -> Vec<u8> {
    "local function f(a) return a + 1, {a, x = 'y'} end ".repeat(190).into_bytes()
}

#[test]
fn it_looks_often_and_gives_up_at_once() {
    let (source, options) = (source(), Options::default());
    let looks = Cell::new(0);
    let count = |limit: usize| {
        looks.set(0);
        compile_unless(&source, b"=x", &options, &|_| {
            looks.set(looks.get() + 1);
            looks.get() > limit
        })
    };
    assert!(count(usize::MAX).is_ok());
    let all = looks.get();
    // 190 lines of 20 tokens, of 12 nodes, of as many tasks.
    assert!(all >= 5, "{all}");
    for limit in 0..all {
        assert!(count(limit).is_err());
        assert_eq!(looks.get(), limit + 1);
    }
    let stopped = |_| true;
    assert!(is_hopeless(&source, &options, &stopped, &mut Remains::default()));
    assert!(!is_hopeless(&source, &options, &|_| false, &mut Remains::default()));
}

#[test]
fn what_is_nested_too_deep_is_not_read_to_its_end() {
    for unit in [
        "(",
        "{",
        "f(",
        "a[",
        "do ",
        "function f() ",
        "if x then ",
        "while x do ",
        "repeat ",
        "return function() ",
    ] {
        let most = Cell::new(0);
        let start = if unit.ends_with(' ') { "" } else { "x = " };
        let source = format!("{start}{}", unit.repeat(1_000_000));
        let refused = compile_unless(source.as_bytes(), b"=x", &Options::default(), &|bytes| {
            most.set(bytes.max(most.get()));
            false
        });
        assert_eq!(refused.unwrap_err().to_string(), "x:1: chunk has too many syntax levels", "{unit}");
        // A window's worth of tokens.
        assert!(most.get() < 1_000_000, "{unit}: {} bytes", most.get());
    }
}

/// Sources of one token, `length` bytes long.
fn one_token(length: usize) -> Vec<(&'static str, Vec<u8>)> {
    let around = |before: &str, inside: &str, after: &str| {
        let inside = inside.repeat(length / inside.len());
        [before, &inside, after].concat().into_bytes()
    };
    vec![
        ("a quoted string", around("return \"", "x", "\"")),
        ("escapes", around("return '", "\\065", "'")),
        ("escaped lines", around("return '", "\\\r\n", "'")),
        ("a long string", around("return [[", "x", "]]")),
        ("lines in a long string", around("return [==[", "\r\n", "]==]")),
        ("brackets", around("return [==[", "]=]", "]==]")),
        ("a comment", around("--", "x", "\nreturn 1")),
        ("a long comment", around("--[[", "x\n", "]] return 1")),
        ("spaces", around("return", " \t", "1")),
        ("a name", around("", "x", " = 1")),
        ("a number", around("return ", "1", "")),
        ("an exponent", around("return 1e", "0", "1")),
        ("equals signs", [b"return [".as_slice(), &vec![b'='; length]].concat()),
    ]
}

#[test]
fn it_looks_inside_of_tokens() {
    let options = Options::default();
    let length = 50 << 20;
    for (what, source) in one_token(length) {
        let looks = Cell::new(0);
        let stops_at = |limit: usize| {
            looks.set(0);
            let result = compile_unless(&source, b"=x", &options, &|_| {
                looks.set(looks.get() + 1);
                looks.get() > limit
            });
            assert!(result.is_err(), "{what}");
            looks.get()
        };
        // 64 KB lie between two looks.
        for limit in [0, 1, 100] {
            assert_eq!(stops_at(limit), limit + 1, "{what}");
        }
    }
}

#[test]
fn tokens_of_any_length_mean_the_same() {
    let chunk = |source: &[u8]| compile(source, b"=x", &Options::default());
    for length in [(1 << 16) - 12, (1 << 16) - 2, 1 << 16, (1 << 16) + 6, 5 << 16] {
        let text = "x".repeat(length);
        let lines = "x\n".repeat(length / 2);
        let constants = [
            (format!("return \"{text}\""), text.clone()),
            (format!("return '{text}\\n'"), format!("{text}\n")),
            (format!("return '{}'", "\\x".repeat(length)), text.clone()),
            (format!("return [[{text}]]"), text.clone()),
            (format!("return [=[\n{text}]]]=]"), format!("{text}]]")),
            (format!("return [[{}]]", lines.replace('\n', "\r\n")), lines.clone()),
            (format!("--{text}\nreturn 'a'"), "a".to_owned()),
            (format!("--[[{text}]] return 'a'"), "a".to_owned()),
            (format!("return{}'a'", " ".repeat(length)), "a".to_owned()),
            (format!("return '{text}', '{text}'"), text.clone()),
        ];
        for (source, wanted) in constants {
            let prefix = source.get(..20).unwrap();
            let loaded = chunk(source.as_bytes()).unwrap();
            assert!(loaded.strings.iter().map(AsRef::as_ref).eq([wanted.as_bytes()]), "{prefix} {length}");
        }
        let line = |source: String| chunk(source.as_bytes()).unwrap_err().to_string();
        let count = length / 2 + 1;
        assert_eq!(line(format!("--[[{lines}")), format!("x:{count}: unfinished long comment near '<eof>'"));
        assert_eq!(line(format!("x = [[{lines}")), format!("x:{count}: unfinished long string near '<eof>'"));
        assert_eq!(line(format!("x = '{text}")), "x:1: unfinished string near '<eof>'");
        assert_eq!(line(format!("x = [[{lines}]] y")), format!("x:{count}: '=' expected near '<eof>'"));
    }
}

#[test]
fn brackets_nest_where_the_servers_let_them() {
    let nested = Options { nested_brackets: true, ..Options::default() };
    for source in ["return [[a[[b]]", "--[[a[[b]] return 5", "x = [[\n[[ ]] y()"] {
        assert!(compile(source.as_bytes(), b"=x", &nested).is_ok(), "{source}");
        let error = compile(source.as_bytes(), b"=x", &Options::default()).unwrap_err();
        assert!(error.to_string().contains("nesting of [[...]] is deprecated near '['"), "{error}");
    }
}

/// A line with tokens of every kind, each of which is cut somewhere if windows begin anywhere.
const LINE: &str = "local a1, _b = 0x1F + 1.5e+3 .. 3.25, 'q\\'\\z\\065' .. \"pl\" x.y.z = a1 <= _b or a1 ~= ... \
                    --[==[ c ]] ]==] f{[=[ l\r\n ]=], [1] = {}, -x} --[ c\r\n if a1>=1 then return... end --\n\r";

#[test]
fn it_does_not_matter_where_a_window_ends() {
    let shown = |source: &str, indent: usize| {
        let source = " ".repeat(indent) + source;
        match compile(source.as_bytes(), b"=x", &Options::default()) {
            Ok(chunk) => (listing::text(&chunk), String::new()),
            Err(error) => (String::new(), error.to_string()),
        }
    };
    let whole = LINE.repeat(30);
    let refused = whole.clone() + "x = 'a\\\n b" + "\\300";
    let unfinished = whole.clone() + "x = 3 y";
    for source in [&whole, &refused, &unfinished] {
        let wanted = shown(source, 0);
        assert_eq!(wanted.1.is_empty(), source == &whole);
        for indent in 1..LINE.len() + 2 {
            assert_eq!(shown(source, indent), wanted, "{indent}");
        }
    }
}

#[test]
fn names_and_numbers_are_of_any_length() {
    for length in [4000, 4096, 4097, 8192, 70_000] {
        let (name, digits) = ("n".repeat(length), "1".repeat(length));
        let source =
            format!("local {name} = {digits} return {name}, {digits}e-{length}, 0x{digits}, '{name}'");
        let chunk = compile(source.as_bytes(), b"=x", &Options::default()).unwrap();
        assert_eq!(chunk.strings.iter().map(|text| text.len()).collect::<Vec<_>>(), [length]);
        let text = listing::text(&chunk);
        assert!(text.contains("inf") && text.contains("; 0.1111111"), "{text:.500}");
        let error = compile(format!("x = {digits}x").as_bytes(), b"=x", &Options::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("x:1: malformed number near '{digits}x'"));
        let error = compile(format!("{name} {name}").as_bytes(), b"=x", &Options::default()).unwrap_err();
        assert_eq!(error.to_string(), format!("x:1: '=' expected near '{name}'"));
    }
}
