//! Debugger commands on the wire: arrays of bulk strings, and nothing else.
//!
//! The limits are those of Redis: 1 to 1024 arguments of 1 to 1024 bytes, and 1 MiB of what is not yet a command. Counts are
//! read as C's `atoi` reads them, since Redis does. A command that is not all there yet is waited for; what can never become
//! one is refused as soon as it is seen.
//!
//! What follows a command in the buffer is dropped with it, as Redis does: a client waits for each answer.
//!
//! **Invariant:** the buffer holds at most what the limit allows and one read; nothing outside of it is looked at.

/// How many arguments, and how many bytes in one.
const MOST: i32 = 1024;

/// How much may wait for the rest of a command.
const BUFFER_LIMIT: usize = 1 << 20;

/// Why something is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is no array of bulk strings within the limits.
    #[error("protocol error")]
    Protocol,
    /// More than 1 MiB came without being a command.
    #[error("max client buffer reached")]
    TooLong,
}

/// Cuts commands out of what a client sends.
///
/// ```
/// use ferrous_redis::debugger::CommandReader;
///
/// let mut reader = CommandReader::default();
/// reader.feed(b"*2\r\n$1\r\np\r\n$1\r\n")?;
/// assert_eq!(reader.next_command(), Ok(None));
/// reader.feed(b"x\r\n")?;
/// assert_eq!(reader.next_command(), Ok(Some(vec![b"p".to_vec(), b"x".to_vec()])));
/// # Ok::<(), ferrous_redis::debugger::Malformed>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CommandReader {
    buffer: Vec<u8>,
}

impl CommandReader {
    /// Takes in what was read.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] if too much waits.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() > BUFFER_LIMIT { Err(Malformed::TooLong) } else { Ok(()) }
    }

    /// The command that has come; `None`: more has to be fed.
    ///
    /// # Errors
    /// [`Malformed::Protocol`] if what has come begins with no command.
    pub fn next_command(&mut self) -> Result<Option<Vec<Vec<u8>>>, Malformed> {
        let command = parse(&self.buffer)?;
        if command.is_some() {
            self.buffer.clear();
        }
        Ok(command)
    }
}

fn parse(buffer: &[u8]) -> Result<Option<Vec<Vec<u8>>>, Malformed> {
    let mut rest = buffer;
    let Some(count) = header(&mut rest, b'*')? else { return Ok(None) };
    let mut arguments = Vec::new();
    for _ in 0..count {
        let Some(length) = header(&mut rest, b'$')? else { return Ok(None) };
        let Some((argument, after)) = rest.split_at_checked(length) else { return Ok(None) };
        let Some((end, after)) = after.split_at_checked(2) else { return Ok(None) };
        if end != b"\r\n" {
            return Err(Malformed::Protocol);
        }
        arguments.push(argument.to_vec());
        rest = after;
    }
    Ok(Some(arguments))
}

/// Takes a line with a mark and a number off `rest`; `None` if it is not all there.
fn header(rest: &mut &[u8], mark: u8) -> Result<Option<usize>, Malformed> {
    let Some((first, line)) = rest.split_first() else { return Ok(None) };
    if *first != mark {
        return Err(Malformed::Protocol);
    }
    let Some(end) = line.windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
    let (number, after) = line.split_at(end);
    *rest = after.get(2..).unwrap_or_default();
    let number = c_integer(number);
    let number = Some(number).filter(|number| (1..=MOST).contains(number)).ok_or(Malformed::Protocol)?;
    Ok(usize::try_from(number).ok())
}

/// The number at the start of a text, as C's `atoi` reads it on a 64-bit system; 0 if there is none.
pub(super) fn c_integer(text: &[u8]) -> i32 {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    let magnitude =
        digits.fold(0_i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    let limited = if negative && magnitude == i64::MAX { i64::MIN } else { magnitude };
    let number = if negative && limited > 0 { -limited } else { limited };
    // `atoi` cuts the long that `strtol` returns to an int.
    number as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<Vec<Vec<u8>>>, Malformed> {
        let mut reader = CommandReader::default();
        reader.feed(bytes)?;
        reader.next_command()
    }

    #[test]
    fn what_redis_waits_for_and_what_it_refuses() {
        let waiting: &[&[u8]] = &[
            b"",
            b"*",
            b"*1",
            b"*1\r",
            b"*1\r\n",
            b"*1\r\n$",
            b"*1\r\n$1",
            b"*1\r\n$1\r",
            b"*1\r\n$1\r\n",
            b"*1\r\n$1\r\ns",
            b"*1\r\n$1\r\ns\r",
            b"*1\r\n$1\r\nsx",
            b"*1\r\n$1024\r\nx",
            b"*2\r\n$1\r\ns\r\n",
            b"*1\n$1\ns\n",
            b"*1\r\n$3\r\nab\r\n",
        ];
        for bytes in waiting {
            assert_eq!(read(bytes), Ok(None), "{}", bytes.escape_ascii());
        }
        let refused: &[&[u8]] = &[
            b"s\r\n",
            b"\r\n",
            b"*0\r\n",
            b"*-1\r\n",
            b"*1025\r\n",
            b"*x\r\n",
            b"*1\r\n:1\r\n",
            b"*1\r\n$0\r\n\r\n",
            b"*1\r\n$-1\r\n",
            b"*1\r\n$1025\r\n",
            b"*1\r\n$1\r\nsxx",
            b"*9999999999999999999\r\n",
            b"*1\r\n$99999999999999999999\r\n",
            b"*1\r\n$-99999999999999999999\r\n",
        ];
        for bytes in refused {
            assert_eq!(read(bytes), Err(Malformed::Protocol), "{}", bytes.escape_ascii());
        }
        for bytes in [&b"*1\r\n$1\r\ns\r\n"[..], b"*01\r\n$+1\r\ns\r\n", b"*1x\r\n$1 \r\ns\r\ntail"] {
            assert_eq!(read(bytes), Ok(Some(vec![b"s".to_vec()])));
        }
    }

    #[test]
    fn a_mebibyte_is_the_limit() {
        let mut reader = CommandReader::default();
        assert_eq!(reader.feed(&vec![b'*'; BUFFER_LIMIT]), Ok(()));
        assert_eq!(reader.feed(b"1"), Err(Malformed::TooLong));
    }

    proptest! {
        #[test]
        fn a_command_can_come_in_any_pieces(
            command in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut bytes = format!("*{}\r\n", command.len()).into_bytes();
            for argument in &command {
                bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
                bytes.extend_from_slice(argument);
                bytes.extend_from_slice(b"\r\n");
            }
            let (first, second) = bytes.split_at(cut.index(bytes.len()));
            let mut reader = CommandReader::default();
            reader.feed(first).unwrap();
            prop_assert_eq!(reader.next_command(), Ok(None));
            reader.feed(second).unwrap();
            prop_assert_eq!(reader.next_command(), Ok(Some(command)));
        }

        #[test]
        fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&bytes);
            let _ = read(&[b"*2\r\n", bytes.as_slice()].concat());
        }
    }
}
