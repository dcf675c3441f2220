//! Nodes with several owners: C's `talloc_reference(conn, cfg)`.

use std::mem;

use talloc::{CType, Ctx, CtxRef, Error, Kept, Node, Shared, SharedNode, Str, TBox};
use talloc_tests::{
    Counted, Counts, check_tree, parent, reference, reference_count, set_memlimit, unlink,
};

talloc::node! {
    #[derive(Debug)]
    struct Config<'t> {
        name: Str<'t>,
        log: Option<Kept<'t, Log<'static>>>,
        counted: Option<Counted>,
    }
}
talloc::node! { #[derive(Debug)] struct Log<'t> { path: Str<'t> } }

talloc::node! {
    #[derive(Debug)]
    #[repr(C)]
    struct User<'t> as c"struct user" { name: Str<'t>, id: u32 }
}

fn config<'c>(ctx: &'c CtxRef, counts: &Counts) -> Node<'c, Config<'c>> {
    ctx.try_build(|t| {
        let log = t.try_build(|t| Ok(Log { path: t.strdup("/var/log")? }))?;
        Ok(Config { name: t.strdup("main")?, log: Some(log.keep()), counted: Some(counts.value()) })
    })
    .expect("no NUL")
}

/// A context below the node, reached through its fields.
fn inside<'a>(config: &'a Config<'_>) -> &'a CtxRef {
    config.log.as_ref().expect("a log").as_ctx()
}

#[test]
fn r2_the_last_owner_frees_the_node_with_its_strings() {
    let counts = Counts::new();
    check_tree(|root| {
        let (server, connection) = (root.new_child(), root.new_child());
        let ours = config(&server, &counts).share(&server);
        let theirs = ours.clone_in(&connection);
        assert!(ours.ptr_eq(&theirs) && ours.as_ptr() == theirs.as_ptr());
        assert!(!ours.ptr_eq(&config(&connection, &Counts::new()).share(&connection)));
        drop(ours);
        drop(server);
        assert_eq!((theirs.get().name.to_bytes(), counts.alive()), (&b"main"[..], 1));
        assert!(theirs.get().counted.as_ref().is_some_and(Counted::is_alive));
        drop(theirs);
        assert_eq!(counts.alive(), 0);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r1_a_node_is_changed_by_its_only_owner() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut one = config(root, &counts).share(root);
        let two = one.clone_in(root);
        assert!(one.with_mut(|_, _| panic!("there is another owner")).is_none());
        let one = one.into_node(root).expect_err("there is another owner");
        drop(one);
        let mut two = two;
        two.with_mut(|t, config| config.name.set(t, "other")).expect("alone").expect("no NUL");
        let node = two.into_node(root).expect("alone");
        assert_eq!(
            (node.get().name.to_bytes(), parent(node.as_ctx())),
            (&b"other"[..], root.as_ptr())
        );
        // The node, its log, two strings.
        assert_eq!(root.total_blocks(), 1 + 4);
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r3_a_share_is_left_to_its_parent() {
    let counts = Counts::new();
    check_tree(|root| {
        let connection = root.new_child();
        let mut ours = config(root, &counts).share(root);
        let theirs: &Config<'_> = ours.clone_in(&connection).keep();
        assert_eq!((theirs.name.to_bytes(), ours.owners()), (&b"main"[..], 2));
        assert!(ours.with_mut(|_, _| ()).is_none());
        drop(connection);
        assert!(ours.with_mut(|_, _| ()).is_some());
        // The last share, left to a parent that goes.
        let last = root.new_child();
        let kept = ours.steal(&last).keep();
        assert_eq!(kept.name, "main");
        drop(last);
        assert_eq!(counts.alive(), 0);

        let value = root.alloc_shared(counts.value());
        let request = root.new_child();
        assert!(Shared::keep(Shared::clone_in(&value, &request)).is_alive());
        drop(value);
        drop(request);
    });
    counts.assert_all_dropped(2);
}

/// While there are owners elsewhere, a share below the node is one like any other,
/// in whatever order they go.
#[test]
fn r4_a_share_below_the_node_itself_while_others_live() {
    let counts = Counts::new();
    for order in 0..6 {
        check_tree(|root| {
            let a = config(root, &counts).share(root);
            let (c, d) = (a.clone_in(root), a.clone_in(root));
            let b = c.clone_in(root);
            {
                // libtalloc would give up another reference together with this one.
                let below = b.clone_in(inside(b.get()));
                let mut all = vec![a, c, d];
                for _ in 0..2 {
                    drop(all.remove(order % all.len()));
                    assert_eq!(below.get().name, b.get().name);
                }
                drop(all);
                let stolen = below.clone_in(root).steal(inside(below.get()));
                assert_eq!(stolen.get().name, "main");
                drop(stolen);
                assert_eq!((below.get().name.to_bytes(), below.owners()), (&b"main"[..], 2));
            }
            assert_eq!((b.owners(), counts.alive()), (1, 1));
        });
        counts.assert_all_dropped(order + 1);
    }
}

/// A loop in the tree is a leak and nothing worse.
#[test]
fn r4_a_forgotten_share_below_the_node_itself_keeps_it() {
    let counts = Counts::new();
    let object = check_tree(|root| {
        let a = config(root, &counts).share(root);
        let b = a.clone_in(root);
        // Through b, and next to a in the order of owners.
        mem::forget(a.clone_in(inside(b.get())));
        drop(a);
        assert_eq!((b.get().name.to_bytes(), b.owners()), (&b"main"[..], 2));
        assert_eq!(inside(b.get()).total_blocks(), 5, "round the loop");
        assert!(inside(b.get()).is_ancestor_of(inside(b.get())));
        b.as_ptr().cast::<core::ffi::c_void>()
    });
    assert_eq!(counts.alive(), 1);
    // SAFETY: it is live, leaked, and nobody else knows it: cut out of the loop, and freed.
    unsafe {
        let log = talloc_sys::talloc_parent(talloc_sys::talloc_parent(object));
        talloc_sys::talloc_steal(std::ptr::null(), object);
        assert!(!log.is_null());
        assert_eq!(talloc_sys::talloc_free(object), 0);
    }
    counts.assert_all_dropped(1);
}

/// A context with a share goes below the node, by a steal.
#[test]
fn l6_a_context_with_the_share_is_stolen_below_the_node() {
    let counts = Counts::new();
    check_tree(|root| {
        let connection = root.new_child_named(c"connection");
        let a = config(&connection, &counts).share(&connection);
        let b = a.clone_in(root);
        let _: &Config<'_> = a.keep();
        // The parent of the node's parent becomes its child.
        let connection = connection.steal(inside(b.get()));
        assert_eq!(connection.name(), c"connection");
        assert_eq!(b.get().name, "main");
        drop(connection);
        assert_eq!((b.get().name.to_bytes(), b.owners()), (&b"main"[..], 1));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn r6_c_refers_to_a_shared_node() {
    let counts = Counts::new();
    check_tree(|root| {
        let holder = root.new_child();
        let mut ours = config(root, &counts).share(root);
        // SAFETY: the node is live as long as the handle.
        let object = unsafe { CtxRef::from_ptr(ours.as_ptr().cast()) }.expect("not null");
        reference(&holder, object);
        assert!(ours.with_mut(|_, _| ()).is_none());
        unlink(&holder, object);
        assert!(ours.with_mut(|_, _| ()).is_some());
        reference(&holder, object);
        drop(ours);
        assert_eq!(counts.alive(), 1);
        drop(holder);
    });
    counts.assert_all_dropped(1);
}

#[repr(C)]
struct Table([u32; 4]);

impl CType for Table {
    const NAME: &'static std::ffi::CStr = c"struct table";
}

/// What C has made: a node below `c`, of which C is an owner.
fn made_by_c(c: &CtxRef) -> *mut User<'static> {
    c.build::<User>(|t| User { name: t.strdup_c(c"anna"), id: 7 })
        .keep()
        .as_ptr()
        .cast::<User<'static>>()
}

#[test]
fn r6_a_share_of_a_node_that_c_has_made() {
    for c_goes_first in [true, false] {
        check_tree(|root| {
            let c = root.new_child_named(c"C");
            let user = made_by_c(&c);
            // SAFETY: 1. a `struct user` with its name below it. 2., 3. nobody changes it.
            let mut ours = unsafe { SharedNode::<User>::from_ptr_in(user, root) }.expect("a user");
            assert_eq!((ours.owners(), ours.get().id), (2, 7));
            assert!(ours.with_mut(|_, _| ()).is_none());
            let more = ours.clone_in(root);
            assert_eq!(more.owners(), 3);
            if c_goes_first {
                drop(c);
                assert_eq!((more.owners(), more.get().name.to_bytes()), (2, &b"anna"[..]));
                drop(more);
                ours.with_mut(|_, user| user.id = 8).expect("alone");
                let node = ours.into_node(root).expect("alone");
                assert_eq!((node.get().id, root.total_blocks()), (8, 3));
            } else {
                drop(ours);
                assert_eq!(more.get().id, 7);
                drop(more);
                assert_eq!(c.total_blocks(), 3);
                // SAFETY: C's node, which is live.
                let user = unsafe { CtxRef::from_ptr(user.cast()) }.expect("a node");
                assert_eq!(reference_count(user), 0, "C owns it alone again");
            }
        });
    }
}

/// C gives up the node while a share lies below it, and another one elsewhere.
#[test]
fn r4_a_share_of_a_node_of_c_below_the_node_itself() {
    check_tree(|root| {
        let c = root.new_child_named(c"C");
        let user = c.build::<Config>(|t| Config {
            name: t.strdup_c(c"main"),
            log: Some(t.build(|t| Log { path: t.strdup_c(c"/") }).keep()),
            counted: None,
        });
        drop(user);
        talloc::node! { struct Plain<'t> as c"struct plain" { log: Kept<'t, Log<'static>> } }
        let plain =
            c.build::<Plain>(|t| Plain { log: t.build(|t| Log { path: t.strdup_c(c"/") }).keep() });
        let plain = plain.keep().as_ptr().cast::<Plain<'static>>();
        // SAFETY: 1. a `struct plain` with its log below it. 2., 3. nobody changes it.
        let b = unsafe { SharedNode::<Plain>::from_ptr_in(plain, root) }.expect("a node");
        {
            let below = b.clone_in(b.get().log.as_ctx());
            drop(c);
            assert_eq!((below.get().log.get().path.to_bytes(), below.owners()), (&b"/"[..], 2));
        }
        assert_eq!((b.get().log.get().path.to_bytes(), b.owners()), (&b"/"[..], 1));
    });
}

#[test]
fn r6_a_share_of_a_value_that_c_has_made() {
    check_tree(|root| {
        let c = root.new_child_named(c"C");
        let table = TBox::into_raw(c.typed().alloc(Table([1, 2, 3, 4])));
        // SAFETY: 1. a `struct table`. 2., 3. nobody changes it.
        let shared = unsafe { Shared::<Table>::from_ptr_in(table, root) }.expect("a table");
        assert_eq!(Shared::owners(&shared), 2);
        drop(c);
        let mut own = Shared::into_box(shared, root).ok().expect("alone");
        own.0[0] = 9;
        assert_eq!((own.0[0], root.total_blocks()), (9, 2));

        // What is refused has no share, and nothing is left.
        // SAFETY: null, and live objects of other types.
        unsafe {
            let of = |ptr: *mut Table| Shared::<Table>::from_ptr_in(ptr, root).map(drop);
            assert_eq!(of(std::ptr::null_mut()), Err(Error::Null));
            assert!(matches!(of(root.as_ptr().cast()), Err(Error::WrongType { .. })));
            let small = talloc_sys::talloc_named_const(root.as_ptr(), 3, c"struct table".as_ptr());
            assert_eq!(of(small.cast()), Err(Error::WrongSize { expected: 16, found: 3 }));
            assert_eq!(talloc_sys::talloc_free(small), 0);
        }
    });
}

#[test]
fn m6_no_memory_for_a_share_of_a_node() {
    let counts = Counts::new();
    check_tree(|root| {
        let limited = root.new_child();
        let node = config(root, &counts);
        let c = made_by_c(root);
        set_memlimit(&limited, 1);
        let node = node.try_share(&limited).map(drop).expect_err("no memory").into_inner();
        let shared = node.share(root);
        let error = shared.try_clone_in(&limited).map(drop).expect_err("no memory");
        assert!(matches!(error, Error::OutOfMemory { .. }), "{error:?}");
        // SAFETY: 1. a `struct user`. 2., 3. nobody changes it.
        let error = unsafe { SharedNode::<User>::from_ptr_in(c, &limited) }.map(drop);
        assert!(matches!(error, Err(Error::OutOfMemory { .. })), "{error:?}");
        assert_eq!((limited.total_blocks(), shared.owners()), (1, 1));
        // SAFETY: 1. made above. 2. nobody else uses it. 3. below `root`.
        drop(unsafe { Node::<User>::from_raw(c) }.expect("a user"));
    });
    counts.assert_all_dropped(1);
}

#[test]
fn in_one_struct_with_its_root() {
    let counts = Counts::new();
    let theirs = {
        let root = Ctx::new();
        let shared = config(&root, &counts).share(&root);
        shared.get().name.to_bytes().len()
    };
    assert_eq!(theirs, 4);
    counts.assert_all_dropped(1);
}
