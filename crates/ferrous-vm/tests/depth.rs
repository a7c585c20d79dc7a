//! No depth of a script is a depth of Rust: each feature as deep as Lua's own limits allow, or 1,000,000 times, on a thread
//! with a stack of 256 KiB.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use harness::{World, on_small_stack};

/// Runs cases (name, text, outcome) on the small stack.
fn check_deep(cases: &'static [(&str, &str, &str)]) {
    on_small_stack(move || {
        for (name, text, outcome) in cases {
            assert_eq!(World::default().run(text), *outcome, "{name}");
        }
    });
}

#[test]
fn a_million_tail_calls() {
    check_deep(&[
        (
            "TailCall",
            "function main()
               Closure 1 f; LoadK 2 1000000; TailCall 1 1
             function f(n)
               upvalue f itself
               JumpEqK 1 0 end; GetUpvalue 2 0; SubK 3 1 1; TailCall 2 1
             end:
               Return1 1",
            "0",
        ),
        (
            "TailCallVararg",
            "function main()
               Closure 1 f; LoadK 2 1000000; LoadK 3 5; TailCall 1 2
             function f(n, ...)
               upvalue f itself
               VarargPrep 1; JumpEqK 1 0 end; GetUpvalue 2 0; SubK 3 1 1; Vararg 4 *; TailCallVararg 2 * 1
             end:
               Vararg 1 *; ReturnVararg 1 * 1",
            "5",
        ),
        (
            "a native's calls",
            r#"GetGlobal 1 "map"; GetGlobal 2 "count"; LoadK 3 1000000; Call 1 2 1; Return1 1"#,
            "1000000",
        ),
        (
            "a native's pauses",
            r#"GetGlobal 1 "pause"; LoadK 2 1000000; LoadK 3 7; Call 1 2 *; ReturnTop 1"#,
            "1000000 7",
        ),
        (
            "yields",
            r#"function main()
                 GetGlobal 1 "wrap"; Closure 2 f; Call 1 1 1; LoadK 2 1; LoadK 3 1000000; LoadK 4 1; ForPrep 2 done
               body:
                 Move 6 1; Move 7 5; Call 6 1 1; ForLoop1 2 body
               done:
                 Return1 6
               function f(n)
               again:
                 GetGlobal 2 "yield"; Move 3 1; Call 2 1 1; Move 1 2; Loop again"#,
            "1000000",
        ),
        (
            "caught errors",
            r#"function main()
                 LoadK 1 1; LoadK 2 1000000; LoadK 3 1; ForPrep 1 done
               body:
                 GetGlobal 5 "pcall"; GetGlobal 6 "error"; Move 7 4; Call 5 2 2; ForLoop1 1 body
               done:
                 Return 5 2"#,
            "false 1000000",
        ),
    ]);
}

#[test]
fn recursion_ends_at_16384_calls() {
    check_deep(&[
        (
            "16,370 levels",
            "function main()
               Closure 1 f; LoadK 2 16370; Call 1 1 1; Return1 1
             function f(n)
               upvalue f itself
               JumpEqK 1 0 end; GetUpvalue 2 0; SubK 3 1 1; Call 2 1 1; Add 1 1 2
             end:
               Return1 1",
            "133996635",
        ),
        (
            "16,370 levels with varargs",
            "function main()
               Closure 1 f; LoadK 2 16370; Call 1 1 1; Return1 1
             function f(n, ...)
               upvalue f itself
               VarargPrep 1; JumpEqK 1 0 end; GetUpvalue 2 0; SubK 3 1 1; Vararg 4 *; CallTop 2 1; Add 1 1 2
             end:
               ReturnVararg 1 1 1",
            "133996635",
        ),
        (
            "no end",
            "function main()
               Closure 1 f; LoadK 2 1; Call 1 1 1; Return1 1
             function f(n)
               upvalue f itself
               GetUpvalue 2 0; AddK 3 1 1; Call 2 1 1; Return1 2",
            "error: test:5: stack overflow",
        ),
        (
            "no end, caught, and again",
            r#"function main()
                 GetGlobal 1 "pcall"; Closure 2 f; Call 1 1 2; GetGlobal 3 "pcall"; Closure 4 f; Call 3 1 2; Return 1 4
               function f()
                 upvalue f itself
                 GetUpvalue 1 0; Call 1 0 1; Return1 1"#,
            r#"false "test:5: stack overflow" false "test:5: stack overflow""#,
        ),
        (
            "no end in a coroutine",
            r#"function main()
                 GetGlobal 1 "create"; Closure 2 f; Call 1 1 1; GetGlobal 2 "resume"; Move 3 1; Call 2 1 *; ReturnTop 2
               function f()
                 upvalue f itself
                 GetUpvalue 1 0; Call 1 0 1; Return1 1"#,
            r#"false "test:5: stack overflow""#,
        ),
        (
            "no end, and a handler that calls natives",
            r#"function main()
                 GetGlobal 1 "xpcall"; Closure 2 f; Closure 3 h; Call 1 2 *; ReturnTop 1
               function f()
                 upvalue f itself
                 GetUpvalue 1 0; Call 1 0 1; Return1 1
               function h(m)
                 GetGlobal 2 "pcall"; GetGlobal 3 "error"; Move 4 1; Call 2 2 2; Return1 3"#,
            r#"false "test:5: stack overflow""#,
        ),
        (
            "no end, nor in its handler",
            r#"function main()
                 GetGlobal 1 "xpcall"; Closure 2 f; Closure 3 f; Call 1 2 *; ReturnTop 1
               function f()
                 upvalue f itself
                 GetUpvalue 1 0; Call 1 0 1; Return1 1"#,
            r#"false "error in error handling""#,
        ),
        (
            "a pcall of its own in each call",
            r#"function main()
                 GetGlobal 1 "pcall"; Closure 2 f; Call 1 1 *; ReturnTop 1
               function f()
                 upvalue f itself
                 GetGlobal 1 "pcall"; GetGlobal 2 "count"; LoadK 3 0; Call 1 2 0; GetUpvalue 1 0; Call 1 0 1; Return1 1"#,
            r#"false "error in error handling""#,
        ),
    ]);
}

#[test]
fn natives_nest_two_hundred_deep() {
    check_deep(&[
        (
            "pcall in pcall",
            r#"function main()
                 LoadK 1 0; NewCell 1; Closure 2 f; LoadK 3 1; Call 2 1 2; GetCell 1 1; Return1 1
               function f(n)
                 upvalue depth register 1 cell
                 upvalue f itself
                 SetCellUpvalue 1 0; GetGlobal 2 "pcall"; GetUpvalue 3 1; AddK 4 1 1; TailCall 2 2"#,
            "199",
        ),
        (
            "metamethod in metamethod",
            r#"function main()
                 LoadK 1 0; NewCell 1; GetGlobal 2 "object"; LoadK 3 "__index"; Closure 4 f; Call 2 2 1; Move 4 2
                 GetGlobal 2 "pcall"; GetGlobal 3 "index"; Closure 3 g; Call 2 2 2; Move 1 1; GetCell 4 1; Return 2 3
               function f(t, k)
                 upvalue depth register 1 cell
                 AddK 2 2 1; SetCellUpvalue 2 0; GetIndex 1 1 2; Return1 1
               function g(t)
                 LoadK 2 0; GetIndex 1 1 2; Return1 1"#,
            r#"false "test:6: C stack overflow" 197"#,
        ),
        (
            "coroutine in coroutine, an error through all of them",
            r#"function main()
                 GetGlobal 1 "pcall"; Closure 2 nest; LoadK 3 1; Call 1 2 1; Return1 1
               function nest(n)
                 upvalue nest itself
                 JumpEqK 1 190 bottom; GetGlobal 2 "wrap"; GetUpvalue 3 0; Call 2 1 1; AddK 3 1 1; Call 2 1 1; Return1 2
               bottom:
                 GetGlobal 2 "error"; NewTable 3 0 0; Call 2 1 0; Return0"#,
            "false",
        ),
        (
            "handlers that fail",
            r#"function main()
                 GetGlobal 1 "xpcall"; GetGlobal 2 "error"; Closure 3 h; Call 1 2 *; ReturnTop 1
               function h(m)
                 GetGlobal 1 "nothing"; Call 1 0 0; Return0"#,
            r#"false "error in error handling""#,
        ),
        (
            "natives in natives",
            r#"function main()
                 GetGlobal 1 "pcall"; Closure 2 f; Call 1 1 1; Return1 1
               function f()
                 upvalue f itself
                 GetGlobal 1 "map"; GetUpvalue 2 0; LoadK 3 1; Call 1 2 1; Return1 1"#,
            "false",
        ),
    ]);
}

/// An error passes thousands of frames of each kind at once.
#[test]
fn unwinding_is_not_recursion() {
    check_deep(&[(
        "16,000 calls and 190 natives",
        r#"function main()
             GetGlobal 1 "pcall"; Closure 2 f; LoadK 3 16000; LoadK 4 190; Call 1 3 2; Return 1 2
           function f(n, natives)
             upvalue f itself
             JumpLeK 1 0 end; JumpGtK 2 0 native; GetUpvalue 3 0; SubK 4 1 1; Move 5 2; Call 3 2 1; Return1 3
           native:
             GetGlobal 3 "forward"; GetUpvalue 4 0; SubK 5 1 1; SubK 6 2 1; Call 3 3 1; Return1 3
           end:
             GetGlobal 3 "error"; LoadK 4 "deep"; LoadK 5 0; Call 3 2 0; Return0"#,
        r#"false "deep""#,
    )]);
}

/// Chains of tables are walked in a loop, up to 100 of them.
#[test]
fn index_chains_end_at_a_hundred() {
    let text = |links: u32| {
        format!(
            r#"
            NewTable 1 0 0; LoadK 2 7; SetField 1 2 "x"
            LoadK 2 1; LoadK 3 {links}; LoadK 4 1; ForPrep 2 done
            body:
            GetGlobal 6 "object"; LoadK 7 "__index"; Move 8 1; Call 6 2 1; Move 1 6; ForLoop1 2 body
            done:
            GetField 1 1 "x"; Return1 1"#
        )
    };
    assert_eq!(World::default().run(&text(99)), "7");
    assert_eq!(World::default().run(&text(100)), "error: test:6: loop in gettable");
}
