//! Names with blanks at their ends: only the width to which libtalloc fills up shorter ones, and
//! where the other lines start, tell where they begin and end.

use std::ffi::{CStr, CString, c_void};

use serde_json::Value;
use talloc::{Ctx, CtxRef};

use crate::dumps::expected;
use crate::support::{json, report, run_with};

/// The report of a tree with contexts of this name, and what the tree is. They are no strings, and
/// there are others below and beside them. The newest is printed first.
fn tree(name: &CStr, place: usize) -> (Vec<u8>, Value) {
    let root = Ctx::named(c"null_context");
    let object = |parent: *mut c_void, name: &CStr, size: usize| {
        // SAFETY: the parent is live; each name lives longer than the tree.
        let object = unsafe { talloc_sys::talloc_named_const(parent, size, name.as_ptr()) };
        assert!(!object.is_null());
        object
    };
    let client = root.new_child_named(c"struct smbXsrv_client").leak();
    let session = client.new_child_named(c"struct smbXsrv_session").leak();
    let parent = [&root as &CtxRef, client, session][place].as_ptr();
    object(parent, c"struct files_struct", 416);
    object(parent, name, 1000);
    object(parent, c"struct fd_handle", 88);
    object(object(parent, name, 0), c"struct tevent_context", 208);
    object(parent, c"struct memory", 10);
    (report(&root, 0, -1), expected(&root))
}

#[track_caller]
fn check(name: String) {
    let name = CString::new(name).unwrap();
    for place in 0..3 {
        let (text, tree) = tree(&name, place);
        assert_eq!(json(&text), tree, "{}", String::from_utf8_lossy(&text));
    }
}

/// libtalloc prints just this for such names.
#[test]
fn blanks_before_a_name_of_any_length() {
    for blanks in 1..=9 {
        for len in [1, 20, 27, 28, 29, 30, 31, 45] {
            check(format!("{:blanks$}{}", "", "x".repeat(len)));
        }
    }
}

#[test]
fn a_space_behind_a_name_that_is_not_filled_up() {
    for len in 30..40 {
        check(format!("{} ", "x".repeat(len)));
    }
}

/// Where lines are missing, the blanks may be those of another level.
#[test]
fn blanks_before_a_name_in_a_report_that_is_not_whole() {
    let name = c"    a name of thirty characters and more";
    let text = String::from_utf8(tree(name, 1).0).unwrap();
    for lost in 1..text.lines().count() {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.remove(lost);
        let output = run_with(&["json", "-q", "-"], lines.concat().as_bytes());
        // Without the last line, it was just cut.
        assert_eq!(output.status.code(), Some(3), "{}", lines.concat());
    }
}

/// Tabs fill up names where all lines have them; one at the end of a name is part of it.
#[test]
fn a_tab_at_the_end_of_a_name() {
    for name in ["\u{e}\t", " \u{e}\t", " %s\t", "            full talloc report on '\t"] {
        let size = name.len() + 1;
        let text = format!(
            "full talloc report on 'root' (total {size:6} bytes in   2 blocks)\n    \
             {name:30} contains {size:6} bytes in   1 blocks (ref 0) 0x55d0c1a2b3c0\n"
        );
        let output = run_with(&["json", "-"], text.as_bytes());
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let shown = name.replace('\t', "\\t").replace('\u{e}', "\\u{e}");
        assert_eq!(found["entries"][1]["name"], shown);
    }
}
