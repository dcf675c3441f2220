//! The part of the C interface that consists of macros.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::mem::transmute;
use core::ptr;

#[cfg(talloc_2_4_4)]
use crate::_talloc_realloc_array_zero;
use crate::{
    _talloc_array, _talloc_free, _talloc_get_type_abort, _talloc_memdup, _talloc_move,
    _talloc_pooled_object, _talloc_realloc, _talloc_realloc_array, _talloc_reference_loc,
    _talloc_set_destructor, _talloc_steal_loc, _talloc_zero, _talloc_zero_array, TALLOC_CTX,
    talloc_check_name, talloc_find_parent_byname, talloc_get_size, talloc_named_const,
    talloc_set_name_const,
};

/// What the functions below pass where the C macros pass the caller's file and line, to be shown
/// in libtalloc's messages.
const LOCATION: *const c_char = c"talloc-sys".as_ptr();

/// The file and the line of the call as a `&'static CStr`, such as `c"src/main.rs:12"`.
///
/// It is the name that C's `talloc_size`, `talloc_new` and the like give to their chunks. Inside a
/// constant or a `const` block it costs nothing at run time.
///
/// ```
/// let name = talloc_sys::location!();
/// assert!(name.to_str().unwrap().contains(".rs:"));
/// ```
#[doc(alias = "__location__")]
#[macro_export]
macro_rules! location {
    () => {
        const {
            let text = ::core::concat!(::core::file!(), ":", ::core::line!(), "\0");
            match ::core::ffi::CStr::from_bytes_with_nul(text.as_bytes()) {
                ::core::result::Result::Ok(text) => text,
                ::core::result::Result::Err(_) => ::core::panic!("a NUL in a file name"),
            }
        }
    };
}

/// Makes a chunk for a `T`, not initialised, under `ctx`; null if memory runs out.
///
/// `name` takes the place of the text of the C type, `c"struct foo"` for instance.
///
/// # Safety
///
/// 1. `ctx` must be null or point to a live talloc chunk.
/// 2. No other thread may use the tree of `ctx` during the call.
#[inline]
#[must_use]
pub unsafe fn talloc<T>(ctx: *const TALLOC_CTX, name: &'static CStr) -> *mut T {
    // SAFETY: 1. and 2. are the caller's. The name lives for ever.
    unsafe { talloc_named_const(ctx, size_of::<T>(), name.as_ptr()).cast() }
}

/// Makes an empty chunk under `ctx`, to be the parent of others; null if memory runs out.
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_new(ctx: *const TALLOC_CTX, name: &'static CStr) -> *mut TALLOC_CTX {
    // SAFETY: the duties of this function are those of `talloc_named_const` but for the name,
    // which lives for ever.
    unsafe { talloc_named_const(ctx, 0, name.as_ptr()) }
}

/// Makes a chunk of `size` bytes, not initialised, under `ctx`.
///
/// Null if memory runs out or `size` is [`MAX_TALLOC_SIZE`](crate::MAX_TALLOC_SIZE) or more.
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_size(ctx: *const TALLOC_CTX, name: &'static CStr, size: usize) -> *mut c_void {
    // SAFETY: as in `talloc_new`.
    unsafe { talloc_named_const(ctx, size, name.as_ptr()) }
}

/// Makes a chunk for what a `*const T` points to. `ptr` gives the type and is not read.
///
/// Not initialised; null if memory runs out.
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_ptrtype<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    ptr: *const T,
) -> *mut T {
    let _ = ptr;
    // SAFETY: the duties of this function are those of `talloc`.
    unsafe { talloc(ctx, name) }
}

/// Makes a chunk for a `T`, all bytes zero, under `ctx`; null if memory runs out.
///
/// # Safety
///
/// The duties of [`talloc()`]. Whether zeroes are a valid `T` matters only once it is read.
#[inline]
#[must_use]
pub unsafe fn talloc_zero<T>(ctx: *const TALLOC_CTX, name: &'static CStr) -> *mut T {
    // SAFETY: the duties of this function are those of `_talloc_zero` but for the name, which
    // lives for ever.
    unsafe { _talloc_zero(ctx, size_of::<T>(), name.as_ptr()).cast() }
}

/// Makes a chunk of `size` bytes, all zero, under `ctx`.
///
/// Null if memory runs out or `size` is [`MAX_TALLOC_SIZE`](crate::MAX_TALLOC_SIZE) or more.
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_zero_size(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    size: usize,
) -> *mut c_void {
    // SAFETY: as in `talloc_zero`.
    unsafe { _talloc_zero(ctx, size, name.as_ptr()) }
}

/// Frees a chunk and all chunks below it, after the destructor of each.
///
/// Returns 0, or -1 and frees nothing: if `ptr` is null, if the destructor refuses, or if the
/// chunk has references. (If in the last case the only other owner is the null context, that
/// owner is given up in place of the reference.)
///
/// # Safety
///
/// 1. `ptr` must be null or point to a live talloc chunk.
/// 2. Nobody may use a chunk that the call freed, which may be any chunk of the subtree of `ptr`.
/// 3. The destructors of the subtree must be sound to call now.
/// 4. No other thread may use the tree of `ptr` during the call.
#[inline]
pub unsafe fn talloc_free<T>(ptr: *mut T) -> c_int {
    // SAFETY: 1. to 4. are the caller's. The location lives for ever, as it must: libtalloc keeps
    // it in the freed chunk for its messages.
    unsafe { _talloc_free(ptr.cast(), LOCATION) }
}

/// Frees `*ptr` as [`talloc_free`] does, whatever that returns, and sets it to null. Does nothing
/// if it is null already.
///
/// # Safety
///
/// The duties of [`talloc_free`], for `*ptr`.
#[inline]
#[allow(non_snake_case)]
pub unsafe fn TALLOC_FREE<T>(ptr: &mut *mut T) {
    if !ptr.is_null() {
        // SAFETY: the duties of this function are those of `talloc_free`.
        unsafe { talloc_free(*ptr) };
        *ptr = ptr::null_mut();
    }
}

/// Moves a chunk with all that is below it under another parent, and returns it.
///
/// `new_ctx` null makes the chunk a root. `ptr` null is allowed and does nothing. For a chunk with
/// references libtalloc logs a warning, unless `new_ctx` is its parent already.
///
/// # Safety
///
/// 1. `new_ctx` must be null or point to a live talloc chunk, which is not in the subtree of `ptr`.
/// 2. `ptr` must be null or point to a live talloc chunk.
/// 3. No other thread may use the two trees during the call.
#[inline]
pub unsafe fn talloc_steal<T>(new_ctx: *const TALLOC_CTX, ptr: *mut T) -> *mut T {
    // SAFETY: 1. to 3. are the caller's. The location lives for ever.
    unsafe { _talloc_steal_loc(new_ctx, ptr.cast(), LOCATION).cast() }
}

/// Does what [`talloc_steal`] does with `*pptr`, returns that and sets `*pptr` to null.
///
/// # Safety
///
/// The duties of [`talloc_steal`], for `*pptr`.
#[inline]
pub unsafe fn talloc_move<T>(new_ctx: *const TALLOC_CTX, pptr: &mut *mut T) -> *mut T {
    // SAFETY: the duties of this function are those of `_talloc_move`, which also reads and
    // writes `*pptr`: the reference allows both.
    unsafe { _talloc_move(new_ctx, ptr::from_mut(pptr).cast()).cast() }
}

/// Makes `ctx` one more owner of a chunk, which lives until its last owner is gone.
///
/// Returns `ptr`; null if it is null or memory runs out.
///
/// # Safety
///
/// 1. `ctx` must be null or point to a live talloc chunk.
/// 2. `ptr` must be null or point to a live talloc chunk.
/// 3. No other thread may use the two trees during the call, nor one of them while another thread
///    uses the other, as long as the reference exists.
#[inline]
pub unsafe fn talloc_reference<T>(ctx: *const TALLOC_CTX, ptr: *mut T) -> *mut T {
    // SAFETY: 1. to 3. are the caller's. The location lives for ever, as it must: libtalloc keeps
    // the pointer.
    unsafe { _talloc_reference_loc(ctx, ptr.cast(), LOCATION).cast() }
}

/// Sets the function that libtalloc calls before it frees a chunk; `None` removes it.
///
/// The function returns 0 to allow the free and -1 to refuse it. It runs before the chunks below
/// are freed. There is one destructor for each chunk: a new one replaces the old one.
///
/// # Safety
///
/// 1. `ptr` must point to a live talloc chunk.
/// 2. Whenever the chunk may be freed, in whichever way, `destructor` must be sound to call with
///    `ptr`, or with the place to which a realloc has moved the chunk.
/// 3. No other thread may use the tree of `ptr` during the call.
#[inline]
pub unsafe fn talloc_set_destructor<T>(
    ptr: *const T,
    destructor: Option<unsafe extern "C" fn(ptr: *mut T) -> c_int>,
) {
    type Typed<T> = Option<unsafe extern "C" fn(*mut T) -> c_int>;
    type Untyped = Option<unsafe extern "C" fn(*mut c_void) -> c_int>;
    // SAFETY: both are nullable function pointers. Pointers to sized types have the same ABI, so
    // the one may be called as the other.
    let destructor = unsafe { transmute::<Typed<T>, Untyped>(destructor) };
    // SAFETY: 1. to 3. are the caller's.
    unsafe { _talloc_set_destructor(ptr.cast(), destructor) }
}

/// Names a chunk after a C type, which is what [`talloc_get_type`] compares with.
///
/// # Safety
///
/// 1. `ptr` must point to a live talloc chunk.
/// 2. No other thread may use the tree of `ptr` during the call.
#[inline]
pub unsafe fn talloc_set_type<T>(ptr: *const T, name: &'static CStr) {
    // SAFETY: 1. and 2. are the caller's. The name lives for ever.
    unsafe { talloc_set_name_const(ptr.cast(), name.as_ptr()) }
}

/// `ptr` as a `*mut T` if `name` is the name of its chunk, else null. Null gives null.
///
/// That the name stands for the type `T` is what the caller knows and libtalloc does not.
///
/// # Safety
///
/// 1. `ptr` must be null or point to a live talloc chunk.
/// 2. No other thread may change the name of the chunk during the call.
#[inline]
#[must_use]
pub unsafe fn talloc_get_type<T>(ptr: *const c_void, name: &CStr) -> *mut T {
    // SAFETY: 1. and 2. are the caller's. The name is only read.
    unsafe { talloc_check_name(ptr, name.as_ptr()).cast() }
}

/// `ptr` as a `*mut T`. If `name` is not the name of its chunk, or `ptr` is null, libtalloc calls
/// its abort function (`talloc_set_abort_fn`), and the result is null in case that returns.
///
/// # Safety
///
/// The duties of [`talloc_get_type`].
#[inline]
#[must_use]
pub unsafe fn talloc_get_type_abort<T>(ptr: *const c_void, name: &CStr) -> *mut T {
    // SAFETY: the duties of this function are those of `_talloc_get_type_abort`. The location
    // lives for ever.
    unsafe { _talloc_get_type_abort(ptr, name.as_ptr(), LOCATION).cast() }
}

/// The nearest chunk with the name `name` on the way from `ptr`, itself included, to its root;
/// null if there is none.
///
/// Each step up walks the list of siblings to its beginning.
///
/// # Safety
///
/// 1. `ptr` must be null or point to a live talloc chunk.
/// 2. No other thread may use the tree of `ptr` during the call.
#[inline]
#[must_use]
pub unsafe fn talloc_find_parent_bytype<T>(ptr: *const c_void, name: &CStr) -> *mut T {
    // SAFETY: 1. and 2. are the caller's. The name is only read.
    unsafe { talloc_find_parent_byname(ptr, name.as_ptr()).cast() }
}

/// Makes a chunk under `ctx` with a copy of `size` bytes at `p`.
///
/// Null if memory runs out, if `size` is [`MAX_TALLOC_SIZE`](crate::MAX_TALLOC_SIZE) or more, or if
/// `p` is null and `size` is not 0.
///
/// # Safety
///
/// The duties of [`talloc()`], and:
///
/// 3. `p` must be null or valid for reads of `size` bytes.
#[inline]
#[must_use]
pub unsafe fn talloc_memdup(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    p: *const c_void,
    size: usize,
) -> *mut c_void {
    // SAFETY: the duties of this function are those of `_talloc_memdup` but for the name, which
    // lives for ever.
    unsafe { _talloc_memdup(ctx, p, size, name.as_ptr()) }
}

/// Makes a chunk for `count` elements of type `T`, not initialised, under `ctx`.
///
/// Null if memory runs out, or for `MAX_TALLOC_SIZE / size_of::<T>()` elements or more. A `T`
/// without size is refused by the compiler, since libtalloc divides by the size.
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_array<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    count: c_uint,
) -> *mut T {
    // SAFETY: the duties of this function are those of `_talloc_array` but for the size, which
    // `element_size` has checked, and the name, which lives for ever.
    unsafe { _talloc_array(ctx, element_size::<T>(), count, name.as_ptr()).cast() }
}

/// Makes a chunk for `count` elements of `size` bytes each, not initialised, under `ctx`.
///
/// Null if memory runs out, or for `MAX_TALLOC_SIZE / size` elements or more.
///
/// # Safety
///
/// The duties of [`talloc()`], and:
///
/// 3. `size` must not be 0: libtalloc divides by it.
#[inline]
#[must_use]
pub unsafe fn talloc_array_size(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    size: usize,
    count: c_uint,
) -> *mut c_void {
    // SAFETY: the duties of this function are those of `_talloc_array` but for the name, which
    // lives for ever.
    unsafe { _talloc_array(ctx, size, count, name.as_ptr()) }
}

/// Makes a chunk for `count` elements of what a `*const T` points to. `ptr` gives the type and is
/// not read. For the rest like [`talloc_array`].
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_array_ptrtype<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    ptr: *const T,
    count: c_uint,
) -> *mut T {
    let _ = ptr;
    // SAFETY: the duties of this function are those of `talloc_array`.
    unsafe { talloc_array(ctx, name, count) }
}

/// Makes a chunk for `count` elements of type `T`, all bytes zero, under `ctx`. For the rest like
/// [`talloc_array`].
///
/// # Safety
///
/// The duties of [`talloc()`]. Whether zeroes are a valid `T` matters only once it is read.
#[inline]
#[must_use]
pub unsafe fn talloc_zero_array<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    count: c_uint,
) -> *mut T {
    // SAFETY: as in `talloc_array`.
    unsafe { _talloc_zero_array(ctx, element_size::<T>(), count, name.as_ptr()).cast() }
}

/// The number of whole elements of type `T` in the chunk of `ptr`; 0 for null.
///
/// A `T` without size is refused by the compiler.
///
/// # Safety
///
/// 1. `ptr` must be null or point to a live talloc chunk.
/// 2. No other thread may resize the chunk during the call.
#[inline]
#[must_use]
pub unsafe fn talloc_array_length<T>(ptr: *const T) -> usize {
    // SAFETY: 1. and 2. are the caller's.
    unsafe { talloc_get_size(ptr.cast()) / element_size::<T>() }
}

/// Resizes an array to `count` elements and returns it, which may have moved. What is added is
/// not initialised. `ptr` null makes a new array under `ctx`.
///
/// Null if memory runs out, for too many elements (see [`talloc_array`]), or if the chunk has
/// references or is a pool: then the array is as before. Null also for `count` 0, which gives up
/// `ctx`'s ownership of the array as `talloc_unlink` does: without another owner it is freed.
///
/// # Safety
///
/// 1. `ctx` must be null or point to a live talloc chunk. It counts only if `ptr` is null (the
///    parent to be) or `count` is 0 (the owner that gives `ptr` up).
/// 2. `ptr` must be null or point to a live talloc chunk. Nobody may use it afterwards if the call
///    returns non-null, or if `count` is 0.
/// 3. No other thread may use the trees of `ctx` and `ptr` during the call.
#[inline]
#[must_use]
pub unsafe fn talloc_realloc<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    ptr: *mut T,
    count: c_uint,
) -> *mut T {
    // SAFETY: 1. to 3. are the caller's. `element_size` has checked the size, and the name lives
    // for ever.
    unsafe {
        _talloc_realloc_array(ctx, ptr.cast(), element_size::<T>(), count, name.as_ptr()).cast()
    }
}

/// Resizes an array as [`talloc_realloc`] does, and sets what is added to zero.
///
/// Needs libtalloc 2.4.4.
///
/// # Safety
///
/// The duties of [`talloc_realloc`]. Whether zeroes are a valid `T` matters only once it is read.
#[cfg(talloc_2_4_4)]
#[inline]
#[must_use]
pub unsafe fn talloc_realloc_zero<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    ptr: *mut T,
    count: c_uint,
) -> *mut T {
    // SAFETY: as in `talloc_realloc`.
    unsafe {
        _talloc_realloc_array_zero(ctx, ptr.cast(), element_size::<T>(), count, name.as_ptr())
            .cast()
    }
}

/// Resizes a chunk to `size` bytes. For the rest like [`talloc_realloc`], with `size` for `count`
/// and [`MAX_TALLOC_SIZE`](crate::MAX_TALLOC_SIZE) for the limit.
///
/// # Safety
///
/// The duties of [`talloc_realloc`], with `size` for `count`.
#[inline]
#[must_use]
pub unsafe fn talloc_realloc_size(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    ptr: *mut c_void,
    size: usize,
) -> *mut c_void {
    // SAFETY: the duties of this function are those of `_talloc_realloc` but for the name, which
    // lives for ever.
    unsafe { _talloc_realloc(ctx, ptr, size, name.as_ptr()) }
}

/// Makes a chunk for a `T`, not initialised, that is a pool for its children as well.
///
/// The pool has room for `num_subobjects` children of `total_subobjects_size` bytes in all. Null
/// if memory runs out, or if the whole is [`MAX_TALLOC_SIZE`](crate::MAX_TALLOC_SIZE) or more.
///
/// # Safety
///
/// The duties of [`talloc()`].
#[inline]
#[must_use]
pub unsafe fn talloc_pooled_object<T>(
    ctx: *const TALLOC_CTX,
    name: &'static CStr,
    num_subobjects: c_uint,
    total_subobjects_size: usize,
) -> *mut T {
    let size = size_of::<T>();
    // SAFETY: the duties of this function are those of `_talloc_pooled_object` but for the name,
    // which lives for ever.
    unsafe {
        _talloc_pooled_object(ctx, size, name.as_ptr(), num_subobjects, total_subobjects_size)
            .cast()
    }
}

/// The size of `T` where it must not be 0.
const fn element_size<T>() -> usize {
    const { assert!(size_of::<T>() != 0, "an array in talloc needs elements with a size") };
    size_of::<T>()
}
