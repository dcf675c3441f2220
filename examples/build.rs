//! Compiles the C side of the example `c_interop`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=c_interop");
    let mut c = cc::Build::new();
    // talloc-sys says where talloc.h is, unless it is where every compiler looks.
    if let Some(include) = env::var_os("DEP_TALLOC_INCLUDE") {
        c.include(include);
    }
    // Only `c_interop` links the library, by its `#[link]`: cargo must not add
    // it to the other examples.
    c.file("c_interop/peer.c").std("c99").extra_warnings(true).cargo_metadata(false);
    c.compile("talloc_example_peer");
    println!("cargo::rustc-link-search=native={}", env::var("OUT_DIR").unwrap_or_default());
}
