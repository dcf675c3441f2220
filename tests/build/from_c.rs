//! Writes the pairs of `docs/from-c.md` out: each side in C to a file of its own, which only the
//! test `from_c` links, and those in Rust to one that it includes.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::pairs::{self, Pair};

const PAGE: &str = "../docs/from-c.md";

/// Compiles the pairs. Those of Samba are left out where its libraries are not to be found, or would
/// bring a second libtalloc.
pub(crate) fn compile(is_static: bool) {
    println!("cargo::rerun-if-changed={PAGE}");
    println!("cargo::rerun-if-changed=support/pairs.rs");
    let page = pairs::read(&fs::read_to_string(PAGE).expect("the page"));
    let (for_all, pairs): (Vec<_>, Vec<_>) = page.pairs.iter().partition(|pair| pair.is_for_all());
    let for_all =
        [0, 1].map(|side| for_all.iter().map(|pair| &*pair.code[side]).collect::<String>());

    let mut build = cc::Build::new();
    build
        .std("gnu11")
        .warnings(true)
        .extra_warnings(true)
        .cargo_metadata(false)
        .include("c/from_c");
    // The lines of the tables show how something is made, not what for.
    build.flag("-Wno-unused-variable").flag("-Wno-unused-but-set-variable");
    build.includes(env::var_os("DEP_TALLOC_INCLUDE").iter().flat_map(env::split_paths));
    let have_samba = find_samba(&mut build, is_static);

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    let (mut modules, mut functions, mut table) = (String::new(), String::new(), String::new());
    for pair in pairs.into_iter().filter(|pair| have_samba || !pair.is_of_samba) {
        let line = pair.at[0];
        let name = format!("from_c_{line}");
        let file = out.join(&name).with_extension("c");
        write(&file, &in_c(pair, &for_all[0], &name));
        build.file(file);
        modules += &in_rust(pair, &for_all[1], &name);
        functions += &format!("fn {name}(ctx: &CtxRef);\n");
        table += &format!("Compiled {{ line: {line}, c: {name}, rust: {name}::RUST }},\n");
    }
    build.compile("talloc_tests_from_c");
    let libraries = match have_samba {
        true => "#[link(name = \"samba-util\")]\n#[link(name = \"tevent\")]\n",
        false => "",
    };
    let rust = format!(
        "{modules}#[link(name = \"talloc_tests_from_c\", kind = \"static\")]\n{libraries}\
         unsafe extern \"C\" {{\n{functions}}}\nconst PAIRS: &[Compiled] = &[\n{table}];\n"
    );
    write(&out.join("from_c.rs"), &rust);
}

/// A file of C with a function `name`.
fn in_c(pair: &Pair, for_all: &str, name: &str) -> String {
    let ([line, _], [code, _]) = (pair.at, &pair.code);
    let header = if pair.is_of_samba { "samba.h" } else { "page.h" };
    let code = match pair.is_body {
        true => {
            format!("void example(TALLOC_CTX *ctx)\n{{\n#line {line}\n{code}\ntree(ctx);\n}}\n")
        }
        false => format!("#line {line}\n{code}\n"),
    };
    format!(
        "#include \"{header}\"\n{for_all}\n#define example {name}\nvoid example(TALLOC_CTX *ctx);\n\
         #line 1 \"docs/from-c.md\"\n{code}"
    )
}

/// A module `name` of Rust, with the function as a constant.
fn in_rust(pair: &Pair, for_all: &str, name: &str) -> String {
    let [_, code] = &pair.code;
    let code = match pair.is_body {
        true => format!(
            "fn example(ctx: &CtxRef) -> Result<(), Error> {{\n{code}\ntree(ctx);\nOk(())\n}}"
        ),
        false => code.clone(),
    };
    format!(
        "#[allow(unused, clippy::all, clippy::undocumented_unsafe_blocks)]\nmod {name} {{\n\
         use super::tree;\n{for_all}\n{code}\n\
         pub(super) const RUST: fn(&CtxRef) -> Result<(), Error> = example;\n}}\n"
    )
}

/// Whether Samba's libraries are there and can be used; the test is told, too.
fn find_samba(build: &mut cc::Build, is_static: bool) -> bool {
    println!("cargo::rustc-check-cfg=cfg(have_samba)");
    if is_static {
        return false;
    }
    for name in ["samba-util", "tevent"] {
        let Ok(library) = pkg_config::Config::new().cargo_metadata(false).probe(name) else {
            return false;
        };
        build.includes(&library.include_paths);
        for path in &library.link_paths {
            println!("cargo::rustc-link-search=native={}", path.display());
        }
    }
    println!("cargo::rustc-cfg=have_samba");
    true
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
