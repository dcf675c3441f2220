//! F6: duties met to the letter. Each program here once met all duties of an `unsafe`
//! function and read what was gone, or what was never there; or shows how the duties are met.

mod destructors;
mod leaked;
mod names_and_types;
mod siblings;
