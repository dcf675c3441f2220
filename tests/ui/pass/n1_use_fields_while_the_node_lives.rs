use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t>, nick: Option<Str<'t>> } }

fn main() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|t| User {
        name: t.strdup("anna").unwrap(),
        nick: Some(t.strdup("an").unwrap()),
    });
    let name = &user.get().name;
    println!("{name}");
    let inside = user.with_mut(|t, _| t);
    println!("{}", inside.alloc(7));
    let nick = user.with_mut(|_, user| user.nick.take()).unwrap().steal(&ctx);
    drop(user);
    println!("{nick}");
}
