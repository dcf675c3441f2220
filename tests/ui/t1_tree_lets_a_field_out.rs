// A field that leaves a leaked tree would live for ever, and so fit any other tree.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Option<Str<'t>> } }

fn main() {
    let job = Box::leak(Box::new(Tree::<Job>::build(|t| Job { name: Some(t.strdup_c(c"a")) })));
    let name: Option<Str<'static>> = job.with_mut(|_, job| job.name.take());
    std::thread::spawn(move || {
        let mut other = Tree::<Job>::build(|_| Job { name: None });
        other.with_mut(|t, _| name.unwrap().free(t));
    });
}
