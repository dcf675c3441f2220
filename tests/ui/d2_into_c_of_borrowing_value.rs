// C frees the value when what it borrows is gone: its drop would read a dead stack.
use talloc::{Ctx, TBox};

struct Log<'a> {
    title: &'a String,
}

impl Drop for Log<'_> {
    fn drop(&mut self) {
        println!("{} closed", self.title);
    }
}

fn main() {
    let ctx = Ctx::new();
    {
        let title = String::from("session");
        TBox::into_c(ctx.alloc(Log { title: &title }));
    }
    drop(ctx);
}
