//! [`Magics`]: how headers of libtalloc are known from anything else.

use super::layout::{FLAGS, FREED};

/// How many random bytes the kernel gives a process.
pub(crate) const RANDOM: usize = 16;

/// Where in them the magic can be.
const PLACES: usize = RANDOM - 4;

/// The magic of headers of freed objects, in libtalloc 0.0.0. Each version adds itself to it.
const FREED_BASE: u32 = 0xe814_ec70;

/// The words that a header can start with.
///
/// libtalloc takes four of the random bytes, beginning with one of the first twelve, and clears
/// the bits that are flags. A freed object gets a magic that is no secret.
pub(crate) struct Magics {
    list: [u32; PLACES],
    /// One bit for each upper half of a word that has to be looked at.
    halves: Box<[u64; 1024]>,
}

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Live,
    Freed,
}

impl Magics {
    pub(crate) fn new(random: &[u8; RANDOM]) -> Self {
        let list = std::array::from_fn(|at| {
            let bytes = [random[at], random[at + 1], random[at + 2], random[at + 3]];
            u32::from_le_bytes(bytes) & !FLAGS
        });
        let mut halves = Box::new([0; 1024]);
        let freed = (0..u8::MAX).map(|minor| freed_magic(minor, 0));
        for word in list.into_iter().chain(freed) {
            let half = (word >> 16) as usize;
            halves[half / 64] |= 1 << (half % 64);
        }
        Magics { list, halves }
    }

    /// Whether a header may start with this word.
    pub(crate) fn kind(&self, word: u32) -> Option<Kind> {
        let half = (word >> 16) as usize;
        if self.halves[half / 64] & (1 << (half % 64)) == 0 {
            return None;
        }
        let (magic, is_freed) = (word & !FLAGS, word & FREED != 0);
        // It could be one, too, but then nothing would tell headers from empty memory.
        if magic == 0 {
            return None;
        }
        // A freed object never has it.
        if !is_freed && self.list.contains(&magic) {
            return Some(Kind::Live);
        }
        let [patch, minor] = [magic >> 8, magic >> 16].map(|part| part as u8);
        let [base_patch, base_minor] = [FREED_BASE >> 8, FREED_BASE >> 16].map(|part| part as u8);
        let (minor, patch) = (minor.wrapping_sub(base_minor), patch.wrapping_sub(base_patch));
        (is_freed && magic == freed_magic(minor, patch)).then_some(Kind::Freed)
    }
}

/// Of libtalloc 2.
fn freed_magic(minor: u8, patch: u8) -> u32 {
    let version = (2 << 24) + (u32::from(minor) << 16) + (u32::from(patch) << 8);
    FREED_BASE.wrapping_add(version) & !FLAGS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        let random: [u8; 16] = std::array::from_fn(|at| 0xa0 + at as u8);
        let magics = Magics::new(&random);
        for (word, kind) in [
            (0xa3a2_a1a0, Some(Kind::Live)),
            (0xa3a2_a1ae, Some(Kind::Live)),
            (0xa3a2_a1a1, None),
            (0xaead_acab & !FLAGS, Some(Kind::Live)),
            // libtalloc does not take the last four.
            (0xafae_adac & !FLAGS, None),
            // As libtalloc 2.4.0 and 2.1.16 have them.
            (0xea18_ec71, Some(Kind::Freed)),
            (0xea15_fc79, Some(Kind::Freed)),
            (0xea18_ec70, None),
            (0xea18_ec61, None),
            (0, None),
        ] {
            assert_eq!(magics.kind(word), kind, "{word:x}");
        }
    }
}
