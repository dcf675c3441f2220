//! How nodes are built: below a context, or as roots.

use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::node::{Family, Node, Room};
use crate::raw::align::Aligned;

/// Owner nodes.
impl CtxRef {
    /// Builds a struct that owns its fields below this context.
    ///
    /// The closure gets the node's own context, on which it allocates the
    /// fields, and returns the struct, which is then in its place for good. If
    /// it panics, the node and all fields are freed.
    ///
    /// The closure works for any `'t`: a field allocated elsewhere (a sibling,
    /// the first common mistake in C) does not compile, nor does letting a
    /// field out. The compiler then says that a borrow "must outlive
    /// `'static`", or that data "escapes the closure": use the closure's
    /// context. The family cannot be inferred from the closure, so it is named
    /// by the return type or as `build::<Config>`.
    ///
    /// # Panics
    ///
    /// Panics when the struct is larger than [`MAX_SIZE`](crate::MAX_SIZE);
    /// ends the process when memory is exhausted.
    ///
    /// ```
    /// talloc::node! { struct Numbers<'t> { all: talloc::Array<'t, u32> } }
    ///
    /// let ctx = talloc::Ctx::new();
    /// let numbers = ctx.build::<Numbers>(|t| Numbers { all: t.alloc_slice_copy(&[1, 2]).into() });
    /// assert_eq!(*numbers.get().all, [1, 2]);
    /// ```
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn build<F: Family>(&self, f: impl for<'t> FnOnce(&'t CtxRef) -> F::Of<'t>) -> Node<'_, F> {
        const { Aligned::<F::Of<'static>>::CHECK };
        Room::below(self).or_raise().fill_infallibly(f)
    }

    /// Like [`CtxRef::build`] for a closure that may fail, returning exhausted
    /// memory as an error too.
    ///
    /// With `?`, nodes nest in it without a type to be named, since a field names it:
    /// `log: t.try_build(|t| Ok(Log { path: t.strdup(path)? }))?.keep()`. For errors of
    /// your own there is [`CtxRef::try_build_or`]; the status of a C function has a
    /// place in [`Error::Status`].
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or
    /// [`Error::TooLarge`] for the node itself. All that was made is freed.
    ///
    /// ```
    /// use talloc::{Ctx, CtxRef, Error, Kept, Node, Str};
    ///
    /// talloc::node! { struct Log<'t> { path: Str<'t> } }
    /// talloc::node! { struct Server<'t> { name: Str<'t>, log: Option<Kept<'t, Log<'static>>> } }
    ///
    /// fn load(ctx: &CtxRef) -> Result<Node<'_, Server<'_>>, Error> {
    ///     ctx.try_build(|t| {
    ///         Ok(Server {
    ///             name: t.strdup("main")?,
    ///             log: Some(t.try_build(|t| Ok(Log { path: t.strdup("/var/log/main")? }))?.keep()),
    ///         })
    ///     })
    /// }
    ///
    /// let ctx = Ctx::new();
    /// let server = load(&ctx)?;
    /// assert_eq!(server.get().name, "main");
    /// assert_eq!(server.get().log.as_ref().unwrap().get().path, "/var/log/main");
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn try_build<F: Family>(
        &self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, Error>,
    ) -> Result<Node<'_, F>, Error> {
        const { Aligned::<F::Of<'static>>::CHECK };
        self.try_build_or(f)
    }

    /// Like [`CtxRef::try_build`], with an error type of your own.
    ///
    /// The error cannot borrow from the node, so one that is allocated on the
    /// node does not compile. An error allocated on `self`, which outlives the
    /// node, does.
    ///
    /// # Errors
    ///
    /// What the closure returns, and [`Error::OutOfMemory`] or [`Error::TooLarge`]
    /// for the node itself, turned into an `E`. All that was made is freed.
    ///
    /// ```
    /// use talloc::{Ctx, Error, Str, TString};
    ///
    /// talloc::node! { struct Host<'t> { name: Str<'t> } }
    ///
    /// /// What is wrong with a configuration; the text is on the caller's context.
    /// #[derive(Debug)]
    /// enum Wrong<'c> {
    ///     Host(TString<'c>),
    ///     Talloc(Error),
    /// }
    ///
    /// impl From<Error> for Wrong<'_> {
    ///     fn from(error: Error) -> Self {
    ///         Wrong::Talloc(error)
    ///     }
    /// }
    ///
    /// let ctx = Ctx::new();
    /// let wrong = ctx.try_build_or::<Host, Wrong<'_>>(|t| match t.strdup("a\0b") {
    ///     Ok(name) => Ok(Host { name }),
    ///     Err(error) => Err(Wrong::Host(talloc::format!(ctx, "host name: {error}"))),
    /// });
    /// let Err(Wrong::Host(text)) = wrong else { panic!("{wrong:?}") };
    /// assert!(text.starts_with("host name: NUL byte at position 1"));
    /// # assert_eq!(ctx.total_blocks(), 2);
    /// # impl std::fmt::Debug for Host<'_> {
    /// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.name.fmt(f) }
    /// # }
    /// ```
    #[doc(alias = "talloc_zero")]
    #[inline]
    pub fn try_build_or<F: Family, E: From<Error>>(
        &self,
        f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
    ) -> Result<Node<'_, F>, E> {
        const { Aligned::<F::Of<'static>>::CHECK };
        Room::below(self)?.fill(f)
    }
}

/// Builds a struct that owns its fields and has no parent: C's
/// `talloc_zero(NULL, struct app)`.
///
/// The root of a program or of a thread, with what it owns: it can be moved, and kept
/// in a struct, a `thread_local!` or a `OnceCell`. It is freed when it is dropped.
/// What comes later is stored in its fields through [`Node::with_mut`]. Otherwise as
/// [`CtxRef::build`].
///
/// # Panics
///
/// As [`CtxRef::build`].
///
/// ```
/// use talloc::{Array, Kept, Node, Str};
///
/// talloc::node! { struct Job<'t> { name: Str<'t> } }
/// talloc::node! { struct App<'t> { jobs: Vec<Kept<'t, Job<'static>>> } }
///
/// struct Program {
///     app: Node<'static, App<'static>>,
/// }
///
/// impl Program {
///     fn new() -> Self {
///         Program { app: talloc::root(|_| App { jobs: Vec::new() }) }
///     }
///
///     fn add(&mut self, name: &str) -> Result<(), talloc::Error> {
///         self.app.with_mut(|t, app| {
///             app.jobs.push(t.try_build(|t| Ok(Job { name: t.strdup(name)? }))?.keep());
///             Ok(())
///         })
///     }
/// }
///
/// let mut program = Program::new();
/// program.add("index")?;
/// program.add("sweep")?;
/// assert_eq!(program.app.get().jobs[1].get().name, "sweep");
/// assert_eq!(program.app.as_ctx().total_blocks(), 5);
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_new")]
#[doc(alias = "talloc_zero")]
#[inline]
pub fn root<F: Family>(f: impl for<'t> FnOnce(&'t CtxRef) -> F::Of<'t>) -> Node<'static, F> {
    const { Aligned::<F::Of<'static>>::CHECK };
    Room::root().or_raise().fill_infallibly(f)
}

/// Like [`root`] for a closure that may fail, returning exhausted memory as an error
/// too: see [`CtxRef::try_build`].
///
/// # Errors
///
/// As [`CtxRef::try_build`].
///
/// ```
/// use talloc::{Error, Node, Str};
///
/// talloc::node! { struct Config<'t> { address: Str<'t> } }
///
/// fn load(address: &str) -> Result<Node<'static, Config<'static>>, Error> {
///     talloc::try_root(|t| Ok(Config { address: t.strdup(address)? }))
/// }
///
/// assert_eq!(load("::1")?.get().address, "::1");
/// assert_eq!(load("\0").unwrap_err(), Error::InteriorNul { position: 0 });
/// # impl std::fmt::Debug for Config<'_> {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.address.fmt(f) }
/// # }
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "talloc_new")]
#[doc(alias = "talloc_zero")]
#[inline]
pub fn try_root<F: Family>(
    f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, Error>,
) -> Result<Node<'static, F>, Error> {
    const { Aligned::<F::Of<'static>>::CHECK };
    try_root_or(f)
}

/// Like [`try_root`], with an error type of your own: see [`CtxRef::try_build_or`].
///
/// # Errors
///
/// As [`CtxRef::try_build_or`].
#[doc(alias = "talloc_new")]
#[doc(alias = "talloc_zero")]
#[inline]
pub fn try_root_or<F: Family, E: From<Error>>(
    f: impl for<'t> FnOnce(&'t CtxRef) -> Result<F::Of<'t>, E>,
) -> Result<Node<'static, F>, E> {
    const { Aligned::<F::Of<'static>>::CHECK };
    Room::root()?.fill(f)
}
