// The closure needs 64-byte alignment and talloc gives 16.
use talloc::{Ctx, Verdict};

#[repr(align(64))]
struct CacheLine([u8; 64]);

fn main() {
    let ctx = Ctx::new();
    let line = CacheLine([0; 64]);
    let object = ctx.alloc_guarded(1, move |_| {
        let _line = &line;
        Verdict::Free
    });
    println!("{object:?} {}", size_of::<CacheLine>());
}
