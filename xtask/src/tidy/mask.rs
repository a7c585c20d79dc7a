//! Blanks what is not code in a Rust file: comments, strings, characters.
//!
//! The result has the same lines and columns, so a rule can search it for words and still report the right place.
//! Handles nested block comments, raw and byte strings, and tells a lifetime from a character.
//! **Invariant:** the output has as many bytes and the same line breaks as the input.

/// The text with everything but code replaced by spaces.
pub(crate) fn mask(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = span(bytes, at);
        if end == at {
            out.push(if bytes[at].is_ascii() { bytes[at] } else { b' ' });
            at += 1;
        } else {
            out.extend(bytes[at..end].iter().map(|&byte| if byte == b'\n' { b'\n' } else { b' ' }));
            at = end;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The end of the comment or literal that starts here; `at` itself if this is code.
fn span(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let after_word = at > 0 && is_word(bytes[at - 1]);
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(bytes, at),
        [b'"', ..] => string(bytes, at + 1),
        [b'b' | b'c', b'"', ..] if !after_word => string(bytes, at + 2),
        [b'b', b'\'', ..] if !after_word => character(bytes, at + 1),
        [b'r', b'"' | b'#', ..] if !after_word => raw_string(bytes, at, at + 1),
        [b'b' | b'c', b'r', b'"' | b'#', ..] if !after_word => raw_string(bytes, at, at + 2),
        [b'\'', ..] => character(bytes, at),
        _ => at,
    }
}

fn block_comment(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of a string whose contents begin at `at`.
fn string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of a raw string whose hashes begin at `hashes`; `start` if this is a raw identifier such as `r#type`.
fn raw_string(bytes: &[u8], start: usize, hashes: usize) -> usize {
    let count = bytes[hashes..].iter().take_while(|&&byte| byte == b'#').count();
    let open = hashes + count;
    if bytes.get(open) != Some(&b'"') {
        return start;
    }
    let mut at = open + 1;
    while at < bytes.len() {
        let closes = bytes[at] == b'"'
            && bytes[at + 1..].iter().take(count).filter(|&&byte| byte == b'#').count() == count;
        if closes {
            return at + 1 + count;
        }
        at += 1;
    }
    bytes.len()
}

/// The end of a character literal whose quote is at `quote`; `quote` itself if it begins a lifetime.
fn character(bytes: &[u8], quote: usize) -> usize {
    let Some(&first) = bytes.get(quote + 1) else { return quote };
    // An escape ends at the next quote after the escaped byte; anything else is one character and a quote.
    let mut at = quote + if first == b'\\' { 3 } else { 2 };
    if first != b'\\' {
        while bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
            at += 1;
        }
        return if bytes.get(at) == Some(&b'\'') { at + 1 } else { quote };
    }
    while at < bytes.len() && bytes[at] != b'\'' && bytes[at] != b'\n' {
        at += 1;
    }
    (at + 1).min(bytes.len())
}

/// A byte that an identifier can hold.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The line, counted from 1, of a byte position.
pub(crate) fn line_of(text: &str, position: usize) -> usize {
    text.as_bytes().iter().take(position).filter(|&&byte| byte == b'\n').count() + 1
}

/// The positions at which a whole word stands in masked code.
pub(crate) fn find_word<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = code.as_bytes();
    code.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = at == 0 || !is_word(bytes[at - 1]);
        let after = bytes.get(at + word.len()).is_none_or(|&byte| !is_word(byte));
        before && after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked() {
        let cases = [
            ("a // unsafe\nb", "a          \nb"),
            ("a /* x /* y */ z */ b", "a                   b"),
            ("f(\"a\\\"b\", c)", "f(      , c)"),
            ("r#\"a\"b\"# + c", "         + c"),
            ("b\"x\" br\"y\" c\"z\"", "               "),
            ("'a' '\\'' '\\u{41}' 'x", "                  'x"),
            ("&'a str, b'\\n'", "&'a str,      "),
            ("r#type 'é'", "r#type     "),
        ];
        for (text, want) in cases {
            assert_eq!(mask(text), want, "{text}");
        }
    }

    #[test]
    fn words_are_found_whole() {
        let code = "unsafe unsafe_code not_unsafe (unsafe)";
        assert_eq!(find_word(code, "unsafe").collect::<Vec<_>>(), [0, 31]);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
