//! Any object of a tree is a context, also those that move when they grow.

use std::cell::Cell;
use std::rc::Rc;

use talloc::{Array, AsCtx, CtxRef, Guarded, Kept, Shared, Str, StrList, TBox, TString, Verdict};
use talloc_tests::{check_tree, parent};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn below<'a>(object: &'a impl AsCtx) -> TBox<'a, u32> {
    object.as_ctx().alloc(7)
}

#[test]
fn each_gives_its_own_chunk() {
    check_tree(|root| {
        let number: TBox<'_, i32> = root.alloc(1);
        let object: TBox<'_, dyn std::fmt::Debug> =
            talloc::unsize!(root.alloc(1) => dyn std::fmt::Debug);
        let text = TString::from_str_in("text", root);
        let guarded: Guarded<'_, i32> = root.alloc_guarded(1, |_| Verdict::Free);
        let string: Str<'_> = root.strdup_c(c"text");
        let array: Array<'_, u16> = root.alloc_slice_copy(&[1, 2]).into();
        let list: StrList<'_> = root.strdup_list(["a", "b"]).expect("no NUL");
        let node = root.build::<User>(|t| User { name: t.strdup_c(c"anna") });
        let kept: Kept<'_, User<'static>> =
            root.build::<User>(|t| User { name: t.strdup_c(c"bob") }).keep();

        let objects: [(&dyn AsCtx, *const (), usize); 9] = [
            (&number, TBox::as_ptr(&number).cast(), 1),
            (&object, TBox::as_ptr(&object).cast(), 1),
            (&text, text.as_ptr().cast(), 1),
            (&guarded, Guarded::as_ptr(&guarded).cast(), 1),
            (&string, string.as_ptr().cast(), 1),
            (&array, array.as_ptr().cast(), 1),
            (&list, list.as_ptr().cast(), 3),
            (&node, node.as_ptr().cast(), 2),
            (&kept, kept.as_ptr().cast(), 2),
        ];
        for (object, address, blocks) in objects {
            let ctx = object.as_ctx();
            assert_eq!((ctx.as_ptr().cast_const().cast(), ctx.total_blocks()), (address, blocks));
            let child = below(&object);
            assert_eq!((parent(child.as_ctx()), *child), (ctx.as_ptr(), 7));
            assert_eq!(ctx.total_blocks(), blocks + 1);
        }
        let names = (string.as_str(), array[1], list.len(), &*text);
        assert_eq!(names, ("text", 2, 2, "text"));
        assert_eq!((node.get().name.as_str(), kept.get().name.as_str()), ("anna", "bob"));

        // Contexts, by reference, and what builds on one.
        let ctx: &CtxRef = root;
        for same in [ctx.as_ctx(), (&ctx).as_ctx(), root.as_ctx(), root.pooled(1, 8).as_ctx()] {
            assert_eq!(same.as_ptr(), root.as_ptr());
        }
        list.free();
        array.free();
        string.free();
        kept.free();
    });
}

#[test]
fn m4_what_is_below_a_string_stays_attached_when_it_grows() {
    check_tree(|root| {
        let mut text = TString::from_str_in("text", root);
        let dropped = Rc::new(Cell::new(0));
        let (on_free, guarded) = (dropped.clone(), dropped.clone());
        text.as_ctx().on_free(move || on_free.set(on_free.get() + 1));
        let kept: &mut Rc<Cell<i32>> = TBox::keep(text.as_ctx().alloc(dropped.clone()));
        kept.set(0);
        let leaked: &mut str = TBox::leak(text.as_ctx().alloc_str("leaked"));
        leaked.make_ascii_uppercase();
        Guarded::keep(text.as_ctx().alloc_guarded(0, move |_| {
            guarded.set(guarded.get() + 10);
            Verdict::Free
        }));
        let shared = Shared::clone_in(&root.alloc_shared(9), text.as_ctx());
        std::mem::forget(shared);
        std::mem::forget(text.as_ctx().new_pool(1000));

        let in_the_way: Vec<_> = (0..50).map(|_| root.alloc([0_u8; 64])).collect();
        let (before, blocks) = (text.as_ptr(), text.as_ctx().total_blocks());
        while text.as_ptr() == before {
            text.push_str(" and more");
        }
        drop(in_the_way);
        assert_eq!(text.as_ctx().total_blocks(), blocks);
        let text = text.into_boxed_str();
        assert_eq!((text.as_ctx().total_blocks(), dropped.get()), (blocks, 0));
        let text = TBox::steal(text, root);
        drop(text);
        assert_eq!((dropped.get(), Rc::strong_count(&dropped)), (11, 1));
    });
}

#[test]
fn m4_what_is_below_an_array_and_a_c_string_goes_with_them() {
    check_tree(|root| {
        let calls = Rc::new(Cell::new(0));
        let count = |ctx: &CtxRef| {
            let calls = calls.clone();
            ctx.on_free(move || calls.set(calls.get() + 1));
        };
        let array: Array<'_, u16> = root.alloc_slice_copy(&[1, 2]).into();
        count(array.as_ctx());
        let mut array = array.into_boxed_slice();
        TBox::extend_from_slice(&mut array, &[3; 5000]);
        count(array.as_ctx());
        drop(Array::from(array).into_boxed_slice());
        assert_eq!(calls.take(), 2);

        let mut text = root.strdup_c(c"text");
        count(text.as_ctx());
        let node_ctx = root.new_child();
        text = text.steal(&node_ctx).steal(root);
        assert_eq!((text.as_ctx().total_blocks(), calls.get()), (2, 0));
        text.set(root, "other").expect("no NUL");
        assert_eq!((text.as_ctx().total_blocks(), calls.take()), (1, 1));
        count(text.as_ctx());
        text.free();

        let list = root.strdup_list(["a", "b"]).expect("no NUL");
        count(list.as_ctx());
        list.free();
        assert_eq!((calls.take(), Rc::strong_count(&calls)), (2, 1));
    });
}

#[test]
fn m4_what_is_below_fields_that_grow_and_shrink_stays_attached() {
    check_tree(|root| {
        let calls = Rc::new(Cell::new(0));
        let count = |ctx: &CtxRef| {
            let calls = calls.clone();
            ctx.on_free(move || calls.set(calls.get() + 1));
        };
        let mut array: Array<'_, u64> = root.alloc_slice_copy(&[1, 2]).into();
        count(array.as_ctx());
        (0..5000).for_each(|n| array.push(n));
        array.remove(0);
        assert_eq!((array.as_ctx().total_blocks(), array.len(), calls.get()), (2, 5001, 0));
        array.free();
        assert_eq!(calls.take(), 1);

        let mut list = root.strdup_list(["a", "b"]).expect("no NUL");
        count(list.as_ctx());
        (0..1000).for_each(|_| list.push("c").expect("no NUL"));
        list.remove(0).free();
        assert_eq!((list.as_ctx().total_blocks(), list.len(), calls.get()), (1003, 1001, 0));
        list.free();
        assert_eq!((calls.take(), Rc::strong_count(&calls)), (1, 1));
    });
}

#[test]
fn m4_below_a_field_of_a_node() {
    check_tree(|root| {
        let mut user = root.build::<User>(|t| {
            // A context for the whole life of the node, below one of its fields.
            let name: &Str<'_> = TBox::leak(t.alloc(t.strdup_c(c"first")));
            let below: Str<'_> = name.as_ctx().strdup_c(c"below");
            User { name: below }
        });
        assert_eq!(user.get().name, "below");
        assert_eq!(below(&user.get().name).as_ctx().total_blocks(), 1);
        user.with_mut(|t, user| user.name.set(t, "replaced")).expect("no NUL");
        assert_eq!((user.get().name.as_str(), user.as_ctx().total_blocks()), ("replaced", 4));
    });
}

/// A type of the user's that is a context.
struct Session<'p> {
    ctx: talloc::Ctx<'p>,
}

impl AsCtx for Session<'_> {
    fn as_ctx(&self) -> &CtxRef {
        &self.ctx
    }
}

#[test]
fn a_type_of_the_users() {
    check_tree(|root| {
        let session = Session { ctx: root.new_child() };
        assert_eq!(*below(&session), 7);
        assert_eq!(root.total_blocks(), 2);
    });
}
