//! Cutting a sentence down while it stays interesting: first lines, in ever smaller runs, then tokens.
//!
//! Generated text is indented, so a line that opens a block and the line that closes it are found by their indentation:
//! both can go while the block's body stays. That gets rid of loops and functions around a fault, which deleting runs
//! of lines alone would not.

/// Trials after which the result is small enough.
const TRIALS: usize = 3000;

/// The smallest text that was found for which `interesting` still holds.
pub fn shrink(text: &[u8], interesting: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut search = Search { trials: 0, interesting };
    let mut best = text.to_vec();
    loop {
        let before = best.len();
        best = search.without_runs(best, split_lines);
        best = search.unwrapped(best);
        best = search.without_runs(best, split_words);
        if best.len() == before || search.trials >= TRIALS {
            return best;
        }
    }
}

struct Search<'f> {
    trials: usize,
    interesting: &'f mut dyn FnMut(&[u8]) -> bool,
}

impl Search<'_> {
    fn holds(&mut self, text: &[u8]) -> bool {
        self.trials += 1;
        self.trials <= TRIALS && (self.interesting)(text)
    }

    /// Deletes runs of pieces, halving their length when none can go.
    fn without_runs(&mut self, text: Vec<u8>, split: fn(&[u8]) -> Vec<Vec<u8>>) -> Vec<u8> {
        let mut pieces = split(&text);
        let mut run = (pieces.len() / 2).max(1);
        loop {
            let mut at = 0;
            while at < pieces.len() {
                let mut fewer = pieces.clone();
                fewer.drain(at..(at + run).min(pieces.len()));
                if self.holds(&fewer.concat()) {
                    pieces = fewer;
                } else {
                    at += run;
                }
            }
            if run == 1 {
                return pieces.concat();
            }
            run /= 2;
        }
    }

    /// Deletes pairs of lines around a block, or the block with them.
    fn unwrapped(&mut self, text: Vec<u8>) -> Vec<u8> {
        let mut lines = split_lines(&text);
        let mut at = 0;
        while at < lines.len() {
            let depth = indentation(&lines[at]);
            let end = (at + 1..lines.len()).find(|&line| indentation(&lines[line]) <= depth);
            let Some(end) = end.filter(|&end| end > at + 1) else {
                at += 1;
                continue;
            };
            let mut bare = lines.clone();
            bare.remove(end);
            bare.remove(at);
            let mut gone = lines.clone();
            gone.drain(at..=end);
            if self.holds(&gone.concat()) {
                lines = gone;
            } else if self.holds(&bare.concat()) {
                lines = bare;
            } else {
                at += 1;
            }
        }
        lines.concat()
    }
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|&&byte| byte == b' ').count()
}

fn split_lines(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// Words and single signs.
fn split_words(text: &[u8]) -> Vec<Vec<u8>> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.chunk_by(|one, next| is_word(one) && is_word(next)).map(<[u8]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_stays() {
        let text = b"local a = 1\nfor i = 1, 2 do\n  if a then\n    fault (a, b)\n  end\nend\nprint(1)\n";
        let mut interesting = |text: &[u8]| {
            let has = |needle: &[u8]| text.windows(needle.len()).any(|window| window == needle);
            has(b"fault") && has(b"b") && text.starts_with(b"l")
        };
        let shrunk = shrink(text, &mut interesting);
        assert!(shrunk.len() < 14, "{}", String::from_utf8_lossy(&shrunk));
    }
}
