//! Messages for refused sources, as `loadstring` of Lua 5.1.5 gives them.
//!
//! `data/errors.txt` holds pairs of lines: a source, and indented what becomes of it. Both have newlines, backslashes and
//! unprintable bytes escaped.

use ferrous_compiler::{Options, compile};

fn unescaped(line: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match characters.next() {
            Some('n') => out.push(b'\n'),
            Some('0') => out.push(0),
            Some('x') => {
                let digits: String = characters.by_ref().take(2).collect();
                out.push(u8::from_str_radix(&digits, 16).unwrap_or_default());
            }
            Some(other) => out.push(other as u8),
            None => {}
        }
    }
    out
}

#[test]
fn refused_sources() {
    let data = include_str!("data/errors.txt");
    let lines: Vec<&str> = data.lines().collect();
    for pair in lines.chunks(2) {
        let [source, expected] = pair else { panic!("a source without its message: {pair:?}") };
        let expected = unescaped(expected.trim_start());
        let actual = match compile(&unescaped(source), b"=s", &Options::default()) {
            Ok(_) => b"OK".to_vec(),
            Err(error) => error.message,
        };
        assert_eq!(String::from_utf8_lossy(&actual), String::from_utf8_lossy(&expected), "for {source}");
    }
}

fn refusal(source: &str) -> String {
    compile(source.as_bytes(), b"=s", &Options::default())
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

fn names(count: usize) -> String {
    (0..count).map(|index| format!("a{index}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn locals_are_limited() {
    assert_eq!(refusal(&format!("local {}", names(200))), "");
    assert_eq!(
        refusal(&format!("local {}", names(201))),
        "s:1: main function has more than 200 local variables"
    );
    let inner = format!("\nlocal function f()\nlocal {}\nfor i = 1, 2 do end end", names(198));
    assert_eq!(refusal(&inner), "s:4: function at line 2 has more than 200 local variables");
}

#[test]
fn upvalues_are_limited() {
    let source = |count| format!("local {}\nfunction f()\nreturn {} end", names(count), names(count));
    assert_eq!(refusal(&source(60)), "");
    assert_eq!(refusal(&source(61)), "s:3: function at line 2 has more than 60 upvalues");
}

#[test]
fn registers_are_limited() {
    assert_eq!(refusal(&format!("f({})", names(248))), "");
    // PUC Lua has read past the comma when it puts the value before it away.
    let too_complex = |near: &str| format!("function or expression too complex near '{near}'");
    assert_eq!(refusal(&format!("f(\n{},\nlast)", names(250))), format!("s:2: {}", too_complex("a249")));
    assert_eq!(refusal(&format!("return {}", names(251))), format!("s:1: {}", too_complex("a250")));
    assert_eq!(refusal(&format!("return {}", names(250))), format!("s:1: {}", too_complex("<eof>")));
    assert_eq!(refusal(&format!("return {}", names(249))), "");
}

#[test]
fn syntax_levels_are_limited() {
    let too_many = "s:1: chunk has too many syntax levels";
    for (open, middle, close, deepest) in [
        ("(", "1", ")", 198),
        ("{", "", "}", 199),
        ("- ", "x", "", 198),
        ("a .. ", "b", "", 198),
        ("a[", "1", "]", 198),
        ("f(", "", ")", 199),
    ] {
        let nested = |depth: usize| format!("x = {}{middle}{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(refusal(&nested(deepest)), "", "{open}");
        assert_eq!(refusal(&nested(deepest + 1)), too_many, "{open}");
    }
    assert_eq!(refusal(&format!("{}{}", "do ".repeat(199), "end ".repeat(199))), "");
    assert_eq!(refusal(&format!("{}{}", "do ".repeat(200), "end ".repeat(200))), too_many);
}

#[test]
fn chunk_names_are_shortened() {
    let message =
        |name: &str| compile(b"x", name.as_bytes(), &Options::default()).err().map(|error| error.to_string());
    let text = |name: &str| message(name).unwrap_or_default().replace(":1: '=' expected near '<eof>'", "");
    assert_eq!(text("@file.lua"), "file.lua");
    assert_eq!(text("=(load)"), "(load)");
    assert_eq!(text("x\ny"), "[string \"x...\"]");
    assert_eq!(text(&"x".repeat(100)), format!("[string \"{}...\"]", "x".repeat(63)));
    assert_eq!(text(&format!("@{}", "x".repeat(100))), format!("...{}", "x".repeat(72)));
    assert_eq!(text(&format!("={}", "x".repeat(100))), "x".repeat(79));
}

#[test]
fn a_first_line_with_a_number_sign_is_skipped_on_demand() {
    let options = Options { skip_shebang: true, ..Options::default() };
    assert!(compile(b"#!/usr/bin/lua\nreturn 1", b"=s", &options).is_ok());
    assert!(compile(b"#", b"=s", &options).is_ok());
    let error = compile(b"#!/usr/bin/lua\nreturn return", b"=s", &options).err();
    assert_eq!(error.map(|error| error.line), Some(2));
    assert_eq!(refusal("#!/usr/bin/lua"), "s:1: unexpected symbol near '#'");
}
