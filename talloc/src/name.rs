//! Names of chunks: the Rust type's name as a C string.
//!
//! libtalloc stores the address of a name and never copies it, so a name has
//! to be static and NUL-terminated. [`core::any::type_name`] is neither
//! NUL-terminated nor available in constants; a table keyed by the address of
//! its text finds the C string in one load when the type was named before.

use core::any::type_name;
use core::ffi::{CStr, c_char};
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::sync::Mutex;

/// The name of a chunk.
///
/// # Invariants
///
/// The pointer is NUL-terminated and valid for the rest of the process.
#[derive(Clone, Copy)]
pub(crate) struct Name(*const c_char);

// SAFETY: the pointer is to immutable static text.
unsafe impl Send for Name {}
// SAFETY: as for Send.
unsafe impl Sync for Name {}

impl Name {
    /// Strings are arrays of C's `char`, as `talloc_array(ctx, char, n)`.
    pub(crate) const CHAR: Name = Name::new(c"char");

    pub(crate) const fn new(name: &'static CStr) -> Self {
        Name(name.as_ptr())
    }

    /// The name of a Rust type, as [`type_name`] writes it.
    #[inline]
    pub(crate) fn of<T: ?Sized>() -> Self {
        let text = type_name::<T>();
        let entry = TABLE[slot_of(text)].load(Ordering::Acquire);
        // SAFETY: entries are published with Release and never freed.
        match unsafe { entry.as_ref() } {
            Some(entry) if entry.is_for(text) => entry.name,
            _ => find_or_insert(text),
        }
    }

    #[inline]
    pub(crate) const fn as_ptr(self) -> *const c_char {
        self.0
    }

    /// The text, for error messages.
    pub(crate) fn to_text(self) -> String {
        // SAFETY: the invariant of `Name`.
        unsafe { CStr::from_ptr(self.0) }.to_string_lossy().into_owned()
    }
}

struct Entry {
    text: &'static str,
    name: Name,
}

impl Entry {
    /// Makes an entry for the rest of the process, unless memory is exhausted:
    /// then the allocation that wants the name is about to fail by itself.
    fn try_leak(text: &'static str) -> Option<&'static Self> {
        let c_name = CStr::from_bytes_with_nul(to_c_name(text)?.leak()).ok()?;
        let mut entry = Vec::new();
        entry.try_reserve_exact(1).ok()?;
        entry.push(Entry { text, name: Name::new(c_name) });
        entry.leak().first()
    }

    #[inline]
    fn is_for(&self, text: &'static str) -> bool {
        ptr::eq(self.text, text)
    }
}

/// A power of two well above the number of types one program allocates.
const SLOTS: usize = 1024;

static TABLE: [AtomicPtr<Entry>; SLOTS] = [const { AtomicPtr::new(ptr::null_mut()) }; SLOTS];

/// Serialises insertion, and holds the names for which the table has no room.
static OVERFLOW: Mutex<Vec<&'static Entry>> = Mutex::new(Vec::new());

#[inline]
fn slot_of(text: &'static str) -> usize {
    // Fibonacci hashing: the high bits of the product are well mixed.
    let mixed = (text.as_ptr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> (64 - SLOTS.trailing_zeros())) as usize
}

#[cold]
#[inline(never)]
fn find_or_insert(text: &'static str) -> Name {
    probe(text).unwrap_or_else(|_| insert(text))
}

/// Linear probing from the home slot: the name, or the first free slot.
fn probe(text: &'static str) -> Result<Name, Option<usize>> {
    for step in 0..SLOTS {
        let slot = (slot_of(text) + step) % SLOTS;
        // SAFETY: entries are published with Release and never freed.
        match unsafe { TABLE[slot].load(Ordering::Acquire).as_ref() } {
            Some(entry) if entry.is_for(text) => return Ok(entry.name),
            Some(_) => {}
            None => return Err(Some(slot)),
        }
    }
    Err(None)
}

fn insert(text: &'static str) -> Name {
    let mut overflow = OVERFLOW.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // Another thread may have been faster while this one waited for the lock.
    let free_slot = match probe(text) {
        Ok(name) => return name,
        Err(free_slot) => free_slot,
    };
    if let Some(entry) = overflow.iter().find(|entry| entry.is_for(text)) {
        return entry.name;
    }
    let Some(entry) = Entry::try_leak(text) else { return Name::new(c"out of memory") };
    match free_slot {
        Some(slot) => TABLE[slot].store(ptr::from_ref(entry).cast_mut(), Ordering::Release),
        None if overflow.try_reserve(1).is_ok() => overflow.push(entry),
        None => {}
    }
    entry.name
}

/// The name for C: without lifetimes, which some compilers write and others do not.
fn to_c_name(text: &str) -> Option<Vec<u8>> {
    // C's `char` means text with a NUL at the end.
    let mut rest = if text == "char" { "char32_t" } else { text };
    let mut name = Vec::new();
    name.try_reserve_exact(rest.len() + 1).ok()?;
    while let Some(first) = rest.chars().next() {
        let skipped = ["<'_>", "'_, ", "'_ ", "\0"].iter().find(|skip| rest.starts_with(**skip));
        let len = skipped.map_or(first.len_utf8(), |skip| skip.len());
        if skipped.is_none() {
            name.extend_from_slice(&rest.as_bytes()[..len]);
        }
        rest = &rest[len..];
    }
    name.push(0);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_type_gets_the_same_name_from_every_thread() {
        let here = Name::of::<Vec<u8>>();
        let there = std::thread::spawn(|| Name::of::<Vec<u8>>().as_ptr() as usize).join().unwrap();
        assert_eq!(here.as_ptr() as usize, there);
        assert_eq!(here.to_text(), "alloc::vec::Vec<u8>");
    }

    #[test]
    fn a_rust_char_is_no_c_char() {
        assert_eq!(Name::of::<char>().to_text(), "char32_t");
    }

    #[test]
    fn lifetimes_are_left_out() {
        let c_name = |text| String::from_utf8(to_c_name(text).unwrap()).unwrap();
        assert_eq!(c_name("app::Session<'_>"), "app::Session\0");
        assert_eq!(c_name("app::Map<'_, u8>"), "app::Map<u8>\0");
        assert_eq!(c_name("app::Map<&'_ str, Größe>"), "app::Map<&str, Größe>\0");
    }

    #[test]
    fn more_types_than_slots_are_still_named_correctly() {
        let texts: Vec<&'static str> =
            (0..SLOTS * 2).map(|i| &*Box::leak(format!("type{i}").into_boxed_str())).collect();
        for _ in 0..2 {
            for text in &texts {
                assert_eq!(find_or_insert(text).to_text(), *text);
            }
        }
    }
}
