// A struct with its lifetime does not say of which family it is a member.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let user = ctx.build(|t| User { name: t.strdup_c(c"anna") });
    println!("{}", user.get().name);
}
