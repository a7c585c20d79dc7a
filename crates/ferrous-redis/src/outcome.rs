//! How a run ended, as a reply: the script's value, or the error text with its decoration.
//!
//! **Invariant:** every outcome writes exactly one reply.

use std::{borrow::Cow, sync::Arc};

use ferrous_heap::{Heap, Transaction, Value};
use ferrous_vm::{error::Failure, machine::Machine, number::write_number};

use crate::{
    compat::Dialect,
    convert::{
        to_lua::{error_field, is_counted},
        to_reply::{self, Refusal, ReplyShape},
    },
    digest::Digest,
    engine::FailureReport,
    error_text,
    host::Protocol,
    kill::RunStatus,
    limits::Limits,
    reply::ReplySink,
    stats::ErrorStatistics,
};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The script returned.
    Returned,
    /// It raised an error, or was killed: see [`Machine::failure`].
    Failed,
    /// The host said so when it was polled.
    Killed,
    /// It used up [`Limits::instructions`].
    OutOfInstructions,
    /// It used up [`Limits::wall_clock`].
    OutOfTime,
    /// There was no memory even for its arguments.
    NotStarted,
    /// A debugger said so, for this reason.
    Stopped(Cow<'static, str>),
    /// The driver gave up.
    Abandoned,
}

/// What runs, as error texts call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RunName {
    /// A script.
    Script(Digest),
    /// A function of a library.
    Function(Arc<[u8]>),
    /// A library that is being loaded. It has no texts that name it.
    Load,
}

impl RunName {
    /// The name by itself.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.append_to(&mut text);
        text
    }

    fn append_to(&self, text: &mut Vec<u8>) {
        match self {
            Self::Script(digest) => text.extend_from_slice(&digest.text()),
            Self::Function(name) => text.extend_from_slice(name),
            Self::Load => {}
        }
    }

    /// What is said when it was killed.
    fn killed(&self, dialect: &Dialect) -> &'static str {
        match self {
            Self::Script(_) => dialect.killed,
            Self::Function(_) | Self::Load => dialect.function_killed,
        }
    }
}

/// An outcome and what its reply depends on.
pub(crate) struct Ending<'a> {
    pub(crate) outcome: &'a Outcome,
    pub(crate) name: &'a RunName,
    pub(crate) dialect: &'static Dialect,
    pub(crate) limits: &'a Limits,
    pub(crate) script_protocol: Protocol,
    pub(crate) client_protocol: Protocol,
    /// Counts the errors in the reply that are not counted yet.
    pub(crate) errors: &'a mut ErrorStatistics,
    /// Hears that the run is over: a reply that has begun cannot be killed.
    pub(crate) status: &'a RunStatus,
}

impl Ending<'_> {
    /// Writes the reply; returns what went wrong, if something did: a pointer, since most runs do not fail.
    pub(crate) fn write(
        mut self,
        machine: &mut Machine,
        heap: &mut Heap,
        reply: &mut dyn ReplySink,
    ) -> Option<Box<FailureReport>> {
        let report = match self.outcome {
            Outcome::Returned => match self.write_value(machine, heap, reply) {
                Ok(()) => return None,
                Err(Refusal::Killed) => self.stopped(machine, heap, self.name.killed(self.dialect)),
                Err(Refusal::TooLong) => {
                    let text =
                        format!("ERR The script's reply is longer than {} bytes", self.limits.reply_bytes);
                    FailureReport { message: text.into_bytes(), ..FailureReport::default() }
                }
            },
            Outcome::Killed => self.stopped(machine, heap, self.name.killed(self.dialect)),
            Outcome::Failed if machine.failure().killed => {
                self.stopped(machine, heap, self.name.killed(self.dialect))
            }
            Outcome::Failed if machine.failure().out_of_memory => self.out_of_memory(),
            Outcome::Failed if machine.with_error(heap, |tx, value| is_locked(tx, value)) => FailureReport {
                message: b"ERR err_handler_def:10: Attempt to modify a readonly table".to_vec(),
                source: b"@err_handler_def".to_vec(),
                line: Some(10),
                ..FailureReport::default()
            },
            Outcome::Failed => {
                let message = machine.with_error(heap, |tx, value| error_message(tx, value));
                let counted = machine.with_error(heap, |tx, value| is_counted(tx, value));
                let Failure { source, line, traceback, .. } = machine.failure().clone();
                FailureReport { message, source, line, counted, traceback }
            }
            Outcome::OutOfInstructions => {
                let limit = self.limits.instructions.unwrap_or_default();
                self.stopped(machine, heap, &format!("Script stopped after {limit} instructions"))
            }
            Outcome::OutOfTime => {
                let limit = self.limits.wall_clock.unwrap_or_default().as_millis();
                self.stopped(machine, heap, &format!("Script stopped after {limit} milliseconds"))
            }
            Outcome::NotStarted => self.out_of_memory(),
            Outcome::Stopped(reason) => self.stopped(machine, heap, reason),
            Outcome::Abandoned => {
                FailureReport { message: b"ERR Script was given up".to_vec(), ..FailureReport::default() }
            }
        };
        let text = self.decorate(&report);
        if report.counted {
            reply.counted_error(&text)
        } else {
            self.errors.count(&text);
            reply.error(&text)
        }
        Some(Box::new(report))
    }

    fn write_value(
        &mut self,
        machine: &mut Machine,
        heap: &mut Heap,
        reply: &mut dyn ReplySink,
    ) -> Result<(), Refusal> {
        let shape = ReplyShape {
            script: self.script_protocol,
            client: self.client_protocol,
            dialect: self.dialect,
            limit: self.limits.reply_bytes,
        };
        let (errors, status) = (&mut *self.errors, self.status);
        machine.with_results(heap, |tx, values| {
            let value = values.first().copied().unwrap_or(Value::NIL);
            to_reply::write(tx, value, &shape, errors, reply, || status.end())
        })
    }

    /// A run that was stopped from outside, at the line it had reached.
    fn stopped(&self, machine: &mut Machine, heap: &mut Heap, text: &str) -> FailureReport {
        let (source, line) =
            machine.source(heap).map_or((Vec::new(), None), |(source, line)| (source, Some(line)));
        FailureReport {
            message: format!("ERR {text}").into_bytes(),
            source,
            line,
            ..FailureReport::default()
        }
    }

    /// Redis reports these without the handler that knows the line.
    fn out_of_memory(&self) -> FailureReport {
        let mut message = b"ERR Error running script".to_vec();
        if self.dialect.names_script_out_of_memory {
            message.push(b' ');
            self.name.append_to(&mut message);
        }
        message.extend_from_slice(b", not enough memory");
        FailureReport { message, ..FailureReport::default() }
    }

    /// The message with ` script: NAME, on SOURCE:LINE.`, if it is known where it was raised.
    fn decorate(&self, report: &FailureReport) -> Vec<u8> {
        let mut text = error_text::until_zero(&report.message).to_vec();
        if let Some(line) = report.line {
            text.extend_from_slice(b" script: ");
            if self.dialect.names_script {
                self.name.append_to(&mut text);
                text.extend_from_slice(b", ");
            }
            text.extend_from_slice(b"on ");
            text.extend_from_slice(&report.source);
            text.extend_from_slice(format!(":{line}.").as_bytes());
        }
        error_text::error_line(&text)
    }
}

/// Whether an error value is a table that cannot be changed: the servers' handler fails when it notes in it where it was raised.
fn is_locked(tx: &Transaction<'_>, value: Value) -> bool {
    value.as_table().is_some_and(|table| tx.is_read_only(table))
}

/// What the top-level error handler makes of an error value.
pub(crate) fn error_message(tx: &Transaction<'_>, value: Value) -> Vec<u8> {
    if let Some(table) = value.as_table() {
        let field = error_field(tx, table);
        return match (tx.string(field), field.as_number()) {
            (Some(text), _) => text.to_vec(),
            (None, Some(number)) => {
                let mut text = Vec::new();
                write_number(number, &mut text);
                text
            }
            (None, None) => b"ERR unknown error".to_vec(),
        };
    }
    let mut message = b"ERR ".to_vec();
    if let Some(text) = tx.string(value) {
        message.extend_from_slice(text);
    } else if let Some(number) = value.as_number() {
        write_number(number, &mut message);
    } else if let Some(truth) = value.as_boolean() {
        message.extend_from_slice(if truth { b"true" } else { b"false" });
    } else if value.is_nil() {
        message.extend_from_slice(b"nil");
    } else {
        let address = value.address();
        let shown = if address == 0 { "(nil)".to_owned() } else { format!("{address:#016x}") };
        message.extend_from_slice(format!("{}: {shown}", value.type_name()).as_bytes());
    }
    message
}
