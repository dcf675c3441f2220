// The destructor drops the type that the value was made as: another owner must not see a supertype.
use talloc::{Ctx, Shared};

struct OnDrop<F: 'static>(F);

impl<F: 'static> Drop for OnDrop<F> {
    fn drop(&mut self) {}
}

fn main() {
    let ctx = Ctx::new();
    let ignore: for<'a> fn(&'a str) = |_| ();
    let shared = ctx.alloc_shared(OnDrop(ignore));
    let mut shared: Shared<'_, OnDrop<fn(&'static str)>> = shared;
    Shared::get_mut(&mut shared).unwrap().0 = |text| println!("{text}");
}
