//! Libraries as one string of bytes, as FUNCTION DUMP writes and FUNCTION RESTORE reads it: the form of Redis's RDB files.
//!
//! Each library is the opcode 245 and its text as an RDB string; then follow the version of the form in two bytes and a
//! CRC-64 of all before it in eight, both little-endian. An RDB string has its length in front; one of more than 20 bytes is
//! compressed with LZF if that makes it at least four bytes shorter.
//!
//! **Invariant:** any bytes can be read; what is no payload is an error text.

use crc::{CRC_64_REDIS, Crc};

use super::lzf::compress;
use crate::compat::Dialect;

/// A library.
const FUNCTION: u8 = 245;
/// A library in the form of the release candidates of Redis 7.0: name, engine, whether there is a description, description, and
/// the text without its first line.
const CANDIDATE: u8 = 246;

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
        && let Some(compressed) = compress(text, text.len() - 4)
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

/// A payload whose version and checksum are right. As for the servers, a string may reach into the last ten bytes, but no
/// library begins there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payload<'a> {
    rest: &'a [u8],
    reads_candidates: bool,
}

impl<'a> Payload<'a> {
    /// Checks version and checksum.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn verify(payload: &'a [u8], dialect: &Dialect) -> Result<Self, Vec<u8>> {
        let wrong = || b"DUMP payload version or checksum are wrong".to_vec();
        let (summed, checksum) = payload.split_last_chunk::<8>().ok_or_else(wrong)?;
        let (_, version) = summed.split_last_chunk::<2>().ok_or_else(wrong)?;
        let right = CHECKSUM.checksum(summed).to_le_bytes();
        if dialect.restores(u16::from_le_bytes(*version)) && *checksum == right {
            Ok(Self { rest: payload, reads_candidates: dialect.restores_candidates })
        } else {
            Err(wrong())
        }
    }

    /// The text of the next library; `None` at the end.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn next_library(&mut self) -> Result<Option<Vec<u8>>, Vec<u8>> {
        let Some((&opcode, rest)) = self.rest.split_first().filter(|_| self.rest.len() > FOOTER) else {
            return Ok(None);
        };
        self.rest = rest;
        match opcode {
            FUNCTION => {
                let text = self.take_string().ok_or_else(|| b"Failed loading library payload".to_vec())?;
                Ok(Some(text))
            }
            CANDIDATE if self.reads_candidates => self.take_candidate().map(Some),
            CANDIDATE => Err(b"Pre-GA function format not supported".to_vec()),
            _ => Err(b"given type is not a function".to_vec()),
        }
    }

    /// A library in the form of the release candidates, as it would be written now; its description gets lost.
    fn take_candidate(&mut self) -> Result<Vec<u8>, Vec<u8>> {
        let failed = |part: &str| format!("Failed loading {part}").into_bytes();
        let name = self.take_string().ok_or_else(|| failed("library name"))?;
        let engine = self.take_string().ok_or_else(|| failed("engine name"))?;
        let described = self.take_length().ok_or_else(|| failed("library description indicator"))?;
        if described != Length::Plain(0) && described != Length::Special(0) {
            self.take_string().ok_or_else(|| failed("library description"))?;
        }
        let text = self.take_string().ok_or_else(|| failed("library blob"))?;
        Ok([b"#!", engine.as_slice(), b" name=", &name, b"\n", &text].concat())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Compat;

    const REDIS: &Dialect = Compat::Redis70.dialect();

    /// All libraries of a payload.
    fn read(payload: &[u8], dialect: &Dialect) -> Result<Vec<Vec<u8>>, Vec<u8>> {
        let mut payload = Payload::verify(payload, dialect)?;
        let mut libraries = Vec::new();
        while let Some(library) = payload.next_library()? {
            libraries.push(library);
        }
        Ok(libraries)
    }

    /// A payload around any bytes.
    fn wrap(body: &[u8], version: u16) -> Vec<u8> {
        let mut payload = [body, version.to_le_bytes().as_slice()].concat();
        let checksum = CHECKSUM.checksum(&payload);
        payload.extend_from_slice(&checksum.to_le_bytes());
        payload
    }

    #[test]
    fn the_bytes_are_those_of_redis() {
        let code = b"#!lua name=a\nredis.register_function(\"f\",function() return 1 end)";
        let payload = write([code.as_slice()].into_iter(), REDIS);
        // As Redis 7.0.15 wrote it.
        let wanted = "f5404123216c7561206e616d653d610a72656469732e72656769737465725f66756e6374696f6e282266222c6675\
                      6e6374696f6e28292072657475726e203120656e64290a00f8a2ad7ed8af2f3c";
        let shown: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(shown, wanted);
        assert_eq!(read(&payload, REDIS), Ok(vec![code.to_vec()]));
        assert_eq!(&write([].into_iter(), Compat::Valkey91.dialect())[..2], [80, 0]);
    }

    #[test]
    fn what_is_no_payload_is_refused_as_by_redis() {
        const WRONG: &str = "DUMP payload version or checksum are wrong";
        const FAILED: &str = "Failed loading library payload";
        let good = wrap(b"\xf5\x01x", 10);
        let mut bad = good.clone();
        bad[1] ^= 1;
        type Case = (Vec<u8>, Result<&'static [&'static [u8]], &'static str>);
        let cases: &[Case] = &[
            (good, Ok(&[b"x"])),
            (bad, Err(WRONG)),
            (Vec::new(), Err(WRONG)),
            (wrap(b"\xf5\x01x", 11), Err(WRONG)),
            (wrap(b"", 10), Ok(&[])),
            (wrap(b"\xf5\xc0\xff\xf5\xc1\x00\x01", 10), Ok(&[b"-1", b"256"])),
            (wrap(b"\xf6", 10), Err("Failed loading library name")),
            (wrap(b"\x00", 10), Err("given type is not a function")),
            (wrap(b"\xf5\x3f", 10), Err(FAILED)),
            (wrap(b"\xf5\xc4", 10), Err(FAILED)),
            (wrap(b"\xf5\x82", 10), Err(FAILED)),
            (wrap(b"\xf5\x81\xff\xff\xff\xff\xff\xff\xff\xff", 10), Err(FAILED)),
            (wrap(b"\xf5\xc3\x01\x81\x00\x00\xff\xff\xff\xff\xff\xff\x00", 10), Err(FAILED)),
        ];
        for (payload, wanted) in cases {
            let wanted = wanted
                .map(|libraries| libraries.iter().map(|library| library.to_vec()).collect())
                .map_err(|text| text.as_bytes().to_vec());
            assert_eq!(read(payload, REDIS), wanted, "{}", payload.escape_ascii());
        }
        for (version, redis, valkey) in
            [(0, true, false), (10, true, true), (11, false, true), (12, false, false)]
        {
            assert_eq!(REDIS.restores(version), redis);
            assert_eq!(Compat::Valkey91.dialect().restores(version), valkey);
        }
    }

    #[test]
    fn libraries_of_release_candidates_get_their_first_line() {
        let library = |described: &[u8]| wrap(&[b"\xf6\x01a\x03lua", described, b"\x01x"].concat(), 10);
        for described in [b"\0".as_slice(), b"\x01\x01d", b"\xc0"] {
            assert_eq!(read(&library(described), REDIS), Ok(vec![b"#!lua name=a\nx".to_vec()]));
            let refused = read(&library(described), Compat::Valkey91.dialect());
            assert_eq!(refused, Err(b"Pre-GA function format not supported".to_vec()));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(libraries in prop::collection::vec("[a-d]{0,40}[ -~]{0,400}", 0..4)) {
            for compat in Compat::ALL {
                let payload = write(libraries.iter().map(String::as_bytes), compat.dialect());
                let wanted: Vec<Vec<u8>> = libraries.iter().map(|text| text.clone().into_bytes()).collect();
                prop_assert_eq!(read(&payload, compat.dialect()), Ok(wanted));
            }
        }

        #[test]
        fn any_bytes_are_an_answer(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body, REDIS);
            let _ = read(&wrap(&body, 10), REDIS);
            let _ = read(&wrap(&[&[FUNCTION, SPECIAL | LZF], body.as_slice()].concat(), 10), REDIS);
        }
    }
}
