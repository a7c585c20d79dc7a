//! HyperLogLogs: `PFADD`, `PFCOUNT`, `PFMERGE`: how many different elements were added, give or take a percent.
//!
//! A HyperLogLog is a string: a header of 16 bytes and 16,384 registers of six bits, each of which keeps the longest run of
//! zeros that was seen in the hashes that fell to it. Counts agree with Redis's; the string does so only once Redis
//! would have left its sparse form, which is neither written nor read here.
//!
//! **Invariant:** a string that these commands change has the header and the length of a dense HyperLogLog.

use super::Call;
use crate::{
    error::{CommandError, Outcome},
    object::{StringValue, Value},
};

/// Bits of a hash that choose the register.
const INDEX_BITS: u32 = 14;
const REGISTERS: usize = 1 << INDEX_BITS;
/// Bits of a hash in which zeros are counted.
const RUN_BITS: usize = 64 - INDEX_BITS as usize;
const HEADER: usize = 16;
const SIZE: usize = HEADER + REGISTERS * 6 / 8;
const SEED: u64 = 0xadc8_3b19;

const INVALID: CommandError = CommandError::Fixed("WRONGTYPE Key is not a valid HyperLogLog string value.");

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

fn register(bytes: &[u8], index: usize) -> u8 {
    let (byte, shift) = (HEADER + index * 6 / 8, index * 6 % 8);
    let pair = [bytes.get(byte), bytes.get(byte + 1)].map(|byte| byte.copied().unwrap_or(0));
    // Six bits.
    (u16::from_le_bytes(pair) >> shift & 63) as u8
}

fn set_register(bytes: &mut [u8], index: usize, value: u8) {
    let (byte, shift) = (HEADER + index * 6 / 8, index * 6 % 8);
    let (mask, bits) = ((63u16 << shift).to_le_bytes(), (u16::from(value) << shift).to_le_bytes());
    for (place, (mask, bits)) in bytes.iter_mut().skip(byte).zip(mask.into_iter().zip(bits)) {
        *place = *place & !mask | bits;
    }
}

fn empty() -> Vec<u8> {
    let mut bytes = vec![0; SIZE];
    bytes[..4].copy_from_slice(b"HYLL");
    bytes
}

/// The registers at a key, if there is one.
fn registers(call: &mut Call<'_>, key: &[u8]) -> Result<Option<Vec<u8>>, CommandError> {
    let Some(value) = call.keyspace.read::<StringValue>(key)? else { return Ok(None) };
    let bytes = value.to_vec();
    let valid = bytes.len() == SIZE && bytes.starts_with(b"HYLL\0");
    if valid { Ok(Some(bytes)) } else { Err(INVALID) }
}

/// Raises registers to those of another.
fn merge(into: &mut [u8], other: &[u8]) {
    for index in 0..REGISTERS {
        let value = register(other, index);
        if value > register(into, index) {
            set_register(into, index, value);
        }
    }
}

/// How many different elements the registers have seen, by Ertl's estimator.
fn count(bytes: &[u8]) -> i64 {
    const ALPHA: f64 = 0.721_347_520_444_481_7;
    let all = REGISTERS as f64;
    let mut histogram = [0u32; 64];
    for index in 0..REGISTERS {
        histogram[usize::from(register(bytes, index))] += 1;
    }
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

/// Where the header keeps the count that was last computed; the highest bit says that it is out of date.
const STORED: std::ops::Range<usize> = 8..16;
const OUT_OF_DATE: u64 = 1 << 63;

/// The count that is stored, unless it is out of date.
fn stored_count(bytes: &[u8]) -> Option<u64> {
    let stored = bytes.get(STORED).and_then(|stored| <[u8; 8]>::try_from(stored).ok());
    stored.map(u64::from_le_bytes).filter(|stored| stored & OUT_OF_DATE == 0)
}

fn store_count(bytes: &mut [u8], count: u64) {
    if let Some(place) = bytes.get_mut(STORED) {
        place.copy_from_slice(&count.to_le_bytes());
    }
}

/// `PFADD key [element ...]`: 1 if the count may have changed, or the key is new.
pub(super) fn pfadd(call: &mut Call<'_>) -> Outcome {
    let (key, elements) = (call.arg(1), call.args_from(2));
    let new = registers(call, key)?.is_none();
    if new {
        call.keyspace.put(key, Value::String(StringValue::Changed(empty())), None);
    }
    let mut changed = new;
    if let Some(value) = call.keyspace.write::<StringValue>(key)? {
        value.change(|bytes| {
            for (index, run) in elements.map(locate) {
                if run > register(bytes, index) {
                    set_register(bytes, index, run);
                    changed = true;
                }
            }
            if changed {
                let before = stored_count(bytes).unwrap_or_default();
                store_count(bytes, before | OUT_OF_DATE);
            }
        });
    }
    call.keyspace.touched = changed;
    call.reply_bool(changed);
    Ok(())
}

/// `PFCOUNT key ...`: the count of all together. That of one is stored, and computed again only when it is out of date.
pub(super) fn pfcount(call: &mut Call<'_>) -> Outcome {
    if call.len() == 2
        && let Some(registers) = registers(call, call.arg(1))?
    {
        let stored = stored_count(&registers).map(|stored| i64::try_from(stored).unwrap_or(i64::MAX));
        let number = stored.unwrap_or_else(|| count(&registers));
        if stored.is_none()
            && let Some(value) = call.keyspace.write::<StringValue>(call.arg(1))?
        {
            value.change(|bytes| store_count(bytes, number.unsigned_abs()));
        }
        call.reply.integer(number);
        return Ok(());
    }
    let mut all = empty();
    for key in call.args_from(1) {
        if let Some(registers) = registers(call, key)? {
            merge(&mut all, &registers);
        }
    }
    call.reply.integer(count(&all));
    Ok(())
}

/// `PFMERGE target [source ...]`: the target counts what the sources count, too.
pub(super) fn pfmerge(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let mut all = empty();
    for key in call.args_from(1) {
        if let Some(registers) = registers(call, key)? {
            merge(&mut all, &registers);
        }
    }
    store_count(&mut all, OUT_OF_DATE);
    match call.keyspace.write::<StringValue>(key)? {
        Some(value) => *value = StringValue::Changed(all),
        None => call.keyspace.put(key, Value::String(StringValue::Changed(all)), None),
    }
    call.reply_ok();
    Ok(())
}
