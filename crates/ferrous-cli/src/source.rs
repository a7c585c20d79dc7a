//! Source texts: where a script comes from, and what it is called in messages.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Read as _},
    path::Path,
};

use crate::error::CliError;

/// A script as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The name that `load` takes: `@file`, or `=stdin`.
    pub(crate) chunk_name: Vec<u8>,
    /// The name for people.
    pub(crate) shown: String,
    /// The text.
    pub(crate) text: Vec<u8>,
}

impl Source {
    /// Reads the file `path`, or standard input if it is `-`.
    ///
    /// # Errors
    /// [`CliError::Read`].
    pub(crate) fn read(path: &Path) -> Result<Self, CliError> {
        let text = read(path)?;
        if path.as_os_str() == "-" {
            return Ok(Self { chunk_name: b"=stdin".to_vec(), shown: "stdin".to_owned(), text });
        }
        Ok(Self::named(path, text))
    }

    /// Reads the file `name`, though it may be called `-`.
    ///
    /// # Errors
    /// [`CliError::Read`].
    pub(crate) fn read_file(name: &OsStr) -> Result<Self, CliError> {
        let path = Path::new(name);
        let text = read(&if name == "-" { Path::new(".").join(path) } else { path.to_owned() })?;
        Ok(Self::named(path, text))
    }

    fn named(path: &Path, text: Vec<u8>) -> Self {
        let chunk_name = [b"@", path.as_os_str().as_encoded_bytes()].concat();
        Self { chunk_name, shown: path.display().to_string(), text }
    }

    /// A text from the command line.
    pub(crate) fn from_text(text: impl AsRef<OsStr>) -> Self {
        let text = text.as_ref().as_encoded_bytes().to_vec();
        Self { chunk_name: b"=(command line)".to_vec(), shown: "command line".to_owned(), text }
    }

    /// Whether it was read from a file, or from standard input.
    pub(crate) fn is_file(&self) -> bool {
        self.chunk_name.starts_with(b"@") || self.chunk_name == b"=stdin"
    }

    /// Line `number`, counted from 1, without its end.
    pub(crate) fn line(&self, number: u32) -> Option<&[u8]> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let line = self.text.split(|&byte| byte == b'\n').nth(index)?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// The bytes of the file `path`, or of standard input if it is `-`.
///
/// # Errors
/// [`CliError::Read`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    bytes.map_err(|source| CliError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_numbers() {
        let source = Source::from_text("local x\nreturn 1\r\n");
        assert_eq!(source.line(2), Some(&b"return 1"[..]));
        assert_eq!(source.line(0), None);
        assert_eq!(source.line(9), None);
    }
}
