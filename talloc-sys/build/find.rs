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

/// The variables that the pkg-config crate reads by itself, of which those for cross builds have
/// the target's name, or which of the two machines is meant, as a part of their name.
const OF_PKG_CONFIG: [&str; 5] = [
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
    "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_SYSROOT_DIR",
    "PKG_CONFIG_ALLOW_CROSS",
];

/// Removes the variables with empty text that the pkg-config crate would take for set.
///
/// # Safety
///
/// 1. No other thread may run.
pub(crate) unsafe fn forget_empty_variables() {
    let target = env::var("TARGET").unwrap_or_default();
    let of_target = [&target, &target.replace('-', "_")].map(|name| format!("_{name}"));
    let is_read = |name: &str| {
        let name = name.strip_prefix("HOST_").or(name.strip_prefix("TARGET_")).unwrap_or(name);
        let plain = of_target.iter().find_map(|target| name.strip_suffix(target.as_str()));
        OF_PKG_CONFIG.contains(&plain.unwrap_or(name)) || name == "TALLOC_NO_PKG_CONFIG"
    };
    for (name, value) in env::vars_os() {
        if value.is_empty() && name.to_str().is_some_and(is_read) {
            // SAFETY: duty 1.
            unsafe { env::remove_var(name) };
        }
    }
}

/// Takes the library from the environment variables if they name one, else from pkg-config.
pub(crate) fn find() -> Result<Library, String> {
    let is_static = wants_static();
    if !is_static && is_static_program() {
        return Err("\
libtalloc was not looked for: the program is linked statically (`crt-static`), and a shared libtalloc
brings the shared libc. Set TALLOC_STATIC=1, or build with RUSTFLAGS=-Ctarget-feature=-crt-static."
            .to_owned());
    }
    let include = folder("TALLOC_INCLUDE_DIR", &["talloc.h"], |_| ".".to_owned())?;
    let given = given_version()?;
    let others = |files| other_libraries(is_static, files);
    match folder("TALLOC_LIB_DIR", libraries(is_static), others)? {
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

/// Whether libc becomes a part of the program: so it does on some targets by default.
fn is_static_program() -> bool {
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    is_linux && features.split(',').any(|feature| feature == "crt-static")
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

/// The files one of which the linker needs.
fn libraries(is_static: bool) -> &'static [&'static str] {
    if is_static {
        &["libtalloc.a"]
    } else if env::var("CARGO_CFG_TARGET_VENDOR").is_ok_and(|vendor| vendor == "apple") {
        &["libtalloc.dylib", "libtalloc.tbd"]
    } else {
        &["libtalloc.so"]
    }
}

/// The folder that a variable names, after a look for one of the files, which must be in it. The
/// message ends by what `instead` makes of those that are there.
fn folder(
    name: &str,
    wanted: &[&str],
    instead: impl FnOnce(Vec<String>) -> String,
) -> Result<Option<PathBuf>, String> {
    let Some(dir) = variable(name).map(PathBuf::from) else { return Ok(None) };
    let shown = dir.display();
    if !dir.to_str().is_some_and(|text| text.trim() == text && !text.contains(['\n', '\r'])) {
        return Err(format!(
            "{name} is {:?}, which cannot be passed on to cargo: it is not UTF-8, has a line break, \
             or begins or ends with a blank.\nMake a symbolic link to that folder, and name it.",
            dir.as_os_str()
        ));
    }
    if dir.is_relative() {
        return Err(format!(
            "{name} is {shown}, which is relative; it has to be absolute. In the section [env] of \
             .cargo/config.toml,\n    {name} = {{ value = {:?}, relative = true }}\n\
             is made absolute by cargo, from the folder above .cargo.",
            dir.as_os_str()
        ));
    }
    let entries = fs::read_dir(&dir).map_err(|e| format!("{name} is {shown}: {e}."))?;
    // A link that leads nowhere, a folder and an empty file are none.
    let is_file =
        |file: &&str| fs::metadata(dir.join(file)).is_ok_and(|m| m.is_file() && m.len() > 0);
    if wanted.iter().any(is_file) {
        return Ok(Some(dir));
    }
    let mut message = format!("{name} is {shown}, and there is no {} in it", wanted.join(" or "));
    let others = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    message += &instead(others.collect());
    Err(message)
}

/// What is in a folder instead of the library that was looked for, to end the message.
fn other_libraries(is_static: bool, mut files: Vec<String>) -> String {
    files.retain(|name| name.starts_with("libtalloc."));
    files.sort();
    let mut message = match &*files {
        [] => ".".to_owned(),
        others => format!(" that can be linked, only {}.", others.join(", ")),
    };
    if !is_static && files.iter().any(|name| name == "libtalloc.a") {
        message += "\nSet TALLOC_STATIC=1 to link libtalloc.a.";
    }
    message
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
        let variable = pkg_config::get_variable("talloc", "libdir").ok().map(PathBuf::from);
        let variable = variable.filter(|dir| dir.is_absolute());
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
    } else {
        // The linker would take the archive.
        let has = |file: &str| lib_dirs.iter().find(|dir| dir.join(file).exists());
        let has_shared = libraries(false).iter().any(|file| has(file).is_some());
        if let Some(dir) = has("libtalloc.a").filter(|_| !has_shared) {
            return Err(format!(
                "pkg-config names {}, where libtalloc.a is and no {}.\n\
                 Set TALLOC_STATIC=1 to link libtalloc.a.",
                dir.display(),
                libraries(false).join(" or ")
            ));
        }
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
