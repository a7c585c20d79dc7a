//! What of Valkey's module interface we use, as Rust declarations: opaque types, C layouts, constants.
//!
//! Written by hand from the interface's documented layout (scripting engine ABI version 4, reply handlers version 1,
//! compiled function version 1, memory information version 1), so building the module needs neither C headers nor libclang.
//!
//! **Invariant:** layouts here match the server's for the versions named above; nothing else in the crate declares one.

#![allow(unsafe_code, reason = "declares a foreign function")]

use std::ffi::{c_char, c_double, c_int, c_longlong, c_void};

/// An opaque type of the server's.
macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(C)]
        pub(crate) struct $name {
            _private: [u8; 0],
        }
    )*};
}

opaque! {
    /// `ValkeyModuleCtx`. Its first word is the address of `GetApi`.
    ModuleCtx;
    /// `ValkeyModuleString`.
    ModuleString;
    /// `ValkeyModuleCallReply`.
    CallReply;
    /// `ValkeyModuleUser`.
    ModuleUser;
    /// What the server knows of the run in progress.
    RuntimeCtx;
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
// SAFETY: declared as the C library declares it; it takes a number, and may be called at any time on any thread.
unsafe extern "C" {
    safe fn malloc_trim(pad: usize) -> c_int;
}

/// Has the C library give pages back in which nothing is allocated, where it does not do that by itself.
pub(crate) fn give_back_pages() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    malloc_trim(0);
}

/// Success.
pub(crate) const OK: c_int = 0;
/// Failure.
pub(crate) const ERR: c_int = 1;
/// Version of the module interface that we register for.
pub(crate) const API_VERSION: c_int = 1;
/// Version of the scripting engine interface that we register for.
pub(crate) const ENGINE_ABI: u64 = 4;
/// The engine keeps working while a replica loads a data set beside the old one.
pub(crate) const OPTION_REPL_ASYNC_LOAD: c_int = 1 << 2;
/// The engine keeps working while slots migrate.
pub(crate) const OPTION_SLOT_MIGRATION: c_int = 1 << 5;

/// Flags of `VM_CallArgv`.
pub(crate) mod call_flag {
    use std::ffi::c_int;

    pub(crate) const REPLICATE: c_int = 1;
    pub(crate) const NO_AOF: c_int = 1 << 1;
    pub(crate) const NO_REPLICAS: c_int = 1 << 2;
    pub(crate) const RESP3: c_int = 1 << 3;
    pub(crate) const SCRIPT: c_int = 1 << 6;
    pub(crate) const ERRORS_AS_REPLIES: c_int = 1 << 8;
    pub(crate) const DENY_OOM: c_int = 1 << 9;
    pub(crate) const EXACT: c_int = 1 << 12;
}

/// Values of `errno` after a command was refused.
pub(crate) mod errno {
    /// The command does not exist.
    pub(crate) const ENOENT: i32 = 2;
    /// The user may not run it.
    pub(crate) const EACCES: i32 = 13;
    /// Wrong number of arguments.
    pub(crate) const EINVAL: i32 = 22;
    /// Not allowed from a script, or not in the server's present state.
    pub(crate) const ESPIPE: i32 = 29;
}

/// The two kinds of scripts, and both.
pub(crate) mod subsystem {
    use std::ffi::c_int;

    pub(crate) const EVAL: c_int = 0;
    pub(crate) const FUNCTION: c_int = 1;
    pub(crate) const ALL: c_int = 2;
}

/// `GetFunctionExecutionState`: the script goes on.
pub(crate) const STATE_EXECUTING: c_int = 0;

/// A function as the server keeps it.
#[repr(C)]
pub(crate) struct CompiledFunction {
    pub(crate) version: u64,
    pub(crate) name: *mut ModuleString,
    pub(crate) function: *mut c_void,
    pub(crate) description: *mut ModuleString,
    pub(crate) flags: u64,
}

/// What `memory_info` returns.
#[repr(C)]
pub(crate) struct MemoryInfo {
    pub(crate) version: u64,
    pub(crate) used: usize,
    pub(crate) overhead: usize,
}

/// The rest of a reset, for a background thread.
#[repr(C)]
pub(crate) struct LazyReset {
    pub(crate) context: *mut c_void,
    pub(crate) callback: unsafe extern "C" fn(context: *mut c_void),
}

/// `GetApi`: stores the address of the function of that name.
pub(crate) type GetApi = unsafe extern "C" fn(name: *const c_char, out: *mut *mut c_void) -> c_int;

/// Compiles a script or a library.
pub(crate) type CompileCode = unsafe extern "C" fn(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    subsystem: c_int,
    code: *const c_char,
    length: usize,
    timeout: usize,
    count: *mut usize,
    error: *mut *mut ModuleString,
) -> *mut *mut CompiledFunction;

/// Frees a function.
pub(crate) type FreeFunction =
    unsafe extern "C" fn(*mut ModuleCtx, engine: *mut c_void, subsystem: c_int, *mut CompiledFunction);

/// Runs a function.
pub(crate) type CallFunction = unsafe extern "C" fn(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    runtime: *mut RuntimeCtx,
    function: *mut CompiledFunction,
    subsystem: c_int,
    keys: *mut *mut ModuleString,
    key_count: usize,
    args: *mut *mut ModuleString,
    arg_count: usize,
);

/// Whether the debugger can be used.
pub(crate) const DEBUGGER_ENABLED: c_int = 1;
/// A debugger command is done, and no further one is to be read now.
pub(crate) const DEBUGGER_STOP_READING: c_int = 0;

/// A parameter of a debugger command, for its help and the check of their number.
#[repr(C)]
pub(crate) struct DebuggerParameter {
    pub(crate) name: *const c_char,
    pub(crate) optional: c_int,
    pub(crate) variadic: c_int,
}

/// A debugger command, version 1.
#[repr(C)]
pub(crate) struct DebuggerCommand {
    pub(crate) version: u64,
    pub(crate) name: *const c_char,
    /// How many letters of the name do.
    pub(crate) prefix: usize,
    pub(crate) parameters: *const DebuggerParameter,
    pub(crate) parameter_count: usize,
    pub(crate) description: *const c_char,
    pub(crate) invisible: c_int,
    pub(crate) handler:
        unsafe extern "C" fn(words: *mut *mut ModuleString, count: usize, engine: *mut c_void) -> c_int,
    /// Null: the handler gets the engine.
    pub(crate) context: *mut c_void,
}

/// The engine's methods, version 4.
#[repr(C)]
pub(crate) struct EngineMethods {
    pub(crate) version: u64,
    pub(crate) compile_code: CompileCode,
    pub(crate) free_function: FreeFunction,
    pub(crate) call_function: CallFunction,
    pub(crate) function_memory_overhead: unsafe extern "C" fn(*mut ModuleCtx, *mut CompiledFunction) -> usize,
    pub(crate) reset_env:
        unsafe extern "C" fn(*mut ModuleCtx, engine: *mut c_void, subsystem: c_int, c_int) -> *mut LazyReset,
    pub(crate) memory_info:
        unsafe extern "C" fn(*mut ModuleCtx, engine: *mut c_void, subsystem: c_int) -> MemoryInfo,
    pub(crate) debugger_enable: unsafe extern "C" fn(
        *mut ModuleCtx,
        engine: *mut c_void,
        subsystem: c_int,
        *mut *const DebuggerCommand,
        *mut usize,
    ) -> c_int,
    pub(crate) debugger_disable: unsafe extern "C" fn(*mut ModuleCtx, engine: *mut c_void, subsystem: c_int),
    pub(crate) debugger_start: unsafe extern "C" fn(
        *mut ModuleCtx,
        engine: *mut c_void,
        subsystem: c_int,
        source: *mut ModuleString,
    ),
    pub(crate) debugger_end: unsafe extern "C" fn(*mut ModuleCtx, engine: *mut c_void, subsystem: c_int),
}

/// Callbacks that receive a command's reply, version 1. `context` is what the caller of `VM_CallArgv` gave.
#[repr(C)]
pub(crate) struct ReplyHandlers {
    pub(crate) version: u64,
    pub(crate) null: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) null_bulk: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) null_array: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) bulk: unsafe extern "C" fn(context: *mut c_void, *const c_char, usize),
    pub(crate) simple: unsafe extern "C" fn(context: *mut c_void, *const c_char, usize),
    pub(crate) verbatim: unsafe extern "C" fn(context: *mut c_void, *const c_char, usize, *const c_char),
    pub(crate) error: unsafe extern "C" fn(context: *mut c_void, *const c_char, usize),
    pub(crate) integer: unsafe extern "C" fn(context: *mut c_void, c_longlong),
    pub(crate) double: unsafe extern "C" fn(context: *mut c_void, c_double),
    pub(crate) big_number: unsafe extern "C" fn(context: *mut c_void, *const c_char, usize),
    pub(crate) boolean: unsafe extern "C" fn(context: *mut c_void, c_int),
    pub(crate) attribute_start: unsafe extern "C" fn(context: *mut c_void, usize),
    pub(crate) attribute_end: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) array_start: unsafe extern "C" fn(context: *mut c_void, usize),
    pub(crate) array_end: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) map_start: unsafe extern "C" fn(context: *mut c_void, usize),
    pub(crate) map_end: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) set_start: unsafe extern "C" fn(context: *mut c_void, usize),
    pub(crate) set_end: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) parse_error: unsafe extern "C" fn(context: *mut c_void),
    pub(crate) on_blocked: Option<unsafe extern "C" fn()>,
    pub(crate) on_reply: Option<unsafe extern "C" fn()>,
}

/// `VM_CallArgv`, which the server exports but does not list in its table.
pub(crate) type CallArgv = unsafe extern "C" fn(
    ctx: *mut ModuleCtx,
    argv: *mut *mut ModuleString,
    argc: c_int,
    flags: c_int,
    handlers: *const ReplyHandlers,
    context: *mut c_void,
) -> c_int;

unsafe extern "C" {
    /// Finds an exported symbol of the process; `handle` null searches everything that is loaded.
    pub(crate) fn dlsym(handle: *mut c_void, symbol: *const c_char) -> *mut c_void;
}
