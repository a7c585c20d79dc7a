//! The lines of a function's instructions as bytes: runs of instructions on one line.
//!
//! A run is its length, doubled, and one more if its instructions have no line ([`NO_LINE`]); behind the length of any other
//! stands the difference of its line to that of the last run that had one. A statement takes two bytes, however many
//! instructions it has, and a position is found by walking over the runs before it.
//!
//! **Invariant:** what [`read`] gives has as many lines as it was asked for, whatever stands in the bytes.

use super::{ReadError, Reader, Scalar};
use crate::chunk::NO_LINE;

/// Writes the lines of a function.
pub(super) fn write(lines: &[u32]) -> Vec<u8> {
    let (mut out, mut last) = (Vec::new(), 0);
    for run in lines.chunk_by(|one, next| one == next) {
        let line = run.first().copied().unwrap_or(NO_LINE);
        // A function has fewer than 2^31 instructions: the compiler refuses sources from which as many could come.
        let length = (run.len() as u32) << 1;
        if line == NO_LINE {
            (length | 1).write(&mut out);
        } else {
            length.write(&mut out);
            line.wrapping_sub(last).cast_signed().write(&mut out);
            last = line;
        }
    }
    out
}

/// The lines of a function of so many instructions.
pub(super) fn read(runs: &[u8], instructions: usize) -> Result<Vec<u32>, ReadError> {
    let mut lines = Vec::new();
    for run in Runs::new(runs) {
        let (length, line) = run?;
        if length > instructions - lines.len() {
            return Err(ReadError::Damaged);
        }
        lines.resize(lines.len() + length, line);
    }
    if lines.len() == instructions { Ok(lines) } else { Err(ReadError::Damaged) }
}

/// The line of an instruction; if that has none, of the next one that has ([`Prototype::line_at`]).
///
/// [`Prototype::line_at`]: crate::chunk::Prototype::line_at
#[cfg(feature = "machine")]
pub(super) fn line_at(runs: &[u8], instruction: usize) -> Option<u32> {
    let mut end = 0_usize;
    for run in Runs::new(runs) {
        let (length, line) = run.ok()?;
        end = end.saturating_add(length);
        if end > instruction && line != NO_LINE {
            return Some(line);
        }
    }
    None
}

/// The runs: how many instructions, and their line.
struct Runs<'r> {
    reader: Reader<'r>,
    line: u32,
}

impl<'r> Runs<'r> {
    fn new(runs: &'r [u8]) -> Self {
        Self { reader: Reader { rest: runs }, line: 0 }
    }

    fn run(&mut self) -> Result<(usize, u32), ReadError> {
        let length = u32::read(&mut self.reader)?;
        if length & 1 == 1 {
            return Ok(((length >> 1) as usize, NO_LINE));
        }
        self.line = self.line.wrapping_add_signed(i32::read(&mut self.reader)?);
        Ok(((length >> 1) as usize, self.line))
    }
}

impl Iterator for Runs<'_> {
    type Item = Result<(usize, u32), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.reader.rest.is_empty()).then(|| self.run())
    }
}

#[cfg(all(test, feature = "machine"))]
mod tests {
    use super::{NO_LINE, ReadError, line_at, read, write};
    use crate::chunk::Prototype;

    #[test]
    fn any_lines_are_written_read_and_found() {
        let samples: [&[u32]; 6] = [
            &[],
            &[1],
            &[NO_LINE, NO_LINE],
            &[7, 7, 7, 3, NO_LINE, 3, 900, NO_LINE],
            &[NO_LINE, u32::MAX, 1, NO_LINE, NO_LINE, 2],
            &[5; 1000],
        ];
        for lines in samples {
            let runs = write(lines);
            assert_eq!(read(&runs, lines.len()).as_deref(), Ok(lines));
            let prototype = Prototype { lines: lines.to_vec(), ..Prototype::default() };
            for index in 0..lines.len() + 2 {
                assert_eq!(line_at(&runs, index), prototype.line_at(index), "{lines:?} at {index}");
            }
        }
        assert!(write(&[5; 1000]).len() <= 3);
    }

    #[test]
    fn runs_of_another_length_than_the_code_are_refused() {
        let runs = write(&[1, 1, 2]);
        assert_eq!(read(&runs, 2), Err(ReadError::Damaged));
        assert_eq!(read(&runs, 4), Err(ReadError::Damaged));
        assert_eq!(read(&runs[..1], 2), Err(ReadError::End));
    }
}
