// The other owners would see it change: C has no answer but discipline.
use talloc::{Ctx, Shared};

fn main() {
    let ctx = Ctx::new();
    let one = ctx.alloc_shared([1, 2]);
    let two = Shared::clone_in(&one, &ctx);
    one[0] = 3;
    println!("{}", two[0]);
}
