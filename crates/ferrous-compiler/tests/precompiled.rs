//! Bytecode as bytes: what was written is read back, and nothing damaged is.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use ferrous_compiler::{Options, compile, listing};
use ferrous_vm::chunk::Chunk;
use ferrous_vm::precompiled::{ReadError, is_decided, read, write};
use ferrous_vm::verify::verify;
use proptest::prelude::*;

const SOURCE: &str = r#"
local a, b, c = 1, "text", ...
local function fact(n) if n <= 0 then return 1 end return n * fact(n - 1) end
local function count() c = (c or 0) + 1; return c, a, function(...) return b, c, select('#', ...) end end
for i = 1, 10 do for k, v in pairs { i, x = -0.5, [true] = 1e300 } do a = a and k ~= nil or v == false end end
function global.method:name(arg1, ...) local arg = { ... } return self[arg1], #arg, -arg1, not b, b .. a .. "c" end
while a < 5 do repeat a = a * 2 % 7 ^ 2 until a ~= b; if a == "x" then break end end
return fact, count(), (count())
"#;

fn chunk() -> Chunk {
    compile(SOURCE.as_bytes(), b"@source.lua", &Options::default()).unwrap()
}

/// The length and the checksum, made right after a change, so that what lies behind them is tested too.
fn seal(bytes: &mut Vec<u8>) {
    bytes.truncate(bytes.len().saturating_sub(8));
    let length = u32::try_from(bytes.len() + 8 - 13).unwrap();
    bytes[9..13].copy_from_slice(&length.to_le_bytes());
    let sum = bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3));
    bytes.extend_from_slice(&sum.to_le_bytes());
}

#[test]
fn what_was_written_is_read() {
    let chunk = chunk();
    let read = read(&write(&chunk, 0)).unwrap();
    assert_eq!(listing::json(&read), listing::json(&chunk));
    assert_eq!(read.name, chunk.name);
}

#[test]
fn what_is_read_is_written_in_few_bytes() {
    // Most instructions take four bytes of their eight, a line one of its four, a text one beside its own.
    let chunk = chunk();
    let texts: usize = chunk.strings.iter().map(|text| text.len() + 1).sum();
    let instructions: usize = chunk.prototypes.iter().map(|function| function.code.len()).sum();
    assert!(write(&chunk, 0).len() < texts + instructions * 8);
}

#[test]
fn lines_far_apart_are_read_back() {
    let source = format!("local x = 1{}local y = x{}return x + y", "\n".repeat(70_000), "\n".repeat(130));
    let chunk = compile(source.as_bytes(), b"@far.lua", &Options::default()).unwrap();
    let read = read(&write(&chunk, 0)).unwrap();
    assert_eq!(read.prototypes[0].lines, chunk.prototypes[0].lines);
    assert!(chunk.prototypes[0].lines.contains(&70_131));
}

#[test]
fn counts_beyond_32_bits_are_refused() {
    let mut bytes = b"\x1BLuaQ\0Fe\x04....\xFF\xFF\xFF\xFF\x7F".to_vec();
    bytes.extend([0; 8]);
    seal(&mut bytes);
    assert_eq!(read(&bytes).err(), Some(ReadError::Damaged));
}

#[test]
fn each_function_is_a_chunk_of_its_own() {
    let chunk = chunk();
    for (index, function) in chunk.prototypes.iter().enumerate() {
        let bytes = write(&chunk, index);
        let part = read(&bytes).unwrap();
        let main = &part.prototypes[0];
        assert_eq!(main.lines, function.lines);
        assert_eq!(main.upvalues.len(), function.upvalues.len());
        for (kept, original) in main.locals.iter().zip(&function.locals) {
            assert_eq!(part.string(kept.name), chunk.string(original.name));
        }
        // Nothing is kept that the function does not need, so it stays as it is from then on.
        assert_eq!(write(&part, 0), bytes);
    }
}

#[test]
fn truncated_bytes_are_refused() {
    let bytes = write(&chunk(), 0);
    for length in 0..bytes.len() {
        assert_eq!(read(&bytes[..length]).unwrap_err(), ReadError::End, "{length} bytes");
    }
    assert_eq!(read(b"\x1bLuaQ\0\x01\x04\x08\x04\x08\0").unwrap_err(), ReadError::Header);
}

#[test]
fn enough_is_known_at_the_end() {
    let bytes = write(&chunk(), 0);
    let longer = [bytes.as_slice(), b"x"].concat();
    assert_eq!(listing::json(&read(&longer).unwrap()), listing::json(&chunk()));
    for length in 0..=longer.len() {
        assert_eq!(is_decided(&longer[..length]), length >= bytes.len(), "{length} bytes");
    }
    for length in 0..20 {
        assert_eq!(is_decided(&b"\x1BLuaQ_______________"[..length]), length >= 12, "{length} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn random_bytes_are_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).is_err());
        let header = write(&Chunk::default(), 0);
        bytes.splice(..0, header[..13].iter().copied());
        bytes.extend_from_slice(&[0; 8]);
        seal(&mut bytes);
        if let Ok(chunk) = read(&bytes) {
            prop_assert_eq!(verify(&chunk), Ok(()));
        }
    }

    #[test]
    fn a_changed_byte_is_noticed(at in any::<prop::sample::Index>(), by in 1u8..) {
        let mut bytes = write(&chunk(), 0);
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn what_passes_the_checksum_is_verified(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = write(&chunk(), 0);
        for (at, byte) in changes {
            let at = at.index(bytes.len() - 8);
            bytes[at] = byte;
        }
        seal(&mut bytes);
        if let Ok(chunk) = read(&bytes) {
            prop_assert_eq!(verify(&chunk), Ok(()));
        }
    }
}
