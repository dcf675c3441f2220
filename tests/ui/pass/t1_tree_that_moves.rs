// All that a tree may have, on several threads.
use std::sync::{Arc, Mutex};
use talloc::tree::{Array, Kept, Str};
use talloc::{Error, Tree, TreeCtx};

talloc::node! {
    struct Job<'t> {
        name: Str<'t>,
        note: Option<&'t str>,
        counts: Array<'t, u32>,
        parts: Array<'t, Kept<'t, Job<'static>>>,
        next: Option<Kept<'t, Job<'static>>>,
        others: Vec<Tree<Job<'static>>>,
        log: Mutex<Vec<String>>,
    }
}

fn job<'t>(t: &TreeCtx<'t>) -> Result<Job<'t>, Error> {
    Ok(Job {
        name: t.strdup("a")?,
        note: Some(t.alloc_str("b")),
        counts: Array::new(),
        parts: Array::new(),
        next: None,
        others: Vec::new(),
        log: Mutex::default(),
    })
}

fn main() {
    let mut one: Tree<Job<'_>> = Tree::<Job>::try_build(job).unwrap();
    one.with_mut(|t, one| {
        one.counts.push(t, 1);
        one.next = Some(t.try_build::<Job>(job).unwrap());
        let part = t.attach(Tree::<Job>::try_build(job).unwrap());
        one.parts.push(t, part);
        one.others.push(Tree::<Job>::try_build(job).unwrap());
    });
    let one = std::thread::spawn(move || one).join().unwrap();
    let shared = Arc::new(one);
    let theirs = shared.clone();
    std::thread::spawn(move || theirs.with(|one| one.log.lock().unwrap().push("read".into())))
        .join()
        .unwrap();
    let locked = Arc::new(Mutex::new(Arc::into_inner(shared).unwrap()));
    locked.lock().unwrap().with_mut(|t, one| one.name.set(t, "c")).unwrap();
}
