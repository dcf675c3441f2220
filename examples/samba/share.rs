//! [`Share`]: a section of the file.

use std::ffi::CStr;
use std::ptr::NonNull;

use talloc::{CStrRef, CtxRef, Str, StrListRef};

use super::{Conf, Options};
use crate::error::Error;
use crate::sys;

/// A section: C's `struct loadparm_service`. It belongs to its configuration.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share<'c> {
    conf: &'c Conf<'c>,
    /// # Invariants
    ///
    /// A section of `conf`.
    service: NonNull<sys::Service>,
}

impl<'c> Share<'c> {
    pub(super) fn new(conf: &'c Conf<'c>, service: *mut sys::Service) -> Option<Self> {
        NonNull::new(service).map(|service| Share { conf, service })
    }

    /// Its name.
    pub(crate) fn name(self) -> CStrRef<'c> {
        // SAFETY: 1. The section is live and does not change; so is its string.
        unsafe { sys::lpcfg_servicename(self.service.as_ptr()) }.unwrap_or_default()
    }

    /// `path`, on `ctx`.
    pub(crate) fn path<'r>(self, ctx: &'r CtxRef) -> Result<Str<'r>, Error> {
        // SAFETY: 1. All are live. 2. Both sections are of one configuration.
        let path = unsafe { sys::lpcfg_path(self.service.as_ptr(), self.default(), ctx) };
        // SAFETY: 1 to 6. A new string on `ctx`, or NULL.
        Ok(unsafe { ctx.adopt(path) }?)
    }

    /// `read only`.
    pub(crate) fn read_only(self) -> bool {
        // SAFETY: 1., 2. As for `path`.
        unsafe { sys::lpcfg_read_only(self.service.as_ptr(), self.default()) }
    }

    /// `hosts allow`, if it has them.
    pub(crate) fn hosts_allow(self) -> Option<StrListRef<'c>> {
        // SAFETY: 1., 2. As for `path`. The list is the configuration's and ends with NULL.
        unsafe { sys::lpcfg_hosts_allow(self.service.as_ptr(), self.default()) }
    }

    /// Its options `group:…`, and those of `[global]` that it does not have.
    pub(crate) fn options(self, group: &'c CStr) -> Options<'c> {
        Options::new(self.conf, self.service.as_ptr(), group)
    }

    /// What sections have that say nothing else.
    fn default(self) -> *mut sys::Service {
        // SAFETY: 1. The configuration is live.
        unsafe { sys::lpcfg_default_service(self.conf.lp.as_ptr()) }
    }
}
