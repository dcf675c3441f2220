//! [`Target`]: what is read, a process or a core file.

mod auxv;
pub(crate) mod core;
pub(crate) mod elf;
pub(crate) mod maps;
pub(crate) mod pages;
pub(crate) mod process;

use std::fs::File;

use self::maps::Mapping;

/// Memory at the addresses that it has, or had, in its process.
pub(crate) trait Target {
    /// How messages call it.
    fn name(&self) -> &str;

    /// What is mapped, in the order of addresses, and without overlaps.
    fn mappings(&self) -> &[Mapping];

    /// Where the 16 random bytes are that the kernel gave the process.
    fn random(&self) -> u64;

    /// Fills as much of `buf` as can be had from this address on.
    fn read(&self, address: u64, buf: &mut [u8]) -> usize;

    /// Where memory begins, from here on, that was ever written; `end` if there is none before.
    fn written(&self, address: u64, end: u64) -> u64;

    /// The file that is mapped there, if it is the one that was mapped.
    fn file(&self, mapping: &Mapping) -> Option<File>;

    /// Why a name cannot be read, if that is no matter of the name.
    fn lacks_names(&self) -> &'static str;
}

/// The mapping with this address.
pub(crate) fn mapping_of(mappings: &[Mapping], address: u64) -> Option<&Mapping> {
    let at = mappings.partition_point(|mapping| mapping.end <= address);
    mappings.get(at).filter(|mapping| mapping.start <= address)
}

/// Eight bytes as a number.
pub(crate) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}
