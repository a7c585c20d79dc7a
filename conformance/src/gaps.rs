//! Known gaps: probes whose replies are not the recorded ones yet, listed in `probes/known-gaps.txt`.
//!
//! One line a server and section: `redis-7.0 limits: 1021 1030`. The list makes progress count one way only: a probe
//! outside it has to be identical, and one inside it that has become identical has to be taken off.
//! **Invariant:** lines and numbers are sorted, so the list changes where the behaviour did.

use crate::probe::{Probe, Recorded};
use std::collections::{BTreeMap, BTreeSet};

/// The probes known to differ, by server.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Gaps {
    numbers: BTreeMap<&'static str, BTreeSet<u32>>,
}

impl Gaps {
    /// Reads the list; a line that is none is reported by its number.
    ///
    /// # Errors
    /// The number of the first line that is not understood.
    pub fn parse(text: &str) -> Result<Gaps, usize> {
        let mut gaps = Gaps::default();
        for (number, line) in text.lines().enumerate() {
            if !line.is_empty() && !line.starts_with('#') {
                gaps.parse_line(line).ok_or(number + 1)?;
            }
        }
        Ok(gaps)
    }

    fn parse_line(&mut self, line: &str) -> Option<()> {
        let (head, numbers) = line.split_once(':')?;
        let (server, _section) = head.split_once(' ')?;
        let recorded = Recorded::by_name(server)?;
        for number in numbers.split_whitespace() {
            self.insert(recorded, number.parse().ok()?);
        }
        Some(())
    }

    /// Adds a probe.
    pub fn insert(&mut self, recorded: Recorded, id: u32) {
        self.numbers.entry(recorded.name()).or_default().insert(id);
    }

    /// Takes a probe off.
    pub fn remove(&mut self, recorded: Recorded, id: u32) {
        if let Some(numbers) = self.numbers.get_mut(recorded.name()) {
            numbers.remove(&id);
        }
    }

    /// Whether a probe is known to differ.
    #[must_use]
    pub fn contains(&self, recorded: Recorded, id: u32) -> bool {
        self.numbers.get(recorded.name()).is_some_and(|numbers| numbers.contains(&id))
    }

    /// The list as text; the probes tell which section each number is in.
    #[must_use]
    pub fn print(&self, probes: &[Probe]) -> String {
        let mut text = String::from(
            "# Probes whose replies differ from the recording, by server and section. Written by\n\
             # `cargo xtask conformance --bless`; a number may only leave this list.\n",
        );
        for recorded in Recorded::ALL {
            let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for probe in probes.iter().filter(|probe| self.contains(recorded, probe.id)) {
                sections.entry(&probe.section).or_default().push(probe.id.to_string());
            }
            for (section, numbers) in sections {
                text.push_str(&format!("{} {section}: {}\n", recorded.name(), numbers.join(" ")));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_and_written() {
        let text = "# note\nredis-7.0 limits: 3 1\n\nvalkey-9.1 errors: 2\n";
        let gaps = Gaps::parse(text).unwrap();
        assert!(gaps.contains(Recorded::Redis70, 1) && gaps.contains(Recorded::Valkey91, 2));
        assert!(!gaps.contains(Recorded::Valkey91, 1));
        assert_eq!(Gaps::parse("redis-7.0 limits: x"), Err(1));
        assert_eq!(Gaps::parse("\nnonsense"), Err(2));
    }
}
