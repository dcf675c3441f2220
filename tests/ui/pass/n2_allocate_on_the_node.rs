use talloc::{Ctx, TBox};

talloc::node! { struct User<'t> { name: &'t str, shown: Option<&'t str> } }

fn main() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|_| User { name: "nobody", shown: None });
    {
        let line = String::from("anna");
        user.with_mut(|t, user| {
            user.name = TBox::leak(t.alloc_str(&line));
            user.shown = Some(user.name);
        });
    }
    println!("{} {:?}", user.get().name, user.get().shown);
}
