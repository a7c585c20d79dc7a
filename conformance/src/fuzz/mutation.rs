//! Spoiling a valid program: one to three small accidents, in tokens mostly, in bytes sometimes.

use super::random::Random;

/// Words that may be put anywhere.
const TOKENS: &[&str] = &[
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while", "+", "-", "*", "/", "%", "^", "#",
    "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".", "..", "...",
    "x", "goto", "1", "0x", "0xg", "1e", "1e+", "3..2", "1..", "08", "'a'", "\"", "'", "'\\", "'\\400'",
    "'\\x'", "[[", "]]", "[=[", "[==", "--[[", "--[==[ ", "--", "~", "!", "@", "$", "\\", "&", "|", "\n",
    "\r", "\r\n", "f'x'", "f{}", "\n(1)", "0x1p4", "1.5.2", ".5", "5.", "...", "\"a\nb\"", "'\\\n'", "1x",
    "0x1.8", "::a::", "//", "<<", "a.b:c",
];

/// The text with accidents.
#[must_use]
pub fn spoil(text: &[u8], random: &mut Random) -> Vec<u8> {
    let mut pieces: Vec<Vec<u8>> = tokens(text).into_iter().map(<[u8]>::to_vec).collect();
    // A short piece of a program is read faster, and is as good.
    let keep = 10 + random.below(120);
    if pieces.len() > keep && !random.once_in(6) {
        let start = random.below(pieces.len() - keep);
        pieces = pieces.split_off(start);
        pieces.truncate(keep);
    }
    for _ in 0..=random.below(3) {
        accident(&mut pieces, random);
    }
    let mut text = pieces.concat();
    if random.once_in(10) && !text.is_empty() {
        let at = random.below(text.len());
        // Any byte at all: the remainder fits.
        text[at] = random.below(256) as u8;
    }
    text
}

fn accident(pieces: &mut Vec<Vec<u8>>, random: &mut Random) {
    let (at, other) = (random.below(pieces.len()), random.below(pieces.len()));
    if pieces.is_empty() {
        return;
    }
    match random.below(7) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(other, pieces[at].clone()),
        2 => pieces.swap(at, other),
        3 => pieces.truncate(at),
        4 => pieces[at] = token(random),
        _ => pieces.insert(at, token(random)),
    }
}

fn token(random: &mut Random) -> Vec<u8> {
    let word = random.pick(TOKENS).copied().unwrap_or_default();
    // Spaces on both sides now and then, so that words do not always run together.
    if random.once_in(3) { word.into() } else { format!(" {word} ").into_bytes() }
}

/// Roughly the tokens of Lua, spaces being tokens too: words, strings on one line, single signs.
fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(&first) = rest.first() {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = match first {
            b'"' | b'\'' => string_length(rest, first),
            _ if is_word(&first) => rest.iter().take_while(|byte| is_word(byte)).count(),
            _ => 1,
        };
        let (token, after) = rest.split_at(length.min(rest.len()));
        found.push(token);
        rest = after;
    }
    found
}

fn string_length(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        at += if byte == b'\\' { 2 } else { 1 };
        if byte == quote || byte == b'\n' {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_text() {
        let text = b"local x1 = 'a\\'b' .. \"c\nd + 1.5";
        assert_eq!(tokens(text).concat(), text);
        assert!(tokens(text).contains(&&b"'a\\'b'"[..]));
    }

    #[test]
    fn nothing_is_too_small_to_spoil() {
        for seed in 0..200 {
            assert!(spoil(b"", &mut Random::new(seed)).len() < 100);
            assert!(spoil(b"x", &mut Random::new(seed)).len() < 100);
        }
    }
}
