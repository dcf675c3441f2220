// The right to change the tree, within the tree. A wrapper that is `Send` and checks its
// thread at run time, as some crates have it, would give it to a second thread.
use talloc::{Tree, TreeCtx};

struct Wrapper<T>(T);
unsafe impl<T> Send for Wrapper<T> {}
unsafe impl<T> Sync for Wrapper<T> {}

struct Job;

impl talloc::node::Member for Job {
    type Family = Self;
}

impl talloc::Family for Job {
    type Of<'t> = Option<Wrapper<&'t TreeCtx<'t>>>;

    fn shorten<'s, 'l: 's>(_: &'s Self::Of<'l>) -> &'s Self::Of<'s> {
        unimplemented!()
    }
}

fn main() {
    let mut job = Tree::<Job>::build(|_| None);
    job.with_mut(|t, job| *job = Some(Wrapper(t)));
}
