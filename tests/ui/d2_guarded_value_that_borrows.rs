// A guarded object can refuse and outlive its parent, and so what it borrows.
use talloc::{Ctx, Verdict};

fn main() {
    let ctx = Ctx::new();
    let title = String::from("session");
    let object = ctx.alloc_guarded(&title, |title| {
        if title.is_empty() { Verdict::Free } else { Verdict::Refuse }
    });
    drop(object);
    drop(title);
}
