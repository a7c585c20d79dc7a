//! What is handed to a script or a function: the keys and the other arguments, as strings one by one.
//!
//! They are taken straight from the command's arguments; for a script they become the elements of `KEYS` and `ARGV`, two tables
//! that every run finds empty.
//!
//! **Invariant:** the strings are read once, in order, and their number is known before.

use ferrous_heap::{Pinned, Value};
use ferrous_vm::{error::LuaError, native::NativeContext};

use crate::host::CommandArgs;

/// Strings one by one, whose number is known.
pub trait Strings<'a>: ExactSizeIterator<Item = &'a [u8]> {}

impl<'a, I: ExactSizeIterator<Item = &'a [u8]>> Strings<'a> for I {}

/// What is handed to a script or a function.
#[derive(Clone, Copy, Debug)]
pub struct CallArguments<K, A> {
    /// `KEYS`, or the first argument of a function.
    pub keys: K,
    /// `ARGV`, or the second one.
    pub arguments: A,
}

/// What stands before the keys in a command: its name, the script or function, the number of keys.
const BEFORE_KEYS: usize = 3;

/// What a command that runs a script or a function hands to it; `keys` of its arguments are keys.
pub(crate) fn call_arguments(
    args: CommandArgs<'_>,
    keys: usize,
) -> CallArguments<impl Strings<'_>, impl Strings<'_>> {
    let end = BEFORE_KEYS.saturating_add(keys);
    CallArguments { keys: args.part(BEFORE_KEYS, end), arguments: args.part(end, usize::MAX) }
}

/// Makes `table` hold exactly these strings. `values` is a buffer.
pub(super) fn fill<'a>(
    ctx: &mut NativeContext<'_, '_>,
    table: &Pinned,
    values: &mut Vec<Value>,
    strings: impl Strings<'a>,
) -> Result<(), LuaError> {
    if strings.len() == 0 {
        return Ok(());
    }
    let table = ctx.tx.resolve(table).ok().and_then(Value::as_table);
    let table = table.ok_or_else(|| LuaError::bare("KEYS or ARGV is missing"))?;
    values.clear();
    for string in strings {
        values.push(ctx.tx.intern(string)?);
    }
    Ok(ctx.tx.fill(table, values)?)
}
