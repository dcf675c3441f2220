// As n4_not_covariant, for a struct that is declared outside of the macro.
use std::cell::Cell;

struct Cache<'t> {
    last: Cell<Option<&'t str>>,
}

talloc::node!(Cache<'t>);

fn main() {
    let ctx = talloc::Ctx::new();
    let cache = ctx.build::<Cache>(|_| Cache { last: Cell::new(None) });
    {
        let line = String::from("anna");
        cache.get().last.set(Some(&line));
    }
    println!("{:?}", cache.get().last.get());
}
