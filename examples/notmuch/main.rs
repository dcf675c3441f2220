//! A mail store whose objects have destroy functions of their own.
//!
//! `cargo run --example notmuch`, with libnotmuch and its header installed. `program.rs` is the
//! program, `sys.rs` what C declares; `object.rs`, `database.rs`, `query.rs` and `message.rs` are the
//! border, where all unsafe code is. `notmuch_refused_test.rs` has what must not compile.
#![deny(unsafe_code)]

#[cfg(have_notmuch)]
#[allow(unsafe_code)]
mod database;
#[cfg(have_notmuch)]
mod error;
#[cfg(have_notmuch)]
#[allow(unsafe_code)]
mod message;
#[cfg(have_notmuch)]
#[allow(unsafe_code)]
mod object;
#[cfg(have_notmuch)]
mod program;
#[cfg(have_notmuch)]
#[allow(unsafe_code)]
mod query;
#[cfg(have_notmuch)]
#[allow(unsafe_code)]
mod sys;

#[cfg(have_notmuch)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    program::run()
}

#[cfg(not(have_notmuch))]
fn main() -> std::process::ExitCode {
    talloc_examples::missing_library("libnotmuch", "libnotmuch-dev")
}
