//! Values that count how often they are made and dropped.

use std::cell::Cell;
use std::rc::Rc;

/// How many values of one test were made and dropped.
#[derive(Debug, Clone, Default)]
pub struct Counts(Rc<Cells>);

#[derive(Debug, Default)]
struct Cells {
    made: Cell<usize>,
    dropped: Cell<usize>,
}

impl Counts {
    /// Starts at nothing.
    pub fn new() -> Self {
        Counts::default()
    }

    /// Makes a value of a few words.
    pub fn value(&self) -> Counted {
        self.sized::<0>()
    }

    /// Makes a value of at least `N` bytes.
    pub fn sized<const N: usize>(&self) -> Counted<N> {
        self.0.made.set(self.0.made.get() + 1);
        Counted { counts: self.clone(), guard: Box::new(ALIVE), _padding: [0; N] }
    }

    /// Makes a value whose `Drop` panics.
    pub fn panicking(&self) -> PanicOnDrop {
        PanicOnDrop { _value: self.value() }
    }

    /// Makes a value of at least `N` bytes whose `Drop` panics.
    pub fn panicking_sized<const N: usize>(&self) -> PanicOnDrop<N> {
        PanicOnDrop { _value: self.sized() }
    }

    /// The number of values that were made.
    pub fn made(&self) -> usize {
        self.0.made.get()
    }

    /// The number of values that were made and not dropped.
    pub fn alive(&self) -> usize {
        self.made() - self.dropped()
    }

    /// The number of values that were dropped.
    pub fn dropped(&self) -> usize {
        self.0.dropped.get()
    }

    /// Asserts how many values were made, and that each was dropped once.
    #[track_caller]
    pub fn assert_all_dropped(&self, made: usize) {
        assert_eq!((self.made(), self.dropped()), (made, made), "(made, dropped)");
        assert_eq!(Rc::strong_count(&self.0), 1, "a value was not dropped, or dropped twice");
    }
}

const ALIVE: u64 = 0x00a1_1c0d_e501_d000;

/// A value that counts, and that owns memory: a second drop is a double free.
#[derive(Debug)]
pub struct Counted<const N: usize = 0> {
    counts: Counts,
    guard: Box<u64>,
    _padding: [u8; N],
}

impl<const N: usize> Counted<N> {
    /// Whether the value is what it was when it was made.
    pub fn is_alive(&self) -> bool {
        *self.guard == ALIVE
    }
}

impl<const N: usize> Clone for Counted<N> {
    fn clone(&self) -> Self {
        self.counts.sized()
    }
}

impl<const N: usize> Drop for Counted<N> {
    fn drop(&mut self) {
        assert!(self.is_alive(), "dropped twice");
        *self.guard = 0;
        self.counts.0.dropped.set(self.counts.0.dropped.get() + 1);
    }
}

/// A value that counts, and whose `Drop` panics with `"drop panics"`.
#[derive(Debug)]
pub struct PanicOnDrop<const N: usize = 0> {
    _value: Counted<N>,
}

impl<const N: usize> Drop for PanicOnDrop<N> {
    fn drop(&mut self) {
        panic!("drop panics");
    }
}

thread_local! {
    static ZST: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// A value without bytes that counts, for the whole thread.
#[derive(Debug)]
pub struct Zst(());

/// The counts of [`Zst`], which start at nothing when this is made.
#[derive(Debug)]
pub struct ZstCounts(());

impl ZstCounts {
    /// Starts at nothing.
    #[expect(clippy::new_without_default, reason = "it resets the counts of the thread")]
    pub fn new() -> Self {
        ZST.set((0, 0));
        ZstCounts(())
    }

    /// Makes a value.
    pub fn value(&self) -> Zst {
        let (made, dropped) = ZST.get();
        ZST.set((made + 1, dropped));
        Zst(())
    }

    /// The number of values that were dropped.
    pub fn dropped(&self) -> usize {
        ZST.get().1
    }

    /// Asserts how many values were made, and that each was dropped once.
    #[track_caller]
    pub fn assert_all_dropped(&self, made: usize) {
        assert_eq!(ZST.get(), (made, made), "(made, dropped)");
    }
}

impl Drop for Zst {
    fn drop(&mut self) {
        let (made, dropped) = ZST.get();
        ZST.set((made, dropped + 1));
    }
}
