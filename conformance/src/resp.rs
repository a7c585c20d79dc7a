//! RESP on the wire: commands out, replies in as raw bytes.
//!
//! A reply is compared byte by byte, so it is only measured (where does it end?), not decoded. For the keyspace dump
//! the leaves of a reply can be listed. Nested replies are walked with a counter, not by recursion.

/// The bytes are not RESP; holds the line that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not RESP: {0}")]
pub struct NotResp(pub String);

/// A command as an array of bulk strings.
#[must_use]
pub fn encode<A: AsRef<[u8]>>(arguments: &[A]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", arguments.len()).into_bytes();
    for argument in arguments {
        let argument = argument.as_ref();
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// One element of a reply, found by [`next_element`].
struct Element<'a> {
    /// Where it ends; for an aggregate, where its first child begins.
    end: usize,
    /// How many elements follow it as its children.
    children: usize,
    /// The text of a leaf: the line or the bulk string. None for an aggregate or a null.
    leaf: Option<&'a [u8]>,
}

/// The element that begins at `at`; `None` if it is not complete yet.
fn next_element(bytes: &[u8], at: usize) -> Result<Option<Element<'_>>, NotResp> {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(length) = rest.windows(2).position(|pair| pair == b"\r\n") else { return Ok(None) };
    let (line, end) = (&rest[..length], at + length + 2);
    let failed = || NotResp(line.iter().take(80).copied().collect::<Vec<u8>>().escape_ascii().to_string());
    let (&kind, text) = line.split_first().ok_or_else(failed)?;
    if b"+-:,#_(".contains(&kind) {
        return Ok(Some(Element { end, children: 0, leaf: Some(text) }));
    }
    let count: i64 = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(failed)?;
    let many = usize::try_from(count).unwrap_or(0);
    match kind {
        b'$' | b'=' | b'!' if count < 0 => Ok(Some(Element { end, children: 0, leaf: None })),
        b'$' | b'=' | b'!' => Ok(bytes.get(end..end + many + 2).map(|body| Element {
            end: end + many + 2,
            children: 0,
            leaf: Some(&body[..many]),
        })),
        b'*' | b'~' | b'>' => Ok(Some(Element { end, children: many, leaf: None })),
        b'%' => Ok(Some(Element { end, children: 2 * many, leaf: None })),
        // An attribute stands before the element that it describes.
        b'|' => Ok(Some(Element { end, children: 2 * many + 1, leaf: None })),
        _ => Err(failed()),
    }
}

/// The length of the complete reply at the start of the bytes; `None` if it is not complete yet.
///
/// # Errors
/// When the bytes are not RESP.
pub fn reply_length(bytes: &[u8]) -> Result<Option<usize>, NotResp> {
    let (mut at, mut pending) = (0, 1usize);
    while pending > 0 {
        let Some(element) = next_element(bytes, at)? else { return Ok(None) };
        pending += element.children;
        pending -= 1;
        at = element.end;
    }
    Ok(Some(at))
}

/// The leaves of a reply in order: texts of lines and bulk strings; a null is left out.
///
/// # Errors
/// When the bytes are not RESP.
pub fn leaves(reply: &[u8]) -> Result<Vec<&[u8]>, NotResp> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(element) = next_element(reply, at)? {
        found.extend(element.leaf);
        at = element.end;
    }
    Ok(found)
}

/// Bytes as a line that a terminal can show, cut after `limit` bytes.
#[must_use]
pub fn show(bytes: &[u8], limit: usize) -> String {
    let shown =
        bytes[..bytes.len().min(limit)].escape_ascii().to_string().replace("\\\"", "\"").replace("\\'", "'");
    if bytes.len() > limit { format!("{shown}... ({} bytes)", bytes.len()) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_arrays_of_bulk_strings() {
        assert_eq!(encode(&["GET", "a"]), b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n");
    }

    #[test]
    fn the_end_of_a_reply_is_found() {
        let complete: [&[u8]; 7] = [
            b"+OK\r\n",
            b"$3\r\na\r\n\r\n",
            b"$-1\r\n",
            b"*2\r\n:1\r\n*1\r\n$0\r\n\r\n",
            b"%1\r\n+a\r\n*-1\r\n",
            b"|1\r\n+a\r\n+b\r\n:1\r\n",
            b"_\r\n",
        ];
        for reply in complete {
            assert_eq!(reply_length(reply), Ok(Some(reply.len())), "{}", reply.escape_ascii());
            for cut in 0..reply.len() {
                assert_eq!(reply_length(&reply[..cut]), Ok(None), "{} cut at {cut}", reply.escape_ascii());
            }
            assert_eq!(reply_length(&[reply, b"+more\r\n"].concat()), Ok(Some(reply.len())));
        }
    }

    #[test]
    fn what_is_not_resp_is_refused() {
        for bytes in ["hello\r\n", "\r\n", "$x\r\n", "*1.5\r\n"] {
            assert!(reply_length(bytes.as_bytes()).is_err(), "{bytes}");
        }
    }

    #[test]
    fn leaves_are_listed_in_order() {
        assert_eq!(leaves(b"*3\r\n$1\r\na\r\n*1\r\n:2\r\n$-1\r\n").unwrap(), [&b"a"[..], b"2"]);
    }
}
