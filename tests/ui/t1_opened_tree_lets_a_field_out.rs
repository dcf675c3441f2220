// A field that leaves a leaked node would fit any tree, also one of another thread.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Option<Str<'t>> } }

fn main() {
    let job = Tree::<Job>::build(|t| Job { name: Some(t.strdup_c(c"a")) }).into_local();
    let job = Box::leak(Box::new(job));
    let one: Option<Str<'static>> = job.tree_mut(|_, job| job.name.take());
    let opened = job.with_mut(|_, opened| opened);
    let two: &'static Option<Str<'static>> = opened.with(|job| &job.name);
    println!("{one:?} {two:?}");
}
