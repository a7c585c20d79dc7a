//! Natural numbers of any size, as far as reading and printing a floating-point number takes them.
//!
//! **Invariant:** limbs are 32 bits each, the least significant first, and the last one is not zero; so zero has none.

/// A natural number of any size, least significant limb first, without leading zero limbs.
#[derive(Clone, Debug, Default)]
pub(super) struct Natural {
    limbs: Vec<u32>,
}

impl Natural {
    pub(super) fn one() -> Self {
        Self { limbs: vec![1] }
    }

    pub(super) fn from_u128(value: u128) -> Self {
        let mut number = Self { limbs: (0..4).map(|limb| (value >> (32 * limb)) as u32).collect() };
        number.trim();
        number
    }

    pub(super) fn to_u128(&self) -> Option<u128> {
        let (value, dropped, _) = self.top_128();
        (dropped == 0).then_some(value)
    }

    fn trim(&mut self) {
        while self.limbs.last() == Some(&0) {
            self.limbs.pop();
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.limbs.is_empty()
    }

    pub(super) fn bits(&self) -> i32 {
        // At most 5,120 digits and a power of 10^10200: some tens of thousands of bits.
        self.limbs.last().map_or(0, |top| (self.limbs.len() * 32) as i32 - top.leading_zeros() as i32)
    }

    pub(super) fn multiply_add(&mut self, factor: u32, addend: u32) {
        let mut carry = u64::from(addend);
        for limb in &mut self.limbs {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry != 0 {
            self.limbs.push(carry as u32);
        }
    }

    pub(super) fn multiply_by_power_of_ten(&mut self, power: u32) {
        for _ in 0..power / 9 {
            self.multiply_add(1_000_000_000, 0);
        }
        self.multiply_add(10u32.pow(power % 9), 0);
    }

    pub(super) fn shift_left(&mut self, bits: u32) {
        if self.is_zero() {
            return;
        }
        let small = bits % 32;
        if small != 0 {
            let mut carry = 0;
            for limb in &mut self.limbs {
                let shifted = u64::from(*limb) << small | carry;
                *limb = shifted as u32;
                carry = shifted >> 32;
            }
            if carry != 0 {
                self.limbs.push(carry as u32);
            }
        }
        let whole = (bits / 32) as usize;
        self.limbs.splice(0..0, std::iter::repeat_n(0, whole));
    }

    pub(super) fn subtract_if_not_less(&mut self, other: &Self) -> bool {
        let less = match self.limbs.len().cmp(&other.limbs.len()) {
            std::cmp::Ordering::Equal => self.limbs.iter().rev().lt(other.limbs.iter().rev()),
            ordering => ordering.is_lt(),
        };
        if less {
            return false;
        }
        let mut borrow = 0;
        for (index, limb) in self.limbs.iter_mut().enumerate() {
            let taken = u64::from(other.limbs.get(index).copied().unwrap_or(0)) + borrow;
            let value = u64::from(*limb);
            borrow = u64::from(value < taken);
            *limb = value.wrapping_sub(taken) as u32;
        }
        self.trim();
        true
    }

    /// The most significant 128 bits, how many bits lie below them, and whether any of those is set.
    pub(super) fn top_128(&self) -> (u128, i32, bool) {
        let dropped = self.limbs.len().saturating_sub(4);
        let (low, high) = self.limbs.split_at(dropped);
        let top = high.iter().rev().fold(0u128, |value, &limb| value << 32 | u128::from(limb));
        (top, (dropped * 32) as i32, low.iter().any(|&limb| limb != 0))
    }

    pub(super) fn to_decimal(&self) -> Vec<u8> {
        const CHUNK: u64 = 1_000_000_000;
        let mut rest = self.limbs.clone();
        let mut chunks = Vec::new();
        while !rest.is_empty() {
            let mut remainder = 0u64;
            for limb in rest.iter_mut().rev() {
                let value = remainder << 32 | u64::from(*limb);
                *limb = (value / CHUNK) as u32;
                remainder = value % CHUNK;
            }
            while rest.last() == Some(&0) {
                rest.pop();
            }
            chunks.push(remainder);
        }
        let Some(first) = chunks.pop() else { return b"0".to_vec() };
        let mut text = first.to_string();
        for chunk in chunks.iter().rev() {
            text.push_str(&format!("{chunk:09}"));
        }
        text.into_bytes()
    }
}
