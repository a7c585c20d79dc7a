//! Where `ferrous pipe` writes what its commands change, as a server feeds its append-only file and its replicas.
//!
//! **Invariant:** what a command has changed is in the files before its reply is written.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use ferrous_redis::{
    Compat,
    effects::{Destination, EffectStream, Effects, recorder::Recorder},
    host::{CommandArgs, CommandFlags, Host, Request},
    reply::ReplySink,
};

use crate::error::CliError;

/// See the module's text.
pub(crate) struct EffectLog {
    streams: Vec<(EffectStream, File)>,
    /// For the commands of the client; scripts have the engine's.
    recorder: Recorder,
    bytes: Vec<u8>,
}

impl EffectLog {
    /// A log into the files that are given; `None` if there are none.
    ///
    /// # Errors
    /// If a file cannot be made.
    pub(crate) fn create(
        compat: Compat,
        append_only: Option<&Path>,
        replicas: Option<&Path>,
    ) -> Result<Option<Self>, CliError> {
        let mut streams = Vec::new();
        for (path, destination) in
            [(append_only, Destination::AppendOnlyFile), (replicas, Destination::Replicas)]
        {
            let Some(path) = path else { continue };
            let file = File::create(path)
                .map_err(|error| CliError::Failed(format!("{}: {error}", path.display())))?;
            streams.push((EffectStream::new(destination, compat), file));
        }
        let log = Self { streams, recorder: Recorder::new(compat, 0), bytes: Vec::new() };
        Ok(Some(log).filter(|log| !log.streams.is_empty()))
    }

    /// Has a client's command executed, in the database that it has selected.
    pub(crate) fn execute(
        &mut self,
        request: &Request<'_>,
        database: usize,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) {
        let flags = host.command(request.args.name()).map_or(CommandFlags::NONE, |found| found.flags);
        self.recorder.database = database;
        self.recorder.execute(request, flags, host, reply);
    }

    /// Takes in what has changed before the next command.
    pub(crate) fn note(&mut self, effects: Effects) {
        self.recorder.effects.append(effects);
    }

    /// Writes what the last command has changed, be it a script or not.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) fn write(&mut self, of_scripts: Effects) -> io::Result<()> {
        let mut effects = std::mem::take(&mut self.recorder.effects);
        effects.append(of_scripts);
        for (stream, file) in &mut self.streams {
            self.bytes.clear();
            stream.write(&effects, &mut |command| encode(command, &mut self.bytes));
            file.write_all(&self.bytes)?;
        }
        Ok(())
    }
}

/// A command as a client sends it.
fn encode(command: CommandArgs<'_>, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(format!("*{}\r\n", command.len()).as_bytes());
    for argument in command.iter() {
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
}
