// The object needs 64-byte alignment, and what C has made has 16.
use talloc::CType;

#[repr(align(64))]
struct CacheLine([u8; 64]);

impl CType for CacheLine {
    const NAME: &'static std::ffi::CStr = c"struct cache_line";
}

fn main() {
    // SAFETY: null is an error.
    let line = unsafe { talloc::get_type::<CacheLine>(std::ptr::null()) };
    println!("{}", line.is_ok_and(|line| line.0[0] == 0));
}
