//! The report, at the exit of the process, of contexts that were never freed.

use core::ffi::CStr;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::io::{self, Write};
use std::sync::OnceLock;

use crate::error::Error;
use crate::process::{roots, thread_end, trees};
use crate::raw::Owned;
use crate::raw::process::on_exit;
use crate::raw::report::{Depth, Report, report};

/// Reports, when the process exits, the root contexts that were never freed: one
/// line for each, on standard error.
///
/// What C's function of this name does, for the roots that this crate makes from
/// now on, on any thread. It may be called at any time, with threads running.
/// Nothing is printed when there is nothing left.
///
/// ```
/// talloc::enable_leak_report();
/// let session = talloc::Ctx::named(c"session");
/// talloc::TBox::leak(session.alloc(7_u64));
/// std::mem::forget(session); // a mistake
/// ```
///
/// Each thread has a section of its own, in the form of C's `talloc_report`; the
/// first line counts one block for the section itself:
///
/// ```text
/// talloc report on 'contexts of thread main' (total      8 bytes in   3 blocks)
///     session                        contains      8 bytes in   2 blocks (ref 0) 0x55…
/// ```
///
/// - **A thread that ends** is looked at after the destructors of its thread-local
///   variables, so that a context in one of them is not reported. Then its
///   section is kept as text, and what is left stays as it is: it is never freed.
///   A thread is known to have ended once it is joined. (The end of
///   [`std::thread::scope`] alone waits for the closures only.)
/// - **The thread that exits** the process is looked at last.
/// - **Other threads** that are still running then cannot be looked at; the report
///   says how many of them have made roots.
/// - **Not reported** are roots that were made before, by C, or went to C by
///   [`Ctx::into_raw`](crate::Ctx::into_raw), and the pools of
///   [`scratch`](crate::scratch()). [`Ctx::leak`](crate::Ctx::leak) is a leak. An
///   object that has refused to go with its root may be reported or not.
/// - **Nothing is printed** by a process that ends without `exit`: by an abort, a
///   signal, or `_exit`.
/// - **After `fork`** the child reports what it has inherited, as C's report
///   does. Threads that it has not inherited count as running.
///
/// # Cost
///
/// While leaks are reported, and afterwards, making a root takes a few
/// instructions more, and so does freeing a context. A root has siblings then, the other roots of
/// its thread: [`Ctx::into_raw`](crate::Ctx::into_raw), and all that walks the tree upwards, walks
/// those that were made later. Nothing below a root changes.
///
/// The report itself walks all that is left. libtalloc does it by recursion: a tree
/// that is deeper than the stack allows ends the process, as it does when it is freed.
///
/// # What C sees
///
/// libtalloc's own NULL-context tracking is not used. For C, a root of this crate
/// has a parent, called `talloc: contexts of a thread`. A root that goes to C as a
/// handle, in the signature of an `extern "C"` function, stays below it, and C must
/// free it on the same thread; [`Ctx::into_raw`](crate::Ctx::into_raw) has no such limit.
///
/// # While the program runs
///
/// [`report_full`](crate::report_full) and [`Snapshot::of_thread`](crate::Snapshot::of_thread)
/// show the same roots at any time, those of the thread that asks.
///
/// A library that can be unloaded must not call this: the end of a thread would
/// call a function that is gone.
///
/// # Panics
///
/// Ends the process when the C library has no memory for one more function to be
/// called at exit, or no key for one more thread-local variable.
#[doc(alias = "talloc_enable_leak_report")]
#[doc(alias = "talloc_enable_null_tracking")]
pub fn enable_leak_report() {
    enable(false);
}

/// Like [`enable_leak_report`], with all that is below each root, in the form of
/// C's `talloc_report_full`.
///
/// Of the two functions, the last call says how much is reported.
///
/// ```text
/// full talloc report on 'contexts of thread main' (total      8 bytes in   3 blocks)
///     session                        contains      8 bytes in   2 blocks (ref 0) 0x55…
///         u64                            contains      8 bytes in   1 blocks (ref 0) 0x55…
/// ```
///
/// # Panics
///
/// As [`enable_leak_report`].
///
/// ```
/// talloc::enable_leak_report_full();
/// # talloc::disable_leak_report();
/// ```
#[doc(alias = "talloc_enable_leak_report_full")]
pub fn enable_leak_report_full() {
    enable(true);
}

/// Ends what [`enable_leak_report`] began: roots that are made from now on are not
/// reported, and nothing is printed at exit, unless it is enabled again.
///
/// ```
/// talloc::disable_leak_report();
/// ```
#[doc(alias = "talloc_disable_null_tracking")]
pub fn disable_leak_report() {
    roots::stop_reporting();
}

/// Whether sections show the whole trees.
static FULL: AtomicBool = AtomicBool::new(false);

/// Set when the ends of threads and of the process are known.
static READY: OnceLock<()> = OnceLock::new();

/// The sections of threads that have ended, the newest first.
///
/// # Invariants
///
/// Null, or a leaked `Section` that belongs to this list. Without a lock, which
/// another thread could hold at a `fork`.
static SECTIONS: AtomicPtr<Section> = AtomicPtr::new(ptr::null_mut());

fn enable(full: bool) {
    READY.get_or_init(|| {
        if !thread_end::set_up() || !on_exit(at_exit) {
            Error::no_memory(0).raise()
        }
    });
    FULL.store(full, Ordering::Relaxed);
    roots::start_reporting();
}

/// What is said of one thread.
struct Section {
    /// `None`: there was no memory for it.
    text: Option<Report>,
    /// # Invariants
    ///
    /// As that of `SECTIONS`.
    older: *mut Section,
}

fn push_section(text: Option<Report>) {
    let section = Box::into_raw(Box::new(Section { text, older: ptr::null_mut() }));
    let mut newest = SECTIONS.load(Ordering::Relaxed);
    loop {
        // SAFETY: this thread's own until it is published.
        unsafe { (*section).older = newest };
        match SECTIONS.compare_exchange_weak(newest, section, Ordering::Release, Ordering::Relaxed)
        {
            Ok(_) => return,
            Err(now) => newest = now,
        }
    }
}

/// All sections, the oldest first.
fn take_sections() -> Vec<u8> {
    let mut next = SECTIONS.swap(ptr::null_mut(), Ordering::Acquire);
    let mut all = Vec::new();
    while !next.is_null() {
        // SAFETY: by the invariant; the list was taken as a whole, so nobody else has it.
        let section = unsafe { Box::from_raw(next) };
        next = section.older;
        all.push(section.text);
    }
    let none: &[u8] = b"talloc: no memory for the report of a thread\n";
    let texts: Vec<&[u8]> = all.iter().rev().map(|text| text.as_deref().unwrap_or(none)).collect();
    texts.concat()
}

/// Called at the end of each thread that has a hidden root.
pub(super) fn at_thread_end() {
    roots::end_of_thread(add_section);
}

/// Called by `exit`, after the destructors of this thread's thread-local variables.
extern "C" fn at_exit() {
    roots::end_of_thread(add_section);
    if !roots::is_reporting() {
        return;
    }
    let mut text = take_sections();
    text.extend(trees::report());
    let running = roots::threads();
    if running > 0 {
        let _ = writeln!(text, "talloc: threads that were still running: {running}, not looked at");
    }
    let _ = io::stderr().write_all(&text);
}

/// Keeps what is to be said of a hidden root and what is below it.
fn add_section(hidden: &mut Owned<'_>, title: &CStr) {
    if !roots::is_reporting() || hidden.as_chunk().total_blocks() == 1 {
        return;
    }
    let depth = if FULL.load(Ordering::Relaxed) { Depth::Full } else { Depth::Short };
    let text = hidden.with_name(title, |hidden| report(hidden.into(), depth));
    push_section(text);
}
