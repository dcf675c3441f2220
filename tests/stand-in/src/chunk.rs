//! [`Chunk`]: an object with its header.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{self, NonNull};
use std::alloc::{Layout, alloc, dealloc, realloc};

use talloc_sys::MAX_TALLOC_SIZE;

use crate::limit::Limit;
use crate::process;

pub(crate) type Function = unsafe extern "C" fn(object: *mut c_void) -> c_int;

#[derive(Clone, Copy)]
pub(crate) enum Destructor {
    None,
    Is(Function),
    /// It has been called, and has not returned yet.
    Running,
}

/// What lies in front of an object.
#[repr(C, align(16))]
struct Header {
    magic: c_int,
    is_pool: bool,
    /// It is being freed, or a walk is below it.
    is_busy: bool,
    next: Option<Chunk>,
    previous: Option<Chunk>,
    /// That of the newest child. Others have none, or an old one that nobody reads.
    parent: Option<Chunk>,
    newest: Option<Chunk>,
    /// The newest reference to it.
    reference: Option<Chunk>,
    destructor: Destructor,
    name: *const c_char,
    size: usize,
    /// How many bytes there are behind the header, `size` or a few more.
    room: usize,
    limit: Option<Limit>,
}

const HEADER: usize = size_of::<Header>();

/// What libtalloc's own header takes, eleven words, which is what limits count.
pub(crate) const COUNTED: usize = (11 * size_of::<usize>()).next_multiple_of(16);

pub(crate) const MAGIC: c_int = 0x5741_4e44;

/// The name by which a reference is known.
const OF_REFERENCES: *const c_char = ptr::without_provenance(1);

/// A live object, by its header.
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub(crate) struct Chunk(NonNull<Header>);

macro_rules! fields {
    ($($field:ident, $set_field:ident: $Type:ty;)*) => {$(
        pub(crate) fn $field(self) -> $Type {
            // SAFETY: it is live.
            unsafe { (*self.0.as_ptr()).$field }
        }

        pub(crate) fn $set_field(self, value: $Type) {
            // SAFETY: it is live.
            unsafe { (*self.0.as_ptr()).$field = value }
        }
    )*};
}

impl Chunk {
    fields! {
        is_pool, set_is_pool: bool;
        is_busy, set_is_busy: bool;
        next, set_next: Option<Chunk>;
        previous, set_previous: Option<Chunk>;
        parent, set_parent: Option<Chunk>;
        newest, set_newest: Option<Chunk>;
        reference, set_reference: Option<Chunk>;
        destructor, set_destructor: Destructor;
        name, set_name: *const c_char;
        size, set_size: usize;
        room, set_room: usize;
        limit, set_limit: Option<Limit>;
    }

    /// The object that C knows by this pointer; none for null.
    ///
    /// # Safety
    ///
    /// 1. `object` must be null or a live object.
    pub(crate) unsafe fn of(object: *const c_void) -> Option<Self> {
        let object = NonNull::new(object.cast_mut())?;
        // SAFETY: the header lies in front of it (duty 1).
        let chunk = Chunk(unsafe { object.cast::<Header>().sub(1) });
        // SAFETY: duty 1.
        if unsafe { (*chunk.0.as_ptr()).magic } != MAGIC {
            process::abort(c"Bad talloc magic value - unknown value");
        }
        Some(chunk)
    }

    /// What C knows it by.
    pub(crate) fn object(self) -> *mut c_void {
        // SAFETY: the object lies behind the header.
        unsafe { self.0.add(1) }.as_ptr().cast()
    }

    fn layout(size: usize) -> Option<Layout> {
        let size = Some(size).filter(|size| *size < MAX_TALLOC_SIZE)?.checked_add(HEADER)?;
        Layout::from_size_align(size, align_of::<Header>()).ok()
    }

    /// One without a parent, and without a name.
    pub(crate) fn new(size: usize) -> Option<Self> {
        let layout = Chunk::layout(size)?;
        // SAFETY: it is not empty.
        let chunk = NonNull::new(unsafe { alloc(layout) })?.cast::<Header>();
        let header = Header {
            magic: MAGIC,
            is_pool: false,
            is_busy: false,
            next: None,
            previous: None,
            parent: None,
            newest: None,
            reference: None,
            destructor: Destructor::None,
            name: ptr::null(),
            size,
            room: size,
            limit: None,
        };
        // SAFETY: there is room for it, with its alignment.
        unsafe { chunk.write(header) };
        Some(Chunk(chunk))
    }

    /// The same, with another size, and perhaps elsewhere. The others still know its old address.
    pub(crate) fn resized(self, size: usize) -> Option<Self> {
        let (old, new) = (Chunk::layout(self.room())?, Chunk::layout(size)?);
        // SAFETY: it was allocated so; the new size is not 0, and small.
        let chunk = unsafe { realloc(self.0.as_ptr().cast(), old, new.size()) };
        let chunk = Chunk(NonNull::new(chunk)?.cast());
        chunk.set_size(size);
        chunk.set_room(size);
        Some(chunk)
    }

    /// Gives the memory back; it is not live any more.
    pub(crate) fn release(self) {
        let layout = Chunk::layout(self.room()).expect("it was allocated so");
        // SAFETY: it is live, and was allocated so.
        unsafe {
            (*self.0.as_ptr()).magic = 0;
            dealloc(self.0.as_ptr().cast(), layout);
        }
    }

    pub(crate) fn is_reference(self) -> bool {
        self.name() == OF_REFERENCES
    }

    pub(crate) fn mark_as_reference(self) {
        self.set_name(OF_REFERENCES);
    }

    /// What is shown as its name. It lives until the name is changed.
    pub(crate) fn shown<'a>(self) -> &'a CStr {
        if self.is_reference() {
            c".reference"
        } else if self.name().is_null() {
            c"UNNAMED"
        } else {
            // SAFETY: names have a NUL.
            unsafe { CStr::from_ptr(self.name()) }
        }
    }
}
