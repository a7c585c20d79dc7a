//! Libraries as one string of bytes, as FUNCTION DUMP writes and FUNCTION RESTORE reads it: the form of Redis's RDB files.
//!
//! Each library is the opcode 245 and its text as an RDB string; then follow the version of the form in two bytes and a
//! CRC-64 of all before it in eight, both little-endian. An RDB string has its length in front; one of more than 20 bytes is
//! compressed with LZF if that makes it at least four bytes shorter.
//!
//! **Invariant:** any bytes can be read; what is no payload is an error text.

use crc::{CRC_64_REDIS, Crc};

use crate::compat::Dialect;

/// A library.
const FUNCTION: u8 = 245;
/// A library in a form that was given up before Redis 7.0.
const FUNCTION_BEFORE_RELEASE: u8 = 246;

/// Strings up to this length are not compressed.
const LONGEST_PLAIN: usize = 20;

/// Marks a string that is stored in some other way than byte by byte; the low bits say how.
const SPECIAL: u8 = 0xC0;
const LZF: u8 = 3;

/// Bytes after the libraries: version and checksum.
const FOOTER: usize = 10;

const CHECKSUM: Crc<u64> = Crc::<u64>::new(&CRC_64_REDIS);

/// Writes a payload.
pub(crate) fn write<'l>(libraries: impl Iterator<Item = &'l [u8]>, dialect: &Dialect) -> Vec<u8> {
    let mut payload = Vec::new();
    for code in libraries {
        payload.push(FUNCTION);
        write_string(code, &mut payload);
    }
    payload.extend_from_slice(&dialect.dump_version.to_le_bytes());
    let checksum = CHECKSUM.checksum(&payload);
    payload.extend_from_slice(&checksum.to_le_bytes());
    payload
}

fn write_string(text: &[u8], payload: &mut Vec<u8>) {
    if text.len() > LONGEST_PLAIN
        && let Ok(compressed) = lzf::compress(text)
        && compressed.len() < text.len() - 3
    {
        payload.push(SPECIAL | LZF);
        write_length(compressed.len(), payload);
        write_length(text.len(), payload);
        payload.extend_from_slice(&compressed);
    } else {
        write_length(text.len(), payload);
        payload.extend_from_slice(text);
    }
}

/// Writes a length in as few bytes as it takes.
fn write_length(length: usize, payload: &mut Vec<u8>) {
    match (u16::try_from(length), u32::try_from(length)) {
        (Ok(short @ 0..0x40), _) => payload.push(short as u8),
        (Ok(short @ 0..0x4000), _) => payload.extend_from_slice(&(0x4000 | short).to_be_bytes()),
        (_, Ok(long)) => {
            payload.push(0x80);
            payload.extend_from_slice(&long.to_be_bytes());
        }
        (_, Err(_)) => {
            payload.push(0x81);
            payload.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// A payload whose version and checksum are right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'a> {
    rest: &'a [u8],
}

impl<'a> Payload<'a> {
    /// Checks version and checksum.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn verify(payload: &'a [u8], dialect: &Dialect) -> Result<Self, Vec<u8>> {
        let wrong = || b"DUMP payload version or checksum are wrong".to_vec();
        let (rest, footer) = payload
            .len()
            .checked_sub(FOOTER)
            .and_then(|end| payload.split_at_checked(end))
            .ok_or_else(wrong)?;
        let (version, checksum) = footer.split_first_chunk::<2>().ok_or_else(wrong)?;
        let end = payload.len() - checksum.len();
        let right = CHECKSUM.checksum(payload.get(..end).unwrap_or_default());
        if dialect.restores(u16::from_le_bytes(*version)) && checksum == right.to_le_bytes() {
            Ok(Self { rest })
        } else {
            Err(wrong())
        }
    }

    /// The text of the next library; `None` at the end.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn next_library(&mut self) -> Result<Option<Vec<u8>>, Vec<u8>> {
        let Some((&opcode, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        match opcode {
            FUNCTION => {
                let text = self.take_string().ok_or_else(|| b"Failed loading library payload".to_vec())?;
                Ok(Some(text))
            }
            FUNCTION_BEFORE_RELEASE => Err(b"Pre-GA function format not supported".to_vec()),
            _ => Err(b"given type is not a function".to_vec()),
        }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn take_string(&mut self) -> Option<Vec<u8>> {
        match self.take_length()? {
            Length::Plain(length) => self.take(length).map(<[u8]>::to_vec),
            Length::Special(0) => Some(i8::from_le_bytes(self.take_array()?).to_string().into()),
            Length::Special(1) => Some(i16::from_le_bytes(self.take_array()?).to_string().into()),
            Length::Special(2) => Some(i32::from_le_bytes(self.take_array()?).to_string().into()),
            Length::Special(LZF) => {
                let (Length::Plain(compressed), Length::Plain(length)) =
                    (self.take_length()?, self.take_length()?)
                else {
                    return None;
                };
                let compressed = self.take(compressed)?;
                // A longer text than that is a lie, which would cost memory.
                if length > compressed.len().saturating_mul(MOST_EXPANDED) {
                    return None;
                }
                lzf::decompress(compressed, length).ok().filter(|text| text.len() == length)
            }
            Length::Special(_) => None,
        }
    }

    fn take_length(&mut self) -> Option<Length> {
        let [first] = self.take_array()?;
        Some(match first >> 6 {
            0 => Length::Plain(usize::from(first)),
            1 => {
                let [second] = self.take_array()?;
                Length::Plain(usize::from(first & 0x3F) << 8 | usize::from(second))
            }
            2 => Length::Plain(match first {
                0x80 => usize::try_from(u32::from_be_bytes(self.take_array()?)).ok()?,
                0x81 => usize::try_from(u64::from_be_bytes(self.take_array()?)).ok()?,
                _ => return None,
            }),
            _ => Length::Special(first & 0x3F),
        })
    }
}

/// How many bytes each compressed byte stands for at most: three stand for up to 264.
const MOST_EXPANDED: usize = 264;

/// What stands before a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// So many bytes follow.
    Plain(usize),
    /// An integer, or compressed bytes.
    Special(u8),
}
