//! A doubly linked list of Samba's, which Rust and C read and change.

mod sessions;

use core::ffi::{CStr, c_char, c_int, c_uint};

use talloc::{CStrRef, CtxRef, Error, Kept, Node};
use talloc_tests::{c, check_tree};

use sessions::{Session, Sessions};

talloc::node! {
    #[repr(C)]
    struct Server<'t> as c"struct server" {
        port: c_uint,
        sessions: Sessions<'t>,
    }
}

unsafe extern "C" {
    fn tt_server_new(ctx: &CtxRef, port: c_uint) -> *mut Server<'static>;
    fn tt_session_add(server: *mut Server<'_>, id: u64, user: CStrRef<'_>) -> bool;
    fn tt_session_remove(server: *mut Server<'_>, id: u64) -> bool;
    fn tt_sessions_describe(server: &Server<'_>, text: *mut c_char, size: usize) -> c_int;
}

/// What C and Rust see in the list, which must be the same.
#[track_caller]
fn assert_list(server: &Server<'_>, expected: &[&str]) {
    let mut text = [0_u8; 200];
    // SAFETY: a server; there is room for the text.
    let count = unsafe { tt_sessions_describe(server, text.as_mut_ptr().cast(), text.len()) };
    assert_eq!(count, expected.len() as c_int);
    let by_c = CStr::from_bytes_until_nul(&text).unwrap().to_str().unwrap();
    let by_rust = server.sessions.iter().map(|s| format!("{}:{} ", s.id(), s.user()));
    let expected: String = expected.iter().map(|s| format!("{s} ")).collect();
    assert_eq!((by_c, by_rust.collect()), (&*expected, expected.clone()));
}

fn server(ctx: &CtxRef) -> Node<'_, Server<'_>> {
    ctx.build::<Server>(|_| Server { port: 445, sessions: Sessions::EMPTY })
}

fn add(server: &mut Kept<'_, Server<'static>>, id: u64, user: &str, in_front: bool) {
    server.with_mut(|t, server| {
        let session = t.build::<Session>(|t| Session::new(t, id, user).unwrap());
        match in_front {
            true => server.sessions.add(session),
            false => server.sessions.add_end(session),
        }
    });
}

#[test]
fn rust_makes_a_list_that_c_walks() {
    check_tree(|root| {
        let mut server = server(root).keep();
        assert_list(server.get(), &[]);
        add(&mut server, 1, "anna", true);
        assert_list(server.get(), &["1:anna"]);
        add(&mut server, 2, "bob", false);
        add(&mut server, 3, "carl", true);
        assert_list(server.get(), &["3:carl", "1:anna", "2:bob"]);
        server.with_mut(|_, server| {
            assert_eq!(server.sessions.set_user(1, "anna of the long name"), Some(Ok(())));
            assert_eq!(
                server.sessions.set_user(1, "\0"),
                Some(Err(Error::InteriorNul { position: 0 }))
            );
            assert_eq!(server.sessions.set_user(7, "nobody"), None);
        });
        assert_list(server.get(), &["3:carl", "1:anna of the long name", "2:bob"]);
        assert_eq!(server.as_ctx().total_blocks(), 7);
        server.free();
    });
}

#[test]
fn each_side_removes_from_anywhere() {
    // First, middle, last; by Rust and by C.
    for (id, left) in [(1, ["2:b", "3:c"]), (2, ["1:a", "3:c"]), (3, ["1:a", "2:b"])] {
        for by_c in [false, true] {
            check_tree(|root| {
                let mut server = server(root).keep();
                for (id, user) in [(1, "a"), (2, "b"), (3, "c")] {
                    add(&mut server, id, user, false);
                }
                let mut remove = |id| match by_c {
                    // SAFETY: a server that nobody borrows.
                    true => unsafe { tt_session_remove(server.as_ptr(), id) },
                    false => server.with_mut(|_, server| server.sessions.remove(id).is_some()),
                };
                assert!(remove(id) && !remove(id));
                assert_list(server.get(), &left);
                // What is left is a whole list still.
                add(&mut server, 4, "d", false);
                add(&mut server, 5, "e", true);
                assert_list(server.get(), &["5:e", left[0], left[1], "4:d"]);
                for id in 1..=5 {
                    server.with_mut(|_, server| drop(server.sessions.remove(id)));
                }
                assert_list(server.get(), &[]);
                assert_eq!(server.as_ctx().total_blocks(), 1);
                server.free();
            });
        }
    }
}

#[test]
fn rust_changes_the_list_of_a_server_of_c() {
    check_tree(|root| {
        // SAFETY: the context is live.
        let raw = unsafe { tt_server_new(root, 139) };
        for (id, user) in [(1, c"anna"), (2, c"bob")] {
            // SAFETY: a server.
            assert!(unsafe { tt_session_add(raw, id, user.into()) });
        }
        // SAFETY: 1. A server with a list of its children. 2. It is C's, and stays so: lent for this call.
        let mut server = unsafe { Kept::<Server>::from_raw(raw) }.unwrap();
        assert_list(server.get(), &["1:anna", "2:bob"]);
        add(&mut server, 3, "carl", true);
        assert_eq!(server.get().port, 139);
        // SAFETY: nobody borrows it.
        assert!(unsafe { tt_session_add(raw, 4, c"dora".into()) });
        assert_list(server.get(), &["3:carl", "1:anna", "2:bob", "4:dora"]);
        // SAFETY: C frees what is C's.
        assert_eq!(unsafe { c::tt_free(raw.cast()) }, 0);
    });
}

#[test]
fn a_session_moves_to_another_server() {
    check_tree(|root| {
        let (mut from, mut to) = (server(root), server(root));
        for id in 1..=3 {
            from.with_mut(|t, from| {
                let session = t.build::<Session>(|t| Session::new(t, id, "anna").unwrap());
                from.sessions.add_end(session);
            });
        }
        from.with_mut(|_, from| {
            to.with_mut(|t, to| to.sessions.add(from.sessions.remove(2).unwrap().steal(t)));
        });
        assert_list(from.get(), &["1:anna", "3:anna"]);
        assert_list(to.get(), &["2:anna"]);
        // It goes with the one that has it now.
        drop(from);
        assert_list(to.get(), &["2:anna"]);
        // Out of all lists, it is a node like any other.
        let session = to.with_mut(|_, to| to.sessions.remove(2).unwrap().steal(root));
        drop(to);
        assert_eq!((session.get().id(), root.total_blocks()), (2, 3));
    });
}
