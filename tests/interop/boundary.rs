//! F1, F2: objects that cross the border to C, in both directions.

use core::ffi::{CStr, c_void};

use talloc::{CType, Ctx, CtxRef, Error, Node, Str, TBox};
use talloc_tests::{c, check_tree, dies, dies_as};

talloc::node! {
    #[repr(C)]
    struct User<'t> as c"struct user" {
        name: Str<'t>,
        groups: talloc::Array<'t, u32>,
        hosts: Option<talloc::StrList<'t>>,
        friend_of: Option<talloc::Kept<'t, User<'static>>>,
        id: i32,
    }
}

#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    x: i32,
    y: i32,
}

impl CType for Point {
    const NAME: &'static CStr = c"struct point";
}

/// How C sees a user.
fn describe(user: *const c_void) -> String {
    let mut text = [0_u8; 200];
    // SAFETY: the callers pass a live chunk; the text has room for the answer.
    let length = unsafe { c::tt_user_describe(user, text.as_mut_ptr().cast(), text.len()) };
    let length = usize::try_from(length).expect("C knows it as a struct user");
    String::from_utf8_lossy(&text[..length]).into_owned()
}

fn new_user<'c>(ctx: &'c CtxRef, name: &str) -> Node<'c, User<'c>> {
    ctx.try_build::<User>(|t| {
        Ok(User {
            name: t.strdup(name)?,
            groups: t.alloc_slice_copy(&[10, 20, 30]).into(),
            hosts: Some(t.strdup_list(["one", "two"])?),
            friend_of: None,
            id: 42,
        })
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn f1_null_is_an_error_everywhere() {
    fn null<T>() -> *mut T {
        core::ptr::null_mut()
    }
    // SAFETY: null is allowed in all of them.
    unsafe {
        assert_eq!(CtxRef::from_ptr(null()).err(), Some(Error::Null));
        assert_eq!(Ctx::from_raw(null()).err(), Some(Error::Null));
        assert_eq!(TBox::<u8>::from_raw(null()).err(), Some(Error::Null));
        assert_eq!(TBox::<[u8]>::from_raw_slice(null()).err(), Some(Error::Null));
        assert_eq!(TBox::from_raw_c_str(null()).err(), Some(Error::Null));
        assert_eq!(TBox::<Point>::from_raw_typed(null()).err(), Some(Error::Null));
        assert_eq!(TBox::<[Point]>::from_raw_slice_typed(null()).err(), Some(Error::Null));
        assert_eq!(Node::<User>::from_raw(null()).err(), Some(Error::Null));
        assert_eq!(Str::from_raw(null()).err(), Some(Error::Null));
    }
}

#[test]
fn f1_a_wrong_type_names_both() {
    check_tree(|root| {
        let mut object = root.alloc(5_u64);
        let pointer = &raw mut *object;
        // SAFETY: the object is live, and its name is that of no other type.
        let error = unsafe { Node::<User>::from_raw(pointer.cast()) }.err().expect("another type");
        assert_eq!(error.to_string(), r#"the object is named "u64", expected "struct user""#);
        // SAFETY: as above.
        let error = unsafe { TBox::<Point>::from_raw_typed(pointer.cast()) }.expect_err("another");
        assert_eq!(error.to_string(), r#"the object is named "u64", expected "struct point""#);
        assert_eq!((*object, root.total_blocks()), (5, 2));
    });
}

#[test]
fn f1_use_after_free_in_c_is_an_abort_with_a_message() {
    dies("f1_use_after_free_in_c_is_an_abort_with_a_message", || {
        // In a pool the freed header stays readable, so that libtalloc recognises it.
        // SAFETY: this breaks the duties on purpose, in a process of its own.
        unsafe {
            talloc_sys::talloc_set_log_stderr();
            let pool = talloc_sys::talloc_pool(core::ptr::null(), 4096);
            let ctx = CtxRef::from_ptr(pool).expect("memory");
            let first = TBox::into_raw(ctx.alloc(1_u64));
            let _second = TBox::into_raw(ctx.alloc(2_u64));
            talloc_sys::talloc_free(first);
            let freed = TBox::from_raw_unchecked(first);
            TBox::free(freed).expect("never reached");
        }
    })
    .assert_abort("Bad talloc magic value - access after free");
}

#[test]
fn f1_a_pointer_that_is_no_chunk_is_an_abort_with_a_message() {
    let test = "f1_a_pointer_that_is_no_chunk_is_an_abort_with_a_message";
    for part in ["from_raw", "from_raw_unchecked", "context", "string"] {
        dies_as(test, part, || {
            let not_a_chunk = [0_u64; 64];
            // SAFETY: this breaks the duties on purpose, in a process of its own.
            unsafe {
                talloc_sys::talloc_set_log_stderr();
                let pointer = not_a_chunk.as_ptr().add(32).cast_mut();
                match part {
                    "from_raw" => drop(TBox::from_raw(pointer)),
                    "from_raw_unchecked" => drop(TBox::from_raw_unchecked(pointer)),
                    "context" => drop(Ctx::from_raw(pointer.cast())),
                    _ => drop(TBox::from_raw_c_str(pointer.cast())),
                }
            }
        })
        .assert_abort("Bad talloc magic value - unknown value");
    }
}

#[test]
fn f2_c_reads_a_node_that_rust_made() {
    check_tree(|root| {
        let mut user = new_user(root, "anna");
        assert_eq!(describe(user.as_ptr().cast()), "anna/5/3/60/2/-/42");
        user.with_mut(|t, user| {
            user.name.set(t, "").expect("no NUL");
            user.hosts.take().expect("set").free();
            user.friend_of = Some(new_user(t, "berta").keep());
        });
        assert_eq!(describe(user.as_ptr().cast()), "/1/3/60/0/berta/42");
        // Not every chunk is a user.
        // SAFETY: the root is live; nothing is written for a wrong type.
        let other = unsafe { c::tt_user_describe(root.as_ptr(), core::ptr::null_mut(), 0) };
        assert_eq!(other, -1);
    });
}

#[test]
fn f2_rust_takes_over_a_struct_that_c_made() {
    check_tree(|root| {
        // SAFETY: the root is live and the name ends with NUL.
        let raw = unsafe { c::tt_user_new(root.as_ptr(), c"from C".as_ptr()) };
        // SAFETY: C left the struct to the test; its fields are its children.
        let mut user = unsafe { Node::<User>::from_raw(raw.cast()) }.expect("a struct user");
        let seen = user.get();
        assert_eq!((&seen.name == "from C", &*seen.groups, seen.id), (true, &[100, 27][..], 7));
        assert!(seen.hosts.as_ref().is_some_and(|hosts| hosts.iter().eq([c"alpha"])));
        assert!(seen.friend_of.is_none());
        user.with_mut(|t, user| {
            user.name.set(t, "from Rust").expect("no NUL");
            user.groups = t.alloc_slice_copy(&[1]).into();
        });
        assert_eq!(describe(user.as_ptr().cast()), "from Rust/10/1/1/1/-/7");
        let user = user.steal(root);
        drop(user);
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn f2_points_travel_in_both_directions() {
    check_tree(|root| {
        let point = root.typed().alloc(Point { x: 3, y: 4 });
        let points = root.typed().alloc_slice_copy(&[Point { x: 1, y: 2 }, Point { x: 3, y: 4 }]);
        let unnamed = root.alloc(Point { x: 3, y: 4 });
        // SAFETY: all three are live.
        unsafe {
            assert_eq!(c::tt_point_sum(TBox::as_ptr(&point).cast()), 3004);
            assert_eq!(c::tt_point_sum(TBox::as_ptr(&points).cast()), 4006);
            assert_eq!(c::tt_point_sum(TBox::as_ptr(&unnamed).cast()), i32::MIN);
        }
        // SAFETY: C made both below the root and left them to the test.
        let (one, many) = unsafe {
            let one = c::tt_point_new(root.as_ptr(), 5, 6);
            let many = c::tt_points_new(root.as_ptr(), 4);
            (
                TBox::<Point>::from_raw_typed(one.cast()),
                TBox::<[Point]>::from_raw_slice_typed(many.cast()),
            )
        };
        let (one, mut many) = (one.expect("a point"), many.expect("points"));
        assert_eq!((*one, many.len(), many[3]), (Point { x: 5, y: 6 }, 4, Point { x: 3, y: -3 }));
        TBox::extend_from_slice(&mut many, &[Point { x: 10, y: 0 }]);
        // SAFETY: the array is live.
        assert_eq!(unsafe { c::tt_point_sum(TBox::as_ptr(&many).cast()) }, 15994);
    });
}

#[test]
fn f2_handles_stand_in_extern_c_signatures() {
    unsafe extern "C" fn callback(ctx: *const c_void, point: *mut c_void) -> *mut c_void {
        extern "C" fn typed<'c>(
            ctx: Option<&'c CtxRef>,
            point: Option<TBox<'c, Point>>,
        ) -> Option<TBox<'c, Point>> {
            assert_eq!(ctx.is_none(), ctx.is_none_or(|ctx| ctx.name().is_empty()));
            let mut point = point?;
            point.x += 1;
            Some(point)
        }
        type Untyped = unsafe extern "C" fn(*const c_void, *mut c_void) -> *mut c_void;
        type Typed = for<'c> extern "C" fn(
            Option<&'c CtxRef>,
            Option<TBox<'c, Point>>,
        ) -> Option<TBox<'c, Point>>;
        // SAFETY: a nullable handle is a nullable pointer.
        let typed = unsafe { core::mem::transmute::<Typed, Untyped>(typed) };
        // SAFETY: C passes a live context and a point of its own, or null.
        unsafe { typed(ctx, point) }
    }
    check_tree(|root| {
        // SAFETY: the root is live.
        assert!(unsafe { c::tt_call_point_callback(callback, root.as_ptr()) });
    });
}
