//! What the debuggers of Redis and Valkey say and do differently.
//!
//! **Invariant:** the first name of a command is the one that its help shows in brackets.

use std::ops::RangeInclusive;

use crate::debugger::command::Verb;

/// How values are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueForm {
    /// Strings in quotation marks, tables without a separator at their end.
    Quoted,
    /// Strings as they are, a separator after each entry, a blank before what is an address.
    Plain,
}

/// A command of the debugger.
#[derive(Debug)]
pub(crate) struct DebuggerCommand {
    pub(crate) names: &'static [&'static str],
    pub(crate) verb: Verb,
    /// How many words it may have, its name included.
    pub(crate) words: RangeInclusive<usize>,
}

/// One target's texts and switches.
#[derive(Debug)]
pub struct DebuggerDialect {
    pub(crate) commands: &'static [DebuggerCommand],
    /// The lines of `help`.
    pub(crate) help: &'static [&'static str],
    /// A command that does not exist, or has too few or too many words.
    pub(crate) unknown: &'static str,
    /// Why a script stops after `redis.breakpoint()`.
    pub(crate) breakpoint_called: &'static str,
    /// Why a script stops that has run for too long; not at all, if there is no text.
    pub(crate) endless: Option<&'static str>,
    /// What stands before a command that the script calls.
    pub(crate) command_tag: &'static str,
    /// Whether the arguments of a command are shown up to their first zero byte.
    pub(crate) cuts_arguments: bool,
    /// What stands before the message when `eval` is given what is not Lua.
    pub(crate) not_lua: &'static str,
    /// Whether a command that is refused has a reply too, and the reply comes before the error.
    pub(crate) replies_first: bool,
    /// Whether `maxlen` takes nothing but a number, and 0 for no limit.
    pub(crate) strict_length: bool,
    /// `maxlen 0`.
    pub(crate) unlimited: &'static str,
    /// Whether `maxlen` alone says `Current maxlen is N`.
    pub(crate) states_length: bool,
    /// How values are printed.
    pub value_form: ValueForm,
    /// Whether `eval` shows the text of an error that is a table; otherwise it shows none.
    pub(crate) shows_error_tables: bool,
    /// Whether a coroutine is looked at from the thread that began the script.
    pub(crate) looks_from_main_thread: bool,
    /// Whether SCRIPT DEBUG may name the engine.
    pub(crate) names_engine: bool,
}

const ANY: RangeInclusive<usize> = 1..=usize::MAX;

const fn command(
    names: &'static [&'static str],
    verb: Verb,
    words: RangeInclusive<usize>,
) -> DebuggerCommand {
    DebuggerCommand { names, verb, words }
}

pub(crate) const REDIS: DebuggerDialect = DebuggerDialect {
    commands: &[
        command(&["h", "help"], Verb::Help, ANY),
        command(&["s", "step", "n", "next"], Verb::Step, ANY),
        command(&["c", "continue"], Verb::Continue, ANY),
        command(&["l", "list"], Verb::List, ANY),
        command(&["w", "whole"], Verb::Whole, ANY),
        command(&["p", "print"], Verb::Print, ANY),
        command(&["b", "break"], Verb::Break, ANY),
        command(&["t", "trace"], Verb::Trace, ANY),
        command(&["e", "eval"], Verb::Eval, ANY),
        command(&["r", "redis"], Verb::Call, 2..=usize::MAX),
        command(&["m", "maxlen"], Verb::MaxLength, ANY),
        command(&["a", "abort"], Verb::Abort, ANY),
    ],
    help: REDIS_HELP,
    unknown: "<error> Unknown Redis Lua debugger command or wrong number of arguments.",
    breakpoint_called: "redis.breakpoint() called",
    endless: Some("timeout reached, infinite loop?"),
    command_tag: "<redis>",
    cuts_arguments: false,
    not_lua: "<error> ",
    replies_first: false,
    strict_length: false,
    unlimited: "<value> replies are unlimited.",
    states_length: false,
    value_form: ValueForm::Quoted,
    shows_error_tables: true,
    looks_from_main_thread: false,
    names_engine: false,
};

pub(crate) const VALKEY: DebuggerDialect = DebuggerDialect {
    commands: &[
        command(&["h", "help"], Verb::Help, 1..=1),
        command(&["max", "maxlen"], Verb::MaxLength, 1..=2),
        command(&["s", "step", "n", "next"], Verb::Step, 1..=1),
        command(&["c", "continue"], Verb::Continue, 1..=1),
        command(&["l", "list"], Verb::List, 1..=3),
        command(&["w", "whole"], Verb::Whole, 1..=1),
        command(&["p", "print"], Verb::Print, 1..=2),
        command(&["b", "break"], Verb::Break, 1..=2),
        command(&["t", "trace"], Verb::Trace, 1..=1),
        command(&["e", "eval"], Verb::Eval, 2..=usize::MAX),
        command(&["v", "valkey", "r", "redis", "server"], Verb::Call, 2..=usize::MAX),
        command(&["a", "abort"], Verb::Abort, 1..=1),
    ],
    help: VALKEY_HELP,
    unknown: "<error> Unknown debugger command or wrong number of arguments.",
    breakpoint_called: "server.breakpoint() called",
    endless: None,
    command_tag: "<command>",
    cuts_arguments: true,
    not_lua: "Error compiling code: ",
    replies_first: true,
    strict_length: true,
    unlimited: "<value> replies are not truncated.",
    states_length: true,
    value_form: ValueForm::Plain,
    shows_error_tables: false,
    looks_from_main_thread: true,
    names_engine: true,
};

const REDIS_HELP: &[&str] = &[
    "Redis Lua debugger help:",
    "[h]elp               Show this help.",
    "[s]tep               Run current line and stop again.",
    "[n]ext               Alias for step.",
    "[c]ontinue           Run till next breakpoint.",
    "[l]ist               List source code around current line.",
    "[l]ist [line]        List source code around [line].",
    "                     line = 0 means: current position.",
    "[l]ist [line] [ctx]  In this form [ctx] specifies how many lines",
    "                     to show before/after [line].",
    "[w]hole              List all source code. Alias for 'list 1 1000000'.",
    "[p]rint              Show all the local variables.",
    "[p]rint <var>        Show the value of the specified variable.",
    "                     Can also show global vars KEYS and ARGV.",
    "[b]reak              Show all breakpoints.",
    "[b]reak <line>       Add a breakpoint to the specified line.",
    "[b]reak -<line>      Remove breakpoint from the specified line.",
    "[b]reak 0            Remove all breakpoints.",
    "[t]race              Show a backtrace.",
    "[e]val <code>        Execute some Lua code (in a different callframe).",
    "[r]edis <cmd>        Execute a Redis command.",
    "[m]axlen [len]       Trim logged Redis replies and Lua var dumps to len.",
    "                     Specifying zero as <len> means unlimited.",
    "[a]bort              Stop the execution of the script. In sync",
    "                     mode dataset changes will be retained.",
    "",
    "Debugger functions you can call from Lua scripts:",
    "redis.debug()        Produce logs in the debugger console.",
    "redis.breakpoint()   Stop execution like if there was a breakpoint in the",
    "                     next line of code.",
];

const VALKEY_HELP: &[&str] = &[
    "LUA debugger help:",
    "[h]elp               Show this help.",
    "[max]len [len]       Trim logged replies to len. Specifying zero as",
    "                     <len> means unlimited. If no <len> is specified,",
    "                     the current value is shown. Usage: maxlen [len]",
    "[s]tep               Run current line and stop again.",
    "[n]ext               Alias for step.",
    "[c]ontinue           Run till next breakpoint.",
    "[l]ist [line] [ctx]  List source code around a specific line. If no",
    "                     line is specified the list is printed around the",
    "                     current line. [ctx] specifies how many lines to",
    "                     show before/after [line].",
    "[w]hole              List all source code. Alias for 'list 1 1000000'.",
    "[p]rint [var]        Show the value of the specified variable [var].",
    "                     Can also show global vars KEYS and ARGV. If no",
    "                     [var] is specidied, shows the value of all local",
    "                     variables.",
    "[b]reak [line|-line] Add/Remove a breakpoint to the specified line.",
    "                     If no [line] is specified, it shows all",
    "                     breakpoints. When line = 0, it removes all",
    "                     breakpoints.",
    "[t]race              Show a backtrace.",
    "[e]val <code>        Execute some Lua code (in a different callframe).",
    "[v]alkey <cmd>       Execute a command.",
    "[a]bort              Stop the execution of the script. In sync mode",
    "                     dataset changes will be retained.",
];
