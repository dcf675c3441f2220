// The closure sees `&mut`, so nobody else may look at the value meanwhile.
use talloc::{Ctx, Guarded, Verdict};

fn main() {
    let ctx = Ctx::new();
    let object = ctx.alloc_guarded(String::from("text"), |text| {
        text.clear();
        Verdict::Refuse
    });
    let text: &str = &object;
    let refused = Guarded::free(object);
    println!("{text} {refused:?}");
}
