use talloc::{Ctx, Shared};

fn main() {
    let keeper = Ctx::new();
    let shared = {
        let request = Ctx::new();
        let name = request.alloc_str("anna");
        let first = request.alloc_shared(String::from(&*name));
        Shared::clone_in(&first, &keeper)
    };
    assert_eq!(*shared, "anna");
}
