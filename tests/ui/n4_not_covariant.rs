// A reader could put a pointer to a local variable in: C would read a dead stack frame later.
use std::cell::Cell;

talloc::node! {
    struct Cache<'t> {
        last: Cell<Option<&'t str>>,
    }
}

fn main() {
    let ctx = talloc::Ctx::new();
    let cache = ctx.build::<Cache>(|_| Cache { last: Cell::new(None) });
    {
        let line = String::from("anna");
        cache.get().last.set(Some(&line));
    }
    println!("{:?}", cache.get().last.get());
}
