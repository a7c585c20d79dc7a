//! The digits of a double as the servers since Redis 7.2 find them: Loitsch's Grisu2, with 64 bits.
//!
//! They read back as the same double, and nearly always are the fewest that do; in one of several hundred cases there is one more.
//! So no better algorithm may stand here.
//!
//! **Invariant:** at most 18 digits, the first of which is not 0.

/// Ten to the power of -348, -340, ..., 340: 64 bits each, the highest of which is set.
#[rustfmt::skip]
const POWERS: [u64; 87] = [
    0xfa8f_d5a0_081c_0288, 0xbaae_e17f_a23e_bf76, 0x8b16_fb20_3055_ac76, 0xcf42_894a_5dce_35ea,
    0x9a6b_b0aa_5565_3b2d, 0xe61a_cf03_3d1a_45df, 0xab70_fe17_c79a_c6ca, 0xff77_b1fc_bebc_dc4f,
    0xbe56_91ef_416b_d60c, 0x8dd0_1fad_907f_fc3c, 0xd351_5c28_3155_9a83, 0x9d71_ac8f_ada6_c9b5,
    0xea9c_2277_23ee_8bcb, 0xaecc_4991_4078_536d, 0x823c_1279_5db6_ce57, 0xc210_9436_4dfb_5637,
    0x9096_ea6f_3848_984f, 0xd774_85cb_2582_3ac7, 0xa086_cfcd_97bf_97f4, 0xef34_0a98_172a_ace5,
    0xb238_67fb_2a35_b28e, 0x84c8_d4df_d2c6_3f3b, 0xc5dd_4427_1ad3_cdba, 0x936b_9fce_bb25_c996,
    0xdbac_6c24_7d62_a584, 0xa3ab_6658_0d5f_daf6, 0xf3e2_f893_dec3_f126, 0xb5b5_ada8_aaff_80b8,
    0x8762_5f05_6c7c_4a8b, 0xc9bc_ff60_34c1_3053, 0x964e_858c_91ba_2655, 0xdff9_7724_7029_7ebd,
    0xa6df_bd9f_b8e5_b88f, 0xf8a9_5fcf_8874_7d94, 0xb944_7093_8fa8_9bcf, 0x8a08_f0f8_bf0f_156b,
    0xcdb0_2555_6531_31b6, 0x993f_e2c6_d07b_7fac, 0xe45c_10c4_2a2b_3b06, 0xaa24_2499_6973_92d3,
    0xfd87_b5f2_8300_ca0e, 0xbce5_0864_9211_1aeb, 0x8cbc_cc09_6f50_88cc, 0xd1b7_1758_e219_652c,
    0x9c40_0000_0000_0000, 0xe8d4_a510_0000_0000, 0xad78_ebc5_ac62_0000, 0x813f_3978_f894_0984,
    0xc097_ce7b_c907_15b3, 0x8f7e_32ce_7bea_5c70, 0xd5d2_38a4_abe9_8068, 0x9f4f_2726_179a_2245,
    0xed63_a231_d4c4_fb27, 0xb0de_6538_8cc8_ada8, 0x83c7_088e_1aab_65db, 0xc45d_1df9_4271_1d9a,
    0x924d_692c_a61b_e758, 0xda01_ee64_1a70_8dea, 0xa26d_a399_9aef_774a, 0xf209_787b_b47d_6b85,
    0xb454_e4a1_79dd_1877, 0x865b_8692_5b9b_c5c2, 0xc835_53c5_c896_5d3d, 0x952a_b45c_fa97_a0b3,
    0xde46_9fbd_99a0_5fe3, 0xa59b_c234_db39_8c25, 0xf6c6_9a72_a398_9f5c, 0xb7dc_bf53_54e9_bece,
    0x88fc_f317_f222_41e2, 0xcc20_ce9b_d35c_78a5, 0x9816_5af3_7b21_53df, 0xe2a0_b5dc_971f_303a,
    0xa8d9_d153_5ce3_b396, 0xfb9b_7cd9_a4a7_443c, 0xbb76_4c4c_a7a4_4410, 0x8bab_8eef_b640_9c1a,
    0xd01f_ef10_a657_842c, 0x9b10_a4e5_e991_3129, 0xe710_9bfb_a19c_0c9d, 0xac28_20d9_623b_f429,
    0x8044_4b5e_7aa7_cf85, 0xbf21_e440_03ac_dd2d, 0x8e67_9c2f_5e44_ff8f, 0xd433_179d_9c8c_b841,
    0x9e19_db92_b4e3_1ba9, 0xeb96_bf6e_badf_77d9, 0xaf87_023b_9bf0_ee6b,
];
const LOWEST_POWER: i32 = -348;
const STEP: i32 = 8;
/// Between these exponents of two a scaled number leaves its digits within reach of 64 bits.
const EXPONENTS: std::ops::RangeInclusive<i32> = -60..=-32;

/// A number as a significand and an exponent of two.
#[derive(Clone, Copy)]
struct Scaled {
    significand: u64,
    exponent: i32,
}

impl Scaled {
    /// With the highest bit set.
    fn normalized(self) -> Self {
        let shift = self.significand.leading_zeros();
        // Below 64.
        Self { significand: self.significand << shift, exponent: self.exponent - shift as i32 }
    }

    /// The product, rounded.
    fn times(self, other: Self) -> Self {
        let product = u128::from(self.significand) * u128::from(other.significand) + (1 << 63);
        // The product of two numbers below 2^64.
        Self { significand: (product >> 64) as u64, exponent: self.exponent + other.exponent + 64 }
    }
}

/// A power of ten that brings a number of that exponent within reach, and which.
fn power(exponent: i32) -> (Scaled, i32) {
    let exponent_of = |place: i32| {
        // log2(10), good enough for so small powers; the significand has 64 bits.
        let power = LOWEST_POWER + place * STEP;
        ((power * 217_706) >> 16) - 63
    };
    // How far it is, by log10(2).
    let guess = (f64::from(-(exponent + 87)) * 0.301_029_995_663_981_14) as i32;
    let mut place = ((guess - LOWEST_POWER) / STEP).clamp(0, 86);
    loop {
        let reached = exponent + exponent_of(place) + 64;
        if reached < *EXPONENTS.start() && place < 86 {
            place += 1;
        } else if reached > *EXPONENTS.end() && place > 0 {
            place -= 1;
        } else {
            break;
        }
    }
    // Within the table.
    let significand = POWERS[place as usize];
    (Scaled { significand, exponent: exponent_of(place) }, LOWEST_POWER + place * STEP)
}

/// The digits of one number.
#[derive(Default)]
pub(super) struct Digits {
    text: [u8; 20],
    len: usize,
    /// What power of ten the last digit counts.
    pub(super) scale: i32,
}

impl Digits {
    /// Those of a positive number that is finite.
    pub(super) fn of(value: f64) -> Self {
        const FRACTION: u32 = 52;
        let bits = value.to_bits();
        // Eleven bits.
        let biased = (bits >> FRACTION & 0x7ff) as i32;
        let fraction = bits & ((1 << FRACTION) - 1);
        let hidden = if biased == 0 { 0 } else { 1 << FRACTION };
        let number = Scaled { significand: fraction | hidden, exponent: biased.max(1) - 1075 };
        // Everything between here and half of the next number reads back as this one.
        let upper =
            Scaled { significand: number.significand * 2 + 1, exponent: number.exponent - 1 }.normalized();
        // Below a power of two numbers lie twice as close.
        let closer = if number.significand == 1 << FRACTION { 2 } else { 1 };
        let below = number.exponent - closer - upper.exponent;
        let lower =
            Scaled { significand: ((number.significand << closer) - 1) << below, exponent: upper.exponent };
        let (power, tens) = power(upper.exponent);
        let [number, mut upper, mut lower] = [number.normalized(), upper, lower].map(|end| end.times(power));
        lower.significand += 1;
        upper.significand -= 1;
        let mut digits = Self { scale: -tens, ..Self::default() };
        digits.generate(upper, upper.significand - number.significand, upper.significand - lower.significand);
        digits
    }

    pub(super) fn text(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, digit: u64) {
        if (digit != 0 || self.len != 0)
            && let Some(place) = self.text.get_mut(self.len)
        {
            // Below ten.
            *place = b'0' + digit as u8;
            self.len += 1;
        }
    }

    /// Writes digits of `upper` until what is left of it is not more than `room`; the number lies `beyond` below it.
    fn generate(&mut self, upper: Scaled, mut beyond: u64, mut room: u64) {
        let shift = -upper.exponent;
        let one = 1u64 << shift;
        let (mut whole, mut rest) = (upper.significand >> shift, upper.significand & (one - 1));
        let mut unit = 1_000_000_000;
        for tens in (0..10).rev() {
            self.push(whole / unit);
            whole %= unit;
            let left = (whole << shift) + rest;
            if left <= room {
                self.scale += tens;
                return self.round(room, left, unit << shift, beyond);
            }
            unit /= 10;
        }
        let mut tens = 0;
        loop {
            (rest, room, beyond) = (rest * 10, room * 10, beyond.wrapping_mul(10));
            tens -= 1;
            self.push(rest >> shift);
            rest &= one - 1;
            if rest < room {
                self.scale += tens;
                return self.round(room, rest, one, beyond);
            }
        }
    }

    /// Lowers the last digit while that brings the digits nearer to the number.
    fn round(&mut self, room: u64, mut left: u64, unit: u64, beyond: u64) {
        let Some(last) = self.len.checked_sub(1).and_then(|last| self.text.get_mut(last)) else { return };
        while left < beyond
            && room - left >= unit
            && (left.wrapping_add(unit) < beyond
                || beyond - left > left.wrapping_add(unit).wrapping_sub(beyond))
        {
            *last -= 1;
            left += unit;
        }
    }
}
