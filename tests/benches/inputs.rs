//! What the operations work on: the same as in `c/inputs.c`.

use core::ffi::CStr;

/// A text and a NUL where the C library's functions, which look at the address, take the same
/// steps in each program.
#[repr(align(64))]
struct Aligned<const SIZE: usize>([u8; SIZE]);

static BYTES_8: Aligned<9> = Aligned(*b"8 bytes.\0");
static BYTES_200: Aligned<201> = Aligned(
    *b"01234567890123456789012345678901234567890123456789\
01234567890123456789012345678901234567890123456789\
01234567890123456789012345678901234567890123456789\
01234567890123456789012345678901234567890123456789\0",
);

const fn c_text<const SIZE: usize>(text: &'static Aligned<SIZE>) -> &'static CStr {
    match CStr::from_bytes_with_nul(&text.0) {
        Ok(text) => text,
        Err(_) => panic!("a NUL at the end"),
    }
}

const fn text<const SIZE: usize>(text: &'static Aligned<SIZE>) -> &'static str {
    match c_text(text).to_str() {
        Ok(text) => text,
        Err(_) => panic!("UTF-8"),
    }
}

pub(crate) static TEXT_8: &str = text(&BYTES_8);
pub(crate) static TEXT_200: &str = text(&BYTES_200);
pub(crate) static C_TEXT_8: &CStr = c_text(&BYTES_8);
pub(crate) static C_TEXT_200: &CStr = c_text(&BYTES_200);
pub(crate) static NUMBER: i32 = 8080;
pub(crate) static CONFIG: &str = "\
# the server
address = 192.0.2.17
port = 8443
timeout = 30
user = daemon

# the files
root = /srv/www/example.org
log = /var/log/example.org/access.log
level = 3
";

/// A request of HTTP.
pub(crate) static HTTP: &str = "GET /search?q=talloc HTTP/1.1\r\nHost: example.org\r\n\
User-Agent: test/1.0\r\nAccept: */*\r\n\r\n";
