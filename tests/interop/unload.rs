//! F5: destructors and names that lie in a shared object which is unloaded.
//!
//! What is documented not to work is not tried: after `dlclose`, a destructor and a name of the
//! shared object lead to memory that is gone. These are the ways to unload one all the same.

use core::ffi::{CStr, c_int, c_void};
use core::mem;
use std::ffi::CString;

use libc::{RTLD_NOLOAD, RTLD_NOW, dlclose, dlerror, dlopen, dlsym};
use talloc::{Ctx, CtxRef, TBox};
use talloc_tests::{Counts, PLUGIN, check_tree, reference, unlink};

/// The shared object, until it is dropped.
struct Plugin {
    handle: *mut c_void,
    new: unsafe extern "C" fn(&CtxRef, *mut c_int) -> *mut c_void,
    object: unsafe extern "C" fn(&CtxRef) -> *mut c_void,
    release: unsafe extern "C" fn(*mut c_void) -> c_int,
}

impl Plugin {
    fn load() -> Self {
        assert!(!Plugin::is_loaded());
        let path = CString::new(PLUGIN).expect("no NUL");
        // SAFETY: a text; what the library runs when it is loaded is the C library's.
        let handle = unsafe { dlopen(path.as_ptr(), RTLD_NOW) };
        assert!(!handle.is_null(), "{:?}", error());
        let symbol = |name: &CStr| {
            // SAFETY: the library was opened.
            let symbol = unsafe { dlsym(handle, name.as_ptr()) };
            assert!(!symbol.is_null(), "{:?}", error());
            symbol
        };
        // SAFETY: these are the types of the three functions.
        unsafe {
            Plugin {
                handle,
                new: mem::transmute::<
                    *mut c_void,
                    unsafe extern "C" fn(&CtxRef, *mut c_int) -> *mut c_void,
                >(symbol(c"plugin_new")),
                object: mem::transmute::<*mut c_void, unsafe extern "C" fn(&CtxRef) -> *mut c_void>(
                    symbol(c"plugin_object"),
                ),
                release: mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut c_void) -> c_int>(
                    symbol(c"plugin_release"),
                ),
            }
        }
    }

    fn is_loaded() -> bool {
        let path = CString::new(PLUGIN).expect("no NUL");
        // SAFETY: a text; nothing is loaded.
        let handle = unsafe { dlopen(path.as_ptr(), RTLD_NOW | RTLD_NOLOAD) };
        if !handle.is_null() {
            // SAFETY: gives back what the call above has taken.
            unsafe { dlclose(handle) };
        }
        !handle.is_null()
    }

    /// An object with a destructor and a name of the plugin.
    fn object_with_destructor(&self, ctx: &CtxRef, calls: *mut c_int) -> *mut c_void {
        // SAFETY: the callers keep `calls` as long as the object.
        let object = unsafe { (self.new)(ctx, calls) };
        assert!(!object.is_null());
        object
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // SAFETY: opened once, and closed once.
        assert_eq!(unsafe { dlclose(self.handle) }, 0);
    }
}

fn error() -> Option<&'static CStr> {
    // SAFETY: there is no other thread that loads anything.
    let text = unsafe { dlerror() };
    // SAFETY: null, or a text that lives until the next call.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

fn report(ctx: &CtxRef) -> String {
    let mut text = String::new();
    ctx.report_full(&mut text).expect("a report");
    text
}

// One test, since a shared object belongs to the whole process.
#[test]
#[cfg_attr(
    libtalloc_is_static,
    ignore = "a shared object cannot use the static libtalloc of the program"
)]
fn f5_what_goes_before_the_shared_object_is_unloaded() {
    let counts = Counts::new();
    check_tree(|root| {
        // All that the plugin makes is below a context of its own, which goes first.
        let mut calls = 0;
        let calls_at = &raw mut calls;
        let plugin = Plugin::load();
        let all = root.new_child_named(c"plugin");
        let object = plugin.object_with_destructor(&all, calls_at);
        // SAFETY: the context is live.
        let other = unsafe { (plugin.object)(&all) };
        assert!(report(root).contains("struct plugin_state"));
        assert!(report(root).contains("object of the plugin"));
        // What of it Rust keeps elsewhere as a reference must be given up as well.
        let holder = root.new_child();
        // SAFETY: the object is live.
        let object = unsafe { CtxRef::from_ptr(object) }.expect("not null");
        reference(&holder, object);
        unlink(&holder, object);
        // Rust's values below an object of the plugin are dropped with it.
        // SAFETY: live, and left to its parent.
        let other = unsafe { CtxRef::from_ptr(other) }.expect("not null");
        TBox::into_c(other.alloc(counts.value()));
        drop(all);
        // SAFETY: `calls` lives, and only the destructor has changed it.
        assert_eq!((unsafe { *calls_at }, counts.dropped()), (1, 1));
        drop(plugin);
        assert!(!Plugin::is_loaded(), "the shared object is gone");
        drop(holder);

        // Or the plugin takes its hooks off what is to stay.
        let plugin = Plugin::load();
        let object = plugin.object_with_destructor(root, calls_at);
        // SAFETY: made by the plugin.
        assert_eq!(unsafe { (plugin.release)(object) }, 0);
        drop(plugin);
        assert!(!Plugin::is_loaded(), "the shared object is gone");
        assert!(report(root).contains("left by the plugin"));
        // SAFETY: the object is C's no more.
        let object: Ctx<'_> = unsafe { Ctx::from_raw_unchecked(object) };
        assert_eq!(object.name(), c"left by the plugin");
        drop(object);

        // Or Rust does: it takes the bytes over, which gives them a name of its own.
        let plugin = Plugin::load();
        // SAFETY: the context is live; the object is 100 bytes, which are set here.
        let bytes = unsafe {
            let object = (plugin.object)(root).cast::<u8>();
            object.write_bytes(1, 100);
            root.adopt_blob(talloc::Blob::from_raw_parts(object, 100))
        };
        drop(plugin);
        assert!(!Plugin::is_loaded(), "the shared object is gone");
        assert!(report(root).contains("uint8_t") && *bytes.expect("bytes") == [1; 100]);
        assert_eq!(calls, 1);
    });
    counts.assert_all_dropped(1);
}
