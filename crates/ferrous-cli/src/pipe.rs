//! `ferrous pipe`: commands from standard input, replies to standard output, as a connection to a server would.
//!
//! Input is taken as it comes; whatever can be answered is answered, and written, before more input is waited for.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use ferrous_keyspace::resp::{ProtocolError, ReplyWriter, RequestParser};
use ferrous_redis::reply::ReplySink as _;

use crate::{
    arguments::PipeArguments,
    error::CliError,
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
    let mut pipe = Pipe {
        server: Server::new(arguments.compat, arguments.limits)?,
        parser: RequestParser::new(),
        replies: ReplyWriter::default(),
    };
    pipe.replies.set_number_form(arguments.compat.dialect().number_form);
    let mut input = io::stdin().lock();
    let mut chunk = vec![0; CHUNK];
    loop {
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
        pipe.answer()?;
        if length == 0 || pipe.server.is_closed() {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

struct Pipe {
    server: Server,
    parser: RequestParser,
    replies: ReplyWriter,
}

impl Pipe {
    /// Answers every command that has been read.
    fn answer(&mut self) -> Result<(), CliError> {
        let mut stdout = io::stdout().lock();
        let outcome = self.execute(&mut stdout);
        if let Ok(Err(error)) = &outcome {
            self.replies.error(error.to_string().as_bytes());
        }
        stdout.write_all(self.replies.bytes())?;
        stdout.flush()?;
        self.replies.clear();
        outcome?.map_err(|error| CliError::Failed(error.to_string()))
    }

    fn execute(&mut self, stdout: &mut impl io::Write) -> Result<Result<(), ProtocolError>, CliError> {
        while !self.server.is_closed() {
            let request = match self.parser.next() {
                Ok(Some(request)) => request,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            };
            self.server.execute(request.args(), &mut self.replies);
            if self.replies.bytes().len() >= HELD_BACK {
                stdout.write_all(self.replies.bytes())?;
                self.replies.clear();
            }
        }
        Ok(Ok(()))
    }
}
