//! Counts of what passed, failed and was skipped, with what the reader has to see of it.
//!
//! **Invariant:** each case or test is counted once, in exactly one of the three.

/// Counts of one or more runs.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    /// How many did what they should.
    pub passed: usize,
    /// How many did not.
    pub failed: usize,
    /// How many could not run.
    pub skipped: usize,
    /// How many of the skipped could not run for want of a peer.
    pub without_peer: usize,
    /// Why something was skipped, one note a line.
    pub notes: Vec<String>,
    /// What failed, ready to print.
    pub report: String,
}

impl Tally {
    /// Counts one success.
    pub fn pass(&mut self) {
        self.passed += 1;
    }

    /// Counts one failure; `what` says which case, and what was wanted and got.
    pub fn fail(&mut self, what: &str) {
        self.failed += 1;
        self.report.push_str(what.trim_end());
        self.report.push('\n');
    }

    /// Counts `cases` cases that need a peer which is not installed.
    pub fn skip_without_peer(&mut self, cases: usize, what: &str, peer: &str) {
        self.skipped += cases;
        self.without_peer += cases;
        self.notes.push(format!("skipped: {what} needs {peer} ({cases})"));
    }

    /// Adds another run's counts.
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.without_peer += other.without_peer;
        self.notes.extend(other.notes);
        self.report.push_str(&other.report);
    }

    /// Makes each skip for want of a peer a failure.
    pub fn require_peers(&mut self) {
        let missing = std::mem::take(&mut self.without_peer);
        self.skipped -= missing;
        self.failed += missing;
        if missing > 0 {
            let notes = self.notes.iter().filter(|note| note.starts_with("skipped: "));
            let lines: Vec<String> = notes.map(|note| format!("{note}, and peers are required\n")).collect();
            self.report.push_str(&lines.concat());
        }
    }

    /// The line that ends a command's output: `N passed, N failed`, and the skipped if there are any.
    #[must_use]
    pub fn last_line(&self) -> String {
        let mut line = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            line.push_str(&format!(", {} skipped", self.skipped));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_peers_turn_skips_into_failures() {
        let mut tally = Tally { passed: 1, skipped: 2, ..Tally::default() };
        tally.skip_without_peer(3, "scripts", "redis-server");
        assert_eq!(tally.last_line(), "1 passed, 0 failed, 5 skipped");
        tally.require_peers();
        assert_eq!(tally.last_line(), "1 passed, 3 failed, 2 skipped");
        assert!(tally.report.contains("scripts needs redis-server (3), and peers are required"));
    }
}
