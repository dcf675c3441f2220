//! F5: results by value, and errors that C has allocated.

use core::ffi::{c_int, c_void};
use core::ptr;

use talloc::{CStrRef, CtxRef, Error, Node, Renamed, Str};
use talloc_tests::check_tree;

use crate::shared::User;

talloc::node! {
    /// Its text is its child, the file a constant.
    #[repr(C)]
    #[derive(Debug)]
    struct Reason<'t> as c"err_t" {
        code: c_int,
        file: CStrRef<'static>,
        line: c_int,
        msg: Str<'t>,
    }
}

/// ikigai's `res_t`.
#[repr(C)]
struct Res<'c> {
    is_err: bool,
    pointer: Pointer<'c>,
}

#[repr(C)]
union Pointer<'c> {
    ok: *mut c_void,
    err: *mut Reason<'c>,
}

impl<'c> Res<'c> {
    fn into_result<T>(self) -> Result<*mut T, *mut Reason<'c>> {
        // SAFETY: both are pointers, of which C has set one.
        unsafe { if self.is_err { Err(self.pointer.err) } else { Ok(self.pointer.ok.cast()) } }
    }
}

unsafe extern "C" {
    safe fn tt_load(ctx: &CtxRef, number: c_int) -> Res<'_>;
    fn tt_load_out<'c>(
        ctx: &'c CtxRef,
        number: c_int,
        out: *mut *mut User<'c>,
        err: *mut *mut Reason<'c>,
    ) -> c_int;
}

type Loaded<'c> = Result<Option<Node<'c, User<'c>>>, Node<'c, Reason<'c>>>;

/// By value.
fn load(ctx: &CtxRef, number: c_int) -> Result<Loaded<'_>, Error> {
    // SAFETY: 1. A new `struct user` on `ctx`, or NULL; or a new `err_t`. The wrapper names them.
    let loaded = unsafe { ctx.adopt_result(tt_load(ctx, number).into_result()) }?;
    Ok(loaded
        .map(|user: Option<Renamed<_>>| user.map(|Renamed(user)| user))
        .map_err(|Renamed(reason)| reason))
}

/// Why C has failed: its status, and what it has to say.
#[derive(Debug)]
enum Failed<'c> {
    InC { status: c_int, reason: Option<Node<'c, Reason<'c>>> },
    Promise(Error),
}

impl From<Error> for Failed<'_> {
    fn from(error: Error) -> Self {
        Failed::Promise(error)
    }
}

/// By a status, with an out-parameter for each.
fn load_out(ctx: &CtxRef, number: c_int) -> Result<Node<'_, User<'_>>, Failed<'_>> {
    // SAFETY: 1. With status 0, a new `struct user` on `ctx`.
    let user = unsafe {
        ctx.adopt_out(|out| {
            let mut err = ptr::null_mut();
            let status = tt_load_out(ctx, number, out, &mut err);
            if status == 0 {
                return Ok(());
            }
            // 1 to 6. A new `err_t` on `ctx`, or NULL.
            let reason: Option<Renamed<_>> = ctx.adopt(err)?;
            Err(Failed::InC { status, reason: reason.map(|Renamed(reason)| reason) })
        })
    };
    user.map(|Renamed(user)| user)
}

#[test]
fn f5_a_result_by_value_is_a_result() {
    check_tree(|root| {
        let user = load(root, 1).expect("kept promises").expect("loaded").expect("a user");
        assert_eq!((user.get().name.as_str(), user.as_ctx().name()), ("loaded", c"struct user"));
        assert!(load(root, 0).expect("kept promises").expect("loaded").is_none());
        let reason = load(root, -3).expect("kept promises").err().expect("no number");
        assert_eq!((reason.get().code, reason.get().msg.as_str()), (22, "-3 is no number"));
        assert!(reason.get().file.as_str().ends_with("ikigai.c") && reason.get().line > 0);
        assert_eq!(reason.as_ctx().name(), c"err_t");
        assert_eq!(root.total_blocks(), 1 + 3 + 2);
        drop(user);
        // The error lives as long as the context of the caller.
        assert_eq!(reason.get().msg, "-3 is no number");
    });
}

#[test]
fn f5_a_status_comes_with_the_error_that_c_has_allocated() {
    check_tree(|root| {
        assert_eq!(load_out(root, 1).expect("loaded").get().name, "loaded");
        let Err(Failed::InC { status, reason: None }) = load_out(root, 0) else {
            panic!("nothing")
        };
        assert_eq!(status, 2);
        let Err(Failed::InC { status, reason: Some(reason) }) = load_out(root, -3) else {
            panic!("a reason")
        };
        assert_eq!((status, reason.get().msg.as_str()), (22, "-3 is no number"));
        assert_eq!(root.total_blocks(), 3);
        // A status of success, and nothing there.
        // SAFETY: null is allowed.
        let nothing = unsafe { root.adopt_out::<Node<'_, User<'_>>, Failed<'_>>(|_| Ok(())) };
        assert!(matches!(nothing.err(), Some(Failed::Promise(Error::Null))));
    });
}

/// The outer error is for what C had promised: here the user is none.
#[test]
fn f5_a_broken_promise_is_another_error() {
    check_tree(|root| {
        let result = tt_load(root, 1).into_result::<User<'_>>();
        // SAFETY: 1. A new `struct user` on the root.
        let loaded =
            unsafe { root.adopt_result::<Node<'_, User<'_>>, Node<'_, Reason<'_>>>(result) };
        assert!(matches!(loaded.err(), Some(Error::WrongType { .. })));
        assert_eq!(root.total_blocks(), 4);
        // SAFETY: nobody uses it.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
        let result: Result<*mut User<'_>, *mut Reason<'_>> = Err(ptr::null_mut());
        // SAFETY: null is allowed.
        let loaded =
            unsafe { root.adopt_result::<Node<'_, User<'_>>, Node<'_, Reason<'_>>>(result) };
        assert_eq!(loaded.err(), Some(Error::Null));
        // What is of no interest is not looked at.
        type Nothing<'c> = Result<(), Renamed<Node<'c, Reason<'c>>>>;
        for ok in [ptr::null_mut(), root.as_ptr(), ptr::without_provenance_mut(1)] {
            let result = Res { is_err: false, pointer: Pointer { ok } }.into_result();
            // SAFETY: 1. Any pointer will do.
            let nothing: Nothing<'_> = unsafe { root.adopt_result(result) }.expect("nothing");
            assert!(nothing.is_ok());
        }
    });
}
