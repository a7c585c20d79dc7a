//! The module's settings, as `CONFIG GET lua.*` shows them.
//!
//! | setting | meaning | default |
//! |---|---|---|
//! | `lua.script-memory` | bytes that each of the two engines (EVAL, functions) may hold | 512 MiB |
//! | `lua.script-instructions` | instructions of one run, library work included; 0: no limit | 0 |
//! | `lua.script-milliseconds` | time of one run; 0: no limit | 0 |
//!
//! **Invariant:** a setting is read when an engine is made: the next flush makes changed ones effective.

#![allow(unsafe_code, reason = "the server calls back for values")]

use std::{
    ffi::{CStr, c_char, c_int, c_longlong, c_uint, c_void},
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use ferrous_redis::{Compat, EngineOptions, Limits};

use crate::{
    context::Context,
    ffi::{ModuleString, OK},
};

/// After how many instructions at most the host looks at the clock, and perhaps at the server's other clients
/// ([`crate::runtime`]).
const POLL_INTERVAL: u64 = 10_000;

/// The settings' values.
pub(crate) struct Settings {
    /// The server's version, which scripts can see.
    server_version: Option<u32>,
    memory: AtomicI64,
    instructions: AtomicI64,
    milliseconds: AtomicI64,
}

impl Settings {
    /// The defaults, for a server of that version.
    pub(crate) fn new(server_version: Option<u32>) -> Self {
        Self {
            server_version,
            memory: AtomicI64::new(DEFAULT_MEMORY),
            instructions: AtomicI64::new(0),
            milliseconds: AtomicI64::new(0),
        }
    }
}

const DEFAULT_MEMORY: c_longlong = 512 << 20;
const LEAST_MEMORY: c_longlong = 4 << 20;
/// The server takes values such as `64mb`.
const MEMORY_FLAG: c_uint = 1 << 7;

impl Settings {
    /// What an engine is made with.
    pub(crate) fn options(&self, insecure_api: bool) -> EngineOptions {
        let positive = |setting: &AtomicI64| {
            u64::try_from(setting.load(Ordering::Relaxed)).ok().filter(|&value| value > 0)
        };
        let mut options = EngineOptions::new(Compat::Valkey91);
        let bytes = positive(&self.memory).and_then(|bytes| usize::try_from(bytes).ok());
        options.limits = Limits {
            bytes: bytes.unwrap_or(Limits::default().bytes),
            instructions: positive(&self.instructions),
            wall_clock: positive(&self.milliseconds).map(Duration::from_millis),
            ..Limits::default()
        };
        options.server_version = self.server_version;
        options.poll_interval = Some(POLL_INTERVAL);
        options.insecure_api = insecure_api;
        options
    }

    /// Registers the settings with the server and reads what its configuration file says. `self` lives as long as the
    /// module is loaded.
    pub(crate) fn register(&'static self, context: &Context<'_>) -> bool {
        let numbers: [(&CStr, &'static AtomicI64, c_longlong, c_longlong, c_uint); 3] = [
            (c"script-memory", &self.memory, DEFAULT_MEMORY, LEAST_MEMORY, MEMORY_FLAG),
            (c"script-instructions", &self.instructions, 0, 0, 0),
            (c"script-milliseconds", &self.milliseconds, 0, 0, 0),
        ];
        let api = context.api();
        let registered = numbers.into_iter().all(|(name, setting, default, least, flags)| {
            let data = (&raw const *setting).cast_mut().cast();
            // SAFETY: the context is valid, the name a C string; the callbacks take `data` for what it is, a setting
            // that lives as long as the module.
            let status = unsafe {
                (api.register_number)(
                    context.raw(),
                    name.as_ptr(),
                    default,
                    flags,
                    least,
                    c_longlong::MAX,
                    get,
                    set,
                    std::ptr::null_mut(),
                    data,
                )
            };
            status == OK
        });
        // SAFETY: the context is valid.
        registered && unsafe { (api.load_configs)(context.raw()) } == OK
    }
}

unsafe extern "C" fn get(_name: *const c_char, data: *mut c_void) -> c_longlong {
    // SAFETY: `register` gave the server a setting that lives as long as the module.
    unsafe { &*data.cast::<AtomicI64>() }.load(Ordering::Relaxed)
}

unsafe extern "C" fn set(
    _name: *const c_char,
    value: c_longlong,
    data: *mut c_void,
    _error: *mut *mut ModuleString,
) -> c_int {
    // SAFETY: as in `get`.
    unsafe { &*data.cast::<AtomicI64>() }.store(value, Ordering::Relaxed);
    OK
}
