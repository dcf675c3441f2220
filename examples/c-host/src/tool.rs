//! Tools: functions of C that Rust calls, with results and errors that C has allocated.

use talloc::{Array, CStrRef, CtxRef, Node, Renamed, Str};

use crate::failure::{CError, Failure};
use crate::res::Res;

/// A growing array of strings, made by C's `lines_create`. It owns its strings.
#[repr(C)]
#[derive(Debug)]
pub struct Lines<'t> {
    /// `capacity` pointers, those behind the first `size` NULL; NULL itself without room.
    pub data: Option<Array<'t, Option<Str<'t>>>>,
    /// How many strings there are.
    pub size: usize,
    /// How many there is room for.
    pub capacity: usize,
}

talloc::node!(Lines<'t> as c"chat_lines_t");

impl Lines<'_> {
    fn iter(&self) -> impl Iterator<Item = &Str<'_>> {
        self.data.iter().flat_map(|data| &data[..]).take(self.size).flatten()
    }
}

/// Takes the arguments of the model. Returns a `chat_lines_t` on `ctx`, or an error on `ctx`.
pub type ToolFn = for<'c> extern "C" fn(ctx: &'c CtxRef, arguments: CStrRef<'_>) -> Res<'c>;

/// Lets a tool run, and puts its lines together.
///
/// Returns a `char *` on `ctx`, which the caller owns; or an error on `ctx`, with the code and the
/// place of that of the tool.
#[unsafe(no_mangle)]
pub extern "C" fn chat_tool_run<'c>(
    ctx: &'c CtxRef,
    tool: ToolFn,
    arguments: CStrRef<'_>,
) -> Res<'c> {
    Res::of(ctx, || run(ctx, tool, arguments))
}

type Found<'c> = Result<Renamed<Node<'c, Lines<'c>>>, Renamed<Node<'c, CError<'c>>>>;

fn run<'c>(ctx: &'c CtxRef, tool: ToolFn, arguments: CStrRef<'_>) -> Result<Str<'c>, Failure> {
    // Pattern 4: what the tool makes is temporary. Its error goes with it, so that it is copied.
    let tmp = ctx.try_new_child()?;
    let found = tool(&tmp, arguments).into_result();
    // SAFETY: 1. A new `chat_lines_t` on `tmp`, with its strings and its data below it; or a new
    // `err_t`, with its strings. C's wrapper round talloc_zero_size names both after itself.
    let found: Found<'_> = unsafe { tmp.adopt_result(found) }?;
    let Renamed(lines) = found.map_err(|Renamed(error)| Failure::of_c(error.get()))?;
    let texts: Vec<_> = lines.get().iter().map(|line| line.to_string_lossy()).collect();
    Ok(ctx.try_strdup(&texts.join("\n"))?)
}
