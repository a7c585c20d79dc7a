//! `string.format` (manual §5.4).
//!
//! [`Spec`] reads one conversion, [`number`] lays out numbers, and the native function below walks the format string.

pub mod number;
mod spec;

pub use spec::{Spec, SpecError};
