// An owner node has its own lifetime and no other parameter.
talloc::node! {
    struct List<'t, T> {
        items: talloc::Array<'t, T>,
    }
}

fn main() {}
