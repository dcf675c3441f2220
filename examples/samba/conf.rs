//! [`Conf`]: a loaded `smb.conf`.
//!
//! ```text
//!   Conf ............ struct loadparm_context
//!                       |
//!   CStrRef<'_> ....... +-- its strings and lists, which are only lent
//!                       |
//!   Share<'_> ......... +-- struct loadparm_service
//!
//!   ctx                         any context of the caller
//!    |
//!    +-- char * ............... Str<'c>
//!    |
//!    +-- const char ** ........ StrList<'c>
//! ```
//!
//! A function of C that takes a context makes something new there: it belongs to that context, is
//! adopted, and gone when its handle is dropped. The others lend what the configuration has; that
//! borrows from the `Conf`, which nothing changes after it has been loaded.
//!
//! Samba keeps tables of characters and its log for the whole process, without locks: see [`OneThread`].

// The paths are for the tests, which have this module elsewhere.
#[path = "options.rs"]
mod options;
#[path = "share.rs"]
mod share;

use std::ffi::{CStr, CString};
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use talloc::{CStrRef, CtxRef, Node, Str, StrListRef};
use talloc_examples::OneThread;

pub(crate) use self::options::Options;
pub(crate) use self::share::Share;
use crate::error::Error;
use crate::sys;

/// A configuration: C's `struct loadparm_context`. Dropping it frees it, with all that it lends.
#[derive(Debug)]
pub(crate) struct Conf<'p> {
    lp: Node<'p, sys::Loadparm>,
    // Dropped last.
    _leave: OneThread,
}

impl<'p> Conf<'p> {
    /// Loads a file. The configuration belongs to `ctx`. After an error nothing of it is left.
    pub(crate) fn load(ctx: &'p CtxRef, file: &Path) -> Result<Self, Error> {
        let leave = OneThread::enter().ok_or(Error::OtherThread)?;
        let path = readable(file)?;
        // SAFETY: 1. `ctx` is live. 2. No other thread uses what Samba has for the process.
        let lp = unsafe { sys::loadparm_init(ctx) };
        // SAFETY: 1 to 6. A new `struct loadparm_context` on `ctx`, or NULL.
        let conf = Conf { lp: unsafe { ctx.adopt(lp) }?, _leave: leave };
        // SAFETY: 1. Both are live; Samba copies the path. 2. As above.
        let loaded = unsafe { sys::lpcfg_load_no_global(conf.lp.as_ptr(), (&*path).into()) };
        if loaded { Ok(conf) } else { Err(Error::Refused(file.to_owned())) }
    }

    /// `netbios name`.
    pub(crate) fn netbios_name(&self) -> CStrRef<'_> {
        // SAFETY: 1. The configuration is live and does not change; so is its string.
        unsafe { sys::lpcfg_netbios_name(self.lp.as_ptr()) }.unwrap_or_default()
    }

    /// `workgroup`.
    pub(crate) fn workgroup(&self) -> CStrRef<'_> {
        // SAFETY: 1. As for the name.
        unsafe { sys::lpcfg_workgroup(self.lp.as_ptr()) }.unwrap_or_default()
    }

    /// `interfaces`, if the file has them.
    pub(crate) fn interfaces(&self) -> Option<StrListRef<'_>> {
        // SAFETY: 1. As for the name; it ends with NULL.
        unsafe { sys::lpcfg_interfaces(self.lp.as_ptr()) }
    }

    /// The path of a file in `private dir`, on `ctx`.
    pub(crate) fn private_path<'c>(&self, ctx: &'c CtxRef, name: &CStr) -> Result<Str<'c>, Error> {
        // SAFETY: 1. All are live; Samba keeps neither.
        let path = unsafe { sys::lpcfg_private_path(ctx, self.lp.as_ptr(), name.into()) };
        // SAFETY: 1 to 6. A new string on `ctx`, or NULL.
        Ok(unsafe { ctx.adopt(path) }?)
    }

    /// The options `group:…` of the section `[global]`.
    pub(crate) fn options<'c>(&'c self, group: &'c CStr) -> Options<'c> {
        Options::new(self, ptr::null_mut(), group)
    }

    /// The section of this name, whose case does not matter.
    pub(crate) fn share(&self, name: &CStr) -> Option<Share<'_>> {
        // SAFETY: 1. Both are live. The section belongs to the configuration.
        let service = unsafe { sys::lpcfg_service(self.lp.as_ptr(), name.into()) };
        Share::new(self, service)
    }

    /// All sections but `[global]`, in the order of the file.
    pub(crate) fn shares(&self) -> impl Iterator<Item = Share<'_>> {
        // SAFETY: 1. The configuration is live.
        let count = unsafe { sys::lpcfg_numservices(self.lp.as_ptr()) };
        (0..count).filter_map(|number| {
            // SAFETY: 1. As above. 2. The number is that of a section, or of one that is no more.
            Share::new(self, unsafe { sys::lpcfg_servicebynum(self.lp.as_ptr(), number) })
        })
    }
}

/// The path for C, if the file can be read.
///
/// Samba says only that it could not load something, and reads a folder as an empty file.
fn readable(file: &Path) -> Result<CString, Error> {
    let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
    let path = CString::new(file.as_os_str().as_bytes()).map_err(|nul| unreadable(nul.into()))?;
    // Before it is opened, which waits where there is a pipe.
    if !fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(Error::NotAFile(file.to_owned()));
    }
    File::open(file).map_err(unreadable)?;
    Ok(path)
}
