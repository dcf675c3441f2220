use talloc::{Ctx, CtxRef};

fn look_at(session: &CtxRef) {
    println!("{:?}", session.name());
}

fn main() {
    let session = Ctx::new();
    let user = session.strdup("anna").unwrap();
    look_at(&session);
    println!("{user}");
}
