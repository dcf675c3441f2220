//! Which mutant is on, and which functions with mutants were called. Nothing here allocates: some
//! tests count allocations, or let them fail.

use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use core::ptr;
use core::sync::atomic::{AtomicI8, AtomicPtr, AtomicU32, Ordering};

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn close(file: c_int) -> c_int;
    fn mmap(
        at: *mut c_void,
        size: usize,
        protection: c_int,
        flags: c_int,
        file: c_int,
        offset: c_long,
    ) -> *mut c_void;
}

static STATE: AtomicI8 = AtomicI8::new(0);
static SELECTED: AtomicU32 = AtomicU32::new(0);
static REACHED: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());

/// The number of the mutant that is on, in the function whose first mutant is `first`.
pub(crate) fn at(first: usize) -> u32 {
    if STATE.load(Ordering::Acquire) == 0 {
        start();
    }
    let reached = REACHED.load(Ordering::Relaxed);
    if !reached.is_null() {
        // SAFETY: the file has a byte for each mutant, and all processes store the same.
        unsafe { reached.add(first).write_volatile(1) };
    }
    SELECTED.load(Ordering::Relaxed)
}

/// Threads that do this at once find the same.
#[cold]
fn start() {
    const READ_AND_WRITE: c_int = 2;
    const PROT_READ_WRITE: c_int = 3;
    const MAP_SHARED: c_int = 1;
    // SAFETY: the environment is not changed that early; what is found is text that ends.
    unsafe {
        let number = getenv(c"TALLOC_MUTANT".as_ptr());
        if !number.is_null() {
            let digits = CStr::from_ptr(number).to_bytes().iter();
            let number = digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
            SELECTED.store(number, Ordering::Relaxed);
        }
        let path = getenv(c"TALLOC_MUTANTS_REACHED".as_ptr());
        if !path.is_null() {
            let file = open(path, READ_AND_WRITE);
            let size = 1 << 16;
            let map = mmap(ptr::null_mut(), size, PROT_READ_WRITE, MAP_SHARED, file, 0);
            if file >= 0 && map as isize != -1 {
                REACHED.store(map.cast(), Ordering::Relaxed);
            }
            close(file);
        }
    }
    STATE.store(1, Ordering::Release);
}
