//! Fields that grow and shrink in place: arrays, lists of strings, blobs.

mod array_elements;
mod array_empty;
mod array_grows;
mod array_into_iter;
mod array_shrinks;
mod blob_buf;
mod children;
mod list_changes;
mod list_made;
mod memory;
mod names_in_content;
mod nodes_in_nodes;
mod panics;
mod read_by_c;
mod references;
mod traits;
