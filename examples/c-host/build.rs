//! Gives the shared library a name of its own, by which programs look for it. Without one,
//! they would look for the path that was on the linker's command line.

use std::env;

const NAME: &str = "chatcore";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let argument = match env::var("CARGO_CFG_TARGET_VENDOR").as_deref() {
        Ok("apple") => format!("-Wl,-install_name,@rpath/lib{NAME}.dylib"),
        _ => format!("-Wl,-soname,lib{NAME}.so"),
    };
    println!("cargo::rustc-cdylib-link-arg={argument}");
}
