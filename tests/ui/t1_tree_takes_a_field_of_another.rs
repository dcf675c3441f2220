// A field of one tree in another: each could free it, on two threads.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Option<Str<'t>> } }

fn main() {
    let mut one = Tree::<Job>::build(|t| Job { name: Some(t.strdup_c(c"a")) });
    let mut two = Tree::<Job>::build(|_| Job { name: None });
    one.with_mut(|_, one| two.with_mut(|_, two| two.name = one.name.take()));
}
