//! What instructions cost: work that grows with its operands is counted, so that a kill is seen in time whatever a script does.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use ferrous_heap::{Heap, HeapOptions};
use ferrous_stdlib::{Output, open_plain};
use ferrous_vm::machine::{Exit, Machine, MachineOptions};

const FUEL: u64 = 1 << 40;

/// The ticks that a program takes.
fn ticks(source: &str) -> u64 {
    let options = ferrous_compiler::Options::default();
    let chunk = Arc::new(ferrous_compiler::compile(source.as_bytes(), b"=ticks", &options).unwrap());
    let mut heap = Heap::new(HeapOptions::default());
    let mut machine = Machine::new(&mut heap, MachineOptions::default()).unwrap();
    let main = machine
        .setup(&mut heap, |ctx| {
            open_plain(ctx, &Output::new(std::io::sink()))?;
            let globals = ctx.globals();
            let main = ctx.load(&chunk, globals)?;
            Ok(ctx.tx.pin(main))
        })
        .unwrap();
    machine.start(&mut heap, &main, |_| Ok(())).unwrap();
    machine.set_fuel(Some(FUEL));
    loop {
        match machine.run(&mut heap) {
            Exit::Done => return FUEL - machine.fuel().unwrap(),
            // A step of the collector.
            Exit::Interrupted(_) => {}
            exit => panic!("{exit:?}"),
        }
    }
}

/// Each program for two sizes; how many ticks more the larger one takes at least for a unit of size, as a fraction.
#[test]
fn work_that_grows_costs_ticks() {
    type Program = fn(usize) -> String;
    let programs: [(&str, (usize, usize), Program); 22] = [
        ("a straight line", (1, 128), |n| format!("local a = 1 {}", "a = a + 1 ".repeat(n))),
        ("one expression", (1, 128), |n| format!("local a = 1 a = a{}", " + a".repeat(n))),
        ("a constructor", (1, 128), |n| format!("local a = 1 local t = {{{}}}", "a,".repeat(n))),
        ("branches not taken", (1, 128), |n| {
            format!("local a = 1 {}", "if not a then a = 2 a = 3 end a = a + 1 ".repeat(n))
        }),
        ("new tables", (39, 10), |n| format!("for i = 1, {n} do local a, b, c = {{}}, {{}}, {{}} end")),
        ("closures over variables", (29, 10), |n| {
            format!("for i = 1, {n} do local a = i local f = function() a = 1 end end")
        }),
        ("tables with room", (100, 17), |n| {
            format!("for i = 1, 100 do pcall(function() return {{error(), {}}} end) end", "1,".repeat(n))
        }),
        ("a chain of metatables", (80, 1), |n| {
            format!(
                "local t = {{k = 1}} for i = 1, 80 do t = setmetatable({{}}, {{__index = t, __newindex = t}}) end
                 for i = 1, {n} do t.k = t.k end"
            )
        }),
        ("concatenation", (100, 65), |n| {
            format!("local s = ('x'):rep({n}) for i = 1, 100 do local t = s .. i end")
        }),
        ("comparison", (100, 65), |n| {
            format!(
                "local s = ('x'):rep({n}) local a, b = s .. 1, s .. 2 for i = 1, 100 do local c = a < b end"
            )
        }),
        ("strings as numbers", (100, 65), |n| {
            format!("local s = (' '):rep({n}) .. '1' for i = 1, 100 do local t = s * 2 end")
        }),
        ("a long search for a module", (1, 1), |n| {
            format!("package.path = ('/none/?;'):rep({n}) pcall(require, 'x')")
        }),
        ("strings as ends of a loop", (300, 65), |n| {
            format!("local s = (' '):rep({n}) .. '1' for i = 1, 100 do for j = s, s, s do end end")
        }),
        ("strings as numbers for a library function", (100, 9), |n| {
            format!("local s = (' '):rep({n}) .. '1' for i = 1, 100 do debug.getinfo(s) end")
        }),
        ("a date in a long format", (1, 1), |n| format!("local text = os.date(('x'):rep({n}))")),
        ("blanks before a number in a file", (4_000, 1), |n| {
            format!(
                "local file = io.tmpfile() for i = 1, {n} do file:write((' '):rep(4096)) end
                 file:seek('set') file:read('*n') file:close()"
            )
        }),
        ("a long line of a file", (500, 1), |n| {
            format!(
                "local file = io.tmpfile() for i = 1, {n} do file:write((' '):rep(8192)) end
                 file:seek('set') file:read('*l') file:close()"
            )
        }),
        ("names of files", (40, 1), |n| format!("for i = 1, {n} do os.remove('/none/x') end")),
        ("temporary files", (40, 1), |n| format!("for i = 1, {n} do io.tmpfile():close() end")),
        ("the way to a level", (60, 1), |n| {
            format!(
                "local function f(n)
                   if n > 0 then return 1 + f(n - 1) end
                   for i = 1, 15 do
                     debug.getinfo({n}) pcall(debug.getlocal, {n}, 1) pcall(error, '', {n}) pcall(getfenv, {n})
                   end
                   return 0
                 end
                 f({n})"
            )
        }),
        ("a traceback", (15, 1), |n| {
            format!(
                "local function f(n)
                   if n > 0 then return 1 + f(n - 1) end
                   for i = 1, 15 do debug.traceback() end
                   return 0
                 end
                 f({n})"
            )
        }),
        ("many values", (400, 17), |n| {
            format!(
                "local function f(...) return ... end
                 local function g(...) for i = 1, 100 do f(...) end end
                 local t = {{}} for i = 1, {n} do t[i] = i end g(unpack(t))"
            )
        }),
    ];
    for (name, (numerator, denominator), program) in programs {
        let size = 3_000;
        let (once, twice) = (ticks(&program(size)), ticks(&program(2 * size)));
        let least = (size * numerator / denominator) as u64;
        assert!(twice - once >= least, "{name}: {} ticks more, {least} wanted", twice - once);
    }
}
