//! Compiles the C side of the tests.

mod from_c;
#[allow(unreachable_pub, reason = "a module of the tests")]
#[path = "../support/pairs.rs"]
mod pairs;

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=c");
    println!("cargo::rerun-if-env-changed=DEP_TALLOC_INCLUDE");

    if let Some(include) = env::var_os("DEP_TALLOC_INCLUDE") {
        println!("cargo::rustc-env=TALLOC_TESTS_INCLUDE={}", include.to_string_lossy());
    }
    println!("cargo::rustc-check-cfg=cfg(libtalloc_is_static)");
    let is_static = env::var("DEP_TALLOC_KIND").is_ok_and(|kind| kind == "static");
    if is_static {
        println!("cargo::rustc-cfg=libtalloc_is_static");
    }
    let sanitizer = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let mut tests = cc::Build::new();
    if sanitizer.contains("sanitizer=address") {
        tests.define("TT_ASAN", None);
    }
    compile_folder("c", &mut tests).compile("talloc_tests_c");
    shared_object(&tests);

    // Only `calls.rs` links this one: it hides functions of libtalloc.
    let mut calls = cc::Build::new();
    calls.file("c/calls/calls.c").std("gnu11").cargo_metadata(false);
    if is_static {
        calls.define("TT_STATIC", None);
    }
    calls.compile("talloc_tests_calls");

    // Only the program `aborts_host` links this one: it has a `main`.
    cc::Build::new()
        .file("c/host/host.c")
        .std("gnu11")
        .includes(env::var_os("DEP_TALLOC_INCLUDE").iter().flat_map(env::split_paths))
        .cargo_metadata(false)
        .compile("talloc_tests_host");

    // Only `faults.rs` links this one: it stands in for malloc. A sanitizer has a malloc of its
    // own.
    let mut faults = cc::Build::new();
    faults.file("c/faults/faults.c").std("gnu11").cargo_metadata(false);
    if sanitizer.contains("sanitizer") {
        faults.define("TT_NO_FAULTS", None);
    }
    faults.compile("talloc_tests_faults");

    seen_by_thread_sanitizer(is_static);
    from_c::compile(is_static);

    // The benchmark's C side: as a C program is built, whatever the profile of the Rust side.
    println!("cargo::rerun-if-changed=benches/c");
    let mut speed = cc::Build::new();
    speed.opt_level(2).debug(false).force_frame_pointer(false).cargo_metadata(false);
    compile_folder("benches/c", &mut speed).compile("talloc_speed_c");
}

/// What only `process_wide.rs` links. ThreadSanitizer sees it if `TALLOC_TESTS_TSAN=1` asks for
/// that. With `TALLOC_SOURCE`, the path of libtalloc's `talloc.c`, it is libtalloc itself,
/// otherwise functions that stand in front of the installed one, if that is shared.
fn seen_by_thread_sanitizer(is_static: bool) {
    println!("cargo::rerun-if-env-changed=TALLOC_TESTS_TSAN");
    println!("cargo::rerun-if-env-changed=TALLOC_SOURCE");
    let mut build = cc::Build::new();
    build.std("gnu11").cargo_metadata(false).file("c/tsan/what.c");
    if env::var_os("TALLOC_TESTS_TSAN").is_some_and(|value| value == "1") {
        build.flag("-fsanitize=thread");
    }
    if let Some(source) = env::var_os("TALLOC_SOURCE").filter(|source| !source.is_empty()) {
        println!("cargo::rerun-if-changed={}", source.to_string_lossy());
        build.warnings(false).define("TT_SOURCE", None).include("c/tsan/source").file(source);
    } else if !is_static {
        build.includes(env::var_os("DEP_TALLOC_INCLUDE").iter().flat_map(env::split_paths));
        build.file("c/tsan/touch.c");
    }
    build.compile("talloc_tests_touch");
    // The objects, for their names.
    println!("cargo::rustc-env=TALLOC_TESTS_OUT={}", env::var("OUT_DIR").expect("set by cargo"));
}

/// Links `c/plugin/plugin.c` as a shared object, which `unload.rs` loads. Its functions of
/// libtalloc are those that the test has loaded.
fn shared_object(build: &cc::Build) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    let plugin = out.join("talloc_tests_plugin.so");
    // None of the other flags: a sanitizer that Rust has been told to use would be linked in
    // a second time, and C's.
    let mut compiler = Command::new(build.get_compiler().path());
    compiler.args(["-shared", "-fPIC", "c/plugin/plugin.c", "-o"]).arg(&plugin);
    if env::var("CARGO_CFG_TARGET_VENDOR").is_ok_and(|vendor| vendor == "apple") {
        // Elsewhere a shared object may leave symbols to those who load it without more ado.
        compiler.args(["-undefined", "dynamic_lookup"]);
    }
    for folder in env::var_os("DEP_TALLOC_INCLUDE").iter().flat_map(env::split_paths) {
        compiler.arg("-I").arg(folder);
    }
    assert!(compiler.status().expect("a compiler").success(), "{compiler:?}");
    println!("cargo::rustc-env=TALLOC_TESTS_PLUGIN={}", plugin.display());
}

/// Adds the C files of a folder.
fn compile_folder<'a>(folder: &str, build: &'a mut cc::Build) -> &'a mut cc::Build {
    build.std("gnu11").warnings(true).extra_warnings(true);
    if let Some(include) = env::var_os("DEP_TALLOC_INCLUDE") {
        build.includes(env::split_paths(&include));
    }
    for entry in fs::read_dir(folder).expect("a folder of C files") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_some_and(|extension| extension == "c") {
            build.file(path);
        }
    }
    build
}
