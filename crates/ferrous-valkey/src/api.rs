//! The server's functions, fetched once when the module is loaded.
//!
//! The first word of every module context is the address of `GetApi`, which hands out functions by name. `VM_CallArgv`
//! is not in that table; it is looked up among the symbols that the server's program exports, and used only on versions of
//! the server on which it was checked.
//!
//! **Invariant:** every field of an [`Api`] holds a function of the type declared here; a server that lacks one cannot load
//! the module.

#![allow(unsafe_code, reason = "addresses become functions here")]

use std::{
    ffi::{CStr, c_char, c_double, c_int, c_long, c_longlong, c_uint, c_void},
    mem,
    ptr::{self, NonNull},
};

use crate::ffi::{
    CallArgv, CallReply, EngineMethods, GetApi, ModuleCtx, ModuleString, ModuleUser, OK, RuntimeCtx, dlsym,
};

/// The versions of Valkey (`0x00MMmmpp`) whose `VM_CallArgv` is known to be the one declared in [`crate::ffi`].
const CALL_ARGV_CHECKED_ON: &[u32] = &[0x0009_0102];

/// Declares [`Api`] and how it is filled.
macro_rules! api {
    ($($(#[$doc:meta])* $field:ident = $name:literal: fn($($argument:ty),* $(; $variadic:tt)?) $(-> $result:ty)?;)*) => {
        /// Functions of the server.
        pub(crate) struct Api {
            $($(#[$doc])* pub(crate) $field:
                unsafe extern "C" fn($($argument,)* $($variadic)?) $(-> $result)?,)*
            /// `VM_CallArgv`, if this server's is known to us.
            pub(crate) call_argv: Option<CallArgv>,
        }

        impl Api {
            /// Fetches everything; the name of the first function that the server does not have otherwise.
            ///
            /// # Safety
            /// `ctx` is a module context that the server has just handed over.
            pub(crate) unsafe fn load(ctx: NonNull<ModuleCtx>) -> Result<Self, &'static CStr> {
                // SAFETY: the interface promises that the first word of a context is the address of `GetApi`.
                let get_api = unsafe { ctx.cast::<Option<GetApi>>().read() };
                let get_api = get_api.ok_or(c"GetApi")?;
                let mut api = Self {
                    $($field: {
                        const NAME: &CStr = $name;
                        let mut address = ptr::null_mut::<c_void>();
                        // SAFETY: the name is a C string, and `address` lives through the call.
                        let status = unsafe { get_api(NAME.as_ptr(), &raw mut address) };
                        if status != OK || address.is_null() {
                            return Err(NAME);
                        }
                        // SAFETY: the server says that a function of this name lies there, and the interface fixes
                        // its type.
                        unsafe {
                            mem::transmute::<
                                *mut c_void,
                                unsafe extern "C" fn($($argument,)* $($variadic)?) $(-> $result)?,
                            >(address)
                        }
                    },)*
                    call_argv: None,
                };
                api.find_call_argv();
                Ok(api)
            }
        }
    };
}

api! {
    /// Memory that the server will free.
    alloc = c"ValkeyModule_Alloc": fn(usize) -> *mut c_void;
    set_module_attributes = c"ValkeyModule_SetModuleAttribs": fn(*mut ModuleCtx, *const c_char, c_int, c_int);
    is_module_name_busy = c"ValkeyModule_IsModuleNameBusy": fn(*const c_char) -> c_int;
    set_module_options = c"ValkeyModule_SetModuleOptions": fn(*mut ModuleCtx, c_int);
    server_version = c"ValkeyModule_GetServerVersion": fn() -> c_int;
    register_engine = c"ValkeyModule_RegisterScriptingEngine":
        fn(*mut ModuleCtx, *const c_char, *mut c_void, *mut EngineMethods) -> c_int;
    unregister_engine = c"ValkeyModule_UnregisterScriptingEngine": fn(*mut ModuleCtx, *const c_char) -> c_int;
    /// Serves the server's other clients if the script is slow; says whether it was killed.
    execution_state = c"ValkeyModule_GetFunctionExecutionState": fn(*mut RuntimeCtx) -> c_int;
    create_string = c"ValkeyModule_CreateString":
        fn(*mut ModuleCtx, *const c_char, usize) -> *mut ModuleString;
    free_string = c"ValkeyModule_FreeString": fn(*mut ModuleCtx, *mut ModuleString);
    string_bytes = c"ValkeyModule_StringPtrLen": fn(*const ModuleString, *mut usize) -> *const c_char;
    reply_null = c"ValkeyModule_ReplyWithNull": fn(*mut ModuleCtx) -> c_int;
    reply_null_array = c"ValkeyModule_ReplyWithNullArray": fn(*mut ModuleCtx) -> c_int;
    reply_integer = c"ValkeyModule_ReplyWithLongLong": fn(*mut ModuleCtx, c_longlong) -> c_int;
    reply_bulk = c"ValkeyModule_ReplyWithStringBuffer": fn(*mut ModuleCtx, *const c_char, usize) -> c_int;
    reply_status = c"ValkeyModule_ReplyWithSimpleString": fn(*mut ModuleCtx, *const c_char) -> c_int;
    reply_error = c"ValkeyModule_ReplyWithCustomErrorFormat":
        fn(*mut ModuleCtx, c_int, *const c_char; ...) -> c_int;
    reply_double = c"ValkeyModule_ReplyWithDouble": fn(*mut ModuleCtx, c_double) -> c_int;
    reply_boolean = c"ValkeyModule_ReplyWithBool": fn(*mut ModuleCtx, c_int) -> c_int;
    reply_big_number = c"ValkeyModule_ReplyWithBigNumber": fn(*mut ModuleCtx, *const c_char, usize) -> c_int;
    reply_verbatim = c"ValkeyModule_ReplyWithVerbatimStringType":
        fn(*mut ModuleCtx, *const c_char, usize, *const c_char) -> c_int;
    reply_array = c"ValkeyModule_ReplyWithArray": fn(*mut ModuleCtx, c_long) -> c_int;
    reply_map = c"ValkeyModule_ReplyWithMap": fn(*mut ModuleCtx, c_long) -> c_int;
    reply_set = c"ValkeyModule_ReplyWithSet": fn(*mut ModuleCtx, c_long) -> c_int;
    call = c"ValkeyModule_Call": fn(*mut ModuleCtx, *const c_char, *const c_char; ...) -> *mut CallReply;
    free_call_reply = c"ValkeyModule_FreeCallReply": fn(*mut CallReply);
    call_reply_text = c"ValkeyModule_CallReplyProto": fn(*mut CallReply, *mut usize) -> *const c_char;
    log = c"ValkeyModule_Log": fn(*mut ModuleCtx, *const c_char, *const c_char; ...);
    selected_database = c"ValkeyModule_GetSelectedDb": fn(*mut ModuleCtx) -> c_int;
    current_user_name = c"ValkeyModule_GetCurrentUserName": fn(*mut ModuleCtx) -> *mut ModuleString;
    user_of_name = c"ValkeyModule_GetModuleUserFromUserName": fn(*mut ModuleString) -> *mut ModuleUser;
    free_user = c"ValkeyModule_FreeModuleUser": fn(*mut ModuleUser);
    check_permissions = c"ValkeyModule_ACLCheckPermissions":
        fn(*mut ModuleUser, *mut *mut ModuleString, c_int, c_int, *mut c_int) -> c_int;
    /// Takes the string.
    debugger_log = c"ValkeyModule_ScriptingEngineDebuggerLog": fn(*mut ModuleString, c_int);
    debugger_flush = c"ValkeyModule_ScriptingEngineDebuggerFlushLogs": fn();
    debugger_read = c"ValkeyModule_ScriptingEngineDebuggerProcessCommands": fn(*mut c_int, *mut *mut ModuleString);
    register_number = c"ValkeyModule_RegisterNumericConfig": fn(
        *mut ModuleCtx,
        *const c_char,
        c_longlong,
        c_uint,
        c_longlong,
        c_longlong,
        unsafe extern "C" fn(*const c_char, *mut c_void) -> c_longlong,
        unsafe extern "C" fn(*const c_char, c_longlong, *mut c_void, *mut *mut ModuleString) -> c_int,
        *mut c_void,
        *mut c_void
    ) -> c_int;
    create_timer = c"ValkeyModule_CreateTimer":
        fn(*mut ModuleCtx, c_longlong, unsafe extern "C" fn(*mut ModuleCtx, *mut c_void), *mut c_void) -> u64;
    load_configs = c"ValkeyModule_LoadConfigs": fn(*mut ModuleCtx) -> c_int;
}

impl Api {
    /// The server's version, `0x00MMmmpp`; `None` if it says something else.
    pub(crate) fn version(&self) -> Option<u32> {
        // SAFETY: the function takes nothing and returns a number.
        u32::try_from(unsafe { (self.server_version)() }).ok().filter(|&version| version > 0)
    }

    fn find_call_argv(&mut self) {
        if !self.version().is_some_and(|version| CALL_ARGV_CHECKED_ON.contains(&version)) {
            return;
        }
        // SAFETY: the name is a C string; a null handle searches the whole process.
        let address = unsafe { dlsym(ptr::null_mut(), c"VM_CallArgv".as_ptr()) };
        if !address.is_null() {
            // SAFETY: on the versions checked above, the function of this name has this type.
            self.call_argv = Some(unsafe { mem::transmute::<*mut c_void, CallArgv>(address) });
        }
    }
}
