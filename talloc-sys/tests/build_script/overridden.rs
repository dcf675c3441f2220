//! The environment variables that name the library, and what is published to dependents.

use std::fs;
use std::os::unix::fs::symlink;

use crate::package::{Package, fail, installed, succeed};

/// Prints what this crate publishes to a package that depends on it.
const MAIN: &str = r#"
fn main() {
    // SAFETY: no duties.
    let major = unsafe { talloc_sys::talloc_version_major() };
    println!("{major} {:?} {:?} {:?}", option_env!("VERSION"), option_env!("INCLUDE"), option_env!("LIBDIR"));
}
"#;

const BUILD: &str = r#"
fn main() {
    for name in ["VERSION", "INCLUDE", "LIBDIR"] {
        if let Ok(value) = std::env::var(format!("DEP_TALLOC_{name}")) {
            println!("cargo::rustc-env={name}={value}");
        }
    }
}
"#;

/// What is said of a folder without a library.
const NO_LIBRARY: &str = if cfg!(target_vendor = "apple") {
    "there is no libtalloc.dylib or libtalloc.tbd in it"
} else {
    "there is no libtalloc.so in it"
};

#[test]
fn folders_and_version_come_from_the_variables() {
    let (Some(lib_dir), Some(include_dir)) = (installed("libdir"), installed("includedir")) else {
        println!("skipped: pkg-config does not know libtalloc");
        return;
    };
    let package = Package::new("overridden", MAIN);
    package.write("build.rs", BUILD);
    let (lib, include) = (package.folder("lib"), package.folder("include"));
    for entry in fs::read_dir(lib_dir).unwrap().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with("libtalloc.") && name != "libtalloc.a")
        {
            symlink(entry.path(), lib.join(name)).unwrap();
        }
    }
    fs::copy(include_dir.join("talloc.h"), include.join("talloc.h")).unwrap();

    let mut cargo = package.cargo_without_talloc(&["run"]);
    cargo.env("TALLOC_LIB_DIR", &lib);
    assert_eq!(succeed(&mut cargo), format!("2 Some(\"2.1.16\") None Some({lib:?})\n"));

    cargo.env("TALLOC_INCLUDE_DIR", &include).env("TALLOC_VERSION", "2.2.0");
    let expected = format!("2 Some(\"2.2.0\") Some({include:?}) Some({lib:?})\n");
    assert_eq!(succeed(&mut cargo), expected);

    cargo.env("TALLOC_VERSION", "2.1.9");
    assert!(fail(&mut cargo).contains("found 2.1.9, needed 2.1.16"));
}

#[test]
fn pkg_config_is_what_dependents_see_by_default() {
    let Some(include) = installed("includedir") else {
        println!("skipped: pkg-config does not know libtalloc");
        return;
    };
    let package = Package::new("published", MAIN);
    package.write("build.rs", BUILD);
    let mut cargo = package.cargo(&["run"]);
    cargo.env_remove("TALLOC_INCLUDE_DIR").env_remove("TALLOC_VERSION");
    let line = succeed(cargo.env_remove("TALLOC_LIB_DIR"));
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some("2"));
    assert!(words.next().is_some_and(|version| version.starts_with("Some(\"2.")), "{line}");
    assert_eq!(words.next(), Some(format!("Some({include:?})").as_str()));
}

#[test]
fn wrong_variables_are_named() {
    let package = Package::new("wrong", MAIN);
    let empty = package.folder("empty");
    let wrong = [
        ("TALLOC_LIB_DIR", "/nowhere".as_ref(), "TALLOC_LIB_DIR is /nowhere"),
        ("TALLOC_LIB_DIR", empty.as_path(), NO_LIBRARY),
        ("TALLOC_LIB_DIR", "lib".as_ref(), "TALLOC_LIB_DIR is lib, which is relative"),
        ("TALLOC_INCLUDE_DIR", "include".as_ref(), "which is relative"),
        ("TALLOC_INCLUDE_DIR", empty.as_path(), "there is no talloc.h in it"),
        ("TALLOC_VERSION", "new".as_ref(), "TALLOC_VERSION is \"new\""),
    ];
    for (name, value, expected) in wrong {
        let errors = fail(package.cargo_without_talloc(&["check"]).env(name, value));
        assert!(errors.contains(name) && errors.contains(expected), "{errors}");
    }
}

/// cargo reads lines, without the blanks at their ends.
#[test]
fn folders_that_cargo_cannot_name() {
    let package = Package::new("unspeakable", MAIN);
    for name in ["blank ", " blank", "line\nfeed"] {
        let lib = package.write(&format!("{name}/libtalloc.so"), "a library");
        let mut cargo = package.cargo_without_talloc(&["check"]);
        // At the end of the path, or at its start.
        let value = match name.strip_prefix(' ') {
            Some(_) => format!(" {}", lib.parent().unwrap().display()),
            None => lib.parent().unwrap().display().to_string(),
        };
        let errors = fail(cargo.env("TALLOC_LIB_DIR", value));
        assert!(errors.contains("cannot be passed on to cargo"), "{errors}");
    }
}

/// The linker takes an archive where it finds nothing else.
#[test]
fn an_archive_of_pkg_config_is_not_linked_unasked() {
    let package = Package::new("archive-only", MAIN);
    let archive = package.write("lib/libtalloc.a", "!<arch>\n");
    let lib = archive.parent().unwrap().display();
    let file = package.write(
        "archive-packages/talloc.pc",
        &format!("Name: talloc\nDescription: none\nVersion: 2.4.0\nLibs: -L{lib} -ltalloc\n"),
    );
    let mut cargo = package.cargo_without_talloc(&["check"]);
    cargo.env("PKG_CONFIG_LIBDIR", file.parent().unwrap());
    let errors = fail(&mut cargo);
    assert!(errors.contains("Set TALLOC_STATIC=1"), "{errors}");
    succeed(cargo.env("TALLOC_STATIC", "1"));
}

#[test]
fn what_cannot_be_linked_is_no_library() {
    let package = Package::new("unusable", MAIN);
    let refuse = |lib: &std::path::Path, others: &str, is_static: &str| {
        let mut cargo = package.cargo_without_talloc(&["check"]);
        cargo.env("TALLOC_LIB_DIR", lib).env("TALLOC_STATIC", is_static);
        let errors = fail(&mut cargo);
        assert!(errors.contains(&format!("that can be linked, only {others}.")), "{errors}");
        errors
    };
    // Without the link of the development package; with one that leads nowhere; what is no file, or
    // empty.
    package.write("runtime/libtalloc.so.2", "a library");
    let errors = refuse(&package.folder("runtime"), "libtalloc.so.2", "");
    assert!(errors.contains(NO_LIBRARY), "{errors}");
    for name in ["libtalloc.so", "libtalloc.dylib"] {
        let lib = package.folder(&format!("dangling-{name}"));
        symlink("/nowhere/libtalloc", lib.join(name)).unwrap();
        refuse(&lib, name, "");
        package.folder(&format!("folder-{name}/{name}"));
        refuse(&package.folder(&format!("folder-{name}")), name, "");
        package.write(&format!("empty-{name}/{name}"), "");
        refuse(&package.folder(&format!("empty-{name}")), name, "");
    }
    // The other kind.
    package.write("archive/libtalloc.a", "!<arch>\n");
    let errors = refuse(&package.folder("archive"), "libtalloc.a", "0");
    assert!(errors.contains("TALLOC_STATIC=1"), "{errors}");
    let errors = refuse(&package.folder("runtime"), "libtalloc.so.2", "1");
    assert!(errors.contains("there is no libtalloc.a in it"), "{errors}");
}

#[test]
fn cargo_makes_a_relative_folder_absolute() {
    let package = Package::new("relative", MAIN);
    package.write(
        ".cargo/config.toml",
        "[env]\nTALLOC_LIB_DIR = { value = \"lib\", relative = true }\n",
    );
    let errors = fail(&mut package.cargo_without_talloc(&["check"]));
    let lib = package.folder("lib");
    fail(&mut package.cargo_without_talloc(&["check"]));
    assert!(errors.contains(&format!("TALLOC_LIB_DIR is {}", lib.display())), "{errors}");
    for file in ["libtalloc.so", "libtalloc.dylib"] {
        package.write(&format!("lib/{file}"), "a library");
    }
    succeed(&mut package.cargo_without_talloc(&["check"]));
}

/// Each of them changes what is found, when it has a text.
#[test]
fn a_variable_with_empty_text_counts_as_not_set() {
    if installed("libdir").is_none() {
        println!("skipped: pkg-config does not know libtalloc");
        return;
    }
    let package = Package::new("empty-text", MAIN);
    for (name, text) in [
        ("TALLOC_LIB_DIR", "/nowhere"),
        ("TALLOC_INCLUDE_DIR", "/nowhere"),
        ("TALLOC_VERSION", "1.0.0"),
        ("TALLOC_NO_PKG_CONFIG", "1"),
        ("PKG_CONFIG", "/nowhere/pkg-config"),
        ("HOST_PKG_CONFIG", "/nowhere/pkg-config"),
        ("PKG_CONFIG_LIBDIR", "/nowhere"),
        ("HOST_PKG_CONFIG_LIBDIR", "/nowhere"),
    ] {
        let cargo = |text: &str| {
            let mut cargo = package.cargo_with_version("2.4.0", &["check"]);
            cargo.env_remove("PKG_CONFIG_LIBDIR");
            cargo.env(name, text);
            cargo
        };
        fail(&mut cargo(text));
        succeed(&mut cargo(""));
    }
}

/// In a cross build, where libtalloc is not looked for unless it is said how.
#[test]
fn a_variable_with_empty_text_allows_no_cross_build() {
    let package = Package::new("empty-cross", MAIN);
    let target = match cfg!(target_arch = "x86_64") {
        true => "aarch64-unknown-linux-gnu",
        false => "x86_64-unknown-linux-gnu",
    };
    for name in ["PKG_CONFIG_ALLOW_CROSS", "PKG_CONFIG_SYSROOT_DIR", "TARGET_PKG_CONFIG"] {
        let mut cargo = package.cargo_with_version("2.4.0", &["check", "--target", target]);
        let errors = fail(cargo.env(name, ""));
        assert!(errors.contains("this is a cross build"), "{name}: {errors}");
    }
}

#[test]
fn static_without_an_archive_is_refused() {
    let package = Package::new("no-archive", MAIN);
    let errors = fail(package.cargo_with_version("2.4.0", &["check"]).env("TALLOC_STATIC", "1"));
    assert!(errors.contains("there is no libtalloc.a in /nowhere"), "{errors}");
    assert!(errors.contains("TALLOC_LIB_DIR"), "{errors}");
}
