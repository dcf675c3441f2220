//! A struct whose field lies beside it, on the same context.

use talloc::{Array, CStrRef, Ctx, CtxRef, Error, Node};
use talloc_tests::check_tree;

talloc::node! {
    #[repr(C)]
    struct Numbers<'t> as c"struct numbers" {
        items: Array<'t, u32>,
        title: CStrRef<'t>,
    }
}

/// As C lays it out.
#[repr(C)]
struct RawNumbers {
    items: *mut u32,
    title: *const std::ffi::c_char,
}

/// Both on `ctx`, and a title that is a literal.
fn new_numbers(ctx: &CtxRef) -> *mut RawNumbers {
    let items = Array::from(ctx.alloc_slice_copy(&[1_u32, 2, 3])).into_raw();
    let name = c"struct numbers";
    // SAFETY: the context is live; the name is a constant.
    let raw = unsafe {
        talloc_sys::talloc_named_const(ctx.as_ptr(), size_of::<RawNumbers>(), name.as_ptr())
    };
    let raw = raw.cast::<RawNumbers>();
    // SAFETY: a chunk of this size.
    unsafe { raw.write(RawNumbers { items, title: c"three".as_ptr() }) };
    raw
}

fn adopt(ctx: &CtxRef) -> Result<Node<'_, Numbers<'_>>, Error> {
    let raw = new_numbers(ctx);
    // SAFETY: live, and nobody moves it meanwhile.
    let below = unsafe { CtxRef::from_ptr(raw.cast()) }?;
    // SAFETY: 1 to 6. An array on `ctx`, which nobody else has.
    let items: Array<'_, u32> = unsafe { ctx.adopt((*raw).items) }?;
    let _ = items.steal(below).into_raw();
    // SAFETY: 1 to 6. Its array is below it, and the title is never freed.
    unsafe { ctx.adopt(raw.cast()) }
}

#[test]
fn f6_a_field_that_was_moved_below_its_struct_goes_with_it() {
    check_tree(|root| {
        let other = Ctx::new();
        let numbers = adopt(&root.new_child()).expect("live").steal(&other);
        assert_eq!(root.total_blocks(), 1);
        assert_eq!((&*numbers.get().items, numbers.get().title), (&[1, 2, 3][..], c"three".into()));
        drop(numbers);
        assert_eq!(other.total_blocks(), 1);
    });
}
