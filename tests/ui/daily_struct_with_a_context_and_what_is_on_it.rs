// A field would borrow from the field beside it, which may move or go first.
use talloc::{Ctx, TBox};

struct App {
    ctx: Ctx<'static>,
    items: Vec<TBox<'static, String>>,
}

impl App {
    fn add(&mut self, text: &str) {
        self.items.push(self.ctx.alloc(text.to_owned()));
    }
}

fn main() {
    let mut app = App { ctx: Ctx::named(c"app"), items: Vec::new() };
    app.add("x");
}
