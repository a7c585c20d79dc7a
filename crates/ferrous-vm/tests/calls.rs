//! Calls, tail calls, varargs, protected calls, and what natives can ask of the machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use harness::{World, check};

const PROTECTED: &[(&str, &str, &str)] = &[
    (
        "pcall passes arguments and results",
        r#"GetGlobal 1 "pcall"; GetGlobal 2 "many"; LoadK 3 3; Call 1 2 *; ReturnTop 1"#,
        "true 1 2 3",
    ),
    (
        "pcall catches any value",
        r#"GetGlobal 1 "pcall"; GetGlobal 2 "error"; NewTable 3 0 0; Call 1 2 *; ReturnTop 1"#,
        "false table",
    ),
    (
        "pcall catches nil",
        r#"GetGlobal 1 "pcall"; GetGlobal 2 "error"; Call 1 1 *; ReturnTop 1"#,
        "false nil",
    ),
    (
        "pcall of what cannot be called",
        r#"GetGlobal 1 "pcall"; LoadK 2 5; Call 1 1 *; ReturnTop 1"#,
        r#"false "attempt to call a number value""#,
    ),
    (
        "pcall without argument",
        r#"GetGlobal 1 "pcall"; Call 1 0 *; ReturnTop 1"#,
        "error: test:1: bad argument #1 to 'pcall' (value expected)",
    ),
    (
        "the function goes on after a caught error, its registers as they were",
        r#"function main()
             LoadK 1 "kept"; GetGlobal 2 "pcall"; Closure 3 f; Call 2 1 1; Return 1 2
           function f()
             Closure 1 g; Call 1 0 0; Return0
           function g()
             GetGlobal 1 "error"; LoadK 2 "x"; Call 1 1 0; Return0"#,
        r#""kept" false"#,
    ),
    (
        "xpcall without error",
        r#"GetGlobal 1 "xpcall"; GetGlobal 2 "none"; GetGlobal 3 "error"; Call 1 2 *; ReturnTop 1"#,
        "true",
    ),
    (
        "xpcall passes no arguments",
        r#"GetGlobal 1 "xpcall"; GetGlobal 2 "count"; GetGlobal 3 "error"; LoadK 4 1; Call 1 3 *; ReturnTop 1"#,
        "true 0",
    ),
    (
        "xpcall returns the handler's first result",
        r#"function main()
             GetGlobal 1 "xpcall"; Closure 2 f; Closure 3 handler; Call 1 2 *; ReturnTop 1
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; LoadK 3 0; Call 1 2 0; Return0
           function handler(message)
             LoadK 2 "handled "; Move 3 1; Concat 2 2 3; LoadK 3 1; Return 2 2"#,
        r#"false "handled x""#,
    ),
    (
        "a handler that is no function",
        r#"function main()
             GetGlobal 1 "xpcall"; Closure 2 f; LoadK 3 5; Call 1 2 *; ReturnTop 1
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; Call 1 1 0; Return0"#,
        r#"false "error in error handling""#,
    ),
    (
        "a handler that only has __call",
        r#"function main()
             GetGlobal 1 "xpcall"; GetGlobal 2 "error"; object 3 __call f; Call 1 2 *; ReturnTop 1
           function f()
             LoadK 1 "called"; Return1 1"#,
        r#"false "error in error handling""#,
    ),
    (
        "a handler that fails",
        r#"function main()
             GetGlobal 1 "xpcall"; Closure 2 f; Closure 3 handler; Call 1 2 *; ReturnTop 1
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; Call 1 1 0; Return0
           function handler(message)
             GetGlobal 1 "error"; LoadK 2 "y"; Call 1 1 0; Return0"#,
        r#"false "error in error handling""#,
    ),
    (
        "a handler runs above the failing function, whose frames are still there",
        r#"function main()
             GetGlobal 1 "xpcall"; Closure 2 f; Closure 3 handler; Call 1 2 *; ReturnTop 1
           function f()
             GetGlobal 1 "nothing"; Call 1 0 0; Return0
           function handler(message)
             GetGlobal 1 "where"; LoadK 2 2; Call 1 1 1; Return1 1"#,
        r#"false "test:4: ""#,
    ),
    (
        "a handler may call pcall",
        r#"function main()
             GetGlobal 1 "xpcall"; Closure 2 f; Closure 3 handler; Call 1 2 *; ReturnTop 1
           function f()
             GetGlobal 1 "error"; LoadK 2 "x"; LoadK 3 0; Call 1 2 0; Return0
           function handler(message)
             GetGlobal 2 "pcall"; GetGlobal 3 "error"; LoadK 4 "y"; Call 2 2 2; Concat 1 1 1; Return1 1"#,
        "see below",
    ),
    (
        "an error in a pcall inside an xpcall does not reach the handler",
        r#"function main()
             GetGlobal 1 "xpcall"; Closure 2 f; GetGlobal 3 "tally"; Call 1 2 *; ReturnTop 1
           function f()
             GetGlobal 1 "pcall"; GetGlobal 2 "error"; LoadK 3 "x"; LoadK 4 0; Call 1 3 *; ReturnTop 1"#,
        r#"true false "x""#,
    ),
    (
        "protected calls of a native",
        r#"GetGlobal 1 "protect"; GetGlobal 2 "error"; LoadK 3 "x"; LoadK 4 0; Call 1 3 2
           GetGlobal 3 "protect"; GetGlobal 4 "many"; LoadK 5 2; Call 3 2 3; Return 1 5"#,
        r#""failed" "x" "fine" 1 2"#,
    ),
    (
        "an error passes a native that has called without protection",
        r#"function main()
             GetGlobal 1 "pcall"; GetGlobal 2 "map"; Closure 3 f; LoadK 4 3; Call 1 3 2; Return 1 2
           function f(n)
             GetGlobal 2 "error"; LoadK 3 "x"; Call 2 1 0; Return0"#,
        r#"false "test:4: x""#,
    ),
];

const NATIVES: &[(&str, &str, &str)] = &[
    (
        "a native calls Lua again and again",
        "function main()
           GetGlobal 1 \"map\"; Closure 2 f; LoadK 3 100; Call 1 2 1; Return1 1
         function f(n)
           Mul 1 1 1; Return1 1",
        "338350",
    ),
    (
        "a native calls a native",
        r#"GetGlobal 1 "map"; GetGlobal 2 "count"; LoadK 3 7; Call 1 2 1; Return1 1"#,
        "7",
    ),
    (
        "a native's tail call",
        "function main()
           GetGlobal 1 \"apply\"; Closure 2 f; LoadK 3 1; LoadK 4 2; Call 1 3 3; Return 1 3
         function f(a, b)
           Return 1 2",
        "1 2 nil",
    ),
    (
        "a native's tail call of a native's tail call",
        r#"GetGlobal 1 "apply"; Move 2 1; Move 3 1; GetGlobal 4 "many"; LoadK 5 2; Call 1 4 *; ReturnTop 1"#,
        "1 2",
    ),
    (
        "a native that leaves no state returns what its callee returns",
        r#"GetGlobal 1 "forward"; GetGlobal 2 "many"; LoadK 3 2; Call 1 2 3; Return 1 3"#,
        "1 2 nil",
    ),
    (
        "natives among natives",
        r#"GetGlobal 1 "forward"; GetGlobal 2 "pcall"; GetGlobal 3 "apply"; GetGlobal 4 "protect"; GetGlobal 5 "many"
           LoadK 6 2; Call 1 5 *; ReturnTop 1"#,
        r#"true "fine" 1 2"#,
    ),
    (
        "a native pauses",
        r#"GetGlobal 1 "pause"; LoadK 2 5; LoadK 3 "x"; Call 1 2 *; ReturnTop 1"#,
        r#"5 "x""#,
    ),
    (
        "a native pauses in a pcall",
        r#"GetGlobal 1 "pcall"; GetGlobal 2 "pause"; LoadK 3 5; Call 1 2 *; ReturnTop 1"#,
        "true 5",
    ),
    ("a native collects", r#"GetGlobal 1 "collect"; NewTable 2 0 0; Call 1 1 *; ReturnTop 1"#, "table"),
    (
        "a native collects as a tail call and as an iterator",
        r#"function main()
             GetGlobal 1 "collect"; LoadK 2 1; LoadNil 3 1; ForInPrep 1 next
           body:
             Closure 7 f; Call 7 0 *; ReturnTop 7
           next:
             ForIn 1 2 body; Return0
           function f()
             GetGlobal 1 "collect"; NewTable 2 0 0; TailCall 1 1"#,
        "table",
    ),
    (
        "an iterator may be a native that calls",
        "function main()
           GetGlobal 1 \"forward\"; Closure 2 f; LoadNil 3 1; LoadK 7 0; ForInPrep 1 next
         body:
           Add 7 7 4
         next:
           ForIn 1 1 body; Return1 7
         function f(n)
           JumpEqK 1 nil first; JumpGeK 1 3 end; AddK 1 1 1; Return1 1
         first:
           LoadK 1 1; Return1 1
         end:
           Return0",
        "6",
    ),
    (
        "a metamethod may be a native that calls",
        r#"GetGlobal 1 "object"; LoadK 2 "__index"; GetGlobal 3 "protect"; Call 1 2 1
           GetField 1 1 "x"; Return1 1"#,
        r#""failed""#,
    ),
];

const VARARGS: &[(&str, &str, &str)] = &[
    (
        "the main function's arguments",
        "function main(...)
           VarargPrep 0; Vararg 1 *; ReturnVararg 1 * 0",
        "10 20 30",
    ),
    (
        "a recursive vararg function",
        r#"function main(...)
             VarargPrep 0; Closure 1 f; Vararg 2 *; TailCallVararg 1 * 0
           function f(x, ...)
             upvalue f itself
             VarargPrep 1; JumpNeK 1 nil go; LoadK 2 0; ReturnVararg 2 1 1
           go:
             GetUpvalue 2 0; Vararg 3 *; CallTop 2 1; Add 2 2 1; ReturnVararg 2 1 1"#,
        "60",
    ),
    (
        "varargs after a call that moves the stack",
        r#"function main(...)
             VarargPrep 0; GetGlobal 1 "many"; LoadK 2 5000; Call 1 1 1; Vararg 2 2; ReturnVararg 1 3 0"#,
        "1 10 20",
    ),
];

#[test]
fn protected_calls_catch_what_they_should() {
    let cases: Vec<_> = PROTECTED.iter().copied().filter(|case| case.2 != "see below").collect();
    check(&cases);
}

#[test]
fn a_handler_may_call_pcall() {
    let (_, text, _) = PROTECTED.iter().find(|case| case.2 == "see below").unwrap();
    // `Concat 1 1 1` of one value is not well formed; two are.
    let text = text.replace("Concat 1 1 1", "LoadK 2 \"!\"; Concat 1 1 2");
    assert_eq!(World::default().run(&text), r#"false "x!""#);
}

#[test]
fn natives_ask_for_operations() {
    check(NATIVES);
}

#[test]
fn varargs_are_where_they_were() {
    for (name, text, outcome) in VARARGS {
        assert_eq!(World::default().run_with(text, &[10.0, 20.0, 30.0]), *outcome, "{name}");
    }
}

/// More values than a register can count pass through calls, tail calls, varargs and natives.
#[test]
fn thousands_of_values_pass() {
    let text = r#"
        function main()
          GetGlobal 1 "count"; Closure 2 f; GetGlobal 3 "many"; LoadK 4 200000; Call 3 1 *; CallTop 2 *
          CallTop 1 1; Return1 1
        function f(...)
          VarargPrep 0; GetGlobal 1 "apply"; GetGlobal 2 "forward"; Closure 3 g; Vararg 4 *; TailCallVararg 1 * 0
        function g(...)
          VarargPrep 0; Vararg 1 *; ReturnVararg 1 * 0"#;
    assert_eq!(World::default().run(text), "200000");
}

/// A chain of `__call`: only functions are handlers, as in 5.1.
#[test]
fn call_metamethods_do_not_chain() {
    let text = r#"
        function main()
          object 1 __call f; GetGlobal 2 "object"; LoadK 3 "__call"; Move 4 1; Call 2 2 1; local g 2; Call 2 0 0; Return0
        function f()
          Return0"#;
    assert_eq!(World::default().run(text), "error: test:2: attempt to call local 'g' (a table value)");
}

/// The parameters of a function that is called with fewer arguments are nil, whatever the stack held there before.
#[test]
fn missing_arguments_are_nil() {
    let text = r#"
        function main()
          GetGlobal 1 "many"; LoadK 2 200; Call 1 1 0; Closure 1 f; Call 1 0 *; ReturnTop 1
        function f(a, b, c)
          Return 1 3"#;
    assert_eq!(World::default().run(text), "nil nil nil");
}
