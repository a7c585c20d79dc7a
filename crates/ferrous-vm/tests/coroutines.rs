//! Coroutines: values in and out, states, errors, nesting, and where Lua 5.1 refuses to yield.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use harness::{World, check};

const VALUES: &[(&str, &str, &str)] = &[
    (
        "values go both ways",
        r#"function main()
             GetGlobal 1 "create"; Closure 2 f; Call 1 1 1
             GetGlobal 2 "resume"; Move 3 1; LoadK 4 1; LoadK 5 2; Call 2 3 2
             GetGlobal 4 "resume"; Move 5 1; LoadK 6 10; Call 4 2 3
             GetGlobal 7 "status"; Move 8 1; Call 7 1 1; Return 2 6
           function f(a, b)
             GetGlobal 3 "yield"; Add 4 1 2; Call 3 1 1; Move 4 1; Return 3 2"#,
        r#"true 3 true 10 1 "dead""#,
    ),
    (
        "a wrapped coroutine as an iterator",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; LoadK 7 0; ForInPrep 1 next
           body:
             MulK 7 7 10; Add 7 7 4
           next:
             ForIn 1 1 body; Return1 7
           function f()
             LoadK 1 1; LoadK 2 4; LoadK 3 1; ForPrep 1 done
           body:
             GetGlobal 5 "yield"; Move 6 4; Call 5 1 0; ForLoop1 1 body
           done:
             Return0"#,
        "1234",
    ),
    (
        "yield as a tail call",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; Move 2 1; Call 2 0 1; Move 3 1; LoadK 4 8; LoadK 5 9
             Call 3 2 2; Return 2 3
           function f()
             GetGlobal 1 "yield"; LoadK 2 7; TailCall 1 1"#,
        "7 8 9",
    ),
    (
        "yield from a function that the coroutine calls",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; Move 2 1; Call 2 0 1; Move 3 1; LoadK 4 8; Call 3 1 1; Return 2 2
           function f()
             Closure 1 g; Call 1 0 1; AddK 1 1 1; Return1 1
           function g()
             GetGlobal 1 "yield"; LoadK 2 7; Call 1 1 1; MulK 1 1 2; Return1 1"#,
        "7 17",
    ),
    (
        "varargs survive a yield",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; Move 2 1; LoadK 3 1; LoadK 4 2; Call 2 2 0; Move 2 1; Call 2 0 *
             ReturnTop 2
           function f(...)
             VarargPrep 0; GetGlobal 1 "yield"; Call 1 0 0; Vararg 1 *; ReturnVararg 1 * 0"#,
        "1 2",
    ),
    ("running in the main thread", r#"GetGlobal 1 "running"; Call 1 0 1; Return1 1"#, "nil"),
    (
        "states as seen from inside",
        r#"function main()
             GetGlobal 1 "create"; Closure 2 f; Call 1 1 1; NewCell 1; GetGlobal 2 "resume"; GetCell 3 1; Closure 4 g
             Call 2 2 *; ReturnTop 2
           function f(g)
             GetGlobal 2 "status"; GetGlobal 3 "running"; Call 3 0 1; Call 2 1 1; GetGlobal 3 "wrap"; Move 4 1; Call 3 1 1
             GetGlobal 4 "running"; Call 4 0 1; Call 3 1 1; Return 2 2
           function g(outer)
             GetGlobal 2 "status"; Move 3 1; Call 2 1 1; Return1 2"#,
        r#"true "running" "normal""#,
    ),
];

const ERRORS: &[(&str, &str, &str)] = &[
    (
        "resume catches errors, and the coroutine is dead",
        r#"function main()
             GetGlobal 1 "create"; Closure 2 f; Call 1 1 1; GetGlobal 2 "resume"; Move 3 1; Call 2 1 2
             GetGlobal 4 "resume"; Move 5 1; Call 4 1 2; Return 2 4
           function f()
             GetGlobal 1 "nothing"; Call 1 0 0; Return0"#,
        r#"false "test:5: attempt to call global 'nothing' (a nil value)" false "cannot resume dead coroutine""#,
    ),
    (
        "a wrapped coroutine passes errors on, strings with the caller's position",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1
             Call 1 0 0; Return0
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; Call 1 1 0; Return0"#,
        "error: test:3: test:5: x",
    ),
    (
        "a wrapped coroutine passes other values as they are",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; GetGlobal 2 "pcall"; Move 3 1; Call 2 1 2; Return 2 2
           function f()
             GetGlobal 1 "error"; NewTable 2 0 0; Call 1 1 0; Return0"#,
        "false table",
    ),
    (
        "a dead wrapped coroutine",
        r#"GetGlobal 1 "wrap"; GetGlobal 2 "none"; Call 1 1 1; Move 2 1; Call 2 0 0; Call 1 0 0; Return0"#,
        "error: test:1: cannot resume dead coroutine",
    ),
    (
        "the running coroutine cannot be resumed, nor one that has resumed it",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; Call 1 0 *; ReturnTop 1
           function f()
             GetGlobal 1 "resume"; GetGlobal 2 "running"; Call 2 0 1; Move 5 2; Call 1 1 2
             GetGlobal 3 "wrap"; Closure 4 g; Call 3 1 1; Move 4 5; Call 3 1 2; Return 1 4
           function g(outer)
             GetGlobal 2 "resume"; Move 3 1; TailCall 2 1"#,
        r#"false "cannot resume running coroutine" false "cannot resume normal coroutine""#,
    ),
    (
        "the main thread cannot yield",
        r#"GetGlobal 1 "yield"; Call 1 0 0; Return0"#,
        "error: attempt to yield across metamethod/C-call boundary",
    ),
    (
        "an error unwinds through coroutines and a pcall inside the innermost goes on",
        r#"function main()
             GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; Call 1 0 *; ReturnTop 1
           function f()
             GetGlobal 1 "pcall"; GetGlobal 2 "wrap"; Closure 3 g; Call 2 1 1; Call 1 1 2; Return 1 2
           function g()
             GetGlobal 1 "wrap"; GetGlobal 2 "error"; Call 1 1 1; LoadBool 2 true; Call 1 1 0; Return0"#,
        "false true",
    ),
];

/// Bodies of a coroutine that yields with something native in between.
const ACROSS: &[(&str, &str)] = &[
    ("pcall", r#"GetGlobal 1 "pcall"; GetGlobal 2 "yield"; LoadK 3 7; Call 1 2 2; Return 1 2"#),
    ("a metamethod", "object 1 __add y; Add 1 1 1; Return1 1"),
    (
        "an iterator",
        "GetGlobal 1 \"yield\"; LoadK 2 7; ForInPrep 1 next\nbody:\nReturn1 4\nnext:\nForIn 1 1 body; Return0",
    ),
    ("a native's call", r#"GetGlobal 1 "forward"; GetGlobal 2 "yield"; LoadK 3 7; Call 1 2 1; Return1 1"#),
    ("a comparison", "object 1 __index y; GetField 1 1 \"x\"; JumpEqK 1 9 yes; Return0\nyes:\nReturn1 1"),
];

fn across(body: &str) -> String {
    format!(
        r#"
        function main()
          GetGlobal 1 "create"; Closure 2 f; Call 1 1 1; GetGlobal 2 "resume"; Move 3 1; Call 2 1 2
          GetGlobal 4 "resume"; Move 5 1; LoadK 6 9; Call 4 2 *; ReturnTop 2
        function f()
          {body}
        function y()
          GetGlobal 1 "yield"; LoadK 2 7; Call 1 1 1; Return1 1"#
    )
}

#[test]
fn values_pass_through_yield_and_resume() {
    check(VALUES);
}

#[test]
fn errors_end_coroutines() {
    check(ERRORS);
}

#[test]
fn yielding_across_natives_is_refused() {
    let boundary = "attempt to yield across metamethod/C-call boundary";
    for (name, body) in ACROSS {
        let outcome = World::default().run(&across(body));
        // pcall catches the refusal itself; through anything else it ends the coroutine.
        let expected = match *name {
            "pcall" => r#"true false false "cannot resume dead coroutine""#.to_string(),
            _ => format!(r#"false "{boundary}" false "cannot resume dead coroutine""#),
        };
        assert_eq!(outcome, expected, "{name}");
    }
}

#[test]
fn a_relaxed_machine_yields_across_natives() {
    for (name, body) in ACROSS {
        let outcome = World::relaxed().run(&across(body));
        let expected = if *name == "pcall" { "true 7 true true 9" } else { "true 7 true 9" };
        assert_eq!(outcome, expected, "{name}");
    }
}

/// The text of one call per coroutine, each inside the last: about as many as natives may nest.
#[test]
fn coroutines_nest_until_the_limit_of_natives() {
    let text = r#"
        function main()
          LoadK 1 0; NewCell 1; Closure 2 nest; LoadK 3 1; Call 2 1 *; GetCell 1 1; Return1 1
        function nest(n)
          upvalue depth register 1 cell
          upvalue nest itself
          SetCellUpvalue 1 0; GetGlobal 2 "create"; GetUpvalue 3 1; Call 2 1 1
          GetGlobal 3 "resume"; Move 4 2; AddK 5 1 1; TailCall 3 2"#;
    // One more than with the program lua5.1, which has one native level more below the main chunk.
    assert_eq!(World::default().run(text), "200");
}

/// Coroutines that are given up half way are collected.
#[test]
fn abandoned_coroutines_are_garbage() {
    let text = r#"
        function main()
          LoadK 1 1; LoadK 2 20000; LoadK 3 1; ForPrep 1 done
        body:
          GetGlobal 5 "wrap"; Closure 6 f; Call 5 1 1; LoadK 6 5; Call 5 1 0; ForLoop1 1 body
        done:
          Return0
        function f(n)
          GetGlobal 2 "map"; GetGlobal 3 "yield"; NewTable 4 0 4; Closure 5 g; Call 5 0 0; Return0
        function g()
          GetGlobal 1 "yield"; Call 1 0 0; Return0"#;
    let mut world = World::default();
    assert_eq!(world.run(text), "");
    world.heap.collect_full();
    assert!(world.heap.stats().threads < 100, "{:?}", world.heap.stats());
}

/// A state of a native inside a coroutine waits there while other coroutines run.
#[test]
fn native_states_belong_to_their_coroutine() {
    let text = r#"
        function main()
          GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; GetGlobal 2 "wrap"; Closure 3 f; Call 2 1 1
          Move 3 1; Call 3 0 1; Move 4 2; Call 4 0 1; Move 5 2; LoadK 6 100; Call 5 1 1; Move 6 1; LoadK 7 10; Call 6 1 1
          Move 7 1; LoadK 8 20; Call 7 1 1; Move 8 2; LoadK 9 200; Call 8 1 1; Return 3 6
        function f()
          GetGlobal 1 "map"; GetGlobal 2 "yield"; LoadK 3 2; TailCall 1 2"#;
    assert_eq!(World::relaxed().run(text), "1 1 2 2 30 300");
}
