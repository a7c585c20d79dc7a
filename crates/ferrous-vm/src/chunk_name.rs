//! The name of a chunk as messages show it.
//!
//! A name given to `load` says what it is by its first byte: `@` a file, `=` a name to show as it is, anything else the
//! source text. The shown form is at most [`SHOWN_LENGTH`] bytes long; as in PUC Lua, a zero byte ends a name.

/// The longest form shown, one less than PUC Lua's `LUA_IDSIZE`.
pub const SHOWN_LENGTH: usize = 59;
/// How much of a file's name is shown, from its end.
const FILE_LENGTH: usize = 52;
/// How much of a source text's first line is shown.
const SOURCE_LENGTH: usize = 43;

/// The form of a chunk's name that begins error messages: `file.lua`, `...end/of/file.lua`, `[string "first line..."]`.
///
/// ```
/// use ferrous_vm::chunk_name::chunk_id;
/// assert_eq!(chunk_id(b"@script.lua"), b"script.lua");
/// assert_eq!(chunk_id(b"=(load)"), b"(load)");
/// assert_eq!(chunk_id(b"return 1\nreturn 2"), b"[string \"return 1...\"]");
/// ```
#[must_use]
pub fn chunk_id(name: &[u8]) -> Vec<u8> {
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    match name.get(..end).unwrap_or(name) {
        [b'=', shown @ ..] => shown.get(..SHOWN_LENGTH).unwrap_or(shown).to_vec(),
        [b'@', file @ ..] => match file.len().checked_sub(FILE_LENGTH) {
            Some(hidden @ 1..) => [b"...", file.get(hidden..).unwrap_or_default()].concat(),
            _ => file.to_vec(),
        },
        source => {
            let line = source.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(source.len());
            let shown = source.get(..line.min(SOURCE_LENGTH)).unwrap_or(source);
            let dots: &[u8] = if shown.len() < source.len() { b"..." } else { b"" };
            [b"[string \"", shown, dots, b"\"]"].concat()
        }
    }
}
