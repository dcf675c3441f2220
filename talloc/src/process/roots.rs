//! Where new roots go, and whether there has been one.
//!
//! Making a root is where safe code enters libtalloc. So one word of the process
//! is read there. In most programs it says "in use", and that is all. Otherwise
//! it is the first root, from which on the hooks of libtalloc stay as they are
//! (it reads them without a lock), and before which libtalloc settles what it
//! would settle with its first free ([`settle`]); or the leak report has been
//! turned on, and the new root goes below a hidden root of its thread.
//!
//! A hidden root and the links between its children belong to one thread. What
//! leaves the thread's handles for C leaves the hidden root, too ([`let_go`]), and
//! what is left at the end of the thread becomes a root again ([`end_of_thread`]).

use core::cell::Cell;
use core::ffi::{CStr, c_void};
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::error::Error;
use crate::name::Name;
use crate::process::aborts::RustMain;
use crate::process::leak_report;
use crate::process::thread_end::{self, Job, Wish};
use crate::raw::{Chunk, Object, Owned, Parent};

/// A root may have been made by this crate: the hooks stay as they are, and
/// libtalloc has settled what it settles with its first free.
const USED: u8 = 1;
/// A thread may have a hidden root. Never cleared.
const HIDDEN: u8 = 2;
/// New roots go below the hidden root of their thread.
const REPORTING: u8 = 4;

static STATE: AtomicU8 = AtomicU8::new(0);

/// Which hooks have been set by safe functions. Held while one is being set and
/// while the first root is being announced, so that the two exclude each other, and
/// libtalloc settles on one thread. No code of a user runs meanwhile.
static HOOKS: Mutex<Hooks> = Mutex::new(Hooks { log: false, abort: false });

/// Threads that have a hidden root and have not ended.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// The hooks that safe functions have set; each can be set once.
pub(crate) struct Hooks {
    pub(crate) log: bool,
    pub(crate) abort: bool,
}

fn hooks() -> MutexGuard<'static, Hooks> {
    HOOKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls `set` if no root has been made by this crate on any thread. A first
/// root that is being made on another thread waits until it is done.
pub(crate) fn before_first_root<R>(
    set: impl FnOnce(&mut Hooks) -> Result<R, Error>,
) -> Result<R, Error> {
    let mut hooks = hooks();
    if STATE.load(Ordering::Acquire) & USED != 0 {
        return Err(Error::HookTooLate);
    }
    let result = set(&mut hooks);
    // With the `Acquire` above, and that in `announce`, it says what the lock says already,
    // to tools that do not see into the standard library.
    STATE.fetch_or(0, Ordering::Release);
    result
}

/// What a new root gets as its parent: none, or the hidden root of this thread.
/// `None` when there is no memory to [`announce`] it, or for the hidden root.
#[inline(always)]
fn parent() -> Option<Parent<'static>> {
    // Acquire: what a setter and `settle` have written is seen, and was not written
    // meanwhile.
    if STATE.load(Ordering::Acquire) == USED { Some(Parent::NONE) } else { parent_slow() }
}

/// Whether roots are made without more ado: there has been one, and no leaks were ever
/// reported.
#[inline(always)]
pub(crate) fn are_plain() -> bool {
    // Acquire: as in `parent`.
    STATE.load(Ordering::Acquire) == USED
}

#[cold]
#[inline(never)]
fn parent_slow() -> Option<Parent<'static>> {
    if !announce() {
        return None;
    }
    if STATE.load(Ordering::Relaxed) & REPORTING == 0 {
        return Some(Parent::NONE);
    }
    THREAD.with(Thread::parent)
}

/// Says that a root is about to be made. Comes before each one that does not
/// ask for its [`parent`]. `false`: there is no memory, and it must not be made.
#[cold]
#[must_use]
fn announce() -> bool {
    if STATE.load(Ordering::Acquire) & USED != 0 {
        return true;
    }
    let main = RustMain::find();
    let _waits_for_setters = hooks();
    // Another thread may have been here meanwhile; once is enough. For `Acquire`, see
    // `before_first_root`.
    if STATE.load(Ordering::Acquire) & USED == 0 {
        if !settle() {
            return false;
        }
        if let Some(main) = main {
            main.explain_aborts();
        }
    }
    STATE.fetch_or(USED, Ordering::AcqRel);
    true
}

/// Makes and frees a chunk: with its first free libtalloc looks at the environment
/// variable `TALLOC_FREE_FILL`, and writes down without a lock what each later free
/// reads (fact 23). `false`: there was no memory for the chunk, and so no free.
fn settle() -> bool {
    let chunk = Parent::NONE.alloc(0, Name::new(c"talloc: the first chunk"));
    chunk.is_some_and(|chunk| chunk.free().is_ok())
}

/// Lets new roots go below hidden ones, from the next one on.
pub(crate) fn start_reporting() {
    STATE.fetch_or(HIDDEN | REPORTING, Ordering::AcqRel);
}

/// Lets new roots be roots again.
pub(crate) fn stop_reporting() {
    STATE.fetch_and(!REPORTING, Ordering::AcqRel);
}

pub(crate) fn is_reporting() -> bool {
    STATE.load(Ordering::Acquire) & REPORTING != 0
}

/// The number of threads that have a hidden root and have not ended.
pub(crate) fn threads() -> usize {
    THREADS.load(Ordering::Acquire)
}

/// Whether this thread may have a hidden root: it has made one only after it saw
/// the bit, which is never cleared.
#[inline(always)]
pub(crate) fn may_be_hidden() -> bool {
    STATE.load(Ordering::Relaxed) & HIDDEN != 0
}

/// A chunk without a parent but the hidden root of this thread, if it has one.
#[inline]
pub(crate) fn alloc(size: usize, name: Name) -> Option<Owned<'static>> {
    parent()?.alloc(size, name)
}

/// As [`alloc`], with room for a `T`.
pub(crate) fn room<T>(name: Name) -> Option<Object<'static, MaybeUninit<T>>> {
    parent()?.room(name)
}

/// As [`alloc`], with a pool of `size` bytes for what is below it.
pub(crate) fn pool(size: usize) -> Option<Owned<'static>> {
    parent()?.pool(size)
}

/// The parent of a root that the leak report does not know. `None` when there is no memory
/// to [`announce`] it.
#[inline]
pub(crate) fn untold() -> Option<Parent<'static>> {
    (are_plain() || announce()).then_some(Parent::NONE)
}

/// Makes a root that was made [`untold`] one of this thread.
pub(crate) fn told<T>(root: Object<'static, T>) -> Object<'static, T> {
    if may_be_hidden() { from_child(root) } else { root }
}

/// Makes an object a root. (Nothing knows the hidden root, so that it is not below the object.)
#[inline]
pub(crate) fn from_child<T>(object: Object<'_, T>) -> Object<'static, T> {
    object.steal(parent().unwrap_or_else(|| THREAD.with(Thread::unknown_root)))
}

/// Makes a context that is about to belong to C a root, if it is one but for the
/// hidden root. Walks the newer siblings when leaks are reported.
#[inline]
pub(crate) fn let_go<T>(object: Object<'_, T>) -> NonNull<T> {
    if may_be_hidden() {
        unhide(object.as_chunk());
    }
    object.into_ptr()
}

/// Makes a child of the hidden root a root.
#[cold]
#[inline(never)]
fn unhide(chunk: &Chunk) {
    let Some(hidden) = THREAD.with(|thread| thread.hidden.get()) else { return };
    chunk.leave(hidden);
}

/// Frees an object that may be a root; a refused free gives it back.
#[inline]
pub(crate) fn free<T>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    if may_be_hidden() { free_slow(object) } else { object.free() }
}

#[cold]
#[inline(never)]
fn free_slow<T>(object: Object<'_, T>) -> Result<(), Object<'_, T>> {
    // A root with one reference goes to its holder (fact 5), a child is refused.
    if object.as_chunk().reference_count() == 1 {
        unhide(object.as_chunk());
    }
    object.free()
}

/// Whether the chunk is the hidden root of this thread, which no safe function
/// must hand out.
pub(crate) fn is_hidden(chunk: NonNull<c_void>) -> bool {
    THREAD.with(|thread| thread.hidden.get()).is_some_and(|hidden| hidden.ptr() == chunk)
}

/// Calls `look` with the hidden root of this thread, if it has one, and what that is called in
/// reports. `None`: the roots of this thread are not known, since leaks are not reported, or
/// since the thread has been reported, or has a root that could not be put below the hidden one.
pub(crate) fn look<R>(look: impl FnOnce(Option<&Chunk>, &CStr) -> R) -> Option<R> {
    THREAD.with(|thread| {
        if !is_reporting() || thread.ended.get() || thread.incomplete.get() {
            return None;
        }
        let hidden = thread.hidden.get();
        let name = if hidden.is_some() { thread.name.get() } else { own_name() };
        Some(look(hidden, c_str(&title(name))))
    })
}

/// The longest thread name that is kept, in bytes.
const NAME_SIZE: usize = 64;

const TITLE: &[u8] = b"contexts of thread ";

/// The name of a hidden root.
pub(crate) const NAME: &CStr = c"talloc: contexts of a thread";

thread_local! {
    // Without a destructor, so that it is there up to the very end of the thread.
    static THREAD: Thread = const {
        Thread {
            hidden: Cell::new(None),
            ended: Cell::new(false),
            incomplete: Cell::new(false),
            name: Cell::new([0; NAME_SIZE]),
        }
    };
}

/// What a thread has while leaks are reported.
struct Thread {
    /// # Invariants
    ///
    /// None, or a chunk without parent that nobody else knows. All that is
    /// directly below it is used by this thread alone.
    hidden: Cell<Option<&'static Chunk>>,
    /// The thread has been reported: later roots stay without parent.
    ended: Cell<bool>,
    /// There was no memory for a hidden root when one was needed for a root that existed already.
    incomplete: Cell<bool>,
    /// Its name, then zeros.
    name: Cell<[u8; NAME_SIZE]>,
}

impl Thread {
    /// The parent of new roots: the hidden root, made by the first call, or none when the thread
    /// has been reported. `None` when there is no memory for it.
    fn parent(&self) -> Option<Parent<'static>> {
        if self.ended.get() {
            return Some(Parent::NONE);
        }
        if let Some(hidden) = self.hidden.get() {
            return Some(hidden.into());
        }
        self.name.set(own_name());
        match thread_end::call_at_end(Job::LeakReport, leak_report::at_thread_end) {
            Wish::Noted => {}
            Wish::NoMemory => return None,
            // The process ends: no call comes that would report it.
            Wish::TooLate => return Some(self.unknown_root()),
        }
        let hidden = Parent::NONE.alloc(0, Name::new(NAME))?.leak();
        self.hidden.set(Some(hidden));
        THREADS.fetch_add(1, Ordering::AcqRel);
        Some(hidden.into())
    }

    /// What stands for the [`parent`](Thread::parent) where there is no memory for it, and the
    /// object becomes a root all the same.
    #[cold]
    fn unknown_root(&self) -> Parent<'static> {
        self.incomplete.set(true);
        Parent::NONE
    }
}

/// The name of this thread, cut at a character, then zeros.
fn own_name() -> [u8; NAME_SIZE] {
    let mut bytes = [0; NAME_SIZE];
    let thread = thread::current();
    let name = thread.name().unwrap_or("(unnamed)");
    let size = (0..NAME_SIZE).rev().find(|&size| name.is_char_boundary(size)).unwrap_or(0);
    bytes[..size].copy_from_slice(&name.as_bytes()[..size]);
    bytes
}

/// What a hidden root is called in reports, by the name of its thread; then zeros.
fn title(thread: [u8; NAME_SIZE]) -> [u8; TITLE.len() + NAME_SIZE] {
    let mut title = [0; TITLE.len() + NAME_SIZE];
    let (start, rest) = title.split_at_mut(TITLE.len());
    start.copy_from_slice(TITLE);
    rest.copy_from_slice(&thread);
    title
}

/// The text before the zeros.
fn c_str(text: &[u8]) -> &CStr {
    CStr::from_bytes_until_nul(text).unwrap_or_default()
}

/// Ends the life of this thread's hidden root, if it has one: `report` sees it
/// with what is below, and what it is called in reports; then each of its children becomes
/// a root.
pub(crate) fn end_of_thread(report: impl FnOnce(&mut Owned<'_>, &CStr)) {
    THREAD.with(|thread| {
        thread.ended.set(true);
        let Some(hidden) = thread.hidden.take() else { return };
        let name = thread.name.get();
        // SAFETY: 1. taken out of its place, which no borrow of it has outlived: each ends with
        // the call that looks there.
        let mut hidden = unsafe { Owned::from_ptr(hidden.ptr()) };
        report(&mut hidden, c_str(&title(name)));
        hidden.let_children_go();
        THREADS.fetch_sub(1, Ordering::AcqRel);
    });
}
