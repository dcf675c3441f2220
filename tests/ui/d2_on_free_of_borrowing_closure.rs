// The closure runs when what it borrows is gone: C's destructor would read a dead stack.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    {
        let title = String::from("session");
        ctx.on_free(|| println!("{title} closed"));
    }
    drop(ctx);
}
