//! How a run is stopped and goes on: fuel, kill, pauses, and questions to the host.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use std::time::Duration;

use ferrous_heap::Value;
use ferrous_vm::interrupt::QUANTUM;
use ferrous_vm::machine::{Exit, Machine};
use harness::World;

/// Programs that never end, each of its own kind.
const ENDLESS: &[(&str, &str)] = &[
    ("a loop", "again:\nLoop again"),
    ("a far jump", "again:\nFarJump again"),
    (
        "a numeric loop",
        "LoadK 1 1; LoadK 2 1; LoadK 3 0; LoadK 2 0; ForPrep 1 out\nbody:\nForLoop 1 body\nout:\nReturn0",
    ),
    (
        "a loop over a native iterator",
        "GetGlobal 1 \"count\"; ForInPrep 1 next\nbody:\nLoadK 3 1\nnext:\nForIn 1 1 body; Return0",
    ),
    (
        "a loop over a Lua iterator",
        "function main()\nClosure 1 f; ForInPrep 1 next\nbody:\nLoadK 3 1\nnext:\nForIn 1 1 body; Return0\nfunction f()\nReturn1 0",
    ),
    (
        "tail calls",
        "function main()\nClosure 1 f; TailCall 1 0\nfunction f()\nupvalue f itself\nGetUpvalue 1 0; TailCall 1 0",
    ),
    (
        "vararg tail calls",
        "function main()\nClosure 1 f; TailCall 1 0\nfunction f(...)\nupvalue f itself\nVarargPrep 0; GetUpvalue 1 0; TailCallVararg 1 0 0",
    ),
    ("caught errors", "again:\nGetGlobal 1 \"pcall\"; GetGlobal 2 \"error\"; Call 1 1 0; Loop again"),
    (
        "a handler that fails, again and again",
        "function main()\nagain:\nGetGlobal 1 \"xpcall\"; GetGlobal 2 \"error\"; Closure 3 h; Call 1 2 0; Loop again\n\
         function h()\nGetGlobal 1 \"error\"; Call 1 0 0; Return0",
    ),
    (
        "coroutines",
        "function main()\nGetGlobal 1 \"wrap\"; Closure 2 f; Call 1 1 1\nagain:\nMove 2 1; Call 2 0 0; Loop again\n\
         function f()\nagain:\nGetGlobal 1 \"yield\"; Call 1 0 0; Loop again",
    ),
    (
        "a loop in a coroutine in a pcall in a coroutine",
        "function main()\nGetGlobal 1 \"wrap\"; Closure 2 f; Call 1 1 1; Call 1 0 0; Return0\n\
         function f()\nagain:\nGetGlobal 1 \"pcall\"; GetGlobal 2 \"wrap\"; Closure 3 g; Call 2 1 1; Call 1 1 0; Loop again\n\
         function g()\nagain:\nLoop again",
    ),
    ("a native's work", "GetGlobal 1 \"burn\"; LoadK 2 4000000000; Call 1 1 0; Return0"),
    ("a native's pauses", "GetGlobal 1 \"pause\"; LoadK 2 4000000000; Call 1 1 0; Return0"),
    (
        "a native's calls",
        "GetGlobal 1 \"map\"; GetGlobal 2 \"count\"; LoadK 3 4000000000; Call 1 2 0; Return0",
    ),
    (
        "a metamethod's loop",
        "function main()\nobject 1 __index f; GetField 1 1 \"x\"; Return0\nfunction f()\nagain:\nLoop again",
    ),
    (
        "a handler's loop",
        "function main()\nGetGlobal 1 \"xpcall\"; GetGlobal 2 \"error\"; Closure 3 h; Call 1 2 0; Return0\n\
         function h()\nagain:\nLoop again",
    ),
];

const SUM: &str = "LoadK 1 1; LoadK 2 100000; LoadK 3 1; LoadK 5 0; ForPrep 1 done
    body:
    Add 5 5 4; GetGlobal 6 \"map\"; GetGlobal 7 \"count\"; LoadK 8 1; Call 6 2 1; Add 5 5 6; ForLoop1 1 body
    done:
    Return1 5";

#[test]
fn fuel_interrupts_and_more_of_it_goes_on() {
    let mut world = World::default();
    let expected = world.run(SUM);
    for grant in [1, 2, 7, 1_000, QUANTUM as u64, QUANTUM as u64 + 1, 123_456] {
        // Small grants for a small part of the run only: each interruption is a slice of its own.
        world.start(SUM, &[]);
        let mut interruptions = 0;
        let outcome = loop {
            let grant = if interruptions < 5_000 { grant } else { u64::from(u32::MAX) };
            world.machine.set_fuel(Some(grant));
            match world.go_on() {
                outcome if outcome == "Fuel" => interruptions += 1,
                outcome => break outcome,
            }
        };
        assert_eq!(outcome, expected, "with {grant} units");
        assert!(interruptions > 0);
        world.machine.set_fuel(None);
    }
}

#[test]
fn each_unit_of_fuel_makes_progress() {
    let mut world = World::default();
    world.start(
        "LoadK 1 1; LoadK 2 100; LoadK 3 1; ForPrep 1 done\nbody:\nForLoop1 1 body\ndone:\nReturn1 4",
        &[],
    );
    let mut grants = 0;
    let outcome = loop {
        grants += 1;
        world.machine.set_fuel(Some(1));
        match world.go_on() {
            outcome if outcome == "Fuel" => assert!(grants < 200),
            outcome => break outcome,
        }
    };
    assert_eq!(outcome, "100");
}

#[test]
fn without_fuel_nothing_runs() {
    let mut world = World::default();
    world.start(r#"GetGlobal 1 "tally"; Call 1 0 0; Return0"#, &[]);
    world.machine.set_fuel(Some(0));
    assert_eq!(world.go_on(), "Fuel");
    assert_eq!(world.tally(), 0);
}

#[test]
fn fuel_is_spent_by_loops_calls_and_natives() {
    for (text, least) in [
        ("LoadK 1 1; LoadK 2 1000; LoadK 3 1; ForPrep 1 done\nbody:\nForLoop1 1 body\ndone:\nReturn0", 999),
        ("GetGlobal 1 \"burn\"; LoadK 2 1000; Call 1 1 0; Return0", 1_000),
        ("GetGlobal 1 \"count\"; Call 1 0 0; Return0", 1),
    ] {
        let mut world = World::default();
        world.start(text, &[]);
        world.machine.set_fuel(Some(1_000_000));
        assert_eq!(world.go_on(), "");
        let spent = 1_000_000 - world.machine.fuel().unwrap();
        assert!((least..=least + 2).contains(&spent), "{text}: {spent}");
    }
}

#[test]
fn endless_programs_run_out_of_fuel() {
    for (name, text) in ENDLESS {
        let mut world = World::default();
        world.start(text, &[]);
        for _ in 0..3 {
            world.machine.set_fuel(Some(50_000));
            assert_eq!(world.go_on(), "Fuel", "{name}");
        }
    }
}

#[test]
fn nothing_catches_a_kill() {
    for (name, text) in ENDLESS {
        let mut world = World::default();
        let handle = world.machine.interrupt_handle();
        world.start(text, &[]);
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(3));
            handle.kill();
        });
        assert_eq!(world.go_on(), "killed", "{name}");
        killer.join().unwrap();
        // The machine is good for another run.
        world.machine.interrupt_handle().reset();
        assert_eq!(world.run("LoadK 1 7; Return1 1"), "7", "{name}");
    }
}

/// A kill that comes from inside is seen at the next look, before whatever would catch an error.
#[test]
fn a_kill_passes_pcall_handlers_and_coroutines() {
    let text = r#"
        function main()
          GetGlobal 1 "xpcall"; Closure 2 f; GetGlobal 3 "tally"; Call 1 2 0; GetGlobal 1 "tally"; Call 1 0 0; Return0
        function f()
          GetGlobal 1 "pcall"; GetGlobal 2 "wrap"; Closure 3 g; Call 2 1 1; Call 1 1 0; GetGlobal 1 "tally"; Call 1 0 0
          Return0
        function g()
          GetGlobal 1 "protect"; Closure 2 h; Call 1 1 0; GetGlobal 1 "tally"; Call 1 0 0; Return0
        function h()
          GetGlobal 1 "kill"; Call 1 0 0
        again:
          Loop again"#;
    let mut world = World::default();
    assert_eq!(world.run(text), "killed");
    assert_eq!(world.tally(), 0);
}

#[test]
fn a_killed_run_tells_where_it_was() {
    let mut world = World::default();
    world.start("LoadK 1 1\nGetGlobal 1 \"kill\"; Call 1 0 0\nagain:\nLoop again", &[]);
    assert_eq!(world.go_on(), "killed");
    let (name, line) = world.machine.source(&mut world.heap).unwrap();
    assert_eq!((name.as_slice(), line), (b"=test".as_slice(), 4));
}

/// Answers the host's question with the sum of its arguments.
fn answer(world: &mut World) -> Exit {
    world.machine.complete_host(&mut world.heap, |ctx| {
        let numbers = ctx.registers_from(2).iter().filter_map(|value| value.as_number());
        let sum = numbers.sum::<f64>();
        ctx.ret(Value::number(sum))
    })
}

const ASKING: &str = r#"
    function main(x)
      LoadK 2 0; LoadK 3 1; LoadK 4 10; LoadK 5 1; ForPrep 3 done
    body:
      GetGlobal 7 "host"; LoadK 8 3; Move 9 1; Move 10 6; Call 7 3 1; Add 2 2 7; ForLoop1 3 body
    done:
      Return1 2"#;

#[test]
fn a_host_answers() {
    let mut world = World::default();
    world.start(ASKING, &[100.0]);
    let mut outcome = world.go_on();
    for n in 1..=10 {
        assert_eq!(outcome, "host 3");
        let arguments = world.machine.host_context(&mut world.heap, |ctx| (ctx.arg(2), ctx.arg(3)));
        assert_eq!(arguments, Some((Value::number(100.0), Value::number(f64::from(n)))));
        world.heap.collect_full();
        let exit = answer(&mut world);
        outcome = world.describe(exit);
    }
    assert_eq!(outcome, "1055");
    assert_eq!(world.machine.host_context(&mut world.heap, |_| ()), None);
}

#[test]
fn a_host_may_answer_with_an_error_or_a_call() {
    let text = r#"
        GetGlobal 1 "pcall"; GetGlobal 2 "host"; LoadK 3 1; Call 1 2 *; ReturnTop 1"#;
    let mut world = World::default();
    world.start(text, &[]);
    assert_eq!(world.go_on(), "host 1");
    let exit = world.machine.complete_host(&mut world.heap, |ctx| Err(ctx.error("no such thing")));
    assert_eq!(world.describe(exit), r#"false "no such thing""#);
    world.start(text, &[]);
    assert_eq!(world.go_on(), "host 1");
    let exit = world.machine.complete_host(&mut world.heap, |ctx| {
        let globals = ctx.globals().as_table().unwrap();
        let many = ctx.tx.raw_get_str(globals, b"many");
        ctx.push(many)?;
        ctx.push(Value::number(3.0))?;
        ctx.call(1, 2, Triple)
    });
    assert_eq!(world.describe(exit), "true 1 2 3");
}

struct Triple;

impl ferrous_vm::native::NativeState for Triple {
    fn resume(
        self: Box<Self>,
        ctx: &mut ferrous_vm::native::NativeContext<'_, '_>,
        _: ferrous_vm::native::Resumption,
    ) -> ferrous_vm::native::NativeResult {
        ctx.push(Value::number(3.0))?;
        ctx.return_top(3)
    }
}

/// The host is asked from inside calls, metamethods, iterators, handlers, coroutines and natives alike.
#[test]
fn the_host_is_asked_from_anywhere() {
    for (name, text, outcome) in [
        ("a tail call", r#"GetGlobal 1 "host"; LoadK 2 1; LoadK 3 5; TailCall 1 2"#, "5"),
        (
            "a metamethod",
            r#"GetGlobal 1 "object"; LoadK 2 "__call"; GetGlobal 3 "tally"; Call 1 2 1; GetGlobal 2 "pcall"
            GetGlobal 3 "host"; LoadK 4 1; LoadK 5 5; Call 2 3 *; ReturnTop 2"#,
            "true 5",
        ),
        (
            "a native's call",
            r#"GetGlobal 1 "map"; GetGlobal 2 "host"; LoadK 3 3; Call 1 2 1; Return1 1"#,
            "0",
        ),
        (
            "a coroutine",
            r#"GetGlobal 1 "wrap"; GetGlobal 2 "host"; Call 1 1 1; LoadK 2 1; LoadK 3 5; Call 1 2 1; Return1 1"#,
            "5",
        ),
        (
            "an operator",
            "function main()\nobject 1 __add f; AddK 1 1 5; Return1 1\nfunction f(x, y)\nGetGlobal 3 \"host\"; LoadK 4 1; Move 5 2; Call 3 2 1; Return1 3",
            "5",
        ),
        (
            "a handler",
            "function main()\nGetGlobal 1 \"xpcall\"; GetGlobal 2 \"error\"; Closure 3 f; Call 1 2 *; ReturnTop 1\n\
             function f(x)\nGetGlobal 3 \"host\"; LoadK 4 1; LoadK 5 5; Call 3 2 1; Return1 3",
            "false 5",
        ),
    ] {
        let mut world = World::default();
        world.start(text, &[]);
        let mut seen = world.go_on();
        while seen.starts_with("host") {
            let exit = answer(&mut world);
            seen = world.describe(exit);
        }
        assert_eq!(seen, outcome, "{name}");
    }
}

#[test]
fn a_suspended_run_goes_on_on_another_thread() {
    let mut world = World::default();
    world.start(ASKING, &[1.0]);
    let mut exit = world.machine.run(&mut world.heap);
    while exit == Exit::Host(3) {
        (world, exit) = std::thread::spawn(move || {
            let exit = answer(&mut world);
            (world, exit)
        })
        .join()
        .unwrap();
    }
    assert_eq!(world.describe(exit), "65");
}

#[test]
fn a_thousand_runs_interleave_on_one_thread() {
    let mut worlds: Vec<(World, Exit)> = (0..1_000)
        .map(|n| {
            let mut world = World::default();
            world.start(ASKING, &[f64::from(n)]);
            let exit = world.machine.run(&mut world.heap);
            (world, exit)
        })
        .collect();
    for _ in 0..10 {
        for (world, exit) in &mut worlds {
            assert_eq!(*exit, Exit::Host(3));
            *exit = answer(world);
        }
    }
    for (n, (world, exit)) in worlds.iter_mut().enumerate() {
        assert_eq!(world.describe(*exit), (n * 10 + 55).to_string());
    }
}

#[test]
fn machines_and_heaps_are_send() {
    fn assert_send<T: Send>() {}
    assert_send::<Machine>();
    assert_send::<ferrous_heap::Heap>();
}

/// A new run may be started while one is suspended; the old one is gone.
#[test]
fn a_suspended_run_can_be_given_up() {
    let mut world = World::default();
    for text in [
        ASKING,
        r#"GetGlobal 1 "wrap"; GetGlobal 2 "host"; Call 1 1 1; LoadK 2 3; Call 1 1 1; Return1 1"#,
        r#"GetGlobal 1 "map"; GetGlobal 2 "host"; LoadK 3 9; Call 1 2 1; Return1 1"#,
    ] {
        world.start(text, &[1.0]);
        assert!(world.go_on().starts_with("host"));
        world.heap.collect_full();
        assert_eq!(world.run("LoadK 1 7; Return1 1"), "7");
        world.heap.collect_full();
    }
}
