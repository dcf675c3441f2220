//! The stack of frames of Samba's programs, from Rust: C code that asks for `talloc_tos()` finds the
//! frame of the Rust function that has called it.
//!
//! `cargo run --example stackframe`, with libsamba-util. `frame.rs` is the stack, `peer.c` the C code.
#![deny(unsafe_code)]

#[cfg(have_samba)]
#[allow(unsafe_code)]
mod frame;
#[cfg(have_samba)]
#[allow(unsafe_code)]
mod peer;

#[cfg(have_samba)]
#[allow(unsafe_code)]
fn main() -> Result<(), talloc::Error> {
    // SAFETY: 1. There is one thread. 2. `peer.c` does.
    let stack = unsafe { frame::Stack::new() };
    let reader = talloc::Ctx::named(c"reader");
    let kept = stack.frame(frame::location!(), |tmp| {
        let text = peer::greeting(stack, tmp, c"anna")?;
        println!("{text}, {} bytes, on {:?}", peer::length(stack, c"anna", false), tmp.name());
        // What shall stay is stolen out of the frame, as from a scratch context.
        Ok::<_, talloc::Error>(talloc::TBox::steal(text, &reader))
    })?;
    println!("kept: {kept}");
    assert!(!stack.has_frame());
    println!("{} blocks", peer::call(stack));
    // `scratch` is a stack of its own, which C does not know.
    talloc::scratch(|_tmp| assert!(!stack.has_frame()));
    println!("no frame is left");
    Ok(())
}

#[cfg(not(have_samba))]
fn main() -> std::process::ExitCode {
    talloc_examples::missing_library("libsamba-util", "samba-dev")
}
