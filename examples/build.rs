//! Compiles the C parts of the examples, and looks for the C libraries that some of them use.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=c_interop");
    let mut peer = c_build();
    peer.file("c_interop/peer.c").compile("talloc_example_peer");
    println!("cargo::rustc-link-search=native={}", out_dir().display());

    find_library("ldb", "2.0");
    find_library("tevent", "0.10");
    find_samba_util();
}

/// Sets `have_samba_util` for the sources if Samba's libsamba-util can be linked, and compiles
/// the C part of the example that uses it. Debian's package has no file for pkg-config.
fn find_samba_util() {
    println!("cargo::rustc-check-cfg=cfg(have_samba_util)");
    println!("cargo::rerun-if-env-changed=LIBRARY_PATH");
    let mut config = pkg_config::Config::new();
    let known = config.cargo_metadata(false).probe("samba-util").ok();
    let found = known.map(|library| library.link_paths);
    let Some(found) = found.or_else(|| Some(vec![folder_of("libsamba-util.so")?])) else {
        look_again("samba-util");
        return;
    };
    println!("cargo::rustc-cfg=have_samba_util");
    println!("cargo::rerun-if-changed=stackframe");
    for path in &found {
        println!("cargo::rustc-link-search=native={}", path.display());
    }
    c_build().file("stackframe/peer.c").compile("talloc_example_stackframe");
}

/// The folder in which the C compiler finds a library.
fn folder_of(library: &str) -> Option<PathBuf> {
    let mut compiler = cc::Build::new().get_compiler().to_command();
    let printed = compiler.arg(format!("-print-file-name={library}")).output().ok()?;
    let path = String::from_utf8(printed.stdout).ok()?;
    // Where there is none, it is the name alone.
    Some(Path::new(path.trim()).parent()?.to_owned()).filter(|folder| folder.is_absolute())
}

/// Has this script called again by the next build: there is no such file.
fn look_again(name: &str) {
    println!("cargo::rerun-if-changed={}", out_dir().join("no").join(name).display());
}

/// Sets `have_NAME` for the sources if the library is there, and compiles
/// `NAME/layout.c`, which tells the tests what is in its header.
fn find_library(name: &str, version: &str) {
    println!("cargo::rustc-check-cfg=cfg(have_{name})");
    let mut config = pkg_config::Config::new();
    let Ok(library) = config.atleast_version(version).cargo_metadata(false).probe(name) else {
        look_again(name);
        return;
    };
    println!("cargo::rustc-cfg=have_{name}");
    println!("cargo::rerun-if-changed={name}");
    for path in &library.link_paths {
        println!("cargo::rustc-link-search=native={}", path.display());
    }
    let mut layout = c_build();
    layout.includes(&library.include_paths).file(Path::new(name).join("layout.c"));
    layout.compile(&format!("talloc_example_{name}_layout"));
    if name == "tevent" {
        let mut requests = c_build();
        requests.includes(&library.include_paths).files(["tevent/lookup.c", "tevent/shout.c"]);
        requests.compile("talloc_example_tevent_requests");
    }
}

/// A C compiler that finds `talloc.h`.
///
/// Only the programs that have a `#[link]` for it link what it makes: cargo
/// must not add it to the others.
fn c_build() -> cc::Build {
    let mut build = cc::Build::new();
    // talloc-sys says where talloc.h is, unless it is where every compiler looks.
    if let Some(include) = env::var_os("DEP_TALLOC_INCLUDE") {
        build.include(include);
    }
    build.std("c99").extra_warnings(true).cargo_metadata(false);
    build
}

fn out_dir() -> PathBuf {
    env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default()
}
