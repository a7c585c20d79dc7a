//! How lines of `redis.log` are cut.

/// How the log of a module cuts a line: each argument ends at its first NUL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortLog {
    /// The most bytes of a line, without the `<lua> ` that the server puts before it: 1,023 with it.
    pub longest: usize,
    /// What stands for a first argument that is neither a string nor a number.
    pub nothing: &'static str,
}
