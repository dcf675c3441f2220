//! [`Tree`]: a root that moves between threads.

use core::fmt;
use core::ptr::NonNull;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::context::CtxRef;
use crate::error::{Error, Rejected};
use crate::node::{Family, Fields, Member, name_of};
use crate::process::trees;
use crate::raw::{Handle, Object, Release};
use crate::snapshot::Snapshot;
use crate::tree::build::Whole;
use crate::tree::{TreeCtx, ctx};

/// An owned struct whose fields are its own talloc children, and which moves between
/// threads with all of them.
///
/// It is `Send`: sent through a channel, returned by a thread, kept in an
/// `Arc<Mutex<…>>`. It is `Sync` if its struct is: read by many threads at once, without
/// a lock, behind `&`, in an `Arc` or a `static`. Sending it costs what sending a `Box`
/// costs. The thread that has it to itself changes it by [`with_mut`](Tree::with_mut), and frees it
/// by dropping it: a single `talloc_free`.
///
/// `F` is the family, named by its `'static` member. [`talloc::Tree`](crate::Tree) is this
/// type for any member, so that a signature says `Tree<Config<'_>>`. It has no parent, and
/// is one pointer, C's `struct config *`; `Option<Tree<…>>` is one that may be `NULL`.
///
/// ```
/// use std::sync::mpsc;
/// use std::thread;
///
/// use talloc::tree::{Array, Str};
/// use talloc::{Error, Tree};
///
/// talloc::node! { struct Job<'t> { name: Str<'t>, done: Array<'t, u64> } }
///
/// let (send, receive) = mpsc::channel::<Tree<Job>>();
/// let worker = thread::spawn(move || {
///     let mut job = receive.recv().unwrap();
///     job.with_mut(|t, job| job.done.extend(t, (1..4).map(|n| n * n)));
///     job
/// });
/// send.send(Tree::<Job>::try_build(|t| Ok(Job { name: t.strdup("squares")?, done: Array::new() }))?).unwrap();
/// let job = worker.join().unwrap();
/// assert_eq!(job.with(|job| job.done.to_vec()), [1, 4, 9]);
/// # assert!(job.with(|job| job.name == "squares"));
/// # Ok::<(), Error>(())
/// ```
///
/// A value with drop glue is dropped when the tree is freed, on the thread that frees it,
/// as in a [`Node`](crate::Node). If its `Drop` panics, the process aborts after the panic's
/// message. A tree that is forgotten stays for the rest of the process.
#[repr(transparent)]
#[must_use = "a tree is freed when its handle is dropped"]
pub struct Tree<F> {
    /// # Invariants
    ///
    /// Its chunk has no parent, also while leaks are reported, and only this handle leads to
    /// it. `F` is `Movable`. All below was made through a `TreeCtx` of this tree, or
    /// was a whole tree: nothing refers to it from outside or to the outside, it shares no
    /// pool and no memory limit with anything else, and its destructors and values may run
    /// and be dropped on any thread.
    root: Handle<Root<F>>,
}

#[repr(transparent)]
struct Root<F>(Object<'static, Fields<F>>);

impl<F> Release for Root<F> {
    #[inline]
    fn release(self) {
        // After a refusal it stays, and nobody leads to it.
        let _ = trees::free(self.0).map_err(Object::into_ptr);
    }
}

// The impls of `Send` and `Sync` name no `Family`. An async block forgets the lifetimes of what
// it holds, and asks of `Tree<Job<'_>>` for any, of which there is none but that for
// `'static`.

// SAFETY: all that is in the tree goes with it (the invariant), and one thread at a time
// touches its headers: this takes the tree by value, by `&mut`, or a `TreeCtx`, which does not
// leave the closure that got it by `&mut` of the tree. The struct is `Send`: `F` is `Movable`.
unsafe impl<F> Send for Tree<F> {}
// SAFETY: `&Tree` leads to `&F::Of<'_>` and no further, which is `Sync`: no header is touched.
// Since `F` is a `Family` (the invariant), it is its own `F::Family`.
unsafe impl<F: Member> Sync for Tree<F> where for<'t> <F::Family as Family>::Of<'t>: Sync {}

impl<F: Member> UnwindSafe for Tree<F> where for<'t> <F::Family as Family>::Of<'t>: UnwindSafe {}
impl<F: Member> RefUnwindSafe for Tree<F> where for<'t> <F::Family as Family>::Of<'t>: RefUnwindSafe {}

/// Reading, changing and freeing it.
impl<F: Family> Tree<F> {
    #[inline]
    pub(super) fn of(root: Whole<F>) -> Self {
        let root = root.into_root();
        trees::enter(root.ptr().cast(), name_of::<F>());
        Tree { root: Handle::new(Root(root)) }
    }

    /// The root, which leaves the handle.
    #[inline]
    pub(super) fn into_object(self) -> Object<'static, Fields<F>> {
        let Root(root) = self.root.into_inner();
        trees::leave(root.ptr().cast());
        root
    }

    #[inline]
    pub(super) fn root_ptr(&self) -> NonNull<Fields<F>> {
        self.root.0.ptr()
    }

    /// The root as a context for this thread, which has the tree to itself.
    #[inline]
    fn local(&mut self) -> &CtxRef {
        CtxRef::of(self.root.0.as_chunk())
    }

    /// For impls of traits, which are generic over the lifetime: with `'static`, which a
    /// tree that is never freed has, a handle that was moved out of a `Mutex` would fit
    /// any other tree.
    #[inline]
    pub(super) fn get(&self) -> &F::Of<'_> {
        self.root.0.get()
    }

    /// The struct, to be read. Any number of threads may do so at a time, if it is `Sync`.
    ///
    /// The closure works for any `'t`, so that its result is a value of its own:
    /// a number, a `String`, a copy.
    ///
    /// ```
    /// use std::sync::OnceLock;
    /// use std::thread;
    ///
    /// use talloc::Tree;
    /// use talloc::tree::Str;
    ///
    /// talloc::node! { struct Config<'t> { host: Str<'t>, port: u16 } }
    ///
    /// static CONFIG: OnceLock<Tree<Config>> = OnceLock::new();
    ///
    /// let config = CONFIG
    ///     .get_or_init(|| Tree::<Config>::build(|t| Config { host: t.strdup_c(c"localhost"), port: 80 }));
    /// thread::scope(|scope| {
    ///     scope.spawn(|| assert_eq!(config.with(|config| config.port), 80));
    ///     assert_eq!(config.with(|config| config.host.to_string()), "localhost");
    /// });
    /// ```
    #[inline]
    pub fn with<R>(&self, f: impl for<'t> FnOnce(&F::Of<'t>) -> R) -> R {
        f(self.get())
    }

    /// The struct, to be changed, and the context for new fields.
    ///
    /// The closure works for any `'t`, so that nothing but what is allocated on the node
    /// (or `'static`) can be stored in it, and nothing that belongs to the node can leave
    /// it. Where that is tried, the compiler says that a borrow "must outlive `'static`",
    /// or that data "escapes the closure".
    ///
    /// ```
    /// use talloc::Tree;
    /// use talloc::tree::Str;
    ///
    /// talloc::node! { struct User<'t> { name: Str<'t>, logins: u32 } }
    ///
    /// let mut user = Tree::<User>::build(|t| User { name: t.strdup_c(c"anna"), logins: 0 });
    /// user.with_mut(|t, user| {
    ///     user.logins += 1;
    ///     user.name.set(t, "bob")
    /// })?;
    /// assert!(user.with(|user| user.name == "bob" && user.logins == 1));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    pub fn with_mut<R>(&mut self, f: impl for<'t> FnOnce(&TreeCtx<'t>, &mut F::Of<'t>) -> R) -> R {
        ctx::with_mut(&mut *self.root.0, f)
    }

    /// Frees the tree, and reports a refusal.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] when a destructor that C has set said no. The tree is given
    /// back, unchanged.
    ///
    /// ```
    /// # use talloc::tree::Str;
    /// talloc::node! { struct User<'t> { name: Str<'t> } }
    ///
    /// let user = talloc::Tree::<User>::build(|t| User { name: t.strdup_c(c"anna") });
    /// # assert!(user.with(|user| user.name == "anna"));
    /// user.free()?;
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[doc(alias = "talloc_free")]
    pub fn free(self) -> Result<(), Rejected<Self>> {
        let Root(root) = self.root.into_inner();
        trees::free(root)
            .map_err(|root| Rejected::new(Error::Refused, Tree { root: Handle::new(Root(root)) }))
    }

    /// The number of chunks in the tree. Walks it, and marks each chunk meanwhile.
    ///
    /// ```
    /// # use talloc::tree::Str;
    /// talloc::node! { struct User<'t> { name: Str<'t> } }
    ///
    /// let mut user = talloc::Tree::<User>::build(|t| User { name: t.strdup_c(c"anna") });
    /// # assert!(user.with(|user| user.name == "anna"));
    /// assert_eq!(user.total_blocks(), 2);
    /// assert_eq!(user.total_size(), size_of::<Str<'_>>() + 5);
    /// ```
    #[doc(alias = "talloc_total_blocks")]
    pub fn total_blocks(&mut self) -> usize {
        self.local().total_blocks()
    }

    /// The bytes of the tree, without headers. Walks it, and marks each chunk meanwhile.
    #[doc(alias = "talloc_total_size")]
    pub fn total_size(&mut self) -> usize {
        self.local().total_size()
    }

    /// What is in the tree: see [`CtxRef::snapshot`](crate::CtxRef::snapshot).
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted.
    #[doc(alias = "talloc_report_depth_cb")]
    pub fn snapshot(&mut self) -> Snapshot {
        self.local().snapshot()
    }

    /// Writes libtalloc's own report of the tree: see
    /// [`CtxRef::report_full`](crate::CtxRef::report_full).
    ///
    /// # Errors
    ///
    /// What `out` returns, and [`fmt::Error`] when there is no memory for the text.
    #[doc(alias = "talloc_report_full")]
    pub fn report_full(&mut self, out: &mut dyn fmt::Write) -> fmt::Result {
        self.local().report_full(out)
    }
}
