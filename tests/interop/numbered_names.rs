//! Names with a number in them, as C gives them by `talloc_set_name(p, "smb2_req mid %llu", …)`, and
//! what C reads.

use core::ffi::CStr;

use talloc::{CType, Ctx, CtxRef, Error, TBox};
use talloc_tests::check_tree;

/// C's `talloc_get_name`.
fn name_by_c(object: &CtxRef) -> &CStr {
    // SAFETY: a live object, whose name has a NUL and stays while it is borrowed.
    unsafe { CStr::from_ptr(talloc_sys::talloc_get_name(object.as_ptr())) }
}

talloc::node! {
    struct Request as c"struct smb2_request" {
        mid: u64,
    }
}

struct Counter(u32);

impl CType for Counter {
    const NAME: &'static CStr = c"struct counter";
}

#[test]
fn a_node_a_box_and_a_context() -> Result<(), Error> {
    check_tree(|root| {
        let mid = 1001;
        let mut request = root.build::<Request>(|_| Request { mid });
        assert_eq!(name_by_c(request.as_ctx()), c"struct smb2_request");
        request.set_name(&format!("smb2_req mid {}", request.get().mid))?;
        assert_eq!(name_by_c(request.as_ctx()), c"smb2_req mid 1001");

        let buffer = root.alloc_slice_copy(&[0_u8; 64]);
        let buffer = TBox::with_name(buffer, &format!("buffer of mid {mid}"))?;
        assert_eq!(name_by_c(TBox::as_ctx(&buffer)), c"buffer of mid 1001");

        let context = root.new_child().with_name(&format!("mid {mid} (100%n)"))?;
        assert_eq!(name_by_c(&context), c"mid 1001 (100%n)");

        // Each name is a child.
        let children = |object: &CtxRef| {
            let snapshot = object.snapshot();
            let names: Vec<_> = snapshot
                .root()
                .unwrap()
                .children()
                .map(|child| (child.size(), child.name().to_vec()))
                .collect();
            names
        };
        assert_eq!(children(request.as_ctx()), [(18, b".name".to_vec())]);
        assert_eq!(children(&context), [(17, b".name".to_vec())]);
        // Another name is another child; the old one stays.
        request.set_name("done")?;
        assert_eq!(children(request.as_ctx()).len(), 2);
        assert_eq!(name_by_c(request.as_ctx()), c"done");
        Ok(())
    })
}

#[test]
fn without_memory_of_the_heap() -> Result<(), Error> {
    check_tree(|root| {
        let mut context = root.new_child();
        // The text comes from a pool of the thread, and is copied out of it.
        talloc::scratch(|tmp| context.set_name(&talloc::format!(tmp, "mid {}", 7)))?;
        assert_eq!(name_by_c(&context), c"mid 7");
        Ok(())
    })
}

#[test]
fn a_root_for_each_connection() -> Result<(), Error> {
    let roots = (1..=3).map(|number| Ok(Ctx::new().with_name(&format!("connection {number}"))?));
    let roots: Vec<Ctx<'static>> = roots.collect::<Result<_, Error>>()?;
    let names: Vec<_> = roots.iter().map(|root| name_by_c(root)).collect();
    assert_eq!(names, [c"connection 1", c"connection 2", c"connection 3"]);
    Ok(())
}

#[test]
fn the_name_of_the_type_is_gone() {
    check_tree(|root| {
        let mut counter = root.typed().alloc(Counter(3));
        assert!(TBox::as_ctx(&counter).get_type_ptr::<Counter>().is_ok());
        TBox::set_name(&mut counter, &format!("counter {}", 3)).unwrap();
        let error = TBox::as_ctx(&counter).get_type_ptr::<Counter>().unwrap_err();
        let expected = r#"the object is named "counter 3", expected "struct counter""#;
        assert_eq!((error.to_string().as_str(), counter.0), (expected, 3));
    });
}

#[test]
fn a_text_with_a_nul_is_no_name() {
    check_tree(|root| {
        let context = root.new_child_named(c"before");
        let refused = context.with_name("mid\0").unwrap_err();
        assert_eq!(*refused.error(), Error::InteriorNul { position: 3 });
        assert_eq!(name_by_c(&refused.into_inner()), c"before");
    });
}
