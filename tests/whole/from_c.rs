//! `docs/from-c.md`: both sides of each pair are compiled and run, and print the same trees, or
//! others where the page says so.

use core::ffi::c_void;
use std::cell::RefCell;
use std::fmt::Write;

use talloc::{Ctx, CtxRef, Error};
use talloc_tests::{c, pairs};

thread_local! {
    static TREES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// C's `talloc_report_full`, remembered.
fn tree(ctx: &CtxRef) {
    let mut size = 0;
    // SAFETY: the context is live.
    let report = unsafe { c::tt_report_full(ctx.as_ptr(), &mut size) };
    // SAFETY: 1., 2. a new root, which is ours.
    let report = unsafe { talloc::TBox::<str>::from_raw_c_str(report) }.expect("a report");
    TREES.with_borrow_mut(|trees| trees.push(report.to_string()));
}

/// The same for the code in C.
// SAFETY: no other function of the program has this name.
#[unsafe(export_name = "tree")]
extern "C" fn tree_of_c(ctx: *const c_void) {
    // SAFETY: the pairs pass what is live, and do not free it meanwhile.
    tree(unsafe { CtxRef::from_ptr(ctx) }.expect("a context"));
}

/// A pair, as it was compiled.
struct Compiled {
    /// The line of the page.
    line: usize,
    c: unsafe extern "C" fn(&CtxRef),
    rust: fn(&CtxRef) -> Result<(), Error>,
}

// The pairs of the page, as `PAIRS`.
include!(concat!(env!("TALLOC_TESTS_OUT"), "/from_c.rs"));

/// A line of a report: the depth, the name, the sizes.
fn line_of(line: &str, rename: &impl Fn(&str) -> String) -> String {
    let line = line.split(" 0x").next().unwrap_or_default();
    let name = line.trim_start();
    let depth = line.len() - name.len();
    match name.split_once(" contains ") {
        Some((name, sizes)) => {
            let sizes = sizes.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{:depth$}{}: {sizes}", "", rename(name.trim_end()))
        }
        None => line.to_owned(),
    }
}

/// What is printed, in one form for both sides: without addresses and places, and with the names of
/// Rust.
fn comparable(trees: &[String], names: &pairs::Names) -> String {
    let rename = |name: &str| {
        if let Some((kind, _)) = name.split_once(": ") {
            return format!("{kind}: …");
        }
        if let Some([_, in_rust]) = names.iter().find(|[in_c, _]| in_c == name) {
            return in_rust.clone();
        }
        // The path of a type of Rust.
        name.rsplit("::").next().unwrap_or_default().to_owned()
    };
    let mut text = String::new();
    for tree in trees {
        // The first line is about the whole, with other words.
        for line in tree.lines().skip(1) {
            writeln!(text, "{}", line_of(line, &rename)).expect("a String");
        }
        writeln!(text, "--").expect("a String");
    }
    text
}

/// What a side prints. Nothing of it is left below the root afterwards.
fn printed(run: impl FnOnce(&CtxRef)) -> Vec<String> {
    let root = Ctx::named(c"page");
    run(&root);
    TREES.take()
}

fn page() -> pairs::Page {
    pairs::read(include_str!("../../docs/from-c.md"))
}

#[test]
fn both_sides_print_the_same_trees() {
    let page = page();
    let mut wrong = String::new();
    for compiled in PAIRS {
        let line = compiled.line;
        let pair = page.pairs.iter().find(|pair| pair.at[0] == line).expect("the page is as built");
        // SAFETY: the code of the page, which has been read.
        let c = printed(|root| unsafe { (compiled.c)(root) });
        let rust = printed(|root| (compiled.rust)(root).expect("no error"));
        let (c, rust) = (comparable(&c, &page.names), comparable(&rust, &page.names));
        if (c == rust) != pair.differs.is_empty() {
            let says = if pair.differs.is_empty() { "the same" } else { &pair.differs };
            writeln!(wrong, "docs/from-c.md:{line}: {says}\nC:\n{c}Rust:\n{rust}")
                .expect("a String");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_page_has_what_it_is_for() {
    let page = page();
    let samba = page.pairs.iter().filter(|pair| pair.is_of_samba).count();
    assert!(page.pairs.len() >= 70 && samba >= 12, "{} pairs, {samba} of Samba", page.pairs.len());
    // Without Samba's libraries its pairs are left out.
    let run = page.pairs.iter().filter(|pair| !pair.is_for_all());
    let run = run.filter(|pair| !pair.is_of_samba || cfg!(have_samba)).count();
    assert_eq!(PAIRS.len(), run);
    // What a style guide of C and Samba's code are made of stands on a left side.
    for name in [
        "talloc(",
        "talloc_array(",
        "talloc_asprintf(",
        "talloc_enable_leak_report(",
        "talloc_free(",
        "talloc_get_type(",
        "talloc_keep_secret(",
        "talloc_move(",
        "talloc_new(NULL)",
        "talloc_pool(",
        "talloc_realloc(",
        "talloc_reference(",
        "talloc_report_full(",
        "talloc_set_destructor(",
        "talloc_set_name(",
        "talloc_stackframe(",
        "talloc_steal(",
        "talloc_strdup(",
        "talloc_tos(",
        "talloc_unlink(",
        "talloc_zero(",
        "talloc_zero_array(",
        "TALLOC_FREE(",
        "DLIST_ADD(",
        "data_blob_append(",
        "mem_ctx",
        "res_t",
        "str_list_add(",
        "struct user **out",
        "tevent_req_create(",
    ] {
        assert!(
            page.pairs.iter().any(|pair| pair.code[0].contains(name)),
            "no left side has {name}"
        );
    }
}
