// The struct gets a new owner, which frees it, while a field is in use: C would read freed memory.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let (session, pool) = (Ctx::new(), Ctx::new());
    let user = session.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let name = &user.get().name;
    drop(user.steal(&pool));
    println!("{name}");
}
