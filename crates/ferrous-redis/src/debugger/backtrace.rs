//! The active functions of a stopped script.
//!
//! **Invariant:** only functions of the script are shown; natives, and what `loadstring` made, have no lines in its source.

use ferrous_vm::{inspect::Level, native::NativeContext};

use super::listing::{Listing, Marks};
use crate::compat::DebuggerDialect;

/// What the chunk name of a script contains.
const SCRIPT: &[u8] = b"user_script";

/// Whether a chunk of that name is the script.
pub(crate) fn is_script(chunk_name: &[u8]) -> bool {
    chunk_name.windows(SCRIPT.len()).any(|part| part == SCRIPT)
}

/// The active functions from the innermost outward, as the debugger of the target looks at them.
pub(crate) fn levels<'c>(
    ctx: &'c NativeContext<'_, '_>,
    dialect: &DebuggerDialect,
) -> impl Iterator<Item = Level> + 'c {
    let from_main = dialect.looks_from_main_thread && !ctx.is_main_thread();
    let (thread, first) = if from_main { (Some(ctx.main_thread()), 0) } else { (None, 1) };
    (first..).map_while(move |level| ctx.level(thread, level))
}

/// The lines of `trace`.
pub(crate) fn lines(
    ctx: &NativeContext<'_, '_>,
    dialect: &DebuggerDialect,
    listing: &Listing,
    marks: &Marks<'_>,
) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for (index, level) in levels(ctx, dialect).enumerate() {
        let function = ctx.describe(ctx.level_function(&level));
        let Some(line) = ctx.level_line(&level) else { continue };
        if !function.is_some_and(|function| is_script(&function.short_source)) {
            continue;
        }
        let place: &[u8] = if index == 0 { b"In " } else { b"From " };
        let name = ctx.level_name(&level).map_or(b"top level".to_vec(), |(_, name)| name);
        lines.push([place, name.as_slice(), b":"].concat());
        lines.push(listing.line(line.into(), marks));
    }
    lines
}
