use talloc::Ctx;

fn main() {
    let request = Ctx::new();
    let id = request.alloc(7_u32);
    let line = request.strdup("GET /").unwrap();
    let bytes = request.alloc_slice_zeroed::<u8>(4096);
    println!("{id} {line} {}", bytes.len());
    drop((id, bytes));
    drop(request);
}
