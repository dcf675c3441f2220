//! Programs that are linked with libtalloc.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::package::{Package, fail, installed, succeed};

/// Allocates, frees and says so.
const MAIN: &str = r#"
fn main() {
    // SAFETY: the chunk is made here, used here and freed once.
    unsafe {
        let root = talloc_sys::talloc_new(std::ptr::null(), c"root");
        assert!(!talloc_sys::talloc_strdup(root, c"text".as_ptr()).is_null());
        assert_eq!(talloc_sys::talloc_total_blocks(root), 2);
        assert_eq!(talloc_sys::talloc_free(root), 0);
    }
    println!("done");
}
"#;

/// The shared libraries that a program asks for, as a tool of the system lists them.
fn shared_libraries(package: &Package) -> String {
    let (tool, option) =
        if cfg!(target_os = "macos") { ("otool", "-L") } else { ("readelf", "-d") };
    succeed(Command::new(tool).arg(option).arg(package.program()))
}

fn folder_of_the_archive() -> Option<PathBuf> {
    let dir = installed("libdir").filter(|dir| dir.join("libtalloc.a").exists());
    if dir.is_none() {
        println!("skipped: the system has no libtalloc.a");
    }
    dir
}

#[test]
fn shared_library_is_the_default() {
    let package = Package::new("shared", MAIN);
    assert_eq!(succeed(&mut package.cargo(&["run"])), "done\n");
    assert!(shared_libraries(&package).contains("libtalloc"));
}

#[test]
fn static_library_is_inside_the_program() {
    let Some(dir) = folder_of_the_archive() else { return };
    let package = Package::new("static", MAIN);
    for (name, value) in [("TALLOC_STATIC", "1"), ("PKG_CONFIG_ALL_STATIC", "1")] {
        let mut cargo = package.cargo(&["run"]);
        assert_eq!(succeed(cargo.env_remove("TALLOC_LIB_DIR").env(name, value)), "done\n");
        let libraries = shared_libraries(&package);
        assert!(!libraries.contains("talloc"), "{name}: {libraries}");
        assert!(libraries.contains("libc"), "{libraries}");
    }

    assert_eq!(succeed(package.cargo(&["run"]).env("TALLOC_STATIC", "0")), "done\n");
    assert!(shared_libraries(&package).contains("libtalloc"));

    let mut cargo = package.cargo_without_talloc(&["run"]);
    let cargo = cargo.env("TALLOC_STATIC", "1").env("TALLOC_LIB_DIR", dir);
    assert_eq!(succeed(cargo), "done\n");
    assert!(!shared_libraries(&package).contains("talloc"));
}

/// rustc keeps a copy of an archive, which has to follow the archive.
#[test]
fn static_library_that_is_replaced() {
    let Some(dir) = folder_of_the_archive() else { return };
    let package = Package::new("replaced", MAIN);
    let archive = package.write("lib/libtalloc.a", "");
    fs::copy(dir.join("libtalloc.a"), &archive).unwrap();
    let run = || {
        let mut cargo = package.cargo_without_talloc(&["run"]);
        cargo.env("TALLOC_STATIC", "1").env("TALLOC_LIB_DIR", archive.parent().unwrap());
        cargo
    };
    assert_eq!(succeed(&mut run()), "done\n");
    fs::write(&archive, "").unwrap();
    let errors = fail(&mut run());
    assert!(errors.contains("there is no libtalloc.a in it"), "{errors}");
}

/// A static program that loads a shared libtalloc has two libcs, and crashes.
#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn static_program() {
    let package = Package::new("static-program", MAIN);
    let target = succeed(Command::new("rustc").arg("-vV"));
    let target = target.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["check", "--target", target];
    let mut cargo = package.cargo(&arguments);
    let errors = fail(cargo.env("RUSTFLAGS", "-Ctarget-feature=+crt-static"));
    assert!(errors.contains("TALLOC_STATIC=1"), "{errors}");
    succeed(package.cargo(&arguments).env("RUSTFLAGS", "-Ctarget-feature=-crt-static"));
}

/// A C function with variable arguments calls back into Rust with a `va_list`, and Rust passes
/// that on to libtalloc.
#[test]
fn va_list_passes_through_rust() {
    let package = Package::new("va-list", VA_LIST_MAIN);
    package.write("build.rs", VA_LIST_BUILD);
    package.write("helper.c", VA_LIST_HELPER);
    assert_eq!(succeed(&mut package.cargo(&["run"])), "-7 word 1.25 18446744073709551615 tail\n");
}

const VA_LIST_HELPER: &str = r#"
#include <stdarg.h>

typedef char *callback(const void *ctx, const char *fmt, va_list ap);

char *with_arguments(callback *f, const void *ctx, const char *fmt, ...);

char *with_arguments(callback *f, const void *ctx, const char *fmt, ...)
{
	va_list ap;
	char *result;

	va_start(ap, fmt);
	result = f(ctx, fmt, ap);
	va_end(ap);
	return result;
}
"#;

const VA_LIST_BUILD: &str = r#"
use std::process::Command;

fn main() {
    let out = std::env::var("OUT_DIR").unwrap();
    let compiler = std::env::var("CC").unwrap_or("cc".to_owned());
    let object = format!("{out}/helper.o");
    let archive = format!("{out}/libhelper.a");
    let compile = Command::new(compiler).args(["-c", "helper.c", "-fPIC", "-o", &object]).status();
    assert!(compile.unwrap().success());
    assert!(Command::new("ar").args(["rcs", &archive, &object]).status().unwrap().success());
    println!("cargo::rustc-link-search=native={out}");
    println!("cargo::rustc-link-lib=static=helper");
}
"#;

const VA_LIST_MAIN: &str = r#"
use std::ffi::{CStr, c_char, c_int, c_ulonglong, c_void};
use talloc_sys::va_list;

type Callback = unsafe extern "C" fn(*const c_void, *const c_char, va_list) -> *mut c_char;

unsafe extern "C" {
    fn with_arguments(
        f: Callback, ctx: *const c_void, fmt: *const c_char, ...
    ) -> *mut c_char;
}

unsafe extern "C" fn format(ctx: *const c_void, fmt: *const c_char, ap: va_list) -> *mut c_char {
    // SAFETY: the arguments are those that the C helper got.
    unsafe { talloc_sys::talloc_vasprintf(ctx, fmt, ap) }
}

unsafe extern "C" fn append(ctx: *const c_void, fmt: *const c_char, ap: va_list) -> *mut c_char {
    // SAFETY: as in `format`, and the context is a string.
    unsafe { talloc_sys::talloc_vasprintf_append(ctx.cast_mut().cast(), fmt, ap) }
}

fn main() {
    // SAFETY: the formats fit their arguments, and the string is freed once.
    unsafe {
        let fmt = c"%d %s %.2f %llu".as_ptr();
        let word = c"word".as_ptr();
        let (number, large) = (-7 as c_int, c_ulonglong::MAX);
        let text = with_arguments(format, std::ptr::null(), fmt, number, word, 1.25, large);
        let text = with_arguments(append, text.cast(), c" %s".as_ptr(), c"tail".as_ptr());
        println!("{}", CStr::from_ptr(text).to_str().unwrap());
        assert_eq!(talloc_sys::talloc_free(text), 0);
    }
}
"#;
