//! What `COMMAND INFO` tells of commands besides their arities: the lines of `catalogue.txt`, whose head says what is in them.
//!
//! They are those of Redis 7.0, Redis 8.0 and Valkey 9.1; Redis 7.2 is told what Redis 7.0 says.

use std::sync::LazyLock;

use ferrous_redis::compat::CommandTeller;

const LINES: &str = include_str!("catalogue.txt");

/// One command or subcommand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    flags: &'static str,
    categories: &'static str,
    tips: &'static str,
    places: &'static str,
}

/// Some of the arguments of a command that are keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    flags: &'static str,
    pub(super) begin: Begin,
    pub(super) keys: Keys,
    pub(super) note: Option<&'static str>,
}

/// Where keys begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Index(i64),
    /// Behind a word, looked for from an argument on; backwards from that far from the end if negative.
    Keyword(&'static str, i64),
    Unknown,
}

/// Which arguments are keys, seen from where they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Range {
        /// From the end of the command if negative.
        last: i64,
        step: i64,
        /// With it, the last of so many parts of the rest holds no keys.
        limit: i64,
    },
    Counted {
        count: i64,
        first: i64,
        step: i64,
    },
    Unknown,
}

fn list(words: &'static str) -> impl Iterator<Item = &'static str> {
    words.split(',').filter(|word| *word != "-")
}

impl Entry {
    pub(super) fn flags(&self) -> impl Iterator<Item = &'static str> + use<> {
        list(self.flags)
    }

    pub(super) fn has_flag(&self, flag: &str) -> bool {
        self.flags().any(|known| known == flag)
    }

    /// The categories of ACL, without the sign before them.
    pub(super) fn categories(&self) -> impl Iterator<Item = &'static str> + use<> {
        list(self.categories)
    }

    pub(super) fn tips(&self) -> impl Iterator<Item = &'static str> + use<> {
        list(self.tips)
    }

    pub(super) fn places(&self) -> impl Iterator<Item = Place> + use<> {
        self.places.split(' ').filter_map(Place::read)
    }

    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.splitn(5, ' ');
        let (name, flags, categories, tips) =
            (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Self { name, flags, categories, tips, places: fields.next().unwrap_or_default() })
    }
}

impl Place {
    fn read(text: &'static str) -> Option<Self> {
        let mut fields = text.split(':');
        let flags = fields.next()?;
        let (begin, keys) = (fields.next()?, fields.next()?);
        let begin = match begin.split_at_checked(1)? {
            ("i", index) => Begin::Index(index.parse().ok()?),
            ("k", rest) => {
                let (word, from) = rest.split_once(',')?;
                Begin::Keyword(word, from.parse().ok()?)
            }
            _ => Begin::Unknown,
        };
        let (kind, numbers) = keys.split_at_checked(1)?;
        let mut numbers = numbers.split(',').map(|number| number.parse().unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        let keys = match kind {
            "r" => Keys::Range { last: next(), step: next(), limit: next() },
            "n" => Keys::Counted { count: next(), first: next(), step: next() },
            _ => Keys::Unknown,
        };
        Some(Self { flags, begin, keys, note: fields.next().and_then(note) })
    }

    /// `RO`, `RW` or `OW`, and what is done with the keys.
    pub(super) fn flags(&self) -> impl Iterator<Item = &'static str> + use<> {
        list(self.flags)
    }

    pub(super) fn has_flag(&self, flag: &str) -> bool {
        self.flags().any(|known| known == flag)
    }

    /// What is told of each key: the flags that are not about the place itself.
    pub(super) fn key_flags(&self) -> &'static str {
        self.flags.strip_suffix(",variable_flags").unwrap_or(self.flags)
    }
}

/// The note of that number.
fn note(number: &str) -> Option<&'static str> {
    let notes = LINES.lines().filter_map(|line| line.strip_prefix("note "));
    let mut notes = notes.filter_map(|line| line.split_once(' '));
    notes.find(|(known, _)| *known == number).map(|(_, text)| text)
}

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Redis70,
    Redis80,
    Valkey,
    All,
}

/// All commands, by name and owner: the text is gone through once.
static ENTRIES: LazyLock<Vec<(Owner, Entry)>> = LazyLock::new(|| {
    let mut entries: Vec<(Owner, Entry)> = LINES
        .lines()
        .filter_map(|line| match line.split_once(' ')? {
            ("<", line) => Some((Owner::Redis70, Entry::read(line)?)),
            ("=", line) => Some((Owner::Redis80, Entry::read(line)?)),
            (">", line) => Some((Owner::Valkey, Entry::read(line)?)),
            _ => Some((Owner::All, Entry::read(line)?)),
        })
        .collect();
    entries.sort_by_key(|(owner, entry)| (entry.name, *owner));
    entries
});

/// The command or subcommand of that name, in lower case, as the target tells of it.
pub(super) fn find(name: &str, teller: CommandTeller) -> Option<Entry> {
    let from = ENTRIES.partition_point(|(_, entry)| entry.name < name);
    let lines = ENTRIES.get(from..)?.iter().take_while(|(_, entry)| entry.name == name);
    // Its own line, or that of all; where there is neither, only others have the command.
    let wanted: &[Owner] = match teller {
        CommandTeller::Redis70 => &[Owner::Redis70, Owner::All],
        CommandTeller::Redis80 => &[Owner::Redis80, Owner::Redis70, Owner::All],
        CommandTeller::Valkey91 => &[Owner::Valkey, Owner::All],
    };
    let rank = |owner| wanted.iter().position(|known| *known == owner).unwrap_or(wanted.len());
    lines.min_by_key(|(owner, _)| rank(*owner)).map(|(_, entry)| *entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{COMMANDS, SUBCOMMANDS};

    #[test]
    fn all_commands_are_there() {
        let subcommands = SUBCOMMANDS.iter().map(|subcommand| subcommand.info);
        for info in COMMANDS.iter().map(|command| command.info).chain(subcommands) {
            for teller in [CommandTeller::Redis70, CommandTeller::Redis80, CommandTeller::Valkey91] {
                let entry = find(info.name, teller).unwrap();
                assert_eq!(entry.name, info.name);
                let places = entry.places.split(' ').filter(|text| !text.is_empty()).count();
                assert_eq!(entry.places().count(), places, "{}", info.name);
            }
        }
        assert!(find("nosuch", CommandTeller::Redis70).is_none());
        assert!(find("config|reset", CommandTeller::Valkey91).is_none());
    }

    #[test]
    fn targets_differ() {
        let is_refused = |teller| find("blpop", teller).unwrap().has_flag("noscript");
        assert!(is_refused(CommandTeller::Redis70));
        assert!(!is_refused(CommandTeller::Redis80) && !is_refused(CommandTeller::Valkey91));
        let place = find("sort", CommandTeller::Redis80).unwrap().places().nth(1).unwrap();
        assert!(place.note.unwrap().starts_with("For the optional BY/GET keyword."));
        assert_eq!((place.begin, place.keys), (Begin::Unknown, Keys::Unknown));
    }
}
