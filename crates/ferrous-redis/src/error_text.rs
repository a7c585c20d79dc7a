//! The texts of errors: how a code gets in front, and what keeps a text from breaking a reply.
//!
//! Redis handles these texts as C strings, so a zero byte ends one; and a reply's line must not contain a line break.
//!
//! **Invariant:** what [`line`] returns contains no zero byte, carriage return or line feed.

/// `text` up to its first zero byte.
pub(crate) fn until_zero(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
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
    let text = trim_end(until_zero(text));
    let start = text.iter().position(|&byte| !is_break(byte)).unwrap_or(text.len());
    let text = text.get(start..).unwrap_or(text);
    if text.contains(&b' ') { text.to_vec() } else { [b"ERR ", text].concat() }
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
            (b"-double dash", b"-double dash"),
        ];
        for (text, wanted) in cases {
            assert_eq!(with_code(text), *wanted);
        }
        assert_eq!(error_line(b"a\r\nb\n"), b"a  b");
        assert_eq!(line(b"a\nb\n\0c"), b"a b ");
    }
}
