//! The string library (manual §5.4).

pub mod format;
pub mod pattern;
