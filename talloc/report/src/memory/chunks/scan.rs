//! [`scan`]: all that looks like a header, wherever it is.

use super::layout::{ALIGN, HANDLE, HEADER, Header};
use super::magics::{Kind, Magics};
use crate::memory::target::maps::Mapping;
use crate::memory::target::{Target, word};

/// How much is read at once.
const PIECE: u64 = 1 << 20;

/// A header, and the object of a reference, may be cut by the end of a piece.
const OVERLAP: u64 = HEADER + HANDLE;

/// Memory of no use is passed over in such steps.
const PAGE: u64 = 4096;

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// In the order of their addresses.
    pub(crate) headers: Vec<Header>,
    /// What references consist of, in the same order.
    pub(crate) handles: Vec<Handle>,
    /// Headers of objects that were freed.
    pub(crate) freed: u64,
    /// Those that no allocator can have put where they are.
    pub(crate) misplaced: u64,
    /// Bytes that could not be read.
    pub(crate) unread: u64,
}

/// A reference, as the object that it refers to lists it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handle {
    /// Where it is.
    pub(crate) address: u64,
    pub(crate) next: u64,
    pub(crate) prev: u64,
    /// The object.
    pub(crate) target: u64,
}

/// Why a scan has ended early.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    OutOfMemory,
    Interrupted,
}

/// Reads all memory that an allocator can have, by pieces.
pub(crate) fn scan(
    target: &dyn Target,
    magics: &Magics,
    is_interrupted: &dyn Fn() -> bool,
) -> Result<Scan, Stopped> {
    let mut scan = Scan::default();
    let mut buf = vec![0; (PIECE + OVERLAP) as usize];
    for mapping in target.mappings().iter().filter(|mapping| is_wanted(mapping, target)) {
        let mut at = target.written(mapping.start, mapping.end);
        while at < mapping.end {
            if is_interrupted() {
                return Err(Stopped::Interrupted);
            }
            let len = PIECE.min(mapping.end - at);
            let wanted = (PIECE + OVERLAP).min(mapping.end - at);
            let buf = &mut buf[..wanted as usize];
            let read = target.read(at, buf);
            scan.unread += len.saturating_sub(read as u64);
            scan.piece(mapping, at, len as usize, &buf[..read], magics)?;
            at = target.written(at + len, mapping.end);
        }
    }
    Ok(scan)
}

/// What `malloc` gives is writable, the process's own, and not on the stack.
fn is_wanted(mapping: &Mapping, target: &dyn Target) -> bool {
    mapping.is_writable && !mapping.is_shared && !mapping.contains(target.random())
}

impl Scan {
    /// Looks at memory that was read, but only for headers that start in the first `len` bytes.
    fn piece(
        &mut self,
        mapping: &Mapping,
        start: u64,
        len: usize,
        bytes: &[u8],
        magics: &Magics,
    ) -> Result<(), Stopped> {
        const EMPTY: [u8; PAGE as usize] = [0; PAGE as usize];
        let last = len.min(bytes.len());
        for (page, at) in bytes[..last].chunks(PAGE as usize).zip((0..).step_by(PAGE as usize)) {
            if page == &EMPTY[..page.len()] {
                continue;
            }
            for (place, at) in page.chunks_exact(ALIGN as usize).zip((at..).step_by(ALIGN as usize))
            {
                let Some(first) = place.first_chunk() else { continue };
                match magics.kind(u32::from_le_bytes(*first)) {
                    None => {}
                    Some(Kind::Freed) => self.freed += 1,
                    Some(Kind::Live) => self.header(mapping, start, at, bytes)?,
                }
            }
        }
        Ok(())
    }

    /// Takes what is at `at` in the bytes that begin at `start`.
    fn header(
        &mut self,
        mapping: &Mapping,
        start: u64,
        at: usize,
        bytes: &[u8],
    ) -> Result<(), Stopped> {
        let address = start + at as u64;
        let header = Header::parse(address, &bytes[at..]);
        // Variables of a program or library are no memory of an allocator.
        let Some(header) = header.filter(|header| !(header.is_alone() && mapping.file.is_some()))
        else {
            self.misplaced += 1;
            return Ok(());
        };
        if header.is_reference() {
            let object = at + HEADER as usize;
            let words = [object, object + 8, object + 16].map(|at| word(bytes, at));
            let [Some(next), Some(prev), Some(target)] = words else {
                self.misplaced += 1;
                return Ok(());
            };
            self.handles.try_reserve(1).map_err(|_| Stopped::OutOfMemory)?;
            self.handles.push(Handle { address: header.object(), next, prev, target });
        }
        self.headers.try_reserve(1).map_err(|_| Stopped::OutOfMemory)?;
        self.headers.push(header);
        Ok(())
    }
}
