//! The functions that are younger than the oldest libtalloc that this crate works with. Each is
//! there if the library that the build script found has it.

#[allow(unused_imports)]
use core::ffi::{c_char, c_uint, c_void};

#[cfg(talloc_2_3_5)]
unsafe extern "C" {
    /// Appends formatted text to the string `*ps`, which may move.
    ///
    /// Does nothing if `*ps` is null. If memory runs out, `*ps` becomes null, and the old string
    /// is freed. So a caller may chain calls and test `*ps` once at the end. The new string
    /// replaces the old one under the same parent.
    ///
    /// Needs libtalloc 2.3.5.
    ///
    /// # Safety
    ///
    /// 1. `ps` must be valid for reads and writes, and `*ps` null or a talloc string.
    /// 2. `fmt` must be a NUL-terminated printf format that fits the arguments after it.
    /// 3. No other thread may use the tree of `*ps` during the call.
    /// 4. Nobody may use the old value of `*ps` afterwards.
    pub unsafe fn talloc_asprintf_addbuf(ps: *mut *mut c_char, fmt: *const c_char, ...);
}

#[cfg(talloc_2_4_4)]
unsafe extern "C" {
    /// Resizes an array and zeroes what was added; the function behind
    /// [`talloc_realloc_zero`](crate::talloc_realloc_zero).
    ///
    /// Needs libtalloc 2.4.4.
    ///
    /// # Safety
    ///
    /// 1. `ctx` must be null or a live talloc chunk. It counts only if `ptr` is null (the parent
    ///    to be) or `count` is 0 (the owner that gives `ptr` up).
    /// 2. `ptr` must be null or a live talloc chunk. Nobody may use it afterwards if the call
    ///    returns non-null, or if `count` is 0.
    /// 3. `el_size` must not be 0: libtalloc divides by it.
    /// 4. `name` must be NUL-terminated and must outlive the chunk, which keeps the pointer.
    /// 5. No other thread may use the trees of `ctx` and `ptr` during the call.
    pub unsafe fn _talloc_realloc_array_zero(
        ctx: *const c_void,
        ptr: *mut c_void,
        el_size: usize,
        count: c_uint,
        name: *const c_char,
    ) -> *mut c_void;
}

#[cfg(talloc_2_5_0)]
unsafe extern "C" {
    /// Appends formatted text to the string `*ps`, with `sep` in between unless the string is
    /// empty. For the rest like [`talloc_asprintf_addbuf`].
    ///
    /// Needs libtalloc 2.5.0.
    ///
    /// # Safety
    ///
    /// The duties of [`talloc_asprintf_addbuf`], and:
    ///
    /// 5. `sep` must be NUL-terminated.
    pub unsafe fn talloc_asprintf_addsep(
        ps: *mut *mut c_char,
        sep: *const c_char,
        fmt: *const c_char,
        ...
    );
}
