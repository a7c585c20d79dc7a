//! Stepping through scripts from outside, as a debugger does: lines, levels, variables, evaluation in between.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use ferrous_heap::{Heap, HeapOptions, Pinned, Value};
use ferrous_stdlib::{Output, open_plain};
use ferrous_vm::machine::{Exit, Machine, MachineOptions};
use ferrous_vm::native::NativeContext;

struct Debugger {
    heap: Heap,
    machine: Machine,
}

impl Debugger {
    /// A script that is about to run, step by step.
    fn new(source: &str) -> Self {
        let mut heap = Heap::new(HeapOptions::default());
        let mut machine = Machine::new(&mut heap, MachineOptions::default()).unwrap();
        let output = Output::new(std::io::sink());
        machine.setup(&mut heap, |ctx| open_plain(ctx, &output)).unwrap();
        let mut debugger = Self { heap, machine };
        let main = debugger.load(source);
        debugger.machine.start(&mut debugger.heap, &main, |_| Ok(())).unwrap();
        debugger.machine.set_stepping(true);
        debugger
    }

    fn load(&mut self, source: &str) -> Pinned {
        let options = ferrous_compiler::Options::default();
        let chunk = Arc::new(ferrous_compiler::compile(source.as_bytes(), b"=s", &options).unwrap());
        let load = |ctx: &mut NativeContext<'_, '_>| {
            let globals = ctx.globals();
            let function = ctx.load(&chunk, globals)?;
            Ok(ctx.tx.pin(function))
        };
        self.machine.setup(&mut self.heap, load).unwrap()
    }

    fn run(&mut self) -> Exit {
        self.machine.run(&mut self.heap)
    }

    /// The lines at which the rest of the run stops.
    fn lines(&mut self) -> Vec<u32> {
        let mut lines = Vec::new();
        while self.run() == Exit::Line {
            lines.push(self.machine.source(&mut self.heap).unwrap().1);
        }
        lines
    }

    /// Runs up to a line.
    fn go_to(&mut self, line: u32) {
        while self.run() == Exit::Line {
            if self.machine.source(&mut self.heap).unwrap().1 == line {
                return;
            }
        }
        panic!("line {line} was not reached");
    }

    fn with<R>(&mut self, f: impl FnOnce(&mut NativeContext<'_, '_>) -> R) -> R {
        self.machine.setup(&mut self.heap, |ctx| Ok(f(ctx))).unwrap()
    }

    /// The number in a variable of the level that has one of that name.
    fn variable(&mut self, name: &str) -> Option<f64> {
        self.with(|ctx| {
            let mut levels = (1..).map_while(|level| ctx.level(None, level));
            levels.find_map(|level| ctx.local_named(&level, name.as_bytes()))?.as_number()
        })
    }

    /// `name:line` of each level, outward.
    fn levels(&mut self) -> Vec<String> {
        self.with(|ctx| {
            let levels = (1..).map_while(|level| ctx.level(None, level));
            let show = |level| {
                let name = ctx.level_name(&level).map_or(b"?".to_vec(), |(_, name)| name);
                let line = ctx.level_line(&level).map_or("-".to_string(), |line| line.to_string());
                format!("{}:{line}", String::from_utf8_lossy(&name))
            };
            levels.map(show).collect()
        })
    }

    /// Evaluates an expression: whether it failed, and what came out of it.
    fn evaluate(&mut self, expression: &str) -> (bool, String) {
        let function = self.load(&format!("return {expression}"));
        self.machine.evaluate(&mut self.heap, &function, |_| Ok(())).unwrap();
        let failed = match self.run() {
            Exit::Evaluated => false,
            Exit::EvaluationFailed => true,
            exit => panic!("{expression}: {exit:?}"),
        };
        let result = self.machine.with_results(&mut self.heap, |tx, values| {
            let value = values.first().copied().unwrap_or(Value::NIL);
            match tx.string(value) {
                Some(text) => String::from_utf8_lossy(text).into_owned(),
                None => value.as_number().map_or(value.type_name().to_string(), |number| number.to_string()),
            }
        });
        (failed, result)
    }
}

#[test]
fn lines_are_those_of_a_line_hook_of_lua() {
    let cases: &[(&str, &[u32])] = &[
        ("local a = 1\nlocal b = 2\nreturn a + b", &[1, 2, 3]),
        ("for i = 1, 3 do\n  local x = i\nend\nreturn", &[1, 2, 1, 2, 1, 2, 1, 4]),
        ("for i = 1, 3 do local x = i end\nreturn", &[1, 1, 1, 1, 2]),
        ("for i = 1, 0 do local x = i end\nreturn", &[1, 2]),
        ("local i = 0\nwhile i < 2 do i = i + 1 end\n", &[1, 2, 2, 2]),
        ("local function f(x)\n  return x\nend\nlocal y = f(1)\nf(y)", &[3, 4, 2, 5, 2]),
        (
            "local t = setmetatable({}, {__index = function(_, k)\n return k end})\nlocal a = t.x\n",
            &[1, 2, 1, 3, 2],
        ),
        ("pcall(function()\n  error('x')\nend)\nlocal a", &[1, 3, 1, 2, 4]),
    ];
    for (source, lines) in cases {
        assert_eq!(Debugger::new(source).lines(), *lines, "{source}");
    }
}

#[test]
fn a_kill_reaches_a_stepping_run() {
    let mut debugger = Debugger::new("while true do\n  local x\nend");
    debugger.machine.interrupt_handle().kill();
    let exit = loop {
        match debugger.run() {
            Exit::Line => {}
            exit => break exit,
        }
    };
    assert!(exit == Exit::Failed && debugger.machine.failure().killed);
}

#[test]
fn levels_and_variables_of_a_stopped_run() {
    let mut debugger = Debugger::new(
        "local seen = 7\nlocal function inner(a, ...)\n  local b = a + 1\n  return b, seen\nend\n\
         function outer(n)\n  local got = inner(n * 2)\n  return got\nend\nouter(5)\n",
    );
    debugger.go_to(4);
    assert_eq!(debugger.levels(), ["inner:4", "outer:7", "?:10", "?:-"]);
    assert_eq!(debugger.variable("b"), Some(11.0));
    assert_eq!(debugger.variable("n"), Some(5.0));
    assert_eq!(debugger.variable("seen"), Some(7.0));
    assert_eq!(debugger.variable("got"), None);
    let upvalue = debugger.with(|ctx| {
        let level = ctx.level(None, 1).unwrap();
        let function = ctx.level_function(&level);
        ctx.upvalue_of(function, 1)
    });
    assert_eq!(upvalue, Some((b"seen".to_vec(), Value::number(7.0))));
    assert_eq!(debugger.lines(), [8]);
}

#[test]
fn evaluation_does_not_touch_the_run() {
    let mut debugger =
        Debugger::new("x = 1\nlocal a, b = (function(...)\n  return ...\nend)(4, 5)\nreturn a + b + x");
    debugger.go_to(3);
    assert_eq!(debugger.evaluate("x + 1"), (false, "2".to_string()));
    assert_eq!(
        debugger.evaluate("nothing.at_all"),
        (true, "s:1: attempt to index global 'nothing' (a nil value)".to_string())
    );
    assert_eq!(debugger.evaluate("pcall(error)"), (false, "boolean".to_string()));
    assert_eq!(
        debugger
            .evaluate(
                "(function() x = 100 return (string.rep('ab', 3):gsub('a', function() return x end)) end)()"
            )
            .1,
        "100b100b100b"
    );
    assert_eq!(
        debugger.evaluate("(function(...) return select('#', ...) end)(unpack({}, 1, 200))"),
        (false, "200".to_string())
    );
    let deep = "(function() local function f() return 1 + f() end return f() end)()";
    assert_eq!(debugger.evaluate(deep), (true, "s:1: stack overflow".to_string()));
    assert_eq!(debugger.lines(), [5]);
    let result = debugger.machine.with_results(&mut debugger.heap, |_, values| values.first().copied());
    assert_eq!(result.and_then(|value| value.as_number()), Some(109.0));
}

#[test]
fn evaluation_wants_a_run_that_stands_at_a_line() {
    let mut debugger = Debugger::new("return 1");
    let function = debugger.load("return 2");
    assert!(debugger.machine.evaluate(&mut debugger.heap, &function, |_| Ok(())).is_err());
    debugger.machine.set_stepping(false);
    assert_eq!(debugger.run(), Exit::Done);
    assert!(debugger.machine.evaluate(&mut debugger.heap, &function, |_| Ok(())).is_err());
}

#[test]
fn coroutines_are_stepped_into() {
    let mut debugger = Debugger::new(
        "local co = coroutine.wrap(function(a)\n  local b = coroutine.yield(a)\n  return b\nend)\nco(1)\nlocal z = 0\nco(2)\n",
    );
    assert_eq!(debugger.lines(), [1, 4, 1, 5, 2, 6, 7, 3]);
}

#[test]
fn stepping_can_be_switched_at_any_stop() {
    let mut debugger = Debugger::new("local a = 1\nlocal b = 2\nlocal c = 3\nreturn a + b + c");
    assert_eq!(debugger.run(), Exit::Line);
    debugger.machine.set_stepping(false);
    assert_eq!(debugger.evaluate("1").1, "1");
    assert_eq!(debugger.run(), Exit::Done);
}
