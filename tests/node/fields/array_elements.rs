//! What can be an element.

use std::mem::MaybeUninit;
use std::num::NonZero;
use std::ptr::NonNull;

use talloc::{
    Array, Blob, BlobBuf, CStrRef, CtxRef, Error, Items, Kept, NoDrop, SecretStr, Str, StrList,
};
use talloc_tests::check_tree;

talloc::node! { struct Leaf { _number: u32 } }
talloc::node! { struct Tree<'t> { children: Array<'t, Option<Kept<'t, Tree<'static>>>> } }

fn is_element<T: NoDrop>() {
    assert!(!std::mem::needs_drop::<T>());
}

#[test]
fn field_types_numbers_and_what_is_made_of_them() {
    is_element::<(u8, i128, f64, char, bool)>();
    is_element::<(NonZero<u32>, Option<NonZero<usize>>, [Option<&'static str>; 3])>();
    is_element::<(*const dyn Send, *mut [u8], NonNull<String>, &CtxRef, &mut String)>();
    is_element::<(MaybeUninit<String>, std::mem::ManuallyDrop<String>, std::cell::Cell<u8>)>();
    is_element::<(Str<'_>, Option<Str<'_>>, StrList<'_>, BlobBuf<'_>, Blob<'_>, CStrRef<'_>)>();
    is_element::<(Items<'_, String>, Array<'_, Array<'_, u8>>, Option<SecretStr<'_>>)>();
    is_element::<(Kept<'_, Leaf>, Option<Kept<'_, Tree<'_>>>)>();
}

#[test]
fn a_tree_of_nodes_that_may_be_null() -> Result<(), Error> {
    check_tree(|root| {
        let mut tree =
            root.build::<Tree>(|t| Tree { children: t.alloc_slice_from_iter([]).into() });
        tree.with_mut(|t, tree| {
            for _ in 0..3 {
                let child =
                    t.build::<Tree>(|t| Tree { children: t.alloc_slice_from_iter([]).into() });
                tree.children.push(Some(child.keep()));
                tree.children.push(None);
            }
            tree.children.remove(2).expect("a child").free();
            tree.children.retain(Option::is_some);
        });
        assert_eq!((tree.get().children.len(), root.total_blocks()), (2, 7));
        let first = tree.get().children[0].as_ref().expect("a child");
        assert!(first.get().children.is_empty());
        Ok(())
    })
}

#[test]
fn strings_are_taken_out_freed_and_moved() -> Result<(), Error> {
    check_tree(|root| {
        let from = root.new_child();
        let mut names: Array<'_, Str<'_>> = root.alloc_slice_from_iter([]).into();
        for name in ["anna", "berta", "carla"] {
            names.push(from.strdup(name)?);
        }
        names.remove(1).free();
        names.sort_by(|a, b| b.cmp(a));
        let last = names.pop().expect("two are left").steal(root);
        assert_eq!((&last, names.len(), from.total_blocks()), (&root.strdup("anna")?, 1, 2));
        last.free();
        // What is cut off stays with its parent.
        names.clear();
        assert_eq!(from.total_blocks(), 2);
        names.free();
        drop(from);
        // SAFETY: nothing borrows from the root.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
        Ok(())
    })
}
