//! [`Options`]: what Samba itself gives no meaning, `group:name = value`.

use std::ffi::{CStr, c_int};

use talloc::{CStrRef, CtxRef, StrList};

use super::Conf;
use crate::error::Error;
use crate::sys;

/// The options of one group: those of a section, then those of `[global]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options<'c> {
    conf: &'c Conf<'c>,
    /// # Invariants
    ///
    /// A section of `conf`, or null for `[global]` alone.
    service: *mut sys::Service,
    group: CStrRef<'c>,
}

impl<'c> Options<'c> {
    pub(super) fn new(conf: &'c Conf<'c>, service: *mut sys::Service, group: &'c CStr) -> Self {
        Options { conf, service, group: group.into() }
    }

    /// The value as it is in the file, lent by the configuration.
    pub(crate) fn text(self, name: &CStr) -> Option<CStrRef<'c>> {
        let lp = self.conf.lp.as_ptr();
        // SAFETY: 1. All are live, and the configuration does not change.
        unsafe { sys::lpcfg_parm_string(lp, self.service, self.group, name.into()) }
    }

    /// The value as a list on `ctx`, cut at the `separators`, or else at white space and `,`.
    pub(crate) fn list<'r>(
        self,
        ctx: &'r CtxRef,
        name: &CStr,
        separators: Option<&CStr>,
    ) -> Result<Option<StrList<'r>>, Error> {
        // NULL is also what C has for a list without memory.
        if self.text(name).is_none() {
            return Ok(None);
        }
        let (lp, separators) = (self.conf.lp.as_ptr(), separators.map(CStrRef::from));
        // SAFETY: 1. All are live; Samba keeps none of them.
        let list = unsafe {
            sys::lpcfg_parm_string_list(ctx, lp, self.service, self.group, name.into(), separators)
        };
        // SAFETY: 1 to 6. A new list on `ctx`, ended by NULL, whose strings are its children; or NULL.
        Ok(Some(unsafe { ctx.adopt(list) }?))
    }

    /// The value as a number, as `strtol` reads it; `default` if there is none.
    pub(crate) fn number(self, name: &CStr, default: c_int) -> c_int {
        let lp = self.conf.lp.as_ptr();
        // SAFETY: 1. All are live.
        unsafe { sys::lpcfg_parm_int(lp, self.service, self.group, name.into(), default) }
    }

    /// The value as yes or no; `default` if there is none.
    pub(crate) fn flag(self, name: &CStr, default: bool) -> bool {
        let lp = self.conf.lp.as_ptr();
        // SAFETY: 1. All are live.
        unsafe { sys::lpcfg_parm_bool(lp, self.service, self.group, name.into(), default) }
    }
}
