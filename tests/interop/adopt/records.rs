//! F2: an answer of C with records below it, which Rust reads and takes out.

use core::ffi::{c_int, c_uint};
use core::marker::PhantomData;

use talloc::{Blob, CStrRef, CtxRef, Items, Kept, Node};
use talloc_tests::{check_tree, parent};

use crate::shared::{User, status, tt_length};

talloc::node! {
    #[repr(C)]
    struct Answer<'t> as c"struct answer" {
        count: c_uint,
        users: Option<Items<'t, Option<Kept<'t, User<'static>>>>>,
        cookie: Blob<'t>,
        server: CStrRef<'t>,
    }
}

talloc::node! {
    #[repr(C)]
    struct Opaque<'t> as c"struct answer" {
        _opaque: PhantomData<&'t CtxRef>,
    }
}

impl<'t> Answer<'t> {
    fn users(&self) -> &[Option<Kept<'t, User<'static>>>] {
        // SAFETY: C has filled in both.
        unsafe { Items::slice_of(&self.users, self.count as usize) }
    }

    fn take(&mut self, index: usize) -> Option<Kept<'t, User<'static>>> {
        // SAFETY: C has filled in both and left them; this is the only way to them.
        let users = unsafe { Items::mut_slice_of(&mut self.users, self.count as usize) };
        users.get_mut(index)?.take()
    }
}

unsafe extern "C" {
    fn tt_users(ctx: &CtxRef, out: *mut *mut Answer<'_>) -> c_int;
    fn tt_answer_more(answer: *mut Answer<'_>, out: *mut *mut User<'_>) -> c_int;
}

#[test]
fn f2_results_below_an_object_that_rust_owns() {
    check_tree(|root| {
        // SAFETY: with status 0, C has stored a new `struct answer` on the root.
        let mut answer: Node<'_, Answer> =
            unsafe { root.adopt_out(|out| status(tt_users(root, out))) }.expect("an answer");
        {
            let seen = answer.get();
            assert_eq!((seen.users().len(), &seen.cookie), (3, &Blob::from(&[0, 1, 255][..])));
            assert_eq!((seen.server, tt_length(Some(seen.server))), (c"a constant".into(), 10));
            let names: Vec<_> =
                seen.users().iter().flatten().map(|user| user.get().name.to_bytes()).collect();
            assert_eq!(names, [&b"anna"[..], b"berta", b"carla"]);
        }
        // One record outlives the others.
        let berta = answer.with_mut(|_, answer| answer.take(1)).expect("there");
        let berta = berta.steal(root);
        assert!(answer.with_mut(|_, answer| answer.take(1)).is_none());
        assert!(answer.with_mut(|_, answer| answer.take(3)).is_none());

        // C puts one more under the answer: it borrows from the answer.
        let raw = answer.as_ptr();
        {
            // SAFETY: with status 0, C has stored a new `struct user` below the answer.
            let more: Node<'_, User> =
                unsafe { answer.as_ctx().adopt_out(|out| status(tt_answer_more(raw, out))) }
                    .expect("one more");
            assert_eq!(parent(more.as_ctx()), answer.as_ctx().as_ptr());
            assert_eq!((&more.get().name == "more", answer.get().count), (true, 3));
        }
        drop(answer);
        assert_eq!((berta.get().name.to_bytes(), root.total_blocks()), (&b"berta"[..], 6));

        // The same answer by an opaque type.
        // SAFETY: as above.
        let opaque: Node<'_, Opaque> = unsafe {
            root.adopt_out(|out: *mut *mut Opaque<'_>| status(tt_users(root, out.cast())))
        }
        .expect("an answer");
        assert!(opaque.as_ctx().size() > size_of::<Opaque<'_>>());
    });
}
