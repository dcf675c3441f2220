//! Names that lie in what C may write, and types behind a pointer.

use std::ffi::{CStr, c_void};

use talloc::{CType, CtxRef, Error, Guarded, TBox, Verdict};
use talloc_tests::{check_tree, parent};

#[derive(Debug)]
#[repr(C)]
struct Server {
    level: u32,
}

impl CType for Server {
    const NAME: &'static CStr = c"struct server";
}

talloc::node! { struct Job<'t> { _ctx: &'t CtxRef } }

/// C fills its buffer, which is also its name: no NUL is left.
fn overwritten(root: &CtxRef, text: &CStr) -> *mut c_void {
    // SAFETY: the context is live and the text ends with NUL.
    let text = unsafe { talloc_sys::talloc_strdup(root.as_ptr(), text.as_ptr()) };
    let size = root_size(text.cast());
    // SAFETY: as many bytes are there.
    unsafe { text.write_bytes(b'x', size) };
    text.cast()
}

fn root_size(chunk: *const c_void) -> usize {
    // SAFETY: the chunk is live.
    unsafe { talloc_sys::talloc_get_size(chunk) }
}

fn free(chunk: *mut c_void) {
    // SAFETY: live, and not used again.
    assert_eq!(unsafe { talloc_sys::talloc_free(chunk) }, 0);
}

#[test]
fn f6_a_name_in_the_content_is_read_within_its_bounds() {
    check_tree(|root| {
        let chunk = overwritten(root, c"0123456789abcdef");
        // SAFETY: 1. live until it is freed. 2. one thread. 3., 4. nobody does.
        let ctx: &CtxRef = unsafe { CtxRef::from_ptr(chunk) }.expect("not null");
        assert_eq!(ctx.name(), c"char");
        assert_eq!(format!("{ctx:?}"), r#"CtxRef { name: "char", size: 17 }"#);
        assert!(matches!(ctx.get_type_ptr::<Server>(), Err(Error::WrongType { found, .. })
            if found == format!("{} (a string)", "x".repeat(17))));

        let snapshot = root.snapshot();
        let names: Vec<_> = snapshot.iter().map(|entry| (entry.name(), entry.text())).collect();
        assert_eq!(names, [(&b"test"[..], None), (b"char", Some(&[b'x'; 17][..]))]);

        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(
            report.contains("(a string without NUL)         contains     17 bytes"),
            "{report}"
        );
        // The name is what it was.
        // SAFETY: the chunk is live.
        assert_eq!(unsafe { talloc_sys::talloc_get_name(chunk) }.cast(), chunk.cast_const());
        free(chunk);
    });
}

/// A name that begins behind the beginning of the object, as C's `talloc_set_name_const(foo,
/// foo->name)` makes it; and one that is the beginning of a longer one.
#[test]
fn f6_a_name_within_the_content() {
    check_tree(|root| {
        let content = *b"1234struct serve";
        let object = root.alloc(content);
        let chunk = TBox::into_raw(object).cast::<c_void>();
        // SAFETY: live; the name is in bounds.
        unsafe { talloc_sys::talloc_set_name_const(chunk, chunk.cast::<i8>().add(4).cast()) };
        // SAFETY: 1. live until it is freed. 2. one thread. 3., 4. nobody does.
        let ctx: &CtxRef = unsafe { CtxRef::from_ptr(chunk) }.expect("not null");
        assert_eq!(ctx.name(), c"char");
        // The comparison would have gone on behind the chunk.
        assert!(matches!(ctx.get_type_ptr::<Server>(), Err(Error::WrongType { .. })));
        assert_eq!(ctx.find_type_ptr::<Server>(), Ok(None));
        assert_eq!(root.snapshot().iter().next_back().expect("two").name(), b"struct serve");
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(report.contains("(a string without NUL)"), "{report}");
        free(chunk);
    });
}

/// The same text as libtalloc's own where all names can be read, also when a reference leads
/// to an object twice.
#[test]
fn f6_reports_with_references_to_what_cannot_be_read() {
    check_tree(|root| {
        let (one, two) = (root.new_child(), root.new_child());
        let chunk = overwritten(&one, c"0123");
        // SAFETY: both are live.
        unsafe { talloc_sys::talloc_reference(two.as_ptr(), chunk) };
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(report.contains("reference to: (a string without NUL)"), "{report}");
        // SAFETY: the chunk is live.
        assert_eq!(unsafe { talloc_sys::talloc_get_name(chunk) }.cast(), chunk.cast_const());
        drop(two);
        drop(one);
    });
}

#[test]
fn f6_the_names_of_types_are_not_read_in_strings() {
    check_tree(|root| {
        // SAFETY: the context is live and the text ends with NUL.
        let text = unsafe { talloc_sys::talloc_strdup(root.as_ptr(), c"struct server".as_ptr()) };
        // SAFETY: refused, since it is a string.
        let refused = unsafe { TBox::<Server>::from_raw_typed(text.cast()) };
        let found = "struct server (a string)".to_owned();
        let expected = "struct server".to_owned();
        assert_eq!(refused.map(drop), Err(Error::WrongType { expected, found }));
        // SAFETY: as before.
        let refused = unsafe { talloc::get_type::<Server>(text.cast()) };
        assert!(matches!(refused, Err(Error::WrongType { .. })), "{refused:?}");
        free(text.cast());
    });
}

#[test]
fn f6_a_guarded_object_comes_back_as_it_went() {
    check_tree(|root| {
        let guarded = root.alloc_guarded(Server { level: 1 }, |server| {
            assert_eq!(server.level, 2);
            Verdict::Free
        });
        let raw = Guarded::into_raw(guarded);
        // SAFETY: 1. it comes from `into_raw`. 2. nobody else uses it; below `root`.
        let mut back = unsafe { Guarded::from_raw(raw) }.expect("not null");
        back.level = 2;
        assert_eq!(parent(Guarded::as_ctx(&back)), root.as_ptr());
    });
}

/// What a callback gets and changes.
#[test]
fn f6_types_behind_a_pointer() {
    check_tree(|root| {
        let raw = TBox::into_raw(root.typed().alloc(Server { level: 1 })).cast::<c_void>();
        // SAFETY: 1. live, and a server. 2. nobody else uses it.
        let server = unsafe { talloc::get_type_mut::<Server>(raw) }.expect("a server");
        server.level += 1;
        // SAFETY: as above; the one before is not used again.
        assert_eq!(unsafe { talloc::get_type::<Server>(raw) }.expect("a server").level, 2);
        // SAFETY: null, and another type.
        unsafe {
            assert!(matches!(talloc::get_type::<Server>(std::ptr::null()), Err(Error::Null)));
            assert!(matches!(
                talloc::get_type_mut::<Server>(root.as_ptr()),
                Err(Error::WrongType { .. })
            ));
            assert!(matches!(talloc::get_node::<Job>(raw), Err(Error::WrongType { .. })));
        }
        free(raw);
    });
}
