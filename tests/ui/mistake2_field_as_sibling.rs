// The name is made beside the struct, before it: in C freeing the struct leaves the name behind.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let name = ctx.strdup("anna").unwrap();
    let user = ctx.build::<User>(|_| User { name });
    println!("{}", user.get().name);
}
