//! Replies to the client: a [`ReplySink`] that writes through the server, which degrades what the client's protocol lacks.
//!
//! **Invariant:** texts handed to the server as C strings end with their only zero byte.

#![allow(unsafe_code, reason = "calls the server's functions")]

use std::ffi::c_long;

use ferrous_redis::reply::ReplySink;

use crate::context::{Context, zero_terminated};

/// Writes one reply to the client of `context`.
pub(crate) struct ClientReply<'a> {
    context: Context<'a>,
}

impl<'a> ClientReply<'a> {
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self { context }
    }

    fn write_error(&mut self, text: &[u8], counts: bool) {
        let text = zero_terminated(text);
        let api = self.context.api();
        // SAFETY: the format takes one C string, and `text` is one.
        unsafe { (api.reply_error)(self.context.raw(), counts.into(), c"%s".as_ptr(), text.as_ptr()) };
    }
}

/// A length for the server. No table has more elements than that.
fn long(length: usize) -> c_long {
    c_long::try_from(length).unwrap_or(c_long::MAX)
}

// SAFETY (for every block below): the context is valid for the callback in progress; addresses and lengths are those of
// slices, and the server copies from them.
impl ReplySink for ClientReply<'_> {
    fn null(&mut self) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_null)(self.context.raw()) };
    }

    fn null_array(&mut self) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_null_array)(self.context.raw()) };
    }

    fn bulk(&mut self, bytes: &[u8]) {
        // SAFETY: see above the impl.
        unsafe {
            (self.context.api().reply_bulk)(self.context.raw(), bytes.as_ptr().cast(), bytes.len());
        }
    }

    fn integer(&mut self, value: i64) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_integer)(self.context.raw(), value) };
    }

    fn status(&mut self, text: &[u8]) {
        let text = zero_terminated(text);
        // SAFETY: see above the impl; `text` is a C string.
        unsafe { (self.context.api().reply_status)(self.context.raw(), text.as_ptr()) };
    }

    fn error(&mut self, text: &[u8]) {
        self.write_error(text, true);
    }

    fn counted_error(&mut self, text: &[u8]) {
        self.write_error(text, false);
    }

    fn double(&mut self, value: f64) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_double)(self.context.raw(), value) };
    }

    fn boolean(&mut self, value: bool) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_boolean)(self.context.raw(), value.into()) };
    }

    fn big_number(&mut self, digits: &[u8]) {
        // SAFETY: see above the impl.
        unsafe {
            (self.context.api().reply_big_number)(self.context.raw(), digits.as_ptr().cast(), digits.len());
        }
    }

    fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        let format = format.map(u8::cast_signed);
        let format = [format[0], format[1], format[2], 0];
        // SAFETY: see above the impl; the server reads three bytes of the format.
        unsafe {
            (self.context.api().reply_verbatim)(
                self.context.raw(),
                text.as_ptr().cast(),
                text.len(),
                format.as_ptr(),
            );
        }
    }

    fn begin_array(&mut self, len: usize) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_array)(self.context.raw(), long(len)) };
    }

    fn begin_map(&mut self, len: usize) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_map)(self.context.raw(), long(len)) };
    }

    fn begin_set(&mut self, len: usize) {
        // SAFETY: see above the impl.
        unsafe { (self.context.api().reply_set)(self.context.raw(), long(len)) };
    }

    fn end(&mut self) {}
}
