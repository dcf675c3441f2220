// The elements need 64-byte alignment and talloc gives 16: C would get a misaligned pointer.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct CacheLine([u8; 64]);

fn main() {
    let ctx = talloc::Ctx::new();
    let lines = ctx.alloc_slice_copy(&[CacheLine([0; 64]); 4]);
    println!("{}", lines[0].0[0]);
}
