use std::cell::Cell;
use talloc::Str;

talloc::node! {
    struct Cache<'t> {
        last: Option<&'t str>,
        name: Option<Str<'t>>,
        hits: Cell<u32>,
    }
}

fn main() {
    let ctx = talloc::Ctx::new();
    let cache = ctx.build::<Cache>(|_| Cache { last: None, name: None, hits: Cell::new(0) });
    cache.get().hits.set(1);
    println!("{:?} {:?} {:?}", cache.get().last, cache.get().name, cache.get().hits);
}
