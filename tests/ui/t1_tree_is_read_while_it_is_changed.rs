// One thread reads a field that another frees.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Str<'t> } }

fn main() {
    let mut job = Tree::<Job>::build(|t| Job { name: t.strdup_c(c"a") });
    std::thread::scope(|scope| {
        scope.spawn(|| job.with(|job| job.name.to_string()));
        job.with_mut(|t, job| job.name.set(t, "b")).unwrap();
    });
}
