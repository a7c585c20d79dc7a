//! What scripts see of Redis: the table `redis`, and the globals that Redis puts in the place of Lua's own.
//!
//! | module | functions |
//! |---|---|
//! | [`call`] | `call`, `pcall`, `acl_check_cmd`: their arguments and checks |
//! | [`library`] | the rest of the `redis` table |
//! | [`guard`] | the global `pcall`, the error handler, and what answers for missing globals |
//! | [`math_random`] | `math.random`, `math.randomseed` |
//! | [`question`] | what becomes of what natives ask the host |
//!
//! Functions that need the host leave the machine with a [`question::Question`]; the run answers it.
//!
//! **Invariant:** what lasts longer than a script lies in [`ApiState`], outside the heap, so that rolling the heap back does
//! not touch it; what belongs to one run is set back by [`ApiState::begin_run`].

pub(crate) mod call;
pub(crate) mod guard;
pub(crate) mod library;
pub(crate) mod math_random;
pub(crate) mod question;

use ferrous_vm::{error::LuaError, native::NativeContext};

use crate::{
    cjson,
    compat::Dialect,
    convert::to_lua::error_table,
    debugger::monitor::Monitor,
    function::register::Registrations,
    host::{Protocol, Replication},
    random::Generator,
};

/// The engine's state inside the machine.
#[derive(Debug)]
pub(crate) struct ApiState {
    pub(crate) dialect: &'static Dialect,
    /// [`EngineOptions::server_version`](crate::EngineOptions::server_version).
    pub(crate) server_version: Option<u32>,
    pub(crate) generator: Generator,
    /// `redis.setresp`.
    pub(crate) protocol: Protocol,
    /// `redis.set_repl`: the bits `REPL_AOF` and `REPL_REPLICA`.
    pub(crate) replication: u8,
    /// The settings of the global `cjson`.
    pub(crate) cjson: cjson::Settings,
    /// What the library that is being loaded has registered; `None` while none is loaded.
    pub(crate) registrations: Option<Registrations>,
    /// What a debugger is told while a script is debugged.
    pub(crate) monitor: Option<Box<Monitor>>,
}

/// All of `redis.REPL_ALL`.
const REPLICATE_ALL: u8 = 3;

impl ApiState {
    pub(crate) fn new(dialect: &'static Dialect, server_version: Option<u32>) -> Self {
        Self {
            dialect,
            server_version,
            generator: Generator::default(),
            protocol: Protocol::Resp2,
            replication: REPLICATE_ALL,
            cjson: cjson::Settings::default(),
            registrations: None,
            monitor: None,
        }
    }

    /// `redis.set_repl` as a host is told.
    pub(crate) fn replication(&self) -> Replication {
        Replication { aof: self.replication & 1 != 0, replicas: self.replication & 2 != 0 }
    }

    /// Tells a debugger, if there is one.
    pub(crate) fn tell(&mut self, f: impl FnOnce(&mut Monitor)) {
        if let Some(monitor) = &mut self.monitor {
            f(monitor);
        }
    }

    /// Forgets what the last script chose.
    pub(crate) fn begin_run(&mut self) {
        self.protocol = Protocol::Resp2;
        self.replication = REPLICATE_ALL;
    }
}

/// The state, which every machine of an engine has from its start.
pub(crate) fn state<'c>(ctx: &'c mut NativeContext<'_, '_>) -> Result<&'c mut ApiState, LuaError> {
    ctx.extension().ok_or_else(|| LuaError::bare("the engine's state is missing"))
}

/// The target's texts and switches.
pub(crate) fn dialect(ctx: &mut NativeContext<'_, '_>) -> Result<&'static Dialect, LuaError> {
    state(ctx).map(|state| state.dialect)
}

/// The error that the functions of the API raise: a table, without a position in its text.
pub(crate) fn api_error(ctx: &mut NativeContext<'_, '_>, text: &str, counted: bool) -> LuaError {
    reply_error(ctx, format!("ERR {text}").as_bytes(), counted)
}

/// The same, for an error reply with its code.
pub(crate) fn reply_error(ctx: &mut NativeContext<'_, '_>, reply: &[u8], counted: bool) -> LuaError {
    if let Ok(state) = state(ctx) {
        let text = reply.strip_prefix(b"ERR ").unwrap_or(reply);
        state.tell(|monitor| monitor.error(text));
    }
    match error_table(ctx.tx, reply, counted) {
        Ok(error) => ctx.raise(error),
        Err(error) => error.into(),
    }
}
