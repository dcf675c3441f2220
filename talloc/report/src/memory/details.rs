//! [`Details`]: what only memory tells of an object.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Serialize, Serializer};
use talloc::Snapshot;
use talloc::snapshot::{Bytes, Entry};

use super::chunks::limits::Limit;
use super::chunks::pools::Pool;
use crate::names::rename;

/// How many characters of a name the tree shows.
const LINE: usize = 100;

/// Of objects, by their addresses.
#[derive(Debug, Default)]
pub(crate) struct Details(HashMap<u64, Detail>);

/// What is known of one object.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) destructor: Option<Destructor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pool: Option<Pool>,
    /// Whether it is a member of a pool.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) in_pool: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<Limit>,
}

#[derive(Debug)]
pub(crate) enum Destructor {
    /// Its name, or where it is.
    Function(String),
    /// Nobody knows which: the object is being freed.
    Runs,
}

impl Serialize for Destructor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Destructor::Function(name) => name,
            Destructor::Runs => "(runs)",
        })
    }
}

impl Details {
    /// Nothing is kept of an object without any.
    pub(super) fn add(&mut self, address: u64, detail: Detail) {
        let Detail { destructor, pool, in_pool, limit } = &detail;
        if destructor.is_some() || pool.is_some() || *in_pool || limit.is_some() {
            self.0.insert(address, detail);
        }
    }

    /// Of an object that has some.
    pub(crate) fn get(&self, address: u64) -> Option<&Detail> {
        self.0.get(&address)
    }

    /// The same tree, with the details behind the names: `conn  [destructor conn_close]`.
    pub(crate) fn name(&self, snapshot: &Snapshot) -> Result<Snapshot, talloc::Error> {
        rename(snapshot, |entry| self.named(entry))
    }

    fn named<'s>(&self, entry: Entry<'s>) -> Cow<'s, [u8]> {
        let mut parts = Vec::new();
        if entry.is_reference() {
            let above = entry.target().and_then(|target| target.parent());
            parts.extend(above.map(|parent| format!("below {}", place(parent))));
        } else if let Some(detail) = entry.address().and_then(|at| self.get(at)) {
            parts.extend(detail.destructor.as_ref().map(|destructor| match destructor {
                Destructor::Function(name) => format!("destructor {name}"),
                Destructor::Runs => "destructor that runs".to_owned(),
            }));
            parts.extend(detail.pool.map(|pool| describe(&pool)));
            parts.extend(detail.in_pool.then(|| "in a pool".to_owned()));
            parts.extend(detail.limit.map(|Limit { size, used }| {
                format!("limit of {}: {} used", Bytes(size), Bytes(used))
            }));
        }
        match parts.is_empty() {
            true => entry.name().into(),
            false => {
                let details = format!("  [{}]", parts.join("; "));
                let name = start_of(entry, LINE.saturating_sub(details.chars().count()));
                [&name, details.as_bytes()].concat().into()
            }
        }
    }
}

/// The name, or what fits of a longer one: at least some of it.
fn start_of(entry: Entry<'_>, chars: usize) -> Cow<'_, [u8]> {
    if entry.escaped_name().to_string().chars().count() <= chars {
        return entry.name().into();
    }
    let name = String::from_utf8_lossy(entry.name());
    let start = name.chars().take(chars.saturating_sub(1).max(10)).chain(['…']);
    start.collect::<String>().into_bytes().into()
}

/// The path, without what is in the middle of a long one.
fn place(entry: Entry<'_>) -> String {
    let mut above = std::iter::successors(Some(entry), |entry| entry.parent());
    match above.nth(3).and_then(|_| above.last()) {
        Some(root) => format!("{}/…/{}", root.escaped_name(), entry.escaped_name()),
        None => entry.path().to_string(),
    }
}

fn describe(pool: &Pool) -> String {
    let (size, free, members) = (Bytes(pool.size), Bytes(pool.free), Bytes(pool.members));
    // The exact form of bytes is a number with commas.
    let plural = if pool.members == 1 { "" } else { "s" };
    format!("pool of {size}: {members:#} member{plural}, {free} free")
}
