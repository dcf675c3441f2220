//! A configuration file of Samba, loaded by Samba's own library.
//!
//! `cargo run --example samba`, with libsamba-hostconfig and its header installed. `program.rs` is
//! the program, `conf.rs` and `util.rs` with what they declare the border, where all unsafe code
//! is, `sys.rs` what C declares.
#![deny(unsafe_code)]

#[cfg(have_samba)]
#[allow(unsafe_code)]
mod conf;
#[cfg(have_samba)]
mod error;
#[cfg(have_samba)]
mod program;
#[cfg(have_samba)]
#[allow(unsafe_code)]
mod sys;
#[cfg(have_samba)]
#[allow(unsafe_code)]
mod util;

#[cfg(have_samba)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    program::run()
}

#[cfg(not(have_samba))]
fn main() -> std::process::ExitCode {
    talloc_examples::missing_library("libsamba-hostconfig", "samba-dev")
}
