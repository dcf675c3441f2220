// The second lifetime would be that of something outside of the node.
talloc::node! {
    struct Pair<'t, 'other> {
        one: talloc::Str<'t>,
        other: &'other str,
    }
}

fn main() {}
