// The closure is gone with the object: cancelling it would be a use after free.
use talloc::Ctx;

fn main() {
    let ctx = Ctx::new();
    let undo = ctx.on_free(|| println!("undone"));
    drop(ctx);
    undo.cancel();
}
