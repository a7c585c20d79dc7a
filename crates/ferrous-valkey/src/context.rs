//! A callback's context: what the server lets us do while it waits for us, without pointers.
//!
//! Strings of the server are borrowed ([`borrowed`]) or owned ([`OwnedString`], freed when dropped).
//!
//! **Invariant:** a [`Context`] lives no longer than the callback that it was made for; its lifetime says so.

#![allow(unsafe_code, reason = "calls the server's functions")]

use std::{
    ffi::{CStr, c_char, c_longlong},
    io,
    marker::PhantomData,
    ptr::{self, NonNull},
    slice,
    time::Duration,
};

use ferrous_redis::host::LogLevel;

use crate::{
    api::Api,
    arguments::Arguments,
    callbacks,
    engine::ScriptingEngine,
    ffi::{ModuleCtx, ModuleString, OK, errno},
};

/// A module context and the functions that take one.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    api: &'a Api,
    raw: NonNull<ModuleCtx>,
    lifetime: PhantomData<&'a ModuleCtx>,
}

impl<'a> Context<'a> {
    /// # Safety
    /// `raw` is the context of the callback in progress, and `'a` ends no later than that callback.
    pub(crate) unsafe fn new(api: &'a Api, raw: NonNull<ModuleCtx>) -> Self {
        Self { api, raw, lifetime: PhantomData }
    }

    pub(crate) fn api(&self) -> &'a Api {
        self.api
    }

    /// For the other files of the safe layer.
    pub(crate) fn raw(&self) -> *mut ModuleCtx {
        self.raw.as_ptr()
    }

    /// Writes a line to the server's log.
    pub(crate) fn log(&self, level: LogLevel, line: &[u8]) {
        let level = match level {
            LogLevel::Debug => c"debug",
            LogLevel::Verbose => c"verbose",
            LogLevel::Notice => c"notice",
            LogLevel::Warning => c"warning",
        };
        let line = zero_terminated(line);
        // SAFETY: the level is one that the interface lists; the format takes one C string, and `line` is one.
        unsafe { (self.api.log)(self.raw(), level.as_ptr(), c"%s".as_ptr(), line.as_ptr()) };
    }

    /// Whether a setting of the server's is `yes`.
    pub(crate) fn config_is_on(&self, name: &CStr) -> bool {
        // SAFETY: the format announces two C strings, and two follow; errors come as replies.
        let reply = unsafe {
            (self.api.call)(self.raw(), c"CONFIG".as_ptr(), c"ccE".as_ptr(), c"GET".as_ptr(), name.as_ptr())
        };
        if reply.is_null() {
            return false;
        }
        let mut length = 0;
        // SAFETY: the reply is live, and its text with it.
        let text = unsafe { bytes_at((self.api.call_reply_text)(reply, &raw mut length), length) };
        let on = text.ends_with(b"\r\nyes\r\n");
        // SAFETY: the reply is freed once, and `text` is not used any more.
        unsafe { (self.api.free_call_reply)(reply) };
        on
    }

    /// Has the engine's timer go off after some time, if the server has nothing else to do. It cannot be unloaded before.
    pub(crate) fn start_timer(&self, engine: &ScriptingEngine, after: Duration) {
        let milliseconds = c_longlong::try_from(after.as_millis()).unwrap_or(c_longlong::MAX);
        let engine = ptr::from_ref(engine).cast_mut().cast();
        // SAFETY: the context is valid; the callback takes the engine, which lives until the module is unloaded, which the
        // server refuses while there is a timer.
        unsafe { (self.api.create_timer)(self.raw(), milliseconds, callbacks::rest, engine) };
    }

    /// A new string of the server's.
    pub(crate) fn string(&self, bytes: &[u8]) -> OwnedString<'a> {
        // SAFETY: the server copies `bytes.len()` bytes from an address where as many lie; without a context the string
        // is not freed behind our back.
        let raw = unsafe { (self.api.create_string)(ptr::null_mut(), bytes.as_ptr().cast(), bytes.len()) };
        OwnedString { api: self.api, raw }
    }

    /// Whether the user on whose behalf the script runs may run this command; `None`: there is no such command.
    pub(crate) fn may_call(&self, arguments: &mut Arguments<'_>) -> Option<bool> {
        // SAFETY: the context is valid; the string that it returns is ours and freed below.
        let name = unsafe { (self.api.current_user_name)(self.raw()) };
        if name.is_null() {
            return Some(true);
        }
        let name = OwnedString { api: self.api, raw: name };
        // SAFETY: `name` is a live string.
        let user = unsafe { (self.api.user_of_name)(name.raw) };
        // SAFETY: the context is valid.
        let database = unsafe { (self.api.selected_database)(self.raw()) };
        let (argv, count) = arguments.raw();
        // SAFETY: `user` may be null, which the server refuses with an error; `argv` holds `count` live strings.
        let status = unsafe { (self.api.check_permissions)(user, argv, count, database, ptr::null_mut()) };
        let error = io::Error::last_os_error().raw_os_error();
        if !user.is_null() {
            // SAFETY: the user came from `user_of_name` and is freed once.
            unsafe { (self.api.free_user)(user) };
        }
        match (status == OK, error) {
            (true, _) => Some(true),
            (false, Some(errno::EINVAL)) => None,
            (false, _) => Some(false),
        }
    }
}

/// The bytes of a string of the server's.
///
/// # Safety
/// `string` is a live string that outlives `'a` unchanged.
pub(crate) unsafe fn borrowed<'a>(api: &Api, string: *const ModuleString) -> &'a [u8] {
    let mut length = 0;
    // SAFETY: the string is live, `length` lives through the call.
    let bytes = unsafe { (api.string_bytes)(string, &raw mut length) };
    // SAFETY: as many bytes lie there, and the caller vouches for `'a`.
    unsafe { bytes_at(bytes, length) }
}

/// The bytes at an address that C code handed over.
///
/// # Safety
/// `length` bytes lie at `bytes`, unchanged through `'a`; the address may be null if `length` is 0.
pub(crate) unsafe fn bytes_at<'a>(bytes: *const c_char, length: usize) -> &'a [u8] {
    if bytes.is_null() || length == 0 {
        return &[];
    }
    // SAFETY: the caller vouches for the bytes.
    unsafe { slice::from_raw_parts(bytes.cast(), length) }
}

/// Arguments of a call as the server hands them over.
#[derive(Clone, Copy)]
pub(crate) struct StringArray<'a> {
    api: &'a Api,
    strings: &'a [*mut ModuleString],
}

impl<'a> StringArray<'a> {
    /// # Safety
    /// `count` live strings lie at `strings`, unchanged through `'a`; the address may be null if `count` is 0.
    pub(crate) unsafe fn new(api: &'a Api, strings: *mut *mut ModuleString, count: usize) -> Self {
        let strings = if strings.is_null() || count == 0 {
            &[][..]
        } else {
            // SAFETY: the caller vouches for the array.
            unsafe { slice::from_raw_parts(strings, count) }
        };
        Self { api, strings }
    }

    /// No strings.
    pub(crate) fn none(api: &'a Api) -> Self {
        Self { api, strings: &[] }
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let api = self.api;
        // SAFETY: the strings are live through `'a`, as `new` was promised.
        self.strings.iter().map(|&string| unsafe { borrowed(api, string) })
    }

    /// The one among the first `most` strings that has these bytes.
    pub(crate) fn find(&self, bytes: &[u8], most: usize) -> Option<*mut ModuleString> {
        let place = self.iter().take(most).position(|string| string == bytes)?;
        self.strings.get(place).copied()
    }
}

/// A string of the server's that we own.
pub(crate) struct OwnedString<'a> {
    api: &'a Api,
    raw: *mut ModuleString,
}

impl OwnedString<'_> {
    /// Gives the string away: to the server, which frees it.
    pub(crate) fn into_raw(self) -> *mut ModuleString {
        let raw = self.raw;
        std::mem::forget(self);
        raw
    }
}

impl Drop for OwnedString<'_> {
    fn drop(&mut self) {
        // SAFETY: the string is ours and dropped once.
        unsafe { (self.api.free_string)(ptr::null_mut(), self.raw) };
    }
}

/// `bytes` up to their first zero byte, and a zero byte.
pub(crate) fn zero_terminated(bytes: &[u8]) -> Vec<c_char> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    bytes.iter().take(end).map(|&byte| byte.cast_signed()).chain([0]).collect()
}
