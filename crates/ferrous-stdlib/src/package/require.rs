//! `require`: asks one loader after another, and runs what is found (manual §5.3).
//!
//! **Invariant:** a module that is being loaded, or failed to, is marked in the table of modules.

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};

use super::{field, loaded_table};
use crate::string::pattern::effective;

/// What stands for a module that is being loaded.
const LOADING: u32 = 0x10AD;

/// Registers.
const NAME: usize = 1;
const LOADERS: usize = 2;

fn name(ctx: &NativeContext<'_, '_>) -> Vec<u8> {
    effective(ctx.tx.string(ctx.arg(NAME)).unwrap_or_default()).to_vec()
}

fn error(ctx: &NativeContext<'_, '_>, before: &str, after: &[u8]) -> LuaError {
    ctx.error([before.as_bytes(), b" '", &name(ctx), b"'", after].concat())
}

/// `require(modname)`.
pub(super) fn require(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = ctx.check_string(NAME)?;
    let loaded = loaded_table(ctx)?;
    let module = ctx.tx.raw_get(loaded, name);
    if module == Value::light_userdata(LOADING) {
        return Err(error(ctx, "loop or previous error loading module", b""));
    }
    if module.is_truthy() {
        return ctx.ret(module);
    }
    let loaders = field(ctx, "loaders");
    if !loaders.is_table() {
        return Err(ctx.error("'package.loaders' must be a table"));
    }
    ctx.truncate(LOADERS);
    ctx.push(loaders)?;
    Searching { next: 1, places: Vec::new() }.advance(ctx)
}

/// Between two loaders.
struct Searching {
    next: u32,
    /// Where the module was not.
    places: Vec<u8>,
}

impl Searching {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let loaders = ctx.arg(LOADERS).as_table();
        let index = Value::number(f64::from(self.next));
        let loader = loaders.map_or(Value::NIL, |loaders| ctx.tx.raw_get(loaders, index));
        if loader.is_nil() {
            let after = [b" not found:", self.places.as_slice()].concat();
            return Err(error(ctx, "module", &after));
        }
        self.next += 1;
        ctx.push(loader)?;
        ctx.push(ctx.arg(NAME))?;
        ctx.call(1, 1, self)
    }
}

impl NativeState for Searching {
    fn resume(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let found = ctx.pop();
        if found.is_function() {
            let loaded = loaded_table(ctx)?;
            ctx.tx.raw_set(loaded, ctx.arg(NAME), Value::light_userdata(LOADING))?;
            ctx.push(found)?;
            ctx.push(ctx.arg(NAME))?;
            return ctx.call(1, 1, Running);
        }
        if found.is_string() || found.is_number() {
            let text = ctx.tostring(found)?;
            self.places.extend_from_slice(ctx.tx.string(text).unwrap_or_default());
        }
        self.advance(ctx)
    }
}

/// While the module runs.
struct Running;

impl NativeState for Running {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let result = ctx.pop();
        let loaded = loaded_table(ctx)?;
        let name = ctx.arg(NAME);
        if !result.is_nil() {
            ctx.tx.raw_set(loaded, name, result)?;
        }
        let mut module = ctx.tx.raw_get(loaded, name);
        if module == Value::light_userdata(LOADING) {
            module = Value::TRUE;
            ctx.tx.raw_set(loaded, name, module)?;
        }
        ctx.ret(module)
    }
}
