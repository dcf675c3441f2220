// A field is used after the struct that owns it was freed: C would read freed memory.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn read() {
    let ctx = Ctx::new();
    let user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let name = &user.get().name;
    drop(user);
    println!("{name}");
}

fn taken() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let name = user.with_mut(|t, user| std::mem::replace(&mut user.name, t.strdup("").unwrap()));
    drop(user);
    println!("{name}");
}

fn main() {
    read();
    taken();
}
