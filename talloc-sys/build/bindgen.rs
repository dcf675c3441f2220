//! The settings of bindgen, and the two files that are made with them.

use std::path::Path;

use bindgen::callbacks::{ItemInfo, ParseCallbacks};
use bindgen::{Builder, RustEdition, RustTarget};

/// The functions that not every supported libtalloc has. `src/versioned.rs` declares them.
const VERSIONED: &str = "talloc_asprintf_addbuf|_talloc_realloc_array_zero|talloc_asprintf_addsep";

/// Gives the stand-ins of `wrapper.h` the names of the C types.
#[derive(Debug)]
struct StandIns;

impl ParseCallbacks for StandIns {
    fn item_name(&self, item: ItemInfo<'_>) -> Option<String> {
        match item.name {
            "talloc_sys_FILE" => Some("FILE".to_owned()),
            "talloc_sys_va_list" => Some("va_list".to_owned()),
            _ => None,
        }
    }
}

/// Writes two files into `out_dir`: `bindings.rs`, the bindings without the versioned functions,
/// and `versioned.rs`, those of the versioned functions that the header has.
///
/// `include` is the folder of `talloc.h`; `None` leaves the search to the compiler's own paths.
pub(crate) fn generate(include: Option<&Path>, out_dir: &Path) -> Result<(), String> {
    write(
        settings(include)?
            .allowlist_function("_?talloc(_.*)?")
            .allowlist_type("TALLOC_CTX")
            .blocklist_function(VERSIONED)
            .raw_line("// bindgen wrote this file from talloc.h. README.md says how to renew it.")
            .raw_line("")
            .raw_line("use crate::types::{FILE, va_list};"),
        &out_dir.join("bindings.rs"),
    )?;
    write(settings(include)?.allowlist_function(VERSIONED), &out_dir.join("versioned.rs"))
}

fn settings(include: Option<&Path>) -> Result<Builder, String> {
    let rust = env!("CARGO_PKG_RUST_VERSION");
    let target: RustTarget = rust.parse().map_err(|e| format!("rust-version {rust}: {e}"))?;
    let mut builder = bindgen::builder()
        .header("wrapper.h")
        .rust_target(target)
        .rust_edition(RustEdition::Edition2024)
        .use_core()
        .size_t_is_usize(true)
        .layout_tests(false)
        .generate_comments(false)
        .disable_header_comment()
        .merge_extern_blocks(true)
        .allowlist_recursively(false)
        .parse_callbacks(Box::new(StandIns))
        .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()));
    if let Some(dir) = include {
        let dir = dir.to_str().ok_or_else(|| format!("{} is not UTF-8", dir.display()))?;
        builder = builder.clang_args(["-I", dir]);
    }
    Ok(builder)
}

fn write(builder: Builder, file: &Path) -> Result<(), String> {
    builder
        .generate()
        .map_err(|e| format!("bindgen could not read wrapper.h: {e}"))?
        .write_to_file(file)
        .map_err(|e| format!("{} could not be written: {e}", file.display()))
}
