//! Compiles a file and does nothing else: what `luac5.1 -p` does, for `cargo xtask bench --compile`.
//!
//! `compile_source [--any] FILE`. Exit code 0 if the file compiles, 1 if not. With `--any` it is 0 in both cases, so that only a
//! crash fails, and the file is compiled for programs that can look at themselves (`debug`), which has to do more.

#![forbid(unsafe_code)]
#![expect(clippy::print_stderr, reason = "a program that says what is wrong")]

use std::process::ExitCode;

use ferrous_compiler::{Captures, Options};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let any = arguments.first().is_some_and(|argument| argument == "--any");
    let Some(file) = arguments.pop() else { return ExitCode::from(2) };
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::from(2);
        }
    };
    let captures = if any { Captures::Cell } else { Captures::default() };
    match ferrous_compiler::compile(&text, b"=source", &Options { captures, ..Options::default() }) {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) if any => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
