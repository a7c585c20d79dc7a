//! Memory: the limit as an error that can be caught, retries after a collection, and collections while programs run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use ferrous_vm::machine::{Exit, MachineOptions};
use harness::World;

const LIMIT: usize = 1 << 20;

fn small() -> World {
    World::new(MachineOptions::default(), LIMIT)
}

/// Programs that keep all that they make.
const HOARDING: &[(&str, &str)] = &[
    ("tables", "NewTable 1 0 0; LoadK 2 1\nagain:\nNewTable 3 4 4; SetIndex 1 2 3; AddK 2 2 1; Loop again"),
    (
        "strings",
        "NewTable 1 0 0; LoadK 2 1\nagain:\nGetGlobal 3 \"blob\"; LoadK 4 100; Call 3 1 1; SetIndex 1 2 3; AddK 2 2 1; Loop again",
    ),
    ("a string that doubles", "LoadK 1 \"x\"\nagain:\nMove 2 1; Concat 1 1 2; Loop again"),
    (
        "closures",
        "function main()\nNewTable 1 0 0; LoadK 2 1\nagain:\nClosure 3 f; SetIndex 1 2 3; AddK 2 2 1; Loop again\n\
         function f()\nupvalue t register 1\nReturn0",
    ),
    (
        "cells",
        "LoadNil 1 1\nagain:\nMove 2 1; NewCell 2; NewTable 3 1 0; SetField 3 2 \"next\"; Move 1 3; Loop again",
    ),
    ("fields", "NewTable 1 0 0; LoadK 2 0.5\nagain:\nSetIndex 1 2 2; AddK 2 2 1; Loop again"),
    (
        "coroutines",
        "function main()\nNewTable 1 0 0; LoadK 2 1\nagain:\nGetGlobal 3 \"create\"; Closure 4 f; Call 3 1 1; SetIndex 1 2 3; AddK 2 2 1; Loop again\n\
         function f()\nReturn0",
    ),
    ("one large table", "again:\nNewTable 1 0 4000000000; Loop again"),
    (
        "a native that fills a table",
        "NewTable 2 0 0; Move 3 2; GetGlobal 1 \"grow\"; LoadK 3 10000000; Call 1 2 0; Return0",
    ),
    ("a native in tail position", "GetGlobal 1 \"blob\"; LoadK 2 10000000; TailCall 1 1"),
];

#[test]
fn the_limit_ends_a_run_that_does_not_care() {
    for (name, text) in HOARDING {
        let mut world = small();
        world.start(text, &[]);
        assert_eq!(world.machine.run(&mut world.heap), Exit::Failed, "{name}");
        assert!(world.machine.failure().out_of_memory, "{name}");
        assert!(world.heap.bytes_in_use() <= LIMIT + (64 << 10), "{name}: {}", world.heap.bytes_in_use());
        // The failed run's stack goes with the next start.
        world.machine.rest(&mut world.heap);
        world.heap.collect_full();
        assert_eq!(world.run("NewTable 1 0 1000; LoadK 1 7; Return1 1"), "7", "{name}");
    }
}

#[test]
fn the_limit_can_be_caught() {
    for (name, text) in HOARDING {
        // The program becomes a function, and the main function calls it twice.
        let (main, rest) = match text.strip_prefix("function main()\n") {
            Some(text) => text
                .split_once("\nfunction ")
                .map_or((text, String::new()), |(main, rest)| (main, format!("function {rest}"))),
            None => (*text, String::new()),
        };
        let text = format!(
            "function main()\nGetGlobal 1 \"pcall\"; Closure 2 hoard; Call 1 1 2; GetGlobal 3 \"pcall\"; Closure 4 hoard; Call 3 1 2\n\
             Return 1 4\nfunction hoard()\n{main}\n{rest}"
        );
        let expected = r#"false "not enough memory" false "not enough memory""#;
        assert_eq!(small().run(&text), expected, "{name}");
    }
}

/// `xpcall`'s handler is not called for want of memory, as in PUC Lua.
#[test]
fn no_handler_is_called_without_memory() {
    let text = r#"
        GetGlobal 1 "xpcall"; GetGlobal 2 "blob"; GetGlobal 3 "tally"; Call 1 2 1
        GetGlobal 1 "pcall"; GetGlobal 2 "blob"; LoadK 3 100000000; Call 1 2 2; Return 1 2"#;
    assert_eq!(small().run(text), r#"false "not enough memory""#);
}

/// Garbage is no reason to fail: whatever allocates is tried again after a collection.
#[test]
fn garbage_makes_room() {
    for (name, body) in [
        ("strings", "GetGlobal 4 \"blob\"; LoadK 5 100000; Call 4 1 1"),
        (
            "strings, from a call up to top",
            "GetGlobal 4 \"blob\"; GetGlobal 5 \"many\"; LoadK 6 1; LoadK 6 1; Call 5 1 *; CallTop 4 1; GetGlobal 4 \"blob\"; LoadK 5 100000; Call 4 1 1",
        ),
        ("strings, in tail position", "Closure 4 tail; Call 4 0 1"),
        (
            "strings, through pcall",
            "GetGlobal 4 \"pcall\"; GetGlobal 5 \"blob\"; LoadK 6 100000; Call 4 2 2; JumpIfNot 4 failed",
        ),
        ("strings, in a metamethod", "object 4 __index tail; GetField 4 4 \"x\""),
        ("concatenation", "GetGlobal 4 \"blob\"; LoadK 5 50000; Call 4 1 1; Move 5 4; Concat 4 4 5"),
        ("tables", "NewTable 4 0 20000"),
        ("tables by elements", "GetGlobal 4 \"grow\"; NewTable 5 0 0; LoadK 6 5000; Call 4 2 0"),
        ("closures", "Closure 4 tail"),
        ("cells", "NewCell 4"),
        ("coroutines", "GetGlobal 4 \"wrap\"; Closure 5 tail; Call 4 1 1; Call 4 0 1"),
    ] {
        let text = format!(
            "function main()\nLoadK 1 1; LoadK 2 400; LoadK 3 1; ForPrep 1 done\nbody:\nMove 9 4; {body}; ForLoop1 1 body\ndone:\nReturn0\nfailed:\nReturn 4 2\n\
             function tail(a, b)\nGetGlobal 1 \"blob\"; LoadK 2 100000; TailCall 1 1"
        );
        assert_eq!(small().run(&text), "", "{name}");
    }
}

/// A native that had begun twice has done twice what it did: only what had changed nothing is tried again.
#[test]
fn only_the_failing_instruction_is_tried_again() {
    let text = r#"
        function main()
          LoadK 1 1; LoadK 2 200; LoadK 3 1; ForPrep 1 done
        body:
          GetGlobal 5 "tally"; Call 5 0 0; NewTable 5 0 20000; ForLoop1 1 body
        done:
          Return0"#;
    let mut world = small();
    assert_eq!(world.run(text), "");
    assert_eq!(world.tally(), 200);
}

/// A tree that is rebuilt all the time among garbage keeps its sum, whatever the collector does meanwhile.
#[test]
fn what_is_reachable_is_kept() {
    let text = r#"
        function main(seed)
          NewTable 2 0 0; LoadK 3 1; LoadK 4 30000; LoadK 5 1; ForPrep 3 done
        body:
          ModK 7 6 50; AddK 7 7 1; NewTable 8 2 0; SetField 8 6 "n"; LoadK 9 "text "; Move 10 6; Concat 9 9 10
          SetField 8 9 "s"; Closure 9 f; SetField 8 9 "f"; SetIndex 2 7 8; Closure 9 garbage; Move 10 6; Call 9 1 0
          ForLoop1 3 body
        done:
          LoadK 10 0; LoadK 3 1; LoadK 4 50; LoadK 5 1; ForPrep 3 out
        sum:
          GetIndex 7 2 6; GetField 8 7 "f"; Call 8 0 1; GetField 9 7 "n"; JumpNe 8 9 out
          Add 10 10 8; GetField 9 7 "s"; LoadK 8 "text "; GetField 7 7 "n"; Move 11 7; Move 7 8; Move 8 11; Concat 7 7 8
          JumpNe 7 9 out; ForLoop1 3 sum
        out:
          Return1 10
        function f()
          upvalue i register 6
          GetUpvalue 1 0; Return1 1
        function garbage(n)
          GetGlobal 2 "wrap"; Closure 3 g; Call 2 1 1; Move 3 1; Call 2 1 1; NewTable 3 3 3; SetField 3 3 "self"; Return0
        function g(n)
          NewCell 1; Closure 2 h; GetGlobal 3 "yield"; Move 4 2; Call 3 1 0; Return0
        function h()
          upvalue n register 1 cell
          GetCellUpvalue 1 0; Return1 1"#;
    // The last 50 numbers up to 30,000.
    let expected: u32 = (29_951..=30_000).sum();
    for (limit, keeps_stack) in [(LIMIT, false), (LIMIT / 2, false), (LIMIT, true), (LIMIT / 2, true)] {
        let mut world = World::new(MachineOptions::default(), limit);
        if keeps_stack {
            world.machine.rest(&mut world.heap);
        }
        assert_eq!(world.run_with(text, &[1.0]), expected.to_string());
        assert!(world.heap.stats().collections > 2, "{:?}", world.heap.stats());
    }
}

/// Code is collected with its functions: loading without end needs no memory without end.
#[test]
fn dead_code_makes_room() {
    let mut world = small();
    let chunk = std::sync::Arc::new(assembler::assemble(
        "function main()\nClosure 1 f; LoadK 2 20; LoadK 3 22; Call 1 2 1; Return1 1\nfunction f(a, b)\nAdd 1 1 2; Return1 1",
    ));
    let mut most = 0;
    for round in 0..5_000 {
        let function = world.load(&chunk);
        if round % 100 == 0 {
            world.machine.start(&mut world.heap, &function, |_| Ok(())).unwrap();
            assert_eq!(world.go_on(), "42");
            world.heap.collect_full();
            most = most.max(world.heap.stats().prototypes);
        }
        world.heap.begin().unpin(function).unwrap();
    }
    assert!(most < 500, "{most} prototypes");
}
