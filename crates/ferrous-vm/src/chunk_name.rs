//! The name of a chunk as messages show it.
//!
//! A name given to `load` says what it is by its first byte: `@` a file, `=` a name to show as it is, anything else the
//! source text. As in PUC Lua, the shown form has at most 59 bytes in messages of running code (`LUA_IDSIZE`) and 79 in
//! those of the compiler (`MAXSRC`), and a zero byte ends a name.

/// `LUA_IDSIZE`: the room for a shown name at run time, with C's final zero.
const RUN_TIME: usize = 60;
/// `MAXSRC`: the same at compile time.
const COMPILE_TIME: usize = 80;
/// What PUC Lua sets aside around the name of a file, and around a source text.
const AROUND_FILE: usize = 8;
const AROUND_SOURCE: usize = 17;

/// The form of a chunk's name in messages of running code: `file.lua`, `...end/of/file.lua`, `[string "first line..."]`.
///
/// ```
/// use ferrous_vm::chunk_name::chunk_id;
/// assert_eq!(chunk_id(b"@script.lua"), b"script.lua");
/// assert_eq!(chunk_id(b"=(load)"), b"(load)");
/// assert_eq!(chunk_id(b"return 1\nreturn 2"), b"[string \"return 1...\"]");
/// ```
#[must_use]
pub fn chunk_id(name: &[u8]) -> Vec<u8> {
    shown(name, RUN_TIME)
}

/// The form of a chunk's name in messages of the compiler: as [`chunk_id`], but longer.
#[must_use]
pub fn source_id(name: &[u8]) -> Vec<u8> {
    shown(name, COMPILE_TIME)
}

fn shown(name: &[u8], room: usize) -> Vec<u8> {
    // Of a file's name the end is shown; of others nothing beyond the room, and a source may be very long.
    let name = if name.first() == Some(&b'@') { name } else { name.get(..=room).unwrap_or(name) };
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    match name.get(..end).unwrap_or(name) {
        [b'=', shown @ ..] => shown.get(..room - 1).unwrap_or(shown).to_vec(),
        [b'@', file @ ..] => match file.len().checked_sub(room - AROUND_FILE) {
            Some(hidden @ 1..) => [b"...", file.get(hidden..).unwrap_or_default()].concat(),
            _ => file.to_vec(),
        },
        source => {
            let line = source.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(source.len());
            let shown = source.get(..line.min(room - AROUND_SOURCE)).unwrap_or(source);
            let dots: &[u8] = if shown.len() < source.len() { b"..." } else { b"" };
            [b"[string \"", shown, dots, b"\"]"].concat()
        }
    }
}
