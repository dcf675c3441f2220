//! Trees that come from C and go there.

use core::ffi::c_char;

use crate::array::take_array;
use crate::context::CtxRef;
use crate::error::Error;
use crate::node::{self, Family, field};
use crate::object::{Called, TBox};
use crate::process::roots;
use crate::raw::align::Aligned;
use crate::tree::array::Dropless;
use crate::tree::below::Below;
use crate::tree::build::Whole;
use crate::tree::{Array, Kept, Movable, Str, StrList, Tree, TreeCtx};

/// To and from C.
impl<F: Family> Tree<F> {
    /// The pointer for C; the handle stays the owner.
    ///
    /// While the tree is borrowed as shared, C must only read its content, and not use it
    /// as a talloc pointer: other threads may be reading, and all that libtalloc does
    /// writes somewhere. For calls that do, there is [`TreeCtx::as_ctx`].
    #[inline]
    pub fn as_ptr(&self) -> *mut F::Of<'_> {
        self.root_ptr().as_ptr().cast()
    }

    /// Hands the tree over to C, which frees it, on any thread that then has it to itself.
    /// Only [`Tree::from_raw`] takes it back. It leaves the leak report.
    ///
    /// If the struct has drop glue, C must not set a destructor.
    ///
    /// ```
    /// use talloc::Tree;
    /// use talloc::tree::Str;
    ///
    /// talloc::node! { #[repr(C)] struct Job<'t> as c"struct job" { name: Str<'t> } }
    ///
    /// let job = Tree::<Job>::try_build(|t| Ok(Job { name: t.strdup("a")? }))?;
    /// let raw = job.into_raw();
    /// // … C's thread pool runs the job, and gives it back.
    /// // SAFETY: it comes from `into_raw`, and C has done nothing but read it.
    /// let job = unsafe { Tree::<Job>::from_raw(raw) }?;
    /// assert!(job.with(|job| job.name == "a"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[must_use = "the pointer is the only owner of the tree"]
    #[inline]
    pub fn into_raw(self) -> *mut F::Of<'static> {
        self.into_object().into_ptr().as_ptr().cast()
    }

    /// Takes over a tree that C made, or that came from [`Tree::into_raw`].
    ///
    /// If the struct has drop glue, this sets the destructor of its chunk, in the place of
    /// one that C has set.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongType`] when the object's name is not the declared C
    /// name (or, without one, the Rust type's); [`Error::WrongSize`] when it is smaller than
    /// the struct; [`Error::OutOfMemory`] when this would be the first root of the process. Nothing
    /// is freed then.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`Node::from_raw`](crate::node::Node::from_raw), with these field types in the
    ///    place of those of nodes, and `ptr` has no parent.
    /// 2. What other threads have done with the tree has happened before. As long as the
    ///    handle lives, no other thread uses it but through the handle.
    /// 3. No object in the tree may refer to one outside (`talloc_reference`), nor the other
    ///    way round, and none may be linked to one outside in another way: by a
    ///    destructor that uses it, by a share, by a name that lies there.
    /// 4. No object in the tree may have its memory in a pool outside, and no pool in the tree
    ///    may have objects outside.
    /// 5. No object in the tree may be counted by a memory limit that was set outside, also
    ///    before it came to this tree.
    /// 6. All that is dropped or run when the tree is freed, values and destructors, may be on any
    ///    thread.
    /// 7. The struct must be `Send`, and `Sync` if the compiler takes it for that, in what C
    ///    does with it: an opaque struct of C that is changed by functions that
    ///    take a `const` pointer has a field `PhantomData<Cell<()>>`.
    /// 8. Null tracking of libtalloc must be off, now and later.
    #[doc(alias = "talloc_get_type")]
    pub unsafe fn from_raw(ptr: *mut F::Of<'_>) -> Result<Self, Error>
    where
        F: Movable,
    {
        // It may be the first root of the process, as one that is made here.
        roots::untold().ok_or(Error::no_memory(0))?;
        // SAFETY: duties 1 to 8.
        Ok(Tree::of(unsafe { Whole::promised(node::Node::from_raw(ptr)?.into_object()) }))
    }
}

/// For C code that works on the tree.
impl<'t> TreeCtx<'t> {
    /// The node as a context of this thread, for functions of C that allocate on it, and for
    /// all that a [`CtxRef`] can do.
    ///
    /// # Safety
    ///
    /// 1. All that is below the node when its tree is used otherwise next, or goes to
    ///    another thread, must fit a tree that moves: the duties 3 to 7 of
    ///    [`Tree::from_raw`] hold for it.
    /// 2. Nothing of the tree may be freed, moved out, resized or changed that a field, or a
    ///    handle or borrow with the lifetime `'t`, leads to, but through that.
    /// 3. No handle, borrow or guard that was made of the result may be used after the
    ///    closure that got this context, unless it has become a field by one of the
    ///    functions `from_raw` of [`talloc::tree`](crate::tree).
    ///
    /// ```
    /// use talloc::Tree;
    /// use talloc::tree::Str;
    /// # unsafe fn c_load(ctx: *mut core::ffi::c_void) -> *mut core::ffi::c_char {
    /// #     unsafe { talloc_sys::talloc_strdup(ctx, c"::1".as_ptr()) }
    /// # }
    ///
    /// talloc::node! { struct Config<'t> { address: Str<'t> } }
    ///
    /// let config = Tree::<Config>::try_build(|t| {
    ///     // SAFETY: 1, 2. it allocates a string below the context, and nothing else. 3. a pointer.
    ///     let address = unsafe { c_load(t.as_ctx().as_ptr()) };
    ///     // SAFETY: it is that string, and null without memory.
    ///     Ok(Config { address: unsafe { Str::from_raw(t, address) }? })
    /// })?;
    /// assert!(config.with(|config| config.address == "::1"));
    /// # Ok::<(), talloc::Error>(())
    /// ```
    #[inline]
    pub unsafe fn as_ctx(&self) -> &CtxRef {
        self.local()
    }
}

/// From C.
impl<'t> Str<'t> {
    /// Takes over a string that C has allocated on the node, whatever its encoding.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`talloc::Str::from_raw`](crate::Str::from_raw); its parent must be the
    ///    node of `t`.
    /// 2. There must be nothing below it that does not fit a tree that moves
    ///    ([`Tree::from_raw`]), and no Rust value or borrow may lead to it.
    pub unsafe fn from_raw(t: &TreeCtx<'t>, ptr: *mut c_char) -> Result<Self, Error> {
        let _its_node: &TreeCtx<'t> = t;
        // SAFETY: duties 1 and 2.
        Ok(Str::of(unsafe { Below::promised(field::Str::from_raw(ptr)?) }))
    }
}

/// From C.
impl<'t> StrList<'t> {
    /// Takes over a list that C has allocated on the node.
    ///
    /// # Errors
    ///
    /// [`Error::Null`] when `ptr` is null.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`talloc::StrList::from_raw`](crate::StrList::from_raw); its parent must
    ///    be the node of `t`.
    /// 2. There must be nothing below it that does not fit a tree that moves
    ///    ([`Tree::from_raw`]), and no Rust value or borrow may lead to it or its strings.
    pub unsafe fn from_raw(t: &TreeCtx<'t>, ptr: *mut *mut c_char) -> Result<Self, Error> {
        let _its_node: &TreeCtx<'t> = t;
        // SAFETY: duties 1 and 2.
        Ok(StrList::of(unsafe { Below::promised(field::StrList::from_raw(ptr)?) }))
    }
}

/// From C.
impl<'t, T> Array<'t, T> {
    /// Takes over an array that C has allocated on the node, whatever its name; its length
    /// is that of its chunk.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongSize`] when the chunk is not a whole number of
    /// elements.
    ///
    /// # Safety
    ///
    /// 1. The duties of [`talloc::Array::from_raw`](crate::Array::from_raw); its parent must be the
    ///    node of `t`.
    /// 2. There must be nothing below it that does not fit a tree that moves
    ///    ([`Tree::from_raw`]), and no Rust value or borrow may lead to it.
    pub unsafe fn from_raw(t: &TreeCtx<'t>, ptr: *mut T) -> Result<Self, Error> {
        const { Aligned::<T>::CHECK };
        const { Dropless::<T>::CHECK };
        const { assert!(size_of::<T>() > 0, "zero-sized elements have no length in C") };
        let _its_node: &TreeCtx<'t> = t;
        // SAFETY: of `take_array`: 1. duties 1 and 2. Of `Below`: 1. duty 1.
        let values = unsafe { Below::promised(TBox::of(take_array(ptr, Called::Anything)?)) };
        Ok(Array::of(values))
    }
}

/// From C.
impl<'t, F: Family> Kept<'t, F> {
    /// Takes over a node that C has allocated on the node: see [`Tree::from_raw`].
    ///
    /// # Errors
    ///
    /// As [`Tree::from_raw`].
    ///
    /// # Safety
    ///
    /// 1. The duties of [`Tree::from_raw`], but its parent must be the node of `t`.
    pub unsafe fn from_raw(t: &TreeCtx<'t>, ptr: *mut F::Of<'_>) -> Result<Self, Error>
    where
        F: Movable,
    {
        let _its_node: &TreeCtx<'t> = t;
        // SAFETY: duty 1.
        Ok(Kept::of(unsafe { Below::promised(node::Node::from_raw(ptr)?.into_object()) }))
    }
}
