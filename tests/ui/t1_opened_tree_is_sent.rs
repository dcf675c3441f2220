// A tree that was opened stays: anything may be below it.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Str<'t> } }

fn main() {
    let job = Tree::<Job>::build(|t| Job { name: t.strdup_c(c"a") }).into_local();
    std::thread::spawn(move || drop(job));
}
