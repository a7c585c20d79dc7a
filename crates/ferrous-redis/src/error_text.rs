//! The texts of errors: how a code gets in front, and what keeps a text from breaking a reply.
//!
//! Redis handles these texts as C strings, so a zero byte ends one; and a reply's line must not contain a line break.
//!
//! **Invariant:** what [`line`] returns contains no zero byte, carriage return or line feed.

use std::convert::Infallible;

/// How much of a text is looked through before it is asked whether to go on.
const PIECE: usize = 1 << 16;

/// `text` up to its first zero byte.
pub(crate) fn until_zero(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, text).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// `text` up to its first zero byte, with blanks for line breaks: what can stand in an error or status reply.
pub(crate) fn line(text: &[u8]) -> Vec<u8> {
    blank_breaks(until_zero(text))
}

/// `text` with blanks for line breaks.
pub(crate) fn blank_breaks(text: &[u8]) -> Vec<u8> {
    text.iter().map(|&byte| if is_break(byte) { b' ' } else { byte }).collect()
}

/// As [`line`], without the line breaks at the end: an error reply.
pub(crate) fn error_line(text: &[u8]) -> Vec<u8> {
    blank_breaks(trim_end(until_zero(text)))
}

/// The `err` field for a text that names its own code: `CODE message`. One without a blank has no code and gets `ERR`.
pub(crate) fn with_code(text: &[u8]) -> Vec<u8> {
    match code_and_text(text, true, || Ok::<_, Infallible>(())) {
        Ok((code, text)) => [code, text].concat(),
    }
}

/// What [`with_code`] joins: the code with its blank, and the text without line breaks at its ends. A text without code may keep
/// those (`trims_all`). In a long one it is asked whether to go on after each piece.
pub(crate) fn code_and_text<E>(
    text: &[u8],
    trims_all: bool,
    look: impl Fn() -> Result<(), E>,
) -> Result<(&[u8], &[u8]), E> {
    let text = text.get(..position(text, |byte| byte == 0, &look)?).unwrap_or(text);
    let blank = position(text, |byte| byte == b' ', &look)?;
    let (code, text): (&[u8], &[u8]) = match text.split_at_checked(blank + 1) {
        Some(parts) => parts,
        None if trims_all => (b"ERR ", text),
        None => return Ok((b"ERR ", text)),
    };
    let start = position(text, |byte| !is_break(byte), &look)?;
    let mut end = text.len();
    for piece in text.rchunks(PIECE) {
        if let Some(last) = piece.iter().rposition(|&byte| !is_break(byte)) {
            end -= piece.len() - last - 1;
            break;
        }
        end -= piece.len();
        look()?;
    }
    Ok((code, text.get(start..end).unwrap_or_default()))
}

/// Where the first byte stands that is wanted, or the end. In a long text it is asked whether to go on after each piece.
pub(crate) fn position<E>(
    text: &[u8],
    wanted: impl Fn(u8) -> bool,
    look: &impl Fn() -> Result<(), E>,
) -> Result<usize, E> {
    let mut before = 0;
    for piece in text.chunks(PIECE) {
        if let Some(at) = piece.iter().position(|&byte| wanted(byte)) {
            return Ok(before + at);
        }
        before += piece.len();
        if before < text.len() {
            look()?;
        }
    }
    Ok(before)
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| !is_break(byte)).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or(text)
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_or_added() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"WRONGTYPE no", b"WRONGTYPE no"),
            (b"single", b"ERR single"),
            (b"", b"ERR "),
            (b"A b\r\n", b"A b"),
            (b"\r\nb", b"ERR b"),
            (b"A b\0c", b"A b"),
            (b"\r\nA \r\nb \n c\n", b"\r\nA b \n c"),
            (b" \nb", b" b"),
            (b"-double dash", b"-double dash"),
        ];
        for (text, wanted) in cases {
            assert_eq!(with_code(text), *wanted);
        }
        let untrimmed = code_and_text(b"\na\r\n", false, || Ok::<_, Infallible>(()));
        assert_eq!(untrimmed, Ok((b"ERR ".as_slice(), b"\na\r\n".as_slice())));
        assert_eq!(error_line(b"a\r\nb\n"), b"a  b");
        assert_eq!(line(b"a\nb\n\0c"), b"a b ");
    }
}
