//! Commands: one table of them, and one module for each family.
//!
//! The table ([`table::COMMANDS`]) holds a command's name, arity, flags, key positions and function; finding a command,
//! checking its arguments and running it all go by it. A function gets a `Call` and either writes its reply or returns
//! an error, which is then the reply.
//!
//! **Invariant:** a function that returns an error has written nothing and changed nothing, and one that is called has a
//! number of arguments that its arity accepts.

mod argument;
mod bit;
mod bitfield;
mod blocking;
mod catalogue;
mod config;
mod debug;
mod expiry_option;
mod field_arguments;
mod generic;
mod geo;
mod geo_search;
mod geo_shape;
mod hash;
mod hash_expiry;
mod help;
mod hyperloglog;
mod info;
mod interest;
mod introspection;
mod keys;
mod lcs;
mod list;
mod pairing;
mod partial_sort;
mod pubsub;
mod registers;
mod scan;
mod server;
mod set;
mod sort;
mod sorted_set;
mod sorted_set_algebra;
mod sorted_set_range;
mod stream;
mod stream_info;
mod string;
mod subcommand;
mod table;

use ferrous_redis::{
    compat::Dialect,
    host::{ArgsBuffer, CommandArgs, CommandFlags, CommandInfo, Protocol, Request},
    reply::ReplySink,
};

use crate::{
    error::{CommandError, Outcome},
    keyspace::Keyspace,
    number::{is_hexadecimal, parse_double, parse_integer},
    object::StringValue,
    server::Outcome as CallOutcome,
};

use subcommand::SUBCOMMANDS;
pub use table::COMMANDS;

/// A command of the table.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// What the checks before a command need.
    pub info: CommandInfo,
    /// It waits for somebody; scripts may call it where [`Dialect::scripts_may_block`].
    blocks: bool,
    /// It takes more arguments where [`KeyspaceDialect::takes_more_arguments`](ferrous_redis::compat::KeyspaceDialect).
    grew: bool,
    /// Only the targets that name it have it: [`KeyspaceDialect::later_commands`](ferrous_redis::compat::KeyspaceDialect).
    later: bool,
    run: Run,
}

impl Command {
    /// Whether there is the command where that `dialect` is spoken.
    #[must_use]
    pub fn is_known(&self, dialect: &Dialect) -> bool {
        !self.later || dialect.keyspace.later_commands.contains(&self.info.name)
    }

    /// What the checks before the command need, where that `dialect` is spoken.
    #[must_use]
    pub fn info(&self, dialect: &Dialect) -> CommandInfo {
        let mut info = self.info;
        if self.blocks && !dialect.scripts_may_block {
            info.flags = info.flags.union(CommandFlags::NOSCRIPT);
        }
        if self.grew && dialect.keyspace.takes_more_arguments {
            info.arity = -info.arity;
        }
        info
    }
}

/// What a command does.
type Run = fn(&mut Call<'_>) -> Outcome;

/// One call of a command.
pub(crate) struct Call<'a> {
    pub(crate) keyspace: &'a mut Keyspace,
    pub(crate) args: CommandArgs<'a>,
    pub(crate) reply: &'a mut dyn ReplySink,
    pub(crate) protocol: Protocol,
    pub(crate) from_script: bool,
}

impl<'a> Call<'a> {
    /// Argument `index`, the name being 0; empty if there is none.
    fn arg(&self, index: usize) -> &'a [u8] {
        self.args.get(index).unwrap_or_default()
    }

    /// The arguments from `index` on.
    fn args_from(&self, index: usize) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let args = self.args;
        (index.min(args.len())..args.len()).map(move |index| args.get(index).unwrap_or_default())
    }

    /// Argument `index` as the value of a string.
    fn string_value(&mut self, index: usize) -> Result<StringValue, CommandError> {
        let text = self.arg(index);
        if text.len() <= interest::PIECE {
            return Ok(self.stored(text));
        }
        let copied = interest::copy(text, self.reply);
        copied.map(StringValue::Bytes).map_err(|piece| {
            self.keyspace.leave(piece);
            CommandError::Unwanted
        })
    }

    /// A text as a string is stored, which may be as an integer.
    fn stored(&self, text: &[u8]) -> StringValue {
        if self.from_script && self.keyspace.dialect().keyspace.scripts_store_text {
            StringValue::Bytes(text.to_vec())
        } else {
            StringValue::from(text)
        }
    }

    /// The number of arguments, the name included.
    fn len(&self) -> usize {
        self.args.len()
    }

    /// Argument `index` as an integer.
    fn integer(&self, index: usize) -> Result<i64, CommandError> {
        parse_integer(self.arg(index)).ok_or(CommandError::NotInteger)
    }

    /// Argument `index` as a count that is not negative.
    fn count(&self, index: usize) -> Result<usize, CommandError> {
        let count = parse_integer(self.arg(index)).and_then(|count| usize::try_from(count).ok());
        count.ok_or(CommandError::NotPositive)
    }

    /// Argument `index` as a double.
    fn double(&self, index: usize) -> Result<f64, CommandError> {
        self.score(self.arg(index)).ok_or(CommandError::NotFloat)
    }

    /// A text as a double, as the target reads scores.
    fn score(&self, text: &[u8]) -> Option<f64> {
        let any = self.keyspace.dialect().keyspace.scores_as_strtod;
        Some(text).filter(|text| any || !is_hexadecimal(text)).and_then(parse_double)
    }

    /// Whether argument `index` is `word`, in any case.
    fn is_word(&self, index: usize, word: &str) -> bool {
        self.arg(index).eq_ignore_ascii_case(word.as_bytes())
    }

    /// Whether the reply is wanted in RESP3.
    fn is_resp3(&self) -> bool {
        self.protocol == Protocol::Resp3
    }

    fn reply_len(&mut self, length: usize) {
        self.reply.integer(i64::try_from(length).unwrap_or(i64::MAX));
    }

    fn reply_bool(&mut self, value: bool) {
        self.reply.integer(i64::from(value));
    }

    fn reply_ok(&mut self) {
        self.reply.status(b"OK");
    }

    fn reply_empty(&mut self) {
        self.reply.begin_array(0);
        self.reply.end();
    }
}

/// Where `start` and `stop`, which count from the end if negative, lie in something of `len` elements: `start..end`, or
/// nothing if that is empty.
fn resolve_range(start: i64, stop: i64, len: usize) -> Option<(usize, usize)> {
    let length = i64::try_from(len).unwrap_or(i64::MAX);
    let from_end = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let start = from_end(start).max(0);
    let stop = from_end(stop).min(length - 1);
    if start > stop {
        return None;
    }
    Some((usize::try_from(start).ok()?, usize::try_from(stop).ok()? + 1))
}

/// Where a list's or string's `index`, which counts from the end if negative, lies in something of `len` elements.
fn resolve_index(index: i64, len: usize) -> Option<usize> {
    let length = i64::try_from(len).unwrap_or(i64::MAX);
    let index = if index < 0 { index.checked_add(length)? } else { index };
    usize::try_from(index).ok().filter(|&index| index < len)
}

/// The command called `name`, in any case, where that `dialect` is spoken.
#[must_use]
pub fn find(name: &[u8], dialect: &Dialect) -> Option<&'static Command> {
    table::find(name).map(|(_, command)| command).filter(|command| command.is_known(dialect))
}

/// Whether there is such a command, or subcommand, with that number of arguments: what a server looks at before it queues one. If
/// not, the keyspace counts the error.
///
/// # Errors
/// What is wrong.
pub fn check(args: CommandArgs<'_>, keyspace: &mut Keyspace) -> Result<(), CommandError> {
    let outcome = look_up(args, keyspace.dialect()).map(drop);
    if let Err(error) = &outcome {
        keyspace.reject(args, &error.text());
    }
    outcome
}

/// A command's position in the table, or a subcommand's in its own, counted on from there.
pub(crate) type Place = usize;

/// How many places there are.
pub(crate) fn places() -> usize {
    COMMANDS.len() + SUBCOMMANDS.len()
}

/// The name at a place.
pub(crate) fn name_at(place: Place) -> &'static str {
    let subcommand =
        || SUBCOMMANDS.get(place.checked_sub(COMMANDS.len())?).map(|subcommand| subcommand.info.name);
    COMMANDS.get(place).map(|command| command.info.name).or_else(subcommand).unwrap_or_default()
}

/// Where the command or subcommand stands that the arguments name, be they right in number or not.
pub(crate) fn place(args: CommandArgs<'_>, dialect: &Dialect) -> Option<Place> {
    identify(args, dialect).ok().map(|found| found.place)
}

/// The same, and its flags, where the number of arguments is right.
pub(crate) fn accepted(args: CommandArgs<'_>, dialect: &Dialect) -> Option<(Place, CommandFlags)> {
    look_up(args, dialect).ok().map(|found| (found.place, found.info.flags))
}

/// What is replicated in the place of a command that has changed something, if that follows from its words.
pub(crate) fn stand_in(args: CommandArgs<'_>) -> Option<ArgsBuffer> {
    if args.name().eq_ignore_ascii_case(b"geoadd") { geo::as_zadd(args) } else { None }
}

/// The subcommand called `name`, in any case, of `container`.
pub(crate) fn find_subcommand(
    container: &CommandInfo,
    name: &[u8],
    dialect: &Dialect,
) -> Option<CommandInfo> {
    subcommand::find(container.name, name, dialect).map(|(_, info)| info)
}

/// A command that was looked up.
struct Found {
    command: &'static Command,
    /// What is known about it, or about the subcommand that is meant.
    info: CommandInfo,
    place: Place,
}

/// What is known about the command or subcommand that the arguments name.
fn identify(args: CommandArgs<'_>, dialect: &Dialect) -> Result<Found, CommandError> {
    let found = table::find(args.name()).filter(|(_, command)| command.is_known(dialect));
    let (mut place, command) = found.ok_or_else(|| unknown_command(args))?;
    let mut info = command.info(dialect);
    if let Some(name) = args.get(1)
        && info.flags.contains(CommandFlags::CONTAINER)
    {
        let found = subcommand::find(info.name, name, dialect);
        let (position, found) = found.ok_or_else(|| unknown_subcommand(info.name, name))?;
        place = COMMANDS.len() + position;
        info = found;
    }
    Ok(Found { command, info, place })
}

/// The same, where the number of arguments must be right.
fn look_up(args: CommandArgs<'_>, dialect: &Dialect) -> Result<Found, CommandError> {
    let found = identify(args, dialect)?;
    if found.info.accepts(args.len()) { Ok(found) } else { Err(CommandError::Arity(found.info.name)) }
}

/// Checks and executes one command.
pub(crate) fn execute(keyspace: &mut Keyspace, request: &Request<'_>, reply: &mut dyn ReplySink) {
    let args = request.args;
    let found = match look_up(args, keyspace.dialect()) {
        Ok(found)
            if request.from_script
                && keyspace.server.open(found.info).flags.contains(CommandFlags::NOSCRIPT) =>
        {
            Err(CommandError::Fixed("ERR This Redis command is not allowed from script"))
        }
        found => found,
    };
    let Found { command, info, place } = match found {
        Ok(found) => found,
        Err(error) => {
            let text = error.text();
            keyspace.reject(args, &text);
            return reply.error(&text);
        }
    };
    let mut call = Call {
        keyspace: &mut *keyspace,
        args,
        reply: &mut *reply,
        protocol: request.protocol,
        from_script: request.from_script,
    };
    let help = info.name.strip_suffix("|help");
    let is_answered = help.is_some_and(|container| help::answer(&mut call, container));
    let outcome = if is_answered { Ok(()) } else { (command.run)(&mut call) };
    match outcome {
        Ok(()) => keyspace.server.count(place, CallOutcome::Done),
        Err(error) => {
            keyspace.server.count(place, CallOutcome::Failed(1));
            keyspace.touched = false;
            let text = error.text();
            if error != CommandError::Unwanted {
                keyspace.errors.count(&text);
            }
            reply.error(&text);
        }
    }
}

/// The most bytes of a name, and of arguments, that an error text shows.
const SHOWN: usize = 128;

/// The first `limit` bytes of an argument, up to a NUL, as C prints it.
fn shown(argument: &[u8], limit: usize) -> &[u8] {
    let argument = argument.get(..limit).unwrap_or(argument);
    argument.split(|&byte| byte == 0).next().unwrap_or_default()
}

#[cold]
fn unknown_command(args: CommandArgs<'_>) -> CommandError {
    let mut rest = Vec::new();
    for argument in args.iter().skip(1) {
        if rest.len() >= SHOWN {
            break;
        }
        let limit = SHOWN - rest.len();
        rest.extend_from_slice(b"'");
        rest.extend_from_slice(shown(argument, limit));
        rest.extend_from_slice(b"' ");
    }
    let name = shown(args.name(), SHOWN);
    CommandError::Other(
        [b"ERR unknown command '", name, b"', with args beginning with: ", &*rest].concat().into(),
    )
}

/// The error for a subcommand that `container` does not have.
#[cold]
fn unknown_subcommand(container: &str, subcommand: &[u8]) -> CommandError {
    let container = container.to_ascii_uppercase();
    let parts =
        [b"ERR unknown subcommand '", shown(subcommand, SHOWN), b"'. Try ", container.as_bytes(), b" HELP."];
    CommandError::Other(parts.concat().into())
}

/// The error for arguments after a subcommand that it does not take.
#[cold]
fn subcommand_syntax(args: CommandArgs<'_>) -> CommandError {
    let container = args.name().to_ascii_uppercase();
    let name = shown(args.get(1).unwrap_or_default(), SHOWN);
    let begin = b"ERR unknown subcommand or wrong number of arguments for '";
    CommandError::Other([begin, name, b"'. Try ", container.as_slice(), b" HELP."].concat().into())
}
