//! The variables of a stopped script.
//!
//! **Invariant:** nothing here changes a variable.

use ferrous_heap::Value;
use ferrous_vm::{
    inspect::{Level, TEMPORARY},
    native::NativeContext,
};

use super::{backtrace::levels, value_text};
use crate::compat::DebuggerDialect;

/// The globals that can be printed.
const GLOBALS: [&str; 2] = ["KEYS", "ARGV"];

fn locals<'c>(ctx: &'c NativeContext<'_, '_>, level: Level) -> impl Iterator<Item = (Vec<u8>, Value)> + 'c {
    (1..).map_while(move |n| ctx.local(&level, n)).take_while(|(name, _)| name != TEMPORARY)
}

/// The line for each local variable of the innermost function.
pub(crate) fn all(ctx: &NativeContext<'_, '_>, dialect: &DebuggerDialect, limit: usize) -> Vec<Vec<u8>> {
    let innermost = levels(ctx, dialect).next();
    let locals = innermost.into_iter().flat_map(|level| locals(ctx, level));
    let show = |(name, value): (Vec<u8>, Value)| {
        let mut line = [b"<value> ", name.as_slice(), b" = "].concat();
        value_text::write(ctx.tx, value, dialect.value_form, limit, &mut line);
        line
    };
    locals.map(show).collect()
}

/// The line for the variable of that name: the first that the innermost function with one of that name has declared, as in
/// Redis, or KEYS or ARGV.
pub(crate) fn one(
    ctx: &NativeContext<'_, '_>,
    name: &[u8],
    dialect: &DebuggerDialect,
    limit: usize,
) -> Option<Vec<u8>> {
    let mut found = levels(ctx, dialect).flat_map(|level| locals(ctx, level));
    let value = found.find(|(found, _)| found == name).map(|(_, value)| value).or_else(|| {
        let is_global = GLOBALS.iter().any(|global| global.as_bytes() == name);
        let globals = ctx.globals().as_table().filter(|_| is_global)?;
        Some(ctx.tx.raw_get_str(globals, name))
    })?;
    let mut line = b"<value> ".to_vec();
    value_text::write(ctx.tx, value, dialect.value_form, limit, &mut line);
    Some(line)
}
