//! [`Array`]: C's `T *` with `talloc_array_length` elements.

use core::marker::PhantomData;
use core::mem::{self, ManuallyDrop};
use core::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::array::{resize_error, take_array};
use crate::context::CtxRef;
use crate::context::one_thread::one_thread;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::node::field::NoDrop;
use crate::object::{Called, TBox};
use crate::raw::align::Aligned;
use crate::raw::{Chunk, Elements, NewName, Object, Owned};

mod grow;
mod into_iter;
mod shrink;

pub use self::into_iter::ArrayIntoIter;

pub(in crate::node::field) use shrink::gather;

/// An array of one pointer that belongs to its parent: C's `T *`, as long as
/// `talloc_array_length` says.
///
/// Made from a `TBox<[T]>`. It derefs to `[T]`, so it is read, sorted and
/// searched as any slice. The length is that of the chunk, read at each use.
/// `Option<Array>` is a `T *` that may be `NULL`.
///
/// ```
/// use talloc::{Array, Ctx};
///
/// let ctx = Ctx::new();
/// let mut ports: Array<'_, u16> = ctx.alloc_slice_copy(&[443, 80]).into();
/// ports.push(8080);
/// ports.sort();
/// assert_eq!(ports, [80, 443, 8080]);
/// assert_eq!(ports.pop(), Some(8080));
/// ```
///
/// # Growing and shrinking
///
/// The chunk has exactly the bytes of the elements, since C has no other length.
/// So each change of the length is a `talloc_realloc`, which may move the array;
/// what lies below it stays attached. [`Array::extend`](Extend::extend) and
/// [`Array::extend_from_slice`] resize once for all that they add. For many
/// steps, a `Vec<T, &CtxRef>` or a `Vec` with spare room is faster.
///
/// libtalloc cannot shrink a chunk to nothing. An array that is emptied keeps a
/// chunk of one byte, which for C and for Rust is no element. One byte would be
/// one element of a one-byte type: for these (`u8`, `bool`) nothing that shrinks
/// the array compiles. Bytes that come and go are a [`BlobBuf`](crate::BlobBuf);
/// any array is replaced, and the old one freed, by
/// `mem::replace(&mut array, ctx.alloc_slice_copy(&rest).into()).free()`.
///
/// # What becomes of the elements
///
/// Dropping the array does nothing: the memory goes with its parent. So the
/// elements need no dropping ([`NoDrop`]) and have a size. Elements that own a
/// chunk, [`Str`](crate::Str) or [`Kept`](crate::Kept), leave it to its parent
/// when [`Array::truncate`], [`Array::clear`] or [`Array::retain`] takes them
/// away. [`Array::pop`], [`Array::remove`] and [`Array::swap_remove`] return
/// them, to be freed or stolen: `listens.remove(0).free()`.
///
/// A list of nodes in a node is an `Array<'t, Kept<'t, Foo<'static>>>`:
///
/// ```
/// use talloc::{Array, Ctx, Error, Kept, Str};
///
/// talloc::node! { struct Listen<'t> { addr: Str<'t>, port: u16 } }
/// talloc::node! { struct Server<'t> { listens: Array<'t, Kept<'t, Listen<'static>>> } }
///
/// let ctx = Ctx::new();
/// let mut server =
///     ctx.build::<Server>(|t| Server { listens: Array::new_in(t) });
/// server.with_mut(|t, server| -> Result<(), Error> {
///     for (addr, port) in [("::1", 80), ("::", 443)] {
///         let listen = t.try_build(|l| Ok(Listen { addr: l.strdup(addr)?, port }))?;
///         server.listens.push(listen.keep());
///     }
///     server.listens.remove(0).free();
///     Ok(())
/// })?;
/// let listens = &server.get().listens;
/// assert_eq!((listens.len(), listens[0].get().port), (1, 443));
/// # assert_eq!(listens[0].get().addr, "::");
/// # Ok::<(), Error>(())
/// ```
#[doc(alias = "talloc_array_length")]
#[must_use = "the array stays with its parent until that is freed; `free` it, or keep it in a field"]
#[repr(transparent)]
pub struct Array<'t, T: NoDrop> {
    /// # Invariants
    ///
    /// A live chunk full of valid elements, or of one byte and without any,
    /// below a parent that lives for `'t`. Nobody else
    /// owns it on the Rust side, and C does not change it behind a borrow.
    chunk: ManuallyDrop<Owned<'t>>,
    _owns: PhantomData<T>,
}

one_thread!(['t, T: NoDrop] Array<'t, T>);

// As `Vec` is: what a panic leaves behind is the elements' own affair.
impl<T: NoDrop + UnwindSafe> UnwindSafe for Array<'_, T> {}
impl<T: NoDrop + RefUnwindSafe> RefUnwindSafe for Array<'_, T> {}

/// Refuses at compile time what an [`Array`] can neither align, count nor drop,
/// whatever says that it is [`NoDrop`].
struct Countable<T>(PhantomData<T>);

impl<T> Countable<T> {
    const CHECK: () = {
        let () = Aligned::<T>::CHECK;
        assert!(
            size_of::<T>() > 0,
            "an `Array` counts its elements by their size: zero-sized ones do not do"
        );
        assert!(
            !mem::needs_drop::<T>(),
            "an `Array` never drops its elements: use a `TBox<[T]>` for these"
        );
    };
}

/// Making, moving and freeing it.
impl<'t, T: NoDrop> Array<'t, T> {
    /// Of a chunk that meets the invariants of the field.
    #[inline]
    fn of(chunk: Owned<'t>) -> Self {
        Array { chunk: ManuallyDrop::new(chunk), _owns: PhantomData }
    }

    #[inline]
    fn into_owned(self) -> Owned<'t> {
        ManuallyDrop::into_inner(self.chunk)
    }

    #[inline]
    pub(crate) fn as_chunk(&self) -> &Chunk {
        self.chunk.as_chunk()
    }

    #[inline]
    fn elements(&mut self) -> Elements<'_, 't, T> {
        // Also for an array that came in a struct of C, and was made nowhere.
        const { Countable::<T>::CHECK };
        let size = self.chunk.as_chunk().size();
        let (len, name) = (size / size_of::<T>(), NewName::Kept { size });
        // SAFETY: 1. by the invariant: the chunk is resized with its elements only.
        unsafe { Elements::new(&mut self.chunk, len, name) }
    }

    #[cold]
    fn resize_error(&self, size: usize) -> Error {
        resize_error(self.as_chunk(), size)
    }

    /// An array without elements on `ctx`, which belongs to it.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`Array::try_new_in`].
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let mut ports: Array<'_, u16> = Array::new_in(&ctx);
    /// ports.extend([80, 443]);
    /// assert_eq!(ports, [80, 443]);
    /// ```
    #[doc(alias = "talloc_array")]
    pub fn new_in(ctx: &'t CtxRef) -> Self {
        const { Countable::<T>::CHECK };
        Array::try_new_in(ctx).or_raise()
    }

    /// Like [`Array::new_in`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    #[doc(alias = "talloc_array")]
    pub fn try_new_in(ctx: &'t CtxRef) -> Result<Self, Error> {
        const { Countable::<T>::CHECK };
        Ok(Array::of(ctx.owned_below(0, Name::of::<[T]>())?))
    }

    /// Frees the array now instead of with its parent.
    #[doc(alias = "talloc_free")]
    pub fn free(self) {
        drop(self.into_owned());
    }

    /// Takes the array as an owned handle.
    ///
    /// ```
    /// use talloc::{Array, Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let ports: Array<'_, u16> = ctx.alloc_slice_copy(&[80]).into();
    /// let mut ports = ports.into_boxed_slice();
    /// TBox::extend_from_slice(&mut ports, &[443]);
    /// assert_eq!(*ports, [80, 443]);
    /// ```
    #[inline]
    pub fn into_boxed_slice(mut self) -> TBox<'t, [T]> {
        let len = self.len();
        self.chunk.move_name_out(Name::of::<[T]>());
        // SAFETY: 1. exactly these valid elements.
        TBox::of(unsafe { Object::array(self.into_owned(), len) })
    }

    /// Moves the array under another parent; no copy. What its elements borrow
    /// stays borrowed.
    #[doc(alias = "talloc_steal")]
    #[doc(alias = "talloc_move")]
    #[inline]
    pub fn steal<'q>(self, to: &'q CtxRef) -> Array<'q, T> {
        Array::of(self.into_owned().steal(to.as_chunk()))
    }

    /// Hands the array to C, which frees it or leaves it to its parent.
    #[inline]
    pub fn into_raw(self) -> *mut T {
        self.chunk.ptr().as_ptr().cast()
    }

    /// Takes over an array from C, whatever its name; its length is that of its
    /// chunk. A chunk of one byte is an empty array of larger elements.
    ///
    /// # Errors
    ///
    /// [`Error::Null`]; [`Error::WrongSize`] when the chunk is not a whole
    /// number of elements.
    ///
    /// # Safety
    ///
    /// 1. `ptr` must be null or a live talloc chunk of this thread, as libtalloc gave it, aligned
    ///    for `T`, below a
    ///    parent that lives for `'t`; all its elements must be valid. What safe code can
    ///    follow in them lives as long as the lifetimes of `T` say. Elements that own
    ///    ([`Str`](crate::Str), [`Kept`](crate::Kept), …) lead to a talloc chunk each, which
    ///    nothing else owns, also no other element, and which does not lie below the array.
    /// 2. Nobody else may own, free, move, resize, rename or use it, through
    ///    whatever pointer, handle or reference (that of an earlier `leak` included, and the name
    ///    of another chunk that lies there) while the result is in use, or, once it is freed,
    ///    afterwards.
    /// 3. It is not being freed: this is not called by a destructor of it or above it. No handle
    ///    to a parent of it is stolen below it through the result.
    /// 4. A destructor that C has given it must be sound to call whenever it is freed, also below
    ///    another parent.
    ///
    /// ```
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let raw: *mut u16 = Array::from(ctx.alloc_slice_copy(&[1, 2])).into_raw();
    /// // SAFETY: it comes from `into_raw`, its parent is `ctx`.
    /// let back: Array<'_, u16> = unsafe { Array::from_raw(raw) }?;
    /// assert_eq!(*back, [1, 2]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub unsafe fn from_raw(ptr: *mut T) -> Result<Self, Error> {
        const { Countable::<T>::CHECK };
        // SAFETY: 1. duties 1 to 4.
        unsafe { take_array(ptr, Called::Anything) }.map(|array| Array::of(array.into_owned()))
    }

    /// The pointer for C; C must not free it while this value is in use.
    #[inline]
    pub fn as_ptr(&self) -> *mut T {
        self.chunk.ptr().as_ptr().cast()
    }
}

impl<'t, T: NoDrop> From<TBox<'t, [T]>> for Array<'t, T> {
    #[inline]
    fn from(values: TBox<'t, [T]>) -> Self {
        const { Countable::<T>::CHECK };
        Array::of(TBox::into_object(values).into_owned())
    }
}

impl<T: NoDrop> Deref for Array<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        const { Countable::<T>::CHECK };
        let len = self.chunk.as_chunk().size() / size_of::<T>();
        // SAFETY: by the invariant. `T` is not zero-sized (`Countable`).
        unsafe { core::slice::from_raw_parts(self.chunk.ptr().as_ptr().cast(), len) }
    }
}

impl<T: NoDrop> DerefMut for Array<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.elements().into_slice()
    }
}
