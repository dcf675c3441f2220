use talloc::{Ctx, Shared};

fn main() {
    let keeper = Ctx::new();
    let second = {
        let request = Ctx::new();
        let first = request.alloc_shared(1);
        Shared::clone_in(&first, &keeper)
    };
    assert_eq!(*second, 1);
    let third = {
        let request = Ctx::new();
        Shared::steal(Shared::clone_in(&second, &request), &keeper)
    };
    assert_eq!((*third, Shared::owners(&third)), (1, 2));
}
