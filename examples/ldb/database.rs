//! The border to ldb: a database and what is found in it.
//!
//! ```text
//!   Database ...... struct ldb_context
//!
//!   SearchResult .. struct ldb_result
//!                     |
//!                     +-- struct ldb_message *[]
//!                           |
//!   Message ............... +-- struct ldb_message
//!                           |     |
//!                           |     +-- struct ldb_dn
//!                           |     |
//!   Element ............... |     +-- struct ldb_message_element[]
//!                           |           |
//!   Blob .................. |           +-- struct ldb_val[]
//!                           |
//!                           +-- struct ldb_message
//! ```
//!
//! What was found needs the database no more: it can be moved out of its result, and outlive
//! both. (A `struct ldb_dn` has a pointer to its database. `ldb_dn_get_linearized`, the one
//! function that gets the name of a found record here, does not use it. Names that are given
//! to other functions are made from text each time, for the database at hand.)
//!
//! ldb keeps lists of its modules and of the open files for the whole process, without locks: see
//! [`OneThread`].

// The path is for the tests, which have this module elsewhere.
#[path = "sys.rs"]
mod sys;

use std::ffi::{CStr, c_int};
use std::path::Path;
use std::{ptr, str};

use talloc::{Blob, CStrRef, CtxRef, Items, Kept, Node, TBox};
use talloc_examples::OneThread;

use self::sys::Element;
#[allow(unused_imports)]
pub(crate) use self::sys::layout;
pub(crate) use self::sys::{Message, SearchResult};
use crate::error::{Error, Status};

/// An open database: C's `struct ldb_context`. Dropping it closes the file.
#[derive(Debug)]
pub(crate) struct Database<'p> {
    ldb: Node<'p, sys::Ldb>,
    // Dropped last.
    _leave: OneThread,
}

/// Attributes of a record. One that is named twice has two values.
type Values<'a> = [(&'a CStr, &'a [u8])];

impl<'p> Database<'p> {
    /// Opens a database file, or makes a new one. It belongs to `ctx`.
    pub(crate) fn open(ctx: &'p CtxRef, file: &Path) -> Result<Self, Error> {
        let leave = OneThread::enter().ok_or(Error::OtherThread)?;
        // SAFETY: 1. `ctx` is live. 2. Without an event loop, ldb makes one of its own. 3. No other
        // thread uses the lists that ldb has for the process.
        let ldb = unsafe { sys::ldb_init(ctx, ptr::null_mut()) };
        // SAFETY: 1 to 6. A new `struct ldb_context` on `ctx`, or NULL.
        let database = Database { ldb: unsafe { ctx.adopt(ldb) }?, _leave: leave };
        let url = talloc::format!(ctx, "tdb://{}", file.display());
        let url = CStrRef::from(url.as_c_str()?);
        // SAFETY: 1. ldb is live and copies the URL. 2. There are no options.
        database.check(unsafe { sys::ldb_connect(ldb, url, 0, ptr::null_mut()) })?;
        Ok(database)
    }

    /// Adds a record.
    pub(crate) fn add(&self, name: &str, values: &Values<'_>) -> Result<(), Error> {
        let tmp = self.ldb.as_ctx().new_child();
        let message = self.message(&tmp, name, values)?;
        // SAFETY: 1. Both are live. 2. The name of the message is of this database.
        self.check(unsafe { sys::ldb_add(self.ldb.as_ptr(), message.as_ptr()) })
    }

    /// Replaces attributes of a record.
    pub(crate) fn modify(&self, name: &str, values: &Values<'_>) -> Result<(), Error> {
        let tmp = self.ldb.as_ctx().new_child();
        let mut message = self.message(&tmp, name, values)?;
        message.with_mut(|_, message| {
            message.elements_mut().iter_mut().for_each(|e| e.flags = sys::FLAG_MOD_REPLACE);
        });
        // SAFETY: 1, 2. As for `add`.
        self.check(unsafe { sys::ldb_modify(self.ldb.as_ptr(), message.as_ptr()) })
    }

    /// The records that match an LDAP filter, with these attributes.
    pub(crate) fn search<'c>(
        &self,
        ctx: &'c CtxRef,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Node<'c, SearchResult<'c>>, Error> {
        let tmp = self.ldb.as_ctx().new_child();
        let filter = tmp.strdup(filter)?;
        let attributes = tmp.strdup_list(attributes.iter().copied())?;
        // On `tmp`, since ldb leaves there what it has parsed of a filter with a mistake.
        // SAFETY: 1. With success, ldb has stored a new `struct ldb_result` on `tmp`. What it
        // points to is below it, and nobody else uses that.
        let found: Node<'_, SearchResult<'_>> = unsafe {
            tmp.adopt_out(|result| {
                // SAFETY: 1. All are live. 2. The list ends with NULL. 3. The format takes one
                // string, the filter.
                self.check(sys::ldb_search(
                    self.ldb.as_ptr(),
                    &tmp,
                    result,
                    ptr::null_mut(),
                    sys::SCOPE_SUBTREE,
                    attributes.as_ptr(),
                    c"%s".into(),
                    filter.as_ptr(),
                ))
            })
        }?;
        Ok(found.steal(ctx))
    }

    /// A message for [`add`](Self::add) and [`modify`](Self::modify). It must not outlive `self`.
    fn message<'c>(
        &self,
        ctx: &'c CtxRef,
        name: &str,
        values: &Values<'_>,
    ) -> Result<Node<'c, Message<'c>>, Error> {
        // SAFETY: 1. `ctx` is live.
        let message = unsafe { sys::ldb_msg_new(ctx) };
        // SAFETY: 1 to 6. A new `struct ldb_message` on `ctx`, or NULL.
        let mut message: Node<'c, Message<'c>> = unsafe { ctx.adopt(message) }?;
        message.with_mut(|t, message| -> Result<(), Error> {
            let name = t.strdup(name)?;
            // SAFETY: 1. All are live; ldb copies the name.
            let dn = unsafe { sys::ldb_dn_new(t, self.ldb.as_ptr(), (&*name).into()) };
            // SAFETY: 1 to 6. A new `struct ldb_dn` on the message, or NULL.
            message.dn = Some(unsafe { t.adopt(dn) }?);
            name.free();
            Ok(())
        })?;
        for (name, value) in values {
            // ldb expects a NUL behind each value.
            let bytes = value.iter().copied().chain([0]);
            let bytes = Blob::from(message.as_ctx().try_alloc_slice_from_iter(bytes)?);
            // SAFETY: 1. All of them but the NUL, which live as long as the message.
            let mut value = unsafe { Blob::from_raw_parts(bytes.as_ptr(), value.len()) };
            // SAFETY: 1. The message is live and ours. 2. ldb copies the name, and moves the bytes,
            // which are a chunk, below the values; or leaves them where they are.
            self.check(unsafe {
                sys::ldb_msg_add_steal_value(message.as_ptr(), (*name).into(), &mut value)
            })?;
        }
        Ok(message)
    }

    /// The error for a status other than success, with what ldb says about it.
    fn check(&self, status: c_int) -> Result<(), Error> {
        if status == sys::SUCCESS {
            return Ok(());
        }
        // SAFETY: 1. ldb is live. The text is its own, until its next error.
        let text = unsafe { CStrRef::from_ptr(sys::ldb_errstring(self.ldb.as_ptr())) };
        // SAFETY: any status will do; the texts are constants.
        let text = text.unwrap_or_else(|| unsafe { sys::ldb_strerror(status) });
        Err(Error::Ldb { status: Status::from(status), text: text.to_string() })
    }
}

impl<'t> SearchResult<'t> {
    /// The records that were found and not taken.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Message<'_>> {
        let count = self.count as usize;
        // SAFETY: 1. ldb has set both fields, and nobody else can.
        let messages = unsafe { Items::slice_of(&self.msgs, count) };
        messages.iter().flatten().map(|message| message.get())
    }

    /// Takes the first record out, to be moved elsewhere.
    pub(crate) fn take_first(&mut self) -> Option<Kept<'t, Message<'static>>> {
        let count = self.count as usize;
        // SAFETY: 1. As for `messages`. 2. The result owns the array, and is borrowed exclusively.
        let messages = unsafe { Items::mut_slice_of(&mut self.msgs, count) };
        messages.iter_mut().find_map(Option::take)
    }
}

impl<'t> Message<'t> {
    /// The name of the record.
    pub(crate) fn name(&self) -> Option<CStrRef<'_>> {
        let dn = self.dn.as_ref()?;
        // SAFETY: 1. Live; ldb returns a string of the name's own, or NULL.
        unsafe { CStrRef::from_ptr(sys::ldb_dn_get_linearized(dn.as_ptr())) }
    }

    fn elements(&self) -> &[Element<'t>] {
        let count = self.num_elements as usize;
        // SAFETY: 1. ldb has set both fields, and nobody else can.
        unsafe { Items::slice_of(&self.elements, count) }
    }

    /// The values of an attribute.
    pub(crate) fn values(&self, name: &str) -> &[Blob<'t>] {
        let element = self.elements().iter().find(|element| element.name == name);
        element.map_or(&[], Element::values)
    }

    /// The first value of an attribute.
    pub(crate) fn value(&self, name: &str) -> Option<Blob<'t>> {
        self.values(name).first().copied()
    }

    /// The first value of an attribute, if it is text.
    pub(crate) fn text(&self, name: &str) -> Option<&'t str> {
        str::from_utf8(self.value(name)?.as_slice()).ok()
    }

    fn elements_mut(&mut self) -> &mut [Element<'t>] {
        let count = self.num_elements as usize;
        // SAFETY: 1. As for `elements`. 2. The message owns the array, and is borrowed exclusively.
        unsafe { Items::mut_slice_of(&mut self.elements, count) }
    }
}

impl<'t> Element<'t> {
    fn values(&self) -> &[Blob<'t>] {
        let count = self.num_values as usize;
        // SAFETY: 1. ldb has set both fields, and nobody else can.
        unsafe { Items::slice_of(&self.values, count) }
    }
}

/// A value in the form that a filter expects.
pub(crate) fn escape<'c>(ctx: &'c CtxRef, value: &[u8]) -> Result<TBox<'c, str>, Error> {
    // SAFETY: 1. `ctx` is live; ldb only reads the value.
    let text = unsafe { sys::ldb_binary_encode(ctx, value.into()) };
    // SAFETY: 1 to 6. A new string on `ctx`, or NULL.
    Ok(unsafe { ctx.adopt(text) }?)
}

/// A copy of a value on `ctx`.
pub(crate) fn copy_value<'c>(ctx: &'c CtxRef, value: Blob<'_>) -> Result<TBox<'c, [u8]>, Error> {
    // SAFETY: 1. `ctx` and the value are live; ldb only reads the value.
    let copy = unsafe { sys::ldb_val_dup(ctx, &value) };
    // SAFETY: 1. New bytes on `ctx`, or NULL.
    Ok(unsafe { ctx.adopt_blob(copy) }?)
}
