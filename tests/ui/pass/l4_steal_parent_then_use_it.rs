use talloc::Ctx;

fn main() {
    let (session, pool) = (Ctx::new(), Ctx::new());
    let request = session.new_child();
    request.strdup("GET /").unwrap().free();
    let parked = request.steal(&pool);
    let line = parked.strdup("GET /").unwrap();
    println!("{line}");
}
