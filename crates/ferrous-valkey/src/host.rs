//! The server as the engine's host: commands, permissions, log, and the server's other clients.
//!
//! **Invariant:** the server makes all checks of a command; nothing here decides whether one may run.

use ferrous_redis::{
    host::{CommandArgs, CommandInfo, Host, LogLevel, Poll, Request},
    reply::ReplySink,
};

use crate::{
    call::{self, Manner},
    context::{ArgumentVector, Arguments, Context, Runtime},
};

/// The server during one run.
pub(crate) struct ServerHost<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) runtime: Runtime<'a>,
    pub(crate) vector: &'a mut ArgumentVector,
}

impl Host for ServerHost<'_> {
    fn command(&self, _name: &[u8]) -> Option<CommandInfo> {
        None
    }

    fn checks_commands(&self) -> bool {
        true
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        let mut arguments = Arguments::new(&self.context, self.vector, request.args.iter());
        let manner = Manner { protocol: request.protocol, replication: request.replication };
        call::run(&self.context, request.args.name(), &mut arguments, manner, reply);
    }

    fn may_call(&mut self, args: CommandArgs<'_>) -> Option<bool> {
        let mut arguments = Arguments::new(&self.context, self.vector, args.iter());
        self.context.may_call(&mut arguments)
    }

    fn poll(&mut self) -> Poll {
        self.runtime.poll()
    }

    fn log(&mut self, level: LogLevel, message: &[u8]) {
        self.context.log(level, message);
    }
}
