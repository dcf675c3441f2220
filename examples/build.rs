//! Compiles the C parts of the examples, and looks for the C libraries that some of them use.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=c_interop");
    let mut peer = c_build();
    peer.file("c_interop/peer.c").compile("talloc_example_peer");
    println!("cargo::rustc-link-search=native={}", out_dir().display());

    find_library("ldb", &["ldb"], "2.0");
    if let Some(mut requests) = find_library("tevent", &["tevent"], "0.10") {
        requests.files(["tevent/lookup.c", "tevent/shout.c"]);
        requests.compile("talloc_example_tevent_requests");
    }
    println!("cargo::rerun-if-changed=stackframe");
    if let Some(mut peer) = find_library("samba", &["samba-hostconfig", "samba-util"], "0.0.1") {
        peer.file("stackframe/peer.c").compile("talloc_example_stackframe");
    }
    find_header("notmuch");
}

/// Sets `have_NAME` for the sources if pkg-config knows all of these packages, and compiles
/// `NAME/layout.c`, which tells the tests what is in their headers. Returns a compiler that finds
/// these.
fn find_library(name: &str, packages: &[&str], version: &str) -> Option<cc::Build> {
    let probe = |package: &&str| {
        let mut config = pkg_config::Config::new();
        config.atleast_version(version).cargo_metadata(false).probe(package).ok()
    };
    let found: Option<Vec<_>> = packages.iter().map(probe).collect();
    tell(name, found.is_some());
    let mut build = c_build();
    for library in found? {
        build.includes(&library.include_paths);
        for path in &library.link_paths {
            println!("cargo::rustc-link-search=native={}", path.display());
        }
    }
    build.clone().file(layout_of(name)).compile(&layout_library(name));
    Some(build)
}

/// As [`find_library`], for one that pkg-config does not know: it is there if `NAME/layout.c` can
/// be compiled and linked with it; a cross compiler may find the machine's own header. Homebrew's
/// folders are not those of the compiler.
fn find_header(name: &str) {
    let mut layout = c_build();
    layout.file(layout_of(name)).cargo_warnings(false);
    let prefixes = ["/opt/homebrew", "/usr/local"].map(Path::new);
    let header = Path::new("include").join(name).with_extension("h");
    let mut link = vec![format!("-l{name}")];
    if let Some(prefix) = prefixes.iter().find(|prefix| prefix.join(&header).exists()) {
        layout.include(prefix.join("include"));
        println!("cargo::rustc-link-search=native={}", prefix.join("lib").display());
        link.push(format!("-L{}", prefix.join("lib").display()));
    }
    let is_there = links(&layout, name, &link) && layout.try_compile(&layout_library(name)).is_ok();
    tell(name, is_there);
}

/// Whether `NAME/layout.c` and a library make a shared object.
fn links(build: &cc::Build, name: &str, library: &[String]) -> bool {
    let mut compiler = build.get_compiler().to_command();
    compiler.arg(layout_of(name)).args(["-shared", "-fPIC", "-w", "-o"]);
    compiler.arg(out_dir().join(name).with_extension("so")).args(library);
    compiler.output().is_ok_and(|output| output.status.success())
}

fn layout_of(name: &str) -> PathBuf {
    Path::new(name).join("layout.c")
}

fn layout_library(name: &str) -> String {
    format!("talloc_example_{name}_layout")
}

/// Tells cargo and the sources whether a library is there.
fn tell(name: &str, found: bool) {
    println!("cargo::rustc-check-cfg=cfg(have_{name})");
    if found {
        println!("cargo::rustc-cfg=have_{name}");
        println!("cargo::rerun-if-changed={name}");
    } else {
        // A file that does not exist: look again at the next build.
        println!("cargo::rerun-if-changed={}", out_dir().join("no").join(name).display());
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
