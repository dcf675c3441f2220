// The context of a struct is used after the struct was freed: C would write to freed memory.
use talloc::{Ctx, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn from_build() {
    let ctx = Ctx::new();
    let mut inside = None;
    let user = ctx.build::<User>(|t| {
        inside = Some(t);
        User { name: t.strdup("anna").unwrap() }
    });
    drop(user);
    println!("{:?}", inside.map(|t| t.alloc(7)));
}

fn from_with_mut() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap() });
    let inside = user.with_mut(|t, _| t);
    drop(user);
    println!("{}", inside.alloc(7));
}

fn main() {
    from_build();
    from_with_mut();
}
