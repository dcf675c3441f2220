use talloc::{Ctx, TBox};

struct Log {
    title: String,
}

impl Drop for Log {
    fn drop(&mut self) {
        println!("{} closed", self.title);
    }
}

fn main() {
    let ctx = Ctx::new();
    {
        let title = String::from("session");
        let borrowing: &mut &String = TBox::leak(ctx.alloc(&title));
        println!("{borrowing}");
        TBox::keep(ctx.alloc(Log { title }));
    }
    drop(ctx);
}
