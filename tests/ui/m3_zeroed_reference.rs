// All-zero bytes are no valid reference: C would follow a NULL pointer.
use talloc::Ctx;

struct User {
    name: &'static str,
}

fn main() {
    let ctx = Ctx::new();
    let user = ctx.alloc_zeroed::<User>();
    println!("{}", user.name);
}
