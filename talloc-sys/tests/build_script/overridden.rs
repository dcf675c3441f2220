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
        ("TALLOC_LIB_DIR", empty.as_path(), "there is no libtalloc in it"),
        ("TALLOC_INCLUDE_DIR", empty.as_path(), "there is no talloc.h in it"),
        ("TALLOC_VERSION", "new".as_ref(), "TALLOC_VERSION is \"new\""),
    ];
    for (name, value, expected) in wrong {
        let errors = fail(package.cargo_without_talloc(&["check"]).env(name, value));
        assert!(errors.contains(name) && errors.contains(expected), "{errors}");
    }
}

#[test]
fn static_without_an_archive_is_refused() {
    let package = Package::new("no-archive", MAIN);
    let errors = fail(package.cargo_with_version("2.4.0", &["check"]).env("TALLOC_STATIC", "1"));
    assert!(errors.contains("there is no libtalloc.a in /nowhere"), "{errors}");
    assert!(errors.contains("TALLOC_LIB_DIR"), "{errors}");
}
