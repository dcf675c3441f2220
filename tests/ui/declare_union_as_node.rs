// A union does not know which of its fields is there.
talloc::node! {
    union Either<'t> {
        number: u32,
        text: core::mem::ManuallyDrop<talloc::Str<'t>>,
    }
}

fn main() {}
