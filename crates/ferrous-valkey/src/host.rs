//! The server as the engine's host: commands, permissions, log, and the server's other clients.
//!
//! **Invariant:** the server makes all checks of a command; nothing here decides whether one may run.

use ferrous_redis::{
    host::{CommandArgs, CommandInfo, Host, LogLevel, Poll, Request},
    reply::ReplySink,
};

use crate::{
    arguments::{ArgumentVector, Arguments},
    call::{self, Manner},
    context::{Context, StringArray},
    runtime::Watched,
};

/// The server during one run.
pub(crate) struct ServerHost<'a> {
    context: Context<'a>,
    watched: Watched<'a>,
    arguments: Arguments<'a>,
}

impl<'a> ServerHost<'a> {
    /// `run` are the keys and arguments of the script or function.
    pub(crate) fn new(
        context: Context<'a>,
        watched: Watched<'a>,
        vector: &'a mut ArgumentVector,
        run: [StringArray<'a>; 2],
    ) -> Self {
        Self { context, watched, arguments: Arguments::new(context.api(), vector, run) }
    }

    fn take_arguments(&mut self, args: CommandArgs<'_>) {
        self.arguments.forget();
        args.iter().for_each(|argument| self.arguments.push(argument));
    }
}

impl Host for ServerHost<'_> {
    fn command(&self, _name: &[u8]) -> Option<CommandInfo> {
        None
    }

    fn checks_commands(&self) -> bool {
        true
    }

    fn take_argument(&mut self, index: usize, argument: &[u8]) -> bool {
        if index == 0 {
            self.arguments.forget();
        }
        self.arguments.push(argument);
        true
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        if !request.args.is_empty() {
            self.take_arguments(request.args);
        }
        let manner = Manner { protocol: request.protocol, replication: request.replication };
        call::run(&self.context, &mut self.arguments, manner, reply);
        self.arguments.forget();
    }

    fn may_call(&mut self, args: CommandArgs<'_>) -> Option<bool> {
        self.take_arguments(args);
        self.context.may_call(&mut self.arguments)
    }

    fn poll(&mut self) -> Poll {
        self.watched.poll()
    }

    fn log(&mut self, level: LogLevel, message: &[u8]) {
        self.context.log(level, message);
    }
}

impl Drop for ServerHost<'_> {
    fn drop(&mut self) {
        // The strings of the last command.
        self.arguments.forget();
    }
}
