//! [`Query`] and [`Messages`]: what is asked, and what is found.

use std::ptr;

use crate::database::Database;
use crate::error::Error;
use crate::message::Message;
use crate::object::Object;
use crate::sys;

/// A query. Each search leaves something with it, so it is used once.
#[derive(Debug)]
pub(crate) struct Query<'d> {
    database: &'d Database,
    object: Object<'d, sys::Query>,
}

/// The messages that a query has found.
#[derive(Debug)]
pub(crate) struct Messages<'d> {
    database: &'d Database,
    messages: Object<'d, sys::Messages>,
    // The parent, dropped after it.
    _query: Query<'d>,
}

impl<'d> Query<'d> {
    pub(super) fn new(database: &'d Database, object: Object<'d, sys::Query>) -> Self {
        Query { database, object }
    }

    /// Asks for the oldest messages first, and not for the newest.
    pub(crate) fn oldest_first(self) -> Self {
        // SAFETY: 1. The query is live.
        unsafe { sys::notmuch_query_set_sort(self.object.as_ptr(), sys::OLDEST_FIRST) };
        self
    }

    /// How many messages there are.
    pub(crate) fn count(self) -> Result<u32, Error> {
        let mut count = 0;
        // SAFETY: 1. Both are live.
        let status = unsafe { sys::notmuch_query_count_messages(self.object.as_ptr(), &mut count) };
        self.database.check(status).map(|()| count)
    }

    /// The messages, one after the other.
    pub(crate) fn messages(self) -> Result<Messages<'d>, Error> {
        let mut messages = ptr::null_mut();
        // SAFETY: 1. Both are live.
        let status =
            unsafe { sys::notmuch_query_search_messages(self.object.as_ptr(), &mut messages) };
        self.database.check(status)?;
        // SAFETY: 1. A new object on the query. 2. The result holds the query, and drops it last.
        let messages = unsafe { Object::from_raw(messages) }?;
        Ok(Messages { database: self.database, messages, _query: self })
    }
}

/// A message that C makes here goes with the query. It is moved to the database (libnotmuch does that
/// with the messages of a thread), so that it can be kept.
impl<'d> Iterator for Messages<'d> {
    type Item = Result<Message<'d>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let messages = self.messages.as_ptr();
        // SAFETY: 1. They are live.
        if unsafe { sys::notmuch_messages_valid(messages) } == 0 {
            return None;
        }
        // SAFETY: 1. They are live and not at their end.
        let message = unsafe { sys::notmuch_messages_get(messages) };
        // SAFETY: 1. They are live.
        unsafe { sys::notmuch_messages_move_to_next(messages) };
        // SAFETY: 1. A new object below the messages, or NULL.
        let message = unsafe { Object::adopt(self.messages.as_ctx(), message) };
        // SAFETY: 1. The query was one of this database.
        Some(message.map(|message| unsafe { Message::found(self.database, message) }))
    }
}
