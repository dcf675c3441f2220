// The only owner may change the value; the others get it through a cell.
use std::cell::Cell;
use talloc::{Ctx, Shared};

fn main() {
    let ctx = Ctx::new();
    let mut one = ctx.alloc_shared([1, 2]);
    Shared::get_mut(&mut one).unwrap()[0] = 3;
    let two = Shared::clone_in(&one, &ctx);
    assert!(Shared::get_mut(&mut one).is_none());
    assert_eq!((one[0], two[0]), (3, 3));

    let count = ctx.alloc_shared(Cell::new(1));
    let same = Shared::clone_in(&count, &ctx);
    count.set(2);
    assert_eq!(same.get(), 2);
}
