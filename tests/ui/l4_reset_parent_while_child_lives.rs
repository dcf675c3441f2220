// The children are freed while one is used: C would read freed memory.
use talloc::Ctx;

fn main() {
    let mut scratch = Ctx::new();
    let line = scratch.strdup("GET /").unwrap();
    scratch.free_children();
    println!("{line}");
}
