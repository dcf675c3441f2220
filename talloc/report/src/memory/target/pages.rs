//! [`Pages`]: memory that is read more than once.

use super::Target;

const PAGE: u64 = 4096;

/// How many pages are kept: 8 MiB of them.
const KEPT: usize = 2048;

/// Reads small parts of memory by pages, and keeps some of these.
pub(crate) struct Pages<'t> {
    target: &'t dyn Target,
    kept: Vec<Option<Page>>,
}

struct Page {
    start: u64,
    /// Shorter if not all of it can be read.
    bytes: Vec<u8>,
}

impl<'t> Pages<'t> {
    pub(crate) fn new(target: &'t dyn Target) -> Self {
        Pages { target, kept: (0..KEPT).map(|_| None).collect() }
    }

    /// What there is from this address to the end of its page.
    pub(crate) fn rest_of_page(&mut self, address: u64) -> &[u8] {
        let start = address - address % PAGE;
        let place = &mut self.kept[(start / PAGE) as usize % KEPT];
        if place.as_ref().is_none_or(|page| page.start != start) {
            let mut bytes = vec![0; PAGE as usize];
            let read = self.target.read(start, &mut bytes);
            bytes.truncate(read);
            *place = Some(Page { start, bytes });
        }
        let bytes = place.as_ref().map(|page| page.bytes.as_slice()).unwrap_or_default();
        bytes.get((address - start) as usize..).unwrap_or_default()
    }

    /// So many bytes, if they can be read.
    pub(crate) fn bytes<const LEN: usize>(&mut self, mut address: u64) -> Option<[u8; LEN]> {
        let mut bytes = [0; LEN];
        let mut filled = 0;
        while filled < LEN {
            let part = self.rest_of_page(address);
            let len = part.len().min(LEN - filled);
            if len == 0 {
                return None;
            }
            bytes[filled..filled + len].copy_from_slice(&part[..len]);
            filled += len;
            address = address.checked_add(len as u64)?;
        }
        Some(bytes)
    }
}
