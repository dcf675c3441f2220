// Only `node!` proves that a struct is what an owner node needs.
use std::cell::Cell;
use std::ffi::CStr;
use talloc::Family;

struct Cache<'t>(Cell<Option<&'t str>>);

impl Family for Cache<'_> {
    type Of<'t> = Cache<'t>;
    const C_NAME: Option<&'static CStr> = None;
    fn shorten<'short, 'long: 'short>(_: &'short Cache<'long>) -> &'short Cache<'short> {
        unimplemented!()
    }
}

fn main() {}
