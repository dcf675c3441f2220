use talloc::{Array, Ctx, CtxRef, NoDrop, Str};

talloc::node! { struct Outer<'t> { names: Array<'t, Str<'t>> } }

struct Entry<'t> {
    key: Str<'t>,
}

impl NoDrop for Entry<'_> {}

fn entries(ctx: &CtxRef) {
    let entries = ctx.alloc_slice_from_iter([Entry { key: ctx.strdup_c(c"key") }]);
    let entries: Array<'_, _> = entries.into();
    println!("{:?}", entries[0].key);
}

fn main() {
    let ctx = Ctx::new();
    let names = ctx.build::<Outer>(|t| {
        let names = t.alloc_slice_from_iter([t.strdup_c(c"a")]);
        Outer { names: names.into() }
    });
    entries(&ctx);
    println!("{}", names.get().names.len());
}
