//! Compares the committed bindings with those of the installed header, or renews them.

#![cfg(feature = "bindgen")]

use std::collections::BTreeSet;
use std::{env, fs};

/// What the build script has just made from the installed header.
const GENERATED: &str = include_str!(concat!(env!("OUT_DIR"), "/bindings.rs"));
const GENERATED_VERSIONED: &str = include_str!(concat!(env!("OUT_DIR"), "/versioned.rs"));
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bindings.rs");
const VERSIONED: &str = include_str!("../src/versioned.rs");

/// The declarations in a file of bindings, each on one line and without optional white space.
fn items(file: &str) -> BTreeSet<String> {
    let code: Vec<&str> = file
        .lines()
        .map(str::trim)
        .filter(|l| !l.starts_with("//") && !l.starts_with('#'))
        .collect();
    code.join(" ")
        .split([';', '{', '}'])
        .map(|item| {
            let mut text = String::new();
            let item = item.replace("pub unsafe fn", "pub fn").replace("::core::ffi::", "");
            for word in item.split_whitespace() {
                let glued = text.ends_with(|c: char| !c.is_alphanumeric() && c != '_')
                    || word.starts_with(|c: char| !c.is_alphanumeric() && c != '_');
                if !text.is_empty() && !glued {
                    text.push(' ');
                }
                text.push_str(word);
            }
            text.replace(",)", ")")
        })
        .filter(|item| item.starts_with("pub "))
        .collect()
}

fn difference<'a>(a: &'a BTreeSet<String>, b: &'a BTreeSet<String>) -> Vec<&'a String> {
    a.difference(b).collect()
}

#[test]
fn committed_file_is_what_bindgen_makes() {
    if env::var_os("TALLOC_SYS_REGENERATE").is_some() {
        fs::write(COMMITTED, GENERATED).expect("src/bindings.rs can be written");
    }
    let committed = items(&fs::read_to_string(COMMITTED).expect("src/bindings.rs can be read"));
    let generated = items(GENERATED);
    assert!(generated.len() >= 60, "only {} declarations came out of bindgen", generated.len());
    let (new, gone) = (difference(&generated, &committed), difference(&committed, &generated));
    assert!(
        new.is_empty() && gone.is_empty(),
        "src/bindings.rs does not fit the installed talloc.h.\n\
         In the header only: {new:#?}\nIn the file only: {gone:#?}\n\
         README.md, \"Refreshing the bindings\", says what to do."
    );
}

#[test]
fn versioned_functions_are_as_in_the_header() {
    let declared = items(VERSIONED);
    let generated = items(GENERATED_VERSIONED);
    let wrong = difference(&generated, &declared);
    assert!(wrong.is_empty(), "src/versioned.rs lacks what talloc.h says: {wrong:#?}");

    let present = [cfg!(talloc_2_3_5), cfg!(talloc_2_4_4), cfg!(talloc_2_5_0)];
    let names = ["talloc_asprintf_addbuf", "_talloc_realloc_array_zero", "talloc_asprintf_addsep"];
    for (name, present) in names.into_iter().zip(present) {
        let start = format!("pub fn {name}(");
        assert!(declared.iter().any(|item| item.starts_with(&start)), "{name} is not declared");
        assert_eq!(
            generated.iter().any(|item| item.starts_with(&start)),
            present,
            "the header and the version that the build script found disagree about {name}"
        );
    }
}

#[test]
fn items_sees_differences_and_overlooks_layout() {
    let one = items("unsafe extern \"C\" {\n    pub fn f(a: *mut ::core::ffi::c_int) -> usize;\n}");
    let two = items("// x\npub unsafe fn f(\n  a : *mut c_int,\n)->usize;");
    let other = items("pub fn f(a: *const c_int) -> usize;");
    assert_eq!(one, two);
    assert_ne!(one, other);
    assert_eq!(one.len(), 1);
}
