//! [`Names`]: the names that headers point to.

use super::target::pages::Pages;
use super::target::{Target, mapping_of};

/// The most that is read of a name, in bytes.
const MAX_NAME: usize = 64 << 10;

/// Reads names.
pub(super) struct Names<'t> {
    target: &'t dyn Target,
    pages: Pages<'t>,
    /// Of names that could not be read.
    pub(super) unknown: u64,
    /// Of names that are longer.
    pub(super) cut: u64,
}

impl<'t> Names<'t> {
    pub(super) fn new(target: &'t dyn Target) -> Self {
        Names { target, pages: Pages::new(target), unknown: 0, cut: 0 }
    }

    /// Puts the name at this address into `name`; where it cannot be read, what stands for it.
    pub(super) fn read(&mut self, address: u64, name: &mut Vec<u8>) {
        name.clear();
        if address == 0 {
            // As libtalloc has it.
            name.extend_from_slice(b"UNNAMED");
            return;
        }
        let mut at = address;
        loop {
            let part = self.pages.rest_of_page(at);
            let end = memchr::memchr(0, part);
            name.extend_from_slice(&part[..end.unwrap_or(part.len())]);
            if name.len() > MAX_NAME {
                name.truncate(MAX_NAME);
                name.extend_from_slice("…".as_bytes());
                self.cut += 1;
                return;
            }
            if end.is_some() {
                return;
            }
            match at.checked_add(part.len() as u64) {
                Some(next) if !part.is_empty() => at = next,
                _ => break,
            }
        }
        self.unknown += 1;
        name.clear();
        name.extend_from_slice(self.stand_in(address).as_bytes());
    }

    /// Different for each name.
    fn stand_in(&self, address: u64) -> String {
        let mapping = mapping_of(self.target.mappings(), address);
        let file = mapping.and_then(|mapping| Some((mapping, mapping.file.as_ref()?)));
        match file {
            Some((mapping, file)) => {
                let name = file.path.file_name().unwrap_or_default().to_string_lossy();
                let offset = file.offset.saturating_add(address - mapping.start);
                format!("(name unknown: {name}+{offset:#x})")
            }
            None => format!("(name unknown: {address:#x})"),
        }
    }
}
