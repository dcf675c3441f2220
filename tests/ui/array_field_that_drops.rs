// An `Array` is freed with its parent and drops nothing: the strings would leak.
use talloc::{Array, Ctx, CtxRef};

talloc::node! { struct Outer<'t> { names: Array<'t, String> } }

struct Entry {
    key: String,
}

fn entries(ctx: &CtxRef) {
    let entries = ctx.alloc_slice_from_iter([Entry { key: String::new() }]);
    let entries: Array<'_, _> = entries.into();
    println!("{}", entries[0].key);
}

fn main() {
    let ctx = Ctx::new();
    let names = ctx.build::<Outer>(|t| {
        let names = t.alloc_slice_from_iter([String::from("a")]);
        Outer { names: names.into() }
    });
    entries(&ctx);
    println!("{}", names.get().names.len());
}
