//! [`Header`]: what libtalloc keeps before each object.
//!
//! It is the same from libtalloc 2.1.16 to 2.5.0, on all systems with addresses of 64 bits: the
//! flags, and behind them words.

use crate::memory::target::word;

/// The length of a header; the object is behind it.
pub(crate) const HEADER: u64 = 96;

/// Where headers can be.
pub(crate) const ALIGN: u64 = 16;

/// The length of what a reference consists of.
pub(crate) const HANDLE: u64 = 32;

/// The length of what is before the header of a pool.
pub(crate) const POOL: u64 = 32;

/// libtalloc allocates nothing larger.
const MAX_SIZE: u64 = 0x1000_0000;

/// The low bits of the first word; all above them are the magic.
pub(crate) const FLAGS: u32 = 0xf;
pub(crate) const FREED: u32 = 1;
const IS_POOL: u32 = 4;
const IN_POOL: u32 = 8;

/// The name that stands for a reference.
const REFERENCE: u64 = 1;

/// The destructor of an object whose destructor runs.
pub(crate) const RUNS: u64 = u64::MAX;

/// The bytes of all members of the header, without what fills it up.
const MEMBERS: usize = 88;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    /// Where it is.
    pub(crate) address: u64,
    pub(crate) next: u64,
    pub(crate) prev: u64,
    /// Only the first child has it.
    pub(crate) parent: u64,
    pub(crate) child: u64,
    /// The newest of the references that are held on the object.
    pub(crate) references: u64,
    pub(crate) destructor: u64,
    pub(crate) name: u64,
    /// Of a member: what is before the header of its pool.
    pool: u64,
    // Less than 256 MiB.
    size: u32,
    flags: u32,
}

impl Header {
    /// `None` if libtalloc cannot have made that.
    pub(crate) fn parse(address: u64, bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..MEMBERS)?;
        let word = |at| word(bytes, at);
        let size = word(64)?;
        let header = Header {
            address,
            next: word(8)?,
            prev: word(16)?,
            parent: word(24)?,
            child: word(32)?,
            references: word(40)?,
            destructor: word(48)?,
            name: word(56)?,
            pool: word(80)?,
            size: u32::try_from(size).ok().filter(|_| size < MAX_SIZE)?,
            flags: word(0)? as u32,
        };
        header.is_possible().then_some(header)
    }

    fn is_possible(&self) -> bool {
        let links = [self.next, self.prev, self.parent, self.child, self.references];
        links.iter().all(|link| link % ALIGN == 0)
            && (self.prev == 0 || self.parent == 0)
            && (self.flags & IN_POOL == 0 || self.pool != 0)
            && (!self.is_reference() || u64::from(self.size) == HANDLE)
    }

    /// What C's pointers to the object are.
    pub(crate) fn object(&self) -> u64 {
        self.address.wrapping_add(HEADER)
    }

    pub(crate) fn size(&self) -> u64 {
        self.size.into()
    }

    /// What is behind the object.
    pub(crate) fn end(&self) -> u64 {
        self.object().saturating_add(self.size())
    }

    pub(crate) fn magic(&self) -> u32 {
        self.flags & !FLAGS
    }

    pub(crate) fn is_reference(&self) -> bool {
        self.name == REFERENCE
    }

    pub(crate) fn is_pool(&self) -> bool {
        self.flags & IS_POOL != 0
    }

    /// The header of the pool that it is in.
    pub(crate) fn pool(&self) -> Option<u64> {
        (self.flags & IN_POOL != 0).then(|| self.pool.wrapping_add(POOL))
    }

    /// Neither below nor above nor beside anything.
    pub(crate) fn is_alone(&self) -> bool {
        self.is_first_root() && self.next == 0 && self.child == 0
    }

    /// A root, and the first one if it is in a list.
    pub(crate) fn is_first_root(&self) -> bool {
        self.prev == 0 && self.parent == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: [u64; 11]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn members_at_their_places() {
        let words = [0x1234_5678, 16, 0, 48, 64, 80, 7, 8, 9, 10, 11];
        let header = Header::parse(0x1000, &bytes(words)).unwrap();
        assert_eq!((header.next, header.prev, header.parent, header.child), (16, 0, 48, 64));
        assert_eq!((header.references, header.destructor, header.name), (80, 7, 8));
        assert_eq!((header.size(), header.magic()), (9, 0x1234_5670));
        assert_eq!((header.pool(), header.object()), (Some(11 + 32), 0x1060));
    }

    #[test]
    fn what_libtalloc_does_not_make() {
        let good = [0x1234_5670, 0, 0, 0, 0, 0, 0, 8, 9, 0, 0];
        assert!(Header::parse(16, &bytes(good)).is_some());
        assert!(Header::parse(16, &bytes(good)[..87]).is_none());
        for (at, word) in [(1, 8), (8, MAX_SIZE), (8, u64::MAX), (0, 0x1234_5678), (7, 1)] {
            let mut words = good;
            words[at] = word;
            assert!(Header::parse(16, &bytes(words)).is_none(), "{at}");
        }
        let mut both = good;
        (both[2], both[3]) = (16, 32);
        assert!(Header::parse(16, &bytes(both)).is_none());
    }
}
