// An object, a string and an array outlive their context: C would read freed memory.
use talloc::Ctx;

fn object() {
    let request = Ctx::new();
    let id = request.alloc(7_u32);
    drop(request);
    println!("{id}");
}

fn string() {
    let request = Ctx::new();
    let line = request.strdup("GET /").unwrap();
    drop(request);
    println!("{line}");
}

fn array() {
    let request = Ctx::new();
    let bytes = request.alloc_slice_zeroed::<u8>(4096);
    drop(request);
    println!("{}", bytes.len());
}

fn main() {
    object();
    string();
    array();
}
