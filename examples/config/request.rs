//! Requests: one JSON object a line.

use std::fmt;
use std::io::BufRead;

use talloc::{CtxRef, Node};

use crate::config::Config;
use crate::error::{Code, OrErr, Res};
use crate::message;
use crate::output::Output;
use crate::session::{self, Session};

/// Handles each line. A bad request is answered with its error, and the next
/// one is handled; only lost input or output ends this.
pub(crate) fn serve<'c>(
    ctx: &'c CtxRef,
    config: &Config<'_>,
    session: &mut Node<'_, Session<'_>>,
    source: &dyn fmt::Display,
    input: &mut dyn BufRead,
    out: &mut Output<'c>,
) -> Res<'c, ()> {
    for (index, line) in input.split(b'\n').enumerate() {
        let line = line.or_err(ctx, Code::Io, source)?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = talloc::format!(ctx, "{source}:{}", index + 1);
        if let Err(error) = handle_request(ctx, config, session, &place, &line, out) {
            out.line(format_args!("refused: {error}"))?;
        }
    }
    Ok(())
}

/// Handles one request. The context for it, and all that is on it, ends with
/// it, except the message, which moves to the session. The error is on `ctx`.
fn handle_request<'c>(
    ctx: &'c CtxRef,
    config: &Config<'_>,
    session: &mut Node<'_, Session<'_>>,
    place: &str,
    line: &[u8],
    out: &mut Output<'c>,
) -> Res<'c, ()> {
    let request = ctx.new_child_named(c"request");
    let message = message::parse(&request, ctx, place, line)?;

    let scratch = request.new_child_named(c"scratch");
    let completion = session.get().completion(&scratch, config, message.get());
    let completion = completion.or_err(ctx, Code::Invalid, place)?;
    out.line(format_args!("{place}: would send {completion}"))?;
    out.tree("during the request", &request)?;

    session::keep(session, message);
    Ok(())
}
