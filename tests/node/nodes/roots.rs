//! Nodes without a parent: C's `talloc_zero(NULL, struct app)`.

use std::cell::{OnceCell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Ctx, Error, Kept, Node, Str, TBox};
use talloc_tests::{
    Counted, Counts, check_tree, check_tree_mut, is_root, parent, reference, reference_count,
};

talloc::node! {
    #[derive(Debug)]
    struct Job<'t> { name: Str<'t>, counted: Counted }
}

talloc::node! {
    #[derive(Debug, Default)]
    struct App<'t> { jobs: Vec<Kept<'t, Job<'static>>>, title: Option<Str<'t>> }
}

/// A struct that owns its root and what is on it.
struct Program {
    app: Node<'static, App<'static>>,
    counts: Counts,
}

impl Program {
    fn new() -> Self {
        Program { app: talloc::root(|_| App::default()), counts: Counts::new() }
    }

    fn add(&mut self, name: &str) -> Result<(), Error> {
        let counted = self.counts.value();
        self.app.with_mut(|t, app| {
            app.jobs.push(t.try_build(|t| Ok(Job { name: t.strdup(name)?, counted }))?.keep());
            Ok(())
        })
    }
}

fn job(counts: &Counts, name: &str) -> Result<Node<'static, Job<'static>>, Error> {
    talloc::try_root(|t| Ok(Job { name: t.strdup(name)?, counted: counts.value() }))
}

#[test]
fn a_struct_that_owns_its_root_and_what_is_on_it() {
    let mut program = Program::new();
    program.add("one").expect("no NUL");
    program.add("two").expect("no NUL");
    assert!(program.add("a\0b").is_err());
    assert!(is_root(program.app.as_ctx()));
    // Moved, with all addresses as they were.
    let address = program.app.as_ptr().addr();
    let mut moved = Box::new(program);
    assert_eq!(moved.app.as_ptr().addr(), address);
    moved.app.with_mut(|_, app| app.jobs.remove(0).free());
    let left = moved.app.get().jobs[0].get();
    assert_eq!((&*left.name, left.counted.is_alive()), (c"two", true));
    assert_eq!(moved.app.as_ctx().total_blocks(), 3);
    let counts = moved.counts.clone();
    drop(moved);
    counts.assert_all_dropped(3);
}

#[test]
fn in_cells_and_on_other_threads() {
    thread_local! {
        static CHANGING: RefCell<Option<Node<'static, App<'static>>>> = const { RefCell::new(None) };
        static ONCE: OnceCell<Node<'static, App<'static>>> = const { OnceCell::new() };
    }
    let work = || {
        CHANGING.with_borrow_mut(|app| {
            let app = app.get_or_insert_with(|| talloc::root(|_| App::default()));
            app.with_mut(|t, app| app.title = Some(t.strdup_c(c"title")));
        });
        ONCE.with(|once| {
            let app = once.get_or_init(|| talloc::root(|_| App::default()));
            assert!(app.get().title.is_none());
        });
        CHANGING.with_borrow(|app| {
            let app = app.as_ref().expect("set above").get();
            assert_eq!(app.title.as_ref().expect("set above"), "title");
        });
    };
    work();
    std::thread::spawn(work).join().expect("a thread with roots of its own");
    CHANGING.take();
}

#[test]
fn into_a_tree_and_out_of_it() {
    let counts = Counts::new();
    check_tree(|root| {
        let one = job(&counts, "one").expect("no NUL");
        let below = one.steal(root);
        assert_eq!(parent(below.as_ctx()), root.as_ptr());
        let again: Node<'static, Job<'static>> = below.into_root();
        assert!(is_root(again.as_ctx()));
        assert_eq!(root.total_blocks(), 1);
        assert_eq!(again.get().name, "one");

        // A result that outlives the context it was made on.
        let request = Ctx::new();
        let result = request
            .try_build::<Job>(|t| Ok(Job { name: t.strdup("two")?, counted: counts.value() }))
            .expect("no NUL")
            .into_root();
        drop(request);
        assert_eq!(result.get().name, "two");
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d4_a_closure_that_fails_or_panics_leaves_nothing() {
    let counts = Counts::new();
    assert_eq!(job(&counts, "\0").unwrap_err(), Error::InteriorNul { position: 0 });
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        talloc::root::<Job>(|t| {
            TBox::keep(t.alloc(counts.value()));
            panic!("in the closure")
        })
    }));
    assert!(panicked.is_err());
    let own: Result<Node<'static, Job<'static>>, Box<dyn std::error::Error>> =
        talloc::try_root_or(|t| {
            Ok(Job { name: t.strdup("x")?, counted: Err(counts.alive().to_string())? })
        });
    assert!(own.is_err());
    counts.assert_all_dropped(1);
}

#[test]
fn d7_c_refers_to_a_root() {
    let counts = Counts::new();
    check_tree_mut(|root| {
        // The holder of the only reference gets it (fact 5).
        let one = job(&counts, "one").expect("no NUL");
        let raw = one.as_ctx().as_ptr().cast();
        reference(root, one.as_ctx());
        one.free().expect("libtalloc counts it as freed");
        assert_eq!(counts.alive(), 1);
        // SAFETY: it is a child of `root`, and nobody else owns it.
        let back = unsafe { Node::<Job>::from_raw(raw) }.expect("a job");
        assert_eq!((parent(back.as_ctx()), reference_count(back.as_ctx())), (root.as_ptr(), 0));
        assert_eq!(back.get().name, "one");
        drop(back);

        // With two references it is refused, and nothing is lost.
        let two = job(&counts, "two").expect("no NUL");
        let holder = root.new_child();
        reference(root, two.as_ctx());
        reference(&holder, two.as_ctx());
        let two = two.free().expect_err("two references").into_inner();
        assert_eq!((&*two.get().name, counts.alive()), (c"two", 1));
        drop(holder);
        // Now the only reference is that of `root`.
        drop(two);
        assert_eq!((counts.alive(), root.total_blocks()), (1, 3));
        root.free_children();
    });
    counts.assert_all_dropped(2);
}

#[test]
fn d1_a_forgotten_root_stays() {
    let counts = Counts::new();
    let kept: Kept<'static, Job<'static>> = job(&counts, "kept").expect("no NUL").keep();
    assert_eq!((&*kept.get().name, counts.alive()), (c"kept", 1));
    kept.free();
    counts.assert_all_dropped(1);
}

#[test]
fn for_c_and_back() {
    let counts = Counts::new();
    let raw = job(&counts, "for C").expect("no NUL").into_raw();
    // SAFETY: it comes from `into_raw`, and has no parent.
    let back = unsafe { Node::<Job>::from_raw(raw) }.expect("a job");
    assert!(parent(back.as_ctx()).is_null());
    assert_eq!(back.get().name, "for C");
    drop(back);
    counts.assert_all_dropped(1);
}
