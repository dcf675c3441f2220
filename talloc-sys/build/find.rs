//! Where libtalloc is, and the messages for when it is not.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use pkg_config::Error;

use crate::{OLDEST, Version};

/// What to install and what to set. The end of each message.
pub(crate) const HELP: &str = "\
Install libtalloc with its headers, and pkg-config:
    Debian, Ubuntu:  apt install libtalloc-dev pkg-config
    Fedora:          dnf install libtalloc-devel pkgconf-pkg-config
    Arch:            pacman -S talloc pkgconf
    Alpine:          apk add talloc-dev pkgconf
    FreeBSD:         pkg install talloc pkgconf
    macOS:           brew install talloc pkg-config
A libtalloc elsewhere: add the folder of its talloc.pc to PKG_CONFIG_PATH, or name its folders in
TALLOC_LIB_DIR and TALLOC_INCLUDE_DIR, and its version in TALLOC_VERSION.";

/// A libtalloc, and how to link it.
pub(crate) struct Library {
    pub(crate) version: Version,
    pub(crate) is_static: bool,
    /// The folder of `talloc.h`.
    pub(crate) include: Option<PathBuf>,
    /// The folders that the linker searches.
    pub(crate) lib_dirs: Vec<PathBuf>,
    /// The libraries that libtalloc itself needs.
    pub(crate) other_libs: Vec<String>,
    pub(crate) linker_arguments: Vec<String>,
}

/// The value of an environment variable, on which the build depends from now on. A variable that
/// is set to the empty text counts as not set.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    println!("cargo::rerun-if-env-changed={name}");
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Takes the library from the environment variables if they name one, else from pkg-config.
pub(crate) fn find() -> Result<Library, String> {
    let is_static = wants_static();
    let include = folder("TALLOC_INCLUDE_DIR", |name| name == "talloc.h", "talloc.h")?;
    let given = given_version()?;
    let wanted = if is_static { "libtalloc.a" } else { "libtalloc" };
    match folder("TALLOC_LIB_DIR", |name| is_library(name, is_static), wanted)? {
        Some(dir) => Ok(Library {
            version: given.unwrap_or(OLDEST),
            is_static,
            include,
            lib_dirs: vec![dir],
            other_libs: Vec::new(),
            linker_arguments: Vec::new(),
        }),
        None => probe(is_static, include, given),
    }
}

/// Whether to link `libtalloc.a`: the same variables as the pkg-config crate reads, in the same
/// order; `0` turns a variable off.
fn wants_static() -> bool {
    [
        ("TALLOC_STATIC", true),
        ("TALLOC_DYNAMIC", false),
        ("PKG_CONFIG_ALL_STATIC", true),
        ("PKG_CONFIG_ALL_DYNAMIC", false),
    ]
    .into_iter()
    .find(|(name, _)| variable(name).is_some_and(|value| value != "0"))
    .is_some_and(|(_, is_static)| is_static)
}

fn given_version() -> Result<Option<Version>, String> {
    variable("TALLOC_VERSION")
        .map(|text| {
            text.to_str().and_then(Version::parse).ok_or_else(|| {
                format!("TALLOC_VERSION is {text:?}, which is not a version such as 2.4.0.")
            })
        })
        .transpose()
}

/// The folder that a variable names, after a look for the file that must be in it.
fn folder(
    name: &str,
    wanted: impl Fn(&str) -> bool,
    wanted_text: &str,
) -> Result<Option<PathBuf>, String> {
    let Some(dir) = variable(name).map(PathBuf::from) else { return Ok(None) };
    let mut entries =
        fs::read_dir(&dir).map_err(|e| format!("{name} is {}: {e}.", dir.display()))?.flatten();
    if entries.any(|entry| entry.file_name().to_str().is_some_and(&wanted)) {
        Ok(Some(dir))
    } else {
        Err(format!("{name} is {}, and there is no {wanted_text} in it.", dir.display()))
    }
}

fn is_library(name: &str, is_static: bool) -> bool {
    match name.strip_prefix("libtalloc.") {
        Some("a") => is_static,
        Some(_) => !is_static,
        None => false,
    }
}

fn probe(
    is_static: bool,
    include: Option<PathBuf>,
    given: Option<Version>,
) -> Result<Library, String> {
    let found = pkg_config::Config::new()
        .statik(is_static)
        .cargo_metadata(false)
        .probe("talloc")
        .map_err(|error| format!("{}\n{HELP}", reason(&error)))?;
    let version = match given {
        Some(version) => version,
        None => Version::parse(&found.version)
            .ok_or_else(|| format!("pkg-config calls its talloc version {:?}.", found.version))?,
    };

    let mut lib_dirs = found.link_paths;
    if is_static {
        // The linker has to see the folder of the archive first and by name: the pkg-config crate
        // itself links a library of a system folder dynamically, whatever was asked for.
        let variable = pkg_config::get_variable("talloc", "libdir").map(PathBuf::from);
        let dir = lib_dirs.iter().chain(&variable).find(|dir| dir.join("libtalloc.a").exists());
        let dir = dir.cloned().ok_or_else(|| {
            format!(
                "A static libtalloc is asked for, and there is no libtalloc.a in {}.\n\
                 Many systems package the shared library only. Set TALLOC_LIB_DIR to a folder \
                 that has libtalloc.a, or unset TALLOC_STATIC and PKG_CONFIG_ALL_STATIC.",
                list(lib_dirs.iter().chain(&variable)),
            )
        })?;
        lib_dirs.retain(|other| *other != dir);
        lib_dirs.insert(0, dir);
    }

    let include = include.or_else(|| {
        let paths = &found.include_paths;
        paths.iter().find(|dir| dir.join("talloc.h").exists()).or(paths.first()).cloned()
    });
    Ok(Library {
        version,
        is_static,
        include,
        lib_dirs,
        other_libs: found.libs.into_iter().filter(|name| name != "talloc").collect(),
        linker_arguments: found.ld_args.iter().map(|a| format!("-Wl,{}", a.join(","))).collect(),
    })
}

fn list<'a>(dirs: impl Iterator<Item = &'a PathBuf>) -> String {
    let mut dirs: Vec<String> = dirs.map(|dir: &PathBuf| Path::display(dir).to_string()).collect();
    dirs.dedup();
    if dirs.is_empty() { "any folder that pkg-config names".to_owned() } else { dirs.join(", ") }
}

fn reason(error: &Error) -> String {
    match error {
        Error::EnvNoPkgConfig(name) => {
            format!("libtalloc was not looked for: {name} is set and TALLOC_LIB_DIR is not.")
        }
        Error::CrossCompilation => "\
libtalloc was not looked for: this is a cross build. Set PKG_CONFIG_ALLOW_CROSS=1 and
PKG_CONFIG_SYSROOT_DIR or PKG_CONFIG_LIBDIR for the target, or TALLOC_LIB_DIR."
            .to_owned(),
        Error::Command { cause, .. } => format!(
            "libtalloc was not looked for: pkg-config cannot be run ({cause}). libtalloc {OLDEST} \
             or newer is needed."
        ),
        _ => format!("libtalloc was not found. Version {OLDEST} or newer is needed."),
    }
}
