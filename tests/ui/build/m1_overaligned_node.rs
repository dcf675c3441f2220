// The struct needs 64-byte alignment and talloc gives 16: C would get a misaligned pointer.
talloc::node! {
    #[repr(align(64))]
    struct Header<'t> {
        name: Option<talloc::Str<'t>>,
    }
}

fn main() {
    let ctx = talloc::Ctx::new();
    let header = ctx.build::<Header>(|_| Header { name: None });
    println!("{:?}", header.get().name);
}
