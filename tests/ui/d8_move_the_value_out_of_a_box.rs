// The value would be dropped twice, by its new owner and with its chunk.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let name = ctx.alloc(String::from("anna"));
    let taken: String = *name;
    println!("{taken}");
}
