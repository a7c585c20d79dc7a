//! The engine against a small host: texts, conversions, isolation, limits, suspension.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod busy;
mod conversion;
mod depth;
mod effects;
mod exhaustion;
mod functions;
mod host;
mod libraries;
mod limits;
mod looks;
mod rest;
mod scripts;
mod server;
mod suspension;
mod vulnerabilities;
