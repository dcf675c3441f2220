// An array of zero bytes does not tell C's destructor how many elements to drop.
use talloc::{Ctx, TBox};

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("released");
    }
}

fn main() {
    let ctx = Ctx::new();
    TBox::keep(ctx.alloc_slice_fill_with(3, |_| Guard));
}
