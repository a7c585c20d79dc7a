//! `..`: registers that are joined from the right, as the manual has it (§2.5.4).
//!
//! Most concatenations make a short text of strings and whole numbers: the loop has that done on the stack. Runs of strings
//! and numbers are joined at once otherwise; a metamethod is called for a pair, and its value takes the pair's place.
//!
//! **Invariant:** a concatenation that is interrupted has its progress in the registers and in the register of the pair that
//! waits.

use ferrous_heap::{HeapError, LARGEST_SCRATCH, Metamethod, Transaction, Value};

use crate::finish::BYTES_A_TICK;
use crate::machine::{Machine, WINDOW};
use crate::number;
use crate::transition::Transition;

/// The longest text that is joined on the stack.
const SHORT: usize = 64;

/// Joins registers `first` to `last`, strings and whole numbers, to a text that is short. `None`: there is something else among
/// them, the text is longer, or there is no memory; [`Machine::concat`] goes through it then.
#[inline(never)]
pub(crate) fn join_short(
    tx: &mut Transaction<'_>,
    registers: &[Value; WINDOW],
    first: u8,
    last: u8,
) -> Option<Value> {
    let mut text = [0; SHORT];
    let mut length = 0;
    for value in registers.get(usize::from(first)..=usize::from(last))? {
        let digits;
        let piece = match tx.string(*value) {
            Some(piece) => piece,
            None => {
                digits = number::whole_digits(value.as_number()?)?;
                digits.as_bytes()
            }
        };
        let end = length + piece.len();
        text.get_mut(length..end)?.copy_from_slice(piece);
        length = end;
    }
    tx.intern(text.get(..length)?).ok()
}

impl Machine {
    /// Concatenates registers `first` to `last` into `a`, from the right, as the manual has it (§2.5.4). Runs of strings
    /// and numbers are joined at once. `fresh`: the registers are still as the instruction found them.
    #[inline(never)]
    pub(crate) fn concat(
        &mut self,
        tx: &mut Transaction<'_>,
        a: u8,
        first: u8,
        last: u8,
        fresh: bool,
    ) -> Transition {
        let whole = last;
        let base = self.current.base;
        let mut last = last;
        let is_text = |value: Value| value.is_string() || value.is_number();
        while last > first {
            let start = base as usize + usize::from(first);
            let registers = self.stack.get(start..=base as usize + usize::from(last)).unwrap_or(&[]);
            let run = registers.iter().rev().take_while(|value| is_text(**value)).count();
            if run >= 2 {
                let joined = match join(tx, registers.get(registers.len() - run..).unwrap_or(&[])) {
                    Ok(joined) => joined,
                    Err(error) if fresh && last == whole => return self.heap_failed(tx, error),
                    Err(error) => return self.raise_here(tx, error.into()),
                };
                self.ticks -= 1;
                self.count(tx.string_len(joined).unwrap_or(0), BYTES_A_TICK);
                // The run is shorter than the registers, which a byte counts.
                last -= (run - 1) as u8;
                self.put(base + u32::from(last), joined);
                continue;
            }
            let right = registers.last().copied().unwrap_or(Value::NIL);
            let left = registers.get(registers.len().wrapping_sub(2)).copied().unwrap_or(Value::NIL);
            let mut handler = tx.metamethod(left, Metamethod::Concat);
            if handler.is_nil() {
                handler = tx.metamethod(right, Metamethod::Concat);
            }
            if handler.is_nil() {
                let (value, register) = if is_text(left) { (right, last) } else { (left, last - 1) };
                let error = self.describe_operand(tx, "concatenate", Some(register), value);
                return self.raise_here(tx, error);
            }
            return self.call_metamethod(tx, handler, [left, right], last - 1);
        }
        let result = self.stack.get(base as usize + usize::from(first)).copied().unwrap_or(Value::NIL);
        self.put(base + u32::from(a), result);
        self.safe_point(tx)
    }
}

/// Joins strings and numbers.
///
/// Where the text becomes longer than the scratch buffer may, there is room made for all of it first: what the limit has no room
/// for is not built, it moves to no larger buffer, and the string takes the buffer as it is.
#[inline(never)]
pub(crate) fn join(tx: &mut Transaction<'_>, values: &[Value]) -> Result<Value, HeapError> {
    let mut text = tx.take_buffer();
    text.clear();
    let mut rest = values.iter();
    while let Some(value) = rest.next() {
        let length = text.len().saturating_add(tx.string_len(*value).unwrap_or_default());
        let room =
            if length < LARGEST_SCRATCH { Ok(()) } else { make_room(tx, &mut text, *value, rest.as_slice()) };
        if let Err(error) = room.and_then(|()| append(tx, &mut text, *value)) {
            tx.give_buffer(text);
            return Err(error);
        }
    }
    tx.intern_buffer(text)
}

/// Room for a value and those that follow it.
#[cold]
#[inline(never)]
fn make_room(
    tx: &mut Transaction<'_>,
    text: &mut Vec<u8>,
    value: Value,
    rest: &[Value],
) -> Result<(), HeapError> {
    /// No number is written longer.
    const NUMBER: usize = 32;
    let lengths = std::iter::once(&value).chain(rest).map(|value| tx.string_len(*value).unwrap_or(NUMBER));
    let more = lengths.fold(0, usize::saturating_add);
    let length = text.len().saturating_add(more);
    if text.capacity() < length {
        tx.charge(length)?;
        tx.release(length);
    }
    tx.reserve(text, more)
}

#[inline(always)]
fn append(tx: &Transaction<'_>, text: &mut Vec<u8>, value: Value) -> Result<(), HeapError> {
    if let Some(number) = value.as_number() {
        number::write_number(number, text);
        return Ok(());
    }
    tx.append(text, tx.string(value).unwrap_or_default())
}
