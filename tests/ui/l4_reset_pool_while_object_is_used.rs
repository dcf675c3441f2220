// The reset frees what is in the pool, and the next object would take its place.
use talloc::Ctx;

fn main() {
    let mut pool = Ctx::pool(1024);
    let first = pool.alloc(1);
    pool.free_children();
    let second = pool.alloc(2);
    println!("{first} {second}");
}
