//! Numbers as text: command arguments and RESP2 doubles.
//!
//! Redis 7.0 prints `%.17g`. Since 7.2 a whole number is printed as an integer, and any other with nearly the fewest digits that
//! read back as the same number (`digits`), laid out by rules of its own (`0.00001`, `1e-7`, `123456789012345680000`).
//!
//! **Invariant:** the text reads back as the number it was made of, NaN's payload apart.

mod digits;

use ferrous_vm::number::{write_general, write_integer};

use crate::compat::NumberForm;
use digits::Digits;

/// Whole numbers up to this magnitude, 2^62, are printed as integers by the shortest form.
const INTEGER_LIMIT: f64 = 4_611_686_018_427_387_904.0;

/// Appends `value` in `form`. NaN keeps its sign.
pub fn write(value: f64, form: NumberForm, out: &mut Vec<u8>) {
    match form {
        NumberForm::SeventeenDigits => {
            // Doubles below 2^53 that are whole have at most 16 digits, which `%.17g` prints as they are.
            let whole = value as i64;
            if whole as f64 == value
                && whole.unsigned_abs() < 1 << 53
                && (whole != 0 || value.is_sign_positive())
            {
                write_integer(whole, out);
            } else {
                write_general(value, 17, out);
            }
        }
        NumberForm::Shortest => write_shortest(value, out),
    }
}

/// Appends a double of a reply in `form`: unlike an argument it keeps the sign of a zero.
pub fn write_double(value: f64, form: NumberForm, out: &mut Vec<u8>) {
    if value == 0.0 && value.is_sign_negative() {
        out.extend_from_slice(b"-0");
    } else {
        write(value, form, out);
    }
}

fn write_shortest(value: f64, out: &mut Vec<u8>) {
    if !value.is_finite() {
        return write_general(value, 17, out);
    }
    // Casts saturate, far beyond the limit.
    let whole = value as i64;
    if whole as f64 == value && value.abs() <= INTEGER_LIMIT {
        return write_integer(whole, out);
    }
    if value < 0.0 {
        out.push(b'-');
    }
    let found = Digits::of(value.abs());
    let (digits, scale) = (found.text(), found.scale);
    // At most 18.
    let count = digits.len() as i32;
    let exponent = scale + count - 1;
    let zeros = |out: &mut Vec<u8>, count: i32| out.extend((0..count).map(|_| b'0'));
    if scale >= 0 && exponent.abs() < count + 7 {
        out.extend_from_slice(digits);
        zeros(out, scale);
    } else if scale < 0 && (scale > -7 || exponent.abs() < 4) {
        let point = count + scale;
        if point <= 0 {
            out.extend_from_slice(b"0.");
            zeros(out, -point);
            out.extend_from_slice(digits);
        } else {
            // Positive and below the number of digits.
            let (whole, fraction) = digits.split_at_checked(point as usize).unwrap_or((digits, &[]));
            out.extend_from_slice(whole);
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    } else {
        let longest = if value < 0.0 { 17 } else { 18 };
        let digits = digits.get(..longest).unwrap_or(digits);
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, &[]));
        out.extend_from_slice(first);
        if !rest.is_empty() {
            out.push(b'.');
            out.extend_from_slice(rest);
        }
        out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
        write_integer(i64::from(exponent.abs()), out);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: f64, form: NumberForm) -> String {
        let mut out = Vec::new();
        write(value, form, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn forms_are_those_of_the_servers() {
        let cases: &[(f64, &str, &str)] = &[
            (0.1, "0.10000000000000001", "0.1"),
            (3.0, "3", "3"),
            (-0.0, "-0", "0"),
            (1e17, "1e+17", "100000000000000000"),
            (9_223_372_036_854_775_808.0, "9.2233720368547758e+18", "9223372036854776000"),
            (1e-5, "1.0000000000000001e-05", "0.00001"),
            (1e-7, "9.9999999999999995e-08", "1e-7"),
            (1.234e-5, "1.234e-05", "1.234e-5"),
            (1e20, "1e+20", "1e+20"),
            (5e-324, "4.9406564584124654e-324", "5e-324"),
            (123_456_789_012_345_678_901.0, "1.2345678901234568e+20", "123456789012345680000"),
            (f64::INFINITY, "inf", "inf"),
            (123.456, "123.456", "123.456"),
            (431_045.724_982_676_3, "431045.72498267633", "4.3104572498267633e+5"),
            (2.468_770_090_524_256, "2.4687700905242558", "2.4687700905242558"),
            (2.225_073_858_507_201_4e-308, "2.2250738585072014e-308", "2.2250738585072014e-308"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308", "1.7976931348623157e+308"),
        ];
        for &(value, seventeen, shortest) in cases {
            assert_eq!(text(value, NumberForm::SeventeenDigits), seventeen);
            assert_eq!(text(value, NumberForm::Shortest), shortest);
        }
    }

    proptest! {
        #[test]
        fn texts_read_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            for form in [NumberForm::SeventeenDigits, NumberForm::Shortest] {
                prop_assert_eq!(text(value, form).parse::<f64>().unwrap(), value);
            }
        }
    }
}
