//! Numbers in the forms of C's `printf`: `%d %i %u %o %x %X` and `%e %E %f %g %G`.
//!
//! Integers are converted from doubles as PUC Lua's casts do on 64-bit machines; digits of fractions come from
//! [`ferrous_vm::number`], which agrees with glibc to the last digit. This file adds sign, prefix, padding and the
//! alternative forms.
//!
//! **Invariant:** appends to `out` and never looks at what was there before.

use super::spec::Spec;
use ferrous_vm::argument::integer_from as to_signed;
use ferrous_vm::number;

/// C's cast of a double to an unsigned 64-bit integer, as x86-64 compilers carry it out: negative numbers wrap.
#[inline]
#[must_use]
pub fn to_unsigned(value: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if value >= HALF { to_signed(value - HALF) as u64 ^ 1 << 63 } else { to_signed(value) as u64 }
}

/// `%d` and `%i`.
pub fn write_signed(spec: &Spec, value: f64, out: &mut Vec<u8>) {
    let value = to_signed(value);
    if spec.is_bare() {
        return number::write_integer(value, out);
    }
    let start = out.len();
    out.extend(spec.sign(value < 0));
    let head = out.len() - start;
    write_digits(spec, value.unsigned_abs(), 10, false, out);
    spec.pad_number(out, start, head, spec.precision.is_none());
}

/// `%u`, `%o`, `%x` and `%X`.
pub fn write_unsigned(spec: &Spec, letter: u8, value: f64, out: &mut Vec<u8>) {
    let value = to_unsigned(value);
    let start = out.len();
    let radix = match letter {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    if spec.alternate && radix == 16 && value != 0 {
        out.extend_from_slice(&[b'0', letter]);
    }
    let head = out.len() - start;
    write_digits(spec, value, radix, letter == b'X', out);
    if spec.alternate && radix == 8 && out.get(start) != Some(&b'0') {
        out.insert(start, b'0');
    }
    spec.pad_number(out, start, head, spec.precision.is_none());
}

/// The digits of an integer, at least as many as the precision asks for; none for 0 with a precision of 0.
fn write_digits(spec: &Spec, value: u64, radix: u64, upper: bool, out: &mut Vec<u8>) {
    let mut buffer = [b'0'; 100];
    let alphabet: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut rest = value;
    let mut count = 0;
    for slot in buffer.iter_mut().rev() {
        if rest == 0 {
            break;
        }
        // The remainder is below 16.
        *slot = alphabet.get((rest % radix) as usize).copied().unwrap_or(b'0');
        rest /= radix;
        count += 1;
    }
    let count = count.max(spec.precision.unwrap_or(1));
    out.extend_from_slice(buffer.get(buffer.len().saturating_sub(count)..).unwrap_or_default());
}

/// `%e`, `%E`, `%f`, `%g` and `%G`.
pub fn write_float(spec: &Spec, letter: u8, value: f64, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend(spec.sign(value.is_sign_negative()));
    let head = out.len() - start;
    let magnitude = value.abs();
    let precision = spec.precision.unwrap_or(6);
    match letter | 32 {
        _ if magnitude.is_nan() => out.extend_from_slice(b"nan"),
        _ if magnitude.is_infinite() => out.extend_from_slice(b"inf"),
        b'e' => {
            number::write_exponential(magnitude, precision, out);
            if spec.alternate && precision == 0 {
                insert_point(out, start);
            }
        }
        b'f' => {
            number::write_fixed(magnitude, precision, out);
            if spec.alternate && precision == 0 {
                out.push(b'.');
            }
        }
        _ if spec.alternate => write_general_alternate(magnitude, precision.max(1), out),
        _ => number::write_general(magnitude, precision, out),
    }
    if letter.is_ascii_uppercase() {
        out.get_mut(start..).unwrap_or_default().make_ascii_uppercase();
    }
    spec.pad_number(out, start, head, value.is_finite());
}

/// `%#g`: like `%g`, with all its zeros and its point.
fn write_general_alternate(magnitude: f64, precision: usize, out: &mut Vec<u8>) {
    let start = out.len();
    number::write_exponential(magnitude, precision - 1, out);
    let exponent = exponent_of(out.get(start..).unwrap_or_default());
    match usize::try_from(precision as i32 - 1 - exponent) {
        Ok(decimals) if exponent >= -4 => {
            out.truncate(start);
            number::write_fixed(magnitude, decimals, out);
            if decimals == 0 {
                out.push(b'.');
            }
        }
        _ if precision == 1 => insert_point(out, start),
        _ => {}
    }
}

/// The exponent of a number written as `d.ddde+xx`.
fn exponent_of(text: &[u8]) -> i32 {
    let mut rest = text.iter().skip_while(|&&byte| byte != b'e').skip(1);
    let negative = rest.next() == Some(&b'-');
    let magnitude = rest.fold(0, |value, digit| value * 10 + i32::from(digit.wrapping_sub(b'0')));
    if negative { -magnitude } else { magnitude }
}

/// Puts a point before the exponent.
fn insert_point(out: &mut Vec<u8>, start: usize) {
    let exponent = out.get(start..).and_then(|text| text.iter().position(|&byte| byte == b'e'));
    if let Some(offset) = exponent {
        out.insert(start + offset, b'.');
    }
}

/// `%q`: a string as Lua would read it back.
pub fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    write_quoted_piece(text, out);
    out.push(b'"');
}

/// The same without the quotation marks around it.
pub fn write_quoted_piece(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'"' | b'\\' | b'\n' => out.extend_from_slice(&[b'\\', byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            0 => out.extend_from_slice(b"\\000"),
            _ => out.push(byte),
        }
    }
}
