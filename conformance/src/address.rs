//! Blanks memory addresses in replies: `table: 0x55d0c8` differs from run to run, so its digits are not compared.
//!
//! A bulk string that holds an address also loses its length, since addresses differ in theirs.

/// Words that Lua prints before an address.
const WORDS: [&[u8]; 5] = [b"table: ", b"function: ", b"thread: ", b"userdata: ", b"builtin: "];

/// The reply with every address replaced by `0x?`.
#[must_use]
pub fn blank(reply: &[u8]) -> Vec<u8> {
    if !reply.windows(2).any(|pair| pair == b"0x") {
        return reply.to_vec();
    }
    let mut out = Vec::with_capacity(reply.len());
    let mut at = 0;
    while at < reply.len() {
        let line = line_end(reply, at);
        let head = &reply[at..line];
        at = line;
        match bulk_length(head) {
            Some(length) => {
                let end = (at + length + 2).min(reply.len());
                let body = &reply[at..end];
                let blanked = blank_text(body);
                out.extend_from_slice(if blanked == body { head } else { b"$?\r\n" });
                out.extend_from_slice(&blanked);
                at = end;
            }
            None => out.extend_from_slice(&blank_text(head)),
        }
    }
    out
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes[from..].windows(2).position(|pair| pair == b"\r\n").map_or(bytes.len(), |length| from + length + 2)
}

fn bulk_length(head: &[u8]) -> Option<usize> {
    let (kind, rest) = head.split_first()?;
    if !b"$=!".contains(kind) {
        return None;
    }
    std::str::from_utf8(rest.strip_suffix(b"\r\n")?).ok()?.parse().ok()
}

fn blank_text(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let length = address_length(text, at);
        if length > 0 {
            out.extend_from_slice(b"0x?");
            at += length;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

/// The length of the address at this position, if one of the words stands before it, else 0. Redis also prints
/// `function: builtin: 0x...`, which is read as `function: 0x...`.
fn address_length(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let builtin: &[u8] = b"builtin: ";
    let skipped = if rest.starts_with(builtin) { builtin.len() } else { 0 };
    let Some(digits) = rest[skipped..].strip_prefix(b"0x") else { return 0 };
    let length = digits.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let named = WORDS.iter().any(|word| text[..at].ends_with(word));
    if length > 0 && named { skipped + 2 + length } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_blanked_and_nothing_else() {
        let cases = [
            ("$14\r\ntable: 0x55d0c\r\n", "$?\r\ntable: 0x?\r\n"),
            ("+function: builtin: 0x1f\r\n", "+function: 0x?\r\n"),
            ("-ERR thread: 0xabc is 0x12\r\n", "-ERR thread: 0x? is 0x12\r\n"),
            ("$4\r\n0x12\r\n", "$4\r\n0x12\r\n"),
            ("*2\r\n$3\r\na\r\n\r\n$13\r\nuserdata: 0x1\r\n", "*2\r\n$3\r\na\r\n\r\n$?\r\nuserdata: 0x?\r\n"),
        ];
        for (reply, want) in cases {
            assert_eq!(blank(reply.as_bytes()).escape_ascii().to_string(), want.escape_default().to_string());
        }
    }
}
