//! argv in, one exit code out.

#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::todo, clippy::unimplemented)]

mod cli;

use std::process::ExitCode;

/// Forms are many small texts: measured, a document takes a sixth less time than with the system's allocator. Workers are started
/// with its reservations bounded (`cli/batch/pool.rs`), so that their limit on memory stays one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
