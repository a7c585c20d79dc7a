//! The compiler gives up when nobody wants its chunk any more, wherever it is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;

use ferrous_compiler::{Options, compile, compile_unless, is_hopeless};

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
    assert!(is_hopeless(&source, &options, &stopped));
    assert!(!is_hopeless(&source, &options, &|_| false));
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
