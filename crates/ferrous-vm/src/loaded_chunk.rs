//! The chunk behind loaded functions: what messages, the debug library, hooks and `string.dump` read.
//!
//! What runs is in the machine's pools; the chunk stays for what is said about it. One that its loader shares is kept as it
//! is. One that is kept only here, by hosts that hold scripts by the thousands, is kept as bytes ([`precompiled`]), less than a
//! third of it, until something asks for more than a position; from then on it is kept whole as well.
//!
//! **Invariant:** what [`LoadedChunk::chunk`] returns is the chunk that was loaded, but for hints in its instructions.

use std::sync::{Arc, OnceLock};

use crate::chunk::{Chunk, NO_LINE};
use crate::precompiled;
use crate::remains::Remains;

/// See the module's text.
#[derive(Debug)]
pub(crate) struct LoadedChunk {
    /// The chunk as bytes; empty if it was whole from the start.
    packed: Box<[u8]>,
    /// The chunk, once something has asked for it.
    whole: OnceLock<Option<Arc<Chunk>>>,
}

impl LoadedChunk {
    /// Keeps a chunk that others have too.
    pub(crate) fn shared(chunk: &Arc<Chunk>) -> Self {
        Self { packed: Box::default(), whole: OnceLock::from(Some(Arc::clone(chunk))) }
    }

    /// Keeps a chunk in as few bytes as can be.
    pub(crate) fn packed(chunk: &Chunk) -> Self {
        Self { packed: precompiled::pack(chunk), whole: OnceLock::new() }
    }

    /// About how many bytes were kept when it was loaded.
    pub(crate) fn bytes(&self) -> usize {
        self.packed.len() + self.whole.get().and_then(Option::as_ref).map_or(0, |chunk| chunk.bytes())
    }

    /// The chunk if nobody else has it, and its bytes.
    fn into_parts(self) -> (Option<Chunk>, Box<[u8]>) {
        (self.whole.into_inner().flatten().and_then(Arc::into_inner), self.packed)
    }

    /// The chunk. There always is one: what was packed can be unpacked.
    pub(crate) fn chunk(&self) -> Option<&Arc<Chunk>> {
        let unpack = || precompiled::unpack(&self.packed).ok().map(Arc::new);
        self.whole.get_or_init(unpack).as_ref()
    }

    /// A function of the chunk as bytecode, unless that is `stopped`: without unpacking a chunk that is wanted whole.
    fn write(&self, function: usize, stopped: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        if function == 0 && self.whole.get().is_none() {
            return precompiled::write_packed(&self.packed, stopped);
        }
        precompiled::write_unless(self.chunk()?, function, stopped)
    }

    /// The chunk's name, and the line of an instruction of one of its functions (0 for none): without unpacking it, which
    /// would let a kill wait for the size of the script.
    fn position(&self, function: usize, instruction: usize) -> Option<(&[u8], u32)> {
        let Some(whole) = self.whole.get() else {
            return precompiled::position(&self.packed, function, instruction);
        };
        let chunk = whole.as_ref()?;
        let line = chunk.prototypes.get(function)?.line_at(instruction);
        Some((&chunk.name, line.unwrap_or(NO_LINE)))
    }
}

/// The chunk of one loaded function: its own if there is no other function in it.
#[derive(Debug)]
pub(crate) enum KeptChunk {
    Own(LoadedChunk),
    Shared(Arc<LoadedChunk>),
}

impl KeptChunk {
    /// For a chunk of so many functions.
    pub(crate) fn new(chunk: LoadedChunk, functions: usize) -> Self {
        if functions == 1 { Self::Own(chunk) } else { Self::Shared(Arc::new(chunk)) }
    }

    /// For the next of its functions.
    pub(crate) fn take(&mut self) -> Self {
        match self {
            Self::Shared(chunk) => Self::Shared(Arc::clone(chunk)),
            Self::Own(chunk) => {
                let nothing = LoadedChunk { packed: Box::default(), whole: OnceLock::from(None) };
                Self::Own(std::mem::replace(chunk, nothing))
            }
        }
    }

    /// Leaves the chunk if no other function is of it.
    pub(crate) fn leave(self, remains: &mut Remains) {
        let chunk = match self {
            Self::Own(chunk) => Some(chunk),
            Self::Shared(chunk) => Arc::into_inner(chunk),
        };
        if let Some((chunk, packed)) = chunk.map(LoadedChunk::into_parts) {
            remains.add(packed.into_vec());
            chunk.into_iter().for_each(|chunk| remains.add_chunk(chunk));
        }
    }

    /// See [`LoadedChunk::bytes`].
    pub(crate) fn bytes(&self) -> usize {
        self.loaded().bytes()
    }

    /// See [`LoadedChunk::chunk`].
    pub(crate) fn chunk(&self) -> Option<&Arc<Chunk>> {
        self.loaded().chunk()
    }

    /// See [`LoadedChunk::write`].
    pub(crate) fn write(&self, function: usize, stopped: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        self.loaded().write(function, stopped)
    }

    /// See [`LoadedChunk::position`].
    pub(crate) fn position(&self, function: usize, instruction: usize) -> Option<(&[u8], u32)> {
        self.loaded().position(function, instruction)
    }

    fn loaded(&self) -> &LoadedChunk {
        match self {
            Self::Own(chunk) => chunk,
            Self::Shared(chunk) => chunk,
        }
    }
}
