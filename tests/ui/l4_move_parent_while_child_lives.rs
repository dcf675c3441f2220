// Whoever gets the context may free it at any time: C would read freed memory.
use talloc::Ctx;

fn finish(session: Ctx<'_>) {
    drop(session);
}

fn main() {
    let session = Ctx::new();
    let user = session.strdup("anna").unwrap();
    finish(session);
    println!("{user}");
}
