//! Gives the shared library a name of its own, by which programs look for it. Without one,
//! they would look for the path that was on the linker's command line.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let argument = match env::var("CARGO_CFG_TARGET_VENDOR").as_deref() {
        Ok("apple") => "-Wl,-install_name,@rpath/libchatcore.dylib",
        _ => "-Wl,-soname,libchatcore.so",
    };
    println!("cargo::rustc-cdylib-link-arg={argument}");
}
