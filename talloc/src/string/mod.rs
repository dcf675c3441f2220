//! Strings: copied, formatted, and those that grow.
//!
//! May use: error, name, raw, context, object, array, node.

mod make;
mod tstring;
mod tstring_traits;

pub use self::tstring::TString;
