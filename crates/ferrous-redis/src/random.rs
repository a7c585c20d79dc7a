//! `math.random` as Redis has it: the generator of `drand48`, the same on every machine.
//!
//! A 48-bit linear congruential generator gives 31 bits a draw. Redis starts it from a fixed state when the process starts
//! and never seeds it again by itself, so scripts see the same numbers in every process; EVAL and FUNCTION share it.
//!
//! **Invariant:** the state is below 2^48.

/// The generator's state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Generator(u64);

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const INCREMENT: u64 = 0xB;
const MASK: u64 = (1 << 48) - 1;
/// What `srand48` puts below the seed.
const SEED_TAIL: u64 = 0x330E;
/// The state that a process starts with.
const START: u64 = 0x1234_ABCD_330E;
/// The largest draw, `REDIS_LRAND48_MAX`.
const LARGEST: i32 = i32::MAX;

impl Default for Generator {
    fn default() -> Self {
        Self(START)
    }
}

impl Generator {
    /// `math.randomseed`: the seed as a C `int`.
    pub(crate) fn seed(&mut self, seed: i32) {
        self.0 = u64::from(seed.cast_unsigned()) << 16 | SEED_TAIL;
    }

    /// A number in [0, 1).
    pub(crate) fn draw(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT) & MASK;
        // 31 bits are left, so the conversions are exact.
        let bits = (self.0 >> 17) as u32;
        f64::from(bits % LARGEST.cast_unsigned()) / f64::from(LARGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_redis() {
        let mut generator = Generator::default();
        let first: Vec<f64> = (0..3).map(|_| generator.draw()).collect();
        assert_eq!(first, [0.396_464_773_638_390_4, 0.840_485_369_712_340_3, 0.353_336_097_371_455_3]);
        generator.seed(0);
        assert_eq!(generator.draw(), 0.170_828_036_112_165_1);
        for (seed, wanted) in
            [(12345, 225_329.0), (-1, 300_026.0), (i32::MIN, 670_829.0), (5, 524_840.0), (7, 266_445.0)]
        {
            generator.seed(seed);
            assert_eq!((generator.draw() * 1e6).floor() + 1.0, wanted, "seed {seed}");
        }
    }
}
