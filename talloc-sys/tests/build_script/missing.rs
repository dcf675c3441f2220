//! No libtalloc, or one that is too old.

use crate::package::{Package, fail, succeed};

const MAIN: &str = "fn main() {}";
/// What a reader has to learn from the message.
const NAMED: [&str; 10] = [
    "libtalloc-dev",
    "libtalloc-devel",
    "pacman -S talloc",
    "apk add talloc-dev",
    "pkg install talloc",
    "brew install talloc",
    "pkg-config",
    "PKG_CONFIG_PATH",
    "TALLOC_LIB_DIR",
    "TALLOC_INCLUDE_DIR",
];

fn assert_helps(errors: &str) {
    for name in NAMED {
        assert!(errors.contains(name), "{name} is not named in:\n{errors}");
    }
}

#[test]
fn missing_library_gives_one_message_with_the_packages() {
    let package = Package::new("missing", MAIN);
    let errors = fail(&mut package.cargo_without_talloc(&["build"]));
    assert_helps(&errors);
    assert_eq!(errors.matches("libtalloc was not found").count(), 1, "{errors}");
    assert!(errors.contains("2.1.16"), "{errors}");
}

#[test]
fn missing_pkg_config_is_told_apart() {
    let package = Package::new("missing-pkg-config", MAIN);
    let mut cargo = package.cargo_without_talloc(&["build"]);
    let errors = fail(cargo.env("PKG_CONFIG", "/nowhere/pkg-config"));
    assert_helps(&errors);
    assert!(errors.contains("pkg-config cannot be run"), "{errors}");
}

#[test]
fn switched_off_pkg_config_is_told_apart() {
    let package = Package::new("no-pkg-config", MAIN);
    let errors = fail(package.cargo_without_talloc(&["build"]).env("TALLOC_NO_PKG_CONFIG", "1"));
    assert_helps(&errors);
    assert!(errors.contains("TALLOC_NO_PKG_CONFIG is set"), "{errors}");
}

#[test]
fn too_old_library_gives_both_versions() {
    let package = Package::new("too-old", MAIN);
    for version in ["2.1.15", "2.0.8", "1.9.20"] {
        let errors = fail(&mut package.cargo_with_version(version, &["build"]));
        assert_helps(&errors);
        assert!(errors.contains(&format!("found {version}, needed 2.1.16")), "{errors}");
    }
}

#[test]
fn documentation_builds_without_the_library() {
    let package = Package::new("documentation", MAIN);
    let arguments = ["doc", "--package", "talloc-sys", "--no-deps"];
    fail(&mut package.cargo_without_talloc(&arguments));
    succeed(package.cargo_without_talloc(&arguments).env("DOCS_RS", "1"));

    let pages = package.folder("target/doc/talloc_sys");
    for function in ["_talloc_free", "talloc_asprintf_addbuf", "talloc_asprintf_addsep"] {
        assert!(pages.join(format!("fn.{function}.html")).exists(), "no page for {function}");
    }
}
