// A box drops by its own type, as `Box` does, and so may be seen as a supertype.
use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let ignore: for<'a> fn(&'a str) = |_| ();
    let object = ctx.alloc(ignore);
    let mut object: TBox<'_, fn(&'static str)> = object;
    *object = |text| println!("{text}");
    object("static");
}
