// A field in a `Mutex` that the struct's type does not show: a reader who could borrow the
// content of a leaked tree for ever would move it out, and free it with any other tree.
use std::sync::Mutex;
use talloc::Tree;
use talloc::tree::Str;

trait Take: Send + Sync {
    fn take(&self) -> Option<Str<'_>>;
}

struct Hidden<'t>(Mutex<Option<Str<'t>>>);

impl Take for Hidden<'_> {
    fn take(&self) -> Option<Str<'_>> {
        self.0.lock().unwrap().take()
    }
}

talloc::node! { struct Job<'t> { name: Box<dyn Take + 't> } }

fn main() {
    let job: &'static Tree<Job> = Box::leak(Box::new(Tree::<Job>::build(|t| Job {
        name: Box::new(Hidden(Mutex::new(Some(t.strdup_c(c"a"))))),
    })));
    let mut other = Tree::<Job>::build(|t| Job {
        name: Box::new(Hidden(Mutex::new(Some(t.strdup_c(c"b"))))),
    });
    other.with_mut(|t, _| job.with(|job| job.name.take().unwrap().free(t)));
    let name: Option<Str<'static>> = job.with(|job| job.name.take());
    other.with_mut(|t, _| name.unwrap().free(t));
}
