//! Strings: copied, formatted, and those that grow.
//!
//! May use: error, name, raw, context, object, array.

mod str;
mod tstring;

mod buffer;
mod format;
mod make;
mod tstring_traits;

pub(crate) use self::buffer::Buffer;
#[cfg(feature = "zeroize")]
pub(crate) use self::buffer::Content;
#[cfg(feature = "arena")]
pub(crate) use self::format::try_format_with;
pub use self::str::Str;
pub(crate) use self::str::text_of;
pub use self::tstring::TString;
