// The share hangs below the context that goes; another share does not save this handle.
use talloc::{Ctx, Shared};

fn main() {
    let keeper = Ctx::new();
    let first = keeper.alloc_shared(1);
    let second = {
        let request = Ctx::new();
        Shared::clone_in(&first, &request)
    };
    println!("{}", *second);
}
