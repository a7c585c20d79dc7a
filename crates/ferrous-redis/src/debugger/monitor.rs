//! What a debugged script tells on its way: the commands it calls and their replies, errors of the `redis` functions, and what
//! it hands to `redis.debug`.
//!
//! It is part of the machine's state, where native functions find it; the session takes the lines when it has something to
//! send. Commands, replies and errors are told only while the script runs step by step.
//!
//! **Invariant:** lines are in the order in which what they tell happened.

use super::{reply_text::ReplyText, value_text::write_quoted};
use crate::{
    commands::wrong_arity,
    compat::{DebuggerDialect, Dialect, NumberForm},
    error_text::{blank_breaks, until_zero},
    host::{CommandArgs, Protocol},
    reply::{RecordedReply, ReplyPart},
};

/// How many arguments of a command are shown.
const ARGUMENTS_SHOWN: usize = 10;

/// How long a line is shown if nobody has said otherwise.
const USUAL_LENGTH: usize = 256;

/// How much is shown of the arguments of a command that does not exist.
const MOST_OF_UNKNOWN: usize = 128;

/// What is said once when a line was cut.
const HINT: &[u8] = b"<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.";

/// No line is longer than this, whatever was asked for: a table can be written out to any length.
pub(crate) const LONGEST: usize = 64 << 20;

/// See the module's text.
#[derive(Debug)]
pub(crate) struct Monitor {
    pub(crate) dialect: &'static DebuggerDialect,
    /// Whether the script runs step by step.
    pub(crate) steps: bool,
    /// The line at which it is.
    pub(crate) line: i64,
    /// Whether `redis.breakpoint` was called since it last stopped.
    pub(crate) breakpoint_called: bool,
    lines: Vec<Vec<u8>>,
    /// How long values and replies are shown; 0: whole.
    length: usize,
    /// Whether the client knows that lines are cut.
    knows_length: bool,
    /// Whether the next error is told as a reply that was raised.
    error_is_reply: bool,
}

impl Monitor {
    pub(crate) fn new(dialect: &'static DebuggerDialect) -> Self {
        Self {
            dialect,
            steps: true,
            line: 0,
            breakpoint_called: false,
            lines: Vec::new(),
            length: USUAL_LENGTH,
            knows_length: false,
            error_is_reply: false,
        }
    }

    /// Adds a line. Line breaks in it become blanks.
    pub(crate) fn push(&mut self, line: impl Into<Vec<u8>>) {
        let mut line = line.into();
        for byte in &mut line {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
        self.lines.push(line);
    }

    /// Adds a line that is cut if it is too long.
    pub(crate) fn push_cut(&mut self, mut line: Vec<u8>) {
        if line.len() <= self.limit() {
            return self.push(line);
        }
        line.truncate(self.limit());
        line.extend_from_slice(b" ...");
        self.push(line);
        if !std::mem::replace(&mut self.knows_length, true) {
            self.push(HINT);
        }
    }

    /// How many bytes of a line are shown.
    pub(crate) fn limit(&self) -> usize {
        if self.length == 0 { LONGEST } else { self.length.min(LONGEST) }
    }

    /// What `maxlen` has chosen; 0: no limit.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Chooses how long values and replies are shown.
    pub(crate) fn set_length(&mut self, length: usize) {
        self.length = length;
        self.knows_length = true;
    }

    /// The lines that have not been sent yet.
    pub(crate) fn take_lines(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.lines)
    }

    /// The script calls a command.
    pub(crate) fn command(&mut self, args: CommandArgs<'_>) {
        if !self.steps {
            return;
        }
        let mut line = self.dialect.command_tag.as_bytes().to_vec();
        for argument in args.iter().take(ARGUMENTS_SHOWN) {
            line.push(b' ');
            line.extend_from_slice(self.shown(argument));
        }
        if args.len() > ARGUMENTS_SHOWN {
            // One less than are left out, as Redis counts.
            let more = args.len() - ARGUMENTS_SHOWN - 1;
            line.extend_from_slice(format!(" ... ({more} more)").as_bytes());
        }
        self.push(line);
    }

    /// The reply to the command.
    pub(crate) fn reply(&mut self, reply: &RecordedReply, protocol: Protocol, form: NumberForm) {
        if !self.steps {
            return;
        }
        let error = match reply.parts() {
            [ReplyPart::Error(text)] => Some([b"-", text.as_slice()].concat()),
            _ => None,
        };
        let mut text = ReplyText::new(b"<reply> ", protocol, form);
        reply.replay(&mut text);
        if self.dialect.replies_first {
            self.push_cut(text.into_text());
            if let Some(error) = error {
                // It still has its line break there.
                self.error(&[error.as_slice(), b"\r\n"].concat());
            }
        } else {
            if let Some(error) = error {
                self.error(&error);
            }
            self.push_cut(text.into_text());
        }
    }

    /// What is shown of an argument of a command.
    fn shown<'a>(&self, argument: &'a [u8]) -> &'a [u8] {
        if self.dialect.cuts_arguments { until_zero(argument) } else { argument }
    }

    /// A command is refused, for a reason that is told by [`Monitor::error`] next; `known_name` is its name, with that of the
    /// subcommand, if it exists. Some targets answer it nevertheless.
    pub(crate) fn refusal(
        &mut self,
        known_name: &str,
        args: CommandArgs<'_>,
        reason: &str,
        dialect: &Dialect,
    ) {
        if !self.steps || !self.dialect.replies_first {
            return;
        }
        let text = if reason == dialect.unknown_command {
            let name = self.shown(args.name());
            let mut text = [b"ERR unknown command '", name, b"', with args beginning with: "].concat();
            let start = text.len();
            for argument in args.iter().skip(1) {
                let room = MOST_OF_UNKNOWN.saturating_sub(text.len() - start);
                if room == 0 {
                    break;
                }
                let shown = self.shown(argument.get(..room).unwrap_or(argument));
                text.extend_from_slice(&[b"'", shown, b"' "].concat());
            }
            text
        } else if reason == dialect.wrong_arity {
            wrong_arity(known_name)
        } else if reason == dialect.not_allowed {
            format!("ERR command '{known_name}' is not allowed on script mode").into_bytes()
        } else {
            self.error_is_reply = true;
            [b"ERR ", reason.as_bytes()].concat()
        };
        let mut line = b"<reply> ".to_vec();
        write_quoted(&blank_breaks(&[b"-", text.as_slice()].concat()), &mut line);
        self.push_cut(line);
    }

    /// A function of the API fails.
    pub(crate) fn error(&mut self, text: &[u8]) {
        if std::mem::take(&mut self.error_is_reply) {
            self.push([b"<error> -ERR ", text, b"\r\n"].concat());
        } else if self.steps {
            self.push([b"<error> ", text].concat());
        }
    }
}
