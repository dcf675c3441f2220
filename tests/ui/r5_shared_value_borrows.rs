// The value points into one of its parents, and may outlive it with another one.
use talloc::{Ctx, Shared};

fn main() {
    let keeper = Ctx::new();
    let shared = {
        let request = Ctx::new();
        let name = request.alloc_str("anna");
        let first = request.alloc_shared(&*name);
        Shared::clone_in(&first, &keeper)
    };
    println!("{}", *shared);
}
