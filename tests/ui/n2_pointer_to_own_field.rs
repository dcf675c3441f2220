// A field points to another one of its struct: in C it dangles once the field is replaced.
use talloc::{Ctx, Str};

talloc::node! {
    struct User<'t> {
        name: Str<'t>,
        shown: Option<&'t Str<'t>>,
    }
}

fn main() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|t| User { name: t.strdup("anna").unwrap(), shown: None });
    user.with_mut(|_, user| user.shown = Some(&user.name));
    println!("{:?}", user.get().shown);
}
