//! Strings: copied, formatted, and those that grow.
//!
//! May use: error, name, raw, context, object, array, node.

mod tstring;

mod make;
mod tstring_traits;

pub use self::tstring::TString;
