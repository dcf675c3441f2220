//! Timers and a socket whose events call Rust closures, in the event loop of a C library.
//!
//! `cargo run --example tevent`, with libtevent and its header installed. `program.rs` is the
//! program, `events.rs` the border, where all unsafe code is, `sys.rs` what C declares. Requests, the
//! `foo_send` and `foo_recv` of Samba, are in `request.rs`: one of C in `lookup.rs`, one of Rust in `shout.rs`.
#![deny(unsafe_code)]

#[cfg(have_tevent)]
mod error;
#[cfg(have_tevent)]
#[allow(unsafe_code)]
mod events;
#[cfg(have_tevent)]
#[allow(unsafe_code)]
mod lookup;
#[cfg(have_tevent)]
mod program;
#[cfg(have_tevent)]
#[allow(unsafe_code)]
mod shout;

#[cfg(have_tevent)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    program::run()
}

#[cfg(not(have_tevent))]
fn main() -> std::process::ExitCode {
    talloc_examples::missing_library("tevent", "libtevent-dev")
}
