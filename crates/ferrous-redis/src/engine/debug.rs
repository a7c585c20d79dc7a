//! Commands of a client that may debug: SCRIPT DEBUG, and sessions of the debugger.
//!
//! A session is an EVAL whose run is driven by a [`DebugSession`] in place of the host alone, from stop to stop. In mode `yes` Redis
//! forks and drops the copy; here the host undoes what the run did, and so do the record of effects and the generator.
//!
//! **Invariant:** a session ends before the reply of EVAL is written, and its client's connection is to be closed.

use super::{Engine, Session, lend, take_errors};
use crate::{
    commands::{self, Action, EvalKind},
    debugger::{DebugMode, Transport, session::DebugSession},
    digest::Digest,
    host::{CommandArgs, Host},
    interpreter::call_arguments,
    reply::ReplySink,
    script_command,
};

impl Engine {
    /// As [`Engine::command`], for a client that may debug: SCRIPT DEBUG is executed, and so are debugging sessions, which
    /// last until the script is done. `session` is the client's, and keeps what SCRIPT DEBUG has chosen; when
    /// [`Session::closing`] is set, its connection is to be closed once the reply is written.
    ///
    /// Lines go to `transport`, and what it answers is carried out. The reply of EVAL is written after the last line.
    pub fn command_debugged(
        &mut self,
        session: &mut Session,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        transport: &mut dyn Transport,
        reply: &mut dyn ReplySink,
    ) -> bool {
        let dialect = self.options.compat.dialect();
        if let Some(choice) = script_command::debug(session, args, dialect) {
            self.failure = None;
            match choice.and_then(|mode| mode.permit(host)) {
                Ok(mode) => {
                    session.debug = mode;
                    reply.status(b"OK");
                }
                Err(text) => self.fail(&text, reply),
            }
            return true;
        }
        match commands::find(args.name()).map(|command| (command.action, command.info.accepts(args.len()))) {
            Some((Action::Eval(kind), true)) if session.debug != DebugMode::Off => {
                self.failure = None;
                self.debug(session, kind, args, host, transport, reply);
                true
            }
            _ => self.command(session, args, host, reply),
        }
    }

    fn debug(
        &mut self,
        session: &mut Session,
        kind: EvalKind,
        args: CommandArgs<'_>,
        host: &mut dyn Host,
        transport: &mut dyn Transport,
        reply: &mut dyn ReplySink,
    ) {
        let text = args.get(1).unwrap_or_default();
        if kind.by_digest {
            return match self.store.prepare(kind, args, &session.state) {
                Err(rejection) if text.len() != Digest::TEXT_LENGTH => self.fail(&rejection.reply, reply),
                _ => self.fail(b"ERR Please use EVAL instead of EVALSHA for debugging", reply),
            };
        }
        session.closing = true;
        let mut debugger = DebugSession::new(text, self.options.compat.dialect().debugger, transport);
        let prepared = match self.store.prepare(kind, args, &session.state) {
            Ok(prepared) => prepared,
            Err(rejection) => {
                debugger.end();
                return self.reject(rejection, reply);
            }
        };
        if let Err(error) = self.refresh() {
            debugger.end();
            return self.fail(format!("ERR {error}").as_bytes(), reply);
        }
        let cache = &self.store.cache;
        let interpreter = &mut self.interpreter;
        let generator = interpreter.generator().cloned();
        host.script_started();
        let discards = session.debug == DebugMode::Discard && host.begin();
        let recorded = lend(&mut self.recorder, interpreter, session);
        interpreter.begin(&prepared.call, cache, call_arguments(args, prepared.keys));
        debugger.run(interpreter, host);
        debugger.end();
        self.failure = interpreter.finish(session, reply);
        self.recorder = interpreter.recorder.take();
        if discards {
            host.rollback();
            if let Some(recorder) = &mut self.recorder {
                recorder.effects.truncate(recorded);
            }
            if let (Some(now), Some(before)) = (interpreter.generator(), generator) {
                *now = before;
            }
        }
        host.script_ended();
        take_errors(&mut self.errors, &mut self.interpreter);
        self.store.cache.touch(prepared.call.key, self.failure.is_some());
    }
}
