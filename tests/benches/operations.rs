//! The operations, by theme.

mod arrays;
mod config;
mod contexts;
mod dropping;
mod nodes;
mod objects;
mod pools;
mod request;
mod scratch;
mod sending;
mod server;
mod sharing;
mod strings;
mod text;
mod trees;

use crate::row::{Row, Side};

/// All operations, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    [
        contexts::rows(),
        objects::rows(),
        dropping::rows(),
        strings::rows(),
        arrays::rows(),
        trees::rows(),
        nodes::rows(),
        pools::rows(),
        sharing::rows(),
        sending::rows(),
        scratch::rows(),
        config::rows(),
        request::rows(),
        server::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A side of the same kind that does nothing: what it takes to run it is no part of the work.
pub(crate) fn nothing(like: &Side) -> Side {
    match like {
        Side::C(_) => Side::C(contexts::speed_nothing),
        Side::Ours(_) => Side::Ours(|_| ()),
        Side::Other(_) => Side::Other(Box::new(|| ())),
    }
}
