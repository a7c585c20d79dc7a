//! The loaders of `package.loaders`, and the search along a path (manual §5.3).
//!
//! A loader returns a function, or a text that says where it looked in vain.
//!
//! **Invariant:** a file counts as found if it can be opened, as in PUC Lua; whether it loads shows afterwards.

use std::fs::File;

use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeFn, NativeResult};

use super::{NO_LIBRARIES, field};
use crate::base::load_file;
use crate::failure::{check_name, path};
use crate::string::pattern::effective;

/// The loaders in the order in which they are asked.
pub(super) const LOADERS: [NativeFn; 4] = [preload, lua, library, root_library];

/// A file that was found, or the text that says where it is not.
enum Found {
    File(Vec<u8>),
    Nowhere(Vec<u8>),
}

/// Looks for a module along `package.path` or `package.cpath`.
fn find(ctx: &mut NativeContext<'_, '_>, name: &[u8], path_name: &str) -> Result<Found, LuaError> {
    let templates = field(ctx, path_name);
    if !templates.is_string() && !templates.is_number() {
        return Err(ctx.error(format!("'package.{path_name}' must be a string")));
    }
    let templates = ctx.tostring(templates)?;
    let templates = effective(ctx.tx.string(templates).unwrap_or_default());
    let name: Vec<u8> = name.iter().map(|byte| if *byte == b'.' { b'/' } else { *byte }).collect();
    let (mut places, mut wanted) = (Vec::new(), Ok(()));
    for template in templates.split(|byte| *byte == b';').filter(|template| !template.is_empty()) {
        let file = template.split(|byte| *byte == b'?').collect::<Vec<_>>().join(name.as_slice());
        if File::open(path(&file)).is_ok() {
            return Ok(Found::File(file));
        }
        places.extend_from_slice(&[b"\n\tno file '", file.as_slice(), b"'"].concat());
        wanted = ctx.tx.look();
        if wanted.is_err() {
            break;
        }
    }
    if let Err(error) = wanted {
        ctx.tx.scrap(places);
        return Err(error.into());
    }
    let _: Charge = ctx.charge(u32::try_from(places.len()).unwrap_or(u32::MAX));
    Ok(Found::Nowhere(places))
}

fn text(ctx: &mut NativeContext<'_, '_>, text: Vec<u8>) -> NativeResult {
    let text = ctx.tx.intern_buffer(text)?;
    ctx.ret(text)
}

/// `error loading module 'name' from file 'file':` and the reason.
fn load_error(ctx: &NativeContext<'_, '_>, name: &[u8], file: &[u8], reason: &[u8]) -> LuaError {
    let parts = [b"error loading module '", name, b"' from file '", file, b"':\n\t", reason];
    ctx.error(parts.concat())
}

/// The loader of `package.preload`.
fn preload(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    let preload = field(ctx, "preload").as_table();
    let preload = preload.ok_or_else(|| ctx.error("'package.preload' must be a table"))?;
    let loader = ctx.tx.raw_get_str(preload, &name);
    if loader.is_nil() {
        return text(ctx, [b"\n\tno field package.preload['", name.as_slice(), b"']"].concat());
    }
    ctx.ret(loader)
}

/// The loader of Lua files.
fn lua(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    let file = match find(ctx, &name, "path")? {
        Found::Nowhere(places) => return text(ctx, places),
        Found::File(file) => file,
    };
    match load_file(ctx, Some(&file))? {
        Ok(function) => ctx.ret(function),
        Err(message) => {
            let reason = ctx.tx.string(message).unwrap_or_default().to_vec();
            Err(load_error(ctx, &name, &file, &reason))
        }
    }
}

fn find_library(ctx: &mut NativeContext<'_, '_>, name: &[u8], file_name: &[u8]) -> NativeResult {
    match find(ctx, file_name, "cpath")? {
        Found::Nowhere(places) => text(ctx, places),
        Found::File(file) => Err(load_error(ctx, name, &file, NO_LIBRARIES.as_bytes())),
    }
}

/// The loader of C libraries.
fn library(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    find_library(ctx, &name, &name)
}

/// The loader of C libraries that hold a whole package: it looks for the first part of the name.
fn root_library(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    match name.split(|byte| *byte == b'.').next() {
        Some(root) if root.len() < name.len() => find_library(ctx, &name, root),
        _ => ctx.ret0(),
    }
}
