// The object needs 64-byte alignment and talloc gives 16: C would get a misaligned pointer.
#[repr(align(64))]
struct CacheLine([u8; 64]);

fn main() {
    let ctx = talloc::Ctx::new();
    let line = ctx.alloc(CacheLine([0; 64]));
    println!("{}", line.0[0]);
}
