//! The border: what `peer.c` offers, and what it expects from Rust.

use std::ffi::{CStr, c_char};

use talloc::{Array, CtxRef, Error, Node, Str, TBox};

talloc::node! {
    /// C's `struct user`, field by field.
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct User<'t> as c"struct user" {
        pub(crate) name: Str<'t>,
        pub(crate) shell: Option<Str<'t>>,
        pub(crate) groups: Array<'t, u32>,
    }
}

/// C's `struct login`, which has no pointers.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Login {
    when: u64,
    tries: u32,
}

impl talloc::CType for Login {
    const NAME: &'static CStr = c"struct login";
}

#[link(name = "talloc_example_peer", kind = "static")]
unsafe extern "C" {
    fn user_describe(ctx: &CtxRef, object: &CtxRef) -> *mut c_char;
    fn user_create<'c>(ctx: &'c CtxRef, name: *const c_char) -> *mut User<'c>;
    fn login_create(ctx: &CtxRef) -> *mut Login;
    fn user_discard(user: *mut User<'_>) -> usize;
    #[link_name = "name_length"]
    fn c_name_length(line: *const c_char) -> usize;
}

/// What C reads in a `struct user`; [`Error::Null`] if it is none.
pub(crate) fn describe<'c>(ctx: &'c CtxRef, object: &CtxRef) -> Result<TBox<'c, str>, Error> {
    // SAFETY: 1. C keeps neither pointer. 2. It checks the name of the object,
    // and only `User` has the name `struct user`.
    let text = unsafe { user_describe(ctx, object) };
    // SAFETY: 1. A string below `ctx`, or null. 2. C has left it to us.
    unsafe { TBox::from_raw_c_str(text) }
}

pub(crate) fn create<'c>(ctx: &'c CtxRef, name: &CStr) -> Result<Node<'c, User<'c>>, Error> {
    // SAFETY: 1. C copies the name and keeps no pointer.
    let user = unsafe { user_create(ctx, name.as_ptr()) };
    // SAFETY: 1. A `struct user` whose fields are its children, or null. 2. C
    // has left it to us. 3. It is below `ctx`.
    unsafe { Node::<User>::from_raw(user) }
}

pub(crate) fn login(ctx: &CtxRef) -> Result<TBox<'_, Login>, Error> {
    // SAFETY: 1. C keeps no pointer.
    let login = unsafe { login_create(ctx) };
    // SAFETY: 1. C's `struct login` has the same two fields; or null. 2. C has
    // left it to us, below `ctx`.
    unsafe { TBox::from_raw_typed(login) }
}

/// Gives the user to C, which counts its blocks and frees it.
pub(crate) fn discard(user: Node<'_, User<'_>>) -> usize {
    // SAFETY: 1. A live user that nobody else owns: the handle is gone.
    unsafe { user_discard(user.into_raw()) }
}

/// Lets C call [`user_parse`] with a context that C has made.
pub(crate) fn name_length(line: &CStr) -> usize {
    // SAFETY: 1. C keeps no pointer.
    unsafe { c_name_length(line.as_ptr()) }
}

/// `struct user *user_parse(TALLOC_CTX *ctx, const char *line)` for C: a user
/// on `ctx` from `name:shell`, NULL if the line is something else.
///
/// # Safety
///
/// 1. `ctx` must be NULL or a live context, and `line` a string.
// SAFETY: 1. No other function of the program has this name.
#[unsafe(no_mangle)]
unsafe extern "C" fn user_parse<'c>(
    ctx: Option<&'c CtxRef>,
    line: *const c_char,
) -> Option<Node<'c, User<'c>>> {
    // SAFETY: 1. A string, by duty 1.
    let line = unsafe { CStr::from_ptr(line) };
    let (name, shell) = line.to_str().ok()?.split_once(':')?;
    ctx?.try_build::<User>(|user| {
        Ok(User {
            name: user.try_strdup(name)?,
            shell: Some(user.try_strdup(shell)?),
            groups: user.try_alloc_slice_copy(&[])?.into(),
        })
    })
    .ok()
}
