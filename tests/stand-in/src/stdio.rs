//! Writing to streams of the C library. Miri has none: there a stream is what is here.

use talloc_sys::FILE;

#[cfg(not(miri))]
pub(crate) fn write(file: *mut FILE, text: &[u8]) {
    use core::ffi::c_void;

    unsafe extern "C" {
        fn fwrite(text: *const c_void, size: usize, count: usize, file: *mut FILE) -> usize;
    }
    // SAFETY: the caller's stream is open; the text has so many bytes.
    unsafe { fwrite(text.as_ptr().cast(), 1, text.len(), file) };
}

#[cfg(miri)]
pub(crate) use memory::write;

#[cfg(any(miri, test))]
mod memory {
    //! `open_memstream` and what goes with it, and `atexit`, which Miri does not have either.

    use core::ffi::{c_char, c_int, c_void};

    use super::FILE;

    unsafe extern "C" {
        fn malloc(size: usize) -> *mut c_void;
    }

    struct Stream {
        text: *mut *mut c_char,
        size: *mut usize,
        content: Vec<u8>,
    }

    /// # Safety
    ///
    /// 1. Both must be places for what `fclose` writes.
    #[cfg_attr(miri, unsafe(no_mangle))]
    pub(crate) unsafe extern "C" fn open_memstream(
        text: *mut *mut c_char,
        size: *mut usize,
    ) -> *mut FILE {
        Box::into_raw(Box::new(Stream { text, size, content: Vec::new() })).cast()
    }

    pub(crate) fn write(file: *mut FILE, text: &[u8]) {
        // SAFETY: the caller's stream is open.
        unsafe { &mut *file.cast::<Stream>() }.content.extend_from_slice(text);
    }

    /// # Safety
    ///
    /// 1. The stream must be open, and its places still be there.
    #[cfg_attr(miri, unsafe(no_mangle))]
    pub(crate) unsafe extern "C" fn fclose(file: *mut FILE) -> c_int {
        // SAFETY: duty 1; the memory has room for the text and a NUL.
        unsafe {
            let Stream { text, size, content } = *Box::from_raw(file.cast::<Stream>());
            let copy = malloc(content.len() + 1).cast::<c_char>();
            if copy.is_null() {
                return -1;
            }
            copy.copy_from_nonoverlapping(content.as_ptr().cast(), content.len());
            copy.add(content.len()).write(0);
            text.write(copy);
            size.write(content.len());
        }
        0
    }

    /// Nothing is called when an interpreted program ends.
    #[cfg(miri)]
    #[unsafe(no_mangle)]
    extern "C" fn atexit(_function: extern "C" fn()) -> c_int {
        0
    }

    #[test]
    fn what_is_written_is_there_when_the_stream_is_closed() {
        unsafe extern "C" {
            fn free(text: *mut c_void);
        }
        let (mut text, mut size) = (core::ptr::null_mut(), 0);
        // SAFETY: the places live until the stream is closed, which is used no more then.
        unsafe {
            let file = open_memstream(&raw mut text, &raw mut size);
            write(file, b"one ");
            write(file, b"two");
            assert_eq!(fclose(file), 0);
            assert_eq!(core::slice::from_raw_parts(text.cast::<u8>(), size + 1), b"one two\0");
            free(text.cast());
        }
    }
}
