//! Standard output, and libtalloc's own view of a tree.

use std::fmt;
use std::io::{self, Write};

use talloc::CtxRef;

use crate::error::{Code, OrErr, Res};

/// Standard output; the errors go to a context.
pub(crate) struct Output<'e> {
    errors: &'e CtxRef,
    stdout: io::Stdout,
}

impl<'e> Output<'e> {
    pub(crate) fn new(errors: &'e CtxRef) -> Self {
        Output { errors, stdout: io::stdout() }
    }

    pub(crate) fn line(&mut self, text: impl fmt::Display) -> Res<'e, ()> {
        writeln!(self.stdout, "{text}").or_err(self.errors, Code::Io, "standard output")
    }

    /// What C's `talloc_report_full` prints, under a headline.
    pub(crate) fn tree(&mut self, headline: &str, ctx: &CtxRef) -> Res<'e, ()> {
        let mut tree = String::new();
        ctx.report_full(&mut tree).or_err(self.errors, Code::Io, headline)?;
        self.line(format_args!("--- {headline}\n{tree}"))
    }
}
