//! [`build`]: the snapshot of what was found.

use talloc::snapshot::Builder;
use talloc::{Error, Snapshot};

use super::chunks::alone::Alone;
use super::chunks::layout::{HEADER, Header, RUNS};
use super::chunks::limits::Limits;
use super::chunks::links::{Links, find};
use super::chunks::pools::{PoolReader, Pools};
use super::chunks::references::References;
use super::chunks::scan::{Scan, Stopped};
use super::details::{Destructor, Detail, Details};
use super::findings::Findings;
use super::names::Names;
use super::symbols::Symbols;
use super::target::Target;

/// The snapshot, what else is known of its objects, and what is not in it.
pub(super) struct Built {
    pub(super) snapshot: Snapshot,
    pub(super) details: Details,
    pub(super) findings: Findings,
}

/// Makes the tree of headers that agree with each other. Details take time, and can be left out.
pub(super) fn build(
    target: &dyn Target,
    scan: &Scan,
    wants_details: bool,
) -> Result<Built, Stopped> {
    let out_of_memory = |_| Stopped::OutOfMemory;
    let headers = &scan.headers[..];
    let mut links = Links::new(headers).map_err(|_| Stopped::OutOfMemory)?;
    let references = References(&scan.handles);
    let mut alone = Alone::new(target, headers, references);
    let mut maker = Maker {
        headers,
        references,
        names: Names::new(target),
        builder: Snapshot::builder(),
        name: Vec::new(),
        lists: 0,
    };
    let mut reached = Vec::new();
    let mut pool_reader = PoolReader::new(target);
    let is_root =
        |links: &Links<'_>, at: usize| links.is_confirmed(at) || alone.is_object(links, at);
    links
        .walk(is_root, |at, depth| {
            reached.try_reserve(1).map_err(|_| Error::OutOfMemory { size: size_of::<u32>() })?;
            reached.push(at as u32);
            maker.add(&headers[at], depth)
        })
        .map_err(out_of_memory)?;
    let tree = || reached.iter().map(|at| &headers[*at as usize]);

    let mut pools = Pools::default();
    tree().for_each(|header| pools.add(header));
    let (mut details, mut wrong_pools) = (Details::default(), 0);
    let (mut symbols, mut limits) = (Symbols::new(target), Limits::new(target));
    let mut is_missing = 0;
    for header in tree() {
        let mut detail = Detail { in_pool: header.pool().is_some(), ..Detail::default() };
        if header.is_pool() {
            detail.pool = pool_reader.read(header, &pools);
            wrong_pools += u64::from(detail.pool.is_none());
        }
        if header.is_reference() {
            let handle = maker.references.get(header.object());
            is_missing += u64::from(!handle.is_some_and(|handle| links.has(handle.target)));
        } else if wants_details {
            detail.destructor = match header.destructor {
                0 => None,
                RUNS => Some(Destructor::Runs),
                address => Some(Destructor::Function(symbols.function(address))),
            };
            detail.limit = limits.of(header);
            details.add(header.object(), detail);
        }
    }
    let findings = Findings {
        chunks: reached.len() as u64,
        freed: scan.freed,
        misplaced: scan.misplaced,
        unread: scan.unread,
        alone: alone.unconfirmed,
        broken: links.broken(),
        lost: links.lost(),
        references: maker.lists + is_missing,
        pools: wrong_pools,
        unknown_names: maker.names.unknown,
        cut_names: maker.names.cut,
        ..Findings::default()
    };
    let snapshot = maker.builder.try_finish().map_err(out_of_memory)?;
    Ok(Built { snapshot, details, findings })
}

/// Adds chunks one by one.
struct Maker<'s> {
    headers: &'s [Header],
    references: References<'s>,
    names: Names<'s>,
    builder: Builder,
    /// The one that is being read.
    name: Vec<u8>,
    /// Lists of references that do not end as they should.
    lists: u64,
}

impl Maker<'_> {
    fn add(&mut self, header: &Header, depth: usize) -> Result<(), Error> {
        if header.is_reference() {
            let target = self.references.get(header.object()).map(|handle| handle.target);
            let target = target.unwrap_or_default();
            match find(self.headers, target.wrapping_sub(HEADER)) {
                Some(at) => self.names.read(self.headers[at].name, &mut self.name),
                None => self.name = b"(not found)".to_vec(),
            }
            self.builder.try_push_reference(depth, &self.name)?.try_address(target)?;
            return Ok(());
        }
        self.names.read(header.name, &mut self.name);
        let held = self.references.on(header.object(), header.references);
        self.lists += u64::from(!held.is_whole);
        let pushed = self.builder.try_push(depth, &self.name, header.size())?;
        pushed.references(held.count).try_address(header.object())?;
        Ok(())
    }
}
