//! Libraries and their functions, by name: what the server knows about them, without any of their Lua values.
//!
//! Libraries are kept in the order in which they were loaded. Their names are compared as they are, those of functions
//! without regard to case.
//!
//! **Invariant:** `functions` names exactly the functions of the libraries in `loaded`; a serial is given out once.

use std::{
    collections::{BTreeMap, hash_map::Entry},
    sync::Arc,
    time::Duration,
};

use ahash::{HashMap, HashSet};
use ferrous_vm::chunk::Chunk;

use super::{
    CHUNK_NAME, LOAD_TIMEOUT,
    command::Policy,
    metadata::{self, is_name},
    register::Registered,
};
use crate::{
    compat::Dialect,
    compilation::{self, Refusal},
    error_text::until_zero,
    limits::Limits,
    shebang::ScriptFlags,
    stats::{Calls, FunctionStats},
};

/// What a server knows about a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FunctionInfo {
    pub(crate) name: Arc<[u8]>,
    pub(crate) description: Option<Vec<u8>>,
    pub(crate) flags: ScriptFlags,
}

/// A library that compiles, and which may not have been loaded yet.
#[derive(Clone, Debug)]
pub(crate) struct Library {
    /// What tells it from every other, one of the same name that it replaced included.
    pub(crate) serial: u64,
    pub(crate) name: Vec<u8>,
    /// The text, first line included.
    pub(crate) code: Vec<u8>,
    pub(crate) chunk: Arc<Chunk>,
    /// In the order in which they were registered.
    pub(crate) functions: Vec<FunctionInfo>,
}

/// A function among all libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FunctionPlace {
    pub(crate) library: u64,
    pub(crate) index: usize,
}

/// What to do about a library that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    Refuse,
    Replace,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Libraries {
    loaded: BTreeMap<u64, Arc<Library>>,
    by_name: HashMap<Vec<u8>, u64>,
    functions: HashMap<Vec<u8>, FunctionPlace>,
    next_serial: u64,
    /// How often all of them were removed by FUNCTION FLUSH.
    flushes: u64,
    /// How often some of them were removed.
    removals: u64,
    /// The calls of each library's functions, once there was one.
    calls: BTreeMap<u64, Vec<Calls>>,
}

impl Libraries {
    /// In the order of loading.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Library>> {
        self.loaded.values()
    }

    pub(crate) fn get(&self, serial: u64) -> Option<&Arc<Library>> {
        self.loaded.get(&serial)
    }

    pub(crate) fn len(&self) -> usize {
        self.loaded.len()
    }

    pub(crate) fn function_count(&self) -> usize {
        self.loaded.values().map(|library| library.functions.len()).sum()
    }

    /// A function has been called.
    pub(crate) fn count_call(&mut self, serial: u64, index: usize, failed: bool) {
        let Some(library) = self.loaded.get(&serial) else { return };
        let calls = self.calls.entry(serial).or_default();
        calls.resize(library.functions.len(), Calls::default());
        if let Some(calls) = calls.get_mut(index) {
            calls.count(failed);
        }
    }

    /// The functions and what they have done, in the order of loading.
    pub(crate) fn stats(&self) -> impl Iterator<Item = FunctionStats> {
        self.loaded.iter().flat_map(|(serial, library)| {
            library.functions.iter().enumerate().map(|(index, function)| FunctionStats {
                library: library.name.clone(),
                name: function.name.to_vec(),
                calls: self.calls.get(serial).and_then(|calls| calls.get(index)).copied().unwrap_or_default(),
            })
        })
    }

    /// Bytes of the libraries' texts, and a fixed amount for each.
    pub(crate) fn bytes(&self) -> usize {
        self.loaded.values().map(|library| library.code.len() + size_of::<Library>()).sum()
    }

    /// Tells heaps that have to start anew: it grows with each FUNCTION FLUSH on targets where that does it.
    pub(crate) fn heap_flushes(&self, dialect: &Dialect) -> u64 {
        if dialect.function_flush_resets { self.flushes } else { 0 }
    }

    /// Grows with each library that is removed.
    pub(crate) fn removals(&self) -> u64 {
        self.removals
    }

    /// The function of that name, in any case. Servers leave open which of a library's names that differ in case only is
    /// called; here the exact one goes first.
    pub(crate) fn find_function(&self, name: &[u8]) -> Option<(&Arc<Library>, usize)> {
        let place = match self.functions.get(name) {
            Some(place) => place,
            None => self.functions.get(&name.to_ascii_lowercase())?,
        };
        let library = self.loaded.get(&place.library)?;
        let named = |function: &FunctionInfo| *function.name == *name;
        let index = match library.functions.get(place.index) {
            Some(function) if !named(function) => library.functions.iter().position(named),
            _ => None,
        };
        Some((library, index.unwrap_or(place.index)))
    }

    /// Reads, checks and compiles a library's text; nothing is kept of it yet.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn compile(
        &mut self,
        code: &[u8],
        existing: Existing,
        limits: &Limits,
        dialect: &Dialect,
    ) -> Result<Library, Vec<u8>> {
        let metadata = metadata::parse(code, dialect.quotes)?;
        if !metadata.engine.eq_ignore_ascii_case(b"lua") {
            return Err([b"Engine '", metadata.engine.as_slice(), b"' not found"].concat());
        }
        if existing == Existing::Refuse && self.by_name.contains_key(&metadata.name) {
            return Err([b"Library '", metadata.name.as_slice(), b"' already exists"].concat());
        }
        let body = metadata.body;
        let body = if dialect.functions_end_at_zero { until_zero(body) } else { body };
        let chunk = compile_body(body, limits, Some(LOAD_TIMEOUT))?;
        self.next_serial += 1;
        Ok(Library {
            serial: self.next_serial,
            name: metadata.name,
            code: code.to_vec(),
            chunk,
            functions: Vec::new(),
        })
    }

    /// Whether a library whose functions have been registered can be added, and which they are.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn accept(
        &self,
        name: &[u8],
        registered: &[Registered],
        dialect: &Dialect,
    ) -> Result<Vec<FunctionInfo>, Vec<u8>> {
        if !dialect.checks_functions_at_once {
            check_names(registered, dialect)?;
        }
        if registered.is_empty() {
            return Err(b"No functions registered".to_vec());
        }
        for function in registered {
            let owner = self.find_function(&function.info.name).map(|(library, _)| library);
            if owner.is_some_and(|owner| owner.name != name) {
                return Err([b"Function ", &*function.info.name, b" already exists"].concat());
            }
        }
        Ok(registered.iter().map(|function| function.info.clone()).collect())
    }

    /// Adds a library that was accepted, in the place of the one of its name.
    pub(crate) fn add(&mut self, library: Library) {
        self.remove(&library.name);
        for (index, function) in library.functions.iter().enumerate() {
            // Of names that differ in case only, the first answers to those that are none of them.
            if let Entry::Vacant(place) = self.functions.entry(function.name.to_ascii_lowercase()) {
                place.insert(FunctionPlace { library: library.serial, index });
            }
        }
        self.by_name.insert(library.name.clone(), library.serial);
        self.loaded.insert(library.serial, Arc::new(library));
    }

    /// Removes a library; whether it was there.
    pub(crate) fn remove(&mut self, name: &[u8]) -> bool {
        let Some(serial) = self.by_name.remove(name) else { return false };
        self.loaded.remove(&serial);
        self.calls.remove(&serial);
        self.functions.retain(|_, place| place.library != serial);
        self.removals += 1;
        true
    }

    /// No libraries, whose serials go on from these.
    pub(crate) fn successor(&self) -> Self {
        Self { next_serial: self.next_serial, ..Self::default() }
    }

    /// Gives out no serial that `successor` has given out.
    pub(crate) fn skip_serials(&mut self, successor: &Self) {
        self.next_serial = self.next_serial.max(successor.next_serial);
    }

    /// Adds those of `others`, all or none.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn join(&mut self, others: &Self, policy: Policy) -> Result<(), Vec<u8>> {
        let replaces = |name: &[u8]| policy == Policy::Replace && others.by_name.contains_key(name);
        if policy == Policy::Append
            && let Some(known) = others.iter().find(|library| self.by_name.contains_key(&library.name))
        {
            return Err([b"Library ", known.name.as_slice(), b" already exists"].concat());
        }
        if policy != Policy::Flush {
            for function in others.iter().flat_map(|library| &library.functions) {
                let owner = self.find_function(&function.name).map(|(library, _)| library);
                if owner.is_some_and(|owner| !replaces(&owner.name)) {
                    return Err([b"Function ", &*function.name, b" already exists"].concat());
                }
            }
        } else {
            self.clear();
        }
        for library in others.iter() {
            self.add(Library::clone(library));
        }
        Ok(())
    }

    /// FUNCTION FLUSH.
    pub(crate) fn flush(&mut self) {
        self.clear();
        self.flushes += 1;
    }

    fn clear(&mut self) {
        self.loaded.clear();
        self.calls.clear();
        self.by_name.clear();
        self.functions.clear();
        self.removals += 1;
    }
}
/// Compiles what follows the first line of a library.
///
/// # Errors
/// The text that is answered, without the code `ERR`.
pub(crate) fn compile_body(
    body: &[u8],
    limits: &Limits,
    timeout: Option<Duration>,
) -> Result<Arc<Chunk>, Vec<u8>> {
    match compilation::compile(CHUNK_NAME, body, limits, timeout, None) {
        Ok(chunk) => Ok(Arc::new(chunk)),
        Err(Refusal::OutOfTime(_)) => Err(OUT_OF_TIME.into()),
        Err(refusal) => Err([b"Error compiling function: ", until_zero(&refusal.message())].concat()),
    }
}

/// What is said of a library that takes longer.
pub(crate) const OUT_OF_TIME: &str = "Error registering functions: ERR FUNCTION LOAD timeout";

/// The checks of names that some servers make when a library has run to its end.
///
/// # Errors
/// The text that is answered, without the code `ERR`.
pub(crate) fn check_names(registered: &[Registered], dialect: &Dialect) -> Result<(), Vec<u8>> {
    let mut names = HashSet::default();
    for function in registered {
        if !is_name(&function.info.name) {
            return Err(dialect.bad_function_name.into());
        }
        if !names.insert(&function.info.name) {
            return Err(FUNCTION_EXISTS.into());
        }
    }
    Ok(())
}

/// A library registers two functions of one name.
pub(crate) const FUNCTION_EXISTS: &str = "Function already exists in the library";
