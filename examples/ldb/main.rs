//! An address book in a database of a C library.
//!
//! `cargo run --example ldb`, with libldb and its header installed. `program.rs` is the program,
//! `database.rs` the border, where all unsafe code is, `sys.rs` what C declares.
#![deny(unsafe_code)]

#[cfg(have_ldb)]
#[allow(unsafe_code)]
mod database;
#[cfg(have_ldb)]
mod error;
#[cfg(have_ldb)]
mod program;

#[cfg(have_ldb)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    program::run()
}

#[cfg(not(have_ldb))]
fn main() -> std::process::ExitCode {
    talloc_examples::missing_library("ldb", "libldb-dev")
}
