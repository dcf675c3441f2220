//! Strings: copied, formatted, and those that grow.
//!
//! May use: error, name, raw, context, object, array, node.

mod tstring;

mod buffer;
mod make;
mod tstring_traits;

pub(crate) use self::buffer::Buffer;
#[cfg(feature = "zeroize")]
pub(crate) use self::buffer::Content;
pub use self::tstring::TString;
