//! Loading and unloading.
//!
//! **Invariant:** the engine is freed only after the server has unregistered it.

#![allow(unsafe_code, reason = "the server calls these")]

use std::{
    ffi::c_int,
    panic::catch_unwind,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};

use ferrous_redis::host::LogLevel;

use crate::{
    api::Api,
    callbacks,
    context::{Context, StringArray},
    engine::{Kind, ScriptingEngine},
    ffi::{API_VERSION, ERR, ModuleCtx, ModuleString, OK, OPTION_REPL_ASYNC_LOAD, OPTION_SLOT_MIGRATION},
};

/// The engine that is registered.
static REGISTERED: AtomicPtr<ScriptingEngine> = AtomicPtr::new(ptr::null_mut());

/// The argument of `loadmodule` that has commands called through the public interface, as on servers whose `VM_CallArgv` is not
/// known to us: for tests of that way, which is slower.
const REPLY_OBJECTS: &[u8] = b"reply-objects";

/// Called by the server when it loads the module.
///
/// # Safety
/// `ctx` is the context of this callback, and `argc` strings lie at `argv`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn ValkeyModule_OnLoad(
    ctx: *mut ModuleCtx,
    argv: *mut *mut ModuleString,
    argc: c_int,
) -> c_int {
    let loaded = catch_unwind(|| match NonNull::new(ctx) {
        // SAFETY: the server hands over the context of this callback, and the arguments.
        Some(ctx) => unsafe { load(ctx, argv, usize::try_from(argc).unwrap_or(0)) },
        None => false,
    });
    if loaded.unwrap_or(false) { OK } else { ERR }
}

/// # Safety
/// `ctx` is the context of the callback in progress, and `argc` strings lie at `argv`.
unsafe fn load(ctx: NonNull<ModuleCtx>, argv: *mut *mut ModuleString, argc: usize) -> bool {
    // SAFETY: the caller vouches for the context.
    let Ok(mut api) = (unsafe { Api::load(ctx) }) else { return false };
    // SAFETY: the caller vouches for the arguments.
    let arguments: Vec<&[u8]> = unsafe { StringArray::new(&api, argv, argc) }.iter().collect();
    let wants_reply_objects = match arguments[..] {
        [] => false,
        [REPLY_OBJECTS] => true,
        _ => {
            // SAFETY: the caller vouches for the context, which is not kept.
            let context = unsafe { Context::new(&api, ctx) };
            context.log(LogLevel::Warning, b"Ferrous is not loaded: it knows one argument, reply-objects");
            return false;
        }
    };
    if wants_reply_objects {
        api.call_argv = None;
    }
    // The engine's name in the server is `lua`, so that whoever looks for the built-in module finds this one.
    // SAFETY: names are C strings, the context is valid.
    unsafe {
        if (api.is_module_name_busy)(c"lua".as_ptr()) != 0 {
            return false;
        }
        (api.set_module_attributes)(ctx.as_ptr(), c"lua".as_ptr(), 1, API_VERSION);
        (api.set_module_options)(ctx.as_ptr(), OPTION_REPL_ASYNC_LOAD | OPTION_SLOT_MIGRATION);
    }
    let Ok(engine) = ScriptingEngine::new(api) else { return false };
    // From here on the engine lives until the module is unloaded; for good if it is not taken, since settings that the server
    // has been told of lie in it.
    let engine: &'static ScriptingEngine = Box::leak(Box::new(engine));
    // SAFETY: the caller vouches for the context, which is not kept.
    let context = unsafe { Context::new(&engine.api, ctx) };
    start(engine, &context)
}

fn start(engine: &'static ScriptingEngine, context: &Context<'_>) -> bool {
    if !engine.settings.register(context) {
        context.log(LogLevel::Warning, b"the settings lua.* cannot be registered");
        return false;
    }
    engine.reset(context, &[Kind::Eval, Kind::Function]);
    let mut methods = callbacks::methods();
    let address = ptr::from_ref(engine).cast_mut();
    // SAFETY: the name is a C string; the server copies the methods; the engine lives until it is unregistered.
    let status = unsafe {
        (engine.api.register_engine)(context.raw(), c"LUA".as_ptr(), address.cast(), &raw mut methods)
    };
    if status == OK {
        REGISTERED.store(address, Ordering::Release);
        let way = if engine.api.call_argv.is_some() { "typed replies" } else { "reply objects" };
        context.log(LogLevel::Notice, format!("Ferrous runs this server's Lua, with {way}").as_bytes());
    }
    status == OK
}

/// Called by the server before it unloads the module.
///
/// # Safety
/// `ctx` is the context of this callback.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn ValkeyModule_OnUnload(ctx: *mut ModuleCtx) -> c_int {
    let unloaded = catch_unwind(|| {
        let Some(engine) = NonNull::new(REGISTERED.load(Ordering::Acquire)) else { return true };
        // SAFETY: the engine is alive until it is freed below. Unregistering it frees its functions.
        let status = unsafe { (engine.as_ref().api.unregister_engine)(ctx, c"LUA".as_ptr()) };
        if status != OK {
            return false;
        }
        REGISTERED.store(ptr::null_mut(), Ordering::Release);
        // SAFETY: the engine was leaked by `load`; the server does not call it any more.
        drop(unsafe { Box::from_raw(engine.as_ptr()) });
        true
    });
    if unloaded.unwrap_or(false) { OK } else { ERR }
}
