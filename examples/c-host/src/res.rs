//! [`Res`]: results by value, as C has them.

use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::ptr;

use talloc::{CtxRef, Family, Node, Str, StrList, TBox, node};

use crate::failure::{CError, Failure};
use crate::panics;

/// A value, or the error that there is instead: `ok` may be read if `is_err` is false, `err`
/// if it is true. Each function says what `ok` points to. An error is on the context that was
/// the first argument, and the caller's to free.
/// cbindgen:field-names=[is_err, ]
// In C the union has no name, and neither is the line above a link.
#[allow(rustdoc::broken_intra_doc_links)]
#[must_use]
#[repr(C)]
pub struct Res<'c> {
    is_err: bool,
    pointer: Pointer<'c>,
}

#[repr(C)]
union Pointer<'c> {
    ok: *mut c_void,
    err: *mut CError<'c>,
    _on: PhantomData<&'c CtxRef>,
}

impl<'c> Res<'c> {
    /// Calls `f` for C. If it fails or panics, the error is an object on `ctx`.
    ///
    /// What `f` returns is C's from then on, whatever destructor C sets on it.
    #[track_caller]
    pub(crate) fn of<T: IntoC>(ctx: &'c CtxRef, f: impl FnOnce() -> Result<T, Failure>) -> Self {
        match panics::catch(|| f()?.into_c()) {
            Ok(ok) => Res { is_err: false, pointer: Pointer { ok } },
            Err(failure) => Res::err(failure.to_c(ctx)),
        }
    }

    /// For what C returns: a result of pointers.
    pub(crate) fn into_result<T>(self) -> Result<*mut T, *mut CError<'c>> {
        // SAFETY: both are pointers, and one was set.
        unsafe { if self.is_err { Err(self.pointer.err) } else { Ok(self.pointer.ok.cast()) } }
    }

    fn err(error: Node<'c, CError<'c>>) -> Self {
        Res { is_err: true, pointer: Pointer { err: error.into_raw() } }
    }
}

impl fmt::Debug for Res<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Res").field("is_err", &self.is_err).finish_non_exhaustive()
    }
}

/// What a function can return to C as `ok`.
pub(crate) trait IntoC {
    fn into_c(self) -> Result<*mut c_void, Failure>;
}

impl<F: Family> IntoC for node::Node<'_, F> {
    fn into_c(self) -> Result<*mut c_void, Failure> {
        Ok(self.try_into_c().map_err(talloc::Error::from)?.cast())
    }
}

impl<T: 'static> IntoC for TBox<'_, T> {
    fn into_c(self) -> Result<*mut c_void, Failure> {
        Ok(TBox::try_into_c(self).map_err(talloc::Error::from)?.cast())
    }
}

impl IntoC for Str<'_> {
    fn into_c(self) -> Result<*mut c_void, Failure> {
        Ok(self.into_raw().cast())
    }
}

impl IntoC for StrList<'_> {
    fn into_c(self) -> Result<*mut c_void, Failure> {
        Ok(self.into_raw().cast())
    }
}

/// What the caller has already got, by an out-parameter.
impl IntoC for *mut c_void {
    fn into_c(self) -> Result<*mut c_void, Failure> {
        Ok(self)
    }
}

/// Nothing: NULL.
impl IntoC for () {
    fn into_c(self) -> Result<*mut c_void, Failure> {
        Ok(ptr::null_mut())
    }
}
