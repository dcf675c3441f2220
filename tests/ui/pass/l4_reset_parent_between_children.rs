use talloc::Ctx;

fn main() {
    let mut scratch = Ctx::new();
    for line in ["GET /", "GET /favicon.ico"] {
        let line = scratch.strdup(line).unwrap();
        println!("{line}");
        scratch.free_children();
    }
}
