//! The engine's methods as the server calls them: C arguments in, C results out, and no panic across.
//!
//! Each callback does three things: make safe views of its arguments, call [`ScriptingEngine`], hand out what the server
//! wants to own. The engine context that the server passes back is the `ScriptingEngine` that was registered.
//!
//! **Invariant:** every callback that is given a context runs under [`guarded_or`]: a panic becomes a harmless result and a line on
//! the server's log. The others catch it themselves, or do nothing that could panic.

#![allow(unsafe_code, reason = "the server calls these")]

use std::{
    ffi::{c_char, c_int, c_void},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr::{self, NonNull},
    time::Duration,
};

use ferrous_redis::host::LogLevel;

use crate::{
    context::{Context, StringArray, bytes_at},
    debugger,
    engine::{Compiled, Handle, Kind, Retired, ScriptingEngine},
    ffi::{
        CompiledFunction, ENGINE_ABI, EngineMethods, LazyReset, MemoryInfo, ModuleCtx, ModuleString,
        RuntimeCtx, give_back_pages, subsystem,
    },
    runtime::Runtime,
};

/// The methods to register.
pub(crate) fn methods() -> EngineMethods {
    EngineMethods {
        version: ENGINE_ABI,
        compile_code,
        free_function,
        call_function,
        function_memory_overhead,
        reset_env,
        memory_info,
        debugger_enable: debugger::enable,
        debugger_disable: debugger::disable,
        debugger_start: debugger::start,
        debugger_end: debugger::end,
    }
}

/// Runs a callback's body; `fallback` is the result if it panics, or if the server hands over null for a context.
///
/// # Safety
/// `ctx` is null or the context of the callback in progress; `engine` is null or the registered engine.
pub(crate) unsafe fn guarded<R>(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    fallback: R,
    body: impl FnOnce(Context<'_>, &ScriptingEngine) -> R,
) -> R {
    let report = |context: Context<'_>, _: &ScriptingEngine| {
        context.log(LogLevel::Warning, b"a panic in the scripting engine was caught");
    };
    // SAFETY: the caller vouches for both.
    unsafe { guarded_or(ctx, engine, report, body) }.unwrap_or(fallback)
}

/// The same, with what is to be done after a panic.
///
/// # Safety
/// As for [`guarded`].
unsafe fn guarded_or<R>(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    recover: impl FnOnce(Context<'_>, &ScriptingEngine),
    body: impl FnOnce(Context<'_>, &ScriptingEngine) -> R,
) -> Option<R> {
    let (Some(ctx), Some(engine)) = (NonNull::new(ctx), NonNull::new(engine.cast::<ScriptingEngine>()))
    else {
        return None;
    };
    // SAFETY: the engine is freed only after it was unregistered, when no callback comes any more.
    let engine = unsafe { engine.as_ref() };
    // SAFETY: the context is that of this callback, and `body` cannot keep it.
    let context = unsafe { Context::new(&engine.api, ctx) };
    if let Ok(result) = catch_unwind(AssertUnwindSafe(|| body(context, engine))) {
        return Some(result);
    }
    let _ = catch_unwind(AssertUnwindSafe(|| recover(context, engine)));
    None
}

/// The kinds that a number of the server's names.
fn kinds(number: c_int) -> &'static [Kind] {
    match number {
        subsystem::EVAL => &[Kind::Eval],
        subsystem::FUNCTION => &[Kind::Function],
        _ => &[Kind::Eval, Kind::Function],
    }
}

fn kind(number: c_int) -> Kind {
    if number == subsystem::FUNCTION { Kind::Function } else { Kind::Eval }
}

unsafe extern "C" fn compile_code(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    subsystem: c_int,
    code: *const c_char,
    length: usize,
    timeout: usize,
    count: *mut usize,
    error: *mut *mut ModuleString,
) -> *mut *mut CompiledFunction {
    let body = |context: Context<'_>, engine: &ScriptingEngine| {
        // SAFETY: the server hands over the text and its length.
        let code = unsafe { bytes_at(code, length) };
        // No timeout: a primary or the append-only file has sent the library.
        let timeout = (timeout > 0).then(|| Duration::from_millis(timeout as u64));
        match engine.compile(context, kind(subsystem), code, timeout) {
            Ok(functions) => {
                // SAFETY: the server hands over addresses for both results.
                unsafe { *count = functions.len() };
                hand_over(&context, functions)
            }
            Err(text) => {
                // SAFETY: as above.
                unsafe {
                    *count = 0;
                    *error = context.string(&text).into_raw();
                }
                ptr::null_mut()
            }
        }
    };
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded(ctx, engine, ptr::null_mut(), body) }
}

/// Puts functions into memory that the server frees.
fn hand_over(context: &Context<'_>, functions: Vec<Compiled>) -> *mut *mut CompiledFunction {
    let number = functions.len();
    // SAFETY: any size may be asked for; the server ends the process if there is no memory.
    let array = unsafe { (context.api().alloc)(number.max(1) * mem::size_of::<*mut CompiledFunction>()) };
    let array = array.cast::<*mut CompiledFunction>();
    let string =
        |text: Option<Vec<u8>>| text.map_or(ptr::null_mut(), |text| context.string(&text).into_raw());
    for (index, compiled) in functions.into_iter().enumerate() {
        let function = Box::new(CompiledFunction {
            version: 1,
            name: string(compiled.name),
            function: Box::into_raw(Box::new(compiled.handle)).cast(),
            description: string(compiled.description),
            flags: compiled.flags,
        });
        // SAFETY: the array has room for `number` pointers.
        unsafe { array.add(index).write(Box::into_raw(function)) };
    }
    array
}

unsafe extern "C" fn free_function(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    _subsystem: c_int,
    function: *mut CompiledFunction,
) {
    let body = |context: Context<'_>, engine: &ScriptingEngine| {
        if function.is_null() {
            return;
        }
        // SAFETY: the function came out of `hand_over`, and the server gives each back once.
        let function = unsafe { Box::from_raw(function) };
        for string in [function.name, function.description] {
            if !string.is_null() {
                // SAFETY: the string was made for this function, which owns it.
                unsafe { (context.api().free_string)(ptr::null_mut(), string) };
            }
        }
        // SAFETY: as for the function.
        let handle = unsafe { Box::from_raw(function.function.cast::<Handle>()) };
        engine.remove(*handle);
    };
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded(ctx, engine, (), body) }
}

unsafe extern "C" fn call_function(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    runtime: *mut RuntimeCtx,
    function: *mut CompiledFunction,
    _subsystem: c_int,
    keys: *mut *mut ModuleString,
    key_count: usize,
    args: *mut *mut ModuleString,
    arg_count: usize,
) {
    let body = |context: Context<'_>, engine: &ScriptingEngine| {
        let api = context.api();
        // SAFETY: the function is one of ours, and the server frees none while it runs; strings and runtime live through
        // the callback.
        let (handle, runtime, keys, args) = unsafe {
            (
                &*(*function).function.cast::<Handle>(),
                Runtime::new(runtime),
                StringArray::new(api, keys, key_count),
                StringArray::new(api, args, arg_count),
            )
        };
        engine.call(context, runtime, handle, keys, args);
    };
    let recover = |context: Context<'_>, engine: &ScriptingEngine| {
        // SAFETY: as above.
        let handle = unsafe { &*(*function).function.cast::<Handle>() };
        engine.recover(context, handle.kind);
    };
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded_or(ctx, engine, recover, body) };
}

unsafe extern "C" fn function_memory_overhead(_: *mut ModuleCtx, function: *mut CompiledFunction) -> usize {
    if function.is_null() { 0 } else { mem::size_of::<CompiledFunction>() + mem::size_of::<Handle>() }
}

unsafe extern "C" fn reset_env(
    ctx: *mut ModuleCtx,
    engine: *mut c_void,
    subsystem: c_int,
    asynchronous: c_int,
) -> *mut LazyReset {
    let body = |context: Context<'_>, engine: &ScriptingEngine| {
        let retired = engine.reset(&context, kinds(subsystem));
        if asynchronous == 0 {
            return ptr::null_mut();
        }
        // SAFETY: any size may be asked for; the server frees the memory.
        let lazy = unsafe { (context.api().alloc)(mem::size_of::<LazyReset>()) }.cast::<LazyReset>();
        let context = Box::into_raw(Box::new(retired)).cast();
        // SAFETY: the memory is large enough and fresh.
        unsafe { lazy.write(LazyReset { context, callback: finish_reset }) };
        lazy
    };
    // SAFETY: the server passes this callback's context and the engine that was registered.
    unsafe { guarded(ctx, engine, ptr::null_mut(), body) }
}

/// Called by the timer that [`Context::start_timer`] has started.
pub(crate) unsafe extern "C" fn rest(ctx: *mut ModuleCtx, engine: *mut c_void) {
    let body = |context: Context<'_>, engine: &ScriptingEngine| engine.rest(&context);
    // SAFETY: the server passes a context for this callback, and the engine that the timer was started with.
    unsafe { guarded(ctx, engine, (), body) }
}

/// Drops what a reset has retired, on a background thread without the server's lock.
unsafe extern "C" fn finish_reset(context: *mut c_void) {
    // SAFETY: the server hands over the context of a [`LazyReset`] once.
    let retired = unsafe { Box::from_raw(context.cast::<Vec<Retired>>()) };
    let _ = catch_unwind(AssertUnwindSafe(|| drop(retired)));
    give_back_pages();
}

unsafe extern "C" fn memory_info(ctx: *mut ModuleCtx, engine: *mut c_void, subsystem: c_int) -> MemoryInfo {
    let overhead = if subsystem == subsystem::ALL { mem::size_of::<ScriptingEngine>() } else { 0 };
    let body = |_: Context<'_>, engine: &ScriptingEngine| engine.memory(kinds(subsystem));
    // SAFETY: the server passes this callback's context and the engine that was registered.
    let used = unsafe { guarded(ctx, engine, 0, body) };
    MemoryInfo { version: 1, used, overhead }
}

/// What the background thread is given must be allowed to go there.
const _: () = {
    const fn is_send<T: Send>() {}
    is_send::<Vec<Retired>>();
};
