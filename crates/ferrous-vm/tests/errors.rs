//! Error messages: positions, levels, names of variables, tracebacks. The texts are those of lua5.1.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use ferrous_vm::machine::Exit;
use harness::{World, check};

const NAMES: &[(&str, &str, &str)] = &[
    (
        "global",
        r#"GetGlobal 1 "g"; Call 1 0 0; Return0"#,
        "error: test:1: attempt to call global 'g' (a nil value)",
    ),
    (
        "local",
        "local x 1; LoadK 1 5; Move 2 1; Call 2 0 0; Return0",
        "error: test:1: attempt to call local 'x' (a number value)",
    ),
    (
        "field",
        r#"NewTable 1 0 0; GetField 1 1 "f"; Call 1 0 0; Return0"#,
        "error: test:1: attempt to call field 'f' (a nil value)",
    ),
    (
        "method",
        r#"NewTable 1 0 0; GetMethod 1 1 "m"; Call 1 1 0; Return0"#,
        "error: test:1: attempt to call method 'm' (a nil value)",
    ),
    (
        "upvalue",
        "function main()
           LoadNil 1 1; Closure 2 f; Call 2 0 0; Return0
         function f()
           upvalue up register 1
           GetUpvalue 1 0; Call 1 0 0; Return0",
        "error: test:5: attempt to call upvalue 'up' (a nil value)",
    ),
    (
        "upvalue in a cell",
        "function main()
           LoadNil 1 1; NewCell 1; Closure 2 f; Call 2 0 0; Return0
         function f()
           upvalue up register 1 cell
           GetCellUpvalue 1 0; AddK 1 1 1; Return0",
        "error: test:5: attempt to perform arithmetic on upvalue 'up' (a nil value)",
    ),
    (
        "local in a cell",
        "local x 1 cell; LoadNil 1 1; NewCell 1; GetCell 2 1; GetField 2 2 \"f\"; Return0",
        "error: test:1: attempt to index local 'x' (a nil value)",
    ),
    (
        "no name for a result",
        r#"GetGlobal 1 "none"; Call 1 0 1; GetField 1 1 "x"; Return0"#,
        "error: test:1: attempt to index a nil value",
    ),
    (
        "no name for a constant",
        r#"LoadK 1 5; GetField 1 1 "x"; Return0"#,
        "error: test:1: attempt to index a number value",
    ),
    (
        "no name after a join of two branches that wrote the register",
        "local c 1; LoadBool 1 true; JumpIf 1 other; GetGlobal 2 \"a\"; Jump join\nother:\nLoadNil 2 1\njoin:\nCall 2 0 0; Return0",
        "error: test:5: attempt to call a nil value",
    ),
    (
        "no name for the value of `a or b`",
        "GetGlobal 1 \"a\"; JumpIf 1 end; GetGlobal 1 \"b\"\nend:\nCall 1 0 0; Return0",
        "error: test:3: attempt to call a nil value",
    ),
    (
        "a condition that does not skip the failing instruction changes nothing",
        "NewTable 2 0 0; GetField 1 2 \"f\"; JumpIfNot 2 over; Call 1 0 0\nover:\nReturn0",
        "error: test:1: attempt to call field 'f' (a nil value)",
    ),
    (
        "an element is a field without a name",
        "NewTable 1 0 0; LoadK 2 1; GetIndex 2 1 2; Call 2 0 0; Return0",
        "error: test:1: attempt to call field '?' (a nil value)",
    ),
    (
        "an element at a constant index too",
        "NewTable 1 0 0; GetInt 1 1 1; Neg 1 1; Return0",
        "error: test:1: attempt to perform arithmetic on field '?' (a nil value)",
    ),
    (
        "the object of an __index chain has no name",
        r#"local t 1; GetGlobal 1 "object"; LoadK 2 "__index"; LoadK 3 5; Call 1 2 1; GetField 2 1 "x"; Return0"#,
        "error: test:1: attempt to index a number value",
    ),
    (
        "a loop of __index",
        r#"GetGlobal 1 "setmetatable"; NewTable 2 0 0; NewTable 3 0 0; SetField 3 2 "__index"; Move 4 2; Call 1 2 1
           Move 4 1; GetGlobal 1 "setmetatable"; Move 2 4; Call 1 2 1; GetField 1 1 "x"; Return0"#,
        "error: test:2: loop in gettable",
    ),
    (
        "a loop of __newindex",
        r#"GetGlobal 1 "setmetatable"; NewTable 2 0 0; NewTable 3 0 0; SetField 3 2 "__newindex"; Call 1 2 1
           SetField 1 1 "x"; Return0"#,
        "error: test:2: loop in settable",
    ),
];

const ARGUMENTS: &[(&str, &str, &str)] = &[
    (
        "bad argument of a global function",
        r#"GetGlobal 1 "add"; LoadK 2 1; Call 1 1 0; Return0"#,
        "error: test:1: bad argument #2 to 'add' (number expected, got no value)",
    ),
    (
        "bad argument of a field",
        r#"NewTable 1 0 0; GetGlobal 2 "add"; SetField 1 2 "plus"; GetField 1 1 "plus"; LoadBool 2 true; Call 1 1 0; Return0"#,
        "error: test:1: bad argument #1 to 'plus' (number expected, got boolean)",
    ),
    (
        "the object of a method is not counted",
        r#"NewTable 1 0 0; GetGlobal 2 "pairs"; SetField 1 2 "each"; GetGlobal 2 "add"; SetField 1 2 "plus"
           GetMethod 1 1 "plus"; Call 1 1 0; Return0"#,
        "error: test:2: calling 'plus' on bad self (number expected, got table)",
    ),
    (
        "bad argument of a function without a name",
        r#"GetGlobal 1 "pcall"; GetGlobal 2 "add"; Call 1 1 *; ReturnTop 1"#,
        r#"false "bad argument #1 to '?' (number expected, got no value)""#,
    ),
];

const LEVELS: &[(&str, &str, &str)] = &[
    (
        "level 1 is where error is called",
        r#"function main()
             Closure 1 f
             Call 1 0 0; Return0
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; Call 1 1 0; Return0"#,
        "error: test:5: x",
    ),
    (
        "level 2 is where its function is called",
        r#"function main()
             Closure 1 f
             Call 1 0 0; Return0
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; LoadK 3 2; Call 1 2 0; Return0"#,
        "error: test:3: x",
    ),
    (
        "level 0 adds nothing",
        r#"GetGlobal 1 "error"; LoadK 2 "x"; LoadK 3 0; Call 1 2 0; Return0"#,
        "error: x",
    ),
    (
        "a level beyond the stack adds nothing",
        r#"GetGlobal 1 "error"; LoadK 2 "x"; LoadK 3 50; Call 1 2 0; Return0"#,
        "error: x",
    ),
    (
        "a native at the level adds nothing",
        r#"function main()
             GetGlobal 1 "pcall"; Closure 2 f; Call 1 1 2; Return 1 2
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; LoadK 3 2; Call 1 2 0; Return0"#,
        r#"false "x""#,
    ),
    (
        "error called by pcall has no position",
        r#"GetGlobal 1 "pcall"; GetGlobal 2 "error"; LoadK 3 "x"; Call 1 2 2; Return 1 2"#,
        r#"false "x""#,
    ),
    (
        "an error in a metamethod is where the metamethod is",
        "function main()
           object 1 __add f; AddK 1 1 1; Return0
         function f()
           GetGlobal 1 \"error\"; LoadK 2 \"x\"; Call 1 1 0; Return0",
        "error: test:4: x",
    ),
    (
        "an instruction in a tail-called function is where that is",
        r#"function main()
             Closure 1 f; TailCall 1 0
           function f()
             GetGlobal 1 "nothing"; TailCall 1 0"#,
        "error: test:4: attempt to call global 'nothing' (a nil value)",
    ),
];

#[test]
fn messages_name_variables() {
    check(NAMES);
}

#[test]
fn messages_of_arguments_name_functions() {
    check(ARGUMENTS);
}

#[test]
fn positions_follow_levels() {
    check(LEVELS);
}

#[test]
fn an_uncaught_error_comes_with_its_traceback() {
    let text = r#"
        function main(...)
          VarargPrep 0; Closure 1 f; SetGlobal 1 "f"; GetGlobal 1 "f"
          Call 1 0 0; ReturnVararg 0 0 0
        function f()
          Closure 1 g; local g 1; Move 2 1; Call 2 0 0; Return0
        function g()
          GetGlobal 1 "error"; LoadK 2 "x"; Call 1 1 0; Return0"#;
    let mut world = World::default();
    world.start(text, &[]);
    let exit = world.machine.run(&mut world.heap);
    assert_eq!(exit, Exit::Failed);
    let failure = world.machine.failure();
    let traceback = String::from_utf8(failure.traceback.clone()).unwrap();
    // As lua5.1 prints it for the same functions at the same lines.
    let expected = "stack traceback:\n\t[C]: in function 'error'\n\ttest:7: in function 'g'\n\
        \ttest:5: in function 'f'\n\ttest:3: in main chunk\n\t[C]: ?";
    assert_eq!(traceback, expected);
    assert_eq!((failure.source.as_slice(), failure.line), (b"=test".as_slice(), Some(7)));
    assert!(!failure.killed && !failure.out_of_memory);
}

#[test]
fn a_traceback_can_be_taken_anywhere() {
    let text = r#"
        function main(...)
          VarargPrep 0; Closure 1 f; Call 1 0 1; ReturnVararg 1 1 0
        function f()
          GetGlobal 1 "traceback"; LoadK 2 "here"; Call 1 1 1; Return1 1"#;
    let expected =
        "here\nstack traceback:\n\ttest:4: in function <test:3>\n\ttest:2: in main chunk\n\t[C]: ?";
    assert_eq!(World::default().run(text), format!("{expected:?}"));
}

/// How many levels a traceback shows before and after the cut, if there is one.
fn shown(traceback: &str) -> (usize, Option<usize>) {
    match traceback.split_once("\n\t...") {
        Some((start, end)) => (start.matches("\n\t").count(), Some(end.matches("\n\t").count())),
        None => (traceback.matches("\n\t").count(), None),
    }
}

#[test]
fn a_long_traceback_is_cut_in_the_middle() {
    let text = |last: &str| {
        format!(
            r#"
            function main(x, ...)
              VarargPrep 1; Closure 2 f; Move 3 1; Call 2 1 1; ReturnVararg 2 1 1
            function f(n)
              upvalue f itself
              JumpEqK 1 0 deep; GetUpvalue 2 0; SubK 3 1 1; Call 2 1 1; Return1 2
            deep:
              GetGlobal 2 "{last}"; LoadK 3 "x"; Call 2 1 1; Return1 2"#
        )
    };
    // What debug.traceback shows for so many recursions, and what `lua` prints for an error there.
    for (depth, taken, uncaught) in [
        (17.0, (20, None), (21, None)),
        (18.0, (21, None), (10, Some(10))),
        (19.0, (22, None), (10, Some(10))),
        (20.0, (11, Some(10)), (10, Some(10))),
        (100.0, (11, Some(10)), (10, Some(10))),
    ] {
        let mut world = World::default();
        let outcome = world.run_with(&text("traceback"), &[depth]).replace("\\n", "\n").replace("\\t", "\t");
        assert_eq!(shown(&outcome), taken, "{depth}: {outcome}");
        world.start(&text("error"), &[depth]);
        assert_eq!(world.machine.run(&mut world.heap), Exit::Failed);
        let traceback = String::from_utf8(world.machine.failure().traceback.clone()).unwrap();
        assert_eq!(shown(&traceback), uncaught, "{depth}: {traceback}");
    }
}

/// An error that nobody catches leaves the machine ready for the next run.
#[test]
fn a_machine_runs_again_after_an_error() {
    let mut world = World::default();
    for _ in 0..3 {
        assert_eq!(
            world.run(r#"GetGlobal 1 "map"; GetGlobal 2 "error"; LoadK 3 3; Call 1 2 0; Return0"#),
            "error: 1"
        );
        assert_eq!(world.run("LoadK 1 7; Return1 1"), "7");
    }
}
