//! The traits of `T` that [`TBox`] alone passes on; the others are in `forward.rs`.

use core::fmt;
use core::hash::Hasher;
use core::iter::FusedIterator;
use core::ops::{Deref, DerefMut};
use std::io;

use crate::object::TBox;

impl<T: ?Sized> Deref for TBox<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        TBox::object(self)
    }
}

impl<T: ?Sized> DerefMut for TBox<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        TBox::object_mut(self)
    }
}

macro_rules! forward_hasher {
    ($($write:ident($number:ty))*) => {
        impl<T: Hasher + ?Sized> Hasher for TBox<'_, T> {
            fn finish(&self) -> u64 {
                (**self).finish()
            }

            fn write(&mut self, bytes: &[u8]) {
                (**self).write(bytes);
            }

            $(fn $write(&mut self, number: $number) {
                (**self).$write(number);
            })*
        }
    };
}

// A hasher may treat a number otherwise than its bytes.
forward_hasher! {
    write_u8(u8) write_u16(u16) write_u32(u32) write_u64(u64) write_u128(u128) write_usize(usize)
    write_i8(i8) write_i16(i16) write_i32(i32) write_i64(i64) write_i128(i128) write_isize(isize)
}

impl<I: Iterator + ?Sized> Iterator for TBox<'_, I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        (**self).next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (**self).size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<I::Item> {
        (**self).nth(n)
    }
}

impl<I: DoubleEndedIterator + ?Sized> DoubleEndedIterator for TBox<'_, I> {
    fn next_back(&mut self) -> Option<I::Item> {
        (**self).next_back()
    }
}

impl<I: ExactSizeIterator + ?Sized> ExactSizeIterator for TBox<'_, I> {}

impl<I: FusedIterator + ?Sized> FusedIterator for TBox<'_, I> {}

impl<'a, T> IntoIterator for &'a TBox<'_, [T]> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<W: fmt::Write + ?Sized> fmt::Write for TBox<'_, W> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        (**self).write_str(s)
    }
}

impl<W: io::Write + ?Sized> io::Write for TBox<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (**self).write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        (**self).write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (**self).flush()
    }
}

impl<R: io::Read + ?Sized> io::Read for TBox<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        (**self).read(bytes)
    }
}

impl<R: io::BufRead + ?Sized> io::BufRead for TBox<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        (**self).fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        (**self).consume(amount);
    }
}

impl PartialEq<str> for TBox<'_, str> {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for TBox<'_, str> {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}
