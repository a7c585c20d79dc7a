//! `redis.register_function`, which a library calls while it is loaded.
//!
//! It takes a name and a callback, or one table with named arguments. What is registered is kept in the engine's state, the
//! callback as a pin: if loading fails, the pins go with the scope that they were made in.
//!
//! **Invariant:** a registered callback is a function.

use std::sync::Arc;

use ahash::HashSet;
use ferrous_heap::{Pinned, TableRef, Value};
use ferrous_vm::native::{NativeContext, NativeResult};

use super::{
    library::{FUNCTION_EXISTS, FunctionInfo},
    metadata::is_name,
};
use crate::{
    api::{api_error, dialect, state},
    error_text::until_zero,
    shebang::ScriptFlags,
};

/// A function that a library has registered.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) info: FunctionInfo,
    pub(crate) callback: Pinned,
}

/// What a library has registered so far.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    /// In order.
    pub(crate) functions: Vec<Registered>,
    names: HashSet<Arc<[u8]>>,
    /// The bytes that are charged to the heap for it, to be released in the end.
    pub(crate) charged: usize,
}

/// What has been read of the arguments.
#[derive(Default)]
struct Arguments {
    name: Option<Vec<u8>>,
    callback: Option<Value>,
    description: Option<Vec<u8>>,
    flags: ScriptFlags,
}

/// `redis.register_function(name, callback)` or `redis.register_function{function_name = ..., callback = ..., ...}`.
pub(crate) fn register_function(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let dialect = dialect(ctx)?;
    let function = dialect.register_function;
    if state(ctx)?.registrations.is_none() {
        let text = format!("{function} can only be called on FUNCTION LOAD command");
        return Err(api_error(ctx, &text, false));
    }
    let arguments = match read_arguments(ctx, function) {
        Ok(arguments) => arguments,
        Err(text) => return Err(api_error(ctx, &text, false)),
    };
    let (Some(name), Some(callback)) = (arguments.name, arguments.callback) else { return ctx.ret0() };
    let mut description = arguments.description;
    if let Some(description) = &mut description
        && dialect.functions_end_at_zero
    {
        description.truncate(until_zero(description).len());
    }
    let name: Arc<[u8]> = name.into();
    if dialect.checks_functions_at_once {
        let known = state(ctx)?.registrations.as_ref().is_some_and(|known| known.names.contains(&name));
        let wrong = match (is_name(&name), known) {
            (false, _) => Some(dialect.bad_function_name),
            (true, true) => Some(FUNCTION_EXISTS),
            (true, false) => None,
        };
        if let Some(text) = wrong {
            return Err(api_error(ctx, text, false));
        }
    }
    // It lies outside of the heap.
    let bytes = size_of::<Registered>() + name.len() + description.as_ref().map_or(0, Vec::len);
    ctx.tx.charge(bytes)?;
    let callback = ctx.tx.pin(callback);
    let info = FunctionInfo { name: Arc::clone(&name), description, flags: arguments.flags };
    if let Some(registrations) = &mut state(ctx)?.registrations {
        registrations.charged += bytes;
        registrations.names.insert(name);
        registrations.functions.push(Registered { info, callback });
    }
    ctx.ret0()
}

/// # Errors
/// The text, without a code.
fn read_arguments(ctx: &NativeContext<'_, '_>, function: &str) -> Result<Arguments, String> {
    match ctx.arg_count() {
        1 => match ctx.arg(1).as_table() {
            Some(table) => read_named(ctx, table, function),
            None => Err(format!(
                "calling {function} with a single argument is only applicable to Lua table (representing named \
                 arguments)."
            )),
        },
        2 => {
            let name = text(ctx, ctx.arg(1))
                .ok_or_else(|| format!("first argument to {function} must be a string"))?;
            let callback = Some(ctx.arg(2)).filter(|value| value.is_function());
            let callback =
                callback.ok_or_else(|| format!("second argument to {function} must be a function"))?;
            Ok(Arguments { name: Some(name), callback: Some(callback), ..Arguments::default() })
        }
        _ => Err(format!("wrong number of arguments to {function}")),
    }
}

fn read_named(ctx: &NativeContext<'_, '_>, table: TableRef, function: &str) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut position = 0;
    while let Some((next, key, value)) = ctx.tx.next_entry(table, position) {
        position = next;
        let key = text(ctx, key)
            .ok_or_else(|| format!("named argument key given to {function} is not a string"))?;
        let not_a_string = |argument| format!("{argument} argument given to {function} must be a string");
        match until_zero(&key).to_ascii_lowercase().as_slice() {
            b"function_name" => {
                arguments.name = Some(text(ctx, value).ok_or_else(|| not_a_string("function_name"))?);
            }
            b"description" => {
                arguments.description = Some(text(ctx, value).ok_or_else(|| not_a_string("description"))?);
            }
            b"callback" if value.is_function() => arguments.callback = Some(value),
            b"callback" => {
                return Err(format!("callback argument given to {function} must be a function"));
            }
            b"flags" => {
                let list = value.as_table().ok_or_else(|| {
                    format!("flags argument to {function} must be a table representing function flags")
                })?;
                arguments.flags = read_flags(ctx, list).ok_or("unknown flag given")?;
            }
            _ => return Err(format!("unknown argument given to {function}")),
        }
    }
    if arguments.name.is_none() {
        return Err(format!("{function} must get a function name argument"));
    }
    if arguments.callback.is_none() {
        return Err(format!("{function} must get a callback argument"));
    }
    Ok(arguments)
}

/// The elements up to the first nil; `None` if one is no flag.
fn read_flags(ctx: &NativeContext<'_, '_>, list: TableRef) -> Option<ScriptFlags> {
    let mut flags = ScriptFlags::default();
    for index in 1..=u32::MAX {
        let element = ctx.tx.raw_get(list, Value::number(f64::from(index)));
        if element.is_nil() {
            break;
        }
        flags =
            flags.union(ScriptFlags::from_name(&until_zero(ctx.tx.string(element)?).to_ascii_lowercase())?);
    }
    Some(flags)
}

/// The bytes of a string, or of a number as Lua writes it.
fn text(ctx: &NativeContext<'_, '_>, value: Value) -> Option<Vec<u8>> {
    if let Some(text) = ctx.tx.string(value) {
        return Some(text.to_vec());
    }
    let number = value.as_number()?;
    let mut text = Vec::with_capacity(24);
    ferrous_vm::number::write_number(number, &mut text);
    Some(text)
}
