// The context moves below another one, which is freed: C would read freed memory.
use talloc::Ctx;

fn main() {
    let (session, pool) = (Ctx::new(), Ctx::new());
    let request = session.new_child();
    let line = request.strdup("GET /").unwrap();
    let parked = request.steal(&pool);
    drop(parked);
    println!("{line}");
}
