//! The program `ferrous`: Lua scripts for Redis, and plain Lua 5.1, from the command line.
//!
//! | module | what it does |
//! |---|---|
//! | [`arguments`] | the command line and its help |
//! | [`eval`], [`fcall`], [`run`], [`repl`], [`inspect`], [`pipe`] | one command each |
//! | [`lua_line`], [`interpreter`], [`watchdog`] | plain Lua: the words of the program lua, its machine, its time limit |
//! | [`embedded`] | what `eval` and `fcall` share |
//! | [`server`], [`connection`] | engine and keyspace behind one connection |
//! | [`output`] | replies as text |
//! | [`diagnostic`], [`error`] | what is said when something fails |
//! | [`source`], [`units`] | scripts and quantities, read |
//!
//! **Invariant:** exit code 0 means that all went well, 1 that something failed and was explained on standard error, 2 that
//! the command line was wrong. Nothing a user can type makes the program panic.
#![forbid(unsafe_code)]

mod arguments;
mod client;
mod connection;
mod debug;
mod diagnostic;
mod effect_log;
mod embedded;
mod error;
mod eval;
mod fcall;
mod idle;
mod inspect;
mod interpreter;
mod lua_line;
mod output;
mod pipe;
mod repl;
mod run;
mod server;
mod source;
mod traceback;
mod transaction;
mod units;
mod watchdog;

use std::{env, process::ExitCode};

use clap::Parser as _;

use crate::{
    arguments::{Arguments, Command},
    error::CliError,
};

fn main() -> ExitCode {
    let line = lua_line::arrange(env::args_os().collect());
    match execute(&Arguments::parse_from(line)) {
        Ok(code) => code,
        Err(error) => {
            if !error.is_quiet() {
                diagnostic::report(error.to_string().as_bytes(), None);
            }
            error.exit_code()
        }
    }
}

fn execute(arguments: &Arguments) -> Result<ExitCode, CliError> {
    match &arguments.command {
        Command::Eval(arguments) => eval::run(arguments),
        Command::Fcall(arguments) => fcall::run(arguments),
        Command::Debug(arguments) => debug::run(arguments),
        Command::Run(arguments) => run::run(arguments),
        Command::Repl(arguments) => repl::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Pipe(arguments) => pipe::run(arguments),
    }
}
