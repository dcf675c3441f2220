//! The trees in the leak report.
//!
//! A [`Tree`](crate::Tree) belongs to no thread, so it cannot be below the hidden root of one: its
//! thread would change the links between the roots of another. While leaks are reported,
//! the trees that were made are written down here instead, with the names of their roots.
//! The report does not look into them, since any thread may be using one. In all other
//! programs this is the look at a word of the process, as for a context.

use core::ffi::c_void;
use core::ptr::NonNull;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::name::Name;
use crate::process::roots;
use crate::raw::Object;

/// Trees that were made while leaks were reported, by the addresses of their roots.
static TREES: Mutex<BTreeMap<usize, Name>> = Mutex::new(BTreeMap::new());

fn trees() -> MutexGuard<'static, BTreeMap<usize, Name>> {
    TREES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A tree has come to be, whose root has this name.
#[inline]
pub(crate) fn enter(root: NonNull<c_void>, name: Name) {
    if !roots::are_plain() {
        enter_slow(root, name);
    }
}

#[cold]
#[inline(never)]
fn enter_slow(root: NonNull<c_void>, name: Name) {
    if roots::is_reporting() {
        trees().insert(root.addr().get(), name);
    }
}

/// The root is about to be that of a tree no longer. Its name, if it was here.
#[inline]
pub(crate) fn leave(root: NonNull<c_void>) -> Option<Name> {
    if roots::may_be_hidden() { leave_slow(root) } else { None }
}

#[cold]
#[inline(never)]
fn leave_slow(root: NonNull<c_void>) -> Option<Name> {
    trees().remove(&root.addr().get())
}

/// Frees a tree; a refused free gives it back.
#[inline]
pub(crate) fn free<T>(root: Object<'static, T>) -> Result<(), Object<'static, T>> {
    // Before, since its address may be that of another tree at once.
    let name = leave(root.ptr().cast());
    root.free().inspect_err(|root| {
        if let Some(name) = name {
            enter_slow(root.ptr().cast(), name);
        }
    })
}

/// The section of the leak report for the trees that are left, if there are any.
pub(crate) fn report() -> Vec<u8> {
    let mut names: Vec<String> = trees().values().map(|name| name.to_text()).collect();
    names.sort_unstable();
    let mut text = Vec::new();
    if !names.is_empty() {
        let _ = writeln!(text, "trees of no thread (total {} trees, not looked at)", names.len());
    }
    for same in names.chunk_by(|a, b| a == b) {
        let _ = writeln!(text, "    {:<30} {:>6} trees", same[0], same.len());
    }
    text
}
