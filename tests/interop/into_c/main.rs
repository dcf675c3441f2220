//! Values with drop glue that Rust has given away for good. Whatever C does with the object, the
//! value is dropped once, when the object goes.

mod destructors;
mod drops;
mod frees;
mod memory;
mod moves;
mod no_drop_glue;
mod references;
mod shared;
mod siblings;
mod zero_sized;
