//! Between C and Rust: what C made, what C gets, its allocation callbacks, and panics.
//!
//! May use: error, name, raw, process, context, object, array, node.

mod adopt;
mod adopt_result;
mod adopt_slice;
pub mod c_alloc;
mod catch_panic;
mod get_type;
mod into_c;
mod renamed;

pub use self::adopt::Adopt;
pub use self::catch_panic::catch_panic;
pub use self::get_type::{get_node, get_type, get_type_mut};
pub use self::renamed::Renamed;
