// A field that is freed with the right to another tree, which is on this thread only.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Option<Str<'t>> } }

fn main() {
    let mut one = Tree::<Job>::build(|t| Job { name: Some(t.strdup_c(c"a")) });
    let mut two = Tree::<Job>::build(|_| Job { name: None });
    one.with_mut(|_, one| two.with_mut(|t, _| one.name.take().unwrap().free(t)));
}
