use talloc::{Array, Ctx};

#[derive(Clone, Copy)]
#[repr(align(8))]
struct Word([u8; 8]);

impl talloc::NoDrop for Word {}

fn main() {
    let ctx = Ctx::new();
    let one = ctx.alloc(Word([0; 8]));
    let many: Array<'_, Word> = ctx.alloc_slice_copy(&[Word([0; 8]); 4]).into();
    println!("{} {}", one.0[0], many[0].0[0]);
}
