//! Conversions of numbers against PUC Lua 5.1 (recorded in `data/formats.txt`).
#![allow(clippy::unwrap_used)]

use ferrous_stdlib::string::format::{Spec, SpecError, number};

fn render(conversion: &str, value: f64) -> String {
    let text = conversion.strip_prefix('%').unwrap().as_bytes();
    let (spec, used) = Spec::parse(text).unwrap();
    let letter = text[used];
    let mut out = b"before".to_vec();
    match letter {
        b'd' | b'i' => number::write_signed(&spec, value, &mut out),
        b'u' | b'o' | b'x' | b'X' => number::write_unsigned(&spec, letter, value, &mut out),
        _ => number::write_float(&spec, letter, value, &mut out),
    }
    String::from_utf8(out).unwrap().strip_prefix("before").unwrap().to_owned()
}

#[test]
fn recorded_cases() {
    let mut count = 0;
    for line in include_str!("data/formats.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [conversion, value, expected] = fields.as_slice() else { panic!("three fields") };
        let value: f64 = match *value {
            "-nan" => -f64::NAN.abs(),
            "nan" => f64::NAN.abs(),
            text => text.parse().unwrap(),
        };
        assert_eq!(format!("[{}]", render(conversion, value)), **expected, "{conversion} of {value}");
        count += 1;
    }
    assert!(count > 3000);
}

#[test]
fn mistakes() {
    assert_eq!(Spec::parse(b"------d"), Err(SpecError::RepeatedFlags));
    assert_eq!(Spec::parse(b"123d"), Err(SpecError::TooLong));
    assert_eq!(Spec::parse(b".123d"), Err(SpecError::TooLong));
    assert_eq!(Spec::parse(b"-+ #0d").map(|(_, used)| used), Ok(5));
    assert_eq!(Spec::parse(b".f").map(|(spec, _)| spec.precision), Ok(Some(0)));
}

#[test]
fn text_is_cut_and_padded() {
    for (spec, expected) in
        [("5", "  abc"), ("-5", "abc  "), (".2", "ab"), ("5.1", "    a"), ("05", "  abc"), ("2", "abc")]
    {
        let mut out = Vec::new();
        Spec::parse(spec.as_bytes()).unwrap().0.write_text(b"abc", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{spec}");
    }
}

#[test]
fn quoted_text_reads_back() {
    let mut out = Vec::new();
    number::write_quoted(b"a\n\0\r\"\\\xff", &mut out);
    assert_eq!(out, b"\"a\\\n\\000\\r\\\"\\\\\xff\"");
}
