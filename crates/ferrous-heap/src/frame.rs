//! Call frames: plain data whose meaning belongs to the machine. They lie here since a thread owns them, and a thread
//! is an object: the journal copies it and the collector sizes it.
//!
//! **Invariant:** a frame holds no value. Whatever a call needs to keep alive (its function too, at `stack[base - 1]` or
//! `stack[base]`) is on the thread's stack.

/// One activation of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// Where to go on: index of the next instruction.
    pub pc: u32,
    /// First instruction of the function, or the machine's id of a native one.
    pub code: u32,
    /// First register on the stack.
    pub base: u32,
    /// The function's slots in the upvalue pool.
    pub upvalues: u32,
    /// How many results the caller wants.
    pub results: u8,
    /// What kind of frame this is.
    pub kind: u8,
    /// For the machine's use.
    pub aux: u16,
}
