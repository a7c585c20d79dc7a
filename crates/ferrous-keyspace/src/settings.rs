//! The parameters of `CONFIG` that decide which commands a server refuses, and which encodings it chooses.
//!
//! They are one table ([`PARAMETERS`]); a parameter that would change nothing here is not in it, and unknown to `CONFIG`.
//!
//! **Invariant:** a value is within its parameter's bounds.

use ferrous_redis::compat::KeyspaceDialect;

use crate::number::parse_integer;

/// A parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// What it was called once, under which it can be had too.
    pub(crate) old_name: Option<&'static str>,
    kind: Kind,
    default: u64,
    /// Whether it stays what it is.
    pub(crate) fixed: bool,
    /// Whether only later servers have it.
    later: bool,
}

/// What values a parameter takes, and how they are written.
#[derive(Debug)]
enum Kind {
    /// Up to this.
    Integer(u64),
    /// A C int.
    Signed,
    /// Up to so many bytes, with or without a unit.
    Memory(u64),
    /// 0 is `no`.
    YesOrNo,
    /// A place in the list.
    OneOf(&'static [&'static str]),
}

/// The place in the table of a parameter that has consequences here. There are no other clients that could see a busy script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    HashMaxEntries = 2,
    HashMaxValue,
    ListMaxSize,
    MaxMemory,
    MaxMemoryPolicy,
    MinReplicasMaxLag,
    MinReplicasToWrite,
    ReplicaIgnoreMaxMemory,
    ReplicaReadOnly,
    ReplicaServeStaleData,
    SetMaxIntegers,
    SetMaxEntries,
    SetMaxValue,
    SortedSetMaxEntries,
    SortedSetMaxValue,
}

const POLICIES: &[&str] = &[
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
];
/// The largest C int.
const INT: u64 = 0x7fff_ffff;
/// The largest C long.
const LONG: u64 = u64::MAX >> 1;

const fn parameter(
    name: &'static str,
    old_name: Option<&'static str>,
    kind: Kind,
    default: u64,
) -> Parameter {
    Parameter { name, old_name, kind, default, fixed: false, later: false }
}

/// All of them, by name.
#[rustfmt::skip]
pub(crate) static PARAMETERS: [Parameter; 17] = [
    parameter("busy-reply-threshold", Some("lua-time-limit"), Kind::Integer(LONG), 5000),
    Parameter { fixed: true, ..parameter("databases", None, Kind::Integer(INT), 16) },
    parameter("hash-max-listpack-entries", Some("hash-max-ziplist-entries"), Kind::Integer(LONG), 512),
    parameter("hash-max-listpack-value", Some("hash-max-ziplist-value"), Kind::Memory(LONG), 64),
    parameter("list-max-listpack-size", Some("list-max-ziplist-size"), Kind::Signed, (-2i64).cast_unsigned()),
    parameter("maxmemory", None, Kind::Memory(u64::MAX), 0),
    parameter("maxmemory-policy", None, Kind::OneOf(POLICIES), 7),
    parameter("min-replicas-max-lag", Some("min-slaves-max-lag"), Kind::Integer(INT), 10),
    parameter("min-replicas-to-write", Some("min-slaves-to-write"), Kind::Integer(INT), 0),
    parameter("replica-ignore-maxmemory", Some("slave-ignore-maxmemory"), Kind::YesOrNo, 1),
    parameter("replica-read-only", Some("slave-read-only"), Kind::YesOrNo, 1),
    parameter("replica-serve-stale-data", Some("slave-serve-stale-data"), Kind::YesOrNo, 1),
    parameter("set-max-intset-entries", None, Kind::Integer(LONG), 512),
    Parameter { later: true, ..parameter("set-max-listpack-entries", None, Kind::Integer(LONG), 128) },
    Parameter { later: true, ..parameter("set-max-listpack-value", None, Kind::Memory(LONG), 64) },
    parameter("zset-max-listpack-entries", Some("zset-max-ziplist-entries"), Kind::Integer(LONG), 128),
    parameter("zset-max-listpack-value", Some("zset-max-ziplist-value"), Kind::Memory(LONG), 64),
];

impl Parameter {
    /// Whether the target has it.
    pub(crate) fn is_known(&self, dialect: &KeyspaceDialect) -> bool {
        !self.later || dialect.compact_lists_and_sets
    }

    /// Its names, the one of today first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.name].into_iter().chain(self.old_name)
    }

    /// Reads a value. `large` says that bytes beyond 64 bits are as many as fit.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(&self, text: &[u8], large: bool) -> Result<u64, String> {
        match self.kind {
            Kind::Memory(most) => {
                let bytes = read_bytes(text, large).ok_or("argument must be a memory value")?;
                bounded(bytes, most)
            }
            Kind::Integer(most) => {
                let number = parse_integer(text).ok_or("argument couldn't be parsed into an integer")?;
                bounded(u64::try_from(number).unwrap_or(u64::MAX), most)
            }
            Kind::Signed => {
                let number = parse_integer(text).ok_or("argument couldn't be parsed into an integer")?;
                if i32::try_from(number).is_err() {
                    return Err(format!("argument must be between {} and {INT} inclusive", i32::MIN));
                }
                Ok(number.cast_unsigned())
            }
            Kind::YesOrNo => {
                let word = ["no", "yes"].iter().position(|word| word.as_bytes().eq_ignore_ascii_case(text));
                word.map(|place| place as u64).ok_or_else(|| "argument must be 'yes' or 'no'".to_owned())
            }
            Kind::OneOf(words) => {
                let word = words.iter().position(|word| word.as_bytes().eq_ignore_ascii_case(text));
                word.map(|place| place as u64)
                    .ok_or_else(|| format!("argument(s) must be one of the following: {}", words.join(", ")))
            }
        }
    }

    /// A value as CONFIG GET shows it.
    pub(crate) fn show(&self, value: u64) -> String {
        let word = |words: &[&str]| {
            let place = usize::try_from(value).unwrap_or(usize::MAX);
            words.get(place).copied().unwrap_or_default().to_owned()
        };
        match self.kind {
            Kind::Integer(_) | Kind::Memory(_) => value.to_string(),
            Kind::Signed => value.cast_signed().to_string(),
            Kind::YesOrNo => word(&["no", "yes"]),
            Kind::OneOf(words) => word(words),
        }
    }
}

fn bounded(number: u64, most: u64) -> Result<u64, String> {
    if number <= most { Ok(number) } else { Err(format!("argument must be between 0 and {most} inclusive")) }
}

/// Digits and a unit, such as `100mb`; nothing is 0.
fn read_bytes(text: &[u8], large: bool) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, unit) = text.split_at_checked(digits)?;
    let factor = match unit.to_ascii_lowercase().as_slice() {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    let digits = std::str::from_utf8(digits).ok()?;
    let number: u64 = if digits.is_empty() {
        0
    } else {
        let number = digits.parse().ok();
        if large { number.unwrap_or(u64::MAX) } else { number? }
    };
    Some(number.wrapping_mul(factor))
}

/// The values of all parameters.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    values: [u64; PARAMETERS.len()],
}

impl Default for Settings {
    fn default() -> Self {
        Self { values: PARAMETERS.each_ref().map(|parameter| parameter.default) }
    }
}

impl Settings {
    pub(crate) fn get(&self, setting: Setting) -> u64 {
        self.at(setting as usize)
    }

    pub(crate) fn is_on(&self, setting: Setting) -> bool {
        self.get(setting) != 0
    }

    /// The value of the parameter at that place in the table.
    pub(crate) fn at(&self, place: usize) -> u64 {
        self.values.get(place).copied().unwrap_or_default()
    }

    /// Sets the parameter at that place to what `text` says.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn set(&mut self, place: usize, text: &[u8], large: bool) -> Result<(), String> {
        if let (Some(parameter), Some(value)) = (PARAMETERS.get(place), self.values.get_mut(place)) {
            *value = parameter.read(text, large)?;
        }
        Ok(())
    }
}

/// Which keys go where there is too little memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Only those that expire.
    pub(crate) volatile: bool,
    /// The next to expire first.
    pub(crate) by_expiry: bool,
}

impl Policy {
    /// The chosen one, unless no key goes.
    pub(crate) fn of(settings: &Settings) -> Option<Self> {
        let place = usize::try_from(settings.get(Setting::MaxMemoryPolicy)).ok()?;
        let name = POLICIES.get(place).filter(|name| **name != "noeviction")?;
        Some(Self { volatile: name.starts_with("volatile"), by_expiry: name.ends_with("ttl") })
    }
}

/// The place of the parameter that is, or was once, called `name`, in any case.
pub(crate) fn find(name: &[u8], dialect: &KeyspaceDialect) -> Option<usize> {
    let is_called = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
    PARAMETERS.iter().position(|parameter| parameter.is_known(dialect) && parameter.names().any(is_called))
}

#[cfg(test)]
mod tests {
    use ferrous_redis::Compat;

    use super::*;

    #[test]
    fn settings_have_their_places() {
        let dialect = Compat::Valkey91.dialect().keyspace;
        for (setting, name) in [
            (Setting::MaxMemory, "MaxMemory"),
            (Setting::MaxMemoryPolicy, "maxmemory-policy"),
            (Setting::ListMaxSize, "list-max-listpack-size"),
            (Setting::SortedSetMaxValue, "zset-max-listpack-value"),
            (Setting::SetMaxIntegers, "set-max-intset-entries"),
            (Setting::MinReplicasMaxLag, "min-slaves-max-lag"),
            (Setting::MinReplicasToWrite, "min-replicas-to-write"),
            (Setting::ReplicaIgnoreMaxMemory, "slave-ignore-maxmemory"),
            (Setting::ReplicaReadOnly, "replica-read-only"),
            (Setting::ReplicaServeStaleData, "replica-serve-stale-data"),
        ] {
            assert_eq!(find(name.as_bytes(), dialect), Some(setting as usize), "{name}");
        }
        assert_eq!(find(b"appendonly", dialect), None);
    }

    #[test]
    fn bytes_are_read_with_their_units() {
        for (text, wanted) in [
            ("", Some(0)),
            ("100", Some(100)),
            ("100b", Some(100)),
            ("2K", Some(2000)),
            ("2kb", Some(2048)),
            ("1m", Some(1_000_000)),
            ("100MB", Some(104_857_600)),
            ("1gb", Some(1 << 30)),
            ("18446744073709551615kb", Some(18_446_744_073_709_550_592)),
            ("1.5gb", None),
            ("-1", None),
            ("50%", None),
        ] {
            assert_eq!(read_bytes(text.as_bytes(), false), wanted, "{text}");
        }
        assert_eq!(read_bytes(b"99999999999999999999", false), None);
        assert_eq!(read_bytes(b"99999999999999999999", true), Some(u64::MAX));
    }
}
