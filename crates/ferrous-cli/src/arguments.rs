//! The command line: subcommands, options, and the help they print.
//!
//! clap answers wrong usage itself, on standard error with exit code 2. What it cannot see (operands that depend on each
//! other) is checked by the commands, which answer in the same way.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};
use ferrous_redis::Compat;

use crate::units;

/// Run Lua scripts for Redis, and plain Lua 5.1, without a server.
#[derive(Debug, Parser)]
#[command(name = "ferrous", version, arg_required_else_help = true, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  ferrous eval limiter.lua user:1 , 10 60      run a script on an empty keyspace
  ferrous eval -e 'return redis.call(\"TIME\")'  run a text
  ferrous fcall lib.lua greet key , argument   load a library, call its function greet
  ferrous debug limiter.lua user:1 , 10 60     step through it
  ferrous run program.lua one two              run plain Lua 5.1
  ferrous inspect script.lua                   print the bytecode
  ferrous pipe < commands.resp                 answer commands as a server would

FILE may be - for standard input. Exit code: 0 fine, 1 an error, 2 wrong usage.";

/// What the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Evaluate a Redis script on an embedded keyspace and print its reply
    Eval(EvalArguments),
    /// Load a library of Redis functions and call one of them
    Fcall(FcallArguments),
    /// Step through a Redis script on an embedded keyspace
    Debug(DebugArguments),
    /// Run a plain Lua 5.1 program
    Run(RunArguments),
    /// Read, evaluate and print Lua 5.1, line by line
    Repl(ReplArguments),
    /// Print the bytecode of a script, or of a file of bytecode
    Inspect(InspectArguments),
    /// Answer RESP commands from standard input on one keyspace
    Pipe(PipeArguments),
}

/// Limits of one run.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArguments {
    /// Stop the script after this time: 250ms, 5s, 1m (a bare number: milliseconds)
    #[arg(long, value_name = "TIME", value_parser = units::duration)]
    pub(crate) timeout: Option<Duration>,
    /// Let the script use at most this memory: 512kb, 64mb, 1gb
    #[arg(long, value_name = "SIZE", value_parser = units::bytes)]
    pub(crate) memory: Option<usize>,
    /// Stop the script after about this many instructions: 500k, 10m, 1g
    #[arg(long, value_name = "COUNT", value_parser = units::instructions)]
    pub(crate) fuel: Option<u64>,
}

/// Options of the commands that run something on an embedded keyspace and print its reply.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// Print the reply as one line of JSON
    #[arg(long, conflicts_with_all = ["raw", "no_raw"])]
    pub(crate) json: bool,
    /// Print plain lines even on a terminal
    #[arg(long, conflicts_with = "no_raw")]
    pub(crate) raw: bool,
    /// Print types and numbers even into a pipe
    #[arg(long)]
    pub(crate) no_raw: bool,
    /// Take the reply in RESP3: maps, sets, doubles, booleans
    #[arg(long)]
    pub(crate) resp3: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    /// Execute the commands in FILE first (RESP, or one command a line)
    #[arg(long, value_name = "FILE")]
    pub(crate) load: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

const EVAL_HELP: &str = "\
Keys and arguments are written as for redis-cli --eval: keys, a comma that stands alone, arguments.

Examples:
  ferrous eval limiter.lua user:1 , 10 60
  ferrous eval --load seed.txt --json board.lua board , 3
  ferrous eval -e 'return {KEYS[1], ARGV[1]}' key , argument
  echo 'return 1' | ferrous eval -

The reply is printed as redis-cli prints it: typed and numbered on a terminal, plain lines into a pipe.
An error is printed as a reply, and explained on standard error with the line it comes from; the exit code is then 1.
redis.log writes to standard error.";

/// Operands and options of `ferrous eval`.
#[derive(Debug, Args)]
#[command(after_help = EVAL_HELP, override_usage = "ferrous eval [OPTIONS] FILE [KEY]... [, ARG...]
       ferrous eval [OPTIONS] -e TEXT [KEY]... [, ARG...]")]
pub(crate) struct EvalArguments {
    /// Evaluate TEXT; there is no FILE then
    #[arg(short = 'e', long = "execute", value_name = "TEXT")]
    pub(crate) text: Option<OsString>,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// The script, its keys, a comma, its arguments
    #[arg(
        value_name = "FILE KEY , ARG",
        help_heading = "Operands",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) operands: Vec<OsString>,
}

const FCALL_HELP: &str = "\
LIB is a library as FUNCTION LOAD takes it: its first line is #!lua name=NAME, and it calls redis.register_function.
Keys and arguments are written as for ferrous eval: keys, a comma that stands alone, arguments.

Examples:
  ferrous fcall limiter.lua take user:1 , 10 60
  ferrous fcall --load seed.txt --json board.lua top board , 3";

/// Operands and options of `ferrous fcall`.
#[derive(Debug, Args)]
#[command(after_help = FCALL_HELP, override_usage = "ferrous fcall [OPTIONS] LIB FUNCTION [KEY]... [, ARG...]")]
pub(crate) struct FcallArguments {
    /// Call the function by FCALL_RO, which refuses functions that may write
    #[arg(long)]
    pub(crate) read_only: bool,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// The library, the function, its keys, a comma, its arguments
    #[arg(
        value_name = "LIB FUNCTION KEY , ARG",
        help_heading = "Operands",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) operands: Vec<OsString>,
}

const DEBUG_HELP: &str = "\
Keys and arguments are written as for redis-cli --ldb --eval: keys, a comma that stands alone, arguments.
The commands are those of the server's debugger: help shows them. quit ends the session, restart begins it again, with the
script as the file is then.

Examples:
  ferrous debug limiter.lua user:1 , 10 60
  ferrous debug --load seed.txt --compat valkey-9.1 board.lua board , 3

If standard input is no terminal, commands are read from it without prompts.";

/// Operands and options of `ferrous debug`.
#[derive(Debug, Args)]
#[command(after_help = DEBUG_HELP, override_usage = "ferrous debug [OPTIONS] FILE [KEY]... [, ARG...]")]
pub(crate) struct DebugArguments {
    /// Keep what the script changes, so that it is there after a restart
    #[arg(long)]
    pub(crate) sync: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    /// Execute the commands in FILE first (RESP, or one command a line)
    #[arg(long, value_name = "FILE")]
    pub(crate) load: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    /// The script, its keys, a comma, its arguments
    #[arg(
        value_name = "FILE KEY , ARG",
        help_heading = "Operands",
        required = true,
        num_args = 1..,
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) operands: Vec<OsString>,
}

const RUN_HELP: &str = "\
Options of the program lua, in any number and order:
  -e, --execute TEXT  Run TEXT before the program
  -l NAME             Require the library NAME before the program
  -i                  Read and evaluate lines after the program
  -v                  Say which version this is
  --                  The next word is FILE, whatever it looks like
  -                   Read the program from standard input

The program finds its arguments in ... and in the table arg, as under lua. A first line that begins with # is skipped.
What the environment variable LUA_INIT says runs first. Without FILE, -e and -v the program is read from standard input, or line by
line if that is a terminal. Called by a name that begins with lua, ferrous takes the command line of lua.

Examples:
  ferrous run program.lua one two
  ferrous run -e 'print(1 + 1)'
  ferrous run -e 'DEBUG = true' program.lua
  ferrous run --memory 64mb --timeout 5s untrusted.lua";

/// Operands and options of `ferrous run`.
#[derive(Debug, Args)]
#[command(after_help = RUN_HELP, override_usage = "ferrous run [OPTIONS] [FILE [ARG]...]")]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    /// The words of lua: its options, the program and its arguments
    #[arg(
        value_name = "FILE ARG",
        help_heading = "Operands",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub(crate) words: Vec<OsString>,
}

const REPL_HELP: &str = "\
=EXPRESSION prints values. A statement that is not finished continues on the next line.
If standard input is no terminal, lines are read without prompts.";

/// Options of `ferrous repl`.
#[derive(Debug, Args)]
#[command(after_help = REPL_HELP)]
pub(crate) struct ReplArguments {
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

const INSPECT_HELP: &str = "\
A file that string.dump has filled is shown as it is, once it has been found sound.

Examples:
  ferrous inspect script.lua
  echo 'return 1 + x' | ferrous inspect --json -";

/// Operands and options of `ferrous inspect`.
#[derive(Debug, Args)]
#[command(after_help = INSPECT_HELP)]
pub(crate) struct InspectArguments {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// The script, or bytecode
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

const PIPE_HELP: &str = "\
Commands are RESP arrays of bulk strings, or inline lines; replies are raw RESP, in order.

Examples:
  printf 'SET k 1\\nEVAL \"return redis.call(\\x27INCR\\x27, KEYS[1])\" 1 k\\n' | ferrous pipe
  ferrous pipe --compat valkey-9.1 < commands.resp";

/// Options of `ferrous pipe`.
#[derive(Debug, Args)]
#[command(after_help = PIPE_HELP)]
pub(crate) struct PipeArguments {
    #[command(flatten)]
    pub(crate) target: TargetArguments,
    /// Write what commands and scripts change to FILE, as a server writes its append-only file
    #[arg(long, value_name = "FILE")]
    pub(crate) append_only: Option<PathBuf>,
    /// Write it to FILE as a server sends it to its replicas
    #[arg(long, value_name = "FILE")]
    pub(crate) replicas: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
}

/// Which server to behave like.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct TargetArguments {
    /// Behave like TARGET: redis-7.0, redis-7.2, redis-8.0, valkey-9.1
    #[arg(long, value_name = "TARGET", default_value = "redis-7.0", value_parser = compat)]
    pub(crate) compat: Compat,
}

fn compat(name: &str) -> Result<Compat, String> {
    Compat::from_name(name).ok_or_else(|| {
        let names = Compat::ALL.map(Compat::name);
        format!("use one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn everything_after_the_file_is_the_scripts() {
        let line = ["ferrous", "eval", "--json", "file.lua", "--raw", "-1", ",", "--", "-e"];
        let Command::Eval(eval) = Arguments::try_parse_from(line).unwrap().command else { panic!() };
        assert!(eval.server.json && !eval.server.raw && eval.text.is_none());
        assert_eq!(eval.operands, ["file.lua", "--raw", "-1", ",", "--", "-e"]);
    }
}
