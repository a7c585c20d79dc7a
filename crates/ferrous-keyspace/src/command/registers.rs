//! The 16,384 registers of a HyperLogLog in the string that holds them: a header of 16 bytes, then a form.
//!
//! In the *dense* form each register has six bits. In the *sparse* one a byte or two stand for a run: `00xxxxxx` for 1 to 64
//! registers of 0, `01xxxxxx xxxxxxxx` for 1 to 16,384 of them, `1vvvvvxx` for 1 to 4 of a value from 1 to 32. It gives way to the
//! dense form for a higher value, or when it would grow past [`LONGEST_SPARSE`]. Runs are split and joined exactly as the servers
//! do, since the string can be read.

use crate::error::CommandError;

/// How many registers there are.
pub(super) const REGISTERS: usize = 1 << 14;
const HEADER: usize = 16;
const DENSE_SIZE: usize = HEADER + REGISTERS * 6 / 8;
/// The longest string in the sparse form.
const LONGEST_SPARSE: usize = 3000;
const MAGIC: &[u8; 4] = b"HYLL";
/// The byte behind the magic.
const DENSE: u8 = 0;
const SPARSE: u8 = 1;
/// The highest value in the sparse form.
const HIGHEST_SPARSE: u8 = 32;
/// The longest run of a value.
const LONGEST_RUN: usize = 4;
/// The longest run of 0 that one byte tells.
const LONGEST_SHORT: usize = 64;
/// How many runs are looked at for some to join.
const JOINED_AT: usize = 5;

/// No registers.
pub(super) const INVALID: CommandError =
    CommandError::Fixed("WRONGTYPE Key is not a valid HyperLogLog string value.");
/// Runs that do not make as many registers as there are.
pub(super) const CORRUPTED: CommandError = CommandError::Fixed("INVALIDOBJ Corrupted HLL object detected");

/// A string of registers that are all 0.
pub(super) fn empty() -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes[..MAGIC.len()].copy_from_slice(MAGIC);
    bytes[MAGIC.len()] = SPARSE;
    push_zeros(&mut bytes, REGISTERS);
    bytes
}

/// Whether the string is one of registers, as far as can be told without reading them.
pub(super) fn check(bytes: &[u8]) -> Result<(), CommandError> {
    let valid = bytes.len() >= HEADER
        && bytes.starts_with(MAGIC)
        && (bytes[4] == SPARSE || is_dense(bytes) && bytes.len() == DENSE_SIZE);
    if valid { Ok(()) } else { Err(INVALID) }
}

/// Whether a string of registers has the dense form.
pub(super) fn is_dense(bytes: &[u8]) -> bool {
    bytes.get(4) == Some(&DENSE)
}

/// A run of equal registers in the sparse form.
#[derive(Clone, Copy)]
struct Run {
    value: u8,
    len: usize,
    /// How many bytes tell it.
    size: usize,
}

/// The run that begins at a byte.
fn run_at(bytes: &[u8], at: usize) -> Option<Run> {
    let first = *bytes.get(at)?;
    Some(match first >> 6 {
        0 => Run { value: 0, len: usize::from(first & 63) + 1, size: 1 },
        1 => {
            let second = *bytes.get(at + 1)?;
            Run { value: 0, len: (usize::from(first & 63) << 8 | usize::from(second)) + 1, size: 2 }
        }
        _ => Run { value: (first >> 2 & 31) + 1, len: usize::from(first & 3) + 1, size: 1 },
    })
}

/// Appends a run of 0, unless it has no registers.
fn push_zeros(bytes: &mut Vec<u8>, len: usize) {
    let Some(last) = len.checked_sub(1) else { return };
    // At most 14 bits, and at most 6.
    if len > LONGEST_SHORT {
        bytes.extend([0x40 | (last >> 8) as u8, last as u8]);
    } else {
        bytes.push(last as u8);
    }
}

/// A run of a value, of at most four registers.
fn value_run(value: u8, len: usize) -> u8 {
    0x80 | (value - 1) << 2 | (len - 1) as u8
}

fn dense_register(bytes: &[u8], index: usize) -> u8 {
    let (byte, shift) = (HEADER + index * 6 / 8, index * 6 % 8);
    let pair = [bytes.get(byte), bytes.get(byte + 1)].map(|byte| byte.copied().unwrap_or(0));
    // Six bits.
    (u16::from_le_bytes(pair) >> shift & 63) as u8
}

fn set_dense_register(bytes: &mut [u8], index: usize, value: u8) {
    let (byte, shift) = (HEADER + index * 6 / 8, index * 6 % 8);
    let (mask, bits) = ((63u16 << shift).to_le_bytes(), (u16::from(value) << shift).to_le_bytes());
    for (place, (mask, bits)) in bytes.iter_mut().skip(byte).zip(mask.into_iter().zip(bits)) {
        *place = *place & !mask | bits;
    }
}

/// Hands each register's value to `read`, runs of them at once: the first, how many, the value.
///
/// # Errors
/// The runs do not make as many registers as there are.
pub(super) fn each(bytes: &[u8], mut read: impl FnMut(usize, usize, u8)) -> Result<(), CommandError> {
    if is_dense(bytes) {
        (0..REGISTERS).for_each(|index| read(index, 1, dense_register(bytes, index)));
        return Ok(());
    }
    let (mut at, mut first) = (HEADER, 0);
    while let Some(run) = run_at(bytes, at).filter(|run| first + run.len <= REGISTERS) {
        read(first, run.len, run.value);
        first += run.len;
        at += run.size;
    }
    if first == REGISTERS && at == bytes.len() { Ok(()) } else { Err(CORRUPTED) }
}

/// Gives the string the dense form.
pub(super) fn make_dense(bytes: &mut Vec<u8>) -> Result<(), CommandError> {
    if is_dense(bytes) {
        return Ok(());
    }
    let mut dense = vec![0; DENSE_SIZE];
    if let (Some(place), Some(header)) = (dense.get_mut(..HEADER), bytes.get(..HEADER)) {
        place.copy_from_slice(header);
        place[MAGIC.len()] = DENSE;
    }
    each(bytes, |first, len, value| {
        if value > 0 {
            (first..first + len).for_each(|index| set_dense_register(&mut dense, index, value));
        }
    })?;
    *bytes = dense;
    Ok(())
}

/// Raises a register to `value`, which is not 0; whether it was lower.
pub(super) fn raise(bytes: &mut Vec<u8>, index: usize, value: u8) -> Result<bool, CommandError> {
    if !is_dense(bytes) {
        if value <= HIGHEST_SPARSE
            && let Some(raised) = raise_sparse(bytes, index, value)?
        {
            return Ok(raised);
        }
        make_dense(bytes)?;
    }
    let raised = dense_register(bytes, index) < value;
    if raised {
        set_dense_register(bytes, index, value);
    }
    Ok(raised)
}

/// The same in the sparse form; `None` if there is no room.
fn raise_sparse(bytes: &mut Vec<u8>, index: usize, value: u8) -> Result<Option<bool>, CommandError> {
    let (mut at, mut before, mut first) = (HEADER, HEADER, 0);
    let run = loop {
        let run = run_at(bytes, at).ok_or(CORRUPTED)?;
        if index < first + run.len {
            break run;
        }
        before = at;
        at += run.size;
        first += run.len;
    };
    if run.value >= value {
        return Ok(Some(false));
    }
    // The run is split into what is before the register, the register, and what is behind.
    let mut split = Vec::with_capacity(5);
    let push = |split: &mut Vec<u8>, len: usize| match run.value {
        0 => push_zeros(split, len),
        _ if len == 0 => {}
        value => split.push(value_run(value, len)),
    };
    push(&mut split, index - first);
    split.push(value_run(value, 1));
    push(&mut split, first + run.len - 1 - index);
    if split.len() > run.size && bytes.len() + split.len() - run.size > LONGEST_SPARSE {
        return Ok(None);
    }
    bytes.splice(at..at + run.size, split);
    join(bytes, before);
    Ok(Some(true))
}

/// Joins runs of the same value, from one on.
fn join(bytes: &mut Vec<u8>, mut at: usize) {
    for _ in 0..JOINED_AT {
        let Some(run) = run_at(bytes, at) else { return };
        let next = run_at(bytes, at + 1).filter(|next| run.value > 0 && next.value == run.value);
        match next.map(|next| run.len + next.len).filter(|&len| len <= LONGEST_RUN) {
            Some(len) => {
                bytes[at] = value_run(run.value, len);
                bytes.remove(at + 1);
            }
            None => at += run.size,
        }
    }
}

/// Where the header keeps the count that was last computed; the highest bit says that it is out of date.
const STORED: std::ops::Range<usize> = 8..HEADER;
const OUT_OF_DATE: u64 = 1 << 63;

fn stored(bytes: &[u8]) -> u64 {
    bytes.get(STORED).and_then(|stored| stored.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// The count that is stored, unless it is out of date.
pub(super) fn stored_count(bytes: &[u8]) -> Option<u64> {
    Some(stored(bytes)).filter(|stored| stored & OUT_OF_DATE == 0)
}

/// Stores a count.
pub(super) fn store_count(bytes: &mut [u8], count: u64) {
    if let Some(place) = bytes.get_mut(STORED) {
        place.copy_from_slice(&count.to_le_bytes());
    }
}

/// Notes that the stored count is out of date.
pub(super) fn forget_count(bytes: &mut [u8]) {
    store_count(bytes, stored(bytes) | OUT_OF_DATE);
}
