use talloc::{Ctx, TBox};

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("released");
    }
}

fn main() {
    let ctx = Ctx::new();
    TBox::keep(ctx.alloc_slice_fill_with(3, |_| String::from("word")));
    TBox::keep(ctx.alloc_slice_copy(&[(); 3]));
    TBox::keep(ctx.alloc(Guard));
    drop(ctx.alloc_slice_fill_with(3, |_| Guard));
}
