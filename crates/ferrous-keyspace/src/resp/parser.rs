//! Reads requests: arrays of bulk strings, and inline commands as people type them.
//!
//! The parser owns a buffer that bytes are fed into in any portions; [`RequestParser::next`] takes one whole request off
//! it, or says that more bytes are needed. A request that is half there is parsed again from its start when more has come,
//! except that the place reached among its arguments is kept.
//!
//! **Invariant:** nothing is allocated for lengths that a peer only announced.

use ferrous_redis::{
    host::ArgsBuffer,
    words::{self, Quotes},
};

use crate::number::parse_integer;

/// The longest inline command, or line of a header, in bytes.
const MAX_LINE: usize = 64 * 1024;
/// The longest argument, in bytes.
const MAX_BULK: i64 = 512 * 1024 * 1024;
/// The largest number of arguments.
const MAX_ARGUMENTS: i64 = i32::MAX as i64;

/// The peer does not speak RESP. Its display is the error reply that Redis sends before it hangs up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// A line without an end.
    #[error("ERR Protocol error: too big inline request")]
    LineTooLong,
    /// A header of an array or bulk string without an end.
    #[error("ERR Protocol error: too big {0} count string")]
    HeaderTooLong(&'static str),
    /// The number of arguments is no number, or too large.
    #[error("ERR Protocol error: invalid multibulk length")]
    ArrayLength,
    /// The length of an argument is no number, or too large.
    #[error("ERR Protocol error: invalid bulk length")]
    BulkLength,
    /// An argument that is not a bulk string.
    #[error("ERR Protocol error: expected '$', got '{}'", char::from(*.0))]
    NotBulk(u8),
    /// Quotes in an inline command do not match.
    #[error("ERR Protocol error: unbalanced quotes in request")]
    Quotes,
    /// The arguments are together longer than 4 GiB.
    #[error("ERR Protocol error: too big request")]
    TooLong,
}

/// An incremental reader of requests.
#[derive(Clone, Debug, Default)]
pub struct RequestParser {
    buffer: Vec<u8>,
    /// Where the next unread byte is in `buffer`.
    position: usize,
    /// Arguments still to come of the array that is being read.
    missing: usize,
    request: ArgsBuffer,
    quotes: Quotes,
}

impl RequestParser {
    /// A parser with nothing to read.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says what may come behind a closing quote of an inline command; at first only a blank, as for Redis.
    pub fn set_quotes(&mut self, quotes: Quotes) {
        self.quotes = quotes;
    }

    /// Adds bytes that the peer sent.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.position > 0 {
            self.buffer.drain(..self.position);
            self.position = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether a request has begun that is not complete.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.missing > 0 || self.position < self.buffer.len()
    }

    /// Takes the next request; `None` if there is no whole one. A request without arguments is passed over.
    ///
    /// # Errors
    /// [`ProtocolError`]: the bytes are no request, and what follows them cannot be made sense of.
    #[allow(clippy::should_implement_trait)] // It lends from itself, which an iterator cannot.
    pub fn next(&mut self) -> Result<Option<&ArgsBuffer>, ProtocolError> {
        loop {
            if self.missing == 0 {
                match self.buffer.get(self.position) {
                    None => return Ok(None),
                    Some(b'*') => {
                        let Some(count) = self.header("mbulk")? else { return Ok(None) };
                        let count = count.filter(|&count| count <= MAX_ARGUMENTS);
                        let count = count.ok_or(ProtocolError::ArrayLength)?;
                        self.request.clear();
                        self.missing = usize::try_from(count).unwrap_or(0);
                        if self.missing == 0 {
                            continue;
                        }
                    }
                    Some(_) => match self.inline()? {
                        None => return Ok(None),
                        Some(false) => continue,
                        Some(true) => return Ok(Some(&self.request)),
                    },
                }
            }
            while self.missing > 0 {
                if !self.bulk()? {
                    return Ok(None);
                }
                self.missing -= 1;
            }
            return Ok(Some(&self.request));
        }
    }

    fn unread(&self) -> &[u8] {
        self.buffer.get(self.position..).unwrap_or_default()
    }

    /// Reads a line such as `*3`: outer `None` if it has no end yet, inner if its number is none.
    fn header(&mut self, what: &'static str) -> Result<Option<Option<i64>>, ProtocolError> {
        let unread = self.unread();
        let Some(end) = unread.iter().take(MAX_LINE).position(|&byte| byte == b'\r') else {
            return if unread.len() > MAX_LINE { Err(ProtocolError::HeaderTooLong(what)) } else { Ok(None) };
        };
        if unread.len() < end + 2 {
            return Ok(None);
        }
        let number = unread.get(1..end).and_then(parse_integer);
        self.position += end + 2;
        Ok(Some(number))
    }

    /// Reads one argument; false if it is not all there.
    fn bulk(&mut self) -> Result<bool, ProtocolError> {
        let start = self.position;
        match self.unread().first() {
            None => return Ok(false),
            Some(b'$') => {}
            Some(&other) => return Err(ProtocolError::NotBulk(other)),
        }
        let Some(length) = self.header("bulk")? else { return Ok(false) };
        let length = length.filter(|length| (0..=MAX_BULK).contains(length));
        let length =
            length.and_then(|length| usize::try_from(length).ok()).ok_or(ProtocolError::BulkLength)?;
        if self.unread().len() < length + 2 {
            self.position = start;
            return Ok(false);
        }
        let end = self.position + length;
        let argument = self.buffer.get(self.position..end).unwrap_or_default();
        self.request.push(argument).map_err(|_| ProtocolError::TooLong)?;
        self.position = end + 2;
        Ok(true)
    }

    /// Reads an inline command: `None` if the line has no end yet, false if it is blank.
    fn inline(&mut self) -> Result<Option<bool>, ProtocolError> {
        let unread = self.unread();
        let Some(end) = unread.iter().position(|&byte| byte == b'\n') else {
            return if unread.len() > MAX_LINE { Err(ProtocolError::LineTooLong) } else { Ok(None) };
        };
        let line = unread.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let words = words::split(line, self.quotes).ok_or(ProtocolError::Quotes)?;
        self.position += end + 1;
        self.request.clear();
        for word in &words {
            self.request.push(word).map_err(|_| ProtocolError::TooLong)?;
        }
        Ok(Some(!words.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(parser: &mut RequestParser) -> Result<Vec<Vec<Vec<u8>>>, ProtocolError> {
        let mut all = Vec::new();
        while let Some(request) = parser.next()? {
            all.push(request.args().iter().map(<[u8]>::to_vec).collect());
        }
        Ok(all)
    }

    #[test]
    fn portions_do_not_matter() {
        let bytes = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\r\nb\r\n*0\r\n\r\nGET \"a \\x41\\n\" 'it\\'s'\r\n*-1\r\nPING\n";
        let wanted: Vec<Vec<Vec<u8>>> = vec![
            vec![b"SET".to_vec(), b"k".to_vec(), b"a\r\nb".to_vec()],
            vec![b"GET".to_vec(), b"a A\n".to_vec(), b"it's".to_vec()],
            vec![b"PING".to_vec()],
        ];
        for portion in 1..bytes.len() {
            let mut parser = RequestParser::new();
            let mut all = Vec::new();
            for chunk in bytes.chunks(portion) {
                parser.feed(chunk);
                all.extend(requests(&mut parser).unwrap());
            }
            assert_eq!(all, wanted, "in portions of {portion}");
            assert!(!parser.is_partial());
        }
    }

    #[test]
    fn errors_are_those_of_redis() {
        let cases: [(&[u8], &str); 6] = [
            (b"*x\r\n", "ERR Protocol error: invalid multibulk length"),
            (b"*2147483648\r\n", "ERR Protocol error: invalid multibulk length"),
            (b"*1\r\n$-1\r\n", "ERR Protocol error: invalid bulk length"),
            (b"*1\r\n$536870913\r\n", "ERR Protocol error: invalid bulk length"),
            (b"*1\r\n:3\r\n", "ERR Protocol error: expected '$', got ':'"),
            (b"GET \"abc\r\n", "ERR Protocol error: unbalanced quotes in request"),
        ];
        for (bytes, text) in cases {
            let mut parser = RequestParser::new();
            parser.feed(bytes);
            assert_eq!(requests(&mut parser).unwrap_err().to_string(), text);
        }
    }
}
