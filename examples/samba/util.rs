//! Bytes and lists of libsamba-util, on a context of the caller.

use std::ffi::{CStr, c_char};

use talloc::{Blob, CStrRef, CtxRef, Str, StrList, StrListRef, TBox};

use crate::error::Error;
use crate::sys;

/// What the chunks of blobs are called in reports.
const NAME: &CStr = c"DATA_BLOB: Rust";

/// A copy of bytes: C's `data_blob_talloc`.
pub(crate) fn blob<'c>(ctx: &'c CtxRef, bytes: &[u8]) -> Result<TBox<'c, [u8]>, Error> {
    let (ptr, length) = (bytes.as_ptr(), bytes.len());
    // SAFETY: 1. `ctx` is live, the bytes are `length` many, the name is a constant.
    let blob = unsafe { sys::data_blob_talloc_named(ctx, ptr, length, NAME.into()) };
    // Without memory, C returns an empty one.
    if blob.len() < length {
        return Err(talloc::Error::OutOfMemory { size: length }.into());
    }
    // SAFETY: 1. New bytes on `ctx`, or NULL.
    Ok(unsafe { ctx.adopt_blob(blob) }?)
}

/// The bytes in hexadecimal digits.
pub(crate) fn hex<'c>(ctx: &'c CtxRef, bytes: &[u8]) -> Result<TBox<'c, str>, Error> {
    let blob = Blob::from(bytes);
    // SAFETY: 1. `ctx` and the bytes are live; Samba only reads them.
    let text = unsafe { sys::data_blob_hex_string_lower(ctx, &blob) };
    // SAFETY: 1 to 6. A new string on `ctx`, or NULL.
    Ok(unsafe { ctx.adopt(text) }?)
}

/// The bytes that a text of hexadecimal digits stands for.
pub(crate) fn unhex<'c>(ctx: &'c CtxRef, text: &CStr) -> Result<TBox<'c, [u8]>, Error> {
    // Samba stops where the digits end, and says nothing; it would also read `0x`.
    let digits = text.to_bytes();
    if digits.len() % 2 != 0 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(Error::NotHex(text.to_string_lossy().into_owned()));
    }
    // SAFETY: 1. `ctx` and the text are live; Samba only reads it.
    let blob = unsafe { sys::strhex_to_data_blob(ctx, text.into()) };
    let length = digits.len() / 2;
    if blob.len() < length {
        return Err(talloc::Error::OutOfMemory { size: length }.into());
    }
    // SAFETY: 1. New bytes on `ctx`, in a chunk that is longer by one.
    Ok(unsafe { ctx.adopt_blob(blob) }?)
}

/// The words of a text, cut at the `separators`, or else at white space and `,`.
pub(crate) fn words<'c>(
    ctx: &'c CtxRef,
    text: &CStr,
    separators: Option<&CStr>,
) -> Result<StrList<'c>, Error> {
    let separators = separators.map(CStrRef::from);
    // SAFETY: 1. All are live; Samba copies.
    let list = unsafe { sys::str_list_make(ctx, text.into(), separators) };
    // SAFETY: 1 to 6. A new list on `ctx`, ended by NULL, whose strings are its children; or NULL.
    Ok(unsafe { ctx.adopt(list) }?)
}

/// The strings of a list, with `between` between each and the next.
pub(crate) fn join<'c>(
    ctx: &'c CtxRef,
    list: StrListRef<'_>,
    between: char,
) -> Result<Str<'c>, Error> {
    let separator = u8::try_from(between).ok().filter(|byte| matches!(byte, 1..=0x7f));
    let separator = separator.ok_or(Error::Separator(between))? as c_char;
    // SAFETY: 1. All are live; Samba only reads the list.
    let text = unsafe { sys::str_list_join(ctx, list, separator) };
    // SAFETY: 1 to 6. A new string on `ctx`, or NULL.
    Ok(unsafe { ctx.adopt(text) }?)
}
