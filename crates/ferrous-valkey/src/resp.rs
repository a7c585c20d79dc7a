//! RESP text into a [`ReplySink`], for replies that come as text.
//!
//! **Invariant:** no recursion; a stack holds how many values each open aggregate still wants. What lies inside an attribute
//! is read and dropped.

use ferrous_redis::reply::ReplySink;

/// An aggregate that is not complete.
struct Level {
    /// How many values are still to come.
    left: usize,
    attribute: bool,
}

/// Writes the one reply in `text` into `sink`; false if it is not RESP, after what was readable has been written.
pub(crate) fn replay(mut text: &[u8], sink: &mut dyn ReplySink) -> bool {
    let mut open: Vec<Level> = Vec::new();
    let mut attributes = 0;
    loop {
        let Some(value) = read(&mut text) else { return false };
        if let Some(level) = open.last_mut() {
            level.left -= 1;
        }
        let shown = attributes == 0;
        match value {
            Value::Scalar(kind, line) if shown => {
                if !scalar(kind, line, sink) {
                    return false;
                }
            }
            Value::Bulk(kind, bytes) if shown => bulk(kind, bytes, sink),
            Value::Null if shown => sink.null(),
            Value::NullArray if shown => sink.null_array(),
            Value::Scalar(..) | Value::Bulk(..) | Value::Null | Value::NullArray => {}
            Value::Aggregate(kind, count) => {
                let (left, attribute) = match kind {
                    b'|' => (count.saturating_mul(2), true),
                    b'%' => (count.saturating_mul(2), false),
                    _ => (count, false),
                };
                match kind {
                    _ if !shown => {}
                    b'%' => sink.begin_map(count),
                    b'~' => sink.begin_set(count),
                    b'|' => {}
                    _ => sink.begin_array(count),
                }
                attributes += usize::from(attribute);
                if attribute && let Some(level) = open.last_mut() {
                    // An attribute is no element; the value that it belongs to follows.
                    level.left += 1;
                }
                open.push(Level { left, attribute });
            }
        }
        let mut closed_attribute = false;
        while open.last().is_some_and(|level| level.left == 0) {
            let attribute = open.pop().is_some_and(|level| level.attribute);
            if attribute {
                attributes -= 1;
                closed_attribute = true;
            } else {
                closed_attribute = false;
                if attributes == 0 {
                    sink.end();
                }
            }
        }
        if open.is_empty() && !closed_attribute {
            return true;
        }
    }
}

enum Value<'a> {
    Scalar(u8, &'a [u8]),
    Bulk(u8, &'a [u8]),
    Null,
    NullArray,
    Aggregate(u8, usize),
}

fn read<'a>(text: &mut &'a [u8]) -> Option<Value<'a>> {
    let end = text.windows(2).position(|pair| pair == b"\r\n")?;
    let (line, rest) = (text.get(..end)?, text.get(end + 2..)?);
    let (&kind, line) = line.split_first()?;
    *text = rest;
    match kind {
        b'+' | b'-' | b':' | b',' | b'#' | b'(' => Some(Value::Scalar(kind, line)),
        b'_' => Some(Value::Null),
        b'$' | b'=' => match number(line)? {
            -1 => Some(Value::Null),
            length => {
                let length = usize::try_from(length).ok()?;
                let bytes = rest.get(..length)?;
                *text = rest.get(length.checked_add(2)?..)?;
                Some(Value::Bulk(kind, bytes))
            }
        },
        b'*' | b'%' | b'~' | b'|' | b'>' => match number(line)? {
            -1 => Some(Value::NullArray),
            count => Some(Value::Aggregate(kind, usize::try_from(count).ok()?)),
        },
        _ => None,
    }
}

fn number<T: std::str::FromStr>(line: &[u8]) -> Option<T> {
    std::str::from_utf8(line).ok()?.parse().ok()
}

fn scalar(kind: u8, line: &[u8], sink: &mut dyn ReplySink) -> bool {
    match kind {
        b'+' => sink.status(line),
        b'-' => sink.error(line),
        b'(' => sink.big_number(line),
        b'#' => sink.boolean(line == b"t"),
        b',' => match number(line) {
            Some(value) => sink.double(value),
            None => return false,
        },
        _ => match number(line) {
            Some(value) => sink.integer(value),
            None => return false,
        },
    }
    true
}

fn bulk(kind: u8, bytes: &[u8], sink: &mut dyn ReplySink) {
    match (kind, bytes) {
        (b'=', [a, b, c, b':', text @ ..]) => sink.verbatim([*a, *b, *c], text),
        _ => sink.bulk(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferrous_redis::reply::{RecordedReply, ReplyPart};

    fn parts(text: &[u8]) -> Option<Vec<ReplyPart>> {
        let mut reply = RecordedReply::default();
        replay(text, &mut reply).then(|| reply.parts().to_vec())
    }

    #[test]
    fn every_type_is_read() {
        use ReplyPart::*;
        let cases: &[(&[u8], &[ReplyPart])] = &[
            (b"+OK\r\n", &[Status(b"OK".to_vec())]),
            (b":-7\r\n", &[Integer(-7)]),
            (b"$-1\r\n", &[Null]),
            (b"*-1\r\n", &[NullArray]),
            (b"_\r\n", &[Null]),
            (b"$4\r\na\r\nb\r\n", &[Bulk(b"a\r\nb".to_vec())]),
            (b"=6\r\ntxt:hi\r\n", &[Verbatim(*b"txt", b"hi".to_vec())]),
            (b",inf\r\n", &[Double(f64::INFINITY)]),
            (b"#t\r\n", &[Boolean(true)]),
            (b"(12\r\n", &[BigNumber(b"12".to_vec())]),
            (b"*0\r\n", &[Array(0), End]),
            (
                b"*2\r\n*1\r\n:1\r\n-E x\r\n",
                &[Array(2), Array(1), Integer(1), End, Error(b"E x".to_vec()), End],
            ),
            (b"%1\r\n+a\r\n~1\r\n:1\r\n", &[Map(1), Status(b"a".to_vec()), Set(1), Integer(1), End, End]),
            (b"|1\r\n+a\r\n*1\r\n:2\r\n:5\r\n", &[Integer(5)]),
            (b"*2\r\n|1\r\n+a\r\n+b\r\n:5\r\n:6\r\n", &[Array(2), Integer(5), Integer(6), End]),
        ];
        for (text, wanted) in cases {
            assert_eq!(parts(text).as_deref(), Some(*wanted), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn broken_text_is_refused() {
        for text in [
            &b""[..],
            b"+OK",
            b"$5\r\nab\r\n",
            b"*2\r\n:1\r\n",
            b"?\r\n",
            b":x\r\n",
            b"$-2\r\n",
            b"*1\r\n|0\r\n",
        ] {
            assert_eq!(parts(text), None, "{}", text.escape_ascii());
        }
    }
}
