//! Answering what a script asks, on a host that answers at once.
//!
//! A question is judged first, then the host executes it, and its reply becomes what the script gets. Under a debugger the
//! [`Monitor`](crate::debugger::monitor::Monitor) hears of the command and of the reply on the way.
//!
//! **Invariant:** the host sees a command only after its checks, and only once.

use ferrous_vm::{
    machine::Exit,
    native::{NativeContext, NativeResult},
};

use super::Interpreter;
use crate::{
    api::{
        ApiState,
        call::{Refusal, hand_over_arguments},
        question::{Question, Verdict, give_reply, judge, look_up, permit, refuse},
    },
    compat::Dialect,
    effects::recorder::Recorder,
    host::{Authority, CommandArgs, CommandFlags, CommandInfo, Host, Request},
    reply::{RecordedReply, ReplySink},
    server::{Permission, Placement},
};

/// Whether anybody watches the run step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    Nobody,
    Monitor,
}

impl Interpreter {
    /// Answers one question; the machine goes on with what it was told, and what comes back is how it stopped.
    #[inline]
    pub(super) fn answer_question(
        &mut self,
        question: Question,
        host: &mut dyn Host,
        checks_commands: bool,
        audience: Audience,
    ) -> Exit {
        let Some(run) = &mut self.run else { return Exit::Done };
        let (buffers, dialect, status) = (&mut self.buffers, self.dialect, &self.status);
        let (recorder, errors) = (&mut self.recorder, &mut self.errors);
        self.machine.complete_host(&mut self.heap, |ctx| {
            // Who records or watches wants to see the arguments.
            let is_unseen = audience == Audience::Nobody && recorder.is_none();
            if checks_commands && is_unseen && question.is_command() {
                match hand_over_arguments(ctx, dialect, buffers.longest, &mut buffers.number, host) {
                    Ok(true) => {
                        let nothing = (CommandArgs::new(&[], &[]), CommandFlags::NONE);
                        return execute(ctx, question, nothing, dialect, recorder, host);
                    }
                    Ok(false) => {}
                    Err(refusal) => return refuse(ctx, refusal, question, errors),
                }
            }
            let mut authority = HostAuthority(host);
            let authority: Option<&mut dyn Authority> =
                if checks_commands { None } else { Some(&mut authority) };
            let verdict = judge(ctx, question, &mut run.judgement, dialect, buffers, authority);
            let args = buffers.args.args();
            match verdict {
                Verdict::Execute { flags } => {
                    if flags.contains(CommandFlags::WRITE) {
                        status.wrote();
                    }
                    if audience == Audience::Monitor {
                        return execute_told(ctx, question, (args, flags), dialect, recorder, host);
                    }
                    execute(ctx, question, (args, flags), dialect, recorder, host)
                }
                Verdict::Refuse(refusal) => {
                    if audience == Audience::Monitor {
                        tell_refusal(ctx, question, args, &refusal, dialect, &HostAuthority(host));
                    }
                    if question.is_command() && refusal.counted {
                        host.refused(args);
                    }
                    refuse(ctx, refusal, question, errors)
                }
                Verdict::AskPermission => permit(ctx, dialect, host.may_call(args)),
                Verdict::Log(level) => {
                    host.log(level, &buffers.log_line);
                    ctx.ret0()
                }
            }
        })
    }
}

/// A host that is asked about each command.
struct HostAuthority<'a>(&'a mut dyn Host);

impl Authority for HostAuthority<'_> {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        self.0.command(name)
    }

    fn subcommand(&self, container: &CommandInfo, name: &[u8]) -> Option<CommandInfo> {
        self.0.subcommand(container, name)
    }

    fn permission(&mut self, args: CommandArgs<'_>) -> Permission {
        self.0.permission(args)
    }

    fn locate(&mut self, args: CommandArgs<'_>, command: &CommandInfo) -> Placement {
        self.0.locate(args, command)
    }
}

/// The command as the host gets it.
fn request<'a>(ctx: &mut NativeContext<'_, '_>, args: CommandArgs<'a>) -> Request<'a> {
    let state = ctx.extension::<ApiState>();
    let (protocol, replication) =
        state.map(|state| (state.protocol, state.replication())).unwrap_or_default();
    Request { args, protocol, replication, from_script: true }
}

/// Has the host execute a command, and the recorder, if there is one, note what has changed.
fn have_executed(
    request: &Request<'_>,
    flags: CommandFlags,
    recorder: &mut Option<Box<Recorder>>,
    host: &mut dyn Host,
    reply: &mut dyn ReplySink,
) {
    match recorder {
        None => host.execute(request, reply),
        Some(recorder) => recorder.execute(request, flags, host, reply),
    }
}

/// Executes a command whose checks have been made, and answers the script with its reply.
fn execute(
    ctx: &mut NativeContext<'_, '_>,
    question: Question,
    (args, flags): (CommandArgs<'_>, CommandFlags),
    dialect: &Dialect,
    recorder: &mut Option<Box<Recorder>>,
    host: &mut dyn Host,
) -> NativeResult {
    let request = request(ctx, args);
    give_reply(ctx, question, request.protocol, dialect, |reply| {
        have_executed(&request, flags, recorder, host, reply);
    })
}

/// The same, and tells the monitor.
#[cold]
fn execute_told(
    ctx: &mut NativeContext<'_, '_>,
    question: Question,
    (args, flags): (CommandArgs<'_>, CommandFlags),
    dialect: &Dialect,
    recorder: &mut Option<Box<Recorder>>,
    host: &mut dyn Host,
) -> NativeResult {
    let request = request(ctx, args);
    if let Some(state) = ctx.extension::<ApiState>() {
        state.tell(|monitor| monitor.command(args));
    }
    let mut reply = RecordedReply::default();
    have_executed(&request, flags, recorder, host, &mut reply);
    if let Some(state) = ctx.extension::<ApiState>() {
        state.tell(|monitor| monitor.reply(&reply, request.protocol, dialect.number_form));
    }
    give_reply(ctx, question, request.protocol, dialect, |sink| reply.replay(sink))
}

/// Tells the monitor of a command that is refused; what has no command is no refusal of one.
#[cold]
fn tell_refusal(
    ctx: &mut NativeContext<'_, '_>,
    question: Question,
    args: CommandArgs<'_>,
    refusal: &Refusal,
    dialect: &Dialect,
    authority: &dyn Authority,
) {
    if refusal.counted
        && question != Question::AclCheck
        && let Some(state) = ctx.extension::<ApiState>()
    {
        state.tell(|monitor| {
            monitor.command(args);
            let name = look_up(args, authority).map_or("", |command| command.name);
            monitor.refusal(name, args, &refusal.text, dialect);
        });
    }
}
