//! The border to tevent: a loop whose timers and fd events call Rust closures.
//!
//! ```text
//!   Loop ............. struct tevent_context
//!                        |
//!   Event ............   +-- struct tevent_timer
//!                        |     |
//!                        |     +-- Closure
//!   WeakEvent ........   +-- struct tevent_fd
//!                              |
//!                              +-- Closure
//! ```
//!
//! The closure is below its event. So whoever frees the event frees the closure:
//! Rust by a handle, tevent when a timer has fired, libtalloc when the loop is freed.
//! tevent refuses to free an event whose closure runs, and frees it afterwards;
//! so a closure is never dropped while it runs.
//!
//! # Why this is sound
//!
//! - **Closures are `'static`.** They are dropped with the loop at the latest, and
//!   a loop that was forgotten is freed with its parent, when borrows may be over.
//! - **An event is freed once.** tevent ends the process when an event is freed
//!   twice during its callback, and a timer that has fired is gone without a word. So
//!   all handles of an event share one link to it, which is emptied by the first
//!   free and by the drop of the closure.
//! - **No closure is called while it runs.** Only `Loop::run` makes tevent call, and it
//!   does not run twice at a time.
//! - **Handles may be forgotten.** The event stays with the loop then.
//! - **A loop cannot go while it is in use.** `run` and every `Event` borrow it.
//! - **No panic reaches C.** It ends the run and is its error. (One in the `Drop` of what a closure
//!   owns ends the process, as in any value that libtalloc drops.)
//! - **Each thread has its own loops.** No type is `Send`; what tevent has for the whole process
//!   is locked by tevent, or by `register_backends`.

// The path is for the tests, which have this module elsewhere.
#[path = "sys.rs"]
mod sys;
#[allow(unused_imports)]
pub(crate) use self::sys::{Context, layout};
#[path = "request.rs"]
pub(crate) mod request;

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_void};
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Once;
use std::time::Duration;

use talloc::{Ctx, CtxRef, Kept, Node, StrList, TBox, catch_panic};

use crate::error::Error;

/// What tevent shows in its traces.
const NAME: &CStr = c"Rust closure";

/// An event loop: C's `struct tevent_context`.
///
/// Dropping it frees all its events, and so drops their closures.
#[derive(Debug)]
pub(crate) struct Loop<'p> {
    events: Events,
    /// Owns the context of `events`.
    _context: Node<'p, sys::Context>,
}

/// The events of a loop: what a [`Loop`] derefs to, and what its closures get.
#[derive(Debug)]
pub(crate) struct Events(Rc<State>);

#[derive(Debug)]
struct State {
    /// # Invariants
    ///
    /// Live as long as a `&Events` can be had outside of this module.
    context: NonNull<sys::Context>,
    /// How many closures there are.
    closures: Cell<usize>,
    running: Cell<bool>,
    /// Why the run is to end, if it is.
    end: RefCell<Option<End>>,
}

#[derive(Debug)]
enum End {
    Stopped,
    Panicked(String),
}

/// What a closure is called with: the loop, and its own event.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    events: &'a Events,
    this: &'a WeakEvent,
}

/// An event; dropping it frees the event and its closure.
///
/// A timer that has fired is gone; then dropping this does nothing.
#[derive(Debug)]
#[must_use = "an event is freed when its handle is dropped; `keep` it for the loop"]
pub(crate) struct Event<'l> {
    weak: WeakEvent,
    _loop: PhantomData<&'l Events>,
}

/// A way to an event that neither owns it nor borrows from the loop, for use in closures.
#[derive(Debug, Clone, Default)]
pub(crate) struct WeakEvent {
    /// # Invariants
    ///
    /// The event, as long as it is live and nobody has freed it. All handles of an event share this.
    link: Rc<Cell<Option<NonNull<c_void>>>>,
}

/// The object below an event.
struct Closure<F> {
    events: Events,
    this: WeakEvent,
    f: F,
}

/// The ways to wait that tevent knows here, as a list on `ctx`.
pub(crate) fn backends(ctx: &CtxRef) -> Result<StrList<'_>, Error> {
    register_backends();
    // SAFETY: 1. `ctx` is live; tevent does not keep it.
    let list = unsafe { sys::tevent_backend_list(ctx) };
    // SAFETY: 1 to 6. A new list on `ctx`, ended by NULL, whose strings are its children; or NULL.
    Ok(unsafe { ctx.adopt(list) }?)
}

/// tevent makes its list of ways to wait when the list is first used, without a lock.
pub(crate) fn register_backends() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tmp = Ctx::new();
        // SAFETY: 1. `tmp` is live. 2. No other thread is here.
        unsafe { sys::tevent_backend_list(&tmp) };
    });
}

impl<'p> Loop<'p> {
    /// Makes a loop that belongs to `ctx`.
    pub(crate) fn new(ctx: &'p CtxRef) -> Result<Self, Error> {
        register_backends();
        // SAFETY: 1. `ctx` is live.
        let context = unsafe { sys::tevent_context_init(ctx) };
        // SAFETY: 1 to 6. A new `struct tevent_context` on `ctx`, or NULL.
        let node: Node<'p, sys::Context> = unsafe { ctx.adopt(context) }?;
        let state = State {
            context: NonNull::new(context).ok_or(talloc::Error::Null)?,
            closures: Cell::new(0),
            running: Cell::new(false),
            end: RefCell::new(None),
        };
        Ok(Loop { events: Events(Rc::new(state)), _context: node })
    }

    /// Waits for events and calls their closures, until no event is left, a
    /// closure calls [`Events::stop`], or a closure panics.
    pub(crate) fn run(&self) -> Result<(), Error> {
        let state = &*self.events.0;
        if state.running.replace(true) {
            return Err(Error::Nested);
        }
        state.end.replace(None);
        let for_is_over = Rc::as_ptr(&self.events.0).cast_mut().cast();
        // SAFETY: 1. The context is live, and stays so, since `self` is borrowed. 2. No call of
        // it is under way, says the flag. 3. `is_over` gets the state, which outlives the call.
        let status = unsafe {
            sys::_tevent_loop_until(state.context.as_ptr(), is_over, for_is_over, NAME.into())
        };
        let wait_error = io::Error::last_os_error();
        state.running.set(false);
        match state.end.take() {
            Some(End::Panicked(message)) => Err(Error::Panicked(message)),
            None if status != 0 => Err(Error::Wait(wait_error)),
            Some(End::Stopped) | None => Ok(()),
        }
    }
}

impl Deref for Loop<'_> {
    type Target = Events;

    fn deref(&self) -> &Events {
        &self.events
    }
}

impl Events {
    /// Calls `f` once, when `delay` is over.
    pub(crate) fn timer(
        &self,
        delay: Duration,
        f: impl FnOnce(&Turn<'_>) + 'static,
    ) -> Result<Event<'_>, Error> {
        let mut f = Some(f);
        let closure = self.closure(move |turn| {
            if let Some(f) = f.take() {
                f(turn);
            }
        })?;
        let seconds = u32::try_from(delay.as_secs()).unwrap_or(u32::MAX);
        // SAFETY: it has no duties.
        let when = unsafe { sys::tevent_timeval_current_ofs(seconds, delay.subsec_micros()) };
        // SAFETY: 1. Loop and context are live. 2. The handler gets its closure, which `attach`
        // puts below the event. 3. The names are constants.
        let timer = unsafe {
            sys::_tevent_add_timer(
                self.0.context.as_ptr(),
                self.as_ctx(),
                when,
                timer_handler(&closure),
                TBox::as_ptr(&closure).cast(),
                NAME.into(),
                NAME.into(),
            )
        };
        // SAFETY: 1 to 6. A new `struct tevent_timer` on the loop, or NULL.
        let timer: Kept<'_, sys::Timer> = unsafe { self.as_ctx().adopt(timer) }?;
        Ok(attach(closure, timer.as_ctx()))
    }

    /// Calls `f` whenever `stream` has something to read, or has come to its end.
    ///
    /// The stream belongs to the event, and is closed when that is gone.
    pub(crate) fn readable(
        &self,
        stream: UnixStream,
        mut f: impl FnMut(&Turn<'_>, &UnixStream) + 'static,
    ) -> Result<Event<'_>, Error> {
        let fd = stream.as_raw_fd();
        // The closure owns the stream and only lends it, so that nobody can close it.
        let closure = self.closure(move |turn| f(turn, &stream))?;
        // SAFETY: 1 to 3. As for the timer. 4. The descriptor is open as long as the closure is there.
        let event = unsafe {
            sys::_tevent_add_fd(
                self.0.context.as_ptr(),
                self.as_ctx(),
                fd,
                sys::FD_READ,
                fd_handler(&closure),
                TBox::as_ptr(&closure).cast(),
                NAME.into(),
                NAME.into(),
            )
        };
        // SAFETY: 1 to 6. A new `struct tevent_fd` on the loop, or NULL.
        let event: Kept<'_, sys::Fd> = unsafe { self.as_ctx().adopt(event) }?;
        Ok(attach(closure, event.as_ctx()))
    }

    /// Ends the run after this closure. The events stay, and a new run goes on with them.
    pub(crate) fn stop(&self) {
        self.0.end.replace(Some(End::Stopped));
    }

    /// The loop as a context.
    fn as_ctx(&self) -> &CtxRef {
        let context: *mut sys::Context = self.0.context.as_ptr();
        // SAFETY: 1. Live as long as `self` is borrowed, by the invariant.
        unsafe { CtxRef::from_ptr(context.cast()) }.expect("the pointer is not null")
    }

    fn closure<F: FnMut(&Turn<'_>)>(&self, f: F) -> Result<TBox<'_, Closure<F>>, Error> {
        let events = Events(self.0.clone());
        events.0.closures.set(events.0.closures.get() + 1);
        Ok(self.as_ctx().try_alloc(Closure { events, this: WeakEvent::default(), f })?)
    }
}

/// Puts a closure below its event, so that it is dropped with it.
fn attach<'l, F: 'static>(closure: TBox<'l, Closure<F>>, event: &CtxRef) -> Event<'l> {
    let weak = closure.this.clone();
    weak.link.set(NonNull::new(event.as_ptr()));
    TBox::keep(TBox::steal(closure, event));
    Event { weak, _loop: PhantomData }
}

impl<'a> Turn<'a> {
    /// The event of the closure that is called.
    pub(crate) fn this(&self) -> &'a WeakEvent {
        self.this
    }
}

impl Deref for Turn<'_> {
    type Target = Events;

    fn deref(&self) -> &Events {
        self.events
    }
}

impl Event<'_> {
    /// Leaves the event to the loop.
    pub(crate) fn keep(mut self) -> WeakEvent {
        // What is left to be dropped leads to no event.
        mem::take(&mut self.weak)
    }
}

impl Drop for Event<'_> {
    fn drop(&mut self) {
        self.weak.free();
    }
}

impl WeakEvent {
    /// Frees the event and its closure, if it is still there; says whether it was.
    ///
    /// A closure that frees its own event is dropped when it is done.
    pub(crate) fn free(&self) -> bool {
        let Some(event) = self.link.take() else { return false };
        // SAFETY: 1. A live event. 2. All other handles are empty by now, and tevent knows that
        // events are freed: one that is called refuses, and tevent frees it afterwards. 3. Its
        // parent lives for this call.
        drop(unsafe { Ctx::from_raw_unchecked(event.as_ptr()) });
        true
    }
}

impl<F> Drop for Closure<F> {
    fn drop(&mut self) {
        self.this.link.take();
        let closures = &self.events.0.closures;
        closures.set(closures.get() - 1);
    }
}

/// The handler of a closure: its type is known to the compiler only.
fn timer_handler<F: FnMut(&Turn<'_>)>(_: &Closure<F>) -> sys::TimerHandler {
    /// # Safety
    ///
    /// 1. The duty of `call`.
    unsafe extern "C" fn handler<F: FnMut(&Turn<'_>)>(
        _: *mut sys::Context,
        _: *mut sys::Timer,
        _: libc::timeval,
        closure: *mut c_void,
    ) {
        // SAFETY: 1. By duty 1.
        unsafe { call::<F>(closure) }
    }
    handler::<F>
}

fn fd_handler<F: FnMut(&Turn<'_>)>(_: &Closure<F>) -> sys::FdHandler {
    /// # Safety
    ///
    /// 1. The duty of `call`.
    unsafe extern "C" fn handler<F: FnMut(&Turn<'_>)>(
        _: *mut sys::Context,
        _: *mut sys::Fd,
        _: u16,
        closure: *mut c_void,
    ) {
        // SAFETY: 1. By duty 1.
        unsafe { call::<F>(closure) }
    }
    handler::<F>
}

/// # Safety
///
/// 1. `closure` must be a valid `Closure<F>` that is neither dropped nor called again during this call.
unsafe fn call<F: FnMut(&Turn<'_>)>(closure: *mut c_void) {
    // SAFETY: by duty 1.
    let Closure { events, this, f } = unsafe { &mut *closure.cast::<Closure<F>>() };
    catch_panic(
        || f(&Turn { events, this }),
        |message| {
            // What the closure has left half done is not called again.
            this.free();
            events.0.end.replace(Some(End::Panicked(message.to_owned())));
        },
    );
}

/// # Safety
///
/// 1. `state` must point to a live `State`.
unsafe extern "C" fn is_over(state: *mut c_void) -> bool {
    // SAFETY: by duty 1.
    let state = unsafe { &*state.cast::<State>() };
    state.closures.get() == 0 || state.end.borrow().is_some()
}
