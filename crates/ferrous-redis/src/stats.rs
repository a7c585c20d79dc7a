//! Numbers about an engine, for INFO: what it holds, what its scripts have done, which errors it has answered.
//!
//! [`EngineStats`] and [`ErrorStatistics`] are typed values; [`EngineStats::info`] and [`ErrorStatistics::info`] are the same as the
//! fields of INFO, by the section in which the target has them.
//!
//! Redis counts an error once, at the command that has made it: not again when the script passes it on, not at all if it is an
//! argument error of `redis.call` that the script has caught. Here each error is counted by whoever makes it. The engine
//! counts the commands of scripts that it refuses, what scripts raise or return, and the scripting commands that fail; a
//! host counts the error replies that it writes, whether a script or a client asked. The sum is what Redis shows.
//!
//! ```
//! use ferrous_redis::{Engine, EngineOptions, Session, host::{ArgsBuffer, CommandInfo, Host, Request}};
//! use ferrous_redis::reply::{RecordedReply, ReplySink};
//! # struct Nothing;
//! # impl Host for Nothing {
//! #     fn command(&self, _: &[u8]) -> Option<CommandInfo> { None }
//! #     fn execute(&mut self, _: &Request<'_>, _: &mut dyn ReplySink) {}
//! # }
//!
//! let mut engine = Engine::new(EngineOptions::default())?;
//! for script in ["redis.pcall('nosuch')", "return redis.pcall('nosuch')", "return redis.error_reply('CODE text')"] {
//!     let args: ArgsBuffer = ["EVAL", script, "0"].iter().collect();
//!     engine.command(&Session::default(), args.args(), &mut Nothing, &mut RecordedReply::default());
//! }
//! let fields: Vec<String> = engine.errors().info().iter().map(|field| format!("{}:{}", field.name, field.value)).collect();
//! assert_eq!(fields, ["total_error_replies:3", "errorstat_CODE:count=1", "errorstat_ERR:count=2"]);
//! assert_eq!(engine.stats().scripts, 3);
//! # Ok::<(), ferrous_redis::engine::EngineError>(())
//! ```
//!
//! **Invariant:** the total of errors is the sum of its kinds, once there are too many kinds at least that.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use crate::{compat::Compat, digest::Digest, reply::ReplySink};

/// What an engine holds at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineStats {
    /// Bytes in the heap: `used_memory_vm_eval`.
    pub bytes: usize,
    /// Scripts in the cache: `number_of_cached_scripts`.
    pub scripts: usize,
    /// Bytes of their texts, and a fixed amount for each: `used_memory_scripts_eval`.
    pub script_bytes: usize,
    /// `evicted_scripts`.
    pub evicted: u64,
    /// Bytes in the heap of libraries: `used_memory_vm_functions`.
    pub function_bytes: usize,
    /// `number_of_libraries`.
    pub libraries: usize,
    /// `number_of_functions`.
    pub functions: usize,
    /// Bytes of the libraries' texts, and a fixed amount for each: `used_memory_functions`.
    pub library_bytes: usize,
}

/// How often something was called, and how often it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// All calls that have ended.
    pub calls: u64,
    /// Those that ended with an error that was raised, with a kill or at a limit.
    pub failed: u64,
}

impl Calls {
    pub(crate) fn count(&mut self, failed: bool) {
        self.calls += 1;
        self.failed += u64::from(failed);
    }
}

/// A script of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptStats {
    /// Its name.
    pub digest: Digest,
    /// Bytes of its text.
    pub bytes: usize,
    /// Its calls since it came into the cache.
    pub calls: Calls,
}

/// A function of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionStats {
    /// The library's name.
    pub library: Vec<u8>,
    /// The function's.
    pub name: Vec<u8>,
    /// Its calls since the library was loaded.
    pub calls: Calls,
}

/// The value of a field of INFO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InfoValue {
    /// A number.
    Number(u64),
    /// A number of bytes, for people.
    Human(u64),
    /// Anything else.
    Text(String),
}

impl fmt::Display for InfoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = match self {
            Self::Number(number) => return number.fmt(f),
            Self::Text(text) => return text.fmt(f),
            Self::Human(bytes) => *bytes,
        };
        let units = [("B", 0), ("K", 10), ("M", 20), ("G", 30), ("T", 40), ("P", 50)];
        let unit = units.iter().rev().find(|(_, bits)| bytes >> bits > 0);
        match unit {
            None | Some((_, 0)) => write!(f, "{bytes}B"),
            // Two digits are shown, which a double has.
            Some((name, bits)) => write!(f, "{:.2}{name}", bytes as f64 / (1u64 << bits) as f64),
        }
    }
}

/// A field of INFO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InfoField {
    /// The title of its section, as `Memory`.
    pub section: &'static str,
    /// Its name.
    pub name: Cow<'static, str>,
    /// What stands after the colon.
    pub value: InfoValue,
}

impl InfoField {
    /// A field.
    pub fn new(section: &'static str, name: impl Into<Cow<'static, str>>, value: InfoValue) -> Self {
        Self { section, name: name.into(), value }
    }
}

impl EngineStats {
    /// The fields of INFO, in the target's order.
    #[must_use]
    pub fn info(&self, compat: Compat) -> Vec<InfoField> {
        use InfoValue::{Human, Number};
        let dialect = compat.dialect();
        let number = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        let (eval, function) = (number(self.bytes), number(self.function_bytes));
        let scripts = number(self.script_bytes + self.library_bytes);
        let memory = [
            ("used_memory_lua", Number(eval)),
            ("used_memory_vm_eval", Number(eval)),
            ("used_memory_lua_human", Human(eval)),
            ("used_memory_scripts_eval", Number(number(self.script_bytes))),
            ("number_of_cached_scripts", Number(number(self.scripts))),
            ("number_of_functions", Number(number(self.functions))),
            ("number_of_libraries", Number(number(self.libraries))),
            ("used_memory_vm_functions", Number(function)),
            ("used_memory_vm_total", Number(eval + function)),
            ("used_memory_vm_total_human", Human(eval + function)),
            ("used_memory_functions", Number(number(self.library_bytes))),
            ("used_memory_scripts", Number(scripts)),
            ("used_memory_scripts_human", Human(scripts)),
        ];
        let mut fields: Vec<InfoField> =
            memory.into_iter().map(|(name, value)| InfoField::new("Memory", name, value)).collect();
        if dialect.eval_scripts.is_some() {
            fields.push(InfoField::new("Stats", "evicted_scripts", Number(self.evicted)));
        }
        if dialect.valkey.is_some() {
            const SECTION: &str = "Scripting Engines";
            let engine = format!(
                "name=LUA,module=lua,abi_version=4,used_memory={},memory_overhead=0",
                eval + function
            );
            fields.push(InfoField::new(SECTION, "engines_count", Number(1)));
            fields.push(InfoField::new(SECTION, "engines_total_used_memory", Number(eval + function)));
            fields.push(InfoField::new(SECTION, "engines_total_memory_overhead", Number(0)));
            fields.push(InfoField::new(SECTION, "engine_0", InfoValue::Text(engine)));
        }
        fields
    }
}

/// Error replies, by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorStatistics {
    total: u64,
    kinds: BTreeMap<Vec<u8>, u64>,
}

/// More kinds of errors are not told apart: scripts can make as many as they like.
const MOST_KINDS: usize = 128;

/// A code lies in so many bytes.
const LONGEST_CODE: usize = 31;

impl ErrorStatistics {
    /// Counts an error reply, given without a leading `-`.
    #[cold]
    pub fn count(&mut self, text: &[u8]) {
        self.add(code(text), 1);
    }

    fn add(&mut self, code: &[u8], count: u64) {
        self.total += count;
        if let Some(known) = self.kinds.get_mut(code) {
            *known += count;
        } else if self.kinds.len() < MOST_KINDS {
            self.kinds.insert(code.to_vec(), count);
        }
    }

    /// All of them: `total_error_replies`.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many errors of each code there were, by code: `errorstat_*`.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.kinds.iter().map(|(code, count)| (code.as_slice(), *count))
    }

    /// Takes over what `other` has counted: a server adds up those of its engine and its own.
    pub fn absorb(&mut self, other: &Self) {
        let known: u64 = other.kinds.values().sum();
        self.total += other.total - known;
        for (code, count) in other.iter() {
            self.add(code, count);
        }
    }

    /// The fields of INFO.
    #[must_use]
    pub fn info(&self) -> Vec<InfoField> {
        let total = InfoField::new("Stats", "total_error_replies", InfoValue::Number(self.total));
        let kinds = self.iter().map(|(code, count)| {
            // What would end the name, or the line.
            let shown = String::from_utf8_lossy(code).replace(['#', ':', '\n', '\r'], "_");
            let name = format!("errorstat_{shown}");
            InfoField::new("Errorstats", name, InfoValue::Text(format!("count={count}")))
        });
        std::iter::once(total).chain(kinds).collect()
    }
}

/// The code of an error reply: its first word, `ERR` if there is only one.
fn code(text: &[u8]) -> &[u8] {
    let end = text.iter().take(LONGEST_CODE).position(|&byte| byte == b' ');
    end.and_then(|end| text.get(..end)).unwrap_or(b"ERR")
}

/// A sink that counts the errors on their way to another.
pub struct CountingSink<'a> {
    /// Where replies go.
    pub to: &'a mut dyn ReplySink,
    /// What counts.
    pub errors: &'a mut ErrorStatistics,
}

impl ReplySink for CountingSink<'_> {
    fn null(&mut self) {
        self.to.null();
    }

    fn null_array(&mut self) {
        self.to.null_array();
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.to.bulk(bytes);
    }

    fn integer(&mut self, value: i64) {
        self.to.integer(value);
    }

    fn status(&mut self, text: &[u8]) {
        self.to.status(text);
    }

    fn error(&mut self, text: &[u8]) {
        self.errors.count(text);
        self.to.error(text);
    }

    fn counted_error(&mut self, text: &[u8]) {
        self.to.counted_error(text);
    }

    fn double(&mut self, value: f64) {
        self.to.double(value);
    }

    fn spelled_double(&mut self, value: f64, text: &[u8]) {
        self.to.spelled_double(value, text);
    }

    fn boolean(&mut self, value: bool) {
        self.to.boolean(value);
    }

    fn big_number(&mut self, digits: &[u8]) {
        self.to.big_number(digits);
    }

    fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        self.to.verbatim(format, text);
    }

    fn begin_array(&mut self, len: usize) {
        self.to.begin_array(len);
    }

    fn begin_map(&mut self, len: usize) {
        self.to.begin_map(len);
    }

    fn begin_set(&mut self, len: usize) {
        self.to.begin_set(len);
    }

    fn end(&mut self) {
        self.to.end();
    }

    fn wants_more(&self) -> bool {
        self.to.wants_more()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_first_word() {
        for (text, wanted) in [
            ("WRONGTYPE Operation", "WRONGTYPE"),
            ("PLAIN", "ERR"),
            ("", "ERR"),
            (" x", ""),
            ("A123456789012345678901234567890 x", "ERR"),
            ("A12345678901234567890123456789 x", "A12345678901234567890123456789"),
        ] {
            assert_eq!(code(text.as_bytes()), wanted.as_bytes(), "{text}");
        }
    }

    #[test]
    fn kinds_are_bounded_and_totals_are_not() {
        let mut errors = ErrorStatistics::default();
        for number in 0..300 {
            errors.count(format!("E{number} x").as_bytes());
        }
        errors.count(b"E0 x");
        assert_eq!((errors.total(), errors.iter().count()), (301, MOST_KINDS));
        let mut sum = ErrorStatistics::default();
        sum.count(b"E0 x");
        sum.absorb(&errors);
        assert_eq!((sum.total(), sum.iter().next()), (302, Some((b"E0".as_slice(), 3))));
    }

    #[test]
    fn bytes_are_shown_as_by_redis() {
        for (bytes, wanted) in
            [(0, "0B"), (1023, "1023B"), (39_936, "39.00K"), (1928, "1.88K"), (1 << 30, "1.00G")]
        {
            assert_eq!(InfoValue::Human(bytes).to_string(), wanted);
        }
    }

    #[test]
    fn fields_lie_in_the_sections_of_the_target() {
        let stats = EngineStats { bytes: 2048, evicted: 3, ..EngineStats::default() };
        let shown = |compat, section| {
            let fields = stats.info(compat);
            let fields = fields.iter().filter(|field| field.section == section);
            fields.map(|field| format!("{}:{}", field.name, field.value)).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(Compat::Redis70, "Memory").get(..3).unwrap().join(" "),
            "used_memory_lua:2048 used_memory_vm_eval:2048 used_memory_lua_human:2.00K"
        );
        assert!(shown(Compat::Redis70, "Stats").is_empty());
        assert_eq!(shown(Compat::Valkey91, "Stats"), ["evicted_scripts:3"]);
        assert_eq!(shown(Compat::Valkey91, "Scripting Engines").len(), 4);
    }
}
