//! The x87's 80-bit floating point, as far as `INCRBYFLOAT` needs it: read, add, print.
//!
//! Redis computes `INCRBYFLOAT` and `HINCRBYFLOAT` in C's `long double` and prints with `%.17Lf`; in 64-bit doubles 0.1 plus
//! 0.2 would not come out as 0.3. A number is a sign, a 64-bit mantissa with its top bit set, and a power of two. Each
//! operation rounds once, to even.
//!
//! **Invariant:** `mantissa` is 0 or has its top bit set.

mod natural;

use natural::Natural;

/// A number of 64 significant bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extended {
    negative: bool,
    mantissa: u64,
    /// The value is `mantissa * 2^exponent`.
    exponent: i32,
    infinite: bool,
}

/// The largest exponent of a finite number (16383 for the point after the first bit).
const MAX_EXPONENT: i32 = 16383 - 63;
/// Below this a number is zero. The hardware loses precision some way before, far behind all digits that are printed.
const MIN_EXPONENT: i32 = -16445 - 63;
/// Redis reads into a buffer of this many bytes, the terminator included.
const MAX_TEXT: usize = 5 * 1024;

impl Extended {
    /// Zero.
    pub(crate) const ZERO: Self = Self { negative: false, mantissa: 0, exponent: 0, infinite: false };
    const INFINITY: Self = Self { negative: false, mantissa: 0, exponent: 0, infinite: true };

    /// A double, exactly; NaN becomes zero.
    #[must_use]
    pub(crate) fn from_double(value: f64) -> Self {
        if value.is_infinite() {
            return Self { negative: value < 0.0, ..Self::INFINITY };
        }
        let bits = value.to_bits();
        // Eleven bits fit.
        let biased = (bits >> 52 & 0x7ff) as i32;
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match biased {
            0 => (fraction, -1074),
            0x7ff => (0, 0),
            _ => (fraction | 1 << 52, biased - 1075),
        };
        Self { negative: value.is_sign_negative(), ..Self::rounded(u128::from(mantissa), exponent, false) }
    }

    /// Whether the number is an infinity.
    #[must_use]
    pub(crate) fn is_infinite(self) -> bool {
        self.infinite
    }

    /// The double next to the number, roughly; an infinity if none is large enough.
    #[must_use]
    pub(crate) fn to_double(self) -> f64 {
        let magnitude = match self {
            Self { infinite: true, .. } => f64::INFINITY,
            Self { mantissa: 0, .. } => 0.0,
            // Rounds to 53 bits.
            Self { mantissa, exponent, .. } => mantissa as f64 * 2f64.powi(exponent),
        };
        if self.negative { -magnitude } else { magnitude }
    }

    /// Reads a decimal number, or an infinity that is spelled out. Blanks, NaN, overflow and underflow are refused.
    #[must_use]
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() >= MAX_TEXT {
            return None;
        }
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let magnitude = if digits.eq_ignore_ascii_case(b"inf") || digits.eq_ignore_ascii_case(b"infinity") {
            Self::INFINITY
        } else if let [b'0', b'x' | b'X', digits @ ..] = digits {
            Self::parse_hexadecimal(digits)?
        } else {
            Self::parse_decimal(digits)?
        };
        Some(Self { negative, ..magnitude })
    }

    fn parse_hexadecimal(text: &[u8]) -> Option<Self> {
        let (digits, scale, rest) = Self::read_digits(text, 16)?;
        let power = match rest {
            [] => 0,
            [b'p' | b'P', power @ ..] => Self::read_power(power)?,
            _ => return None,
        };
        if digits.is_zero() {
            return Some(Self::ZERO);
        }
        let (top, dropped, sticky) = digits.top_128();
        // A text has at most 5,119 digits, and a power was cut to 50,000.
        let number = Self::rounded(top, dropped + 4 * scale + power, sticky);
        (!number.infinite && number.mantissa != 0).then_some(number)
    }

    /// Reads digits with a point among them: their number, how often it is to be multiplied by the base, and what follows.
    fn read_digits(text: &[u8], base: u32) -> Option<(Natural, i32, &[u8])> {
        let mut digits = Natural::default();
        let (mut seen, mut fraction, mut scale) = (false, false, 0i32);
        let mut rest = text;
        while let [byte, tail @ ..] = rest {
            match char::from(*byte).to_digit(base) {
                Some(digit) => {
                    seen = true;
                    digits.multiply_add(base, digit);
                    scale -= i32::from(fraction);
                }
                None if *byte == b'.' && !fraction => fraction = true,
                None => break,
            }
            rest = tail;
        }
        seen.then_some((digits, scale, rest))
    }

    /// Reads an exponent; one that is out of all proportion is cut.
    fn read_power(text: &[u8]) -> Option<i32> {
        let text = std::str::from_utf8(text).ok()?;
        match text.parse::<i32>() {
            Ok(power) => Some(power.clamp(-50_000, 50_000)),
            Err(error) => match error.kind() {
                std::num::IntErrorKind::PosOverflow => Some(50_000),
                std::num::IntErrorKind::NegOverflow => Some(-50_000),
                _ => None,
            },
        }
    }

    fn parse_decimal(text: &[u8]) -> Option<Self> {
        let (mut digits, mut scale, rest) = Self::read_digits(text, 10)?;
        if let [b'e' | b'E', power @ ..] = rest {
            scale += Self::read_power(power)?;
        } else if !rest.is_empty() {
            return None;
        }
        if digits.is_zero() {
            return Some(Self::ZERO);
        }
        if let (Some(digits), -19..=0) = (digits.to_u128(), scale) {
            return Some(Self::from_small_quotient(digits, 10u64.pow(scale.unsigned_abs())));
        }
        let number = if scale >= 0 {
            if scale > 5000 {
                return None;
            }
            digits.multiply_by_power_of_ten(scale.unsigned_abs());
            Self::from_natural(&digits)
        } else {
            // A text has at most 5,119 digits.
            if scale < -10_200 {
                return None;
            }
            let mut divisor = Natural::one();
            divisor.multiply_by_power_of_ten(scale.unsigned_abs());
            Self::from_quotient(digits, divisor)
        };
        (!number.infinite && number.mantissa != 0).then_some(number)
    }

    fn from_natural(value: &Natural) -> Self {
        let (top, dropped, sticky) = value.top_128();
        Self::rounded(top, dropped, sticky)
    }

    /// `numerator / denominator`, neither of them 0, rounded once: what nearly all texts need.
    fn from_small_quotient(numerator: u128, denominator: u64) -> Self {
        const LOW: u128 = u64::MAX as u128;
        let (above, below) = (numerator.leading_zeros(), denominator.leading_zeros());
        let dividend = numerator << above;
        let divisor = u128::from(denominator << below);
        // Long division by 64-bit digits. With both top bits set the first digit of the quotient is 0 or 1.
        let (high, rest) = ((dividend >> 64) / divisor, (dividend >> 64) % divisor);
        let next = rest << 64 | dividend & LOW;
        let (middle, rest) = (next / divisor, next % divisor);
        let (low, rest) = ((rest << 64) / divisor, (rest << 64) % divisor);
        let quotient = high << 126 | middle << 62 | low >> 2;
        // Leading zeros are at most 128.
        Self::rounded(quotient, below as i32 - above as i32 - 62, low & 3 != 0 || rest != 0)
    }

    /// `numerator / denominator`, rounded once: long division, one bit at a time.
    fn from_quotient(mut numerator: Natural, mut denominator: Natural) -> Self {
        let mut exponent = numerator.bits() - denominator.bits();
        if exponent > 0 {
            denominator.shift_left(exponent.unsigned_abs());
        } else {
            numerator.shift_left(exponent.unsigned_abs());
        }
        // The quotient now lies between 1/2 and 2, so 66 bits hold at least 64 significant ones and a guard.
        let mut quotient: u128 = 0;
        for step in 0..67 {
            quotient <<= 1;
            if numerator.subtract_if_not_less(&denominator) {
                quotient |= 1;
            }
            if step < 66 {
                numerator.shift_left(1);
                exponent -= 1;
            }
        }
        Self::rounded(quotient, exponent, !numerator.is_zero())
    }

    /// Rounds `value * 2^exponent` (plus something below the last bit if `sticky`) to 64 bits.
    fn rounded(value: u128, exponent: i32, sticky: bool) -> Self {
        if value == 0 {
            return Self::ZERO;
        }
        // Both are at most 128.
        let bits = 128 - value.leading_zeros() as i32;
        let shift = bits - 64;
        let (mut mantissa, mut exponent) = if shift <= 0 {
            // Exact: what is left out would have to be sticky, and callers give enough bits then.
            ((value as u64) << -shift, exponent + shift)
        } else {
            let kept = (value >> shift) as u64;
            let rest = value & ((1 << shift) - 1);
            let half = 1 << (shift - 1);
            let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
            match kept.checked_add(u64::from(up)) {
                Some(kept) => (kept, exponent + shift),
                None => (1 << 63, exponent + shift + 1),
            }
        };
        if exponent > MAX_EXPONENT {
            return Self::INFINITY;
        }
        if exponent < MIN_EXPONENT {
            (mantissa, exponent) = (0, 0);
        }
        Self { negative: false, mantissa, exponent, infinite: false }
    }

    /// The sum; `None` if it is not a number.
    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        match (self.infinite, other.infinite) {
            (true, true) => return (self.negative == other.negative).then_some(self),
            (true, false) => return Some(self),
            (false, true) => return Some(other),
            (false, false) => {}
        }
        if self.mantissa == 0 {
            return Some(other);
        }
        if other.mantissa == 0 {
            return Some(self);
        }
        let (large, small) = if (self.exponent, self.mantissa) >= (other.exponent, other.mantissa) {
            (self, other)
        } else {
            (other, self)
        };
        // 62 bits below the larger number's last one: more than rounding can see, the rest goes into one sticky bit.
        let distance = (i64::from(large.exponent) - i64::from(small.exponent)).unsigned_abs();
        let first = u128::from(large.mantissa) << 62;
        let second = u128::from(small.mantissa) << 62;
        let aligned = match u32::try_from(distance) {
            Ok(distance) if distance < 127 => {
                second >> distance | u128::from(second & ((1 << distance) - 1) != 0)
            }
            _ => 1,
        };
        let magnitude = if large.negative == small.negative { first + aligned } else { first - aligned };
        let mut sum = Self::rounded(magnitude, large.exponent - 62, false);
        sum.negative = large.negative && (sum.mantissa != 0 || sum.infinite);
        Some(sum)
    }

    /// The text that Redis stores: 17 decimals at most, no trailing zeros, no `-0`.
    #[must_use]
    pub(crate) fn to_text(self) -> Vec<u8> {
        const SCALE: u128 = 100_000_000_000_000_000;
        if self.infinite {
            return if self.negative { b"-inf".to_vec() } else { b"inf".to_vec() };
        }
        let mut digits = if self.exponent >= 0 {
            let mut whole = Natural::from_u128(u128::from(self.mantissa));
            whole.shift_left(self.exponent.unsigned_abs());
            whole.to_decimal()
        } else {
            let scaled = u128::from(self.mantissa) * SCALE;
            let shift = self.exponent.unsigned_abs();
            let rounded = if shift >= 127 {
                0
            } else {
                let kept = scaled >> shift;
                let rest = scaled & ((1 << shift) - 1);
                let half = 1 << (shift - 1);
                kept + u128::from(rest > half || (rest == half && kept & 1 == 1))
            };
            let mut text = (rounded / SCALE).to_string();
            let fraction = format!("{:017}", rounded % SCALE);
            let fraction = fraction.trim_end_matches('0');
            if !fraction.is_empty() {
                text.push('.');
                text.push_str(fraction);
            }
            text.into_bytes()
        };
        if self.negative && digits != b"0" {
            digits.insert(0, b'-');
        }
        digits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(left: &str, right: &str) -> String {
        let sum = Extended::parse(left.as_bytes())
            .unwrap()
            .plus(Extended::parse(right.as_bytes()).unwrap())
            .unwrap();
        String::from_utf8(sum.to_text()).unwrap()
    }

    #[test]
    fn sums_as_long_double_gives_them() {
        assert_eq!(sum("0.1", "0.2"), "0.3");
        assert_eq!(sum("10.5", "0.1"), "10.6");
        assert_eq!(sum("3", "1.1"), "4.1");
        assert_eq!(sum("5.0e3", "2.0e2"), "5200");
        assert_eq!(sum("1", "-1"), "0");
        assert_eq!(sum("1e20", "1"), "100000000000000000000");
        assert_eq!(sum("17179869184", "1.5"), "17179869185.5");
    }

    #[test]
    fn refused_texts() {
        for text in ["", "abc", " 1", "1 ", "nan", "1e99999", "1e-99999", "1e", "."] {
            assert_eq!(Extended::parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn integers_add_exactly(left in -(1i64 << 61)..1 << 61, right in -(1i64 << 61)..1 << 61) {
            prop_assert_eq!(sum(&left.to_string(), &right.to_string()), (left + right).to_string());
        }

        #[test]
        fn both_divisions_agree(numerator in 1u128.., denominator in 1u64..) {
            let long = Extended::from_quotient(Natural::from_u128(numerator), Natural::from_u128(denominator.into()));
            prop_assert_eq!(Extended::from_small_quotient(numerator, denominator), long);
        }

        #[test]
        fn decimals_read_back(whole in 0u32..128, fraction in 0u32..1000) {
            let text = format!("{whole}.{fraction:03}");
            let read = Extended::parse(text.as_bytes()).unwrap();
            let wanted = text.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(read.to_text(), wanted.as_bytes());
        }
    }
}
