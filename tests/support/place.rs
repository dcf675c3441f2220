//! Where objects lie.

use talloc::CtxRef;

/// Where an object lies.
pub fn address(object: &CtxRef) -> usize {
    object.as_ptr().addr()
}

/// Whether an object lies in the block of a pool: malloc never returns memory from
/// within a block that is in use, so libtalloc has cut it from the pool.
pub fn lies_in(object: usize, pool: usize, size: usize) -> bool {
    (pool..pool + size).contains(&object)
}
