// Two trees change their content: the fields would be below the wrong roots.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Str<'t> } }

fn main() {
    let mut one = Tree::<Job>::build(|t| Job { name: t.strdup_c(c"a") });
    let mut two = Tree::<Job>::build(|t| Job { name: t.strdup_c(c"b") });
    one.with_mut(|_, one| two.with_mut(|_, two| std::mem::swap(one, two)));
}
