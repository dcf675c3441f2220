//! What is said when libtalloc aborts.
//!
//! By itself it says nothing. The abort function is set by [`explain_aborts`], or by the
//! first root if that is made on the main thread of a Rust program. It is read by an
//! abort and by nothing else: to set it disturbs no thread of C. (The log function is
//! read with each message. So the first root leaves it alone, which C may have set; and
//! a message takes memory, which is not to be asked for before the reason has been said.)

use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering};
use std::backtrace::Backtrace;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::panic::catch_unwind;
use std::{env, process, thread};

use crate::error::Error;
use crate::process::hooks::set_once;
use crate::process::roots::before_first_root;
use crate::raw;
use crate::raw::copies::{Visible, static_address};
use crate::raw::process::{OnText, hook};

/// Has libtalloc's aborts explained, also in a library, and by a panic as well.
///
/// libtalloc aborts when C or `unsafe` code has used or freed an object that was
/// freed before, has passed a pointer that is none of talloc's, or has asked for an
/// object of another type (`talloc_get_type_abort`). By itself it says nothing.
///
/// # Without this call
///
/// A Rust program says why, and where it was noticed, if its first root is made on the
/// main thread, the one that runs `main`:
///
/// ```text
/// libtalloc aborts: Bad talloc magic value - access after free
/// (an object was used, or freed once more, after it had been freed)
/// (talloc::set_log_stderr, called first, lets libtalloc say where it was freed)
///    0: …
/// ```
///
/// The backtrace is left out with `RUST_BACKTRACE=0`, and in a program without symbols; on 32-bit
/// ARM it ends at libtalloc, which has no unwind tables there. It names files and lines where the
/// program has debug information. libtalloc often cannot tell a second free from a pointer that is
/// none of talloc's; then the message names all that it may be.
/// If there is another libtalloc in the process, it is named, on Linux with its file. A library in
/// a C program sets nothing. Nor does a root on another thread: where the program makes its first
/// one there, this function is called first, in `main`.
///
/// A Rust program whose C code has set an abort function before the first root calls
/// [`keep_abort_fn`]. What C sets later stays.
///
/// # With it
///
/// The reason and the libtallocs are named wherever the first root is made, and in a library, too.
/// Then there is a panic with the reason and what it means, on the thread and in the function where
/// it was noticed:
///
/// ```text
/// thread 'main' panicked at …:
/// libtalloc aborts: Bad talloc magic value - access after free
/// (an object was used, or freed once more, after it had been freed)
/// ```
///
/// So the panic hook of the program sees it, and then the process aborts: nothing unwinds,
/// and libtalloc does not go on. With `RUST_BACKTRACE=1` the backtrace is that of the panic.
///
/// # Errors
///
/// [`Error::HookTooLate`], as for [`set_log_stderr`](crate::set_log_stderr);
/// [`Error::HookAlreadySet`] after a call of this function.
///
/// ```
/// talloc::explain_aborts()?;
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_set_abort_fn")]
pub fn explain_aborts() -> Result<(), Error> {
    let main = RustMain::find();
    before_first_root(|hooks| {
        set_once(&mut hooks.abort)?;
        PANICS.store(true, Ordering::Relaxed);
        set(main.as_ref());
        Ok(())
    })
}

/// Keeps the first root from setting libtalloc's abort function.
///
/// For a Rust program in which C has set one before the first root. libtalloc does not
/// tell whether there is one, and the first root would replace it, see [`explain_aborts`].
/// A later call of [`explain_aborts`] sets it all the same. In a library in a C program, whose
/// first root sets nothing, this changes nothing.
///
/// # Errors
///
/// [`Error::HookTooLate`], as for [`set_log_stderr`](crate::set_log_stderr);
/// [`Error::HookAlreadySet`] after [`explain_aborts`].
///
/// ```
/// // A C library has been initialised, which has called `talloc_set_abort_fn`.
/// talloc::keep_abort_fn()?;
/// let ctx = talloc::Ctx::new();
/// # drop(ctx);
/// # Ok::<(), talloc::Error>(())
/// ```
#[doc(alias = "talloc_set_abort_fn")]
pub fn keep_abort_fn() -> Result<(), Error> {
    before_first_root(|hooks| {
        if hooks.abort {
            return Err(Error::HookAlreadySet);
        }
        KEPT.store(true, Ordering::Relaxed);
        Ok(())
    })
}

/// Whether [`keep_abort_fn`] was called.
static KEPT: AtomicBool = AtomicBool::new(false);

/// Whether the program has asked for a panic.
static PANICS: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether this thread is explaining an abort, or looks where it is.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// The main thread of a program whose `main` the standard library has called.
pub(super) struct RustMain {
    /// The libtalloc of C libraries, if it is another one.
    other: Option<Visible>,
}

impl RustMain {
    /// Whether this is it. Comes before the lock of the hooks: it may allocate, and waits while
    /// another thread loads a library, whose constructor may wait for that lock.
    pub(super) fn find() -> Option<Self> {
        is_rust_main().then(|| Self { other: Visible::find().filter(|visible| visible.is_other()) })
    }

    /// The first root is being made here, under the lock of the hooks.
    pub(super) fn explain_aborts(&self) {
        if !raw::process::abort_fn_is_set() && !KEPT.load(Ordering::Relaxed) {
            set(Some(self));
        }
    }
}

/// Sets the function, under the lock of the hooks; in another libtalloc as well if the
/// process is one of Rust.
fn set(main: Option<&RustMain>) {
    // SAFETY: 1. this crate sets it under the lock, and has made no root yet. C code that sets it
    // on another thread, or aborts there, is excluded. 2. `explain` takes any text, and does
    // not return.
    unsafe { raw::process::set_abort_fn(Some(hook::<OnAbort>)) };
    if let Some(other) = main.and_then(|main| main.other) {
        // SAFETY: 1. and 2. likewise.
        unsafe { other.set_abort_fn(hook::<OnAbortOfOther>) };
    }
}

/// Whether this is the main thread of a program whose `main` the standard library has
/// called: it calls that thread "main", and no other that has not been given the name.
fn is_rust_main() -> bool {
    // An allocator may have come back here, while the handle of the thread is made.
    if BUSY.replace(true) {
        return false;
    }
    let is_main = thread::current().name() == Some("main") && is_first_thread();
    BUSY.set(false);
    is_main
}

/// Whether this is the first thread of the process; true where that is not known.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_first_thread() -> bool {
    use std::os::unix::ffi::OsStrExt;

    // Process, "task", thread.
    let Ok(link) = fs::read_link("/proc/thread-self") else { return true };
    let mut numbers = link.as_os_str().as_bytes().split(|byte| *byte == b'/');
    numbers.next() == numbers.next_back()
}

#[cfg(any(target_vendor = "apple", target_os = "freebsd", target_os = "openbsd"))]
fn is_first_thread() -> bool {
    unsafe extern "C" {
        safe fn pthread_main_np() -> core::ffi::c_int;
    }
    pthread_main_np() != 0
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "openbsd",
)))]
fn is_first_thread() -> bool {
    true
}

struct OnAbort;

impl OnText for OnAbort {
    fn call(reason: &str) {
        explain("libtalloc", reason)
    }
}

struct OnAbortOfOther;

impl OnText for OnAbortOfOther {
    fn call(reason: &str) {
        explain("another libtalloc than that of the Rust code", reason)
    }
}

/// Says what can be said, and aborts. The memory may be in disorder, and this thread may
/// hold any lock. So the reason comes first, for which there is need of neither.
fn explain(who: &str, reason: &str) -> ! {
    let reason = reason.trim_end();
    let mut stderr = Stderr::new();
    stderr.say(&[who, " aborts: ", reason, "\n"]);
    // What comes now has come back here.
    if BUSY.replace(true) {
        process::abort();
    }
    let panics = PANICS.load(Ordering::Relaxed);
    let meaning = meaning(reason);
    if !panics {
        stderr.say(&[meaning, hint(reason)]);
    }
    if reason.contains("magic") {
        say_libtallocs(&mut stderr);
    }
    say_place(&mut stderr, panics);
    if panics {
        // For the panic hook; it goes no further.
        let text = format!("{who} aborts: {reason}\n{meaning}");
        let _ = catch_unwind(|| panic!("{}", text.trim_end()));
    }
    process::abort();
}

/// What a reason of libtalloc's says to those who do not know its source: lines, or nothing.
fn meaning(reason: &str) -> &'static str {
    let has = |part| reason.contains(part);
    if has("access after free") {
        "(an object was used, or freed once more, after it had been freed)\n"
    } else if has("unknown value") {
        "(an object was used, or freed once more, after it had been freed; or a pointer is none of \
         talloc's,\nor it comes from another libtalloc; or the memory before the object was \
         overwritten)\n"
    } else if has("Type mismatch") {
        "(C asked for an object of another type, by talloc_get_type_abort)\n"
    } else {
        ""
    }
}

/// How to learn more: libtalloc tells where an object was freed by a message of its own.
fn hint(reason: &str) -> &'static str {
    if reason.contains("access after free") && !raw::process::log_fn_is_set() {
        "(talloc::set_log_stderr, called first, lets libtalloc say where it was freed)\n"
    } else {
        ""
    }
}

/// Says where it was noticed. The panic that may come says it, too, with `RUST_BACKTRACE`.
fn say_place(stderr: &mut Stderr, panics: bool) {
    let wanted = env::var_os("RUST_BACKTRACE");
    if wanted.as_ref().is_some_and(|value| value == "0" || panics) {
        return;
    }
    let frames = Backtrace::force_capture().to_string();
    // A program that was stripped.
    if frames.lines().all(|line| line.ends_with("<unknown>")) {
        return;
    }
    // What lies below `main` or the closure of a thread.
    let end = match frames.find("__rust_begin_short_backtrace") {
        Some(frame) if wanted.is_none_or(|value| value != "full") => frames[..frame].rfind('\n'),
        _ => None,
    };
    stderr.say(&[end.map_or(&*frames, |end| &frames[..=end])]);
}

/// Standard error, without the standard library's lock, for which this thread would wait
/// if another one keeps it.
struct Stderr(Option<File>);

impl Stderr {
    fn new() -> Self {
        // There may be no room for one more file.
        Self(io::stderr().as_fd().try_clone_to_owned().ok().map(File::from))
    }

    fn say(&mut self, parts: &[&str]) {
        for part in parts {
            let _ = self.write_all(part.as_bytes());
        }
    }
}

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Some(file) => file.write(bytes),
            None => io::stderr().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says if there are several libtallocs in the process, as far as that can be seen.
fn say_libtallocs(stderr: &mut Stderr) {
    let (own, other) = match Visible::find() {
        Some(own) if !own.is_other() => (own.address(), None),
        other => (static_address(), other.map(Visible::address)),
    };
    // Linux; elsewhere the files are not known.
    let maps = fs::read("/proc/self/maps").unwrap_or_default();
    let (own, others) = files_of_libtalloc(&maps, own, other);
    if other.is_none() && others.is_empty() {
        return;
    }
    stderr.say(&[
        "there are several libtallocs in this process, and none knows the objects of another\n",
    ]);
    let own = own.iter().map(|file| (file, " (the one of the Rust code)"));
    for (file, whose) in own.chain(others.iter().map(|file| (file, ""))) {
        stderr.say(&["    ", &String::from_utf8_lossy(file), whose, "\n"]);
    }
}

/// The file in which this crate's own libtalloc lies, and those of others: of one whose
/// address is given, and by the names that they have.
fn files_of_libtalloc(
    maps: &[u8],
    own: usize,
    other: Option<usize>,
) -> (Option<&[u8]>, Vec<&[u8]>) {
    let mapped = || maps.split(|byte| *byte == b'\n').filter_map(mapping);
    let file_at = |address| {
        mapped().find(|(from, to, _)| (*from..*to).contains(&address)).map(|(_, _, file)| file)
    };
    let own = file_at(own);
    let mut others: Vec<&[u8]> = Vec::new();
    let named = mapped().map(|(_, _, file)| file).filter(|file| is_named_libtalloc(file));
    for file in other.and_then(file_at).into_iter().chain(named) {
        if Some(file) != own && !others.contains(&file) {
            others.push(file);
        }
    }
    (own, others)
}

/// The addresses of a mapping, and its file: from "from-to rights offset device inode file".
fn mapping(line: &[u8]) -> Option<(usize, usize, &[u8])> {
    let mut fields = line.splitn(6, |byte| *byte == b' ');
    let (from, to) = core::str::from_utf8(fields.next()?).ok()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    Some((address(from)?, address(to)?, fields.nth(4)?.trim_ascii_start()))
}

/// `libtalloc.so.2`, or a private one such as `libtalloc-private-samba.so`; not
/// `libtalloc-report-samba4.so`, which uses one.
fn is_named_libtalloc(file: &[u8]) -> bool {
    let name = file.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name.starts_with(b"libtalloc.")
        || name.starts_with(b"libtalloc-") && !name.starts_with(b"libtalloc-report")
}
