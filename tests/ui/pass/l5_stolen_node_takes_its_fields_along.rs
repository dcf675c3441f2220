use talloc::{Ctx, Str};

talloc::node! { struct Reply<'t> { text: Str<'t> } }

fn main() {
    let (results, request) = (Ctx::new(), Ctx::new());
    let reply = request.build::<Reply>(|t| Reply { text: t.strdup("ok").unwrap() });
    let reply = reply.steal(&results);
    drop(request);
    println!("{}", reply.get().text);
}
