//! Names of commands as strings of the server's, kept from call to call: a script calls the same few again and again.
//!
//! **Invariant:** a kept string has one reference that is the cache's; whoever asks for one gets a reference of its own, so
//! that it can be freed like any other.

#![allow(unsafe_code, reason = "counts references to the server's strings")]

use std::ptr;

use crate::{api::Api, ffi::ModuleString};

/// How many names are kept; a power of two.
const PLACES: usize = 64;

/// The longest name that is kept.
const LONGEST: usize = 15;

/// See the module's text.
pub(crate) struct NameCache([Name; PLACES]);

#[derive(Clone, Copy)]
struct Name {
    bytes: [u8; LONGEST],
    /// 0: nothing is kept here.
    length: u8,
    string: *mut ModuleString,
}

// SAFETY: the cache is used under the server's lock only, as all strings of the server's are.
unsafe impl Send for NameCache {}

impl Default for NameCache {
    fn default() -> Self {
        Self([Name { bytes: [0; LONGEST], length: 0, string: ptr::null_mut() }; PLACES])
    }
}

impl NameCache {
    /// A new reference to the string of that name; `None`: it is too long to be kept.
    pub(crate) fn get(&mut self, api: &Api, name: &[u8]) -> Option<*mut ModuleString> {
        let (first, last) = (*name.first()?, *name.last()?);
        let length = u8::try_from(name.len()).ok().filter(|&length| usize::from(length) <= LONGEST)?;
        let hash = usize::from(first) ^ (usize::from(last) << 2) ^ (usize::from(length) << 3);
        let place = self.0.get_mut(hash % PLACES)?;
        if place.length != length || place.bytes.get(..name.len()) != Some(name) {
            let old = std::mem::replace(&mut place.length, length);
            place.bytes.get_mut(..name.len())?.copy_from_slice(name);
            if old > 0 {
                // SAFETY: the reference is the cache's.
                unsafe { (api.free_string)(ptr::null_mut(), place.string) };
            }
            // SAFETY: the server copies `name.len()` bytes from an address where as many lie.
            place.string = unsafe { (api.create_string)(ptr::null_mut(), name.as_ptr().cast(), name.len()) };
        }
        // SAFETY: the string is live, since the cache has a reference.
        unsafe { (api.retain_string)(ptr::null_mut(), place.string) };
        Some(place.string)
    }

    /// Gives all strings back.
    pub(crate) fn clear(&mut self, api: &Api) {
        for place in self.0.iter_mut().filter(|place| place.length > 0) {
            place.length = 0;
            // SAFETY: the reference is the cache's.
            unsafe { (api.free_string)(ptr::null_mut(), place.string) };
        }
    }
}
