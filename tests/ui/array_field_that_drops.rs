// An `Array` is freed with its parent and drops nothing: the strings would leak.
use talloc::{Array, Ctx, TBox};

talloc::node! { struct Outer<'t> { names: Array<'t, String> } }

struct Entry {
    key: String,
}

fn entries<'c>(entries: TBox<'c, [Entry]>) -> Array<'c, Entry> {
    entries.into()
}

fn main() {
    let ctx = Ctx::new();
    ctx.build::<Outer>(|t| Outer { names: t.alloc_slice_from_iter([String::from("a")]).into() });
    entries(ctx.alloc_slice_from_iter([Entry { key: String::new() }]));
}
