//! Modules (manual §5.3): `require`, `module`, `package`; in the plain profile only.
//!
//! | file | what |
//! |---|---|
//! | `require` | `require` |
//! | `search` | the loaders, and where they look |
//! | `module` | `module`, `package.seeall` |
//!
//! Every function has the table `package` as upvalue 0, where PUC Lua has it as environment. C libraries are looked for,
//! and answered as PUC Lua does where it was built without dynamic linking.
//!
//! **Invariant:** the registry's `_LOADED` is the table of modules, whatever becomes of `package.loaded`.

mod module;
mod require;
mod search;

use ferrous_heap::{TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult};

use crate::base::set_native;

/// The registry's name for the table of modules.
const LOADED: &str = "_LOADED";
/// What C libraries are answered with.
const NO_LIBRARIES: &str = "dynamic libraries not enabled; check your Lua installation";

const PATH: &str = "./?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua;\
    /usr/local/lib/lua/5.1/?.lua;/usr/local/lib/lua/5.1/?/init.lua;\
    /usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua";
const C_PATH: &str = "./?.so;/usr/local/lib/lua/5.1/?.so;/usr/lib/x86_64-linux-gnu/lua/5.1/?.so;\
    /usr/lib/lua/5.1/?.so;/usr/local/lib/lua/5.1/loadall.so";
/// Separators of directories and templates, and the marks in templates.
const CONFIGURATION: &str = "/\n;\n?\n!\n-";

/// The libraries that `package.loaded` knows from the start.
const LIBRARIES: &[&str] = &["_G", "coroutine", "debug", "io", "math", "os", "package", "string", "table"];

/// Installs `package`, `require` and `module`. Libraries opened before are known as loaded.
///
/// # Errors
/// Out of memory.
pub fn open_package(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let globals = ctx.library(None, &[])?;
    let package = ctx.library(Some("package"), &[])?;
    let shared = [package.into()];
    set_native(ctx, globals, "require", require::require, &shared)?;
    set_native(ctx, globals, "module", module::module, &shared)?;
    set_native(ctx, package, "loadlib", loadlib, &shared)?;
    set_native(ctx, package, "seeall", module::seeall, &shared)?;
    for (field, variable, default) in [("path", "LUA_PATH", PATH), ("cpath", "LUA_CPATH", C_PATH)] {
        let path = search_path(std::env::var_os(variable), default);
        let path = ctx.tx.intern(&path)?;
        ctx.set_field(package, field, path)?;
    }
    let configuration = ctx.tx.intern(CONFIGURATION.as_bytes())?;
    ctx.set_field(package, "config", configuration)?;
    let loaded = ctx.tx.new_table(0, LIBRARIES.len())?;
    let preload = ctx.tx.new_table(0, 0)?;
    let loaders = ctx.tx.new_table(search::LOADERS.len(), 0)?;
    ctx.set_field(package, "loaded", loaded)?;
    ctx.set_field(package, "preload", preload)?;
    ctx.set_field(package, "loaders", loaders)?;
    let registry = ctx.tx.registry();
    ctx.set_field(registry, LOADED, loaded)?;
    if let Some(loaded) = loaded.as_table() {
        for name in LIBRARIES {
            let library = ctx.tx.raw_get_str(globals, name.as_bytes());
            ctx.set_field(loaded, name, library)?;
        }
    }
    if let Some(loaders) = loaders.as_table() {
        for (index, loader) in search::LOADERS.iter().enumerate() {
            let loader = ctx.new_native(*loader, &shared)?;
            ctx.tx.raw_set(loaders, Value::number(index as f64 + 1.0), loader)?;
        }
    }
    Ok(())
}

/// A path from the environment, in which `;;` stands for the default.
fn search_path(variable: Option<std::ffi::OsString>, default: &str) -> Vec<u8> {
    let Some(variable) = variable else { return default.as_bytes().to_vec() };
    let mut path = Vec::new();
    let mut rest = variable.as_encoded_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if let Some(tail) = rest.strip_prefix(b";;") {
            path.extend_from_slice(&[b";", default.as_bytes(), b";"].concat());
            rest = tail;
        } else {
            path.push(byte);
            rest = tail;
        }
    }
    path
}

/// The table of modules.
fn loaded_table(ctx: &NativeContext<'_, '_>) -> Result<TableRef, LuaError> {
    let loaded = ctx.tx.raw_get_str(ctx.tx.registry(), LOADED.as_bytes());
    loaded.as_table().ok_or_else(|| ctx.error("no table of modules"))
}

/// A field of `package`.
fn field(ctx: &NativeContext<'_, '_>, name: &str) -> Value {
    ctx.upvalue(0).as_table().map_or(Value::NIL, |package| ctx.tx.raw_get_str(package, name.as_bytes()))
}

/// `package.loadlib(libname, funcname)`.
fn loadlib(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_string(1)?;
    ctx.check_string(2)?;
    let reason = ctx.tx.intern(NO_LIBRARIES.as_bytes())?;
    let place = ctx.tx.intern(b"absent")?;
    ctx.ret3(Value::NIL, reason, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_semicolons_stand_for_the_default() {
        let path = |text: &str| String::from_utf8(search_path(Some(text.into()), "D")).unwrap();
        assert_eq!(search_path(None, "D"), b"D");
        assert_eq!(path("a;;b"), "a;D;b");
        assert_eq!(path(";;"), ";D;");
        assert_eq!(path(";;;;"), ";D;;D;");
        assert_eq!(path("a;b"), "a;b");
    }
}
