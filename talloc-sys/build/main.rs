//! Finds libtalloc and tells cargo how to link it. `README.md` lists what this script reads and
//! what it publishes.

#[cfg(feature = "bindgen")]
mod bindgen;
mod find;

use std::fmt;

use find::Library;

/// Major, minor and patch number of a libtalloc release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

impl Version {
    /// Reads `2.4.0`; a missing patch number counts as 0, and what follows the digits of the
    /// patch number (as in `2.4.0-rc1`) is ignored.
    fn parse(text: &str) -> Option<Version> {
        let mut parts = text.trim().splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = match parts.next() {
            None => 0,
            Some(rest) => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                rest[..end].parse().ok()?
            }
        };
        Some(Version(major, minor, patch))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

const OLDEST: Version = Version(2, 1, 16);

/// The releases that added functions, each with the cfg that says they are there.
const STEPS: [(Version, &str); 3] = [
    (Version(2, 3, 5), "talloc_2_3_5"),
    (Version(2, 4, 4), "talloc_2_4_4"),
    (Version(2, 5, 0), "talloc_2_5_0"),
];

fn main() {
    // SAFETY: 1. This is the only thread.
    unsafe { find::forget_empty_variables() };
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=wrapper.h");
    println!("cargo::rustc-check-cfg=cfg(talloc_sys_generated)");
    for (_, cfg) in STEPS {
        println!("cargo::rustc-check-cfg=cfg({cfg})");
    }

    // A documentation build needs no library, and shows every function.
    if find::variable("DOCS_RS").is_some() {
        STEPS.iter().for_each(|(_, cfg)| println!("cargo::rustc-cfg={cfg}"));
        return;
    }

    if let Err(message) = find::find().and_then(|library| publish(&library)) {
        // cargo shows these lines as its errors and fails the build by itself.
        message.lines().for_each(|line| println!("cargo::error={line}"));
    }
}

fn publish(library: &Library) -> Result<(), String> {
    if library.version < OLDEST {
        return Err(format!(
            "libtalloc is too old: found {}, needed {OLDEST} or newer.\n{}",
            library.version,
            find::HELP
        ));
    }
    for (since, cfg) in STEPS {
        if library.version >= since {
            println!("cargo::rustc-cfg={cfg}");
        }
    }

    println!("cargo::metadata=version={}", library.version);
    if let Some(include) = &library.include {
        println!("cargo::metadata=include={}", include.display());
        println!("cargo::rerun-if-changed={}", include.join("talloc.h").display());
    }
    if let Some(lib_dir) = library.lib_dirs.first() {
        println!("cargo::metadata=libdir={}", lib_dir.display());
    }

    for dir in &library.lib_dirs {
        println!("cargo::rustc-link-search=native={}", dir.display());
        // rustc packs it into this crate's own library.
        if library.is_static && dir.join("libtalloc.a").exists() {
            println!("cargo::rerun-if-changed={}", dir.join("libtalloc.a").display());
        }
    }
    let kind = if library.is_static { "static" } else { "dylib" };
    println!("cargo::metadata=kind={kind}");
    println!("cargo::rustc-link-lib={kind}=talloc");
    for name in &library.other_libs {
        println!("cargo::rustc-link-lib={name}");
    }
    for argument in &library.linker_arguments {
        println!("cargo::rustc-link-arg={argument}");
    }

    generate(library)
}

#[cfg(feature = "bindgen")]
fn generate(library: &Library) -> Result<(), String> {
    let out_dir = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    bindgen::generate(library.include.as_deref(), out_dir.as_ref())?;
    println!("cargo::rustc-cfg=talloc_sys_generated");
    Ok(())
}

#[cfg(not(feature = "bindgen"))]
fn generate(_: &Library) -> Result<(), String> {
    Ok(())
}
