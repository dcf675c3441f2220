// The struct was not declared with `node!`, so nothing ties its fields to it.
use talloc::{Ctx, Str};

struct User<'t> {
    name: Str<'t>,
}

fn main() {
    let ctx = Ctx::new();
    let user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    println!("{}", user.get().name);
}
