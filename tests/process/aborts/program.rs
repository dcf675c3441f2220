//! A Rust program that libtalloc ends: `main.rs` looks at what it says.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fmt::{self, Display};
use std::fs::{self, File};
use std::io::{self, Write};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc;
use std::{env, mem, panic, process, ptr, thread};

use talloc::{Ctx, Error};
use talloc_tests::c::{tt_free_twice, tt_set_abort_fn};

/// What allocations do: 0 as always, 1 fail, 2 come back to libtalloc.
static ALLOCATIONS: AtomicU8 = AtomicU8::new(0);

struct Allocator;

// SAFETY: that of the system, or null.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match ALLOCATIONS.load(Ordering::Relaxed) {
            0 => {}
            1 => return ptr::null_mut(),
            _ => tt_free_twice(0),
        }
        // SAFETY: the caller's duties are those of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

struct FreesTwice;

impl Drop for FreesTwice {
    fn drop(&mut self) {
        tt_free_twice(0);
    }
}

impl Display for FreesTwice {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        tt_free_twice(0);
        Ok(())
    }
}

unsafe extern "C" fn own_abort_fn(reason: *const c_char) {
    // SAFETY: libtalloc passes NUL-terminated text.
    eprintln!("own: {}", unsafe { CStr::from_ptr(reason) }.to_string_lossy());
    process::abort();
}

fn root() {
    drop(Ctx::new());
}

fn set_own_abort_fn() {
    // SAFETY: there is one thread; the function ends the process.
    unsafe { talloc::process::set_abort_fn(Some(own_abort_fn)) };
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let argument = |index: usize| arguments.get(index).map_or("", String::as_str);
    match argument(0) {
        "pool" => root(),
        "heap" => {
            root();
            tt_free_twice(100);
        }
        "no chunk" => {
            root();
            let not_a_chunk = [0_u64; 64];
            let pointer: *const c_void = not_a_chunk.as_ptr().wrapping_add(32).cast();
            // SAFETY: this breaks the duties on purpose.
            drop(unsafe { Ctx::from_raw(pointer.cast_mut()) });
        }
        "type" => {
            let ctx = Ctx::named(c"struct foo");
            // SAFETY: live, and static texts.
            unsafe {
                let location = c"somewhere.c:7".as_ptr();
                talloc_sys::_talloc_get_type_abort(ctx.as_ptr(), c"struct bar".as_ptr(), location)
            };
        }
        "messages" => {
            talloc::set_log_stderr().unwrap();
            root();
        }
        "panic hook" => {
            panic::set_hook(Box::new(|_| eprintln!("panic hook")));
            root();
        }
        "explained" => {
            talloc::explain_aborts().unwrap();
            assert_eq!(talloc::keep_abort_fn(), Err(Error::HookAlreadySet));
            panic::set_hook(Box::new(|_| eprintln!("panic hook")));
            thread::spawn(root).join().unwrap();
        }
        "thread" => thread::spawn(root).join().unwrap(),
        "kept" => {
            tt_set_abort_fn();
            talloc::keep_abort_fn().unwrap();
            root();
            assert_eq!(talloc::keep_abort_fn(), Err(Error::HookTooLate));
        }
        "replaced" => {
            tt_set_abort_fn();
            root();
        }
        "later" => {
            root();
            tt_set_abort_fn();
        }
        "own" => {
            set_own_abort_fn();
            root();
        }
        "held" => {
            root();
            let (held, is_held) = mpsc::channel();
            thread::spawn(move || {
                let _all = (io::stderr().lock(), io::stdout().lock());
                held.send(()).unwrap();
                thread::park();
            });
            is_held.recv().unwrap();
        }
        "own lock" => {
            root();
            mem::forget((io::stderr().lock(), io::stdout().lock()));
        }
        "printing" => {
            root();
            eprintln!("printing {FreesTwice}");
        }
        "unwinding" => {
            root();
            let _guard = FreesTwice;
            panic!("the first");
        }
        "no memory" => {
            root();
            ALLOCATIONS.store(1, Ordering::Relaxed);
        }
        "comes back" => {
            root();
            ALLOCATIONS.store(2, Ordering::Relaxed);
        }
        "no files" => {
            root();
            let open = || File::open("/dev/null");
            let mut files = Vec::new();
            while let Ok(file) = open() {
                files.push(file);
            }
            tt_free_twice(0);
        }
        "which" => {
            print!("{}", file_of_libtalloc());
            return;
        }
        "from the second" | "to the second" => return two(argument(0), argument(1)),
        other => unreachable!("{other:?}"),
    }
    tt_free_twice(0);
}

unsafe extern "C" {
    safe fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

type New = unsafe extern "C" fn(*const c_void, usize, *const c_char) -> *mut c_void;
type Free = unsafe extern "C" fn(*mut c_void, *const c_char) -> c_int;

/// An object of one libtalloc is freed by another one, which is loaded from a file.
fn two(direction: &str, path: &str) {
    const NOW_FOR_ALL: c_int = 0x102;
    let path = CString::new(path).unwrap();
    let library = dlopen(path.as_ptr(), NOW_FOR_ALL);
    assert!(!library.is_null());
    // SAFETY: the library was opened.
    let symbol = |name: &CStr| unsafe { dlsym(library, name.as_ptr()) };
    // SAFETY: the types of these functions.
    let (new, free): (New, Free) = unsafe {
        (
            mem::transmute::<*mut c_void, New>(symbol(c"talloc_named_const")),
            mem::transmute::<*mut c_void, Free>(symbol(c"_talloc_free")),
        )
    };
    root();
    if direction == "to the second" {
        // SAFETY: this breaks the duties on purpose.
        unsafe { free(Ctx::new().into_raw(), c"here".as_ptr()) };
    } else {
        // SAFETY: likewise.
        drop(unsafe { Ctx::from_raw(new(ptr::null(), 0, c"of the second".as_ptr())) });
    }
    io::stdout().write_all(b"nothing was noticed").unwrap();
}

/// Where the libtalloc of this program lies.
fn file_of_libtalloc() -> String {
    let address = talloc_sys::_talloc_free as *const () as usize;
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let is_there = |line: &&str| {
        let (from, rest) = line.split_once('-').unwrap();
        let (to, _) = rest.split_once(' ').unwrap();
        let number = |text| usize::from_str_radix(text, 16).unwrap();
        (number(from)..number(to)).contains(&address)
    };
    let line = maps.lines().find(is_there).unwrap();
    line.split_whitespace().nth(5).unwrap().to_owned()
}
