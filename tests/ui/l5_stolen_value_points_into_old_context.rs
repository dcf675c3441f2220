// Only the struct is stolen, the text it points to stays behind: C would read freed memory.
use talloc::{Ctx, TBox};

struct Reply<'a> {
    text: &'a str,
}

fn main() {
    let (results, request) = (Ctx::new(), Ctx::new());
    let text: &str = TBox::leak(request.alloc_str("ok"));
    let reply = TBox::steal(request.alloc(Reply { text }), &results);
    drop(request);
    println!("{}", reply.text);
}
