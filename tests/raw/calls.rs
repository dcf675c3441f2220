//! How often each operation calls libtalloc: as often as C would, and never a
//! function that walks siblings.

use talloc::{Array, Ctx, CtxRef, Node, Shared, Str, TBox, TString};

#[link(name = "talloc_tests_calls", kind = "static", modifiers = "+whole-archive")]
unsafe extern "C" {
    /// The calls of this thread since this was asked last.
    safe fn tt_calls() -> usize;
}

talloc::node! {
    struct User<'t> {
        name: Str<'t>,
        groups: Array<'t, u32>,
    }
}

/// The calls that `f` makes, and its result.
fn calls<R>(f: impl FnOnce() -> R) -> (usize, R) {
    // The first root of the process takes two more.
    drop(Ctx::new());
    tt_calls();
    let result = f();
    (tt_calls(), result)
}

/// Asserts how many calls it takes to make an object and to drop it.
#[track_caller]
fn costs<R>(make: usize, free: usize, f: impl FnOnce() -> R) {
    let (made, object) = calls(f);
    assert_eq!(made, make, "to make it");
    assert_eq!(calls(|| drop(object)).0, free, "to drop it");
}

fn user(ctx: &CtxRef) -> Node<'_, User<'_>> {
    ctx.build(|t| User { name: t.strdup_c(c"anna"), groups: t.alloc_slice_copy(&[1, 2]).into() })
}

#[test]
#[cfg_attr(libtalloc_is_static, ignore = "nothing can stand in front of a static libtalloc")]
fn contexts_and_objects() {
    costs(1, 1, Ctx::new);
    let ctx = Ctx::new();
    costs(1, 1, || ctx.new_child());
    costs(1, 1, || ctx.new_child_named(c"named"));
    costs(1, 1, || ctx.alloc(1_u64));
    costs(1, 1, || ctx.alloc_with(|| [7_u8; 4096]));
    costs(1, 1, || ctx.alloc_zeroed::<[u64; 512]>());
    costs(1, 1, || ctx.alloc_uninit::<u64>());
    // With drop glue: the value is moved out, or a guard is allocated for it.
    costs(1, 1, || ctx.alloc(String::from("small")));
    costs(1, 3, || ctx.alloc((String::from("large"), [0_u8; 300])));
}

#[test]
#[cfg_attr(libtalloc_is_static, ignore = "nothing can stand in front of a static libtalloc")]
fn given_to_the_parent() {
    let ctx = Ctx::new();
    costs(1, 0, || TBox::leak(ctx.alloc(1)));
    costs(1, 0, || TBox::keep(ctx.alloc(1)));
    costs(2, 0, || TBox::keep(ctx.alloc(String::new())));
    let raw = calls(|| TBox::into_raw(ctx.alloc(1)));
    assert_eq!(raw.0, 1);
}

#[test]
#[cfg_attr(libtalloc_is_static, ignore = "nothing can stand in front of a static libtalloc")]
fn arrays_and_strings() {
    let ctx = Ctx::new();
    let number = std::hint::black_box(1);
    costs(1, 1, || ctx.alloc_slice_copy(&[1, 2, 3]));
    costs(1, 1, || ctx.alloc_slice_zeroed::<u64>(100));
    costs(1, 1, || ctx.alloc_slice_fill_with(100, |i| i));
    costs(1, 1, || ctx.alloc_slice_from_iter(0..100));
    costs(1, 1, || ctx.alloc_str("text"));
    // Its name is the text: both calls are fewer instructions than C's talloc_strdup, which
    // does the same.
    costs(2, 0, || ctx.strdup("text"));
    costs(1, 1, || TString::from_str_in("text", &ctx));
    costs(1, 1, || talloc::format!(ctx, "{number} and {number}"));
    // The length is exact for C.
    costs(1, 1, || talloc::format!(ctx, "{number} and {number}").into_boxed_str());
    // 1, 2, 4 … KiB: the number of resizes grows with the logarithm. Each asks for the name, which
    // it keeps.
    let (grown, text) = calls(|| {
        let mut text = TString::new_in(&ctx);
        (0..10_000).for_each(|_| text.push_str("0123456789"));
        text
    });
    assert!(grown < 30, "{grown} calls for {} bytes", text.len());
    // A resize that keeps the name has to ask for it.
    let mut array = ctx.alloc_slice_copy(&[1, 2]);
    assert_eq!(calls(|| TBox::extend_from_slice(&mut array, &[3])).0, 2);
    // So does a field, whose length is that of its chunk.
    let mut field = Array::from(array);
    assert_eq!(calls(|| field.push(4)).0, 3);
    assert_eq!(calls(|| field.extend_from_slice(&[5, 6])).0, 3);
    assert_eq!(calls(|| field.remove(0)).0, 3);
    assert_eq!(calls(|| field.clear()).0, 3);
    // The string, its name, and the resize; a list that shrinks is cut.
    let mut list = ctx.strdup_list(["a", "b"]).expect("no NUL");
    assert_eq!(calls(|| list.push("c")).0, 3);
    assert_eq!(calls(|| list.len()), (0, 3));
    assert_eq!(calls(|| list.remove(0).free()).0, 2);
    let mut blob = ctx.alloc_blob(b"a");
    // The chunk of a blob may be longer than the blob.
    assert_eq!(calls(|| blob.extend_from_slice(&ctx, b"b")).0, 3);
    assert_eq!(calls(|| blob.len()), (0, 2));
}

#[test]
#[cfg_attr(libtalloc_is_static, ignore = "nothing can stand in front of a static libtalloc")]
fn nodes() {
    let ctx = Ctx::new();
    // The struct and its two fields, of which the string is named; one free for all.
    costs(4, 1, || user(&ctx));
    let node = user(&ctx);
    assert_eq!(calls(|| node.get().name.count_bytes()).0, 0);
    // The length of a field is that of its chunk.
    assert_eq!(calls(|| node.get().groups.len()), (1, 2));
    let other = Ctx::new();
    let (stolen, _node) = calls(|| node.steal(&other));
    assert_eq!(stolen, 1);
}

#[test]
#[cfg_attr(libtalloc_is_static, ignore = "nothing can stand in front of a static libtalloc")]
fn moves_and_resets() {
    let (mut ctx, other) = (Ctx::new(), Ctx::new());
    let object = ctx.alloc(1);
    let (steal, object) = calls(|| TBox::steal(object, &other));
    assert_eq!((steal, *object), (1, 1));
    let child = ctx.new_child();
    let (steal, _child) = calls(|| child.steal(&other));
    assert_eq!(steal, 1);
    assert_eq!(calls(|| ctx.free_children()).0, 1);
}

#[test]
#[cfg_attr(libtalloc_is_static, ignore = "nothing can stand in front of a static libtalloc")]
fn shares_and_scratch() {
    let ctx = Ctx::new();
    let first = ctx.alloc_shared(1);
    // A share is a chunk with a destructor.
    costs(2, 1, || Shared::clone_in(&first, &ctx));
    talloc::scratch(|_| ());
    assert_eq!(calls(|| talloc::scratch(|_| ())).0, 2);
    talloc::scratch_arena(|_| ());
    assert_eq!(calls(|| talloc::scratch_arena(|arena| assert_eq!(*arena.alloc(1), 1))).0, 0);
}
