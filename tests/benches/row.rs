//! One row of the table: the same work done by each side.

use core::arch::asm;

use talloc::{CtxRef, Str};

/// The sides, in the order of [`Row::sides`] and of the columns.
pub(crate) const SIDES: [&str; 6] = ["C", "ours", "std", "bumpalo", "bump-scope", "typed-arena"];
pub(crate) const C: usize = 0;
pub(crate) const OURS: usize = 1;
pub(crate) const BUMP_SCOPE: usize = 4;

/// One side's way to do the work once. Each allocates below the context that it is
/// given and leaves nothing there.
pub(crate) enum Side {
    C(extern "C" fn(&CtxRef)),
    Ours(fn(&CtxRef)),
    /// For orientation; may keep something between two runs.
    Other(Box<dyn FnMut()>),
}

impl Side {
    /// Does the work so many times.
    #[inline]
    pub(crate) fn run(&mut self, ctx: &CtxRef, times: u32) {
        match self {
            Side::C(work) => (0..times).for_each(|_| work(ctx)),
            Side::Ours(work) => (0..times).for_each(|_| work(ctx)),
            Side::Other(work) => (0..times).for_each(|_| work()),
        }
    }
}

/// An operation and who can do it.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) sides: [Option<Side>; SIDES.len()],
    /// Whether one run takes long, so that few will do.
    pub(crate) is_long: bool,
}

impl Row {
    pub(crate) fn new(name: &'static str, c: extern "C" fn(&CtxRef), ours: fn(&CtxRef)) -> Self {
        let sides = [Some(Side::C(c)), Some(Side::Ours(ours)), None, None, None, None];
        Row { name, sides, is_long: false }
    }

    /// What std does for the same purpose.
    pub(crate) fn std(mut self, work: impl FnMut() + 'static) -> Self {
        self.sides[2] = Some(Side::Other(Box::new(work)));
        self
    }

    /// What bumpalo does for the same purpose.
    pub(crate) fn bumpalo(mut self, work: impl FnMut() + 'static) -> Self {
        self.sides[3] = Some(Side::Other(Box::new(work)));
        self
    }

    /// What bump-scope does for the same purpose, on memory of the process.
    pub(crate) fn bump_scope(mut self, work: impl FnMut() + 'static) -> Self {
        self.sides[BUMP_SCOPE] = Some(Side::Other(Box::new(work)));
        self
    }

    /// What typed-arena does for the same purpose.
    pub(crate) fn typed_arena(mut self, work: impl FnMut() + 'static) -> Self {
        self.sides[5] = Some(Side::Other(Box::new(work)));
        self
    }

    pub(crate) fn long(mut self) -> Self {
        self.is_long = true;
        self
    }
}

/// Keeps the compiler from leaving out what leads to the object, as `used` of
/// `c/speed.h`. Costs no instruction, which cannot be said of `black_box`.
#[inline(always)]
pub(crate) fn used<T: ?Sized>(object: &T) {
    // SAFETY: no instruction. The compiler has to assume that it reads the object.
    unsafe {
        asm!("/* {0} */", in(reg) (object as *const T).cast::<u8>(), options(nostack, preserves_flags))
    };
}

/// As [`used`] for a string of one pointer, which then need not lie in memory.
#[inline(always)]
pub(crate) fn used_str(text: &Str<'_>) {
    // SAFETY: as above.
    unsafe { asm!("/* {0} */", in(reg) text.as_ptr(), options(nostack, preserves_flags)) };
}

/// As [`used`] for a number, which then need not lie in memory.
#[inline(always)]
pub(crate) fn used_number(number: u32) {
    // SAFETY: no instruction.
    unsafe { asm!("/* {0} */", in(reg) number as usize, options(nostack, preserves_flags)) };
}

/// A value that the compiler does not know in advance.
#[inline(always)]
pub(crate) fn opaque<T: Copy>(value: &'static T) -> T {
    // SAFETY: a reference is readable.
    unsafe { core::ptr::read_volatile(value) }
}
