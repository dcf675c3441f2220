//! Results of C functions that carry an object of C's when they fail.

use crate::context::CtxRef;
use crate::error::Error;
use crate::interop::Adopt;

/// What C gives back when it succeeds, and what when it fails.
impl CtxRef {
    /// Takes over what a C function has left on this context: its result, or the error that
    /// there is instead.
    ///
    /// For results by value, such as ikigai's `res_t`, a flag and a pointer, and for functions with
    /// an out-parameter for each. The program says which of the two pointers is there; this makes
    /// the handle. The outer error is a promise that C has broken: `NULL`, or an object of
    /// another type. Where errors of both kinds are returned, `??` gives the result.
    ///
    /// # Errors
    ///
    /// As [`CtxRef::adopt`], for whichever of the two it is.
    ///
    /// # Panics
    ///
    /// With `debug_assertions`, when the object is not below this context.
    ///
    /// # Safety
    ///
    /// 1. The pointer in `result` must meet the duties of [`CtxRef::adopt`].
    ///
    /// ```
    /// use std::ffi::c_void;
    /// use talloc::{Ctx, CtxRef, Error, Node, Renamed, Str};
    ///
    /// talloc::node! { #[repr(C)] #[derive(Debug)] struct Config<'t> as c"cfg_t" { host: Str<'t> } }
    /// talloc::node! { #[repr(C)] #[derive(Debug)] struct Failure<'t> as c"err_t" { msg: Str<'t> } }
    ///
    /// /// `typedef struct { bool is_err; union { void *ok; err_t *err; }; } res_t;`
    /// #[repr(C)]
    /// struct Res<'c> { is_err: bool, pointer: Pointer<'c> }
    ///
    /// #[repr(C)]
    /// union Pointer<'c> { ok: *mut c_void, err: *mut Failure<'c> }
    ///
    /// impl<'c> Res<'c> {
    ///     fn into_result<T>(self) -> Result<*mut T, *mut Failure<'c>> {
    ///         // SAFETY: both members are pointers, of which C has set one.
    ///         unsafe { if self.is_err { Err(self.pointer.err) } else { Ok(self.pointer.ok.cast()) } }
    ///     }
    /// }
    /// # /// `res_t cfg_load(TALLOC_CTX *ctx, int number);`
    /// # unsafe extern "C" fn cfg_load(ctx: &CtxRef, number: i32) -> Res<'_> {
    /// #     if number == 0 {
    /// #         let config = ctx.build::<Config>(|t| Config { host: t.strdup_c(c"localhost") });
    /// #         return Res { is_err: false, pointer: Pointer { ok: config.into_raw().cast() } };
    /// #     }
    /// #     let failure = ctx.build::<Failure>(|t| Failure { msg: t.strdup_c(c"no such file") });
    /// #     let err = failure.with_name_const(c"error.c:7").into_raw();
    /// #     Res { is_err: true, pointer: Pointer { err } }
    /// # }
    ///
    /// type Loaded<'c> = Result<Node<'c, Config<'c>>, Node<'c, Failure<'c>>>;
    ///
    /// fn load(ctx: &CtxRef, number: i32) -> Result<Loaded<'_>, Error> {
    ///     // SAFETY: 1. A new `cfg_t` on `ctx`, or a new `err_t`, by `talloc_zero_size`.
    ///     let result = unsafe { ctx.adopt_result(cfg_load(ctx, number).into_result()) }?;
    ///     Ok(result.map_err(|Renamed(failure)| failure))
    /// }
    ///
    /// let ctx = Ctx::new();
    /// assert_eq!(load(&ctx, 0)?.unwrap().get().host, "localhost");
    /// assert_eq!(load(&ctx, 1)?.unwrap_err().get().msg, "no such file");
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "res_t")]
    pub unsafe fn adopt_result<'p, T: Adopt<'p>, E: Adopt<'p>>(
        &'p self,
        result: Result<*mut T::Target, *mut E::Target>,
    ) -> Result<Result<T, E>, Error> {
        // SAFETY: 1 to 6. duty 1, for the one that is there.
        unsafe {
            Ok(match result {
                Ok(result) => Ok(self.adopt(result)?),
                Err(error) => Err(self.adopt(error)?),
            })
        }
    }
}
