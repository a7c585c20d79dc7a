//! The replies of FUNCTION LIST and FUNCTION STATS.
//!
//! **Invariant:** what is written depends on the libraries only, not on which of them are loaded in a heap.

use super::library::{FunctionInfo, Libraries, Library};
use crate::{busy::BusyRun, error_text::blank_breaks, glob, host::CommandArgs, reply::ReplySink};

/// What FUNCTION LIST is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// A glob pattern in lower case, for the library's name.
    pattern: Option<Vec<u8>>,
    with_code: bool,
}

impl Query {
    /// Reads the options, each of which may stand once.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn parse(args: CommandArgs<'_>) -> Result<Self, Vec<u8>> {
        let mut query = Self::default();
        let mut words = args.iter().skip(2);
        while let Some(word) = words.next() {
            if !query.with_code && word.eq_ignore_ascii_case(b"withcode") {
                query.with_code = true;
            } else if query.pattern.is_none() && word.eq_ignore_ascii_case(b"libraryname") {
                let pattern = words.next().ok_or_else(|| b"library name argument was not given".to_vec())?;
                query.pattern = Some(pattern.to_ascii_lowercase());
            } else {
                // Its line breaks are shown as blanks, even at its end.
                return Err([b"Unknown argument ", blank_breaks(word).as_slice()].concat());
            }
        }
        Ok(query)
    }

    fn matches(&self, library: &Library) -> bool {
        let name = library.name.to_ascii_lowercase();
        self.pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, &name))
    }
}

/// Writes the reply of FUNCTION LIST.
pub(crate) fn write(query: &Query, libraries: &Libraries, reply: &mut dyn ReplySink) {
    let found: Vec<&Library> =
        libraries.iter().map(AsRef::as_ref).filter(|library| query.matches(library)).collect();
    reply.begin_array(found.len());
    for library in found {
        reply.begin_map(if query.with_code { 4 } else { 3 });
        reply.bulk(b"library_name");
        reply.bulk(&library.name);
        reply.bulk(b"engine");
        reply.bulk(ENGINE);
        reply.bulk(b"functions");
        reply.begin_array(library.functions.len());
        library.functions.iter().for_each(|function| write_function(function, reply));
        reply.end();
        if query.with_code {
            reply.bulk(b"library_code");
            reply.bulk(&library.code);
        }
        reply.end();
    }
    reply.end();
}

fn write_function(function: &FunctionInfo, reply: &mut dyn ReplySink) {
    reply.begin_map(3);
    reply.bulk(b"name");
    reply.bulk(&function.name);
    reply.bulk(b"description");
    match &function.description {
        Some(description) => reply.bulk(description),
        None => reply.null(),
    }
    reply.bulk(b"flags");
    reply.begin_set(function.flags.names().count());
    function.flags.names().for_each(|name| reply.status(name.as_bytes()));
    reply.end();
    reply.end();
}

const ENGINE: &[u8] = b"LUA";

/// Writes the reply of FUNCTION STATS: how many libraries and functions there are, and the function that is busy.
pub(crate) fn write_stats(counts: [usize; 2], running: Option<&BusyRun>, reply: &mut dyn ReplySink) {
    reply.begin_map(2);
    reply.bulk(b"running_script");
    match running {
        None => reply.null(),
        Some(run) => {
            reply.begin_map(3);
            reply.bulk(b"name");
            reply.bulk(&run.name);
            reply.bulk(b"command");
            reply.begin_array(run.command().len());
            run.command().iter().for_each(|word| reply.bulk(word));
            reply.end();
            reply.bulk(b"duration_ms");
            reply.integer(i64::try_from(run.duration().as_millis()).unwrap_or(i64::MAX));
            reply.end();
        }
    }
    reply.bulk(b"engines");
    reply.begin_map(1);
    reply.bulk(ENGINE);
    reply.begin_map(2);
    for (name, count) in ["libraries_count", "functions_count"].into_iter().zip(counts) {
        reply.bulk(name.as_bytes());
        reply.integer(i64::try_from(count).unwrap_or(i64::MAX));
    }
    reply.end();
    reply.end();
    reply.end();
}
