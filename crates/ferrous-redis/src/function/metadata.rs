//! The first line of a library: `#!lua name=mylib`.
//!
//! **Invariant:** [`Metadata::body`] leaves out the text of the line but not its end, so that line numbers stay right.

use crate::{
    shebang::split_first_line,
    words::{self, Quotes},
};

/// What a library says about itself, and where its Lua begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Metadata<'a> {
    /// The language it is written in, as written.
    pub(crate) engine: Vec<u8>,
    /// Its name, which is a valid one.
    pub(crate) name: Vec<u8>,
    /// The text to compile.
    pub(crate) body: &'a [u8],
}

/// What is said of a name that is none.
pub(crate) const BAD_LIBRARY_NAME: &str = "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

/// Reads the first line.
///
/// # Errors
/// The text that is answered, without the code `ERR`.
pub(crate) fn parse(code: &[u8], quotes: Quotes) -> Result<Metadata<'_>, Vec<u8>> {
    if !code.starts_with(b"#!") {
        return Err(b"Missing library metadata".to_vec());
    }
    let invalid = || b"Invalid library metadata".to_vec();
    let (line, body) = split_first_line(code).ok_or_else(invalid)?;
    let words = words::split(line, quotes).unwrap_or_default();
    let (engine, options) = words.split_first().ok_or_else(invalid)?;
    let mut name = None;
    for option in options {
        match option.split_at_checked(5) {
            Some((key, value)) if key.eq_ignore_ascii_case(b"name=") => {
                if name.replace(value).is_some() {
                    return Err(b"Invalid metadata value, name argument was given multiple times".to_vec());
                }
            }
            _ => return Err([b"Invalid metadata value given: ", option.as_slice()].concat()),
        }
    }
    let name = name.ok_or_else(|| b"Library name was not given".to_vec())?;
    if !is_name(name) {
        return Err(BAD_LIBRARY_NAME.into());
    }
    Ok(Metadata { engine: engine.get(2..).unwrap_or_default().to_vec(), name: name.to_vec(), body })
}

/// Whether a library or a function can have that name.
pub(crate) fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_are_read_as_by_redis() {
        type Case = (&'static [u8], Result<(&'static str, &'static str), &'static str>);
        let cases: &[Case] = &[
            (b"#!lua name=a\nx", Ok(("lua", "a"))),
            (b"#!LUA NAME=a_1 \r\nx", Ok(("LUA", "a_1"))),
            (b"#!js \"name=b\"\n", Ok(("js", "b"))),
            (b"return 1", Err("Missing library metadata")),
            (b" #!lua name=a\n", Err("Missing library metadata")),
            (b"#!lua name=a", Err("Invalid library metadata")),
            (b"#!lua name=a\0\nx", Err("Invalid library metadata")),
            (b"#!lua \"name=a\n", Err("Invalid library metadata")),
            (b"#!\n", Err("Library name was not given")),
            (b"#! \n", Err("Library name was not given")),
            (b"#!lua foo\n", Err("Invalid metadata value given: foo")),
            (b"#!lua name=a Name=b\n", Err("Invalid metadata value, name argument was given multiple times")),
            (b"#!lua name=\n", Err(BAD_LIBRARY_NAME)),
            (b"#!js name=a-b\n", Err(BAD_LIBRARY_NAME)),
        ];
        for (code, wanted) in cases {
            let got = parse(code, Quotes::EndWords);
            let got = got
                .as_ref()
                .map(|metadata| (metadata.engine.as_slice(), metadata.name.as_slice()))
                .map_err(Vec::as_slice);
            let wanted =
                wanted.map(|(engine, name)| (engine.as_bytes(), name.as_bytes())).map_err(str::as_bytes);
            assert_eq!(got, wanted, "{}", code.escape_ascii());
        }
        assert_eq!(
            parse(b"#!lua name=a\nx", Quotes::EndWords).map(|metadata| metadata.body),
            Ok(b"\nx".as_slice())
        );
    }
}
