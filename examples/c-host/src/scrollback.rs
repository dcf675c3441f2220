//! The scrollback: a Rust value that C holds by a pointer and cannot look into.

use std::collections::VecDeque;
use std::ffi::{CStr, CString};

use talloc::{CStrRef, CType, CtxRef, Node, Str, StrList, TBox, catch_panic};

use crate::alive::Alive;
use crate::failure::{ErrCode, Failure};
use crate::res::Res;

/// The last lines of a conversation.
///
/// A talloc object with Rust's memory inside, which goes with it: free it, steal it, refer to
/// it, set a destructor on it, as with any other. Do not free its children alone.
#[derive(Debug)]
pub struct Scrollback {
    lines: VecDeque<CString>,
    limit: usize,
    _alive: Alive,
}

impl CType for Scrollback {
    const NAME: &'static CStr = c"chat_scrollback_t";
}

/// A copy of a line. It owns its text.
#[repr(C)]
#[derive(Debug)]
pub struct Line<'t> {
    /// Where it was, from 0 for the oldest.
    pub index: usize,
    /// The line.
    pub text: Str<'t>,
}

talloc::node!(Line<'t> as c"chat_line_t");

/// Makes an empty scrollback that keeps the last `limit` lines, at least one.
///
/// Returns a `chat_scrollback_t *` on `ctx`, which the caller owns; or an error on `ctx`.
#[unsafe(no_mangle)]
pub extern "C" fn chat_scrollback_create(ctx: &CtxRef, limit: usize) -> Res<'_> {
    Res::of(ctx, || create(ctx, limit))
}

/// Adds a text, line by line, and drops the oldest lines that are over the limit. The name of
/// the speaker, if it is not NULL, goes in front. Pointers from `chat_scrollback_line` end here.
///
/// Returns NULL; or an error on `ctx`.
#[unsafe(no_mangle)]
pub extern "C" fn chat_scrollback_append<'c>(
    ctx: &'c CtxRef,
    scrollback: &mut Scrollback,
    speaker: Option<CStrRef<'_>>,
    text: CStrRef<'_>,
) -> Res<'c> {
    Res::of(ctx, || scrollback.append(speaker, text))
}

/// How many lines there are.
#[unsafe(no_mangle)]
pub extern "C" fn chat_scrollback_length(scrollback: &Scrollback) -> usize {
    scrollback.lines.len()
}

/// One line, from 0 for the oldest; NULL if there is none.
///
/// It belongs to the scrollback, until something is appended.
#[unsafe(no_mangle)]
pub extern "C" fn chat_scrollback_line(
    scrollback: &Scrollback,
    index: usize,
) -> Option<CStrRef<'_>> {
    scrollback.lines.get(index).map(|line| line.as_c_str().into())
}

/// A copy of the oldest line with `text` in it, on `ctx`, which the caller owns; NULL if there
/// is none.
#[unsafe(no_mangle)]
pub extern "C" fn chat_scrollback_find<'c>(
    ctx: &'c CtxRef,
    scrollback: &Scrollback,
    text: CStrRef<'_>,
) -> Option<Node<'c, Line<'c>>> {
    catch_panic(|| scrollback.find(ctx, text), |_| None)
}

/// Copies of `count` lines, from `first` on. To ask for lines that are not there is a mistake
/// of the caller, and is answered by ERR_CODE_PANIC.
///
/// Returns a `char **` on `ctx` that ends with NULL, which the caller owns; or an error on `ctx`.
#[unsafe(no_mangle)]
pub extern "C" fn chat_scrollback_page<'c>(
    ctx: &'c CtxRef,
    scrollback: &Scrollback,
    first: usize,
    count: usize,
) -> Res<'c> {
    Res::of(ctx, || scrollback.page(ctx, first, count))
}

fn create(ctx: &CtxRef, limit: usize) -> Result<TBox<'_, Scrollback>, Failure> {
    if limit == 0 {
        return Err(Failure::new(ErrCode::Invalid, "a scrollback of 0 lines"));
    }
    let scrollback = Scrollback { lines: VecDeque::new(), limit, _alive: Alive::new() };
    Ok(ctx.typed().try_alloc(scrollback)?)
}

impl Scrollback {
    fn append(&mut self, speaker: Option<CStrRef<'_>>, text: CStrRef<'_>) -> Result<(), Failure> {
        let text = match speaker {
            Some(speaker) => format!("{speaker}: {text}"),
            None => text.to_string(),
        };
        for line in text.lines() {
            self.push(CString::new(line)?);
        }
        Ok(())
    }

    fn push(&mut self, line: CString) {
        if self.lines.len() == self.limit {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    fn find<'c>(&self, ctx: &'c CtxRef, text: CStrRef<'_>) -> Option<Node<'c, Line<'c>>> {
        let text = text.to_string_lossy();
        let mut lines = self.lines.iter().enumerate();
        let (index, line) = lines.find(|(_, line)| line.to_string_lossy().contains(&*text))?;
        Some(ctx.build(|found| Line { index, text: found.strdup_c(line) }))
    }

    fn page<'c>(
        &self,
        ctx: &'c CtxRef,
        first: usize,
        count: usize,
    ) -> Result<StrList<'c>, Failure> {
        let length = self.lines.len();
        assert!(
            first <= length && count <= length - first,
            "{count} lines from {first} of {length}"
        );
        let lines: Vec<_> =
            self.lines.iter().skip(first).take(count).map(|line| line.to_string_lossy()).collect();
        Ok(ctx.try_strdup_list(lines.iter().map(AsRef::as_ref))?)
    }
}
