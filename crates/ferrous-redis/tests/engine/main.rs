//! The engine against a small host: texts, conversions, isolation, limits, suspension.

mod conversion;
mod host;
mod limits;
mod scripts;
mod suspension;
