//! Patterns against PUC Lua 5.1 (recorded in `data/patterns.txt`) and against a plain recursive model.

use ferrous_stdlib::string::pattern::{Captured, Found, PatternError, Search, effective, is_plain};
use proptest::prelude::*;

/// One search with a fresh allowance of `steps` each time it stops.
fn find(
    subject: &[u8],
    pattern: &[u8],
    from: usize,
    steps: u32,
) -> Result<Option<Vec<Captured>>, PatternError> {
    let source = effective(pattern);
    let (anchored, pattern) = match source {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, source),
    };
    let mut search = Search::new(source, pattern, anchored);
    search.begin(from);
    loop {
        let mut allowance = steps;
        match search.run(subject, pattern, &mut allowance)? {
            Found::Suspended => assert_eq!(allowance, 0),
            Found::Nowhere => return Ok(None),
            Found::At { start, end } => {
                let mut all = vec![Captured::Text(start..end)];
                for index in 0..search.matcher.captures().count() {
                    all.push(search.matcher.captures().get(index, start..end)?);
                }
                return Ok(Some(all));
            }
        }
    }
}

fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        if let (b'\\', [a, b, c, tail @ ..]) = (byte, tail) {
            out.push((a - b'0') * 100 + (b - b'0') * 10 + (c - b'0'));
            rest = tail;
        } else {
            out.push(*byte);
            rest = tail;
        }
    }
    out
}

fn escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in text {
        if byte < 32 || byte == 127 || byte == b'\\' {
            out.extend_from_slice(format!("\\{byte:03}").as_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

/// What `patterns.lua` prints for a result.
fn show(subject: &[u8], result: Result<Option<Vec<Captured>>, PatternError>) -> Vec<u8> {
    match result {
        Err(error) => format!("error: {error}").into_bytes(),
        Ok(None) => b"nil".to_vec(),
        Ok(Some(captures)) => {
            let mut out = Vec::new();
            for (index, capture) in captures.into_iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                match capture {
                    Captured::Text(range) if index == 0 => {
                        out.extend_from_slice(format!("{} {}", range.start + 1, range.end).as_bytes());
                    }
                    Captured::Text(range) => {
                        out.push(b'"');
                        out.extend_from_slice(&escape(&subject[range]));
                        out.push(b'"');
                    }
                    Captured::Position(place) => out.extend_from_slice(place.to_string().as_bytes()),
                }
            }
            out
        }
    }
}

#[test]
fn recorded_cases() {
    let cases: Vec<Vec<u8>> = include_bytes!("data/patterns.txt")
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(<[u8]>::to_vec)
        .collect();
    assert!(cases.len() > 1000);
    for line in cases {
        let fields: Vec<&[u8]> = line.split(|&byte| byte == b'\t').collect();
        let [subject, pattern, init, expected] = fields.as_slice() else { panic!("four fields") };
        let bytes = |field: &[u8]| {
            let text: String = field.iter().map(|&byte| byte as char).collect();
            if text.is_ascii() { unescape(&text) } else { field.to_vec() }
        };
        let (subject, pattern) = (bytes(subject), bytes(pattern));
        let init: usize = std::str::from_utf8(init).unwrap().parse::<i64>().map_or(0, |init| {
            let length = subject.len() as i64;
            (if init < 0 { init + length } else { init - 1 }).clamp(0, length) as usize
        });
        if is_plain(effective(&pattern)) {
            continue;
        }
        for steps in [u32::MAX / 16, 1, 3] {
            let result = show(&subject, find(&subject, &pattern, init, steps));
            assert_eq!(
                String::from_utf8_lossy(&result),
                String::from_utf8_lossy(expected),
                "{:?} in {:?} from {init}, {steps} steps",
                String::from_utf8_lossy(&pattern),
                String::from_utf8_lossy(&subject),
            );
        }
    }
}

/// The textbook matcher: recursive, for items of one byte with a suffix.
fn model(subject: &[u8], items: &[(Option<u8>, u8)], at: usize) -> Option<usize> {
    let Some(((wanted, suffix), rest)) = items.split_first() else { return Some(at) };
    let accepts = |at: usize| at < subject.len() && wanted.is_none_or(|byte| byte == subject[at]);
    let most = (at..).take_while(|&at| accepts(at)).count();
    let counts: Vec<usize> = match suffix {
        b'*' => (0..=most).rev().collect(),
        b'+' => (1..=most).rev().collect(),
        b'-' => (0..=most).collect(),
        b'?' => (0..=most.min(1)).rev().collect(),
        _ => (1..=most.min(1)).collect(),
    };
    counts.into_iter().find_map(|count| model(subject, rest, at + count))
}

proptest! {
    #[test]
    fn agrees_with_the_model(
        subject in proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'b'), Just(b'c')], 0..24),
        items in proptest::collection::vec(
            (prop_oneof![Just(None), Just(Some(b'a')), Just(Some(b'b'))], prop_oneof![Just(b' '), Just(b'*'), Just(b'+'), Just(b'-'), Just(b'?')]),
            1..6,
        ),
        steps in 1u32..40,
    ) {
        let mut pattern = Vec::new();
        for (wanted, suffix) in &items {
            pattern.push(wanted.unwrap_or(b'.'));
            if *suffix != b' ' {
                pattern.push(*suffix);
            }
        }
        let expected = (0..=subject.len()).find_map(|start| model(&subject, &items, start).map(|end| start..end));
        let found = find(&subject, &pattern, 0, steps).unwrap();
        prop_assert_eq!(found, expected.map(|range| vec![Captured::Text(range)]));
    }
}

#[test]
fn deep_and_long_matches_need_no_rust_stack() {
    let subject = vec![b'a'; 100_000];
    let pattern: Vec<u8> = b"a?".repeat(50_000);
    let found = find(&subject, &pattern, 0, 1_000).unwrap();
    assert_eq!(found, Some(vec![Captured::Text(0..50_000)]));
    let too_complex: Vec<u8> = b"a?".repeat(300_000);
    let subject = vec![b'a'; 300_000];
    assert_eq!(find(&subject, &too_complex, 0, u32::MAX), Err(PatternError::TooComplex));
}
