//! [`Message`] and its [`Tags`].

use std::cell::OnceCell;
use std::ffi::{CStr, c_char};
use std::marker::PhantomData;

use talloc::{CStrRef, CtxRef, StrList};

use crate::database::Database;
use crate::error::Error;
use crate::object::Object;
use crate::sys;

/// A message of a mail store.
#[derive(Debug)]
pub(crate) struct Message<'d> {
    database: &'d Database,
    object: Object<'d, sys::Message>,
    /// # Invariants
    ///
    /// What C has returned for the header: NULL, or a string that lives as long as the message.
    subject: OnceCell<*const c_char>,
}

/// The tags of a message.
///
/// The library moves the list of tags from one such object to the next, and forgets one reference if
/// both are there. So this borrows the message exclusively: there is one at a time.
#[derive(Debug)]
pub(crate) struct Tags<'m> {
    object: Object<'m, sys::Tags>,
    _message: PhantomData<&'m mut Message<'m>>,
}

impl<'d> Message<'d> {
    /// A message that [`Messages`](crate::query::Messages) have found, moved to the database.
    ///
    /// # Safety
    ///
    /// 1. It is a message of this database.
    pub(super) unsafe fn found(database: &'d Database, object: Object<'_, sys::Message>) -> Self {
        // SAFETY: 1. By duty 1. A message uses its database and what is below the message itself.
        let object = unsafe { object.steal(database.as_ctx()) };
        Message { database, object, subject: OnceCell::new() }
    }

    /// # Safety
    ///
    /// 1. `ptr` is NULL, or a new message of this database below it, and ours to destroy.
    pub(super) unsafe fn adopt(
        database: &'d Database,
        ptr: *mut sys::Message,
    ) -> Result<Self, Error> {
        // SAFETY: 1. duty 1.
        let object = unsafe { Object::adopt(database.as_ctx(), ptr) }?;
        Ok(Message { database, object, subject: OnceCell::new() })
    }

    /// The ID, by which it is found again.
    pub(crate) fn id(&self) -> Option<CStrRef<'_>> {
        // SAFETY: 1. The message is live, and keeps its ID.
        unsafe { CStrRef::from_ptr(sys::notmuch_message_get_message_id(self.object.as_ptr())) }
    }

    /// The subject; empty if there is none.
    ///
    /// C makes a new string of the message with each call, so it is called once.
    pub(crate) fn subject(&self) -> Option<CStrRef<'_>> {
        let header = || unsafe {
            // SAFETY: 1. The message is live.
            sys::notmuch_message_get_header(self.object.as_ptr(), c"subject".into())
        };
        // SAFETY: 1. By the invariant of the field.
        unsafe { CStrRef::from_ptr(*self.subject.get_or_init(header)) }
    }

    /// Adds a tag, if it is not there.
    pub(crate) fn add_tag(&mut self, tag: &CStr) -> Result<(), Error> {
        // SAFETY: 1. Both are live; no tags are being read.
        let status = unsafe { sys::notmuch_message_add_tag(self.object.as_ptr(), tag.into()) };
        self.database.check(status)
    }

    /// Removes a tag, if it is there.
    pub(crate) fn remove_tag(&mut self, tag: &CStr) -> Result<(), Error> {
        // SAFETY: 1. Both are live; no tags are being read.
        let status = unsafe { sys::notmuch_message_remove_tag(self.object.as_ptr(), tag.into()) };
        self.database.check(status)
    }

    /// Its tags, one after the other.
    pub(crate) fn tags(&mut self) -> Result<Tags<'_>, Error> {
        // SAFETY: 1. The message is live.
        let tags = unsafe { sys::notmuch_message_get_tags(self.object.as_ptr()) };
        // SAFETY: 1. A new object on the message, or NULL.
        let object = unsafe { Object::adopt(self.object.as_ctx(), tags) }?;
        Ok(Tags { object, _message: PhantomData })
    }

    /// Its tags as a list on `ctx`, which needs the message no more.
    pub(crate) fn tag_list<'c>(&mut self, ctx: &'c CtxRef) -> Result<StrList<'c>, Error> {
        let mut tags = self.tags()?;
        let mut texts = Vec::new();
        while let Some(tag) = tags.next_tag() {
            texts.push(tag.to_string());
        }
        Ok(ctx.strdup_list(texts.iter().map(String::as_str))?)
    }
}

impl Tags<'_> {
    /// The next tag, which lives until the one after it is asked for.
    pub(crate) fn next_tag(&mut self) -> Option<CStrRef<'_>> {
        let tags = self.object.as_ptr();
        // SAFETY: 1. They are live.
        if unsafe { sys::notmuch_tags_valid(tags) } == 0 {
            return None;
        }
        // SAFETY: 1. The string is in the list, which lives as long as the tags.
        let tag = unsafe { CStrRef::from_ptr(sys::notmuch_tags_get(tags)) };
        // SAFETY: 1. They are live and not at their end.
        unsafe { sys::notmuch_tags_move_to_next(tags) };
        tag
    }
}
