//! Sources that no one would write: deep, long, random.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod wellformed;

use ferrous_compiler::{Options, compile};
use ferrous_vm::opcode::Op;
use proptest::prelude::*;

/// Compiles on a thread with a small stack; the result is whether the source was accepted.
fn on_small_stack(source: String) -> bool {
    let run = move || match compile(source.as_bytes(), b"=s", &Options::default()) {
        Ok(chunk) => {
            wellformed::check(&chunk);
            true
        }
        Err(_) => false,
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap()
}

#[test]
fn depth_is_refused_not_recursed_into() {
    const DEPTH: usize = 1_000_000;
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("{", "", "}"),
        ("function() return ", "1", " end"),
        ("f(", "", ")"),
        ("not ", "x", ""),
        ("a .. ", "b", ""),
        ("2 ^ ", "2", ""),
        ("a[", "1", "]"),
    ] {
        assert!(
            !on_small_stack(format!("x = {}{middle}{}", open.repeat(DEPTH), close.repeat(DEPTH))),
            "{open}"
        );
        // Unfinished as well.
        assert!(!on_small_stack(format!("x = {}", open.repeat(DEPTH))), "{open}");
    }
    for (open, close) in
        [("do ", "end "), ("if x then ", "end "), ("while x do ", "end "), ("repeat ", "until x ")]
    {
        assert!(!on_small_stack(format!("{}{}", open.repeat(DEPTH), close.repeat(DEPTH))), "{open}");
    }
}

#[test]
fn nothing_at_length_is_no_depth() {
    const LENGTH: usize = 1_000_000;
    for nothing in ["\n", "\r\n", " ", "--\n", "--[[]]", " --x\n", "--[==[\n]==]", "\t\n\t"] {
        assert!(on_small_stack(format!("return {} 1", nothing.repeat(LENGTH))), "{nothing:?}");
        assert!(!on_small_stack(format!("return {} return", nothing.repeat(LENGTH))), "{nothing:?}");
    }
}

#[test]
fn length_is_no_depth() {
    const LENGTH: usize = 50_000;
    assert!(on_small_stack(format!("x = 1{}", " + y".repeat(LENGTH))));
    assert!(on_small_stack(format!("x = y{}", " and z".repeat(LENGTH))));
    assert!(on_small_stack(format!("x = a{}", ".b".repeat(LENGTH))));
    assert!(on_small_stack(format!("f{}", "()".repeat(LENGTH))));
    assert!(on_small_stack(format!("if x then {} end", "elseif y then ".repeat(LENGTH))));
    assert!(on_small_stack(format!("x = {{{}}}", "1, ".repeat(LENGTH))));
}

/// Functions of more than one window of code, with jumps of every kind across the borders.
#[test]
fn long_functions_are_laid_out_in_windows() {
    let filler = "t.x = t.y + 1 if t.x < 5 then t.y = nil end ".repeat(9_000);
    for source in [
        format!("for i = 1, 10 do {filler} end"),
        format!("for i = 10, 1, -1 do {filler} if i == 5 then break end end"),
        format!("for k, v in pairs(t) do {filler} end"),
        format!("while t.x do {filler} end return 1"),
        format!("repeat local x = f() {filler} until x > 5"),
        format!("if a == 1 then {filler} else {filler} end"),
        format!("local a = b < 3 and (function() {filler} end)() or c"),
        format!("local function f(...) if ... then {filler} end return ... end"),
    ] {
        let chunk = compile(source.as_bytes(), b"=s", &Options::default()).unwrap();
        wellformed::check(&chunk);
        let longest = chunk.prototypes.iter().max_by_key(|prototype| prototype.code.len()).unwrap();
        assert!(longest.code.iter().any(|op| matches!(op, Op::FarJump { .. })));
    }
}

#[test]
fn a_large_constructor_compiles() {
    // As many different ones as a function may have constants.
    let items: Vec<String> = (0..300_000).map(|index| format!("\"item {}\"", index % 262_143)).collect();
    let chunk =
        compile(format!("return {{{}}}", items.join(",")).as_bytes(), b"=s", &Options::default()).unwrap();
    wellformed::check(&chunk);
    let stored: usize = chunk.prototypes[0]
        .code
        .iter()
        .map(|op| if let Op::SetList { n, .. } = op { usize::from(*n) } else { 0 })
        .sum();
    assert_eq!(stored, 300_000);
}

/// Pieces of Lua, to be thrown together.
const PIECES: [&str; 72] = [
    "and",
    "break",
    "do",
    "else",
    "elseif",
    "end",
    "false",
    "for",
    "function",
    "if",
    "in",
    "local",
    "nil",
    "not",
    "or",
    "repeat",
    "return",
    "then",
    "true",
    "until",
    "while",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "#",
    "==",
    "~=",
    "<=",
    ">=",
    "<",
    ">",
    "=",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ";",
    ":",
    ",",
    ".",
    "..",
    "...",
    "x",
    "y",
    "f",
    "arg",
    "self",
    "1",
    "0x10",
    "2.5",
    "1e400",
    "'s'",
    "\"\\n\"",
    "[[long]]",
    "--[[c]]",
    "\n",
    "x = 1",
    "local x = y",
    "f(x)",
    "if x then",
    "end",
    "function f(...)",
    "return ...",
    "for i = 1, 2 do",
    "for k in x do",
    "local function f()",
    "end",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_are_answered(source in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = compile(&source, &source, &Options { skip_shebang: true, ..Options::default() });
    }

    #[test]
    fn random_pieces_are_answered(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let source: Vec<&str> = pieces.iter().map(|&piece| PIECES[piece]).collect();
        if let Ok(chunk) = compile(source.join(" ").as_bytes(), b"=s", &Options::default()) {
            wellformed::check(&chunk);
        }
    }
}
