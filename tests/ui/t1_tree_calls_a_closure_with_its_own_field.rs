// A closure in the tree that uses a field, which may be freed before it.
use talloc::Tree;

talloc::node! { struct Job<'t> { name: &'t str } }

fn main() {
    Tree::<Job>::build(|t| {
        let name = t.strdup_c(c"a");
        t.on_free(move || println!("{name}"));
        Job { name: t.alloc_str("a") }
    });
}
