//! The functions, as C calls them.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::ptr;

use talloc_sys::{FILE, MAX_TALLOC_SIZE};

use crate::chunk::{Chunk, Destructor, Function, MAGIC};
use crate::limit;
use crate::process::{self, Hook};
use crate::report::Step;

/// A new object.
pub(crate) fn named(parent: Option<Chunk>, size: usize, name: *const c_char) -> Option<Chunk> {
    let limit = parent.and_then(Chunk::limit);
    if size >= MAX_TALLOC_SIZE || !limit::allows(limit, crate::chunk::COUNTED + size) {
        return None;
    }
    let chunk = Chunk::new(size)?;
    limit::grow(limit, crate::chunk::COUNTED + size);
    chunk.set_limit(limit);
    chunk.set_name(name);
    if let Some(parent) = parent {
        chunk.link(parent);
    }
    Some(chunk)
}

/// A new object with a copy of so many bytes, which are readable.
fn copy(parent: Option<Chunk>, from: *const c_void, size: usize, with_nul: bool) -> Option<Chunk> {
    let chunk = named(parent, size + usize::from(with_nul), ptr::null())?;
    let to = chunk.object().cast::<u8>();
    // SAFETY: new, and as large.
    unsafe {
        to.copy_from_nonoverlapping(from.cast(), size);
        if with_nul {
            to.add(size).write(0);
        }
    }
    Some(chunk)
}

/// A string is called by itself.
fn string(parent: Option<Chunk>, text: *const c_char, len: usize) -> *mut c_char {
    let Some(chunk) = copy(parent, text.cast(), len, true) else { return ptr::null_mut() };
    chunk.set_name(chunk.object().cast());
    chunk.object().cast()
}

fn unlink(context: Option<Chunk>, chunk: Chunk) -> c_int {
    if chunk.unrefer(context).is_ok() {
        return 0;
    }
    if chunk.known_parent() != context {
        return -1;
    }
    let Some((reference, _)) = chunk.references().next() else { return code(chunk.free()) };
    let holder = reference.known_parent();
    if chunk.unrefer(holder).is_err() {
        return -1;
    }
    chunk.steal(holder);
    0
}

fn code<E>(result: Result<(), E>) -> c_int {
    if result.is_ok() { 0 } else { -1 }
}

/// The pointer that C gets.
fn object(chunk: Option<Chunk>) -> *mut c_void {
    chunk.map_or(ptr::null_mut(), Chunk::object)
}

/// Says where the references to an object were made.
fn log_references(chunk: Chunk, what: &str, location: *const c_char) {
    let say = |text: &str, location: *const c_char| {
        // SAFETY: locations have a NUL.
        let location = unsafe { CStr::from_ptr(location) }.to_string_lossy();
        let line = std::ffi::CString::new(format!("{text} at {location}\n")).unwrap_or_default();
        process::log(&line);
    };
    say(what, location);
    for (_, reference) in chunk.references() {
        say("\treference", reference.location);
    }
}

/// The functions with the names of libtalloc's. `Chunk::of` and what it returns is sound by what
/// `talloc.h` asks for.
macro_rules! functions {
    ($(fn $name:ident($($argument:ident: $Type:ty),*) $(-> $Result:ty)? $body:block)*) => {$(
        /// As libtalloc's.
        ///
        /// # Safety
        ///
        /// 1. As the function of libtalloc: pointers must be null or live objects, names and
        ///    texts have a NUL, and no other thread may be within the trees.
        #[allow(unused_unsafe, reason = "some bodies have nothing that is unsafe")]
        #[cfg_attr(talloc_stand_in, unsafe(no_mangle))]
        pub unsafe extern "C" fn $name($($argument: $Type),*) $(-> $Result)? {
            // SAFETY: duty 1.
            unsafe { $body }
        }
    )*};
}

functions! {
    fn talloc_version_major() -> c_int {
        2
    }

    fn talloc_test_get_magic() -> c_int {
        MAGIC
    }

    fn talloc_named_const(ctx: *const c_void, size: usize, name: *const c_char) -> *mut c_void {
        object(named(Chunk::of(ctx), size, name))
    }

    fn _talloc(ctx: *const c_void, size: usize) -> *mut c_void {
        object(named(Chunk::of(ctx), size, ptr::null()))
    }

    fn _talloc_zero(ctx: *const c_void, size: usize, name: *const c_char) -> *mut c_void {
        let chunk = named(Chunk::of(ctx), size, name);
        if let Some(chunk) = chunk {
            chunk.object().cast::<u8>().write_bytes(0, size);
        }
        object(chunk)
    }

    fn _talloc_array(
        ctx: *const c_void,
        el_size: usize,
        count: c_uint,
        name: *const c_char
    ) -> *mut c_void {
        if count as usize >= MAX_TALLOC_SIZE / el_size {
            return ptr::null_mut();
        }
        object(named(Chunk::of(ctx), el_size * count as usize, name))
    }

    fn _talloc_memdup(
        ctx: *const c_void,
        from: *const c_void,
        size: usize,
        name: *const c_char
    ) -> *mut c_void {
        let chunk = copy(Chunk::of(ctx), from, size, false);
        if let Some(chunk) = chunk {
            chunk.set_name(name);
        }
        object(chunk)
    }

    fn talloc_strdup(ctx: *const c_void, text: *const c_char) -> *mut c_char {
        if text.is_null() {
            return ptr::null_mut();
        }
        string(Chunk::of(ctx), text, CStr::from_ptr(text).count_bytes())
    }

    fn talloc_strndup(ctx: *const c_void, text: *const c_char, most: usize) -> *mut c_char {
        if text.is_null() {
            return ptr::null_mut();
        }
        let len = (0..most).take_while(|&at| *text.add(at) != 0).count();
        string(Chunk::of(ctx), text, len)
    }

    fn talloc_pool(ctx: *const c_void, size: usize) -> *mut c_void {
        let Some(pool) = named(Chunk::of(ctx), size, ptr::null()) else { return ptr::null_mut() };
        pool.set_is_pool(true);
        pool.set_size(0);
        pool.object()
    }

    fn _talloc_pooled_object(
        ctx: *const c_void,
        size: usize,
        name: *const c_char,
        _objects: c_uint,
        bytes: usize
    ) -> *mut c_void {
        let Some(room) = size.checked_add(bytes) else { return ptr::null_mut() };
        let pool = Chunk::of(talloc_pool(ctx, room));
        if let Some(pool) = pool {
            pool.set_size(size);
            pool.set_name(name);
        }
        object(pool)
    }

    fn _talloc_realloc(
        ctx: *const c_void,
        old: *mut c_void,
        size: usize,
        name: *const c_char
    ) -> *mut c_void {
        let Some(chunk) = Chunk::of(old) else { return talloc_named_const(ctx, size, name) };
        if size == 0 {
            unlink(Chunk::of(ctx), chunk);
            return ptr::null_mut();
        }
        let had = chunk.size();
        let is_too_much = size > had && !limit::allows(chunk.limit(), size - had);
        if size >= MAX_TALLOC_SIZE || chunk.reference().is_some() || chunk.is_pool() || is_too_much {
            return ptr::null_mut();
        }
        // It stays where it is for so little.
        if size == had || (size < had && chunk.limit().is_none() && had - size < 1024) {
            chunk.set_size(size);
            return old;
        }
        let Some(chunk) = chunk.resized(size) else { return ptr::null_mut() };
        chunk.moved();
        if size > had {
            limit::grow(chunk.limit(), size - had);
        } else {
            limit::shrink(chunk.limit(), had - size);
        }
        chunk.set_name(name);
        chunk.object()
    }

    fn _talloc_free(old: *mut c_void, location: *const c_char) -> c_int {
        let Some(chunk) = Chunk::of(old) else { return -1 };
        let mut references = chunk.references();
        if references.next().is_some() {
            if chunk.known_parent().is_none() && references.next().is_none() {
                return unlink(None, chunk);
            }
            log_references(chunk, "ERROR: talloc_free with references", location);
            return -1;
        }
        code(chunk.free())
    }

    fn talloc_free_children(parent: *mut c_void) {
        if let Some(chunk) = Chunk::of(parent) {
            chunk.free_all_but_name();
        }
    }

    fn talloc_unlink(ctx: *const c_void, object: *mut c_void) -> c_int {
        Chunk::of(object).map_or(-1, |chunk| unlink(Chunk::of(ctx), chunk))
    }

    fn _talloc_set_destructor(of: *const c_void, destructor: Option<Function>) {
        if let Some(chunk) = Chunk::of(of) {
            chunk.set_destructor(destructor.map_or(Destructor::None, Destructor::Is));
        }
    }

    fn _talloc_steal_loc(
        ctx: *const c_void,
        object: *const c_void,
        location: *const c_char
    ) -> *mut c_void {
        let Some(chunk) = Chunk::of(object) else { return ptr::null_mut() };
        let parent = Chunk::of(ctx);
        if chunk.reference().is_some() && chunk.known_parent() != parent {
            log_references(chunk, "WARNING: talloc_steal with references", location);
        }
        chunk.steal(parent);
        chunk.object()
    }

    fn talloc_reparent(
        old: *const c_void,
        new: *const c_void,
        object: *const c_void
    ) -> *mut c_void {
        let (Some(chunk), old) = (Chunk::of(object), Chunk::of(old)) else {
            return ptr::null_mut();
        };
        let mut owners = chunk.references().map(|(reference, _)| reference);
        let moved = match chunk.known_parent() == old {
            true => Some(chunk),
            false => owners.find(|reference| reference.known_parent() == old),
        };
        let Some(moved) = moved else { return ptr::null_mut() };
        moved.steal(Chunk::of(new));
        chunk.object()
    }

    fn _talloc_reference_loc(
        ctx: *const c_void,
        object: *const c_void,
        location: *const c_char
    ) -> *mut c_void {
        match Chunk::of(object).and_then(|chunk| chunk.refer(Chunk::of(ctx), location)) {
            Some(()) => object.cast_mut(),
            None => ptr::null_mut(),
        }
    }

    fn talloc_reference_count(object: *const c_void) -> usize {
        Chunk::of(object).map_or(0, |chunk| chunk.references().count())
    }

    fn talloc_set_name_const(object: *const c_void, name: *const c_char) {
        if let Some(chunk) = Chunk::of(object) {
            chunk.set_name(name);
        }
    }

    fn talloc_get_name(object: *const c_void) -> *const c_char {
        Chunk::of(object).map_or(ptr::null(), |chunk| chunk.shown().as_ptr())
    }

    fn talloc_check_name(object: *const c_void, name: *const c_char) -> *mut c_void {
        let is_called = |chunk: &Chunk| chunk.shown() == CStr::from_ptr(name);
        Chunk::of(object).filter(is_called).map_or(ptr::null_mut(), Chunk::object)
    }

    fn talloc_find_parent_byname(ctx: *const c_void, name: *const c_char) -> *mut c_void {
        let mut parents = core::iter::successors(Chunk::of(ctx), |chunk| chunk.known_parent());
        self::object(parents.find(|chunk| chunk.shown() == CStr::from_ptr(name)))
    }

    fn talloc_parent(object: *const c_void) -> *mut c_void {
        self::object(Chunk::of(object).and_then(Chunk::known_parent))
    }

    fn talloc_is_parent(ctx: *const c_void, object: *const c_void) -> c_int {
        match (Chunk::of(ctx), Chunk::of(object)) {
            (Some(chunk), Some(parent)) => c_int::from(chunk.is_below(parent)),
            _ => 0,
        }
    }

    fn talloc_get_size(object: *const c_void) -> usize {
        Chunk::of(object).map_or(0, Chunk::size)
    }

    fn talloc_total_size(object: *const c_void) -> usize {
        Chunk::of(object).map_or(0, Chunk::total_size)
    }

    fn talloc_total_blocks(object: *const c_void) -> usize {
        Chunk::of(object).map_or(0, Chunk::total_blocks)
    }

    fn talloc_report_depth_cb(
        object: *const c_void,
        depth: c_int,
        most: c_int,
        step: Option<Step>,
        data: *mut c_void
    ) {
        if let (Some(chunk), Some(step)) = (Chunk::of(object), step) {
            chunk.walk(depth, most, &mut |chunk, depth, is_reference| {
                step(chunk.object(), depth, most, c_int::from(is_reference), data);
            });
        }
    }

    fn talloc_report_full(object: *const c_void, file: *mut FILE) {
        if let Some(chunk) = Chunk::of(object) {
            chunk.report(-1, file);
        }
    }

    fn talloc_report(object: *const c_void, file: *mut FILE) {
        if let Some(chunk) = Chunk::of(object) {
            chunk.report(1, file);
        }
    }

    fn talloc_set_memlimit(ctx: *const c_void, most: usize) -> c_int {
        let Some(chunk) = Chunk::of(ctx) else { return 1 };
        limit::set(chunk, most);
        0
    }

    fn talloc_set_abort_fn(hook: Option<Hook>) {
        process::set_abort_fn(hook);
    }

    fn talloc_set_log_fn(hook: Option<Hook>) {
        process::set_log_fn(hook);
    }
}
