//! Single objects: made, owned, kept by their parent, guarded, shared, released.
//!
//! May use: error, name, raw, process, context.

mod alloc;
mod checked;
mod claim;
mod forward;
mod keep;
mod on_free;
pub(crate) mod release;
mod shared;
mod tbox;
mod tbox_traits;
mod typed;
mod unsize;

mod guarded;

pub(crate) use self::checked::{Called, check_name, check_size, look, take};
pub(crate) use self::claim::Claim;
pub use self::guarded::{Guarded, Verdict};
pub(crate) use self::keep::Dropping;
pub use self::keep::Keepable;
pub(crate) use self::keep::sealed::Drops;
pub use self::on_free::OnFree;
pub use self::shared::Shared;
pub use self::tbox::TBox;
pub use self::typed::{CType, Typed};
pub use self::unsize::{Parent, split};
