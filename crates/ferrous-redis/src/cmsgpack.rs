//! The `cmsgpack` library: MessagePack, as lua-cmsgpack 0.4.0 has it.
//!
//! Strings are never written as binary, whole numbers take the smallest form, others four bytes where that is exact. Tables
//! nested more than sixteen deep are written as nil, cycles included.
//!
//! | module | what it does |
//! |---|---|
//! | [`encode`] | `pack` |
//! | [`decode`] | `unpack`, `unpack_one`, `unpack_limit` |
//!
//! **Invariant:** neither direction recurses.

mod decode;
mod encode;

use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeFn},
};

use crate::api::dialect;

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("pack", encode::pack),
    ("unpack", decode::unpack),
    ("unpack_limit", decode::unpack_limit),
    ("unpack_one", decode::unpack_one),
];

const NAMES: &[(&str, &str)] = &[
    ("_DESCRIPTION", "MessagePack C implementation for Lua"),
    ("_NAME", "cmsgpack"),
    ("_VERSION", "lua-cmsgpack 0.4.0"),
];

/// Makes the global `cmsgpack`.
pub(crate) fn open(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let table = ctx.library(Some("cmsgpack"), FUNCTIONS)?;
    for (name, text) in NAMES {
        let text = ctx.tx.intern(text.as_bytes())?;
        ctx.set_field(table, name, text)?;
    }
    let copyright = format!("Copyright (C) 2012, {}", dialect(ctx)?.cmsgpack_owner);
    let copyright = ctx.tx.intern(copyright.as_bytes())?;
    ctx.set_field(table, "_COPYRIGHT", copyright)?;
    Ok(())
}
