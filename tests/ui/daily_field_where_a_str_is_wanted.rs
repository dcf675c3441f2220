// C's text is of any encoding.
use talloc::{Ctx, Str};

talloc::node! { struct Server<'t> { host: Str<'t> } }

fn connect(host: &str) {
    println!("{host}");
}

fn main() {
    let ctx = Ctx::new();
    let server = ctx.build::<Server>(|t| Server { host: t.strdup_c(c"localhost") });
    connect(&server.get().host);
}
