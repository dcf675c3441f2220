//! [`Options`]: what Samba itself gives no meaning, `group:name = value`.

use std::ffi::{CStr, c_int};
use std::str;

use talloc::{CStrRef, CtxRef, StrList};

use super::Conf;
use crate::error::{Error, Form};
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

    /// The value as a number; none if the option is not there.
    ///
    /// Samba reads what is no number as 0 or -1, the begin of what only starts with one, and the
    /// lower half of what is too large. Here these are errors.
    pub(crate) fn number(self, name: &CStr) -> Result<Option<c_int>, Error> {
        let Some(value) = self.text(name) else { return Ok(None) };
        if number_of(value.to_bytes()).is_none() {
            return Err(self.not_a(Form::Number, name, value));
        }
        let lp = self.conf.lp.as_ptr();
        // SAFETY: 1. All are live.
        Ok(Some(unsafe { sys::lpcfg_parm_int(lp, self.service, self.group, name.into(), 0) }))
    }

    /// The value as yes or no; none if the option is not there.
    ///
    /// `lpcfg_parm_bool` reads everything else as no. It asks `set_boolean`, which says so.
    pub(crate) fn flag(self, name: &CStr) -> Result<Option<bool>, Error> {
        let Some(value) = self.text(name) else { return Ok(None) };
        let mut flag = false;
        // SAFETY: 1. Both are live.
        if unsafe { sys::set_boolean(value, &mut flag) } {
            Ok(Some(flag))
        } else {
            Err(self.not_a(Form::Flag, name, value))
        }
    }

    fn not_a(self, form: Form, name: &CStr, value: CStrRef<'_>) -> Error {
        Error::Value {
            option: format!("{}:{}", self.group.to_string_lossy(), name.to_string_lossy()),
            value: value.to_string_lossy().into_owned(),
            form,
        }
    }
}

/// The number that C's `strtol` finds, if that is all there is, and an `int` can hold it.
fn number_of(text: &[u8]) -> Option<c_int> {
    let text = str::from_utf8(text).ok()?;
    let (sign, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (&text[..1], digits),
        None => ("", text),
    };
    let (digits, radix) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&digits[2..], 16),
        [b'0', _, ..] => (&digits[1..], 8),
        _ => (digits, 10),
    };
    // `from_str_radix` takes a sign of its own.
    digits.chars().next()?.to_digit(radix)?;
    c_int::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}
