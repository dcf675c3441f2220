// A family is named by a type that borrows nothing, so that what its struct borrows is told by
// `Of` alone.
use std::cell::Cell;
use talloc::node::{Family, Member};

struct Cache<'t>(Cell<Option<&'t str>>);

impl Member for Cache<'_> {
    type Family = Self;
}

impl<'a> Family for Cache<'a> {
    type Of<'t> = Cache<'a>;
    fn shorten<'short, 'long: 'short>(cache: &'short Cache<'a>) -> &'short Cache<'a> {
        cache
    }
}

fn main() {}
