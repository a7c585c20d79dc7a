//! Calling a command: the arguments go out as strings of the server's, the reply comes in typed.
//!
//! Two ways lead there. `VM_CallArgv` delivers the reply through callbacks, one for each piece, straight into a
//! [`ReplySink`]. The public `Call` builds a reply object, whose RESP text is read by [`crate::resp`]; it serves where the
//! first is not known to be what we think it is.
//!
//! **Invariant:** the sink has received exactly one reply when [`run`] returns; a panic in the sink is caught in the callback
//! and goes on outside of the server's frames.

#![allow(unsafe_code, reason = "calls the server's functions and is called by them")]

use std::{
    any::Any,
    ffi::{CString, c_char, c_double, c_int, c_longlong, c_void},
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use ferrous_redis::{
    host::{Protocol, Replication},
    reply::ReplySink,
};

use crate::{
    arguments::Arguments,
    context::{Context, bytes_at},
    errors,
    ffi::{CallArgv, ReplyHandlers, call_flag},
    resp,
};

/// How a command is to be called.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) protocol: Protocol,
    pub(crate) replication: Replication,
}

/// Runs a command and writes its reply into `sink`.
pub(crate) fn run(
    context: &Context<'_>,
    arguments: &mut Arguments<'_>,
    manner: Manner,
    sink: &mut dyn ReplySink,
) {
    match context.api().call_argv {
        Some(call_argv) => typed(context, call_argv, arguments, manner, sink),
        None => public(context, arguments, manner, sink),
    }
}

/// The reply on its way from the server's callbacks into a sink.
struct Delivery<'a> {
    sink: &'a mut dyn ReplySink,
    /// How many attributes are open; what lies inside one is dropped.
    attributes: usize,
    /// How many aggregates are open.
    depth: usize,
    panic: Option<Box<dyn Any + Send>>,
}

fn typed(
    context: &Context<'_>,
    call_argv: CallArgv,
    arguments: &mut Arguments<'_>,
    manner: Manner,
    sink: &mut dyn ReplySink,
) {
    let mut delivery = Delivery { sink, attributes: 0, depth: 0, panic: None };
    let mut flags = call_flag::REPLICATE
        | call_flag::SCRIPT
        | call_flag::ERRORS_AS_REPLIES
        | call_flag::DENY_OOM
        | call_flag::EXACT;
    if !manner.replication.aof {
        flags |= call_flag::NO_AOF;
    }
    if !manner.replication.replicas {
        flags |= call_flag::NO_REPLICAS;
    }
    if manner.protocol == Protocol::Resp3 {
        flags |= call_flag::RESP3;
    }
    let (argv, count) = arguments.raw();
    // SAFETY: `argv` holds `count` live strings, which the server borrows for the call; the handlers live forever, and
    // `delivery` through the call, during which nothing else uses it.
    unsafe {
        call_argv(context.raw(), argv, count, flags, &raw const HANDLERS, (&raw mut delivery).cast());
    }
    if let Some(panic) = delivery.panic {
        resume_unwind(panic);
    }
}

/// Hands one piece of a reply on, unless it belongs to an attribute or a panic has been caught.
///
/// # Safety
/// `context` is the [`Delivery`] that was given to `VM_CallArgv`.
unsafe fn deliver(context: *mut c_void, f: impl FnOnce(&mut Delivery<'_>)) {
    // SAFETY: the caller vouches for the type, and callbacks come one at a time.
    let delivery = unsafe { &mut *context.cast::<Delivery<'_>>() };
    if delivery.attributes > 0 || delivery.panic.is_some() {
        return;
    }
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| f(delivery))) {
        delivery.panic = Some(panic);
    }
}

/// Defines callbacks that hand their piece to the sink. Each is called by the server with the [`Delivery`] that [`typed`]
/// gave it, and with arguments as [`ReplyHandlers`] declares them.
macro_rules! callbacks {
    ($($name:ident($delivery:ident $(, $argument:ident: $type:ty)*) $body:block)*) => {$(
        unsafe extern "C" fn $name(context: *mut c_void $(, $argument: $type)*) {
            // SAFETY: the server passes on the context that `typed` gave it. Texts are as long as it says, and live
            // through the callback.
            unsafe { deliver(context, |$delivery| $body) }
        }
    )*};
}

callbacks! {
    null(delivery) { delivery.sink.null() }
    null_bulk(delivery) { delivery.sink.null() }
    null_array(delivery) { delivery.sink.null_array() }
    bulk(delivery, text: *const c_char, length: usize) { delivery.sink.bulk(bytes_at(text, length)) }
    simple(delivery, text: *const c_char, length: usize) { delivery.sink.status(bytes_at(text, length)) }
    verbatim(delivery, text: *const c_char, length: usize, format: *const c_char) {
        let mut letters = [b' '; 3];
        letters.iter_mut().zip(bytes_at(format, 3)).for_each(|(to, from)| *to = *from);
        delivery.sink.verbatim(letters, bytes_at(text, length));
    }
    error(delivery, text: *const c_char, length: usize) {
        // Zero unless the server refused the command before it ran.
        let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
        let errno = if delivery.depth == 0 { errno } else { 0 };
        delivery.sink.error(&errors::rewrite(bytes_at(text, length), errno));
    }
    integer(delivery, value: c_longlong) { delivery.sink.integer(value) }
    double(delivery, value: c_double) { delivery.sink.double(value) }
    big_number(delivery, text: *const c_char, length: usize) {
        delivery.sink.big_number(bytes_at(text, length));
    }
    boolean(delivery, value: c_int) { delivery.sink.boolean(value != 0) }
    array_start(delivery, length: usize) {
        delivery.depth += 1;
        delivery.sink.begin_array(length);
    }
    array_end(delivery) {
        delivery.depth = delivery.depth.saturating_sub(1);
        delivery.sink.end();
    }
    map_start(delivery, length: usize) {
        delivery.depth += 1;
        delivery.sink.begin_map(length);
    }
    map_end(delivery) {
        delivery.depth = delivery.depth.saturating_sub(1);
        delivery.sink.end();
    }
    set_start(delivery, length: usize) {
        delivery.depth += 1;
        delivery.sink.begin_set(length);
    }
    set_end(delivery) {
        delivery.depth = delivery.depth.saturating_sub(1);
        delivery.sink.end();
    }
    parse_error(delivery) { delivery.sink.error(b"ERR the reply of the command cannot be read") }
}

unsafe extern "C" fn attribute_start(context: *mut c_void, _length: usize) {
    // SAFETY: as in `deliver`.
    let delivery = unsafe { &mut *context.cast::<Delivery<'_>>() };
    delivery.attributes += 1;
}

unsafe extern "C" fn attribute_end(context: *mut c_void) {
    // SAFETY: as in `deliver`.
    let delivery = unsafe { &mut *context.cast::<Delivery<'_>>() };
    delivery.attributes = delivery.attributes.saturating_sub(1);
}

static HANDLERS: ReplyHandlers = ReplyHandlers {
    version: 1,
    null,
    null_bulk,
    null_array,
    bulk,
    simple,
    verbatim,
    error,
    integer,
    double,
    big_number,
    boolean,
    attribute_start,
    attribute_end,
    array_start,
    array_end,
    map_start,
    map_end,
    set_start,
    set_end,
    parse_error,
    on_blocked: None,
    on_reply: None,
};

/// Calls a command through the public interface.
fn public(context: &Context<'_>, arguments: &mut Arguments<'_>, manner: Manner, sink: &mut dyn ReplySink) {
    let (api, name) = (context.api(), arguments.name());
    // The name goes in as a C string; a name with a zero byte is that of no command either way.
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    let name = CString::new(name.get(..end).unwrap_or(name)).unwrap_or_default();
    // `S` never without `E`: the server would crash on an error before the call.
    let mut format = String::from("v!SEMX");
    if manner.protocol == Protocol::Resp3 {
        format.push('3');
    }
    if !manner.replication.aof {
        format.push('A');
    }
    if !manner.replication.replicas {
        format.push('R');
    }
    let format = CString::new(format).unwrap_or_default();
    let (argv, count) = arguments.raw();
    // SAFETY: `v` takes an array of live strings and its length; the command's name stands in front of it.
    let reply = unsafe {
        (api.call)(
            context.raw(),
            name.as_ptr(),
            format.as_ptr(),
            argv.wrapping_add(1),
            usize::try_from(count).unwrap_or(1).saturating_sub(1),
        )
    };
    let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0);
    if reply.is_null() {
        return sink.error(b"ERR the command could not be called");
    }
    let mut length = 0;
    // SAFETY: the reply is live, and its text with it.
    let text = unsafe { bytes_at((api.call_reply_text)(reply, &raw mut length), length) };
    match text.strip_prefix(b"-") {
        Some(text) => sink.error(&errors::rewrite(text.trim_ascii_end(), errno)),
        None if resp::replay(text, sink) => {}
        None => sink.error(b"ERR the reply of the command cannot be read"),
    }
    // SAFETY: the reply is freed once, and `text` is not used any more.
    unsafe { (api.free_call_reply)(reply) };
}
