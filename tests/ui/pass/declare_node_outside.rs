use talloc::{Ctx, Str};

#[repr(C)]
struct User<'t> {
    name: Str<'t>,
    friend_of: Option<talloc::Kept<'t, User<'static>>>,
}

talloc::node!(User<'t> as c"struct user");

struct Count(u32);

talloc::node!(Count);

fn main() {
    let ctx = Ctx::new();
    let user = ctx.build::<User>(|t| User {
        name: t.strdup_c(c"anna"),
        friend_of: Some(t.build(|t| User { name: t.strdup_c(c"bob"), friend_of: None }).keep()),
    });
    assert_eq!(user.as_ctx().name(), c"struct user");
    assert_eq!(user.get().friend_of.as_ref().unwrap().get().name, "bob");
    assert_eq!(user.get().name, "anna");
    assert_eq!(ctx.build::<Count>(|_| Count(7)).get().0, 7);
}
