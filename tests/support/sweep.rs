//! Exhausted memory at every allocation point of an operation. A memory limit of
//! libtalloc stands for it.

use talloc::{Ctx, CtxRef, Error};

use crate::{Counts, set_memlimit};

/// Runs an operation with every limit from "no more than what is there" up to
/// enough. Each time it fails, all must be as it was before. Returns the sizes
/// that were refused: one for each allocation point.
pub fn sweep<S>(
    prepare: impl Fn(&'static CtxRef, &Counts) -> S,
    operation: impl Fn(&mut S, &'static CtxRef, &Counts) -> Result<(), Error>,
    check: impl Fn(&mut S),
) -> Vec<usize> {
    sweep_measuring(prepare, operation, check, |root| root.total_size())
}

/// A [`sweep`] that also compares what `measure` says.
pub fn sweep_measuring<S>(
    prepare: impl Fn(&'static CtxRef, &Counts) -> S,
    operation: impl Fn(&mut S, &'static CtxRef, &Counts) -> Result<(), Error>,
    check: impl Fn(&mut S),
    measure: impl Fn(&CtxRef) -> usize,
) -> Vec<usize> {
    const ENOUGH: usize = 100_000;
    let mut points = Vec::new();
    for limit in 1..ENOUGH {
        let counts = Counts::new();
        let root: &'static CtxRef = Ctx::named(c"limited").leak();
        let mut state = prepare(root, &counts);
        set_memlimit(root, limit);
        let now = || (root.total_blocks(), measure(root), counts.made() - counts.dropped());
        let before = now();
        let result = operation(&mut state, root, &counts);
        match result {
            Ok(()) => {}
            Err(Error::OutOfMemory { size }) => {
                assert_eq!(now(), before, "something half-made was left at limit {limit}");
                if points.last() != Some(&size) {
                    points.push(size);
                }
            }
            Err(other) => panic!("{other:?}"),
        }
        // Dropping a large value or an array takes memory.
        set_memlimit(root, 0);
        check(&mut state);
        drop(state);
        assert_eq!(root.total_blocks(), 1);
        // SAFETY: the root was leaked here, and all that was below it is gone.
        drop(unsafe { Ctx::from_raw(root.as_ptr()) });
        counts.assert_all_dropped(counts.made());
        if result.is_ok() {
            return points;
        }
    }
    panic!("it fails even with {ENOUGH} bytes");
}

/// A sweep over an operation that makes something of nothing. What it makes is
/// dropped when the limit is gone.
pub fn sweep_making<'c, T>(
    make: impl Fn(&'static CtxRef, &Counts) -> Result<T, Error>,
) -> Vec<usize>
where
    T: 'c,
{
    sweep(
        |_, _| None,
        |made, root, counts| make(root, counts).map(|value| *made = Some(value)),
        |_| {},
    )
}

/// Frees a field, which has no `Drop`, when it is done.
#[derive(Debug)]
pub struct Freed<T>(pub Option<T>, pub fn(T));

impl<T> Drop for Freed<T> {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(self.1);
    }
}
