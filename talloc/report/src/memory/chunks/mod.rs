//! What libtalloc keeps of its chunks, and which of it is true: headers are found ([`magics`],
//! [`layout`], [`scan`](mod@scan)), and are taken for those of objects where others agree with them
//! ([`links`], [`alone`], [`references`], [`pools`]).

pub(crate) mod alone;
pub(crate) mod layout;
pub(crate) mod limits;
pub(crate) mod links;
pub(crate) mod magics;
pub(crate) mod pools;
pub(crate) mod references;
pub(crate) mod scan;
