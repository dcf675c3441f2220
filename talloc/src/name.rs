//! Names of chunks: the Rust type's name, or the place in the program where a context was
//! made, as a C string.
//!
//! libtalloc stores the address of a name and never copies it, so a name has
//! to be static and NUL-terminated. [`core::any::type_name`] is neither
//! NUL-terminated nor available in constants, and a [`Location`] has no such text. A table finds
//! the C string by the address of the type's own instance of that function, or of the
//! location: two loads and a comparison, when it was named before.
//!
//! Functions and locations may be merged by the linker, but only those that are the same: so
//! one address stands for one text. The other way, one type may have several addresses, one in
//! each codegen unit and each crate that names it: its text is then kept several times. Nothing but
//! memory depends on that, since libtalloc compares names by their text.

use core::any::type_name;
use core::ffi::{CStr, c_char};
use core::panic::Location;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use std::io::{self, Write};
use std::sync::{Mutex, OnceLock};

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
    ///
    /// A static, so that all crates and codegen units mean one address by it: what has this name
    /// is known without its text.
    pub(crate) const CHAR: Name = {
        static TEXT: [u8; 5] = *b"char\0";
        match CStr::from_bytes_with_nul(&TEXT) {
            Ok(text) => Name::new(text),
            Err(_) => panic!("it is NUL-terminated"),
        }
    };

    pub(crate) const fn new(name: &'static CStr) -> Self {
        Name(name.as_ptr())
    }

    /// The name of a Rust type, as [`type_name`] writes it.
    #[inline]
    pub(crate) fn of<T: ?Sized>() -> Self {
        Name::by(Text::Type(type_name::<T>))
    }

    /// The name of a context that has none of its own, as C's `talloc_new` gives it:
    /// `talloc_new: src/main.rs:7`.
    #[inline]
    #[track_caller]
    pub(crate) fn of_caller() -> Self {
        Name::by(Text::Place(Location::caller()))
    }

    /// The same for a pool.
    #[inline]
    #[track_caller]
    pub(crate) fn of_pool_of_caller() -> Self {
        Name::by(Text::PoolPlace(Location::caller()))
    }

    #[inline]
    fn by(text: Text) -> Self {
        let [first, second] = &TABLE[bucket_of(text)].0;
        match first.get(text).or_else(|| second.get(text)) {
            Some(name) => name,
            None => find_or_insert(text),
        }
    }

    #[inline]
    pub(crate) const fn as_ptr(self) -> *const c_char {
        self.0
    }

    pub(crate) fn to_bytes(self) -> &'static [u8] {
        // SAFETY: the invariant of `Name`.
        unsafe { CStr::from_ptr(self.0) }.to_bytes()
    }

    /// The text, for error messages.
    pub(crate) fn to_text(self) -> String {
        String::from_utf8_lossy(self.to_bytes()).into_owned()
    }
}

/// The text of a name.
#[derive(Clone, Copy)]
enum Text {
    /// An instance of [`type_name`].
    Type(fn() -> &'static str),
    Place(&'static Location<'static>),
    PoolPlace(&'static Location<'static>),
}

impl Text {
    /// What stands for it in the table.
    #[inline]
    fn address(self) -> *const () {
        match self {
            Text::Type(text) => text as *const (),
            Text::Place(place) => ptr::from_ref(place).cast(),
            // Within the location, and so nothing else's.
            Text::PoolPlace(place) => ptr::from_ref(place).cast::<u8>().wrapping_add(1).cast(),
        }
    }

    /// Writes the name for C, and a NUL.
    fn write_c(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Text::Type(text) => write_type(text(), out),
            Text::Place(place) => write_place("talloc_new: ", place, out),
            Text::PoolPlace(place) => write_place("talloc_pool: ", place, out),
        }
    }
}

/// A place of the table, written once.
struct Slot {
    /// The [address](Text::address) of the text; null as long as the slot is free.
    /// Written last, with Release.
    text: AtomicPtr<()>,
    /// # Invariants
    ///
    /// As that of [`Name`], once `text` is not null.
    name: AtomicPtr<c_char>,
}

impl Slot {
    const fn free() -> Self {
        Slot { text: AtomicPtr::new(ptr::null_mut()), name: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The name, if the slot is that of this very text.
    #[inline]
    fn get(&self, text: Text) -> Option<Name> {
        // Acquire: the name was written before.
        let found = self.text.load(Ordering::Acquire);
        let name = self.name.load(Ordering::Relaxed);
        if ptr::eq(found, text.address()) { Some(Name(name)) } else { None }
    }

    fn is_free(&self) -> bool {
        self.text.load(Ordering::Acquire).is_null()
    }

    /// Fills a free slot; the caller holds the lock.
    fn set(&self, text: Text, name: Name) {
        self.name.store(name.0.cast_mut(), Ordering::Relaxed);
        self.text.store(text.address().cast_mut(), Ordering::Release);
    }
}

/// Two slots, so that two names in the same place do not slow each other down; in
/// one cache line.
#[repr(align(32))]
struct Bucket([Slot; 2]);

/// A power of two well above the number of types and places of one program.
const BUCKETS: usize = 1024;

static TABLE: [Bucket; BUCKETS] = [const { Bucket([const { Slot::free() }; 2]) }; BUCKETS];

/// How many buckets are looked at for a name: with more, a full table would be slower than a
/// search in [`OVERFLOW`].
const PROBED: usize = 16;

/// Serialises insertion, and holds the names for which the table has no room near their place, in
/// the order of their addresses.
static OVERFLOW: Mutex<Vec<(Text, Name)>> = Mutex::new(Vec::new());

#[inline]
fn bucket_of(text: Text) -> usize {
    // Functions begin at multiples of 16, as a rule.
    text.address().addr() / 16 % BUCKETS
}

#[cold]
#[inline(never)]
fn find_or_insert(text: Text) -> Name {
    probe(text).unwrap_or_else(|_| insert(text))
}

/// Linear probing from the bucket of the text: the name, or the first free slot.
fn probe(text: Text) -> Result<Name, Option<&'static Slot>> {
    let (before, from) = TABLE.split_at(bucket_of(text));
    for slot in from.iter().chain(before).take(PROBED).flat_map(|bucket| &bucket.0) {
        if let Some(name) = slot.get(text) {
            return Ok(name);
        }
        if slot.is_free() {
            return Err(Some(slot));
        }
    }
    Err(None)
}

fn insert(text: Text) -> Name {
    let mut overflow = OVERFLOW.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // Another thread may have been faster while this one waited for the lock.
    let free_slot = match probe(text) {
        Ok(name) => return name,
        Err(free_slot) => free_slot,
    };
    let address = |text: &(Text, Name)| text.0.address().addr();
    let place = match overflow.binary_search_by_key(&text.address().addr(), address) {
        Ok(found) => return overflow[found].1,
        Err(place) => place,
    };
    let Some(name) = leak(text).or_else(|| reserve(text)) else {
        return Name::new(c"out of memory");
    };
    match free_slot {
        Some(slot) => slot.set(text, name),
        None if overflow.try_reserve(1).is_ok() => overflow.insert(place, (text, name)),
        None => {}
    }
    name
}

/// Makes a name for the rest of the process.
fn leak(text: Text) -> Option<Name> {
    let mut size = Count(0);
    text.write_c(&mut size).ok()?;
    let mut name = Vec::new();
    name.try_reserve_exact(size.0).ok()?;
    text.write_c(&mut name).ok()?;
    Some(Name::new(CStr::from_bytes_with_nul(name.leak()).ok()?))
}

/// The same where there is no memory: what is to be named may be in a pool that has some, and a
/// name that is wrong would be so for as long as that lives.
fn reserve(text: Text) -> Option<Name> {
    const SIZE: usize = 256;
    static PLACES: [OnceLock<[u8; SIZE]>; 64] = [const { OnceLock::new() }; 64];

    let mut name = [0; SIZE];
    text.write_c(&mut &mut name[..]).ok()?;
    // The caller holds the lock.
    let place = PLACES.iter().find(|place| place.get().is_none())?;
    Some(Name::new(CStr::from_bytes_until_nul(place.get_or_init(|| name)).ok()?))
}

/// How many bytes were written.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The file and the line, as C's `__location__`.
fn write_place(what: &str, place: &Location<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{what}{}:{}\0", place.file(), place.line())
}

/// The name of a type: without lifetimes, which some compilers write and others do not.
fn write_type(text: &str, out: &mut dyn Write) -> io::Result<()> {
    // C's `char` means text with a NUL at the end.
    let mut rest = if text == "char" { "char32_t" } else { text };
    while let Some(first) = rest.chars().next() {
        let skipped = ["<'_>", "'_, ", "'_ ", "\0"].iter().find(|skip| rest.starts_with(**skip));
        let len = skipped.map_or(first.len_utf8(), |skip| skip.len());
        if skipped.is_none() {
            out.write_all(&rest.as_bytes()[..len])?;
        }
        rest = &rest[len..];
    }
    out.write_all(b"\0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_gets_the_same_name_from_every_thread() {
        let text = type_name::<Vec<u8>> as fn() -> &'static str;
        let here = Name::by(Text::Type(text));
        let there = std::thread::spawn(move || Name::by(Text::Type(text)).as_ptr().addr());
        assert_eq!(here.as_ptr().addr(), there.join().unwrap());
        assert_eq!(here.to_text(), "alloc::vec::Vec<u8>");
    }

    #[test]
    fn one_type_at_two_addresses_is_still_one_type() {
        // As another codegen unit has it.
        let twin: fn() -> &'static str = || type_name::<Vec<u8>>();
        let (here, there) =
            (Name::by(Text::Type(type_name::<Vec<u8>>)), Name::by(Text::Type(twin)));
        assert_eq!(here.to_bytes(), there.to_bytes());
    }

    #[test]
    fn a_rust_char_is_no_c_char() {
        assert_eq!(Name::of::<char>().to_text(), "char32_t");
    }

    #[test]
    fn a_place_is_named_once_for_contexts_and_once_for_pools() {
        #[track_caller]
        fn both() -> [Name; 2] {
            [Name::of_caller(), Name::of_pool_of_caller()]
        }
        let names = [(); 2].map(|()| both());
        let line = line!() - 1;
        for name in names {
            let [context, pool] = name.map(Name::to_text);
            assert_eq!(context, format!("talloc_new: {}:{line}", file!()));
            assert_eq!(pool, format!("talloc_pool: {}:{line}", file!()));
        }
        assert!(ptr::eq(names[0][0].as_ptr(), names[1][0].as_ptr()));
    }

    #[test]
    fn lifetimes_are_left_out() {
        let c_name = |text| {
            let mut name = Vec::new();
            write_type(text, &mut name).unwrap();
            String::from_utf8(name).unwrap()
        };
        assert_eq!(c_name("app::Session<'_>"), "app::Session\0");
        assert_eq!(c_name("app::Map<'_, u8>"), "app::Map<u8>\0");
        assert_eq!(c_name("app::Map<&'_ str, Größe>"), "app::Map<&str, Größe>\0");
    }

    /// A type of its own for each pair of numbers.
    struct Numbered<const HIGH: u8, const LOW: u8>;

    /// The texts of 256 such types.
    fn texts<const HIGH: u8>() -> Vec<Text> {
        macro_rules! texts {
            ($($low:literal)*) => { [$(
                type_name::<Numbered<HIGH, { $low * 8 }>> as fn() -> &'static str,
                type_name::<Numbered<HIGH, { $low * 8 + 1 }>>,
                type_name::<Numbered<HIGH, { $low * 8 + 2 }>>,
                type_name::<Numbered<HIGH, { $low * 8 + 3 }>>,
                type_name::<Numbered<HIGH, { $low * 8 + 4 }>>,
                type_name::<Numbered<HIGH, { $low * 8 + 5 }>>,
                type_name::<Numbered<HIGH, { $low * 8 + 6 }>>,
                type_name::<Numbered<HIGH, { $low * 8 + 7 }>>,
            )*] };
        }
        texts!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
            .map(Text::Type)
            .to_vec()
    }

    #[test]
    fn more_types_than_slots_are_still_named_correctly() {
        let texts = [
            texts::<0>(),
            texts::<1>(),
            texts::<2>(),
            texts::<3>(),
            texts::<4>(),
            texts::<5>(),
            texts::<6>(),
            texts::<7>(),
            texts::<8>(),
        ]
        .concat();
        assert!(texts.len() > 2 * BUCKETS);
        for _ in 0..2 {
            for text in &texts {
                let Text::Type(name) = *text else { unreachable!("types only") };
                assert_eq!(find_or_insert(*text).to_text(), name());
            }
        }
    }
}
