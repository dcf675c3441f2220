//! Searches and names from destructors, where what is above may be half gone.

use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use std::rc::Rc;

use talloc::{CType, CtxRef, Error, TBox};
use talloc_tests::check_tree;

/// There is no object of this type.
#[derive(Debug, PartialEq)]
struct Absent;

impl CType for Absent {
    const NAME: &'static CStr = c"struct absent";
}

/// What is looked for by the type of its content.
#[derive(Debug, PartialEq)]
struct Server(u32);

impl CType for Server {
    const NAME: &'static CStr = c"struct server";
}

type Answers = Rc<RefCell<Vec<(bool, bool, String)>>>;

/// Whether there is a server and an absent one above, and what the context is called.
fn look(ctx: &CtxRef) -> (bool, bool, String) {
    let server = ctx.find_type_ptr::<Server>().expect("the right size").is_some();
    let absent = ctx.find_type_ptr::<Absent>().expect("the right size").is_some();
    (server, absent, ctx.name().to_string_lossy().into_owned())
}

/// Looks upwards from its own context when it is dropped.
struct Looks<'t>(&'t CtxRef, Answers);

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(look(self.0));
    }
}

talloc::node! {
    struct Job<'t> as c"struct job" {
        _looks: Looks<'t>,
    }
}

#[test]
fn f6_a_destructor_does_not_find_what_is_being_freed_with_it() {
    let answers = Answers::default();
    check_tree(|root| {
        let mut server = root.new_child();
        let server_type = server.typed().alloc(Server(1));
        let inner = TBox::as_ctx(&server_type).new_child();
        inner.build::<Job>(|t| Job { _looks: Looks(t, answers.clone()) }).keep();
        inner.leak();
        TBox::keep(server_type);
        // The name lies in a child that is newer than the others, and freed first.
        server.set_name("a name that lies in a child of the context").expect("no NUL");
        drop(server);
    });
    assert_eq!(answers.take(), [(false, false, "struct job".to_owned())]);
}

#[test]
fn f6_a_destructor_finds_what_it_is_not_freed_with() {
    let answers = Answers::default();
    check_tree(|root| {
        let server = root.typed().alloc(Server(1));
        let inner = TBox::as_ctx(&server).new_child();
        let job = inner.build::<Job>(|t| Job { _looks: Looks(t, answers.clone()) });
        drop(job);
        // Freed with its parent, below what is not freed.
        inner.build::<Job>(|t| Job { _looks: Looks(t, answers.clone()) }).keep();
        drop(inner);
    });
    let [alone, with_its_parent] = &answers.take()[..] else { panic!("two jobs") };
    assert_eq!(*alone, (true, false, "struct job".to_owned()));
    assert_eq!(*with_its_parent, (false, false, "struct job".to_owned()));
}

#[test]
fn f6_a_node_that_was_handed_over_looks_when_its_children_go() {
    let answers = Answers::default();
    check_tree(|root| {
        let mut server = root.new_child();
        let job = server.build::<Job>(|t| Job { _looks: Looks(t, answers.clone()) });
        // Its struct is dropped by a child: by then its own free has come to its children.
        let _ = job.into_c();
        server.set_name("a name in a child").expect("no NUL");
    });
    assert_eq!(answers.take(), [(false, false, "UNNAMED".to_owned())]);
}

#[test]
fn f6_a_context_from_c_in_a_destructor_has_no_name_that_is_gone() {
    let seen = Rc::new(Cell::new(None));
    check_tree(|root| {
        let mut parent = root.new_child();
        let raw = parent.as_ptr();
        let keep = seen.clone();
        let on_free = move || {
            // SAFETY: 1. is not met, to the letter: its free has come to its children. It is
            // live until the end of that. 2. There is one thread. 3, 4. Nothing is allocated.
            let parent = unsafe { CtxRef::from_ptr(raw) }.expect("not null");
            let wrong = parent.get_type_ptr::<Server>();
            let found = parent.find_type_ptr::<Server>();
            let debug = format!("{parent:?}");
            keep.set(Some((look(parent), wrong, found, debug, parent.snapshot().len())));
        };
        let kept = parent.alloc(1_u8);
        TBox::as_ctx(&kept).on_free(on_free);
        TBox::keep(kept);
        parent.set_name("struct server").expect("no NUL");
    });
    let (looked, wrong, found, debug, snapshot) = seen.take().expect("called");
    assert_eq!(looked, (false, false, "UNNAMED".to_owned()));
    let expected = "struct server".to_owned();
    assert_eq!(wrong, Err(Error::WrongType { expected, found: "UNNAMED".to_owned() }));
    assert_eq!((found, snapshot), (Ok(None), 0));
    assert!(debug.contains("UNNAMED"), "{debug}");
}

#[test]
fn f6_a_destructor_of_what_free_children_frees_finds_all_above() {
    let answers = Answers::default();
    check_tree(|root| {
        let server = root.typed().alloc(Server(1));
        let ctx = TBox::as_ctx(&server);
        ctx.build::<Job>(|t| Job { _looks: Looks(t, answers.clone()) }).keep();
        // SAFETY: live; nobody uses what is below it.
        unsafe { talloc_sys::talloc_free_children(ctx.as_ptr()) };
    });
    assert_eq!(answers.take(), [(true, false, "struct job".to_owned())]);
}
