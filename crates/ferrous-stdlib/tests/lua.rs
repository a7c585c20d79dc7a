//! Programs in `lua/` against the output that PUC Lua 5.1 has for them.
//!
//! `FERROUS_BLESS=1` records the outputs anew, with the installed lua5.1.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use ferrous_heap::{Heap, HeapOptions};
use ferrous_stdlib::{Output, open_plain};
use ferrous_vm::machine::{Exit, Machine, MachineOptions};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a program prints; `fuel` is granted again and again.
fn run(source: &[u8], name: &str, fuel: Option<u64>) -> String {
    let options = ferrous_compiler::Options::default();
    let chunk = Arc::new(ferrous_compiler::compile(source, format!("={name}").as_bytes(), &options).unwrap());
    let captured = Captured::default();
    let mut heap = Heap::new(HeapOptions::default());
    let mut machine = Machine::new(&mut heap, MachineOptions::default()).unwrap();
    let output = Output::new(captured.clone());
    let main = machine
        .setup(&mut heap, |ctx| {
            open_plain(ctx, &output)?;
            let globals = ctx.globals();
            let main = ctx.load(&chunk, globals)?;
            Ok(ctx.tx.pin(main))
        })
        .unwrap();
    machine.start(&mut heap, &main, |_| Ok(())).unwrap();
    machine.set_fuel(fuel);
    loop {
        match machine.run(&mut heap) {
            Exit::Done => break,
            Exit::Interrupted(_) => machine.set_fuel(fuel),
            Exit::Failed => {
                let error = machine.with_error(&mut heap, |tx, value| {
                    String::from_utf8_lossy(tx.string(value).unwrap_or(b"(no string)")).into_owned()
                });
                panic!("{error}\n{}", String::from_utf8_lossy(&machine.failure().traceback));
            }
            exit => panic!("{exit:?}"),
        }
    }
    let text = captured.0.lock().unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lua");
    let mut programs: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lua"))
        .collect();
    programs.sort();
    programs
}

/// The first lines that differ, for a message one can read.
fn difference(expected: &str, actual: &str) -> String {
    let mut lines = expected.lines().zip(actual.lines()).enumerate();
    match lines.find(|(_, (expected, actual))| expected != actual) {
        Some((number, (expected, actual))) => {
            format!("line {}:\nexpected {expected}\nactual   {actual}", number + 1)
        }
        None => format!("{} lines expected, {} found", expected.lines().count(), actual.lines().count()),
    }
}

#[test]
fn programs_print_what_lua_prints() {
    let mut failures = Vec::new();
    for program in programs() {
        let name = program.file_name().unwrap().to_str().unwrap().to_owned();
        let source = std::fs::read(&program).unwrap();
        let recorded = program.with_extension("out");
        if std::env::var_os("FERROUS_BLESS").is_some() {
            // The chunk name is what both sides see; pcall keeps the handler of `lua` out of the program.
            let load = format!("assert(loadstring(io.read('*a'), '={name}'))");
            let launcher = format!("local ok, e = pcall({load}) if not ok then error(e, 0) end");
            let mut child = Command::new("lua5.1")
                .args(["-e", &launcher])
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(&source).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{name}");
            std::fs::write(&recorded, output.stdout).unwrap();
        }
        let expected = String::from_utf8_lossy(&std::fs::read(&recorded).unwrap()).into_owned();
        for fuel in [None, Some(500)] {
            let actual = run(&source, &name, fuel);
            if actual != expected {
                failures.push(format!("{name} (fuel {fuel:?}) {}", difference(&expected, &actual)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
