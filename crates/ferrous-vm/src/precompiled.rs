//! A chunk as bytes: what `string.dump` gives and `load` takes back (manual §5.4).
//!
//! A header (PUC Lua's signature and version, then a mark and a version of ours, so that each program refuses the other's
//! chunks as `bad header`), the length of what follows, the chunk, and a checksum of all before it. The chunk is its name,
//! the lines of each function, its strings, its functions: so a position is found without reading the rest. Numbers are little-endian; counts, indices
//! and jumps take seven bits a byte, the lowest first, signed ones with the sign in the lowest bit. Instructions are an
//! opcode (its place in the list below) and their operands, hints left out. It holds what the compiler made and nothing of
//! a machine, so no heap is needed to write or read it.
//!
//! **Invariant:** [`read`] returns only chunks that pass [`verify`]; it never allocates more than a small multiple of what
//! it is given, whatever counts stand in it.

mod extract;
mod lines;

use thiserror::Error;

#[cfg(feature = "machine")]
use crate::chunk::NO_LINE;
use crate::chunk::{Capture, Chunk, Constant, Local, Prototype, StringId, Upvalue};
use crate::opcode::{Hint, Op};
use crate::verify::{VerifyError, verify};
use extract::extract;

/// PUC Lua's first bytes: a source text never begins so.
pub const SIGNATURE: u8 = 0x1B;
/// The last byte is the version of this form: to be counted up with each change of it, or of the list of instructions.
const HEADER: &[u8] = b"\x1BLuaQ\0Fe\x04";
/// Bytes of the length behind it.
const LENGTH: usize = 4;
/// How many bytes PUC Lua reads before it looks at them.
const LOOKED_AT: usize = 12;
/// Bytes of the checksum.
const CHECKSUM: usize = 8;

/// Why bytes are no chunk.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Not of this form and version.
    #[error("bad header")]
    Header,
    /// There is less than there should be.
    #[error("unexpected end")]
    End,
    /// Something was changed.
    #[error("bad code")]
    Damaged,
    /// It was written by something else than the compiler.
    #[error("bad code")]
    Malformed(#[from] VerifyError),
}

/// Writes a function of a chunk, and those that it creates, as a chunk of its own.
#[must_use]
pub fn write(chunk: &Chunk, function: usize) -> Vec<u8> {
    write_unless(chunk, function, &|| false).unwrap_or_default()
}

/// The same, for who may lose interest: `stopped` is asked about each hundredth of a millisecond whether to give up.
pub fn write_unless(chunk: &Chunk, function: usize, stopped: &dyn Fn() -> bool) -> Option<Vec<u8>> {
    let extracted;
    let chunk = if function == 0 {
        chunk
    } else {
        extracted = extract(chunk, function, stopped)?;
        &extracted
    };
    let mut out = Output { bytes: [HEADER, &[0; LENGTH]].concat(), stopped, is_stopped: false };
    write_content(&mut out, chunk);
    out.seal()
}

/// The same for a whole chunk that [`pack`] has written.
#[cfg(feature = "machine")]
pub(crate) fn write_packed(packed: &[u8], stopped: &dyn Fn() -> bool) -> Option<Vec<u8>> {
    let mut out = Output { bytes: Vec::new(), stopped, is_stopped: false };
    out.bytes.try_reserve_exact(HEADER.len() + LENGTH + packed.len() + CHECKSUM).ok()?;
    out.bytes.extend_from_slice(HEADER);
    out.bytes.extend_from_slice(&[0; LENGTH]);
    out.append(packed);
    out.seal()
}

/// What an instruction or a constant takes in the mean.
#[cfg(feature = "machine")]
const BYTES_PER_WORD: usize = 6;

/// Writes a chunk for a memory that nobody else writes to: without header and checksum.
#[cfg(feature = "machine")]
pub(crate) fn pack(chunk: &Chunk) -> Box<[u8]> {
    let words = |prototype: &Prototype| prototype.code.len() + prototype.constants.len();
    let words: usize = chunk.prototypes.iter().map(words).sum();
    let texts: usize = chunk.strings.iter().map(|text| text.len() + 2).sum();
    let bytes = Vec::with_capacity(chunk.name.len() + texts + words * BYTES_PER_WORD + 32);
    let mut out = Output { bytes, stopped: &|| false, is_stopped: false };
    write_content(&mut out, chunk);
    out.bytes.into_boxed_slice()
}

/// Reads what [`pack`] has written.
#[cfg(feature = "machine")]
pub(crate) fn unpack(packed: &[u8]) -> Result<Chunk, ReadError> {
    Reader { rest: packed }.chunk()
}

/// The name of a chunk that [`pack`] has written, and the line of an instruction of one of its functions; 0 for none.
#[cfg(feature = "machine")]
pub(crate) fn position(packed: &[u8], function: usize, instruction: usize) -> Option<(&[u8], u32)> {
    let mut reader = Reader { rest: packed };
    let name = reader.bytes().ok()?;
    let functions = u32::read(&mut reader).ok()? as usize;
    if function >= functions {
        return None;
    }
    for _ in 0..function {
        reader.bytes().ok()?;
    }
    let line = lines::line_at(reader.bytes().ok()?, instruction);
    Some((name, line.unwrap_or(NO_LINE)))
}

fn write_content(out: &mut Output<'_>, chunk: &Chunk) {
    out.text(&chunk.name);
    out.sequence(&chunk.prototypes, |out, prototype| out.text(&lines::write(&prototype.lines)));
    out.sequence(&chunk.strings, |out, text| out.text(text));
    out.sequence(&chunk.prototypes, write_prototype);
}

/// Where the chunk that `input` begins with ends: it may be further on.
fn end(input: &[u8]) -> Result<usize, ReadError> {
    if input.len() < LOOKED_AT {
        return Err(ReadError::End);
    }
    let rest = input.strip_prefix(HEADER).ok_or(ReadError::Header)?;
    let length = rest.first_chunk::<LENGTH>().ok_or(ReadError::End)?;
    Ok((u32::from_le_bytes(*length) as usize).saturating_add(HEADER.len() + LENGTH))
}

/// Whether [`read`] has seen enough: nothing behind `input` would change what it says.
#[must_use]
pub fn is_decided(input: &[u8]) -> bool {
    match end(input) {
        Ok(end) => end <= input.len(),
        Err(error) => error == ReadError::Header,
    }
}

/// Reads a chunk. What comes behind it does not matter, as in PUC Lua.
///
/// # Errors
/// Whatever is wrong with the bytes.
pub fn read(input: &[u8]) -> Result<Chunk, ReadError> {
    let input = input.get(..end(input)?).ok_or(ReadError::End)?;
    let (content, sum) = input.split_last_chunk::<CHECKSUM>().ok_or(ReadError::End)?;
    let mut reader = Reader { rest: content.get(HEADER.len() + LENGTH..).ok_or(ReadError::End)? };
    let chunk = reader.chunk()?;
    if !reader.rest.is_empty() || checksum(content) != u64::from_le_bytes(*sum) {
        return Err(ReadError::Damaged);
    }
    verify(&chunk)?;
    Ok(chunk)
}

/// FNV-1a with 64 bits: no single changed byte leaves it the same.
fn checksum(content: &[u8]) -> u64 {
    more_of_checksum(CHECKSUM_OF_NOTHING, content)
}

const CHECKSUM_OF_NOTHING: u64 = 0xCBF2_9CE4_8422_2325;

fn more_of_checksum(sum: u64, content: &[u8]) -> u64 {
    content.iter().fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3))
}

/// Something of a fixed size in bytes.
trait Scalar: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError>;
}

macro_rules! scalars {
    ($($type:ty),*) => {$(
        impl Scalar for $type {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
                let (head, rest) = reader.rest.split_first_chunk().ok_or(ReadError::End)?;
                reader.rest = rest;
                Ok(Self::from_le_bytes(*head))
            }
        }
    )*};
}

scalars!(u8, u16, i16, f32, f64);

impl Scalar for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        let mut value = 0;
        for shift in (0..32).step_by(7) {
            let byte = u8::read(reader)?;
            let bits = u32::from(byte & 0x7F);
            if bits << shift >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(ReadError::Damaged)
    }
}

impl Scalar for i32 {
    fn write(&self, out: &mut Vec<u8>) {
        ((*self << 1) ^ (*self >> 31)).cast_unsigned().write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        let bits = u32::read(reader)?;
        Ok((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed())
    }
}

impl Scalar for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        match u8::read(reader)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(ReadError::Damaged),
        }
    }
}

impl Scalar for Hint {
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut Reader<'_>) -> Result<Self, ReadError> {
        Ok(Self::default())
    }
}

impl Scalar for StringId {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        u32::read(reader).map(Self)
    }
}

/// How each instruction is written and read, from one list: an opcode is a place in it.
macro_rules! instructions {
    ($($name:ident { $($operand:ident),* })*) => {
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Opcode { $($name),* }

        const OPCODES: &[Opcode] = &[$(Opcode::$name),*];

        impl Scalar for Op {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Op::$name { $($operand),* } => {
                        out.push(Opcode::$name as u8);
                        $($operand.write(out);)*
                    })*
                }
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
                let opcode = OPCODES.get(usize::from(u8::read(reader)?)).ok_or(ReadError::Damaged)?;
                Ok(match opcode {
                    $(Opcode::$name => Op::$name { $($operand: Scalar::read(reader)?),* },)*
                })
            }
        }
    };
}

instructions! {
    Move { a, b } LoadK { a, k } LoadNil { a, n } LoadBool { a, value } GetUpvalue { a, u }
    GetCellUpvalue { a, u } SetCellUpvalue { a, u } NewCell { a } GetCell { a, b } SetCell { a, b }
    GetGlobal { a, hint, k } SetGlobal { a, hint, k } GetField { a, b, hint, k } SetField { a, b, hint, k }
    GetMethod { a, b, hint, k } GetIndex { a, b, c } SetIndex { a, b, c } GetInt { a, b, n } SetInt { a, b, n }
    NewTable { a, hash, array } SetList { a, n, first } Add { a, b, c } Sub { a, b, c } Mul { a, b, c }
    Div { a, b, c } Mod { a, b, c } Pow { a, b, c } AddK { a, b, k } SubK { a, b, k } MulK { a, b, k }
    DivK { a, b, k } ModK { a, b, k } PowK { a, b, k } AddN { a, b, n } SubN { a, b, n } MulN { a, b, n }
    ModN { a, b, n } KAdd { a, b, k } KSub { a, b, k } KMul { a, b, k } KDiv { a, b, k } Neg { a, b }
    Not { a, b } Len { a, b } Concat { a, b, c } Jump { off } Loop { off } JumpIf { a, off }
    JumpIfNot { a, off } JumpEq { a, b, off } JumpNe { a, b, off } JumpLt { a, b, off } JumpNotLt { a, b, off }
    JumpLe { a, b, off } JumpNotLe { a, b, off } JumpEqK { a, off, k } JumpNeK { a, off, k }
    JumpLtK { a, off, k } JumpNotLtK { a, off, k } JumpLeK { a, off, k } JumpNotLeK { a, off, k }
    JumpGtK { a, off, k } JumpNotGtK { a, off, k } JumpGeK { a, off, k } JumpNotGeK { a, off, k }
    JumpEqN { a, off, n } JumpNeN { a, off, n } JumpLtN { a, off, n } JumpNotLtN { a, off, n }
    JumpLeN { a, off, n } JumpNotLeN { a, off, n } JumpGtN { a, off, n } JumpNotGtN { a, off, n }
    JumpGeN { a, off, n } JumpNotGeN { a, off, n } Call { a, nargs, nret } CallTop { a, nret }
    TailCall { a, nargs } TailCallTop { a } Return0 {} Return1 { a } Return { a, n } ReturnTop { a }
    Vararg { a, n } ForPrep { a, off } ForLoop { a, off } ForLoop1 { a, off } ForInPrep { a, off }
    ForIn { a, n, off } Closure { a, p } VarargPrep { params } VarargPrepArg { params }
    ReturnVararg { a, n, params } TailCallVararg { a, nargs, params } SetListTop { a, first } FarJump { target }
}

/// A chunk that is being written.
struct Output<'s> {
    bytes: Vec<u8>,
    stopped: &'s dyn Fn() -> bool,
    /// Nothing more is written.
    is_stopped: bool,
}

impl Output<'_> {
    /// Items that are written, and bytes that are copied or summed up, between two questions.
    const ITEMS: usize = 1 << 10;
    const PIECE: usize = 1 << 14;

    /// Whether to give up.
    fn look(&mut self) -> bool {
        self.is_stopped = self.is_stopped || (self.stopped)();
        self.is_stopped
    }

    fn append(&mut self, text: &[u8]) {
        for piece in text.chunks(Self::PIECE) {
            self.bytes.extend_from_slice(piece);
            if piece.len() == Self::PIECE && self.look() {
                return;
            }
        }
    }

    fn text(&mut self, text: &[u8]) {
        // The compiler refuses sources from which longer ones, or as many items, could come.
        (text.len() as u32).write(&mut self.bytes);
        self.append(text);
    }

    fn sequence<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        (items.len() as u32).write(&mut self.bytes);
        for piece in items.chunks(Self::ITEMS) {
            piece.iter().for_each(|one| item(self, one));
            if self.is_stopped || piece.len() == Self::ITEMS && self.look() {
                return;
            }
        }
    }

    /// All of it with its checksum; nothing if it was given up.
    fn seal(mut self) -> Option<Vec<u8>> {
        let length = (self.bytes.len() + CHECKSUM).checked_sub(HEADER.len() + LENGTH)?;
        let length = u32::try_from(length).ok()?.to_le_bytes();
        self.bytes.get_mut(HEADER.len()..)?.first_chunk_mut::<LENGTH>()?.copy_from_slice(&length);
        let mut sum = CHECKSUM_OF_NOTHING;
        for piece in self.bytes.chunks(Self::PIECE) {
            sum = more_of_checksum(sum, piece);
            if self.is_stopped || (self.stopped)() {
                return None;
            }
        }
        self.bytes.extend_from_slice(&sum.to_le_bytes());
        Some(self.bytes)
    }
}

fn write_prototype(out: &mut Output<'_>, prototype: &Prototype) {
    prototype.parameters.write(&mut out.bytes);
    prototype.is_vararg.write(&mut out.bytes);
    prototype.registers.write(&mut out.bytes);
    prototype.line_defined.write(&mut out.bytes);
    prototype.last_line_defined.write(&mut out.bytes);
    out.sequence(&prototype.code, |out, op| op.write(&mut out.bytes));
    out.sequence(&prototype.constants, |out, constant| match constant {
        Constant::Nil => out.bytes.push(0),
        Constant::Boolean(value) => out.bytes.push(1 + u8::from(*value)),
        Constant::Number(value) => {
            out.bytes.push(3);
            value.write(&mut out.bytes);
        }
        Constant::String(id) => {
            out.bytes.push(4);
            id.write(&mut out.bytes);
        }
    });
    out.sequence(&prototype.upvalues, |out, upvalue| {
        upvalue.name.write(&mut out.bytes);
        upvalue.cell.write(&mut out.bytes);
        match upvalue.capture {
            Capture::Register(register) => out.bytes.extend_from_slice(&[0, register]),
            Capture::Upvalue(index) => out.bytes.extend_from_slice(&[1, index]),
            Capture::Itself => out.bytes.extend_from_slice(&[2, 0]),
        }
    });
    out.sequence(&prototype.locals, |out, local| {
        local.name.write(&mut out.bytes);
        local.register.write(&mut out.bytes);
        local.cell.write(&mut out.bytes);
        local.start.write(&mut out.bytes);
        local.end.write(&mut out.bytes);
    });
}

/// What is still to be read.
struct Reader<'i> {
    rest: &'i [u8],
}

impl<'i> Reader<'i> {
    fn sequence<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, ReadError>,
    ) -> Result<Vec<T>, ReadError> {
        let count = u32::read(self)? as usize;
        // Each item takes a byte at least.
        if count > self.rest.len() {
            return Err(ReadError::End);
        }
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn bytes(&mut self) -> Result<&'i [u8], ReadError> {
        let count = u32::read(self)? as usize;
        let (head, rest) = self.rest.split_at_checked(count).ok_or(ReadError::End)?;
        self.rest = rest;
        Ok(head)
    }

    fn chunk(&mut self) -> Result<Chunk, ReadError> {
        let name = self.bytes()?.into();
        let lines = self.sequence(Self::bytes)?;
        let strings = self.sequence(|reader| reader.bytes().map(Into::into))?;
        let mut prototypes = self.sequence(Self::prototype)?;
        if lines.len() != prototypes.len() {
            return Err(ReadError::Damaged);
        }
        for (prototype, lines) in prototypes.iter_mut().zip(lines) {
            prototype.lines = lines::read(lines, prototype.code.len())?;
        }
        Ok(Chunk { name, strings, prototypes })
    }

    fn prototype(&mut self) -> Result<Prototype, ReadError> {
        let (parameters, is_vararg, registers) = (u8::read(self)?, bool::read(self)?, u8::read(self)?);
        let (line_defined, last_line_defined) = (u32::read(self)?, u32::read(self)?);
        Ok(Prototype {
            code: self.sequence(Op::read)?,
            lines: Vec::new(),
            constants: self.sequence(Self::constant)?,
            upvalues: self.sequence(Self::upvalue)?,
            locals: self.sequence(Self::local)?,
            parameters,
            is_vararg,
            registers,
            line_defined,
            last_line_defined,
        })
    }

    fn constant(&mut self) -> Result<Constant, ReadError> {
        Ok(match u8::read(self)? {
            0 => Constant::Nil,
            kind @ (1 | 2) => Constant::Boolean(kind == 2),
            3 => Constant::Number(f64::read(self)?),
            4 => Constant::String(StringId::read(self)?),
            _ => return Err(ReadError::Damaged),
        })
    }

    fn upvalue(&mut self) -> Result<Upvalue, ReadError> {
        let (name, cell) = (StringId::read(self)?, bool::read(self)?);
        let capture = match (u8::read(self)?, u8::read(self)?) {
            (0, register) => Capture::Register(register),
            (1, index) => Capture::Upvalue(index),
            (2, 0) => Capture::Itself,
            _ => return Err(ReadError::Damaged),
        };
        Ok(Upvalue { name, capture, cell })
    }

    fn local(&mut self) -> Result<Local, ReadError> {
        Ok(Local {
            name: StringId::read(self)?,
            register: u8::read(self)?,
            cell: bool::read(self)?,
            start: u32::read(self)?,
            end: u32::read(self)?,
        })
    }
}
