//! [`Database`]: a mail store.
//!
//! ```text
//!   Database ......... notmuch_database_t, a root
//!                        |
//!   Query ............   +-- notmuch_query_t
//!                        |     |
//!   Messages .........   |     +-- notmuch_mset_messages_t
//!                        |
//!   Message ..........   +-- notmuch_message_t
//!                              |
//!   Tags .............         +-- notmuch_tags_t
//! ```
//!
//! Each has a destroy function, and what is below an object goes with it. So each type borrows
//! from that of its parent: none can be used or destroyed after it.
//!
//! libnotmuch takes no context: its databases are roots, beside the trees of the program. The
//! libraries below it are made ready by the first use, without locks: see [`OneThread`].

use std::ffi::{CStr, CString, c_char, c_int};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use talloc::{CStrRef, Ctx, CtxRef};
use talloc_examples::OneThread;

use crate::error::{Error, Status};
use crate::message::Message;
use crate::object::Object;
use crate::query::Query;
use crate::sys;

/// An open mail store. Dropping it closes it, as [`close`](Self::close) does.
#[derive(Debug)]
pub(crate) struct Database {
    object: Object<'static, sys::Database>,
    // Dropped last.
    _leave: OneThread,
}

impl Database {
    /// Makes a new mail store in a folder, which is there already, and whose path is absolute.
    pub(crate) fn create(folder: &Path) -> Result<Self, Error> {
        Database::make(folder, |path, database, error| {
            // SAFETY: 1. All are live. 2. An empty path says: no configuration file.
            unsafe {
                sys::notmuch_database_create_with_config(path, c"".into(), None, database, error)
            }
        })
    }

    /// Opens a mail store to read.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        Database::make(folder, |path, database, error| {
            let (mode, config) = (sys::READ_ONLY, c"".into());
            // SAFETY: 1., 2. As for `create`.
            unsafe {
                sys::notmuch_database_open_with_config(path, mode, config, None, database, error)
            }
        })
    }

    fn make(
        folder: &Path,
        call: impl FnOnce(CStrRef<'_>, *mut *mut sys::Database, *mut *mut c_char) -> c_int,
    ) -> Result<Self, Error> {
        let leave = OneThread::enter().ok_or(Error::OtherThread)?;
        // The first root of a process is made by Rust, which has a lock for that.
        drop(Ctx::try_new()?);
        let path = c_path(folder)?;
        let (mut database, mut error) = (ptr::null_mut(), ptr::null_mut());
        let status = call((&*path).into(), &mut database, &mut error);
        // SAFETY: 1. NULL, or a string of `malloc` that is ours.
        let text = unsafe { take_text(error) };
        if status != sys::SUCCESS {
            return Err(refused(status, text));
        }
        // SAFETY: 1. A new database. 2. It has no parent.
        let object = unsafe { Object::from_raw(database) }?;
        Ok(Database { object, _leave: leave })
    }

    /// Closes the mail store. An error says that not all of what was changed could be written, which
    /// is not known before.
    pub(crate) fn close(self) -> Result<(), Error> {
        let Database { object, _leave } = self;
        // SAFETY: 1. Ours, and given away. What is below it has borrowed from `self`, and is gone.
        let status = unsafe { sys::notmuch_database_destroy(object.into_raw()) };
        if status == sys::SUCCESS { Ok(()) } else { Err(refused(status, None)) }
    }

    /// Adds a file of the store's folder. One whose message is known already is added to that.
    pub(crate) fn index(&self, file: &Path) -> Result<Message<'_>, Error> {
        let unreadable = |source| Error::Unreadable { path: file.to_owned(), source };
        // libnotmuch loses some memory with each folder that it is given as a file.
        if !fs::metadata(file).map_err(unreadable)?.is_file() {
            return Err(Error::NotAFile(file.to_owned()));
        }
        let path = c_path(file)?;
        let mut message = ptr::null_mut();
        // SAFETY: 1. All are live; there are no options.
        let status = unsafe {
            let path = (&*path).into();
            sys::notmuch_database_index_file(self.as_ptr(), path, ptr::null_mut(), &mut message)
        };
        if status != sys::DUPLICATE_MESSAGE_ID {
            self.check(status)?;
        }
        // SAFETY: 1. A new object below the database.
        unsafe { Message::adopt(self, message) }
    }

    /// The message with this ID.
    pub(crate) fn find(&self, id: &CStr) -> Result<Option<Message<'_>>, Error> {
        let mut message = ptr::null_mut();
        // SAFETY: 1. All are live.
        self.check(unsafe {
            sys::notmuch_database_find_message(self.as_ptr(), id.into(), &mut message)
        })?;
        if message.is_null() {
            return Ok(None);
        }
        // SAFETY: 1. A new object below the database.
        unsafe { Message::adopt(self, message) }.map(Some)
    }

    /// A query, whose text is looked at when it is used.
    pub(crate) fn query(&self, text: &CStr) -> Result<Query<'_>, Error> {
        // SAFETY: 1. Both are live; libnotmuch copies the text.
        let query = unsafe { sys::notmuch_query_create(self.as_ptr(), text.into()) };
        // SAFETY: 1. A new query on the database, or NULL.
        Ok(Query::new(self, unsafe { Object::adopt(self.as_ctx(), query) }?))
    }

    /// What belongs to the database, for counts and reports.
    pub(crate) fn as_ctx(&self) -> &CtxRef {
        self.object.as_ctx()
    }

    pub(crate) fn as_ptr(&self) -> *mut sys::Database {
        self.object.as_ptr()
    }

    /// The error for a status other than success, with what libnotmuch says about it.
    pub(crate) fn check(&self, status: c_int) -> Result<(), Error> {
        let text = match status {
            sys::SUCCESS => return Ok(()),
            // It keeps the text of the last error, whatever has happened since; with these it is new.
            sys::READ_ONLY_DATABASE | sys::XAPIAN_EXCEPTION | sys::FILE_ERROR => {
                // SAFETY: 1. The database is live. The text is its own until its next error.
                unsafe { CStrRef::from_ptr(sys::notmuch_database_status_string(self.as_ptr())) }
            }
            _ => None,
        };
        Err(refused(status, text.map(|text| text.to_string())))
    }
}

fn refused(status: c_int, text: Option<String>) -> Error {
    // SAFETY: any status will do; the texts are constants.
    let named = || unsafe { sys::notmuch_status_to_string(status) }.to_string();
    let text = text.unwrap_or_else(named);
    Error::Notmuch { status: Status::from(status), text: text.trim_end().to_owned() }
}

/// A copy of a string, which is freed.
///
/// # Safety
///
/// 1. It is NULL, or was made by `malloc`, and is ours.
unsafe fn take_text(text: *mut c_char) -> Option<String> {
    // SAFETY: 1. By duty 1.
    let copy = unsafe { CStrRef::from_ptr(text) }.map(|text| text.to_string());
    // SAFETY: by duty 1; it is not used any more.
    unsafe { libc::free(text.cast()) };
    copy
}

fn c_path(path: &Path) -> Result<CString, Error> {
    CString::new(path.as_os_str().as_bytes())
        .map_err(|nul| Error::Unreadable { path: path.to_owned(), source: nul.into() })
}
