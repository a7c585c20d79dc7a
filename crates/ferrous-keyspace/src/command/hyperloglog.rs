//! HyperLogLogs: `PFADD`, `PFCOUNT`, `PFMERGE`: how many different elements were added, give or take a percent.
//!
//! An element falls to a register by some bits of its hash; the register keeps the longest run of zeros that was seen in the
//! other bits. How the registers are kept is told in [`registers`].
//!
//! **Invariant:** a string that these commands change is one that they read.

use super::{
    Call,
    registers::{self, REGISTERS},
};
use crate::{
    error::{CommandError, Outcome},
    object::{StringValue, Value},
};

/// Bits of a hash that choose the register.
const INDEX_BITS: u32 = 14;
/// Bits of a hash in which zeros are counted.
const RUN_BITS: usize = 64 - INDEX_BITS as usize;
const SEED: u64 = 0xadc8_3b19;

/// MurmurHash64A.
fn hash(bytes: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    let mut hash = SEED ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let (blocks, tail) = bytes.as_chunks::<8>();
    for block in blocks {
        let mut word = u64::from_le_bytes(*block).wrapping_mul(MULTIPLIER);
        word = (word ^ word >> 47).wrapping_mul(MULTIPLIER);
        hash = (hash ^ word).wrapping_mul(MULTIPLIER);
    }
    if !tail.is_empty() {
        let word = tail.iter().rev().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
        hash = (hash ^ word).wrapping_mul(MULTIPLIER);
    }
    hash = (hash ^ hash >> 47).wrapping_mul(MULTIPLIER);
    hash ^ hash >> 47
}

/// The register that an element falls to, and its run of zeros, plus one.
fn locate(element: &[u8]) -> (usize, u8) {
    let hash = hash(element);
    // Both are far below the limits of their types.
    let index = (hash as usize) & (REGISTERS - 1);
    let run = (hash >> INDEX_BITS | 1 << RUN_BITS).trailing_zeros() + 1;
    (index, run as u8)
}

/// What is at a key, if that is a string of registers.
fn registers<'a>(call: &'a mut Call<'_>, key: &[u8]) -> Result<Option<&'a StringValue>, CommandError> {
    let Some(value) = call.keyspace.read::<StringValue>(key)? else { return Ok(None) };
    value.with_bytes(registers::check)?;
    Ok(Some(value))
}

/// The highest values of several strings of registers.
struct Highest {
    values: Vec<u8>,
    /// Whether one of them was dense.
    dense: bool,
}

/// The highest values of what is at the keys from argument 1 on.
fn highest(call: &mut Call<'_>) -> Result<Highest, CommandError> {
    let mut highest = Highest { values: vec![0; REGISTERS], dense: false };
    for key in call.args_from(1) {
        let Some(value) = registers(call, key)? else { continue };
        value.with_bytes(|bytes| {
            highest.dense |= registers::is_dense(bytes);
            registers::each(bytes, |first, len, value| {
                let values = highest.values.get_mut(first..first + len).unwrap_or_default();
                values.iter_mut().for_each(|highest| *highest = value.max(*highest));
            })
        })?;
    }
    Ok(highest)
}

/// How many different elements the registers have seen, by Ertl's estimator.
fn count(histogram: &[u32; 64]) -> i64 {
    const ALPHA: f64 = 0.721_347_520_444_481_7;
    let all = REGISTERS as f64;
    let share = |count: u32| f64::from(count) / all;
    let mut sum = all * tau(1.0 - share(histogram[RUN_BITS + 1]));
    for &count in histogram[1..=RUN_BITS].iter().rev() {
        sum = (sum + f64::from(count)) * 0.5;
    }
    sum += all * sigma(share(histogram[0]));
    // At most about 2^64 / 2^14 elements can be told apart.
    (ALPHA * all * all / sum).round() as i64
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

/// `PFADD key [element ...]`: 1 if the count may have changed, or the key is new.
pub(super) fn pfadd(call: &mut Call<'_>) -> Outcome {
    let (key, elements) = (call.arg(1), call.args_from(2));
    let known = registers(call, key)?.map(StringValue::to_vec);
    let mut changed = known.is_none();
    let mut bytes = known.unwrap_or_else(registers::empty);
    for (index, run) in elements.map(locate) {
        changed |= registers::raise(&mut bytes, index, run)?;
    }
    if changed {
        registers::forget_count(&mut bytes);
        replace(call, key, bytes)?;
    }
    call.reply_bool(changed);
    Ok(())
}

/// Gives a key other registers.
fn replace(call: &mut Call<'_>, key: &[u8], bytes: Vec<u8>) -> Outcome {
    match call.keyspace.write::<StringValue>(key)? {
        Some(value) => *value = StringValue::Changed(bytes),
        None => call.keyspace.put(key, Value::String(StringValue::Changed(bytes)), None),
    }
    Ok(())
}

/// `PFCOUNT key ...`: the count of all together. That of one is stored, and computed again only when it is out of date.
pub(super) fn pfcount(call: &mut Call<'_>) -> Outcome {
    let mut histogram = [0; 64];
    if call.len() > 2 {
        let highest = highest(call)?;
        highest.values.iter().for_each(|&value| histogram[usize::from(value & 63)] += 1);
        call.reply.integer(count(&histogram));
        return Ok(());
    }
    let Some(known) = registers(call, call.arg(1))? else {
        call.reply.integer(0);
        return Ok(());
    };
    let stored = known.with_bytes(registers::stored_count);
    let number = match stored {
        Some(stored) => i64::try_from(stored).unwrap_or(i64::MAX),
        None => {
            known.with_bytes(|bytes| {
                // At most 16,384 registers.
                registers::each(bytes, |_, len, value| histogram[usize::from(value & 63)] += len as u32)
            })?;
            count(&histogram)
        }
    };
    if stored.is_none()
        && let Some(value) = call.keyspace.write::<StringValue>(call.arg(1))?
    {
        value.change(|bytes| registers::store_count(bytes, number.unsigned_abs()));
    }
    call.reply.integer(number);
    Ok(())
}

/// `PFMERGE target [source ...]`: the target counts what the sources count, too.
pub(super) fn pfmerge(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let highest = highest(call)?;
    let mut bytes = registers(call, key)?.map_or_else(registers::empty, StringValue::to_vec);
    if highest.dense {
        registers::make_dense(&mut bytes)?;
    }
    for (index, &value) in highest.values.iter().enumerate().filter(|&(_, &value)| value > 0) {
        registers::raise(&mut bytes, index, value)?;
    }
    registers::forget_count(&mut bytes);
    replace(call, key, bytes)?;
    call.reply_ok();
    Ok(())
}
