//! Glob patterns of `KEYS`, `SCAN MATCH` and the like: `*`, `?`, `[a-z]`, `[^a]`, `\x`.
//!
//! Matching is a loop with one point to return to (the last `*`), so a hostile pattern costs pattern times text, not
//! exponential time, and no stack. Where classes are malformed the reading is Redis's: an unclosed class ends with the
//! pattern.

/// Whether `text` as a whole matches `pattern`, byte by byte and with case.
#[must_use]
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let advanced = match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, read));
                continue;
            }
            Some(_) => text.get(read).and_then(|&byte| match_one(pattern, at, byte)),
            None if read == text.len() => return true,
            None => None,
        };
        if let Some(next) = advanced {
            at = next;
            read += 1;
        } else {
            // Let the last star take one byte more.
            match retry {
                Some((after_star, start)) if start < text.len() => {
                    at = after_star;
                    read = start + 1;
                    retry = Some((after_star, read));
                }
                _ => return false,
            }
        }
    }
}

/// Matches one byte against the pattern element at `at`; returns where the next element starts.
fn match_one(pattern: &[u8], at: usize, byte: u8) -> Option<usize> {
    match pattern.get(at)? {
        b'?' => Some(at + 1),
        b'[' => match_class(pattern, at + 1, byte),
        b'\\' if at + 1 < pattern.len() => (pattern.get(at + 1) == Some(&byte)).then_some(at + 2),
        literal => (*literal == byte).then_some(at + 1),
    }
}

fn match_class(pattern: &[u8], mut at: usize, byte: u8) -> Option<usize> {
    let negated = pattern.get(at) == Some(&b'^');
    at += usize::from(negated);
    let mut found = false;
    loop {
        match pattern.get(at..).unwrap_or_default() {
            [] => break,
            [b']', ..] => {
                at += 1;
                break;
            }
            [b'\\', escaped, ..] => {
                found |= *escaped == byte;
                at += 2;
            }
            [first, b'-', last, ..] => {
                let (low, high) = if first <= last { (*first, *last) } else { (*last, *first) };
                found |= (low..=high).contains(&byte);
                at += 3;
            }
            [single, ..] => {
                found |= *single == byte;
                at += 1;
            }
        }
    }
    (found != negated).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        let cases: [(&str, &str, bool); 14] = [
            ("*", "", true),
            ("h?llo", "hello", true),
            ("h*llo", "heeeello", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hallo", true),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("h\\*llo", "h*llo", true),
            ("h\\*llo", "hello", false),
            ("a*b*c", "aXbXbc", true),
            ("a*b*c", "aXbXbd", false),
            ("[abc", "b", true),
            ("", "", true),
            ("user:*:name", "user:17:name", true),
        ];
        for (pattern, text, wanted) in cases {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn hostile_patterns_are_quick() {
        let pattern = b"*a".repeat(64);
        assert!(!matches(&pattern, &b"a".repeat(2048).into_iter().chain(*b"b").collect::<Vec<_>>()));
    }
}
