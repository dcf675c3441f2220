//! F1: objects of another type than was asked for, behind an untyped context.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

use talloc::{CType, Ctx, CtxRef, Error, Str, TBox, Verdict};
use talloc_tests::{c, check_tree};

#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    x: i32,
    y: i32,
}

impl CType for Point {
    const NAME: &'static CStr = c"struct point";
}

/// Claims the name of another type.
#[derive(Debug)]
struct Small(#[expect(dead_code, reason = "never read")] u16);

impl CType for Small {
    const NAME: &'static CStr = c"struct point";
}

talloc::node! {
    #[repr(C)]
    struct Server<'t> as c"struct server" {
        name: Str<'t>,
    }
}

talloc::node! {
    struct Unnamed<'t> {
        name: Str<'t>,
    }
}

#[track_caller]
fn wrong_type<T>(result: Result<T, Error>, expected: &str, found: &str) {
    let Err(error) = result else { panic!("accepted") };
    let (expected, found) = (expected.to_owned(), found.to_owned());
    assert_eq!(error, Error::WrongType { expected, found });
}

#[test]
fn f1_an_object_of_c() {
    check_tree(|root| {
        // SAFETY: the parent is live.
        let raw = unsafe { c::tt_point_new(root.as_ptr(), 3, -4) };
        // SAFETY: live until it is freed below.
        let object: &CtxRef = unsafe { CtxRef::from_ptr(raw) }.expect("not null");
        // SAFETY: C's points are points, and nobody changes them.
        let found = unsafe { talloc::get_type::<Point>(object.as_ptr()) };
        assert_eq!(found, Ok(&Point { x: 3, y: -4 }));
        assert_eq!(object.get_type_ptr::<Point>().map(|p| p.as_ptr().cast()), Ok(raw));
        wrong_type(object.get_type_ptr::<u64>(), "uint64_t", "struct point");
        // SAFETY: it is not a server, as its name says.
        wrong_type(
            unsafe { talloc::get_node::<Server>(object.as_ptr()) },
            "struct server",
            "struct point",
        );
        // SAFETY: live, and not used again.
        assert_eq!(unsafe { c::tt_free(raw) }, 0);
    });
}

#[test]
fn f1_sizes() {
    check_tree(|root| {
        let small = root.typed().alloc(Small(1));
        let error = TBox::as_ctx(&small).get_type_ptr::<Point>().expect_err("too small");
        assert_eq!(error, Error::WrongSize { expected: 8, found: 2 });
        // Larger is allowed: what C allocates behind a struct, a closure here.
        let mark = [7_u64; 2];
        let guarded = root.typed().alloc_guarded(Point { x: 1, y: 2 }, move |_| {
            assert_eq!(mark, [7; 2]);
            Verdict::Free
        });
        let object = talloc::Guarded::as_ctx(&guarded);
        assert!(object.size() > size_of::<Point>());
        // SAFETY: it is a point, which nobody changes.
        let found = unsafe { talloc::get_type::<Point>(object.as_ptr()) };
        assert_eq!(found, Ok(&Point { x: 1, y: 2 }));
    });
}

#[test]
fn f1_a_string_that_reads_like_a_type() {
    check_tree(|root| {
        // SAFETY: the parent is live.
        let text = unsafe { talloc_sys::talloc_strdup(root.as_ptr(), c"struct point".as_ptr()) };
        // SAFETY: live until it is freed below.
        let object: &CtxRef = unsafe { CtxRef::from_ptr(text.cast()) }.expect("not null");
        assert_eq!(object.name(), c"char", "the content may change");
        wrong_type(object.get_type_ptr::<Point>(), "struct point", "struct point (a string)");
        // SAFETY: no value is read, since it is no point.
        let taken = unsafe { TBox::<Point>::from_raw_typed(text.cast()) };
        wrong_type(taken, "struct point", "struct point (a string)");
        let below = object.new_child();
        assert_eq!(below.find_type_ptr::<Point>(), Ok(None));
        drop(below);
        // SAFETY: live, and not used again.
        assert_eq!(unsafe { c::tt_free(text.cast()) }, 0);
    });
}

#[test]
fn nodes_by_their_names() {
    check_tree(|root| {
        let server = root.build::<Server>(|t| Server { name: t.strdup_c(c"one") });
        let unnamed = root.build::<Unnamed>(|t| Unnamed { name: t.strdup_c(c"two") });
        // SAFETY: they are what their names say, and nobody changes them.
        let found = unsafe { talloc::get_node::<Server>(server.as_ctx().as_ptr()) };
        assert_eq!(found.expect("right").name, "one");
        // SAFETY: as before.
        let found = unsafe { talloc::get_node::<Unnamed>(unnamed.as_ctx().as_ptr()) };
        assert_eq!(found.expect("right").name, "two");
        // SAFETY: as before.
        let wrong = unsafe { talloc::get_node::<Unnamed>(server.as_ctx().as_ptr()) };
        wrong_type(wrong.map(|_| ()), "types::Unnamed", "struct server");
    });
}

#[test]
fn upwards() {
    check_tree(|root| {
        let server = root.build::<Server>(|t| Server { name: t.strdup_c(c"one") });
        let near = server.as_ctx().typed().alloc(Point { x: 1, y: 1 });
        let far = TBox::as_ctx(&near).new_child();
        let request = far.new_child();
        let found = request.find_node_ptr::<Server>().expect("right").expect("there");
        assert_eq!(found.as_ptr().cast(), server.as_ptr());
        let found = request.find_type_ptr::<Point>().expect("right").expect("there");
        assert_eq!(found.as_ptr(), TBox::as_ptr(&near));
        // An object is the nearest to itself.
        let nearer = request.typed().alloc(Point { x: 2, y: 2 });
        let found = TBox::as_ctx(&nearer).find_type_ptr::<Point>();
        assert_eq!(found.map(|found| found.map(NonNull::as_ptr)), Ok(Some(TBox::as_ptr(&nearer))));
        assert_eq!(request.find_type_ptr::<u64>(), Ok(None));
        assert_eq!(request.find_node_ptr::<Unnamed>(), Ok(None));
        assert_eq!(root.find_node_ptr::<Server>(), Ok(None));
        let error = request.find_type_ptr::<Large>().expect_err("too small");
        assert_eq!(error, Error::WrongSize { expected: 100, found: 8 });
    });
}

#[derive(Debug, PartialEq)]
struct Large([u8; 100]);

impl CType for Large {
    const NAME: &'static CStr = c"struct point";
}

#[test]
fn a_callback_of_c_with_untyped_data() {
    unsafe extern "C" fn sum(data: *mut c_void) -> i32 {
        // SAFETY: 1. null, or live for this call. 2. points are points. 3. nobody changes
        // them meanwhile.
        match unsafe { talloc::get_type::<Point>(data) } {
            Ok(point) => point.x + point.y,
            Err(Error::Null) => -1,
            Err(_) => -2,
        }
    }

    let ctx = Ctx::new();
    let point = ctx.typed().alloc(Point { x: 20, y: 22 });
    // SAFETY: live talloc pointers, or null.
    unsafe {
        assert_eq!(sum(TBox::as_ptr(&point).cast()), 42);
        assert_eq!(sum(ctx.as_ptr()), -2);
        assert_eq!(sum(std::ptr::null_mut()), -1);
    }
}
