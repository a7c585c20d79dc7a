//! Checks of a native function's arguments, with PUC Lua's texts (`luaL_check*`, `luaL_opt*`).
//!
//! The name in `bad argument #1 to 'insert' (...)` is the machine's to find, since it is the caller's code that names the
//! function: the error carries only the argument's number and what is wrong.

use ferrous_heap::{TableRef, Value};

use crate::error::{ErrorKind, LuaError};
use crate::native::{Charge, NativeContext};

impl NativeContext<'_, '_> {
    /// `bad argument #n to 'name' (text)`.
    #[cold]
    pub fn argument_error(&self, n: usize, text: impl Into<Vec<u8>>) -> LuaError {
        LuaError::argument(n, text)
    }

    /// `bad argument #n to 'name' (expected expected, got type)`.
    #[cold]
    pub fn type_error(&self, n: usize, expected: &str) -> LuaError {
        let actual = if self.has_arg(n) { self.arg(n).type_name() } else { "no value" };
        self.argument_error(n, format!("{expected} expected, got {actual}"))
    }

    /// A message with the position of the native's caller in front.
    #[cold]
    pub fn error(&self, text: impl Into<Vec<u8>>) -> LuaError {
        LuaError::message(text)
    }

    /// A message with the position of the function at `level` in front (1: the native's caller; 0: none).
    #[cold]
    pub fn error_at_level(&self, text: impl Into<Vec<u8>>, level: u32) -> LuaError {
        LuaError::new(ErrorKind::Message { text: text.into(), level })
    }

    /// Texts and numbers in one string, as `..` joins them: for messages that contain what a script may have made long. A kill
    /// ends it.
    ///
    /// # Errors
    /// Out of memory, and a kill.
    pub fn join(&mut self, values: &[Value]) -> Result<Value, LuaError> {
        /// Bytes that are joined as one unit of work.
        const BYTES_A_UNIT: usize = 16;
        let length: usize = values.iter().filter_map(|value| self.tx.string_len(*value)).sum();
        let _: Charge = self.charge(u32::try_from(length / BYTES_A_UNIT).unwrap_or(u32::MAX));
        Ok(crate::concat::join(self.tx, values)?)
    }

    /// A string up to its first zero byte, as C sees it.
    ///
    /// # Errors
    /// Out of memory, and a kill.
    pub fn until_zero(&mut self, string: Value) -> Result<Value, LuaError> {
        const PIECE: usize = 1 << 16;
        let text = self.tx.string(string).unwrap_or_default();
        for (index, piece) in text.chunks(PIECE).enumerate() {
            if let Some(end) = piece.iter().position(|&byte| byte == 0) {
                return Ok(self.tx.intern_piece(string, 0..index * PIECE + end)?);
            }
            if index > 0 {
                self.tx.look()?;
            }
        }
        Ok(string)
    }

    /// Any value as an error, as it is.
    #[cold]
    pub fn raise(&self, value: Value) -> LuaError {
        LuaError::value(value)
    }

    /// Argument `n`, whatever it is.
    ///
    /// # Errors
    /// `value expected` if there is none.
    pub fn check_any(&self, n: usize) -> Result<Value, LuaError> {
        if self.has_arg(n) { Ok(self.arg(n)) } else { Err(self.argument_error(n, "value expected")) }
    }

    /// Argument `n` as a table.
    ///
    /// # Errors
    /// `table expected, got ...`.
    #[inline]
    pub fn check_table(&self, n: usize) -> Result<TableRef, LuaError> {
        match self.arg(n).as_table() {
            Some(table) => Ok(table),
            None => Err(self.type_error(n, "table")),
        }
    }

    /// The payload of argument `n`, a userdata that holds a `T`; `expected` is what scripts know those as. To change it, check it
    /// and then take it by [`Transaction::userdata_mut`](ferrous_heap::Transaction::userdata_mut).
    ///
    /// # Errors
    /// `expected expected, got ...`.
    pub fn check_userdata<T: 'static>(&self, n: usize, expected: &str) -> Result<&T, LuaError> {
        let payload = self.tx.userdata(self.arg(n)).and_then(|payload| payload.downcast_ref());
        payload.ok_or_else(|| self.type_error(n, expected))
    }

    /// Argument `n` as a function.
    ///
    /// # Errors
    /// `function expected, got ...`.
    pub fn check_function(&self, n: usize) -> Result<Value, LuaError> {
        let value = self.arg(n);
        if value.is_function() { Ok(value) } else { Err(self.type_error(n, "function")) }
    }

    /// Argument `n` as a number; strings that read as numbers are.
    ///
    /// # Errors
    /// `number expected, got ...`.
    #[inline]
    pub fn check_number(&mut self, n: usize) -> Result<f64, LuaError> {
        self.to_number(self.arg(n)).ok_or_else(|| self.type_error(n, "number"))
    }

    /// Argument `n` as an integer: cut toward zero, as C's cast of a `double` to `ptrdiff_t` does on x86-64 (values out
    /// of range, infinities and NaN give the smallest integer).
    ///
    /// # Errors
    /// `number expected, got ...`.
    #[inline]
    pub fn check_integer(&mut self, n: usize) -> Result<i64, LuaError> {
        self.check_number(n).map(integer_from)
    }

    /// As [`NativeContext::check_number`]; `default` for an absent or nil argument.
    ///
    /// # Errors
    /// `number expected, got ...`.
    pub fn opt_number(&mut self, n: usize, default: f64) -> Result<f64, LuaError> {
        if self.arg(n).is_nil() { Ok(default) } else { self.check_number(n) }
    }

    /// As [`NativeContext::check_integer`]; `default` for an absent or nil argument.
    ///
    /// # Errors
    /// `number expected, got ...`.
    #[inline]
    pub fn opt_integer(&mut self, n: usize, default: i64) -> Result<i64, LuaError> {
        if self.arg(n).is_nil() { Ok(default) } else { self.check_integer(n) }
    }

    /// Argument `n` as a string value; a number becomes its string, in the register too.
    ///
    /// # Errors
    /// `string expected, got ...`; out of memory.
    #[inline]
    pub fn check_string(&mut self, n: usize) -> Result<Value, LuaError> {
        let value = self.arg(n);
        if value.is_string() { Ok(value) } else { self.number_as_string(n) }
    }

    #[cold]
    #[inline(never)]
    fn number_as_string(&mut self, n: usize) -> Result<Value, LuaError> {
        let value = self.arg(n);
        if !value.is_number() {
            return Err(self.type_error(n, "string"));
        }
        let string = self.tostring(value)?;
        self.set(n, string);
        Ok(string)
    }

    /// As [`NativeContext::check_string`]; `None` for an absent or nil argument.
    ///
    /// # Errors
    /// `string expected, got ...`; out of memory.
    pub fn opt_string(&mut self, n: usize) -> Result<Option<Value>, LuaError> {
        if self.arg(n).is_nil() { Ok(None) } else { self.check_string(n).map(Some) }
    }

    /// Which of `options` argument `n` is, up to its first zero byte, as in C; `default` if it is absent.
    ///
    /// # Errors
    /// `invalid option '...'`, or not a string.
    pub fn check_option(
        &mut self,
        n: usize,
        default: Option<&str>,
        options: &[&str],
    ) -> Result<usize, LuaError> {
        let text = match default {
            Some(default) if self.arg(n).is_nil() => default.as_bytes().to_vec(),
            _ => {
                let value = self.check_string(n)?;
                let text = self.tx.string(value).unwrap_or_default();
                text.split(|&byte| byte == 0).next().unwrap_or_default().to_vec()
            }
        };
        options.iter().position(|option| option.as_bytes() == text).ok_or_else(|| {
            let mut message = b"invalid option '".to_vec();
            message.extend_from_slice(&text);
            message.push(b'\'');
            self.argument_error(n, message)
        })
    }
}

/// C's cast of a `double` to a 64-bit integer on x86-64.
#[inline(always)]
#[must_use]
pub fn integer_from(number: f64) -> i64 {
    // 2^63 and above, -2^63 and below, and NaN all give the "integer indefinite" value there.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number) {
        number as i64
    } else {
        i64::MIN
    }
}
