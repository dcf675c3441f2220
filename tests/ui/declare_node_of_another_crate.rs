// Only its own crate knows what the lifetime of a type is about.
type Words<'t> = talloc::StrList<'t>;

talloc::node!(Words<'t>);

fn main() {}
