//! `ferrous pipe`: commands from standard input, replies to standard output, as a connection to a server would.
//!
//! Input is taken as it comes; whatever can be answered is answered, and written, before more input is waited for.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use ferrous_keyspace::resp::{ProtocolError, ReplyWriter, RequestParser};
use ferrous_redis::{
    debugger::{Malformed, Received, Transport},
    reply::ReplySink as _,
};

use crate::{
    arguments::PipeArguments,
    effect_log::EffectLog,
    error::CliError,
    idle,
    server::{Server, end_of_input},
};

/// How much input is taken at a time.
const CHUNK: usize = 64 << 10;
/// How many bytes of replies are held back while input is at hand.
const HELD_BACK: usize = 256 << 10;

/// Runs the command until the end of input or QUIT.
///
/// # Errors
/// If a stream fails, or the input stops being commands.
pub(crate) fn run(arguments: &PipeArguments) -> Result<ExitCode, CliError> {
    let log = EffectLog::create(
        arguments.target.compat,
        arguments.append_only.as_deref(),
        arguments.replicas.as_deref(),
    )?;
    let mut pipe = Pipe {
        server: Server::with_log(arguments.target.compat, arguments.limits, log)?,
        parser: RequestParser::new(),
        replies: ReplyWriter::default(),
        has_debugged: false,
    };
    pipe.parser.set_quotes(arguments.target.compat.dialect().quotes);
    pipe.replies.set_number_form(arguments.target.compat.dialect().number_form);
    let mut input = io::stdin().lock();
    let mut chunk = vec![0; CHUNK];
    loop {
        if !pipe.has_debugged {
            idle::rest(&mut pipe.server);
        }
        let length = match input.read(&mut chunk) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CliError::Failed(format!("cannot read standard input: {error}"))),
        };
        if length == 0 {
            end_of_input(&mut pipe.parser);
        } else {
            pipe.parser.feed(chunk.get(..length).unwrap_or_default());
        }
        pipe.answer(&mut input)?;
        if length == 0 || pipe.server.is_closed() {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

struct Pipe {
    server: Server,
    parser: RequestParser,
    replies: ReplyWriter,
    /// Whether a debugger has read from standard input, which then may have read ahead.
    has_debugged: bool,
}

impl Pipe {
    /// Answers every command that has been read.
    fn answer(&mut self, input: &mut dyn io::Read) -> Result<(), CliError> {
        let mut stdout = io::stdout().lock();
        let outcome = self.execute(input, &mut stdout);
        if let Ok(Err(error)) = &outcome {
            self.replies.error(error.to_string().as_bytes());
        }
        stdout.write_all(self.replies.bytes())?;
        stdout.flush()?;
        self.replies.clear();
        outcome?.map_err(|error| CliError::Failed(error.to_string()))
    }

    fn execute(
        &mut self,
        input: &mut dyn io::Read,
        stdout: &mut dyn io::Write,
    ) -> Result<Result<(), ProtocolError>, CliError> {
        while !self.server.is_closed() {
            let request = match self.parser.next() {
                Ok(Some(request)) => request,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            };
            if self.server.is_debugging() {
                // What the debugger says comes after what was answered before.
                stdout.write_all(self.replies.bytes())?;
                self.replies.clear();
                self.has_debugged = true;
                let request = request.clone();
                let mut debugger = Debugger { parser: &mut self.parser, input, stdout, failed: None };
                self.server.execute_debugged(request.args(), &mut debugger, &mut self.replies);
                if !self.server.wants_reply() {
                    self.replies.clear();
                }
                if let Some(error) = debugger.failed {
                    return Err(error.into());
                }
                self.server.log_effects()?;
                continue;
            }
            let length = self.replies.bytes().len();
            self.server.execute(request.args(), &mut self.replies);
            if !self.server.wants_reply() {
                self.replies.truncate(length);
            }
            self.server.log_effects()?;
            if self.replies.bytes().len() >= HELD_BACK {
                stdout.write_all(self.replies.bytes())?;
                self.replies.clear();
            }
        }
        Ok(Ok(()))
    }
}

/// The most arguments of a debugger command, and the most bytes in one.
const DEBUGGER_LIMIT: usize = 1024;

/// A debugging session over the same streams.
struct Debugger<'a> {
    parser: &'a mut RequestParser,
    input: &'a mut dyn io::Read,
    stdout: &'a mut dyn io::Write,
    /// Why no more can be written.
    failed: Option<io::Error>,
}

impl Transport for Debugger<'_> {
    fn receive(&mut self) -> Received {
        loop {
            if self.failed.is_some() {
                return Received::Closed;
            }
            match self.parser.next() {
                Err(_) => return Received::Malformed(Malformed::Protocol),
                Ok(Some(request)) => {
                    let words: Vec<Vec<u8>> = request.args().iter().map(<[u8]>::to_vec).collect();
                    let limits = 1..=DEBUGGER_LIMIT;
                    let fits = limits.contains(&words.len())
                        && words.iter().all(|word| limits.contains(&word.len()));
                    return if fits {
                        Received::Command(words)
                    } else {
                        Received::Malformed(Malformed::Protocol)
                    };
                }
                Ok(None) => {}
            }
            let mut chunk = [0; 4096];
            match self.input.read(&mut chunk) {
                Ok(0) => return Received::Closed,
                Ok(length) => self.parser.feed(chunk.get(..length).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Received::Closed,
            }
        }
    }

    fn send(&mut self, lines: &[Vec<u8>]) {
        let mut bytes = format!("*{}\r\n", lines.len()).into_bytes();
        for line in lines {
            bytes.extend_from_slice(&[b"+", line.as_slice(), b"\r\n"].concat());
        }
        if let Err(error) = self.stdout.write_all(&bytes).and_then(|()| self.stdout.flush()) {
            self.failed = Some(error);
        }
    }
}
