//! The tricky cases of the event loop of the example `tevent`. They prove something
//! under valgrind and AddressSanitizer, too: see `.ci/run`.
#![cfg(have_tevent)]

#[path = "tevent/error.rs"]
mod error;
#[path = "tevent/events.rs"]
mod events;
#[path = "tevent/lookup.rs"]
mod lookup;
#[path = "tevent_requests.rs"]
mod requests;
#[path = "tevent/shout.rs"]
mod shout;

use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::ptr;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

use talloc::Ctx;

use error::Error;
use events::{Event, Loop, WeakEvent, backends};

const NOW: Duration = Duration::ZERO;
const LATER: Duration = Duration::from_secs(600);

/// Counts the drops of what it has given out.
#[derive(Clone, Default)]
struct Drops(Rc<Cell<usize>>);

struct Witness(Drops);

impl Drops {
    fn witness(&self) -> Witness {
        Witness(self.clone())
    }

    fn count(&self) -> usize {
        self.0.get()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.0.set(self.0.count() + 1);
    }
}

/// Forgets a handle, in a place that is known to leak checkers: what it owns itself
/// (no talloc object) is leaked on purpose.
fn forget<T>(handle: T) {
    static FORGOTTEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let handle = Box::into_raw(Box::new(handle)).expose_provenance();
    FORGOTTEN.lock().unwrap().push(handle);
}

/// Runs a test with a loop, which is gone afterwards with all that it had.
fn with_loop<R>(test: impl FnOnce(&Loop<'_>) -> R) -> R {
    let root = Ctx::named(c"test");
    let events = Loop::new(&root).unwrap();
    let result = test(&events);
    drop(events);
    assert_eq!(root.total_blocks(), 1);
    result
}

#[test]
fn the_bindings_match_the_header() {
    #[link(name = "talloc_example_tevent_layout", kind = "static")]
    unsafe extern "C" {
        static tevent_layout: [usize; 6];
        static lookup_layout: [usize; 4];
    }
    // SAFETY: constants of layout.c.
    let (tevent, lookup) = unsafe { (tevent_layout, lookup_layout) };
    assert_eq!(events::layout(), tevent);
    assert_eq!(lookup::layout(), lookup);
}

#[test]
fn a_list_of_strings_from_c() {
    let root = Ctx::new();
    let names = backends(&root).unwrap();
    assert!(names.iter().any(|name| name == c"poll"), "{names:?}");
    names.free();
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn a_loop_without_events_is_over_at_once() {
    with_loop(|events| events.run().unwrap());
}

#[test]
fn timers_fire_in_order_and_once() {
    let order = Rc::new(RefCell::new(Vec::new()));
    with_loop(|events| {
        let later = events.timer(LATER, |_| panic!("not called")).unwrap().keep();
        for number in 0..3 {
            let order = order.clone();
            events.timer(NOW, move |_| order.borrow_mut().push(number)).unwrap().keep();
        }
        events.timer(NOW, move |_| assert!(later.free())).unwrap().keep();
        events.run().unwrap();
        events.run().unwrap();
    });
    assert_eq!(*order.borrow(), [0, 1, 2]);
}

#[test]
fn dropping_an_event_drops_its_closure() {
    let drops = Drops::default();
    with_loop(|events| {
        let witness = drops.witness();
        let event = events.timer(NOW, move |_| panic!("{}", witness.0.count())).unwrap();
        drop(event);
        assert_eq!(drops.count(), 1);
        events.run().unwrap();
    });
    assert_eq!(drops.count(), 1);
}

#[test]
fn the_handle_of_a_timer_that_has_fired_frees_nothing() {
    let drops = Drops::default();
    with_loop(|events| {
        let witness = drops.witness();
        let event = events.timer(NOW, move |_| drop(witness)).unwrap();
        events.run().unwrap();
        // The memory of the event may be in use again.
        let other = events.timer(LATER, |_| ()).unwrap().keep();
        drop(event);
        assert!(other.free());
        assert!(!other.free());
    });
    assert_eq!(drops.count(), 1);
}

#[test]
fn dropping_the_loop_drops_each_closure_once() {
    let drops = Drops::default();
    with_loop(|events| {
        for _ in 0..3 {
            let witness = drops.witness();
            events.timer(LATER, move |_| drop(witness)).unwrap().keep();
            let (witness, (ours, _theirs)) = (drops.witness(), UnixStream::pair().unwrap());
            forget(events.readable(ours, move |_, _| _ = &witness).unwrap());
        }
        assert_eq!(drops.count(), 0);
    });
    assert_eq!(drops.count(), 6);
}

#[test]
fn freeing_the_parent_of_a_forgotten_loop_drops_its_closures() {
    let drops = Drops::default();
    let root = Ctx::new();
    let events = Loop::new(&root).unwrap();
    let witness = drops.witness();
    let weak = events.timer(LATER, move |_| drop(witness)).unwrap().keep();
    forget(events);
    drop(root);
    assert_eq!(drops.count(), 1);
    assert!(!weak.free());
}

#[test]
fn a_timer_frees_its_own_event() {
    let drops = Drops::default();
    with_loop(|events| {
        let witness = drops.witness();
        let inside = drops.clone();
        let freed = move |turn: &events::Turn<'_>| {
            assert!(turn.this().free());
            assert!(!turn.this().free());
            // What the closure owns is still there.
            assert_eq!(inside.count(), 0);
            assert_eq!(witness.0.count(), 0);
        };
        events.timer(NOW, freed).unwrap().keep();
        events.run().unwrap();
        assert_eq!(drops.count(), 1);
    });
    assert_eq!(drops.count(), 1);
}

#[test]
fn an_fd_event_frees_its_own_event_and_others() {
    let drops = Drops::default();
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let calls = Rc::new(Cell::new(0));
    with_loop(|events| {
        let other = drops.witness();
        let other = events.timer(LATER, move |_| drop(other)).unwrap().keep();
        let (witness, count, inside) = (drops.witness(), calls.clone(), drops.clone());
        let read = move |turn: &events::Turn<'_>, mut stream: &UnixStream| {
            count.set(count.get() + 1);
            assert!(other.free());
            assert_eq!(inside.count(), 1);
            assert!(turn.this().free());
            assert_eq!(witness.0.count(), 1);
            // The stream is open as long as the closure is there.
            assert_eq!(stream.read(&mut [0; 8]).unwrap(), 1);
        };
        let event = events.readable(ours, read).unwrap();
        theirs.write_all(b"x").unwrap();
        events.run().unwrap();
        assert_eq!(drops.count(), 2);
        drop(event);
    });
    assert_eq!((calls.get(), drops.count()), (1, 2));
    assert_eq!(theirs.read(&mut [0; 8]).unwrap(), 0, "the other end was not closed");
}

#[test]
fn the_handle_is_dropped_in_its_own_closure() {
    let root: &'static Ctx<'static> = Box::leak(Box::new(Ctx::new()));
    let events: &'static Loop<'static> = Box::leak(Box::new(Loop::new(root).unwrap()));
    let drops = Drops::default();
    let handle: Rc<RefCell<Option<Event<'static>>>> = Rc::default();
    let (witness, own) = (drops.witness(), handle.clone());
    let event = events.timer(NOW, move |turn| {
        drop(own.take());
        assert_eq!(witness.0.count(), 0);
        assert!(!turn.this().free());
        assert!(matches!(events.run(), Err(Error::Nested)));
    });
    handle.replace(Some(event.unwrap()));
    events.run().unwrap();
    assert_eq!(drops.count(), 1);
    // SAFETY: they come from `Box::leak`, and nobody uses them any more.
    unsafe {
        drop(Box::from_raw(ptr::from_ref(events).cast_mut()));
        drop(Box::from_raw(ptr::from_ref(root).cast_mut()));
    }
}

#[test]
fn a_closure_that_owns_its_handle_is_dropped_with_the_loop() {
    let drops = Drops::default();
    with_loop(|events| {
        let own: Rc<Cell<WeakEvent>> = Rc::default();
        let (witness, inside) = (drops.witness(), FreeOnDrop(own.clone()));
        let event = events.timer(LATER, move |_| _ = (&witness, &inside)).unwrap();
        own.set(event.keep());
        // A closure that frees events of the loop while the loop is freed.
        let (witness, (ours, _theirs)) = (drops.witness(), UnixStream::pair().unwrap());
        let fd = events.readable(ours, move |_, _| _ = &witness).unwrap().keep();
        let timer = events.timer(LATER, |_| ()).unwrap().keep();
        let older = [fd, timer].map(|event| FreeOnDrop(Rc::new(Cell::new(event))));
        events.timer(LATER, move |_| _ = &older).unwrap().keep();
    });
    assert_eq!(drops.count(), 2);
}

struct FreeOnDrop(Rc<Cell<WeakEvent>>);

impl Drop for FreeOnDrop {
    fn drop(&mut self) {
        self.0.take().free();
    }
}

#[test]
fn closures_add_events() {
    let drops = Drops::default();
    with_loop(|events| {
        let witness = drops.witness();
        events
            .timer(NOW, move |turn| {
                // Dropped at once, so never called.
                drop(turn.timer(NOW, |_| panic!("not called")).unwrap());
                turn.timer(NOW, move |_| drop(witness)).unwrap().keep();
            })
            .unwrap()
            .keep();
        events.run().unwrap();
        assert_eq!(drops.count(), 1);
    });
}

#[test]
fn a_panic_ends_the_run_and_frees_its_event_only() {
    let drops = Drops::default();
    with_loop(|events| {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(b"x").unwrap();
        let witness = drops.witness();
        let panicking = events.readable(ours, move |turn, _| {
            turn.stop();
            panic!("{} dropped", witness.0.count());
        });
        let panicking = panicking.unwrap().keep();
        let other = drops.witness();
        let other = events.timer(LATER, move |_| drop(other)).unwrap();
        match events.run() {
            Err(Error::Panicked(message)) => assert_eq!(message, "0 dropped"),
            other => panic!("{other:?}"),
        }
        assert!(!panicking.free());
        assert_eq!(drops.count(), 1);
        // The loop goes on.
        let stop = events.timer(NOW, |turn| turn.stop()).unwrap().keep();
        events.run().unwrap();
        assert!(!stop.free());
        assert_eq!(drops.count(), 1);
        drop(other);
    });
    assert_eq!(drops.count(), 2);
}

#[test]
fn a_closure_that_frees_its_event_and_panics() {
    let drops = Drops::default();
    with_loop(|events| {
        let witness = drops.witness();
        events
            .timer(NOW, move |turn| {
                turn.this().free();
                panic!("{} dropped", witness.0.count());
            })
            .unwrap()
            .keep();
        assert!(matches!(events.run(), Err(Error::Panicked(message)) if message == "0 dropped"));
        assert_eq!(drops.count(), 1);
    });
}
