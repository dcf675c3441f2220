//! [`random_address`]: the auxiliary vector.

use super::word;

/// The type of the entry that says where the random bytes are.
const AT_RANDOM: u64 = 25;

/// The type of the last entry.
const AT_NULL: u64 = 0;

/// Where the kernel has put 16 random bytes for the process.
pub(crate) fn random_address(auxv: &[u8]) -> Option<u64> {
    let pairs = auxv.chunks_exact(16).map(|pair| (word(pair, 0), word(pair, 8)));
    let mut known = pairs.take_while(|pair| pair.0 != Some(AT_NULL));
    known.find(|pair| pair.0 == Some(AT_RANDOM))?.1
}

#[cfg(test)]
mod tests {
    use super::random_address;

    #[test]
    fn entries() {
        let bytes = |words: &[u64]| words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let auxv: Vec<u8> = bytes(&[6, 4096, 25, 0x7ffc_1000, 0, 0, 25, 1]);
        assert_eq!(random_address(&auxv), Some(0x7ffc_1000));
        assert_eq!(random_address(&auxv[..31]), None, "cut");
        assert_eq!(random_address(&auxv[32..]), None, "behind the end");
    }
}
