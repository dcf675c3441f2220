//! C's `struct session`, and the list of them that a `struct server` has: Samba's `DLIST_ADD`,
//! `DLIST_ADD_END`, `DLIST_REMOVE`.
//!
//! The links are raw pointers, and this module is the only one that reads or writes them: a struct and its
//! list are one module. Outside, an element that is in a list is a `&Session` of a borrowed list; it is
//! changed by methods of the list, and no `&mut Session` gets out, by which one could be
//! replaced with its links. An element that is in no list is a `Node`.

use std::marker::PhantomData;
use std::ptr;

use talloc::{CtxRef, Error, Kept, Node, Str};

talloc::node! {
    /// An element.
    #[repr(C)]
    #[derive(Debug)]
    pub(crate) struct Session<'t> as c"struct session" {
        links: Links,
        id: u64,
        user: Str<'t>,
    }
}

/// `prev` and `next`, where C has them. Of the first element, `prev` is the last one.
#[repr(C)]
#[derive(Debug)]
struct Links {
    prev: *mut Session<'static>,
    next: *mut Session<'static>,
}

/// The list: C's `struct session *sessions`.
///
/// # Invariants
///
/// `first` is null, or the first of a list whose elements live for `'t`, and which belong to nobody else.
#[repr(transparent)]
#[derive(Debug)]
pub(crate) struct Sessions<'t> {
    first: *mut Session<'static>,
    _children: PhantomData<&'t CtxRef>,
}

impl<'t> Session<'t> {
    /// One that is in no list.
    pub(crate) fn new(t: &'t CtxRef, id: u64, user: &str) -> Result<Self, Error> {
        let links = Links { prev: ptr::null_mut(), next: ptr::null_mut() };
        Ok(Session { links, id, user: t.try_strdup(user)? })
    }

    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn user(&self) -> &Str<'t> {
        &self.user
    }
}

impl<'t> Sessions<'t> {
    pub(crate) const EMPTY: Self = Sessions { first: ptr::null_mut(), _children: PhantomData };

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Session<'_>> {
        let mut next = self.first;
        std::iter::from_fn(move || {
            // SAFETY: null or an element, by the invariant; nobody changes one while the list is borrowed.
            let session: &Session<'_> = unsafe { next.as_ref() }?;
            next = session.links.next;
            Some(session)
        })
    }

    /// `DLIST_ADD`: in front. The session is left to its parent, which lives as long as that of the others.
    pub(crate) fn add(&mut self, session: Node<'t, Session<'static>>) {
        let new = session.keep().as_ptr().cast();
        let (first, last) = (self.first, self.last());
        // SAFETY: it was owned, and is in no list.
        *unsafe { links(new) } =
            Links { prev: if last.is_null() { new } else { last }, next: first };
        if !first.is_null() {
            // SAFETY: an element.
            unsafe { links(first) }.prev = new;
        }
        self.first = new;
    }

    /// `DLIST_ADD_END`: as [`add`](Sessions::add), at the end.
    pub(crate) fn add_end(&mut self, session: Node<'t, Session<'static>>) {
        let last = self.last();
        if last.is_null() {
            return self.add(session);
        }
        let new = session.keep().as_ptr().cast();
        // SAFETY: it was owned, and is in no list.
        *unsafe { links(new) } = Links { prev: last, next: ptr::null_mut() };
        // SAFETY: an element.
        unsafe { links(last) }.next = new;
        // SAFETY: an element, perhaps the same.
        unsafe { links(self.first) }.prev = new;
    }

    /// `DLIST_REMOVE`: takes a session out. Dropping it frees it.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Node<'t, Session<'static>>> {
        let session = self.find(id)?;
        let no_links = Links { prev: ptr::null_mut(), next: ptr::null_mut() };
        // SAFETY: an element.
        let Links { prev, next } = std::mem::replace(unsafe { links(session) }, no_links);
        if session == self.first {
            self.first = next;
        } else {
            // SAFETY: an element: only that of the first is not the one before.
            unsafe { links(prev) }.next = next;
        }
        // What had it as its `prev`: the next one, or the first if it was the last.
        let behind = if next.is_null() { self.first } else { next };
        if !behind.is_null() {
            // SAFETY: an element.
            unsafe { links(behind) }.prev = prev;
        }
        // SAFETY: 1. A live session of this name. 2. It is in no list any more. 3. Its parent lives for 't.
        unsafe { Node::<Session>::from_raw(session) }.ok()
    }

    /// Changes an element, in place.
    pub(crate) fn set_user(&mut self, id: u64, user: &str) -> Option<Result<(), Error>> {
        // SAFETY: 1. A live session of this name. 2. It stays the list's: the value frees nothing. 3. As above.
        let session = unsafe { Kept::<Session>::from_raw(self.find(id)?) };
        Some(
            session
                .and_then(|mut session| session.with_mut(|t, s| s.user.set(t, user).map(|_| ()))),
        )
    }

    fn last(&self) -> *mut Session<'static> {
        // SAFETY: null or an element.
        unsafe { self.first.as_ref() }.map_or(ptr::null_mut(), |first| first.links.prev)
    }

    fn find(&self, id: u64) -> Option<*mut Session<'static>> {
        let mut next = self.first;
        // SAFETY: null or an element.
        while let Some(session) = unsafe { next.as_ref() } {
            if session.id == id {
                return Some(next);
            }
            next = session.links.next;
        }
        None
    }
}

/// # Safety
///
/// 1. `session` must be a live session, to which there is no reference.
unsafe fn links<'a>(session: *mut Session<'static>) -> &'a mut Links {
    // SAFETY: duty 1.
    unsafe { &mut (*session).links }
}
