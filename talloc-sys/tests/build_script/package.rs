//! A throw-away package that depends on this crate, and cargo run on it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The beginnings of the names of all variables that say where libtalloc is.
const PREFIXES: [&str; 4] = ["TALLOC_", "PKG_CONFIG", "HOST_PKG_CONFIG", "TARGET_PKG_CONFIG"];
/// Settings of the outer build and of the tool that it may run under.
const REMOVED: [&str; 17] = [
    "ASAN_OPTIONS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTDOCFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "DOCS_RS",
    "LD_PRELOAD",
    "LSAN_OPTIONS",
    "PKG_CONFIG_ALL_DYNAMIC",
    "PKG_CONFIG_ALL_STATIC",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOCFLAGS",
    "RUSTFLAGS",
    "TALLOC_DYNAMIC",
    "TALLOC_STATIC",
    "TSAN_OPTIONS",
];

/// A package in a folder of its own, which is made anew.
pub(crate) struct Package {
    folder: PathBuf,
}

impl Package {
    /// `main` is the text of its `src/main.rs`.
    pub(crate) fn new(name: &str, main: &str) -> Package {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_script").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let package = Package { folder };
        let manifest = format!(
            "[package]\nname = \"child\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [dependencies]\ntalloc-sys = {{ path = {:?} }}\n[workspace]\n",
            env!("CARGO_MANIFEST_DIR")
        );
        package.write("Cargo.toml", &manifest);
        package.write("src/main.rs", main);
        package
    }

    /// Writes a file of the package, and returns where it is.
    pub(crate) fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Makes an empty folder in the package.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::create_dir_all(&path).unwrap();
        path
    }

    /// cargo, in the package, with a target folder of its own. It finds libtalloc where the outer
    /// build finds it, and links it dynamically; that of the system, if the outer build has one
    /// that is static.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).arg("--offline").current_dir(&self.folder);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target"));
        for name in REMOVED {
            cargo.env_remove(name);
        }
        if env::var_os("TALLOC_STATIC").is_some_and(|value| value != "0") {
            for name in ["TALLOC_LIB_DIR", "TALLOC_INCLUDE_DIR", "TALLOC_VERSION"] {
                cargo.env_remove(name);
            }
        }
        cargo
    }

    /// As `cargo`, and no libtalloc can be found: pkg-config sees an empty folder.
    pub(crate) fn cargo_without_talloc(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.cargo(arguments);
        for (name, _) in env::vars_os() {
            if PREFIXES.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                cargo.env_remove(name);
            }
        }
        cargo.env("PKG_CONFIG_LIBDIR", self.folder("no-packages"));
        cargo
    }

    /// As `cargo_without_talloc`, with a `talloc.pc` of the given version that pkg-config sees.
    pub(crate) fn cargo_with_version(&self, version: &str, arguments: &[&str]) -> Command {
        let file = self.write(
            &format!("packages-{version}/talloc.pc"),
            &format!(
                "Name: talloc\nDescription: none\nVersion: {version}\nLibs: -L/nowhere -ltalloc\n\
                 Cflags: -I/nowhere/include\n"
            ),
        );
        let mut cargo = self.cargo_without_talloc(arguments);
        cargo.env("PKG_CONFIG_LIBDIR", file.parent().unwrap());
        cargo
    }

    /// The program that `cargo build` makes.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.join("target/debug/child")
    }
}

/// Runs a command that has to succeed, and returns its standard output.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?} failed:\n{}", errors(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that has to fail without a panic, and returns its standard error.
pub(crate) fn fail(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{command:?} did not fail");
    let errors = errors(&output);
    for word in ["panicked", "RUST_BACKTRACE", "backtrace"] {
        assert!(!errors.contains(word), "{word} in:\n{errors}");
    }
    errors
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What pkg-config says about the installed libtalloc.
pub(crate) fn installed(variable: &str) -> Option<PathBuf> {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let output = Command::new(program)
        .args([&format!("--variable={variable}"), "talloc"])
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).unwrap().trim().into())
}
