//! Numbers as text, against the texts that Lua 5.1 on glibc reads and prints.

use ferrous_vm::number::{
    long, parse, parse_prefix, write_exponential, write_fixed, write_general, write_number, write_shortest,
};
use proptest::prelude::*;

fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn in_base(text: &[u8], base: u32) -> Option<f64> {
    long::parse_in_base(text, base, &mut || Ok::<(), ()>(())).unwrap_or_default()
}

#[test]
fn tostring_prints_fourteen_digits() {
    let cases = [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-42.0, "-42"),
        (0.1, "0.1"),
        (1.0 / 3.0, "0.33333333333333"),
        (9.99999999999995, "10"),
        (99999999999999.0, "99999999999999"),
        (1e14, "1e+14"),
        (123456789012345.0, "1.2345678901234e+14"),
        (1e15, "1e+15"),
        (2f64.powi(53), "9.007199254741e+15"),
        (1e100, "1e+100"),
        (1e-4, "0.0001"),
        (1e-5, "1e-05"),
        (-1.5e-7, "-1.5e-07"),
        (5e-324, "4.9406564584125e-324"),
        (f64::MAX, "1.7976931348623e+308"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
        (-f64::NAN, "-nan"),
    ];
    for (value, text) in cases {
        assert_eq!(written(|out| write_number(value, out)), text);
    }
}

#[test]
fn precisions_and_layouts() {
    assert_eq!(written(|out| write_general(0.1, 17, out)), "0.10000000000000001");
    assert_eq!(written(|out| write_general(1e-6, 17, out)), "9.9999999999999995e-07");
    assert_eq!(written(|out| write_general(2.5, 0, out)), "2");
    assert_eq!(written(|out| write_general(0.1, 30, out)), "0.100000000000000005551115123126");
    assert_eq!(written(|out| write_general(123456.0, 3, out)), "1.23e+05");
    assert_eq!(written(|out| write_shortest(0.1, out)), "0.1");
    assert_eq!(written(|out| write_shortest(1e17, out)), "1e+17");
    assert_eq!(written(|out| write_fixed(-2.5, 0, out)), "-2");
    assert_eq!(written(|out| write_exponential(12345.678, 2, out)), "1.23e+04");
}

#[test]
fn tonumber_reads_what_strtod_reads() {
    let numbers: [(&[u8], f64); 30] = [
        (b"inf", f64::INFINITY),
        (b"-INF", f64::NEG_INFINITY),
        (b"infinity", f64::INFINITY),
        (b"0x10", 16.0),
        (b"-0x10", -16.0),
        (b"0X1P-2", 0.25),
        (b"0x.8", 0.5),
        (b"0x1.8p1", 3.0),
        (b"0x1e5", 485.0),
        (b"0xffffffffffffffffff", 4722366482869645213695.0),
        (b"0x1.fffffffffffff8p1023", f64::INFINITY),
        (b"0x1p-1074", 5e-324),
        (b"0x1p-1075", 0.0),
        (b"0x1.8p-1075", 5e-324),
        (b"0x7d6a3292.de5082p-1058", f64::from_bits(0x7d6a_3292_de51)),
        (b"0x1p99999999999999999999", f64::INFINITY),
        (b"  10  ", 10.0),
        (b"\x0b5\x0c", 5.0),
        (b"5.", 5.0),
        (b".5", 0.5),
        (b"+5", 5.0),
        (b"1e5", 1e5),
        (b"1e400", f64::INFINITY),
        (b"1e-400", 0.0),
        (b"1e99999999999999999999", f64::INFINITY),
        (b"5e-324", 5e-324),
        (b"123456789012345", 123456789012345.0),
        (b"9007199254740993", 9007199254740992.0),
        (b"2.2250738585072011e-308", 2.225073858507201e-308),
        (b"1\0garbage", 1.0),
    ];
    for (text, value) in numbers {
        assert_eq!(parse(text), Some(value), "{}", String::from_utf8_lossy(text));
    }
    for text in ["nan", "NaN", "nan()", "nan(abc_1)"] {
        assert!(
            parse(text.as_bytes()).is_some_and(|value| value.is_nan() && value.is_sign_positive()),
            "{text}"
        );
    }
    assert!(parse(b"-nan").is_some_and(|value| value.is_nan() && value.is_sign_negative()));
    let others = [
        "", " ", ".", "-", "+-5", "- 5", "0x", "0xg", "0x p", "0x.p1", "0x1p", "0x1p4x", "0x 5", "1e", "1e+",
        "1 2", "10x", "1_000", "n", "in", "infinit", "nan(", "nan(a b)", "nanx", "\0",
    ];
    for text in others {
        assert_eq!(parse(text.as_bytes()), None, "{text}");
    }
    assert_eq!(parse_prefix(b" 0x1p4x"), Some((16.0, 6)));
    assert_eq!(parse_prefix(b"0xg"), Some((0.0, 1)));
    assert_eq!(parse_prefix(b"1e+"), Some((1.0, 1)));
}

#[test]
fn bases() {
    let cases: [(&[u8], u32, Option<f64>); 9] = [
        (b"ff", 16, Some(255.0)),
        (b" 0xFF ", 16, Some(255.0)),
        (b"zz", 36, Some(1295.0)),
        (b"102", 2, None),
        (b"-1", 10, Some(18446744073709551615.0)),
        (b"99999999999999999999999", 10, Some(18446744073709551615.0)),
        (b"", 10, None),
        (b"1.5", 10, None),
        (b"7 7", 8, None),
    ];
    for (text, base, value) in cases {
        assert_eq!(in_base(text, base), value, "{}", String::from_utf8_lossy(text));
    }
}

proptest! {
    #[test]
    fn seventeen_digits_read_back(bits: u64) {
        let value = f64::from_bits(bits);
        prop_assume!(!value.is_nan());
        prop_assert_eq!(parse(written(|out| write_general(value, 17, out)).as_bytes()), Some(value));
        prop_assert_eq!(parse(written(|out| write_shortest(value, out)).as_bytes()), Some(value));
    }

    #[test]
    fn scaling_agrees_with_the_exact_digits(value in -1e6f64..1e6, precision in 1usize..=17) {
        let general = written(|out| write_general(value, precision, out));
        let exact: f64 = format!("{:.*e}", precision - 1, value).parse().unwrap();
        prop_assert_eq!(parse(general.as_bytes()), Some(exact));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(text: Vec<u8>, base in 2u32..=36) {
        let _ = parse(&text);
        let _ = in_base(&text, base);
        if let Some((_, length)) = parse_prefix(&text) {
            prop_assert!(length <= text.len());
        }
    }

    #[test]
    fn decimals_are_read_as_by_the_standard_library(whole in 0u64..1_000_000_000_000, fraction in "[0-9]{0,12}") {
        let text = format!("{whole}.{fraction}");
        prop_assert_eq!(parse(text.as_bytes()), text.parse().ok());
    }

    #[test]
    fn hexadecimal_integers_round_once(value: u128) {
        prop_assert_eq!(parse(format!("0x{value:x}").as_bytes()), Some(value as f64));
    }
}
