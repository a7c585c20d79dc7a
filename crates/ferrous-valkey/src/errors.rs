//! What scripts read when the server refuses a command.
//!
//! The server's own texts are written for clients. Scripts have always been told something else in four cases, which are
//! known by `errno` and by how the server's text begins; everything else passes unchanged.
//!
//! **Invariant:** a text that is rewritten begins with the code `ERR`.

use std::borrow::Cow;

use ferrous_redis::Compat;

use crate::ffi::errno;

/// `text` (with its code, without `-`) as a script is to read it. `errno` is 0 for a command that ran.
pub(crate) fn rewrite(text: &[u8], errno: i32) -> Cow<'_, [u8]> {
    let dialect = Compat::Valkey91.dialect();
    let own = match errno {
        errno::ESPIPE if text.starts_with(b"ERR command ") => dialect.not_allowed,
        errno::EINVAL if text.starts_with(b"ERR wrong number of arguments for ") => dialect.wrong_arity,
        errno::ENOENT if text.starts_with(b"ERR unknown command '") => dialect.unknown_command,
        errno::EACCES => {
            return match text.strip_prefix(b"NOPERM ") {
                Some(reason) => [b"ERR ACL failure in script: ", reason].concat().into(),
                None => text.into(),
            };
        }
        _ => return text.into(),
    };
    format!("ERR {own}").into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_rewritten_by_errno_and_text() {
        let cases: &[(&str, i32, &str)] = &[
            (
                "ERR command 'multi' is not allowed on script mode",
                errno::ESPIPE,
                "ERR This Valkey command is not allowed from script",
            ),
            (
                "NOREPLICAS Not enough good replicas to write.",
                errno::ESPIPE,
                "NOREPLICAS Not enough good replicas to write.",
            ),
            (
                "ERR wrong number of arguments for 'get' command",
                errno::EINVAL,
                "ERR Wrong number of args calling command from script",
            ),
            (
                "ERR wrong number of arguments for 'get' command",
                0,
                "ERR wrong number of arguments for 'get' command",
            ),
            (
                "ERR unknown command 'x', with args beginning with: ",
                errno::ENOENT,
                "ERR Unknown command called from script",
            ),
            (
                "ERR unknown subcommand 'x'. Try CONFIG HELP.",
                errno::ENOENT,
                "ERR unknown subcommand 'x'. Try CONFIG HELP.",
            ),
            (
                "NOPERM No permissions to access a key",
                errno::EACCES,
                "ERR ACL failure in script: No permissions to access a key",
            ),
            ("WRONGTYPE no", 0, "WRONGTYPE no"),
        ];
        for (text, errno, wanted) in cases {
            assert_eq!(String::from_utf8_lossy(&rewrite(text.as_bytes(), *errno)), *wanted);
        }
    }
}
