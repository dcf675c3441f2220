//! Names with blanks at their ends: only the width to which libtalloc fills up shorter ones, and
//! where the other lines start, tell where they begin and end.

use std::ffi::{CStr, CString};

use talloc::{Ctx, CtxRef};

use crate::dumps::expected;
use crate::support::{json, report, run_with};

/// Contexts that are no strings, with something below and beside them. The newest is printed first.
fn tree(name: &'static CStr, place: usize) -> Ctx<'static> {
    let root = Ctx::named(c"null_context");
    let object = |parent: &CtxRef, name: &'static CStr, size: usize| {
        // SAFETY: the parent is live; the name is static.
        let object =
            unsafe { talloc_sys::talloc_named_const(parent.as_ptr(), size, name.as_ptr()) };
        assert!(!object.is_null());
    };
    let client = root.new_child_named(c"struct smbXsrv_client").leak();
    let session = client.new_child_named(c"struct smbXsrv_session").leak();
    let parent = [&root as &CtxRef, client, session][place];
    object(parent, c"struct files_struct", 416);
    object(parent, name, 1000);
    object(parent, c"struct fd_handle", 88);
    let below = parent.new_child_named(name).leak();
    object(below, c"struct tevent_context", 208);
    object(parent, c"struct memory", 10);
    root
}

/// libtalloc prints just this for such names.
#[test]
fn blanks_before_a_name_of_any_length() {
    for blanks in 1..=9 {
        for len in [1, 20, 27, 28, 29, 30, 31, 45] {
            let name = CString::new(format!("{:blanks$}{}", "", "x".repeat(len))).unwrap();
            let name: &'static CStr = Box::leak(name.into_boxed_c_str());
            for place in 0..3 {
                let root = tree(name, place);
                let text = report(&root, 0, -1);
                assert_eq!(json(&text), expected(&root), "{}", String::from_utf8_lossy(&text));
            }
        }
    }
}

#[test]
fn a_space_behind_a_name_that_is_not_filled_up() {
    for len in 30..40 {
        let name = CString::new(format!("{} ", "x".repeat(len))).unwrap();
        let name: &'static CStr = Box::leak(name.into_boxed_c_str());
        for place in 0..3 {
            let root = tree(name, place);
            let text = report(&root, 0, -1);
            assert_eq!(json(&text), expected(&root), "{}", String::from_utf8_lossy(&text));
        }
    }
}

/// Where lines are missing, the blanks may be those of another level.
#[test]
fn blanks_before_a_name_in_a_report_that_is_not_whole() {
    let name = c"    a name of thirty characters and more";
    let text = String::from_utf8(report(&tree(name, 1), 0, -1)).unwrap();
    for lost in 1..text.lines().count() {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.remove(lost);
        let output = run_with(&["json", "-q", "-"], lines.concat().as_bytes());
        // Without the last line, it was just cut.
        assert_eq!(output.status.code(), Some(3), "{}", lines.concat());
    }
}
