//! A command's arguments as strings of the server's.
//!
//! Making one costs the server an allocation, and freeing it another call, for each argument of each command. So a string is
//! taken from where it lies already: a short one that was passed lately is kept from command to command (names of commands and
//! fields, numbers), and the keys and arguments of the run are the server's strings from the start. Only what is neither
//! is made, and freed after the command.
//!
//! Commands share what they are passed with others anyway (their client's history, replicas), so they do not change it: the
//! server checks that in its own tests.
//!
//! **Invariant:** each string of the vector lives until the command is done: it belongs to the run, is kept, or is in `made`. A
//! string that loses its place while a command is put together goes there too.

#![allow(unsafe_code, reason = "counts references to the server's strings")]

use std::{ffi::c_int, mem, ptr};

use crate::{api::Api, context::StringArray, ffi::ModuleString};

/// How many strings are kept; a power of two.
const PLACES: usize = 64;

/// The longest string that is kept. The server never changes one this short, but makes another.
const LONGEST: usize = 15;

/// In how many keys, and in how many arguments of the run a string is looked for.
const MOST_COMPARED: usize = 4;

/// The arguments of one command after another. The vector keeps its memory, and the short strings.
pub(crate) struct ArgumentVector {
    strings: Vec<*mut ModuleString>,
    made: Vec<*mut ModuleString>,
    kept: Box<[Kept; PLACES]>,
}

#[derive(Clone, Copy)]
struct Kept {
    bytes: [u8; LONGEST],
    length: u8,
    /// Null: nothing is kept here.
    string: *mut ModuleString,
}

// SAFETY: the vector is used under the server's lock only, as all strings of the server's are.
unsafe impl Send for ArgumentVector {}

impl Default for ArgumentVector {
    fn default() -> Self {
        let nothing = Kept { bytes: [0; LONGEST], length: 0, string: ptr::null_mut() };
        Self { strings: Vec::new(), made: Vec::new(), kept: Box::new([nothing; PLACES]) }
    }
}

impl ArgumentVector {
    /// Gives back what is kept.
    pub(crate) fn clear(&mut self, api: &Api) {
        self.end(api);
        for place in self.kept.iter_mut() {
            free(api, mem::replace(&mut place.string, ptr::null_mut()));
        }
    }

    /// Forgets the command.
    fn end(&mut self, api: &Api) {
        self.strings.clear();
        while let Some(string) = self.made.pop() {
            free(api, string);
        }
    }

    fn push(&mut self, api: &Api, run: &[StringArray<'_>; 2], bytes: &[u8]) {
        let place = place_of(bytes).and_then(|place| self.kept.get_mut(place));
        if let Some(place) = &place
            && usize::from(place.length) == bytes.len()
            && place.bytes.get(..bytes.len()) == Some(bytes)
            && !place.string.is_null()
        {
            self.strings.push(place.string);
            return;
        }
        // The key of most commands comes right behind the name.
        let [keys, arguments] = run;
        let (first, second) = if self.strings.len() == 1 { (keys, arguments) } else { (arguments, keys) };
        let found = first.find(bytes, MOST_COMPARED).or_else(|| second.find(bytes, MOST_COMPARED));
        if let Some(string) = found {
            self.strings.push(string);
            return;
        }
        // SAFETY: the server copies `bytes.len()` bytes from an address where as many lie; without a context the string is
        // not freed behind our back.
        let string = unsafe { (api.create_string)(ptr::null_mut(), bytes.as_ptr().cast(), bytes.len()) };
        self.strings.push(string);
        let superseded = match (place, u8::try_from(bytes.len())) {
            (Some(place), Ok(length)) => {
                if let Some(copy) = place.bytes.get_mut(..bytes.len()) {
                    copy.copy_from_slice(bytes);
                }
                place.length = length;
                mem::replace(&mut place.string, string)
            }
            _ => string,
        };
        if !superseded.is_null() {
            self.made.push(superseded);
        }
    }
}

/// Where a string is kept if it is; `None` if it is too long.
fn place_of(bytes: &[u8]) -> Option<usize> {
    let (first, last) = (*bytes.first()?, *bytes.last()?);
    let hash = usize::from(first) ^ (usize::from(last) << 2) ^ (bytes.len() << 3);
    (bytes.len() <= LONGEST).then_some(hash % PLACES)
}

/// Gives a reference back.
fn free(api: &Api, string: *mut ModuleString) {
    if !string.is_null() {
        // SAFETY: each string that comes here was made by us and is given back once; the server holds references of its own
        // to those that it keeps.
        unsafe { (api.free_string)(ptr::null_mut(), string) };
    }
}

/// The arguments of a run's commands.
pub(crate) struct Arguments<'a> {
    api: &'a Api,
    vector: &'a mut ArgumentVector,
    /// The run's keys and arguments.
    run: [StringArray<'a>; 2],
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(api: &'a Api, vector: &'a mut ArgumentVector, run: [StringArray<'a>; 2]) -> Self {
        Self { api, vector, run }
    }

    /// Forgets what was pushed: the command is done, or another one begins.
    pub(crate) fn forget(&mut self) {
        self.vector.end(self.api);
    }

    /// Appends an argument; the name is the first.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.vector.push(self.api, &self.run, bytes);
    }

    /// The command's name.
    pub(crate) fn name(&self) -> &[u8] {
        // SAFETY: the string lives until the command is done.
        self.vector.strings.first().map_or(&[], |&name| unsafe { crate::context::borrowed(self.api, name) })
    }

    /// The array and its length, which the server takes as an `int`.
    pub(crate) fn raw(&mut self) -> (*mut *mut ModuleString, c_int) {
        // A script has at most some 8,000 values to pass.
        (self.vector.strings.as_mut_ptr(), c_int::try_from(self.vector.strings.len()).unwrap_or(c_int::MAX))
    }
}
