//! What can be wrong with a command, with the texts that Redis answers.

use std::borrow::Cow;

/// An error reply. Its display is the reply's text: the code, a space, the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The key holds another type than the command works on.
    #[error("WRONGTYPE Operation against a key holding the wrong kind of value")]
    WrongType,
    /// Options that make no sense.
    #[error("ERR syntax error")]
    Syntax,
    /// Not a canonical 64-bit integer.
    #[error("ERR value is not an integer or out of range")]
    NotInteger,
    /// Not a floating point number.
    #[error("ERR value is not a valid float")]
    NotFloat,
    /// A count below zero, or not a number.
    #[error("ERR value is out of range, must be positive")]
    NotPositive,
    /// A number outside the range of a C long.
    #[error("ERR value is out of range")]
    OutOfRange,
    /// The command needs the key.
    #[error("ERR no such key")]
    NoSuchKey,
    /// An index past the end of a list.
    #[error("ERR index out of range")]
    IndexOutOfRange,
    /// An integer would leave 64 bits.
    #[error("ERR increment or decrement would overflow")]
    Overflow,
    /// A float would not be a number.
    #[error("ERR increment would produce NaN or Infinity")]
    NotFinite,
    /// A score would not be a number.
    #[error("ERR resulting score is not a number (NaN)")]
    NanScore,
    /// A bound of a score range cannot be read.
    #[error("ERR min or max is not a float")]
    ScoreRange,
    /// A bound of a lexicographical range cannot be read.
    #[error("ERR min or max not valid string range item")]
    LexRange,
    /// A string would grow past 512 MB.
    #[error("ERR string exceeds maximum allowed size (proto-max-bulk-len)")]
    TooLong,
    /// An expiry that is not a time.
    #[error("ERR invalid expire time in '{0}' command")]
    ExpireTime(&'static str),
    /// The wrong number of arguments.
    #[error("ERR wrong number of arguments for '{0}' command")]
    Arity(&'static str),
    /// Nobody waits for the command any more, and it has changed nothing.
    #[error("ERR Command was given up")]
    Unwanted,
    /// Any other text that needs no arguments.
    #[error("{0}")]
    Fixed(&'static str),
    /// Any other text, which may quote bytes of an argument.
    #[error("{}", String::from_utf8_lossy(.0))]
    Other(Box<[u8]>),
}

impl CommandError {
    /// The reply's text, as bytes.
    #[must_use]
    pub fn text(&self) -> Cow<'static, [u8]> {
        match self {
            Self::Fixed(text) => Cow::Borrowed(text.as_bytes()),
            Self::Other(text) => Cow::Owned(text.to_vec()),
            error => Cow::Owned(error.to_string().into_bytes()),
        }
    }
}

/// What a command's function returns: it has written its reply, or it has written nothing and this error is the reply.
pub(crate) type Outcome = Result<(), CommandError>;
