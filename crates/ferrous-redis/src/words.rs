//! Words of a line, as Redis reads them (`sdssplitargs`): shebangs, inline commands, files of commands.
//!
//! Blanks part words, quotes keep blanks inside, double quotes know escapes. A zero byte ends the line, as it ends a text
//! in C.
//!
//! **Invariant:** each step takes at least one byte off the line.

/// What may come behind a closing quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quotes {
    /// A blank or the end.
    #[default]
    EndWords,
    /// The rest of the word, which may have more of them.
    Anywhere,
}

/// The words of a line. `None` if a quote stays open, or something follows a closing quote that may not.
///
/// ```
/// use ferrous_redis::words::{Quotes, split};
/// let words = split(br#"SET k "a \x41""#, Quotes::EndWords);
/// assert_eq!(words, Some(vec![b"SET".to_vec(), b"k".to_vec(), b"a A".to_vec()]));
/// assert_eq!(split(b"GET 'k", Quotes::Anywhere), None);
/// ```
#[must_use]
pub fn split(line: &[u8], quotes: Quotes) -> Option<Vec<Vec<u8>>> {
    let end = line.iter().position(|&byte| byte == 0).unwrap_or(line.len());
    let mut rest = line.get(..end).unwrap_or(line);
    let mut words = Vec::new();
    loop {
        let blanks = rest.iter().take_while(|&byte| is_blank(byte)).count();
        rest = rest.get(blanks..).unwrap_or_default();
        if rest.is_empty() {
            return Some(words);
        }
        let (word, after) = take_word(rest, quotes)?;
        words.push(word);
        rest = after;
    }
}

/// C's `isspace`.
fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The word that `rest` begins with, which is no blank, and what follows it.
fn take_word(mut rest: &[u8], quotes: Quotes) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    while let [byte, after @ ..] = rest {
        match byte {
            // Not all blanks: Redis has no vertical tab or form feed here.
            b' ' | b'\t' | b'\n' | b'\r' => break,
            b'"' | b'\'' => {
                rest = take_quoted(after, *byte, &mut word)?;
                if quotes == Quotes::EndWords {
                    return rest.first().is_none_or(is_blank).then_some((word, rest));
                }
            }
            _ => {
                word.push(*byte);
                rest = after;
            }
        }
    }
    Some((word, rest))
}

/// Appends a quoted text and returns what follows its closing quote.
fn take_quoted<'a>(mut rest: &'a [u8], quote: u8, word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        rest = match rest {
            [b'\\', b'x', high, low, after @ ..]
                if quote == b'"' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default();
                // Two hexadecimal digits fit a byte.
                word.push((digit(high) << 4 | digit(low)) as u8);
                after
            }
            [b'\\', escaped, after @ ..] if quote == b'"' => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'a' => 7,
                    other => *other,
                });
                after
            }
            [b'\\', b'\'', after @ ..] if quote == b'\'' => {
                word.push(b'\'');
                after
            }
            [byte, after @ ..] if *byte == quote => return Some(after),
            [byte, after @ ..] => {
                word.push(*byte);
                after
            }
            [] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_by_redis() {
        type Words = Option<&'static [&'static [u8]]>;
        let cases: &[(&[u8], Words)] = &[
            (b" a  b ", Some(&[b"a", b"b"])),
            (b"\"a b\\x41\\n\" 'c\\'d'", Some(&[b"a bA\n", b"c'd"])),
            (b"a\"b\"", Some(&[b"ab"])),
            (b"\"a\"b", None),
            (b"'a", None),
            (b"a b\0 c", Some(&[b"a", b"b"])),
            (b"\x0b\x0ca\x0bb", Some(&[b"a\x0bb"])),
            (b"", Some(&[])),
        ];
        for (line, wanted) in cases {
            let wanted = wanted.map(|words| words.iter().map(|word| word.to_vec()).collect::<Vec<_>>());
            assert_eq!(split(line, Quotes::EndWords), wanted, "{}", line.escape_ascii());
        }
        let words = split(b"\"a\"b'c d' \"\"e", Quotes::Anywhere);
        assert_eq!(words, Some(vec![b"abc d".to_vec(), b"e".to_vec()]));
    }
}
